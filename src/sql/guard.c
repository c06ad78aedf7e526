/*
 * What a statement may do: read the tables, and make temporary views and tables in
 * memory; for as long as nobody interrupts it, with as much memory as it was given.
 * Source: sqlite.org/security.html.
 */
#include <stdio.h>
#include <string.h>

#include "sql/inside.h"

#define MEMORY_BYTES ((size_t)256 << 20)
/* The longest text or row that an expression may make. */
#define LENGTH_BYTES (16 << 20)
/* Steps of SQLite's machine between two looks at whether to go on. */
#define STEPS 20000

/* What else is refused, as people call it. */
static const char *word_of(int action)
{
	switch (action) {
	case SQLITE_ATTACH:
		return "ATTACH";
	case SQLITE_DETACH:
		return "DETACH";
	case SQLITE_PRAGMA:
		return "PRAGMA";
	case SQLITE_INSERT:
		return "INSERT into";
	case SQLITE_UPDATE:
		return "UPDATE";
	case SQLITE_DELETE:
		return "DELETE from";
	case SQLITE_CREATE_TABLE:
	case SQLITE_CREATE_VIEW:
	case SQLITE_CREATE_INDEX:
	case SQLITE_CREATE_TRIGGER:
	case SQLITE_CREATE_TEMP_TRIGGER:
	case SQLITE_CREATE_VTABLE:
		return "CREATE";
	case SQLITE_DROP_TABLE:
	case SQLITE_DROP_VIEW:
	case SQLITE_DROP_INDEX:
	case SQLITE_DROP_TRIGGER:
	case SQLITE_DROP_VTABLE:
		return "DROP";
	case SQLITE_FUNCTION:
		return "call";
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
		return "begin or end a transaction";
	default:
		return "do that";
	}
}

/* Those that only tell what there is. */
static bool harmless_pragma(const char *name)
{
	static const char *const told[] = { "table_info", "table_xinfo", "table_list",
					    "function_list", "collation_list",
					    "compile_options", "module_list",
					    "pragma_list", "database_list" };

	for (size_t i = 0; name && i < sizeof(told) / sizeof(told[0]); i++)
		if (sqlite3_stricmp(name, told[i]) == 0)
			return true;
	return false;
}

static bool is_temp(const char *database)
{
	return database && strcmp(database, "temp") == 0;
}

/* CREATE and DROP begin here, before they say what they are; who names it is refused by
 * SQLite. */
static bool is_table_of_tables(const char *table)
{
	return table && (strcmp(table, "sqlite_master") == 0 ||
			 strcmp(table, "sqlite_temp_master") == 0);
}

static bool allowed(int action, const char *first, const char *second,
		    const char *database)
{
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
	case SQLITE_CREATE_TEMP_VIEW:
	case SQLITE_CREATE_TEMP_TABLE:
	case SQLITE_CREATE_TEMP_INDEX:
	case SQLITE_DROP_TEMP_VIEW:
	case SQLITE_DROP_TEMP_TABLE:
	case SQLITE_DROP_TEMP_INDEX:
		return true;
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
		return is_temp(database) || is_table_of_tables(first);
	case SQLITE_FUNCTION:
		return sqlite3_stricmp(second, "load_extension") != 0;
	case SQLITE_PRAGMA:
		return harmless_pragma(first);
	default:
		return false;
	}
}

/* Another answer each time. */
static bool is_unstable(const char *function)
{
	static const char *const names[] = { "random", "randomblob", "date", "time",
					     "datetime", "julianday", "unixepoch",
					     "strftime", "current_date", "current_time",
					     "current_timestamp" };

	for (size_t i = 0; function && i < sizeof(names) / sizeof(names[0]); i++)
		if (sqlite3_stricmp(function, names[i]) == 0)
			return true;
	return false;
}

static int authorize(void *ctx, int action, const char *first, const char *second,
		     const char *database, const char *trigger)
{
	struct sql *s = ctx;

	if (action == SQLITE_FUNCTION && s->preparing && is_unstable(second))
		s->preparing->unstable = true;
	if (s->declaring || allowed(action, first, second, database))
		return SQLITE_OK;

	const char *subject = action == SQLITE_FUNCTION ? second : first;

	snprintf(s->denied, sizeof(s->denied), "will not %s%s%s", word_of(action),
		 subject && action != SQLITE_TRANSACTION ? " " : "",
		 subject && action != SQLITE_TRANSACTION ? subject : "");
	return SQLITE_DENY;
}

static int progress(void *ctx)
{
	struct sql *s = ctx;

	if (s->rehearsing && --s->looks == 0)
		return 1;
	return s->options.go_on && !s->options.go_on(s->options.ctx);
}

void guard_add(struct sql *s)
{
	size_t memory = s->options.memory_bytes ? s->options.memory_bytes : MEMORY_BYTES;

	sqlite3_hard_heap_limit64((sqlite3_int64)memory);
	/* A large sort stays in memory: nothing is written to this machine's disk. */
	sqlite3_exec(s->db, "PRAGMA temp_store = memory", NULL, NULL, NULL);
	sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, LENGTH_BYTES);
	sqlite3_limit(s->db, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
	sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(s->db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
	sqlite3_limit(s->db, SQLITE_LIMIT_EXPR_DEPTH, 100);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	/* "name" is a column, and never a text that happens to have no column. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_set_authorizer(s->db, authorize, s);
	sqlite3_progress_handler(s->db, STEPS, progress, s);
}

/* The connection, and the life of a statement. */
#include "sql/sql.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sql/inside.h"

#define FLAGS (SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY)
/* Of rows that are added at once: a few may be 16 MB each. */
#define STEP_BYTES ((size_t)8 << 20)

static void add_table(struct sql *s, size_t place, bool before)
{
	struct sql_table *t = &s->tables[s->ntables++];
	const struct schema *schema = s->schemas[place];

	*t = (struct sql_table){
		.sql = s,
		.name = before ? text_printf(&s->arena, "%s_before", schema->name).p
			       : schema->name,
		.place = place,
		.before = before,
		.shape = schema_derive(schema, s->options.node,
				       s->options.window_ns > 0 && !before, &s->arena),
	};
}

struct sql *sql_open(const struct schema *const *tables, size_t ntables,
		     const struct sql_options *o, struct err *err)
{
	struct sql *s = mem_zalloc(sizeof(*s));

	s->options = *o;
	s->schemas = tables;
	s->nschemas = ntables;
	s->tables = arena_many(&s->arena, ntables * 2, struct sql_table);
	for (size_t i = 0; i < ntables; i++) {
		add_table(s, i, false);
		if (o->window_ns > 0)
			add_table(s, i, true);
	}
	if (sqlite3_open_v2(":memory:", &s->db, FLAGS, NULL) != SQLITE_OK) {
		fail(err, ERR_SYSTEM, "cannot open SQLite: %s",
		     s->db ? sqlite3_errmsg(s->db) : "out of memory");
		sql_close(s);
		return NULL;
	}
	if (!module_add(s, err) || !function_add(s, err)) {
		sql_close(s);
		return NULL;
	}
	guard_add(s);
	return s;
}

void sql_close(struct sql *s)
{
	if (!s)
		return;
	sqlite3_close(s->db);
	arena_clear(&s->arena);
	free(s);
}

enum sql_text sql_text(struct text text)
{
	struct arena scratch = { 0 };
	struct text word;
	size_t at = 0;
	bool complete;

	if (word_next(text, &at, &word) == WORD_END)
		return SQL_BLANK;
	complete = sqlite3_complete(text_cstr(&scratch, text));
	arena_clear(&scratch);
	return complete ? SQL_COMPLETE : SQL_OPEN;
}

size_t sql_tables(const struct sql *s)
{
	return s->ntables;
}

struct sql_name sql_table_at(const struct sql *s, size_t i)
{
	return (struct sql_name){ s->tables[i].name, &s->tables[i].shape->schema };
}

struct sql_name sql_table_find(const struct sql *s, struct text name, struct err *err)
{
	const struct sql_table *t = table_named(s, name);

	if (t)
		return sql_table_at(s, (size_t)(t - s->tables));
	fail(err, ERR_ABSENT, "no such table: %.*s", TEXT_ARG(name));
	hint_table(s, name, err);
	return (struct sql_name){ 0 };
}

/*
 * The columns of its rows
 */

static enum unit unit_declared(const char *type)
{
	static const struct {
		const char *name;
		enum unit unit;
	} rows[] = { { "COUNT", UNIT_COUNT },
		     { "BYTES", UNIT_BYTES },
		     { "NS", UNIT_NS },
		     { "RATIO", UNIT_RATIO } };

	for (size_t i = 0; type && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(type, rows[i].name) == 0)
			return rows[i].unit;
	return UNIT_NONE;
}

/* The column of a table of ours with this name, if they all agree on its unit. */
static enum unit unit_of_name(const struct sql_statement *st, struct text name)
{
	enum unit unit = UNIT_NONE;

	for (size_t i = 0; i < st->sql->ntables; i++) {
		const struct sql_table *t = &st->sql->tables[i];
		const struct need *n = &st->needs[t->place];
		size_t c = schema_find(&t->shape->schema, name);

		if (!(t->before ? n->before : n->now) || c == TABLE_NONE)
			continue;
		if (unit != UNIT_NONE && unit != t->shape->schema.columns[c].unit)
			return UNIT_NONE;
		unit = t->shape->schema.columns[c].unit;
	}
	return unit <= UNIT_NS || unit == UNIT_RATIO ? unit : UNIT_NONE;
}

/* An expression without a name of its own is called by its text: "sum(memory)" is of the
 * unit of memory. */
static enum unit unit_aggregate(const struct sql_statement *st, const char *name)
{
	static const char *const keep[] = { "sum", "total", "min", "max", "avg" };
	struct text words[6];
	struct text t = text_of(name);
	size_t at = 0;
	size_t n = 0;

	while (n < 6 && word_next(t, &at, &words[n]) != WORD_END)
		n++;
	if ((n != 4 && n != 6) || word_next(t, &at, &words[0]) != WORD_END ||
	    !text_is(words[1], "(") || !text_is(words[n - 1], ")") ||
	    (n == 6 && !text_is(words[3], ".")))
		return UNIT_NONE;
	for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
		if (text_same(words[0], text_of(keep[i])))
			return unit_of_name(st, words[n - 2]);
	return UNIT_NONE;
}

static bool is_taken(const struct column *columns, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(columns[i].name, name) == 0)
			return true;
	return false;
}

/* Two columns of one name would be one key of an object. */
static const char *unique(struct sql_statement *st, const struct column *columns,
			  size_t n, const char *name)
{
	const char *is = name;

	for (int i = 2; is_taken(columns, n, is); i++)
		is = text_printf(&st->arena, "%s_%d", name, i).p;
	return is;
}

/* An expression's name is its text, line ends and all. */
static const char *on_one_line(struct sql_statement *st, const char *name)
{
	struct text rest = text_of(name ? name : "?");
	struct text word;
	struct buf b = { 0 };
	const char *line;

	while (text_word(&rest, &word)) {
		buf_str(&b, buf_len(&b) ? " " : "");
		buf_text_add(&b, word);
	}
	line = text_dup(&st->arena, buf_text(&b)).p;
	buf_clear(&b);
	return line;
}

static void make_schema(struct sql_statement *st)
{
	size_t n = (size_t)sqlite3_column_count(st->stmt);
	struct column *columns = arena_many(&st->arena, n, struct column);

	for (size_t i = 0; i < n; i++) {
		const char *name =
			unique(st, columns, i,
			       on_one_line(st, sqlite3_column_name(st->stmt, (int)i)));
		enum unit unit =
			unit_declared(sqlite3_column_decltype(st->stmt, (int)i));

		if (unit == UNIT_NONE)
			unit = unit_aggregate(st, name);
		columns[i] = (struct column){
			.name = name,
			.title = name,
			.unit = unit,
			.help = "a column of the statement",
			.flags = unit == UNIT_NONE ? COLUMN_EXACT : 0,
		};
	}
	st->schema = (struct schema){
		.name = "result",
		.help = "the rows of the statement",
		.columns = columns,
		.ncolumns = n,
	};
}

/*
 * Statements
 */

struct sql_statement *sql_prepare(struct sql *s, struct text text, size_t *at,
				  struct err *err)
{
	struct sql_statement *st = mem_zalloc(sizeof(*st));
	const char *tail = NULL;
	size_t from = *at;
	int code;

	st->sql = s;
	st->needs = arena_many(&st->arena, s->nschemas, struct need);
	s->preparing = st;
	s->denied[0] = '\0';
	/* With its end as a byte, SQLite copies the text: it is not ended by a 0. */
	code = sqlite3_prepare_v2(s->db, text.p + from, (int)(text.len - from), &st->stmt,
				  &tail);
	s->preparing = NULL;
	if (code != SQLITE_OK) {
		wrong_text(s, text, from, code, err);
		sql_free(st);
		return NULL;
	}
	*at = tail ? (size_t)(tail - text.p) : text.len;
	if (!st->stmt) {
		sql_free(st);
		return *at > from && *at < text.len ? sql_prepare(s, text, at, err)
						    : NULL;
	}
	make_schema(st);
	late_plan(st, text_sub(text, from, *at));
	/* What only explains reads nothing. */
	if (sqlite3_stmt_isexplain(st->stmt)) {
		memset(st->needs, 0, s->nschemas * sizeof(*st->needs));
		st->late = false;
	}
	return st;
}

bool sql_needs(const struct sql_statement *st)
{
	for (size_t i = 0; i < st->sql->nschemas; i++)
		if (st->needs[i].now || st->needs[i].before)
			return true;
	return false;
}

void sql_free(struct sql_statement *st)
{
	if (!st)
		return;
	sqlite3_finalize(st->stmt);
	reading_free(st->reading);
	arena_clear(&st->arena);
	free(st);
}

const struct schema *sql_schema(const struct sql_statement *st)
{
	return &st->schema;
}

static void set_blob(struct table *t, size_t row, size_t column, const void *p, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";
	struct buf shown = { 0 };

	buf_str(&shown, "X'");
	for (const unsigned char *b = p; n > 0; n--, b++) {
		buf_char(&shown, digits[*b >> 4]);
		buf_char(&shown, digits[*b & 15]);
	}
	buf_char(&shown, '\'');
	table_set_text(t, row, column, buf_text(&shown));
	buf_clear(&shown);
}

static void add_row(struct sql_statement *st, struct table *t)
{
	size_t row = table_add(t);

	for (int c = 0; c < sqlite3_column_count(st->stmt); c++) {
		size_t at = (size_t)c;

		switch (sqlite3_column_type(st->stmt, c)) {
		case SQLITE_INTEGER:
			table_set_int(t, row, at, sqlite3_column_int64(st->stmt, c));
			break;
		case SQLITE_FLOAT:
			table_set_real(t, row, at, sqlite3_column_double(st->stmt, c));
			break;
		case SQLITE_TEXT: {
			struct text v = {
				.p = (const char *)sqlite3_column_text(st->stmt, c),
			};

			v.len = (size_t)sqlite3_column_bytes(st->stmt, c);
			table_set_text(t, row, at, v);
			break;
		}
		case SQLITE_BLOB:
			set_blob(t, row, at, sqlite3_column_blob(st->stmt, c),
				 (size_t)sqlite3_column_bytes(st->stmt, c));
			break;
		default:
			break;
		}
	}
}

void sql_stop(struct sql_statement *st)
{
	sqlite3_reset(st->stmt);
}

bool sql_step(struct sql_statement *st, struct table *t, size_t max, bool *more,
	      struct err *err)
{
	struct sql *s = st->sql;
	size_t bytes = arena_bytes(t->arena);
	int code = SQLITE_ROW;

	s->stepping = st;
	for (size_t i = 0; i < max && code == SQLITE_ROW &&
			   arena_bytes(t->arena) - bytes < STEP_BYTES;
	     i++) {
		code = sqlite3_step(st->stmt);
		if (code == SQLITE_ROW)
			add_row(st, t);
	}
	s->stepping = NULL;
	*more = code == SQLITE_ROW;
	if (code == SQLITE_ROW)
		return true;
	if (code == SQLITE_DONE) {
		sqlite3_reset(st->stmt);
		return true;
	}
	wrong_step(s, code, err);
	sqlite3_reset(st->stmt);
	return false;
}

/*
 * Functions beside SQLite's own: the REGEXP operator, and numbers as people write them.
 */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "sql/inside.h"

static void pattern_drop(void *p)
{
	pattern_free(p);
}

static struct text text_of_value(sqlite3_value *v)
{
	const char *p = (const char *)sqlite3_value_text(v);

	return (struct text){ p ? p : "", (size_t)sqlite3_value_bytes(v) };
}

/* X REGEXP Y calls regexp(Y, X). A constant pattern is compiled once. */
static void regexp(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	struct pattern *p = sqlite3_get_auxdata(ctx, 0);
	struct err err = { 0 };

	if (sqlite3_value_type(argv[0]) == SQLITE_NULL ||
	    sqlite3_value_type(argv[1]) == SQLITE_NULL)
		return;
	if (!p) {
		p = pattern_new(text_of_value(argv[0]), &err);
		if (!p) {
			sqlite3_result_error(ctx, err.what, -1);
			return;
		}
		sqlite3_set_auxdata(ctx, 0, p, pattern_drop);
		p = sqlite3_get_auxdata(ctx, 0);
		if (!p) {
			sqlite3_result_error_nomem(ctx);
			return;
		}
	}
	sqlite3_result_int(ctx, pattern_matches(p, text_of_value(argv[1])));
}

static void shown(sqlite3_context *ctx, sqlite3_value *v, enum unit unit)
{
	struct buf b = { 0 };
	struct text t;

	if (sqlite3_value_numeric_type(v) != SQLITE_INTEGER &&
	    sqlite3_value_numeric_type(v) != SQLITE_FLOAT)
		return;
	units_human(&b, sqlite3_value_double(v), unit);
	t = buf_text(&b);
	sqlite3_result_text64(ctx, t.p, t.len, SQLITE_TRANSIENT, SQLITE_UTF8);
	buf_clear(&b);
}

static void bytes(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	shown(ctx, argv[0], UNIT_BYTES);
}

static void duration(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	shown(ctx, argv[0], UNIT_NS);
}

static void human(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	shown(ctx, argv[0], UNIT_COUNT);
}

bool function_add(struct sql *s, struct err *err)
{
	static const struct {
		const char *name;
		int arguments;
		void (*call)(sqlite3_context *ctx, int argc, sqlite3_value **argv);
	} rows[] = { { "regexp", 2, regexp },
		     { "bytes", 1, bytes },
		     { "duration", 1, duration },
		     { "human", 1, human } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (sqlite3_create_function(s->db, rows[i].name, rows[i].arguments,
					    SQLITE_UTF8 | SQLITE_DETERMINISTIC |
						    SQLITE_INNOCUOUS,
					    NULL, rows[i].call, NULL, NULL) != SQLITE_OK)
			return fail(err, ERR_SYSTEM, "cannot make the function '%s'",
				    rows[i].name);
	return true;
}

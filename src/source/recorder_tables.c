/* Tables and columns in a recording: written. */
#include "source/recorder_tables.h"

#include "source/recording_rows.h"

static const char *kind_name(enum column_kind kind)
{
	static const char *const names[] = { "label", "gauge", "counter" };

	return names[kind];
}

static const char *unit_name(enum unit unit)
{
	static const char *const names[] = {
		[UNIT_NONE] = "none",
		[UNIT_COUNT] = "count",
		[UNIT_BYTES] = "bytes",
		[UNIT_NS] = "ns",
		[UNIT_TIME] = "time",
		[UNIT_RATIO] = "ratio",
		[UNIT_ROW] = "row",
	};

	return names[unit];
}

/* The number of a column, by its name; one that is new gets the next. */
static bool define_column(struct recording_file *f, const struct schema *schema,
			  int64_t table, const struct column *c, uint8_t *number,
			  struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err, "SELECT (SELECT id FROM columns WHERE tab = ?1 AND name = ?2),"
			" (SELECT ifnull(max(id), -1) + 1 FROM columns WHERE tab = ?1)",
		"it", table, text_of(c->name));
	bool there;
	int64_t id;

	if (!recording_file_next(f, &s, err))
		return false;
	there = sqlite3_column_type(s, 0) == SQLITE_INTEGER;
	id = sqlite3_column_int64(s, there ? 0 : 1);
	sqlite3_finalize(s);
	if (id < 0 || id >= ROWS_COLUMNS)
		return fail(err, ERR_FORMAT, "'%s' has no room for column '%s' of '%s'",
			    f->path, c->name, schema->name);
	*number = (uint8_t)id;
	return recording_file_do(f, err,
				 "INSERT OR REPLACE INTO columns VALUES(?,?,?,?,?,?,?,?)",
				 "iittttti", table, id, text_of(c->name),
				 text_of(c->title),
				 text_of(unit_name(c->unit)), text_of(kind_name(c->kind)),
				 text_of(c->help), (int64_t)c->flags);
}

static bool define_table(struct recording_file *f, const struct schema *schema,
			 int64_t *id, struct err *err)
{
	sqlite3_stmt *s;

	if (!recording_file_do(f, err,
			       "INSERT INTO tables(name, help, key) VALUES(?1, ?2, ?3) "
			       "ON CONFLICT(name) DO UPDATE SET help = ?2, key = ?3",
			       "ttt", text_of(schema->name), text_of(schema->help),
			       text_of(schema->columns[schema->key].name)))
		return false;
	s = recording_file_ask(f, err, "SELECT id FROM tables WHERE name = ?", "t",
			       text_of(schema->name));
	if (!recording_file_next(f, &s, err))
		return false;
	*id = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return true;
}

bool recorder_define(struct recording_file *f, const struct schema *schema, int64_t *id,
		     uint8_t *ids, struct err *err)
{
	if (!define_table(f, schema, id, err))
		return false;
	for (size_t c = 0; c < schema->ncolumns && c < ROWS_COLUMNS; c++)
		if (!define_column(f, schema, *id, &schema->columns[c], &ids[c], err))
			return false;
	return true;
}

/*
 * The virtual tables: SQLite's module over rows in memory. What a statement will need is
 * seen when SQLite asks how it may best be read.
 * Source: sqlite.org/vtab.html.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sql/inside.h"

/* What SQLite may believe of the rows before anything was read. */
#define ROWS_ALL 100000
#define ROWS_FOUND 10

struct vtab {
	sqlite3_vtab base; /* first: SQLite's view of it */
	const struct sql_table *table;
};

struct cursor {
	sqlite3_vtab_cursor base; /* first */
	struct view *view;
	const struct sql_index *index; /* NULL: all rows */
	struct sql_key key;
	char *chars; /* what key.text looks at */
	size_t row;  /* TABLE_NONE: at the end */
};

static const struct sql_table *table_of(const sqlite3_vtab *v)
{
	return ((const struct vtab *)v)->table;
}

/* The declared type tells the unit to whoever asks for that of a result's column. It
 * makes a text that is compared with a number a number. */
static const char *declared(const struct column *c)
{
	static const char *const names[] = {
		[UNIT_COUNT] = " COUNT",
		[UNIT_BYTES] = " BYTES",
		[UNIT_NS] = " NS",
		[UNIT_RATIO] = " RATIO",
		[UNIT_ROW] = "",
	};

	return c->flags & COLUMN_LEFT || !names[c->unit] ? "" : names[c->unit];
}

static int connect_table(sqlite3 *db, void *aux, int argc, const char *const *argv,
			 sqlite3_vtab **out, char **error)
{
	const struct sql_table *t = aux;
	struct buf sql = { 0 };
	struct vtab *v;
	int code;

	buf_str(&sql, "CREATE TABLE x(");
	for (size_t i = 0; i < t->shape->schema.ncolumns; i++) {
		const struct column *c = &t->shape->schema.columns[i];

		buf_printf(&sql, "%s\"%s\"%s%s", i ? ", " : "", c->name, declared(c),
			   c->flags & COLUMN_ASKED ? " HIDDEN" : "");
	}
	buf_char(&sql, ')');
	t->sql->declaring = true;
	code = sqlite3_declare_vtab(db, buf_cstr(&sql));
	t->sql->declaring = false;
	buf_clear(&sql);
	if (code != SQLITE_OK)
		return code;
	sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
	v = mem_zalloc(sizeof(*v));
	v->table = t;
	*out = &v->base;
	return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *v)
{
	free(v);
	return SQLITE_OK;
}

static bool is_key(const struct sql_table *t, size_t column)
{
	return t->shape->schema.key == column;
}

/*
 * What the statement needs
 */

static void need_change(struct need *n, uint64_t column)
{
	n->before = n->now = true;
	n->columns |= column;
	n->earlier |= column;
}

static void need_column(struct need *n, const struct sql_table *t, size_t column)
{
	size_t from = t->shape->from[column];

	if (column == t->shape->born)
		need_change(n, 0);
	else if (from != TABLE_NONE && derived_is_change(t->shape, column))
		need_change(n, column_bit(from));
	else if (from != TABLE_NONE && t->before)
		n->earlier |= column_bit(from);
	else if (from != TABLE_NONE)
		n->columns |= column_bit(from);
}

/* The last bit of SQLite's mask stands for all columns from there on. */
static bool is_used(sqlite3_uint64 used, size_t column)
{
	return used >> (column < 63 ? column : 63) & 1;
}

/* Columns that filter or rank. */
static void need_eager(struct need *n, const struct sql_table *t,
		       const sqlite3_index_info *info)
{
	for (int i = 0; i < info->nConstraint + info->nOrderBy; i++) {
		int column = i < info->nConstraint
				     ? info->aConstraint[i].iColumn
				     : info->aOrderBy[i - info->nConstraint].iColumn;
		size_t from = column >= 0 ? t->shape->from[column] : TABLE_NONE;

		if (from != TABLE_NONE)
			n->eager |= column_bit(from);
	}
}

static void need_key(struct sql_statement *st, struct need *n, struct cell key)
{
	struct cell *keys = arena_many(&st->arena, n->nkeys + 1, struct cell);

	for (size_t i = 0; i < n->nkeys; i++) {
		if (cell_eq(n->keys[i], key))
			return;
		keys[i] = n->keys[i];
	}
	keys[n->nkeys++] = key;
	n->keys = keys;
}

/* The cell that a constant of the statement is for the key's column. */
static bool constant(struct sql_statement *st, const struct column *about,
		     sqlite3_value *value, struct cell *out)
{
	struct text t = { (const char *)sqlite3_value_text(value),
			  (size_t)sqlite3_value_bytes(value) };
	struct text *copy;
	int64_t id;

	if (about->parse && about->parse(t, &id)) {
		*out = (struct cell){ CELL_ID, { .num = id } };
		return true;
	}
	if (about->parse || sqlite3_value_type(value) != SQLITE_TEXT)
		return false;
	copy = arena_new(&st->arena, struct text);
	*copy = text_dup(&st->arena, t);
	*out = (struct cell){ CELL_TEXT, { .text = copy } };
	return true;
}

static void collect(const struct sql_table *t, sqlite3_index_info *info, int by_key)
{
	struct sql_statement *st = t->sql->preparing;
	sqlite3_value *value;
	struct cell key;
	struct need *n;

	if (!st)
		return; /* prepared once more while it is stepped */
	n = &st->needs[t->place];
	*(t->before ? &n->before : &n->now) = true;
	for (size_t c = 0; c < t->shape->schema.ncolumns; c++)
		if (is_used(info->colUsed, c))
			need_column(n, t, c);
	need_eager(n, t, info);
	if (by_key >= 0 && sqlite3_vtab_rhs_value(info, by_key, &value) == SQLITE_OK &&
	    constant(st, &t->shape->schema.columns[t->shape->schema.key], value, &key))
		need_key(st, n, key);
	else
		n->all = true;
}

/* The equation that finds rows best: of the key, with a constant if there is one. */
static int best_equation(const struct sql_table *t, sqlite3_index_info *info)
{
	sqlite3_value *value;
	int best = -1;
	int best_rank = 0;

	for (int i = 0; i < info->nConstraint; i++) {
		const struct sqlite3_index_constraint *c = &info->aConstraint[i];
		int rank = 1;

		if (!c->usable || c->op != SQLITE_INDEX_CONSTRAINT_EQ || c->iColumn < 0 ||
		    strcmp(sqlite3_vtab_collation(info, i), "BINARY") != 0)
			continue;
		if (is_key(t, (size_t)c->iColumn))
			rank = sqlite3_vtab_rhs_value(info, i, &value) == SQLITE_OK ? 3
										    : 2;
		if (rank > best_rank) {
			best = i;
			best_rank = rank;
		}
	}
	return best;
}

static int best_index(sqlite3_vtab *v, sqlite3_index_info *info)
{
	const struct sql_table *t = table_of(v);
	int best = best_equation(t, info);
	size_t column;

	if (best < 0) {
		collect(t, info, -1);
		info->estimatedRows = ROWS_ALL;
		info->estimatedCost = ROWS_ALL;
		return SQLITE_OK;
	}
	column = (size_t)info->aConstraint[best].iColumn;
	collect(t, info, is_key(t, column) ? best : -1);
	info->aConstraintUsage[best].argvIndex = 1;
	/* An id may be written in several ways: the index knows them. */
	info->aConstraintUsage[best].omit =
		t->shape->schema.columns[column].parse != NULL;
	info->idxNum = (int)column + 1;
	info->estimatedRows = is_key(t, column) ? 1 : ROWS_FOUND;
	info->estimatedCost = (double)info->estimatedRows;
	return SQLITE_OK;
}

/*
 * Cursors
 */

static int open_cursor(sqlite3_vtab *v, sqlite3_vtab_cursor **out)
{
	struct cursor *c = mem_zalloc(sizeof(*c));

	*out = &c->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
	struct cursor *c = (struct cursor *)base;

	free(c->chars);
	free(c);
	return SQLITE_OK;
}

/* The value does not live as long as the cursor. */
static void keep_key(struct cursor *c, struct sql_key key)
{
	free(c->chars);
	c->chars = NULL;
	if (key.type == KEY_TEXT && key.text.len) {
		c->chars = mem_alloc(key.text.len);
		memcpy(c->chars, key.text.p, key.text.len);
		key.text.p = c->chars;
	}
	c->key = key;
}

static void step(struct cursor *c)
{
	if (c->index)
		c->row = index_next(c->index, &c->key, c->row);
	else if (++c->row >= c->view->rows.nrows)
		c->row = TABLE_NONE;
}

/* Rows that were not there any more when their late columns were read. */
static void skip_gone(struct cursor *c)
{
	while (c->row != TABLE_NONE && c->view->known &&
	       c->view->known[c->row] == KNOWN_GONE)
		step(c);
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *name, int argc,
		  sqlite3_value **argv)
{
	struct cursor *c = (struct cursor *)base;
	const struct sql_table *t = table_of(base->pVtab);
	struct sql_statement *st = t->sql->stepping;
	struct view *view = st && st->reading ? reading_view(st->reading, t) : NULL;

	if (!view) {
		base->pVtab->zErrMsg = sqlite3_mprintf("%s was not read", t->name);
		return SQLITE_ERROR;
	}
	c->view = view;
	c->index = NULL;
	if (number == 0 || argc == 0) {
		c->row = view->rows.nrows ? 0 : TABLE_NONE;
		skip_gone(c);
		return SQLITE_OK;
	}

	size_t column = (size_t)number - 1;

	if (!view->indexes[column])
		view->indexes[column] = index_make(&view->rows, column,
						   reading_arena(st->reading));
	c->index = view->indexes[column];
	keep_key(c, index_key(&t->shape->schema.columns[column], argv[0]));
	c->row = index_first(c->index, &c->key);
	skip_gone(c);
	return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
	struct cursor *c = (struct cursor *)base;

	step(c);
	skip_gone(c);
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
	return ((struct cursor *)base)->row == TABLE_NONE;
}

static void result_shown(sqlite3_context *ctx, const struct column *about, struct cell c)
{
	struct buf shown = { 0 };
	struct text t;

	cell_print(&shown, about, c);
	t = buf_text(&shown);
	sqlite3_result_text64(ctx, t.p, t.len, SQLITE_TRANSIENT, SQLITE_UTF8);
	buf_clear(&shown);
}

/* A late cell that is not there yet is wanted from now on. SQLITE_OK: it is there, or
 * null until then. */
static int look_at_late(const struct sql_table *t, struct cursor *c, size_t column)
{
	struct view *v = c->view;
	size_t from = t->shape->from[column];

	if (from == TABLE_NONE || derived_is_change(t->shape, column) ||
	    !(v->late & column_bit(from)) || v->known[c->row] >= KNOWN_READ)
		return SQLITE_OK;
	if (!t->sql->rehearsing) {
		c->base.pVtab->zErrMsg = sqlite3_mprintf(
			"%s.%s of a row was not read: the statement looks at other rows "
			"each time", t->name, t->shape->schema.columns[column].name);
		return SQLITE_ERROR;
	}
	if (v->known[c->row] == KNOWN_NOT) {
		v->known[c->row] = KNOWN_WANTED;
		v->nwanted++;
	}
	return v->nwanted > v->most ? SQLITE_INTERRUPT : SQLITE_OK;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int number)
{
	struct cursor *cursor = (struct cursor *)base;
	const struct table *t = &cursor->view->rows;
	const struct column *about = &t->schema->columns[number];
	struct cell c = table_cell(t, cursor->row, (size_t)number);

	if (cursor->view->known) {
		int code = look_at_late(table_of(base->pVtab), cursor, (size_t)number);

		if (code != SQLITE_OK)
			return code;
	}
	switch (c.type) {
	case CELL_INT:
		if (about->unit == UNIT_TIME)
			result_shown(ctx, about, c);
		else
			sqlite3_result_int64(ctx, c.v.num);
		break;
	case CELL_BOOL:
		sqlite3_result_int(ctx, c.v.num != 0);
		break;
	case CELL_REAL:
		sqlite3_result_double(ctx, c.v.real);
		break;
	case CELL_ID:
		result_shown(ctx, about, c);
		break;
	case CELL_TEXT: /* lives as long as the statement is stepped */
		sqlite3_result_text64(ctx, c.v.text->len ? c.v.text->p : "",
				      c.v.text->len, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case CELL_NULL:
		break;
	}
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)((struct cursor *)base)->row;
	return SQLITE_OK;
}

/* Without xCreate: the tables are simply there. */
static const sqlite3_module module = {
	.iVersion = 1,
	.xConnect = connect_table,
	.xBestIndex = best_index,
	.xDisconnect = disconnect,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next,
	.xEof = at_end,
	.xColumn = column,
	.xRowid = rowid,
};

bool module_add(struct sql *s, struct err *err)
{
	for (size_t i = 0; i < s->ntables; i++)
		if (sqlite3_create_module_v2(s->db, s->tables[i].name, &module,
					     &s->tables[i], NULL) != SQLITE_OK)
			return fail(err, ERR_SYSTEM, "cannot make the table '%s': %s",
				    s->tables[i].name, sqlite3_errmsg(s->db));
	return true;
}

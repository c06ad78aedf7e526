/*
 * ets: the table of ETS tables; with the name of one all about it, or its first objects.
 */
#include <inttypes.h>

#include "cmd/commands.h"
#include "cmd/process.h"
#include "cmd/table.h"
#include "tables/ets.h"
#include "tables/ets_find.h"
#include "tables/ets_rows.h"

struct wait_rows {
	struct waiting waiting;
	struct ets_rows *rows;
};

static void on_rows(void *ctx, struct ets_rows *rows, const struct err *err)
{
	struct wait_rows *w = ctx;

	w->rows = rows;
	cmd_answered(&w->waiting, err);
}

/* NULL: err says why, or a signal came. */
static struct sample *ask(struct cmd_context *c, uint64_t columns, const struct cell *key,
			  struct err *err)
{
	return cmd_ask(c, &(struct request){
		.schema = &ets_schema,
		.columns = columns,
		.keys = key,
		.nkeys = key != NULL,
		.timeout_ns = c->options.timeout_ns,
		.syntax = c->options.syntax,
	}, err);
}

/* The id of the table that the first argument names. */
static bool find(struct cmd_context *c, struct text *id, struct err *err)
{
	struct sample *s = ask(c, column_bit(ETS_ID) | column_bit(ETS_NAME), NULL, err);
	size_t row;

	if (!s)
		return false;
	row = ets_find(&s->table, c->args[0], c->sources[0]->name, err);
	if (row != TABLE_NONE)
		*id = text_dup(c->arena, table_text(&s->table, row, ETS_ID));
	sample_free(s);
	return row != TABLE_NONE;
}

static bool fail_gone(struct text id, struct err *err)
{
	return fail(err, ERR_ABSENT, "table '%.*s' is gone", TEXT_ARG(id));
}

static bool show_detail(struct cmd_context *c, struct text id, struct err *err)
{
	struct cell key = { CELL_TEXT, { .text = &id } };
	struct sample *s = ask(c, schema_all(&ets_schema), &key, err);
	struct fields all;
	size_t row;

	if (!s)
		return false;
	row = table_find(&s->table, key);
	fields_init(&all, c->arena);
	for (size_t i = 0; row != TABLE_NONE && i < ETS_NCOLUMNS; i++)
		fields_cell(&all, &ets_schema.columns[i], table_cell(&s->table, row, i));
	if (row != TABLE_NONE)
		cmd_print_object(c, &all);
	sample_free(s);
	return row != TABLE_NONE || fail_gone(id, err);
}

/*
 * Objects.
 */

static int64_t left_out(const struct ets_rows *r)
{
	int64_t n = r->size - (int64_t)r->table.nrows;

	return n > 0 ? n : 0;
}

static bool any_cut(const struct ets_rows *r)
{
	for (size_t row = 0; row < r->table.nrows; row++)
		if (table_num(&r->table, row, ETS_ROW_CUT))
			return true;
	return false;
}

static const char *why_cut(const struct ets_rows *r)
{
	if (!any_cut(r))
		return "";
	if (r->proven)
		return "the table is larger than 16 MB, so only what is small for "
		       "certain is read; --whole reads all";
	return "objects are shown up to a bound";
}

static void print_object(struct cmd_context *c, struct text id, const struct ets_rows *r)
{
	struct fields all, list;

	fields_init(&all, c->arena);
	fields_init(&list, c->arena);
	fields_text(&all, "id", id);
	fields_int(&all, "size", UNIT_COUNT, r->size);
	fields_int(&all, "left_out", UNIT_COUNT, left_out(r));
	fields_text_or_null(&all, "why", text_of(why_cut(r)));
	for (size_t row = 0; row < r->table.nrows; row++) {
		struct fields *one = fields_new(c->arena);

		for (size_t i = 0; i < ETS_ROW_NCOLUMNS; i++)
			fields_cell(one, &ets_rows_schema.columns[i],
				    table_cell(&r->table, row, i));
		fields_object(&list, "", one);
	}
	fields_list(&all, "objects", &list);
	cmd_print_object(c, &all);
}

static void print_text(struct cmd_context *c, struct text id, const struct ets_rows *r)
{
	cmd_printf_line(c, "%.*s has %" PRId64 " object%s%s", TEXT_ARG(id), r->size,
			r->size == 1 ? "" : "s",
			left_out(r) == 0 ? "" :
			cmd_string(c, ", %zu of them %s shown", r->table.nrows,
				   r->table.nrows == 1 ? "is" : "are"));
	for (size_t row = 0; row < r->table.nrows; row++)
		cmd_print_line(c, table_text(&r->table, row, ETS_ROW_OBJECT));
	if (any_cut(r))
		cmd_printf_line(c, "\n(... stands for what was left out: %s)",
				why_cut(r));
}

static void print_rows(struct cmd_context *c, const struct ets_rows *r)
{
	static const size_t order[] = { ETS_ROW_KEY, ETS_ROW_OBJECT, ETS_ROW_CUT };
	struct rows rows = rows_all(&r->table, c->arena);
	struct page page = {
		.table = &r->table,
		.rows = &rows,
		.columns = order,
		.ncolumns = ETS_ROW_NCOLUMNS,
	};

	cmd_print_page(c, &page);
}

static size_t count_of(const struct cmd_context *c)
{
	if (options_given(&c->options, "rows"))
		return c->options.rows;
	return options_given(&c->options, "n") ? c->options.limit : ETS_ROWS_DEFAULT;
}

static bool show_rows(struct cmd_context *c, struct text id, struct err *err)
{
	struct wait_rows *w = arena_new(c->arena, struct wait_rows);
	struct live *l = cmd_live(c, err);

	if (!l)
		return false;
	ets_rows_ask(l, &(struct ets_rows_request){
		.id = id,
		.count = count_of(c),
		.whole = c->options.whole,
		.timeout_ns = c->options.timeout_ns,
		.syntax = c->options.syntax,
		.width = cmd_term_width(c),
		.redact = c->options.redact,
	}, on_rows, w);
	if (!cmd_wait_answer(c, &w->waiting, err))
		return err->kind == ERR_NONE;
	if (c->format->human)
		print_text(c, id, w->rows);
	else if (text_is(text_of(c->format->name), "json"))
		print_object(c, id, w->rows);
	else
		print_rows(c, w->rows);
	if (w->rows->end.kind)
		cmd_complain(c, &w->rows->end);
	ets_rows_free(w->rows);
	return true;
}

/*
 * The command.
 */

static bool wants_rows(const struct cmd_context *c)
{
	return options_given(&c->options, "rows") || options_given(&c->options, "n") ||
	       c->options.whole;
}

bool ets_check(struct cmd_context *c, struct err *err)
{
	if (c->nargs == 0 && (options_given(&c->options, "rows") || c->options.whole)) {
		fail(err, ERR_USAGE,
		     "--rows and --whole are about the objects of one table");
		return fail_hint(err, "usage: otoscope ets [SOURCE] TABLE --rows N; "
				      "-n bounds the list of tables");
	}
	return table_check_one(c, err);
}

bool ets_run(struct cmd_context *c, struct err *err)
{
	struct text id;

	if (c->nargs == 0)
		return table_run(c, err);
	if (!find(c, &id, err) ||
	    !(wants_rows(c) ? show_rows : show_detail)(c, id, err))
		return err->kind == ERR_NONE;
	return true;
}

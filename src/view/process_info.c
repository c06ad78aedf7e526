/* What a process is, what it is linked to, where it is: sections of its page. */
#include <inttypes.h>

#include "tables/process.h"
#include "view/process_inside.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Asking.
 */

static bool take_detail(struct detail_ask *a, struct process_detail *detail,
			const struct err *err, struct detail **d, struct section **s)
{
	struct process_page *p;

	if (!detail_ask_end(a, err, d, s)) {
		process_detail_free(detail);
		return false;
	}
	if (!detail)
		return false;
	p = process_of(*d);
	process_detail_free(p->detail);
	p->detail = detail;
	detail_stale(*d);
	return true;
}

static void detailed(void *ctx, struct process_detail *detail, const struct err *err)
{
	struct detail *d;
	struct section *s;

	take_detail(ctx, detail, err, &d, &s);
}

static void ask(struct detail *d, struct section *s, process_detailed *done)
{
	const struct top_options *o = top_options(d->view.top);
	struct live *l = detail_live(d);

	if (l)
		process_detail_ask(l, d->key.v.num, o->syntax, o->timeout_ns, done,
				   detail_ask_new(d, s));
}

void process_ask_detail(struct detail *d, struct section *s)
{
	ask(d, s, detailed);
}

/*
 * Names of the processes in its lists: those that are registered come with them.
 */

#define NLISTS 5

static void lists_of(const struct process_detail *detail,
		     const struct detail_list *lists[NLISTS])
{
	lists[0] = &detail->links;
	lists[1] = &detail->monitors;
	lists[2] = &detail->monitored_by;
	lists[3] = &detail->ancestors;
	lists[4] = &detail->suspending;
}

static bool has_name(struct text item)
{
	return text_chr(item, ' ') < item.len;
}

static void named(void *ctx, struct sample *names, const struct err *err)
{
	struct detail *d;
	struct section *s;

	/* Without names there is still the rest. */
	if (!detail_ask_end(ctx, NULL, &d, &s) || err) {
		sample_free(names);
		return;
	}
	sample_free(process_of(d)->names);
	process_of(d)->names = names;
}

static void ask_names(struct detail *d, struct section *s)
{
	const struct process_detail *detail = process_of(d)->detail;
	const struct top_options *o = top_options(d->view.top);
	const struct detail_list *lists[NLISTS];
	struct arena scratch = { 0 };
	struct cell *keys;
	size_t n = 0, room = 0;

	lists_of(detail, lists);
	for (size_t i = 0; i < NLISTS; i++)
		room += lists[i]->nitems;
	keys = arena_many(&scratch, room, struct cell);
	for (size_t i = 0; i < NLISTS; i++)
		for (size_t k = 0; k < lists[i]->nitems; k++) {
			struct goal g = goal_read(lists[i]->items[k]);

			if (g.kind == GOAL_PROCESS && !has_name(lists[i]->items[k]))
				keys[n++] = (struct cell){ CELL_ID, { .num = g.id } };
		}
	if (n)
		link_ask(d->view.link, &(struct request){
			.schema = &processes_schema,
			.columns = column_bit(PROC_NAME),
			.keys = keys,
			.nkeys = n,
			.timeout_ns = o->timeout_ns,
			.syntax = o->syntax,
		}, named, detail_ask_new(d, s));
	arena_clear(&scratch);
}

static void detailed_with_names(void *ctx, struct process_detail *detail,
				const struct err *err)
{
	struct detail *d;
	struct section *s;

	if (take_detail(ctx, detail, err, &d, &s))
		ask_names(d, s);
}

void process_ask_links(struct detail *d, struct section *s)
{
	ask(d, s, detailed_with_names);
}

/*
 * Lines.
 */

/* A column of the row, or where there is none yet, of what was asked. */
static struct cell cell_of(const struct detail *d, size_t column)
{
	const struct process_detail *detail = process_of(d)->detail;
	struct cell c = detail_cell(d, processes_schema.columns[column].name);

	if (c.type == CELL_NULL && detail)
		c = table_cell(&detail->sample->table, 0, column);
	return c;
}

static void add_column(struct detail *d, struct section *s, size_t column)
{
	const struct column *about = &processes_schema.columns[column];

	lines_cell(&s->lines, about, about->unit, cell_of(d, column), true);
	if (column == PROC_MSGQ && cell_number(cell_of(d, column)) > 0)
		lines_last(&s->lines)->style = STYLE_WARN;
}

static void add_columns(struct detail *d, struct section *s, const size_t *columns,
			size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_column(d, s, columns[i]);
}

/* A rate or a growth. */
static void add_change(struct detail *d, struct section *s, const char *name)
{
	size_t at = d->row.nrows ? schema_find(d->row.schema, text_of(name)) : TABLE_NONE;

	if (at != TABLE_NONE)
		lines_cell(&s->lines, &d->row.schema->columns[at],
			   table_unit(&d->row, 0, at), table_cell(&d->row, 0, at), true);
}

static void add_text(struct section *s, const char *label, struct text t)
{
	if (t.len)
		lines_field(&s->lines, text_of(label), t);
}

void process_make_info(struct detail *d, struct section *s)
{
	static const size_t meta[] = {
		PROC_REGISTERED_NAME,  PROC_LABEL,    PROC_APPLICATION, PROC_INITIAL_CALL,
		PROC_CURRENT_FUNCTION, PROC_STATUS,   PROC_PARENT,      PROC_GROUP_LEADER,
		PROC_PRIORITY,         PROC_TRAP_EXIT,
	};
	static const size_t memory[] = {
		PROC_HEAP,       PROC_TOTAL_HEAP,   PROC_STACK,
		PROC_QUEUE_DATA, PROC_BINARY_COUNT, PROC_BINARY_MEMORY,
	};
	static const size_t counts[] = { PROC_LINKS, PROC_MONITORS, PROC_MONITORED_BY };
	const struct process_detail *detail = process_of(d)->detail;

	if (!d->row.nrows)
		return;
	lines_heading(&s->lines, "meta");
	add_columns(d, s, meta, COUNT(meta));
	if (detail) {
		add_text(s, "error_handler", detail->error_handler);
		add_text(s, "trace_token", detail->trace_token);
	}
	add_columns(d, s, counts, COUNT(counts));
	lines_heading(&s->lines, "memory");
	add_column(d, s, PROC_MEMORY);
	add_change(d, s, "memory_growth");
	add_column(d, s, PROC_MSGQ);
	add_change(d, s, "message_queue_len_growth");
	add_columns(d, s, memory, COUNT(memory));
	lines_heading(&s->lines, "work");
	add_column(d, s, PROC_REDUCTIONS);
	add_change(d, s, "reductions_rate");
	lines_heading(&s->lines, "garbage collection");
	add_column(d, s, PROC_MINOR_GCS);
	for (size_t i = 0; detail && i < detail->nnumbers; i++)
		if (!text_is(detail->numbers[i].name, "minor_gcs"))
			lines_number(&s->lines, detail->numbers[i].name,
				     detail->numbers[i].unit, detail->numbers[i].value);
}

/* With the name that the processes table has. */
static void add_item(struct detail *d, struct section *s, struct text item)
{
	const struct sample *names = process_of(d)->names;
	struct goal g = goal_read(item);
	struct buf b = { 0 };
	size_t row = TABLE_NONE;

	if (names && g.kind == GOAL_PROCESS && !has_name(item))
		row = table_find(&names->table,
				 (struct cell){ CELL_ID, { .num = g.id } });
	buf_text_add(&b, item);
	if (row != TABLE_NONE) {
		buf_char(&b, ' ');
		buf_text_add(&b, table_text(&names->table, row, PROC_NAME));
	}
	lines_item(&s->lines, buf_text(&b));
	buf_clear(&b);
}

/* Ancestors that are registered are known by their names. */
static void name_goals(struct lines *l, size_t from)
{
	for (; from < l->n; from++) {
		struct detail_line *line = &l->at[from];

		if (line->kind != LINE_ITEM || line->goal.kind)
			continue;
		line->goal = (struct goal){ .kind = GOAL_NAME, .word = line->text };
		line->style = STYLE_LINK;
	}
}

static void add_list(struct detail *d, struct section *s, const char *name,
		     const struct detail_list *list)
{
	if (list->total < 0) {
		lines_heading(&s->lines, "%s", name);
		lines_text(&s->lines, STYLE_DIM, "too many to be read");
		return;
	}
	lines_heading(&s->lines, "%s %" PRId64, name, list->total);
	for (size_t i = 0; i < list->nitems; i++)
		add_item(d, s, list->items[i]);
	if (list->total > (int64_t)list->nitems)
		lines_text(&s->lines, STYLE_DIM, "... (%" PRId64 " more)",
			   list->total - (int64_t)list->nitems);
}

void process_make_links(struct detail *d, struct section *s)
{
	const struct process_detail *detail = process_of(d)->detail;
	size_t from;

	if (!detail)
		return;
	add_list(d, s, "links", &detail->links);
	add_list(d, s, "monitors", &detail->monitors);
	add_list(d, s, "monitored by", &detail->monitored_by);
	from = s->lines.n;
	add_list(d, s, "ancestors", &detail->ancestors);
	name_goals(&s->lines, from);
	if (detail->suspending.total)
		add_list(d, s, "suspending", &detail->suspending);
}

void process_make_stack(struct detail *d, struct section *s)
{
	const struct process_detail *detail = process_of(d)->detail;

	if (!detail)
		return;
	lines_heading(&s->lines, "%.*s",
		      TEXT_ARG(table_text(&detail->sample->table, 0, PROC_STATUS)));
	for (size_t i = 0; i < detail->stack.nitems; i++)
		lines_item(&s->lines, detail->stack.items[i]);
	if (detail->stack.total < 0)
		lines_text(&s->lines, STYLE_DIM, "too large to be read");
	else if (detail->stack.nitems == 0)
		lines_text(&s->lines, STYLE_DIM,
			   "no calls: the process is hibernating");
	else if (detail->stack.total > (int64_t)detail->stack.nitems)
		lines_text(&s->lines, STYLE_DIM, "... (%" PRId64 " more)",
			   detail->stack.total - (int64_t)detail->stack.nitems);
}

static void binaries(void *ctx, const struct process_binaries *b, const struct err *err)
{
	struct detail *d;
	struct section *s;

	if (detail_ask_end(ctx, err, &d, &s) && b)
		process_of(d)->binaries = *b;
}

void process_ask_binaries(struct detail *d, struct section *s)
{
	struct live *l = detail_live(d);

	if (l)
		process_binaries_ask(l, d->key.v.num,
				     top_options(d->view.top)->timeout_ns, binaries,
				     detail_ask_new(d, s));
}

static bool alike(const struct process_binary *a, const struct process_binary *b)
{
	return a->bytes == b->bytes && a->refs == b->refs && a->times == b->times;
}

/* "12 x 1.2 MB, 3 references, 2 from this heap" */
static void add_binaries(struct section *s, const struct process_binaries *b)
{
	struct buf size = { 0 };

	for (size_t i = 0, n; i < b->n; i += n) {
		const struct process_binary *one = &b->at[i];

		for (n = 1; i + n < b->n && alike(one, &b->at[i + n]);)
			n++;
		buf_reset(&size);
		units_human(&size, (double)one->bytes, UNIT_BYTES);
		lines_text(&s->lines, STYLE_PLAIN,
			   "%4zu x %8s, %" PRId64 " reference%s, %" PRId64
			   " from this heap",
			   n, buf_cstr(&size), one->refs, one->refs == 1 ? "" : "s",
			   one->times);
	}
	buf_clear(&size);
}

void process_make_binaries(struct detail *d, struct section *s)
{
	const struct process_binaries *b = &process_of(d)->binaries;
	struct cell n = cell_of(d, PROC_BINARY_COUNT);
	struct cell bytes = cell_of(d, PROC_BINARY_MEMORY);

	if (!d->row.nrows)
		return;
	add_column(d, s, PROC_BINARY_COUNT);
	add_column(d, s, PROC_BINARY_MEMORY);
	if (n.type == CELL_INT && bytes.type == CELL_INT && n.v.num > 0)
		lines_number(&s->lines, TEXT("average"), UNIT_BYTES,
			     bytes.v.num / n.v.num);
	add_change(d, s, "binary_count_growth");
	add_change(d, s, "binary_memory_growth");
	if (b->n)
		lines_heading(&s->lines, "the largest");
	add_binaries(s, b);
}

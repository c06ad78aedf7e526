#include "view/detail_objects.h"

#include <inttypes.h>

#include "tables/ets.h"
#include "tables/ets_rows.h"
#include "tables/mnesia.h"

struct objects_page {
	struct ets_rows *rows; /* of the last time; NULL: none came yet */
	struct term list;      /* of its objects: what is shown */
	size_t count;          /* that is asked for; 0: ETS_ROWS_DEFAULT */
};

static struct objects_page *page_of(const struct detail *d)
{
	return d->own;
}

/* The list has its tail behind it, in the same arena. */
static void make_list(struct objects_page *p, struct ets_rows *rows)
{
	size_t n = rows->table.nrows;
	struct term *items = arena_many(&rows->arena, n + 1, struct term);

	for (size_t i = 0; i < n; i++)
		items[i] = rows->objects[i];
	items[n] = (struct term){ .type = TERM_LIST };
	p->list = (struct term){ .type = TERM_LIST, .n = (uint32_t)n, .items = items };
}

static void answered(void *ctx, struct ets_rows *rows, const struct err *err)
{
	struct objects_page *p;
	struct detail *d;
	struct section *s;

	if (!detail_ask_end(ctx, err, &d, &s)) {
		ets_rows_free(rows);
		return;
	}
	if (!rows)
		return;
	p = page_of(d);
	make_list(p, rows);
	fold_pane_set(&s->fold, &(struct fold_style){
		.syntax = rows->syntax,
		.home = detail_home(d),
		.redact = top_options(d->view.top)->redact,
		.things = true,
	}, &p->list);
	ets_rows_free(p->rows);
	p->rows = rows;
}

static void ask(struct detail *d, struct section *s)
{
	const struct top_options *o = top_options(d->view.top);
	struct objects_page *p = page_of(d);
	struct live *l = detail_live(d);

	if (!l)
		return;
	ets_rows_ask(l, &(struct ets_rows_request){
		.id = d->view.trail,
		.count = p->count ? p->count : ETS_ROWS_DEFAULT,
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
		.terms = true,
	}, answered, detail_ask_new(d, s));
}

/* The ETS tables are to be listed before one of them is asked for by its name. */
static void listed(void *ctx, struct sample *sample, const struct err *err)
{
	struct detail *d;
	struct section *s;

	sample_free(sample);
	if (detail_ask_end(ctx, err, &d, &s) && !err)
		ask(d, s);
}

static void ask_mnesia(struct detail *d, struct section *s)
{
	link_ask(d->view.link, &(struct request){
		.schema = &ets_schema,
		.columns = column_bit(ETS_ID) | column_bit(ETS_SIZE),
		.timeout_ns = top_options(d->view.top)->timeout_ns,
	}, listed, detail_ask_new(d, s));
}

static void make(struct detail *d, struct section *s)
{
	const struct ets_rows *rows = page_of(d)->rows;
	int64_t left;

	if (!rows)
		return;
	left = rows->size - (int64_t)rows->table.nrows;
	if (left > 0)
		lines_text(&s->lines, STYLE_DIM,
			   "the first %zu of %" PRId64 " objects; m asks for more",
			   rows->table.nrows, rows->size);
	if (rows->proven)
		lines_text(&s->lines, STYLE_DIM, "the table is large: of its objects "
			   "only what is small was read");
	if (rows->end.kind)
		lines_text(&s->lines, STYLE_WARN, "%s", rows->end.what);
}

static bool more(struct detail *d, struct section *s)
{
	struct objects_page *p = page_of(d);
	size_t count = p->count ? p->count : ETS_ROWS_DEFAULT;

	if (count >= ETS_ROWS_MAX)
		return false;
	p->count = count * 10 < ETS_ROWS_MAX ? count * 10 : ETS_ROWS_MAX;
	return true;
}

static void clear(void *own)
{
	ets_rows_free(((struct objects_page *)own)->rows);
}

#define OBJECTS "its first objects"
#define FLAGS (SECTION_LIVE | SECTION_DEMAND)

static const struct section_about ets_sections[] = {
	{ "row", "all that the table knows of it", 0, NULL, detail_make_row, NULL, NULL },
	{ "objects", OBJECTS, FLAGS, ask, make, NULL, more },
};

static const struct section_about mnesia_sections[] = {
	{ "row", "all that the table knows of it", 0, NULL, detail_make_row, NULL, NULL },
	{ "objects", OBJECTS, FLAGS, ask_mnesia, make, NULL, more },
};

const struct detail_kind ets_kind = {
	.schema = &ets_schema,
	.sections = ets_sections,
	.nsections = sizeof(ets_sections) / sizeof(ets_sections[0]),
	.size = sizeof(struct objects_page),
	.whole = true,
	.clear = clear,
};

const struct detail_kind mnesia_kind = {
	.schema = &mnesia_schema,
	.sections = mnesia_sections,
	.nsections = sizeof(mnesia_sections) / sizeof(mnesia_sections[0]),
	.size = sizeof(struct objects_page),
	.whole = true,
	.clear = clear,
};

#include "view/detail_port.h"

#include <inttypes.h>

#include "tables/port.h"
#include "tables/port_detail.h"

struct port_page {
	struct port_detail *detail; /* of the last time; NULL: none came yet */
};

static void detailed(void *ctx, struct port_detail *detail, const struct err *err)
{
	struct detail *d;
	struct section *s;
	struct port_page *p;

	if (!detail_ask_end(ctx, err, &d, &s)) {
		port_detail_free(detail);
		return;
	}
	if (!detail)
		return;
	p = d->own;
	port_detail_free(p->detail);
	p->detail = detail;
	detail_stale(d);
}

static void ask(struct detail *d, struct section *s)
{
	const struct top_options *o = top_options(d->view.top);
	struct live *l = detail_live(d);
	struct port_word word;

	if (l && port_word_read(d->view.trail, &word, &s->err))
		port_detail_ask(l, &word, o->syntax, o->timeout_ns, detailed,
				detail_ask_new(d, s));
}

static void add_items(struct section *s, const char *name,
		      const struct port_items *items)
{
	if (items->n)
		lines_heading(&s->lines, "%s", name);
	for (size_t i = 0; i < items->n; i++) {
		const struct port_item *item = &items->at[i];
		struct column about = { .name = item->name, .unit = item->unit };

		lines_cell(&s->lines, &about, item->unit, item->cell, false);
	}
}

static void make_port(struct detail *d, struct section *s)
{
	const struct port_detail *detail = ((struct port_page *)d->own)->detail;

	if (!detail)
		return;
	add_items(s, "meta", &detail->meta);
	add_items(s, "input and output", &detail->io);
	add_items(s, "memory", &detail->memory);
	add_items(s, "inet", &detail->inet);
	add_items(s, "statistics", &detail->statistics);
	add_items(s, "options", &detail->options);
}

static void add_list(struct section *s, const char *name, const struct detail_list *list)
{
	lines_heading(&s->lines, "%s %" PRId64, name, list->total);
	for (size_t i = 0; i < list->nitems; i++)
		lines_item(&s->lines, list->items[i]);
	if (list->total > (int64_t)list->nitems)
		lines_text(&s->lines, STYLE_DIM, "... (%" PRId64 " more)",
			   list->total - (int64_t)list->nitems);
}

static void make_links(struct detail *d, struct section *s)
{
	const struct port_detail *detail = ((struct port_page *)d->own)->detail;

	if (!detail)
		return;
	add_list(s, "links", &detail->links);
	add_list(s, "monitors", &detail->monitors);
	add_list(s, "monitored by", &detail->monitored_by);
}

static void clear(void *own)
{
	port_detail_free(((struct port_page *)own)->detail);
}

static const struct section_about sections[] = {
	{ "row", "all that the table knows of it", 0, NULL, detail_make_row, NULL, NULL },
	{ "detail", "its addresses, statistics and options", SECTION_LIVE, ask, make_port,
	  NULL, NULL },
	{ "links", "links and monitors", SECTION_LIVE, ask, make_links, NULL, NULL },
};
#define NSECTIONS (sizeof(sections) / sizeof(sections[0]))

const struct detail_kind port_kind = {
	.schema = &ports_schema,
	.sections = sections,
	.nsections = NSECTIONS,
	.size = sizeof(struct port_page),
	.whole = true,
	.clear = clear,
};

const struct detail_kind socket_kind = {
	.schema = &sockets_schema,
	.sections = sections,
	.nsections = NSECTIONS,
	.size = sizeof(struct port_page),
	.whole = true,
	.clear = clear,
};

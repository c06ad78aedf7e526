/* Walking through the numbers of the header. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "view/chart.h"
#include "view/home_inside.h"

struct walk {
	struct view view;
	struct home *home;
};

static struct home *home_of(struct view *v)
{
	return ((struct walk *)v)->home;
}

static const struct home_place *place(const struct home *h)
{
	for (size_t i = 0; i < h->nplaces; i++)
		if (h->places[i].item == h->chosen)
			return &h->places[i];
	return h->nplaces ? &h->places[0] : NULL;
}

/* To the nearest number in that direction, around the edges. */
static void go(struct view *v, int blocks, int rows)
{
	struct home *h = home_of(v);
	const struct home_place *from = place(h);
	const struct home_place *to = NULL;
	int64_t row, block;

	if (!from)
		return;
	row = (int64_t)from->row + rows;
	block = (int64_t)from->block + blocks;
	for (size_t i = 0; i < h->nplaces; i++) {
		const struct home_place *p = &h->places[i];

		if ((int64_t)p->block == block && (int64_t)p->row <= row &&
		    (rows == 0 || (int64_t)p->row == row))
			to = !to || p->row > to->row ? p : to;
	}
	h->chosen = (to ? to : from)->item;
	top_say(v->top, STYLE_PLAIN, "%s", home_items[h->chosen].help);
}

static bool up(struct view *v, struct text argument, struct err *err)
{
	go(v, 0, -1);
	return true;
}

static bool down(struct view *v, struct text argument, struct err *err)
{
	go(v, 0, 1);
	return true;
}

static bool left(struct view *v, struct text argument, struct err *err)
{
	go(v, -1, 0);
	return true;
}

static bool right(struct view *v, struct text argument, struct err *err)
{
	go(v, 1, 0);
	return true;
}

static struct chart_number number_of(const struct home *h, size_t item)
{
	const struct home_item *i = &home_items[item];

	return (struct chart_number){
		.label = text_of(i->help),
		.name = home_item_series(i, h->link->name),
		.unit = i->unit,
		.counter = i->how == HOME_RATE,
		.rate = i->how == HOME_RATE,
		.limit = h->values[item].limit,
	};
}

static void open_chart(struct home *h)
{
	struct chart_number n = number_of(h, h->chosen);

	top_push(h->top, chart_view_new(h->top, h->link, &n, 1));
}

static bool chart(struct view *v, struct text argument, struct err *err)
{
	open_chart(home_of(v));
	return true;
}

/* All of its kind in one chart: the block's numbers with the same unit. */
static bool chart_all(struct view *v, struct text argument, struct err *err)
{
	struct home *h = home_of(v);
	const struct home_item *chosen = &home_items[h->chosen];
	struct chart_number numbers[CHART_SERIES] = { number_of(h, h->chosen) };
	size_t n = 1;

	for (size_t i = 0; i < home_nitems && n < CHART_SERIES; i++)
		if (i != h->chosen && home_items[i].block == chosen->block &&
		    home_items[i].unit == chosen->unit &&
		    home_items[i].how == chosen->how && home_item_there(h, i))
			numbers[n++] = number_of(h, i);
	for (size_t i = 0; i < n; i++)
		if (n > 1)
			numbers[i].limit = NAN;
	top_push(v->top, chart_view_new(v->top, h->link, numbers, n));
	return true;
}

static const struct action actions[] = {
	{ "<up>k", "up", NULL, "the number above", 0, up, NULL },
	{ "<down>j", "down", NULL, "the number below", 0, down, NULL },
	{ "<left>h", "left", NULL, "the number to the left", 0, left, NULL },
	{ "<right>l", "right", NULL, "the number to the right", 0, right, NULL },
	{ "<enter>c", "chart", NULL, "the number as a chart over time", ACTION_FOOT,
	  chart, NULL },
	{ "C", "chart-all", NULL, "it and those like it in one chart", ACTION_FOOT,
	  chart_all, NULL },
};

static void draw(struct view *v, struct pane p)
{
}

static void shown(struct view *v, bool on)
{
	struct home *h = home_of(v);
	const struct home_place *p = place(h);

	h->walking = on;
	if (on && p)
		h->chosen = p->item;
	if (on)
		top_say(v->top, STYLE_PLAIN, "%s", home_items[h->chosen].help);
}

static void free_view(struct view *v)
{
	home_of(v)->walking = false;
	free(v);
}

const struct view_ops home_walk_ops = {
	.name = "header",
	.actions = actions,
	.nactions = sizeof(actions) / sizeof(actions[0]),
	.over = true,
	.draw = draw,
	.shown = shown,
	.free = free_view,
};

struct view *home_walk_new(struct top *t, struct home *h)
{
	struct walk *w = mem_zalloc(sizeof(*w));

	w->view = (struct view){ .ops = &home_walk_ops, .top = t, .link = h->link };
	w->home = h;
	return &w->view;
}

bool home_click(struct home *h, struct key k)
{
	const struct home_place *p = NULL;

	if (k.code != KEY_CLICK && k.code != KEY_DOUBLE_CLICK)
		return false;
	/* Something else lies over it. */
	if (top_view(h->top)->below && !h->walking)
		return false;
	for (size_t i = 0; i < h->nplaces; i++)
		if (k.y == h->places[i].y && k.x >= h->places[i].x &&
		    k.x < h->places[i].x + h->places[i].width)
			p = &h->places[i];
	if (!p)
		return false;
	h->chosen = p->item;
	if (!h->walking)
		top_push(h->top, home_walk_new(h->top, h));
	else
		top_say(h->top, STYLE_PLAIN, "%s", home_items[h->chosen].help);
	if (k.code == KEY_DOUBLE_CLICK)
		open_chart(h);
	return true;
}

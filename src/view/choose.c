#include "view/choose.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/input.h"
#include "tui/scroll.h"
#include "view/filter.h"
#include "view/top.h"

/* Lines beside the list: the title, what is typed and the help. */
#define AROUND ((size_t)3)
#define WIDEST ((size_t)72)

struct choose {
	struct view view;
	struct choose_options o;
	struct choice *at; /* [o.n] */
	size_t *shown;     /* [nshown] those that are left */
	size_t nshown;
	struct scroll scroll; /* in shown */
	struct pane list;     /* where it stands on the canvas */
	struct input input;
};

static struct choose *of(struct view *v)
{
	return (struct choose *)v;
}

static void narrow(struct choose *c)
{
	struct needle n;

	needle_init(&n, input_text(&c->input));
	c->nshown = 0;
	for (size_t i = 0; i < c->o.n; i++)
		if (n.len == 0 || needle_find(&n, c->at[i].name, 0) < c->at[i].name.len)
			c->shown[c->nshown++] = i;
	scroll_by(&c->scroll, 0, c->nshown);
	top_dirty(c->view.top);
}

static bool move(struct choose *c, ptrdiff_t lines)
{
	scroll_by(&c->scroll, lines, c->nshown);
	top_dirty(c->view.top);
	return true;
}

static bool up(struct view *v, struct text argument, struct err *err)
{
	return move(of(v), -1);
}

static bool down(struct view *v, struct text argument, struct err *err)
{
	return move(of(v), 1);
}

static bool page_up(struct view *v, struct text argument, struct err *err)
{
	return move(of(v), -(ptrdiff_t)of(v)->scroll.height);
}

static bool page_down(struct view *v, struct text argument, struct err *err)
{
	return move(of(v), (ptrdiff_t)of(v)->scroll.height);
}

static void changed(struct choose *c)
{
	c->o.changed(c->o.ctx, c->at, c->o.n);
	top_dirty(c->view.top);
}

static bool take(struct view *v, struct text argument, struct err *err)
{
	struct choose *c = of(v);
	struct choose_options o = c->o;
	struct choice *chosen;
	size_t id;

	if (!c->nshown)
		return true;
	chosen = &c->at[c->shown[c->scroll.cursor]];
	if (o.several) {
		chosen->on = !chosen->on;
		changed(c);
		return true;
	}
	id = chosen->id;
	top_pop(v->top);
	o.taken(o.ctx, id);
	return true;
}

/* Lets it change places with the one that is shown before it, or behind it. */
static void swap(struct choose *c, size_t with)
{
	struct choice *a;
	struct choice *b;
	struct choice was;

	if (!c->o.several || with >= c->nshown)
		return;
	a = &c->at[c->shown[c->scroll.cursor]];
	b = &c->at[c->shown[with]];
	was = *a;
	*a = *b;
	*b = was;
	c->scroll.cursor = with;
	changed(c);
}

static bool left(struct view *v, struct text argument, struct err *err)
{
	if (of(v)->scroll.cursor)
		swap(of(v), of(v)->scroll.cursor - 1);
	return true;
}

static bool right(struct view *v, struct text argument, struct err *err)
{
	swap(of(v), of(v)->scroll.cursor + 1);
	return true;
}

static bool close_list(struct view *v, struct text argument, struct err *err)
{
	top_pop(v->top);
	return true;
}

static const struct action one_actions[] = {
	{ "<enter>", "choose", NULL, "takes this one", ACTION_FOOT, take, NULL },
	{ "<escape>", "close", NULL, "takes none", ACTION_FOOT, close_list, NULL },
	{ "<up>", "up", NULL, "the one above", 0, up, NULL },
	{ "<down>", "down", NULL, "the one below", 0, down, NULL },
	{ "<pageup>", "page-up", NULL, "a page up", 0, page_up, NULL },
	{ "<pagedown>", "page-down", NULL, "a page down", 0, page_down, NULL },
};

static const struct action several_actions[] = {
	{ "<space><enter>", "switch", NULL, "shows it, or does not", ACTION_FOOT, take,
	  NULL },
	{ "<left>", "earlier", NULL, "moves it to the left", ACTION_FOOT, left, NULL },
	{ "<right>", "later", NULL, "moves it to the right", ACTION_FOOT, right, NULL },
	{ "<escape>", "close", NULL, "closes the list", ACTION_FOOT, close_list, NULL },
	{ "<up>", "up", NULL, "the one above", 0, up, NULL },
	{ "<down>", "down", NULL, "the one below", 0, down, NULL },
	{ "<pageup>", "page-up", NULL, "a page up", 0, page_up, NULL },
	{ "<pagedown>", "page-down", NULL, "a page down", 0, page_down, NULL },
};

static void clicked(struct choose *c, struct key k)
{
	struct pane p = c->list;
	struct err err = { 0 };

	if (!pane_has(p, k.x, k.y) || c->scroll.top + (k.y - p.y) >= c->nshown) {
		if (k.code == KEY_CLICK && k.y >= p.y + p.height)
			top_pop(c->view.top);
		return;
	}
	c->scroll.cursor = c->scroll.top + (k.y - p.y);
	top_dirty(c->view.top);
	if (k.code == KEY_DOUBLE_CLICK || c->o.several)
		take(&c->view, (struct text){ 0 }, &err);
}

static const struct action *action_of(const struct view *v, struct key k)
{
	for (size_t i = 0; i < v->ops->nactions; i++)
		if (key_in(v->ops->actions[i].keys, k))
			return &v->ops->actions[i];
	return NULL;
}

/* What is an action is one; all else is typed. */
static bool key(struct view *v, struct key k)
{
	struct choose *c = of(v);
	const struct action *a = c->input.pasting ? NULL : action_of(v, k);
	struct err err = { 0 };

	if (a)
		return a->run(v, (struct text){ 0 }, &err);
	if (k.code == KEY_CLICK || k.code == KEY_DOUBLE_CLICK)
		clicked(c, k);
	else if (k.code == KEY_WHEEL_UP)
		move(c, -SCROLL_WHEEL);
	else if (k.code == KEY_WHEEL_DOWN)
		move(c, SCROLL_WHEEL);
	else if (!c->input.pasting && key_in("<c-c>", k))
		top_pop(v->top);
	else if (input_key(&c->input, k) == INPUT_CHANGED)
		narrow(c);
	return true;
}

static bool typing(const struct view *v)
{
	return true;
}

static void draw_line(const struct choose *c, struct pane p, size_t y, size_t name_width)
{
	size_t line = c->scroll.top + y;
	const struct choice *one = &c->at[c->shown[line]];
	unsigned chosen = line == c->scroll.cursor ? STYLE_CHOSEN : 0;
	size_t x = 1;

	pane_fill(pane_part(p, 0, y, p.width, 1), STYLE_PLAIN | chosen);
	if (c->o.several || one->on)
		pane_text(p, x, y, STYLE_PLAIN | chosen,
			  one->on ? TEXT("[x]") : TEXT("[ ]"));
	x += 4;
	pane_lane(p, x, y, name_width, (one->on ? STYLE_STRONG : STYLE_PLAIN) | chosen,
		  one->name);
	x += name_width + 2;
	if (x < p.width)
		pane_lane(p, x, y, p.width - x, STYLE_DIM | chosen, one->help);
}

static size_t widest_name(const struct choose *c, const struct canvas *canvas)
{
	size_t widest = 0;

	for (size_t i = 0; i < c->o.n; i++) {
		size_t width = canvas_width(canvas, c->at[i].name);

		widest = width > widest ? width : widest;
	}
	return widest < WIDEST / 2 ? widest : WIDEST / 2;
}

static void draw_list(struct choose *c, struct pane p)
{
	size_t name_width = widest_name(c, p.canvas);

	c->list = p;
	scroll_fit(&c->scroll, c->nshown, p.height);
	for (size_t y = 0; y < p.height && c->scroll.top + y < c->nshown; y++)
		draw_line(c, p, y, name_width);
	if (!c->nshown)
		pane_text(p, 1, 0, STYLE_DIM, TEXT("none has this in its name"));
}

static void draw(struct view *v, struct pane p)
{
	struct choose *c = of(v);
	size_t width = p.width < WIDEST ? p.width : WIDEST;
	size_t height = c->o.n + AROUND < p.height ? c->o.n + AROUND : p.height;
	struct pane box = pane_part(p, p.width - width, 0, width, height);
	struct pane edge = pane_part(box, 0, 0, 1, height);
	struct pane title;
	struct pane typed;
	struct pane help;

	for (size_t y = 0; y < edge.height; y++)
		pane_glyph(edge, 0, y, STYLE_DIM, 0x2502, '|');
	box = pane_part(box, 1, 0, box.width, box.height);
	title = pane_top(&box, 1);
	typed = pane_bottom(&box, 1);
	help = pane_bottom(&box, box.height > 1 ? 1 : 0);
	pane_fill(title, STYLE_TITLE);
	pane_printf(title, 1, 0, STYLE_TITLE, "%s", c->o.title);
	pane_fill(box, STYLE_PLAIN);
	draw_list(c, box);
	pane_fill(help, STYLE_HEADING);
	if (c->nshown)
		pane_text(help, 1, 0, STYLE_HEADING,
			  c->at[c->shown[c->scroll.cursor]].help);
	pane_fill(typed, STYLE_PLAIN);
	pane_text(typed, 1, 0, STYLE_DIM, TEXT("find:"));
	input_draw(&c->input, typed, 7, 0, typed.width > 8 ? typed.width - 8 : 0,
		   STYLE_PLAIN);
}

static void free_view(struct view *v)
{
	struct choose *c = of(v);

	input_clear(&c->input);
	free(c->shown);
	free(c->at);
	free(c);
}

static const struct view_ops one_ops = {
	.name = "list",
	.actions = one_actions,
	.nactions = sizeof(one_actions) / sizeof(one_actions[0]),
	.over = true,
	.draw = draw,
	.key = key,
	.typing = typing,
	.free = free_view,
};

const struct view_ops choose_ops = {
	.name = "list",
	.actions = several_actions,
	.nactions = sizeof(several_actions) / sizeof(several_actions[0]),
	.over = true,
	.draw = draw,
	.key = key,
	.typing = typing,
	.free = free_view,
};

struct view *choose_new(struct view *asks, const struct choose_options *o)
{
	struct choose *c = mem_zalloc(sizeof(*c));

	c->view = (struct view){ .ops = o->several ? &choose_ops : &one_ops,
				 .top = asks->top,
				 .link = asks->link };
	c->o = *o;
	c->at = mem_alloc(o->n * sizeof(*c->at) + 1);
	memcpy(c->at, o->at, o->n * sizeof(*c->at));
	c->shown = mem_alloc(o->n * sizeof(*c->shown) + 1);
	c->scroll.cursor = o->first;
	narrow(c);
	return &c->view;
}

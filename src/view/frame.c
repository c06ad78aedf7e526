#include "view/frame.h"

#include <stdio.h>

#include "view/table.h"
#include "view/top.h"

static void draw_tabs(const struct frame *f, struct pane p)
{
	const struct tabs *tabs = f->tabs;
	size_t x = 0;

	for (size_t i = 0; i < tabs->n; i++) {
		const struct tab *tab = &tabs->at[i];
		bool open = i == tabs->current;

		x += pane_printf(p, x, 0, open ? STYLE_TAB_OPEN : STYLE_TAB, " %s ",
				 tab->name);
	}
}

/* "shop@web1 2.1 s ago", or what is the matter with it. */
static void draw_state(const struct frame *f, struct pane p)
{
	const struct link *l = f->link;
	char line[256];
	struct text state = text_of(line);

	if (l->state == LINK_OPEN)
		snprintf(line, sizeof(line), " %.*s%s", TEXT_ARG(l->name),
			 l->paused ? " paused" : "");
	else
		snprintf(line, sizeof(line), " %.*s reconnecting", TEXT_ARG(l->name));
	state = text_of(line);
	pane_lane_right(p, p.width - canvas_width(p.canvas, state), 0,
			canvas_width(p.canvas, state),
			l->state == LINK_OPEN ? STYLE_STRONG : STYLE_CRIT, state);
}

/* The keys, side by side, as far as there is room. */
struct foot {
	struct pane pane;
	size_t x;
};

static void draw_action(void *ctx, struct view *v, const struct action *a)
{
	struct foot *f = ctx;
	struct text keys = text_of(a->keys);
	struct buf b = { 0 };
	struct key k;

	(void)v;
	if (!(a->flags & ACTION_FOOT) || !key_parse(&keys, &k))
		return;
	key_print(&b, k);
	f->x += pane_text(f->pane, f->x, 0, STYLE_KEY, buf_text(&b));
	f->x += pane_printf(f->pane, f->x, 0, STYLE_ACTION, "%s ", a->name);
	buf_clear(&b);
}

static void draw_foot(const struct frame *f, struct pane p)
{
	struct foot foot = { .pane = p };

	if (f->said.len)
		pane_lane(p, 0, 0, p.width, f->said_style, f->said);
	else
		top_actions(f->top, f->view, draw_action, &foot);
}

static void draw_view(struct view *v, struct pane p)
{
	if (v->ops->over && v->below)
		draw_view(v->below, p);
	v->ops->draw(v, p);
}

static bool at_bottom(const struct view *v)
{
	while (v->ops->over && v->below)
		v = v->below;
	return !v->below;
}

void frame_draw(const struct frame *f, struct pane p)
{
	struct pane head = pane_top(&p, 1);
	struct pane foot = pane_bottom(&p, 1);

	draw_tabs(f, head);
	draw_state(f, head);
	if (f->tabs->current == 0 && at_bottom(f->view))
		home_draw(f->home,
			  pane_top(&p, home_height(f->home, p.width, p.height)));
	draw_view(f->view, p);
	draw_foot(f, foot);
}

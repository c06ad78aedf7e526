#include "view/frame.h"

#include <stdio.h>
#include <string.h>

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
	const struct frame *frame;
	struct pane pane;
	size_t x;
	bool draw; /* or look for what stands at: */
	size_t at;
	struct key hit;
};

/* Can it be done here? */
static bool possible(const struct frame *f, const struct action *a)
{
	if (a->flags & ACTION_WRITES && !top_options(f->top)->allow_write)
		return false;
	return !(a->flags & ACTION_LIVE) || link_live(f->link);
}

static void foot_action(void *ctx, struct view *v, const struct action *a)
{
	struct foot *f = ctx;
	struct text keys = text_of(a->keys);
	struct buf b = { 0 };
	struct key k;
	size_t width;

	(void)v;
	if (!(a->flags & ACTION_FOOT) || !key_parse(&keys, &k) ||
	    !possible(f->frame, a))
		return;
	key_print(&b, k);
	width = canvas_width(f->pane.canvas, buf_text(&b)) + strlen(a->name) + 1;
	if (f->x + width > f->pane.width) {
		f->x = f->pane.width; /* nor anything behind it */
	} else {
		if (f->draw) {
			pane_text(f->pane, f->x, 0, STYLE_KEY, buf_text(&b));
			pane_text(f->pane, f->x + width - strlen(a->name), 0,
				  STYLE_ACTION, text_of(a->name));
		} else if (f->at >= f->x && f->at < f->x + width) {
			f->hit = k;
		}
		f->x += width + 2;
	}
	buf_clear(&b);
}

/* While something is typed only the keys of whoever takes it are keys. */
static void foot_actions(struct foot *foot)
{
	struct view *v = foot->frame->view;

	if (!v->ops->typing || !v->ops->typing(v)) {
		top_actions(foot->frame->top, v, foot_action, foot);
		return;
	}
	for (size_t i = 0; i < v->ops->nactions; i++)
		foot_action(foot, v, &v->ops->actions[i]);
}

static void draw_foot(const struct frame *f, struct pane p)
{
	struct foot foot = { .frame = f, .pane = p, .draw = true };

	if (f->said.len)
		pane_lane(p, 0, 0, p.width, f->said_style, f->said);
	else
		foot_actions(&foot);
}

struct key frame_key_at(const struct frame *f, struct pane p, size_t x, size_t y)
{
	struct foot foot = { .frame = f, .pane = pane_bottom(&p, 1), .at = x };

	if (y == p.height && !f->said.len)
		foot_actions(&foot);
	return foot.hit;
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

	struct pane time = pane_bottom(
		&p, timeline_height(f->timeline, p.width, p.height + head.height +
							       foot.height));

	draw_tabs(f, head);
	draw_state(f, head);
	if (time.height)
		timeline_draw(f->timeline, time);
	if (f->tabs->current == 0 && at_bottom(f->view))
		home_draw(f->home,
			  pane_top(&p, home_height(f->home, p.width, p.height)));
	draw_view(f->view, p);
	draw_foot(f, foot);
}

#include "view/frame.h"

#include <stdio.h>
#include <string.h>

#include "view/table.h"
#include "view/top_inside.h"

/* Lines that must be left for it to be told why a link was lost. */
#define WHY_HEIGHT ((size_t)8)
/* Columns that the name of the link has in any case, if it wants them. */
#define NAME_LEAST ((size_t)14)

/* Whose tabs they are, at the right of them: of a recording without its folders, which
 * would take the room of its name. */
static struct text whose(const struct frame *f, struct buf *out)
{
	struct text name = f->link->name;
	size_t slash = text_chr(name, '/');

	while (f->link->stored && slash + 1 < name.len) {
		name = text_sub(name, slash + 1, name.len);
		slash = text_chr(name, '/');
	}
	buf_text_add(out, name);
	if (f->link->paused)
		buf_str(out, " paused");
	return buf_text(out);
}

/* Cuts the tabs off the first line: what is left is for the name. */
static struct pane cut_tabs(const struct frame *f, struct pane *line)
{
	struct buf b = { 0 };
	size_t name = canvas_width(line->canvas, whose(f, &b));
	size_t tabs = tabs_width(f->tabs, *line) + 1;
	size_t room = line->width > tabs ? line->width - tabs : 0;
	size_t least = line->width / 5 < NAME_LEAST ? line->width / 5 : NAME_LEAST;
	struct pane left = *line;

	buf_clear(&b);
	room = room < least ? least : room;
	room = name < room ? name : room;
	left.width -= room;
	*line = pane_part(*line, left.width, 0, room, 1);
	return left;
}

static void draw_head(const struct frame *f, struct pane p)
{
	struct buf b = { 0 };

	tabs_draw(f->tabs, cut_tabs(f, &p));
	pane_lane(p, 0, 0, p.width,
		  f->link->state == LINK_OPEN ? STYLE_STRONG : STYLE_CRIT, whose(f, &b));
	buf_clear(&b);
}

size_t frame_tab_at(const struct frame *f, struct pane p, size_t x, size_t y)
{
	struct pane line = pane_top(&p, 1);

	return y > 0 ? f->tabs->n : tabs_at(f->tabs, cut_tabs(f, &line), x);
}

/* What is the matter with the link, and why it was lost, take lines of their own. */
static void draw_trouble(const struct frame *f, struct pane *p)
{
	struct buf b = { 0 };

	if (link_trouble(f->link, &b) && p->height > 1) {
		struct pane line = pane_top(p, 1);

		pane_lane(line, 0, 0, line.width, STYLE_CRIT, buf_text(&b));
		if (f->link->err.kind && p->height > WHY_HEIGHT) {
			line = pane_top(p, 1);
			pane_lane(line, 0, 0, line.width, STYLE_WARN,
				  text_of(f->link->err.what));
		}
	}
	buf_clear(&b);
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

/* Where one came from somewhere, the way back is first. */
static void foot_back(struct foot *foot)
{
	const struct frame *f = foot->frame;
	const struct action *found =
		top_action_of(f->top, (struct key){ .code = KEY_ESCAPE });
	struct action back;

	if (!f->view->below || !found || found->flags & ACTION_FOOT)
		return;
	back = *found;
	back.flags |= ACTION_FOOT;
	foot_action(foot, f->view, &back);
}

/* While something is typed only the keys of whoever takes it are keys. */
static void foot_actions(struct foot *foot)
{
	struct view *v = foot->frame->view;

	if (!v->ops->typing || !v->ops->typing(v)) {
		foot_back(foot);
		top_actions(foot->frame->top, v, foot_action, foot);
		return;
	}
	for (size_t i = 0; i < v->ops->nactions; i++)
		if (!v->ops->actions[i].there || v->ops->actions[i].there(v))
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
		&p, timeline_height(f->timeline, p.width,
				    p.height + head.height + foot.height));

	if (time.height)
		timeline_draw(f->timeline, time);
	draw_head(f, head);
	draw_trouble(f, &p);
	if (tabs_at_home(f->tabs) && at_bottom(f->view))
		home_draw(f->home,
			  pane_top(&p, home_height(f->home, p.width, p.height)));
	draw_view(f->view, p);
	draw_foot(f, foot);
}

#include "view/top.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tables/tables.h"
#include "view/history.h"
#include "view/home.h"
#include "view/nodes.h"
#include "view/past.h"
#include "view/settings.h"
#include "view/table.h"
#include "view/top_inside.h"

#define INTERVAL_NS INT64_C(2000000000)
/* Between two drawings; but some may follow each other at once: the first rows, a key. */
#define FRAME_NS INT64_C(16000000)
#define FRAMES_AT_ONCE 4
/* Ages that are shown move so often. */
#define AGE_NS INT64_C(1000000000)

/*
 * Drawing.
 */

struct frame top_frame(struct top *t)
{
	return (struct frame){
		.top = t,
		.link = top_link(t),
		.tabs = &place_of(t)->tabs,
		.home = place_of(t)->home,
		.timeline = place_of(t)->timeline,
		.view = t->view,
		.said = text_of(t->said),
		.said_style = t->said_style,
	};
}

const struct canvas *top_draw(struct top *t)
{
	struct frame f = top_frame(t);

	canvas_clear(t->canvas);
	frame_draw(&f, pane_whole(t->canvas));
	return t->canvas;
}

static void frame_due(void *ctx)
{
	struct top *t = ctx;
	int64_t now = loop_now();

	t->frame = NULL;
	t->paced_ns = (t->paced_ns > now ? t->paced_ns : now) + FRAME_NS;
	top_draw(t);
	if (t->o.drawn)
		t->o.drawn(t->o.ctx, t->canvas);
}

void top_dirty(struct top *t)
{
	int64_t now = loop_now();
	int64_t at = t->paced_ns - FRAMES_AT_ONCE * FRAME_NS;

	if (!t->frame)
		t->frame = loop_at(t->o.loop, at > now ? at : now, frame_due, t);
}

static void age(void *ctx)
{
	struct top *t = ctx;

	t->age = loop_at(t->o.loop, loop_now() + AGE_NS, age, t);
	top_dirty(t);
}

void top_say(struct top *t, enum style style, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(t->said, sizeof(t->said), format, ap);
	va_end(ap);
	t->said_style = style;
	top_dirty(t);
}

void top_say_err(struct top *t, const struct err *err)
{
	top_say(t, STYLE_WARN, "%s%s%s", err->what, err->hint[0] ? ": " : "", err->hint);
}

/*
 * The stack.
 */

static void show(struct view *v, bool on)
{
	if (v && v->ops->shown)
		v->ops->shown(v, on);
}

void top_push(struct top *t, struct view *v)
{
	if (!v->ops->over)
		show(t->view, false);
	v->below = t->view;
	t->view = v;
	show(v, true);
	top_dirty(t);
}

void top_pop(struct top *t)
{
	struct view *v = t->view;

	if (!v->below)
		return;
	show(v, false);
	t->view = v->below;
	if (!v->ops->over)
		show(t->view, true);
	v->ops->free(v);
	top_dirty(t);
}

struct view *top_view(const struct top *t)
{
	return t->view;
}

/* The view of the current table, alone. */
static void show_bottom(struct top *t)
{
	struct place *p = place_of(t);
	struct view **v = &p->views[tabs_number(&p->tabs)];

	while (t->view && t->view->below)
		top_pop(t);
	if (t->view && t->view == *v)
		return;
	show(t->view, false);
	if (!*v)
		*v = table_view_new(t, p->link, tabs_schema(&p->tabs));
	t->view = *v;
	show(t->view, true);
	top_dirty(t);
}

/* All that can be seen of the stack. */
static void show_all(struct top *t, bool on)
{
	for (struct view *v = t->view; v; v = v->ops->over ? v->below : NULL)
		show(v, on);
}

bool top_go(struct top *t, size_t source, struct err *err)
{
	size_t to = source ? source - 1 : t->o.nsources;

	if (source > t->o.nsources || to >= t->nplaces)
		return fail(err, ERR_USAGE, "there is %s source",
			    t->o.nsources > 1 ? "no such" : "only one");
	if (to == t->place && t->view)
		return true;
	show_all(t, false);
	place_of(t)->left = t->view;
	t->place = to;
	t->view = place_of(t)->left;
	if (t->view)
		show_all(t, true);
	else
		show_bottom(t);
	top_dirty(t);
	return true;
}

bool top_show(struct top *t, const struct schema *schema)
{
	bool there = tabs_choose(&place_of(t)->tabs, schema);

	if (there)
		show_bottom(t);
	return there;
}

void top_step_table(struct top *t, int steps)
{
	tabs_step(&place_of(t)->tabs, steps);
	show_bottom(t);
}

bool top_go_to_tab(struct top *t, size_t tab)
{
	struct tabs *tabs = &place_of(t)->tabs;
	struct tab *to;

	if (tab >= tabs->n)
		return false;
	to = &tabs->at[tab];
	if (tab == tabs->current && !t->view->below)
		to->current = (to->current + 1) % to->ntables;
	tabs->current = tab;
	show_bottom(t);
	return true;
}

/*
 * The rest.
 */

static void link_changed(void *ctx)
{
	struct place *p = ctx;

	top_dirty(p->top);
}

static bool has_table(void *ctx, const struct schema *s)
{
	return link_has(ctx, s);
}

static void place_link(struct place *p, struct top *t, const struct top_source *s)
{
	p->top = t;
	p->link = link_new(t->o.loop, s->name, s->source, &s->err,
			   s->dialler);
	p->link->at = t->o.at;
	p->link->back_ns = top_interval_ns(t);
	p->link->budget = t->o.budget ? t->o.budget : t->settings->budget;
	p->watch = (struct link_watch){ .changed = link_changed, .ctx = p };
	link_watch(p->link, &p->watch);
}

static void place_init(struct place *p, struct top *t, const struct top_source *s)
{
	place_link(p, t, s);
	p->timeline = timeline_new(t, p->link);
	p->home = home_new(t, p->link);
	p->recall = recall_new(t, p->link);
	recall_home(p->recall, p->home);
	p->tabs = tabs_make(&t->arena, tables, ntables, has_table, p->link);
	p->views = arena_many(&t->arena, p->tabs.ntables, struct view *);
}

static struct nodes_one one_node(void *ctx, size_t i)
{
	struct top *t = ctx;

	return (struct nodes_one){ t->places[i].link, t->places[i].home };
}

static bool any_table(void *ctx, const struct schema *s)
{
	return true;
}

/* The table of all asks nobody: it may tell soon that one is lost. */
static void set_interval(struct top *t, struct place *p)
{
	int64_t interval = top_interval_ns(t);

	link_set_interval(p->link, p->home || interval < AGE_NS ? interval : AGE_NS);
}

/* The place of all of them has no header, and a table of its own. */
static void place_of_all(struct place *p, struct top *t)
{
	static const struct schema *const only[] = { &nodes_table_schema };
	struct top_source s = {
		.name = TEXT("all nodes"),
		.source = nodes_open(t->o.loop, t->o.nsources, one_node, t),
	};

	place_link(p, t, &s);
	set_interval(t, p);
	p->tabs = tabs_make(&t->arena, only, 1, any_table, NULL);
	p->views = arena_many(&t->arena, p->tabs.ntables, struct view *);
}

/* The tab or table that somebody likes to see first. */
static void show_first(struct top *t)
{
	struct tabs *tabs = &place_of(t)->tabs;
	const struct schema *schema = tables_find(t->settings->first);

	show_bottom(t);
	for (size_t i = 0; i < tabs->n; i++)
		if (text_is(t->settings->first, tabs->at[i].name))
			schema = tabs->at[i].tables[0];
	if (schema)
		top_show(t, schema);
}

struct top *top_new(const struct top_options *o)
{
	struct top *t = mem_zalloc(sizeof(*t));

	t->o = *o;
	t->canvas = canvas_new(o->width, o->height);
	t->canvas->ascii = o->ascii;
	t->canvas->braille = o->braille && !o->ascii;
	t->history = history_new(0);
	t->settings = o->settings ? o->settings : settings_new(NULL);
	t->nplaces = o->nsources > 1 ? o->nsources + 1 : 1;
	t->places = arena_many(&t->arena, t->nplaces, struct place);
	for (size_t i = 0; i < o->nsources; i++)
		place_init(&t->places[i], t, &o->sources[i]);
	if (o->nsources > 1)
		place_of_all(&t->places[o->nsources], t);
	t->past = past_new(o->past);
	t->traced = past_new(o->traced);
	t->place = t->nplaces - 1;
	show_first(t);
	t->age = loop_at(o->loop, loop_now() + AGE_NS, age, t);
	return t;
}

static void place_clear(struct place *p)
{
	for (size_t i = 0; i < p->tabs.ntables; i++)
		if (p->views[i])
			p->views[i]->ops->free(p->views[i]);
	recall_free(p->recall);
	home_free(p->home);
	timeline_free(p->timeline);
	link_unwatch(p->link, &p->watch);
	link_free(p->link);
}

void top_free(struct top *t)
{
	if (!t)
		return;
	place_of(t)->left = t->view;
	for (t->place = 0; t->place < t->nplaces; t->place++)
		for (t->view = place_of(t)->left; t->view && t->view->below;)
			top_pop(t);
	t->place = 0;
	/* The one of all first: it reads the others. */
	for (size_t i = t->nplaces; i-- > 0;)
		place_clear(&t->places[i]);
	loop_timer_cancel(t->o.loop, t->frame);
	loop_timer_cancel(t->o.loop, t->age);
	past_free(t->past);
	past_free(t->traced);
	if (!t->o.settings)
		settings_free(t->settings);
	history_free(t->history);
	canvas_free(t->canvas);
	arena_clear(&t->arena);
	free(t);
}

void top_resize(struct top *t, size_t width, size_t height)
{
	canvas_resize(t->canvas, width, height);
	top_dirty(t);
}

void top_still(struct top *t)
{
	for (size_t i = 0; i < t->nplaces; i++)
		t->places[i].link->still = true;
}

bool top_ended(const struct top *t)
{
	return t->ended;
}

/* Is any of the views that are to be seen? */
static bool view_busy(const struct view *v)
{
	if (v->ops->busy && v->ops->busy(v))
		return true;
	return v->ops->over && v->below && view_busy(v->below);
}

bool top_settled(const struct top *t)
{
	const struct link *l = top_link(t);

	return l->asks == 0 && l->state == LINK_OPEN && !timeline_busy(top_timeline(t)) &&
	       !recall_busy(top_recall(t)) && !view_busy(t->view);
}

const struct top_options *top_options(const struct top *t)
{
	return &t->o;
}

struct loop *top_loop(const struct top *t)
{
	return t->o.loop;
}

struct link *top_link(const struct top *t)
{
	return place_of(t)->link;
}

struct history *top_history(const struct top *t)
{
	return t->history;
}

struct timeline *top_timeline(const struct top *t)
{
	return place_of(t)->timeline;
}

struct recall *top_recall(const struct top *t)
{
	return place_of(t)->recall;
}

struct link *top_source_link(const struct top *t, size_t i)
{
	return i < t->o.nsources ? t->places[i].link : NULL;
}

size_t top_at(const struct top *t)
{
	return t->place < t->o.nsources ? t->place + 1 : 0;
}

int64_t top_interval_ns(const struct top *t)
{
	if (t->o.interval_ns)
		return t->o.interval_ns;
	return t->settings->interval_ns ? t->settings->interval_ns : INTERVAL_NS;
}

struct settings *top_settings(const struct top *t)
{
	return t->settings;
}

void top_take_settings(struct top *t)
{
	if (t->settings->interval_ns)
		t->o.interval_ns = 0; /* what was said last counts */
	for (size_t i = 0; t->settings->budget && i < t->nplaces; i++)
		t->places[i].link->budget = t->settings->budget;
	for (size_t i = 0; i < t->nplaces; i++)
		set_interval(t, &t->places[i]);
	top_dirty(t);
}

bool top_paused(const struct top *t)
{
	return top_link(t)->paused;
}

void top_quit(struct top *t)
{
	t->ended = true;
	loop_stop(t->o.loop);
}

struct past *top_past(const struct top *t)
{
	return t->past;
}

struct past *top_traced(const struct top *t)
{
	return t->traced;
}

const struct tabs *top_tabs(const struct top *t)
{
	return &place_of(t)->tabs;
}

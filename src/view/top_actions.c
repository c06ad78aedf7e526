/*
 * What can be done wherever one is, and which action a key or a name means.
 */
#include "view/command.h"
#include "view/export.h"
#include "view/find.h"
#include "view/help.h"
#include "view/home.h"
#include "view/nodes.h"
#include "view/settings.h"
#include "view/tabs_actions.h"
#include "view/top_inside.h"
#include "view/trace.h"

static bool quit(struct view *v, struct text argument, struct err *err)
{
	top_quit(v->top);
	return true;
}

static bool back(struct view *v, struct text argument, struct err *err)
{
	top_pop(v->top);
	return true;
}

static bool retry(struct view *v, struct text argument, struct err *err)
{
	struct link *l = top_link(v->top);

	if (l->state == LINK_OPEN)
		return fail(err, ERR_CANNOT, "'%.*s' is connected", TEXT_ARG(l->name));
	link_retry(l);
	return true;
}

static bool pause_or_go_on(struct view *v, struct text argument, struct err *err)
{
	struct link *l = top_link(v->top);

	link_pause(l, !l->paused);
	top_dirty(v->top);
	return true;
}

static bool suspend(struct view *v, struct text argument, struct err *err)
{
	struct top *t = v->top;

	if (!t->o.suspend)
		return fail(err, ERR_CANNOT, "there is no terminal to be given back");
	t->o.suspend(t->o.ctx);
	return true;
}

static bool spoiled(struct view *v, struct text argument, struct err *err)
{
	struct top *t = v->top;

	if (t->o.spoiled)
		t->o.spoiled(t->o.ctx);
	top_dirty(t);
	return true;
}

/* The header is on the first screen. */
static bool has_home(const struct view *v)
{
	return place_of(v->top)->home != NULL;
}

static bool header(struct view *v, struct text argument, struct err *err)
{
	struct top *t = v->top;

	top_go_to_tab(t, 0);
	top_push(t, home_walk_new(t, place_of(t)->home));
	return true;
}

static bool bars(struct view *v, struct text argument, struct err *err)
{
	home_bars(place_of(v->top)->home);
	return true;
}

const struct action top_everywhere[] = {
	{ "?<f1>", "help", "WORD", "keys, columns, marks: all, or what has a word",
	  ACTION_FOOT, help_open, NULL },
	{ "R", "reconnect", NULL, "try now to connect again", 0, retry, NULL },
	{ "H", "header", NULL, "choose a number of the header, to see its chart", 0,
	  header, NULL, has_home },
	{ "`", "bars", NULL, "a bar for each scheduler in the header, or none", 0, bars,
	  NULL, has_home },
	{ "p", "pause", NULL, "ask nothing more, or go on", ACTION_FOOT, pause_or_go_on,
	  NULL },
	{ "<escape>", "back", NULL, "back to what was here before", 0, back, NULL },
	{ NULL, "go", "PID", "the page of a process or port, by its pid or name", 0,
	  find_process, NULL },
	{ "q<c-c><f10>", "quit", NULL, "end otoscope", ACTION_FOOT, quit, NULL },
	{ ":", "command", NULL, "type what is to be done, with completion", 0,
	  command_open, NULL },
	{ "<c-z>", "suspend", NULL, "give the terminal back until fg", 0, suspend, NULL },
	{ "<c-l>", "redraw", NULL, "draw the screen anew", 0, spoiled, NULL },
};
const size_t top_neverywhere =
	sizeof(top_everywhere) / sizeof(top_everywhere[0]);

void top_actions(struct top *t, struct view *v,
		 void (*f)(void *ctx, struct view *v, const struct action *a), void *ctx)
{
	bool stored = top_timeline(t) != NULL;

	for (size_t i = 0; i < v->ops->nactions; i++)
		if (!v->ops->actions[i].there || v->ops->actions[i].there(v))
			f(ctx, v, &v->ops->actions[i]);
	for (size_t i = 0; stored && i < timeline_nactions; i++)
		f(ctx, v, &timeline_actions[i]);
	for (size_t i = 0; i < top_neverywhere; i++)
		if ((!stored || top_everywhere[i].run != pause_or_go_on) &&
		    (!top_everywhere[i].there || top_everywhere[i].there(v)))
			f(ctx, v, &top_everywhere[i]);
	for (size_t i = 0; !stored && i < trace_nactions; i++)
		f(ctx, v, &trace_actions[i]);
	for (size_t i = 0; i < export_nactions; i++)
		f(ctx, v, &export_actions[i]);
	for (size_t i = 0; t->nplaces > 1 && i < nodes_nactions; i++)
		f(ctx, v, &nodes_actions[i]);
	for (size_t i = 0; i < tabs_nactions; i++)
		f(ctx, v, &tabs_actions[i]);
	for (size_t i = 0; i < settings_nactions; i++)
		f(ctx, v, &settings_actions[i]);
}

/* The first action that a key, or a name, means. */
struct wanted {
	struct key key;
	struct text name;
	const struct action *found;
};

static void match_key(void *ctx, struct view *v, const struct action *a)
{
	struct wanted *w = ctx;

	if (!w->found && key_in(a->keys, w->key))
		w->found = a;
}

static void match_name(void *ctx, struct view *v, const struct action *a)
{
	struct wanted *w = ctx;

	if (!w->found && text_is(w->name, a->name))
		w->found = a;
}

const struct action *top_action_of(struct top *t, struct key k)
{
	struct wanted w = { .key = k };

	top_actions(t, t->view, match_key, &w);
	return w.found;
}

bool top_do(struct top *t, const struct action *a, struct text argument, struct err *err)
{
	if (a->flags & ACTION_WRITES && !t->o.allow_write) {
		fail(err, ERR_USAGE, "'%s' changes the node", a->name);
		return fail_hint(err, "start otoscope with --allow-write for that");
	}
	if (a->flags & ACTION_LIVE && !link_live(top_link(t)))
		return fail(err, ERR_CANNOT, "'%s' needs a live node", a->name);
	return a->run(t->view, argument, err);
}

bool top_run_action(struct top *t, struct text name, struct text argument,
		    struct err *err)
{
	struct wanted w = { .name = name };

	top_actions(t, t->view, match_name, &w);
	if (!w.found)
		return fail(err, ERR_USAGE, "there is no '%.*s' here", TEXT_ARG(name));
	return top_do(t, w.found, argument, err);
}

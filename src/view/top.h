/*
 * The program on the screen: a stack of views over the links, drawn into a canvas.
 *
 * Keys come in by top_key(), from a terminal or a script; something new to be seen is
 * told by top_dirty(), and drawn soon after, once.
 */
#ifndef VIEW_TOP_H
#define VIEW_TOP_H

#include "view/view.h"

#include "base/loop.h"
#include "base/request.h"
#include "base/table.h"
#include "view/link.h"
#include "view/recall.h"
#include "view/timeline.h"

struct past;
struct settings;
struct table_setup;
struct tabs;

/* How one source is had, and had again. */
struct top_source {
	struct text name;
	struct source *source; /* open, or NULL: it is dialled again */
	struct err err;        /* then why it is not open */
	struct link_dialler dialler;
};

struct top_options {
	struct loop *loop;
	struct top_source *sources; /* [nsources] */
	size_t nsources;
	size_t width, height; /* of the canvas at first */
	bool ascii;
	bool braille;
	bool redact;
	bool allow_write;
	enum syntax syntax;
	int64_t interval_ns; /* 0: 2 s */
	unsigned budget;     /* of links; 0: the default */
	int64_t timeout_ns;  /* of each request; 0: the default */
	struct settings *settings; /* they live longer; NULL: all as usual */
	const char *past;    /* the file of lines that were typed; NULL: none */
	const char *traced;  /* the same of expressions that were traced */
	const struct table_setup *setup; /* of the processes; or NULL */
	struct moment at;    /* of sources that keep readings: what is shown first */
	/* Is there such a command of otoscope? NULL: there are none. */
	bool (*has_command)(struct text name);
	/* Called from the loop when the canvas was drawn anew. */
	void (*drawn)(void *ctx, const struct canvas *c);
	/* The terminal is to be given back until we are continued; NULL: there is none */
	void (*suspend)(void *ctx);
	void (*spoiled)(void *ctx); /* it is to be drawn anew as a whole; or NULL */
	void *ctx;
};

/* Nothing is asked before the loop runs. */
struct top *top_new(const struct top_options *o);
void top_free(struct top *t); /* NULL is fine */

void top_key(struct top *t, struct key k);
void top_resize(struct top *t, size_t width, size_t height);
/* From now on nothing is drawn that depends on when it is looked at. */
void top_still(struct top *t);
/* Draws now what would be drawn soon. */
const struct canvas *top_draw(struct top *t);
bool top_ended(const struct top *t);   /* somebody quit */
bool top_settled(const struct top *t); /* nothing is awaited but the next interval */

/*
 * For views.
 */

const struct top_options *top_options(const struct top *t);
struct loop *top_loop(const struct top *t);
struct link *top_link(const struct top *t); /* that is looked at */
struct history *top_history(const struct top *t); /* of all links */
/* Of the link that is looked at; NULL: it keeps no readings. */
struct timeline *top_timeline(const struct top *t);
struct recall *top_recall(const struct top *t);     /* the same */
int64_t top_interval_ns(const struct top *t);
bool top_paused(const struct top *t);
void top_quit(struct top *t);

void top_dirty(struct top *t); /* something changed that can be seen */
/* A line at the foot, until the next key. */
void top_say(struct top *t, enum style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void top_say_err(struct top *t, const struct err *err);

struct past *top_past(const struct top *t);   /* of its command line */
struct past *top_traced(const struct top *t); /* expressions that were traced */
struct settings *top_settings(const struct top *t);
/* Some were changed: does what they say. */
void top_take_settings(struct top *t);
const struct tabs *top_tabs(const struct top *t);   /* of the link that is looked at */

/* The view is the top's from now on. */
void top_push(struct top *t, struct view *v);
/* The uppermost view goes, and is freed; the one at the bottom stays. */
void top_pop(struct top *t);
struct view *top_view(const struct top *t); /* the uppermost */
/* Of several sources: looks at another one, as it was left; from 1. 0: the table of all.
 * ERR_USAGE: there is no such. */
bool top_go(struct top *t, size_t source, struct err *err);
size_t top_at(const struct top *t); /* the one that is looked at; 0: the table of all */
struct link *top_source_link(const struct top *t, size_t i); /* from 0; NULL: none */
/* Shows the screen of a table at the bottom, alone. */
bool top_show(struct top *t, const struct schema *schema); /* false: there is none */
/* The table that is so many further, from tab to tab. */
void top_step_table(struct top *t, int steps);
/* The tab with this number, from 0; if it is open, its next table. False: it is none. */
bool top_go_to_tab(struct top *t, size_t tab);

/* Those that are there on all screens. */
extern const struct action top_everywhere[];
extern const size_t top_neverywhere;

/* All actions that there are now, the view's first: f is called with each. */
void top_actions(struct top *t, struct view *v,
		 void (*f)(void *ctx, struct view *v, const struct action *a), void *ctx);
/* Runs the action with this name. ERR_USAGE: there is none. */
bool top_run_action(struct top *t, struct text name, struct text argument,
		    struct err *err);

#endif

/*
 * What the files of the trace's screen share: the life of a trace, the calls that were
 * seen, which of them are shown.
 */
#ifndef VIEW_TRACE_INSIDE_H
#define VIEW_TRACE_INSIDE_H

#include "tui/input.h"
#include "tui/scroll.h"
#include "trace/kept.h"
#include "trace/output.h"
#include "trace/trace.h"
#include "view/filter.h"
#include "view/top.h"
#include "view/trace.h"
#include "view/trace_wish.h"

/* What is kept of what was seen: the oldest goes. */
#define TRACE_ROWS_MAX ((size_t)4000)
#define TRACE_BYTES_MAX ((size_t)64 << 20)

enum trace_life {
	LIFE_PLANNING,
	LIFE_PLANNED, /* Enter arms it */
	LIFE_ARMING,
	LIFE_RUNNING,
	LIFE_ENDED,   /* or it never began: err */
};

enum trace_alike { ALIKE_ALL, ALIKE_FUNCTION, ALIKE_PROCESS };

enum trace_typing { TYPES_NOTHING, TYPES_SEARCH, TYPES_FILTER };

struct trace_view {
	struct view view;
	struct arena arena;       /* of the wish */
	struct trace_wish wish;
	struct trace *trace;      /* NULL: there is none any more */
	unsigned generation;      /* of the link, when it was planned */
	enum trace_life life;
	bool again;               /* it is armed at once, if the plan has these lines: */
	struct buf planned;
	bool paused;              /* the link, by us */
	bool was_armed;
	struct trace_ended end;
	struct err err;
	struct trace_output output;
	struct arena output_arena;

	struct kept *kept;
	size_t *rows;             /* [nrows] those of kept that are shown, in order */
	size_t nrows;
	size_t cap;
	bool stale;               /* they are to be chosen anew */
	struct needle filter;
	struct needle search;
	enum trace_alike alike;   /* as: */
	struct kept_row *like;    /* a copy of the row; or NULL */
	bool by_duration;
	enum trace_typing typing;
	struct input input;

	struct scroll scroll;
	bool follow;              /* the cursor stays at the last line */
	uint64_t at;              /* the place of the row that it is on */
	struct pane body;         /* where the rows were drawn */
};

static inline struct trace_view *trace_view_of(struct view *v)
{
	return (struct trace_view *)v;
}

/* A screen above another, that asks for nothing yet. */
struct trace_view *trace_view_new(struct view *from, const struct trace_wish *w);
/* Plans it. ERR_CANNOT, ERR_ABSENT: not now; ERR_USAGE: it is nothing to be traced. */
bool trace_view_begin(struct trace_view *t, struct err *err);
void trace_view_arm(struct trace_view *t); /* begins what was planned */
/* What the trace tells; tests tell it as well. */
void trace_view_take(struct trace_view *t, const struct event *e);
void trace_view_end(struct trace_view *t, const struct trace_ended *end,
		    const struct err *err);

/* trace_rows.c: which rows are shown. */
void trace_rows_update(struct trace_view *t); /* brings them up to date */
void trace_rows_free(struct trace_view *t);
/* The row under the cursor, or NULL. */
struct kept_row *trace_rows_current(struct trace_view *t);
void trace_rows_move(struct trace_view *t, ptrdiff_t lines);
/* To the next row with the words that are searched for. False: there is none. */
bool trace_rows_next(struct trace_view *t, bool back, bool here);
/* Only those like the one under the cursor. */
void trace_rows_alike(struct trace_view *t, enum trace_alike as);
/* Adds the words that a row is searched by: process, call, value. */
void trace_rows_words(struct trace_view *t, struct kept_row *row);

/* trace_draw.c */
void trace_view_draw(struct view *v, struct pane p);
/* "<0.81.0>" or its name, the call, " -> value" of a row. */
void trace_print_who(const struct trace_view *t, struct buf *out, const struct event *e);
void trace_print_call(const struct trace_view *t, struct buf *out, const struct event *e);
void trace_print_value(const struct trace_view *t, struct buf *out,
		       const struct kept_row *row);

/* trace_keys.c */
bool trace_view_runs(const struct view *v); /* of such a view */
bool trace_view_key(struct view *v, struct key k);
enum { TRACE_VIEW_NACTIONS = 19 };
extern const struct action trace_view_actions[TRACE_VIEW_NACTIONS];

/* trace_form.c: the form above a view. */
void trace_form_push(struct view *from, const struct trace_processes *whom);

/* trace_page.c: one call in full, above the view. */
bool trace_page_open(struct trace_view *t, const struct kept_row *row, struct err *err);

/* trace_write.c: what was seen, as JSON lines. */
bool trace_write(struct trace_view *t, struct text file, bool over, struct err *err);

#endif

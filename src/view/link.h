/*
 * A link: one source and its life. It is opened, may be lost, and is then dialled again
 * and again. Everything else asks through it, and keeps what it knows while nobody
 * answers.
 */
#ifndef VIEW_LINK_H
#define VIEW_LINK_H

#include "base/loop.h"
#include "source/live.h"
#include "source/source.h"

/* Starts to open the source anew. NULL: err says why that is not possible now. */
struct link_dialler {
	struct source *(*dial)(void *ctx, live_opened *opened, void *opened_ctx,
			       struct err *err);
	void *ctx;
};

enum link_state {
	LINK_OPEN,
	LINK_LOST,    /* the next attempt waits for its time */
	LINK_DIALLING,
};

/* Who wants to know of it; lives with whoever watches. */
struct link_watch {
	/* Called from the loop: its state, its moment or its pause changed. */
	void (*changed)(void *ctx);
	void *ctx;
	struct link_watch *next;
};

struct link {
	struct loop *loop;
	struct text name;       /* "shop@web1" */
	enum link_state state;
	struct source *source;  /* NULL unless it is open */
	bool stored;            /* it keeps readings of the past: nothing is waited for */
	struct moment at;       /* of those: the one that is shown */
	int64_t back_ns;        /* and how far before it the one is that rates are
				 * against */
	int64_t since_ns;       /* loop_now() when this state began */
	struct err err;         /* why it was lost, or is not open yet */
	unsigned generation;    /* 1, 2, ...: grows with each source that was opened */
	size_t asks;            /* that are not answered yet */
	bool paused;            /* feeds ask nothing */
	struct loop_timer *timer; /* the next attempt */
	struct link_dialler dialler;
	struct source *dialled; /* on its way */
	unsigned attempts;      /* in a row that failed */
	struct link_watch *watches;
	struct asked *hopeless; /* that nobody answers */
	struct loop_timer *hopeless_timer;
};

/* source: open, and the link's from now on; NULL: it is dialled. dialler.dial NULL: a
 * source that cannot be lost. */
struct link *link_new(struct loop *loop, struct text name, struct source *source,
		      struct link_dialler dialler);
void link_free(struct link *l); /* NULL is fine; what is asked is answered first */

void link_watch(struct link *l, struct link_watch *w);
void link_unwatch(struct link *l, struct link_watch *w);

/* As source_ask(), at the moment that the link shows, unless the request says another.
 * Of a link that is not open the answer is ERR_LOST. */
void link_ask(struct link *l, const struct request *rq, source_done *done, void *ctx);
/* NULL unless it is open and live. */
struct live *link_live(const struct link *l);

void link_pause(struct link *l, bool paused);
/* Of a source that keeps readings: shows another moment. */
void link_go(struct link *l, struct moment at);

#endif

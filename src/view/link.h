/*
 * A link: one source and its life. It is opened, may be lost, and is then dialled again
 * and again, with pauses that grow. Everything else asks through it, and keeps what it
 * knows while nobody answers.
 */
#ifndef VIEW_LINK_H
#define VIEW_LINK_H

#include "base/loop.h"
#include "source/live.h"
#include "source/source.h"

/* How a source is opened anew. */
struct link_dialler {
	/* Starts to. opened is called once, from the loop, with a source that is the
	 * callee's, or with an err (and perhaps a source, to be closed). False: err says
	 * why that is not possible now. NULL: it cannot be had again. */
	bool (*dial)(void *ctx, live_opened *opened, void *opened_ctx, struct err *err);
	/* opened is not called any more. */
	void (*cancel)(void *ctx);
	void *ctx;
};

enum link_state {
	LINK_OPEN,
	LINK_LOST, /* the next attempt waits for its time */
	LINK_DIALLING,
};

/* Who wants to know of it; lives with whoever watches. */
struct link_watch {
	/* Called from the loop: its state, its moment or its pause changed. It may
	 * unwatch itself, and others. */
	void (*changed)(void *ctx);
	void *ctx;
	struct link_watch *next;
};

struct link {
	struct arena arena;
	struct loop *loop;
	struct text name; /* "shop@web1"; of one that was never open, how it was
				 * called */
	enum link_state state;
	struct source *source;    /* NULL unless it is open */
	struct source *os;        /* its process, for what that alone can tell; or NULL */
	bool stored;              /* it keeps readings of the past: nothing is awaited */
	struct moment at;         /* of those: the one that is shown */
	int64_t back_ns;          /* and how far before it the one is that rates are
				 * against */
	int64_t since_ns;         /* loop_now() when it was opened, or lost */
	int64_t heard_ns;         /* of the last answer; 0: none yet */
	struct err err;           /* why it was lost, or is not open yet */
	unsigned generation;      /* 1, 2, ...: grows with each source that was opened */
	size_t asks;              /* that are not answered yet */
	bool paused;              /* feeds ask nothing */
	int64_t interval_ns;      /* between two samples of feeds; 0: what each was made
				   * with */
	unsigned budget;          /* percent of a core of the target: what reading large
				   * tables may take of it; 0: the default */
	bool still;               /* ages are not told: for screens that are compared */
	int64_t unheard_ns;       /* loop_now() of the first ask since something was
				 * answered; 0: nothing is awaited */
	uint64_t bytes;           /* that had come by the last answer */
	int64_t bytes_ns;         /* when these last grew, as far as we looked */
	int64_t next_ns;          /* LINK_LOST: when it is dialled again; 0: never */
	struct loop_timer *timer; /* for that; or the source is lost, and goes soon */
	struct link_dialler dialler;
	bool refused;      /* the last attempt was */
	unsigned attempts; /* in a row that failed */
	struct link_watch *watches;
	struct link_watch *telling; /* the next one that is told */
	struct asked *hopeless;     /* that nobody answers */
	struct loop_timer *hopeless_timer;
};

/* source: open, and the link's from now on; NULL: it could not be opened because of err,
 * and is dialled again. */
struct link *link_new(struct loop *loop, struct text name, struct source *source,
		      const struct err *err, struct link_dialler dialler);
void link_free(struct link *l); /* NULL is fine; what is asked is answered first */

void link_watch(struct link *l, struct link_watch *w);
void link_unwatch(struct link *l, struct link_watch *w);

/* Can it answer this table? Of one that is not open: would a node? */
bool link_has(struct link *l, const struct schema *schema);
/* As source_ask(), at the moment that the link shows, unless the request says another.
 * Of a link that is not open the answer is ERR_LOST. */
void link_ask(struct link *l, const struct request *rq, source_done *done, void *ctx);
/* What is the matter with it, for people: "reconnecting: ..."; nothing when it answers.
 * False then. */
bool link_trouble(const struct link *l, struct buf *out);
/* Does not wait for the next attempt. */
void link_retry(struct link *l);
/* NULL unless it is open and live. */
struct live *link_live(const struct link *l);

void link_pause(struct link *l, bool paused);
void link_set_interval(struct link *l, int64_t interval_ns);
/* Of a source that keeps readings: shows another moment. */
void link_go(struct link *l, struct moment at);

#endif

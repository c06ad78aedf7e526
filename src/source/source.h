/*
 * Where answers come from: a live node, a recording, the operating system, or memory.
 * All answer the same requests, asynchronously on the loop.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/request.h"
#include "base/table.h"

struct live;
struct question; /* tables/question.h */
struct os;
struct source;

/* One reading of a table. Owns everything in it. */
struct sample {
	struct arena arena;
	struct table table;
	struct source *source;
	int64_t at_ns;    /* loop_now() in the middle of the reading */
	int64_t wall_ns;  /* the same moment as a date */
	size_t missed;    /* rows that could not be read in time: they are
			   * not there, or not whole */
	struct text missed_first; /* the keys of some of them, for people */
	struct text note; /* what rows cannot say, for people: why there are none; or
			   * empty. Valid as long as the sample */
};

struct sample *sample_new(struct source *src, const struct schema *schema, size_t rows);
void sample_free(struct sample *s); /* NULL is fine */
/* Says when the reading was, a moment of loop_now(); its date goes with it. */
void sample_set_time(struct sample *s, int64_t at_ns);
/* Counts a row that could not be read in time. */
void sample_miss(struct sample *s, struct cell key);

/* The answer: a sample that the callee owns now, or NULL and an err. Called exactly once
 * for each ask, never from inside source_ask() itself. */
typedef void source_done(void *ctx, struct sample *sample, const struct err *err);

/* How each kind of source reads one table. NULL: that source does not have it
 * (ERR_CANNOT). */
struct readers {
	/* Asks the node. The request and its keys are the reader's to copy when it needs
	 * them after it returned. */
	void (*live)(struct live *l, const struct request *rq, source_done *done,
		     void *ctx);
	/* Of a table that is one question, whose live is question_live(). */
	const struct question *question;
	/* Asks the operating system about the node's process, and not the node. */
	void (*os)(struct os *o, const struct request *rq, source_done *done, void *ctx);
};

struct source_ops {
	const char *kind; /* "live", "recording", "os", "memory" */
	void (*ask)(struct source *s, const struct request *rq, source_done *done,
		    void *ctx);
	/* Can it answer this table at all? Without asking it. NULL: perhaps. */
	bool (*has)(struct source *s, const struct schema *schema);
	void (*close)(struct source *s); /* frees s; asks that are open are answered with
					  * ERR_LOST first */
};

/* The head of every source. */
struct source {
	const struct source_ops *ops;
	struct text name;        /* "shop@web1"; lives as long as the source */
	enum syntax syntax;      /* what SYNTAX_AUTO means here */
	bool lost;               /* nothing more comes from it */
	bool stored;             /* it has readings of the past: those that a request
				  * names are answered, and nothing is waited for */
	void (*on_lost)(void *ctx); /* called then; NULL: nobody waits for it */
	void *on_lost_ctx;
};

void source_ask(struct source *s, const struct request *rq, source_done *done, void *ctx);
/* May it be asked for this table? */
bool source_has(struct source *s, const struct schema *schema);
void source_close(struct source *s); /* NULL is fine */

#endif

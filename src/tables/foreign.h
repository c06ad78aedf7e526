/*
 * What is foreign: the state, the messages and the dictionary of a process, and the value
 * of a call.
 *
 * Such a term may be of any size, and through sharing it may be larger than all memory
 * the moment it is copied. So it is never copied: it is reduced where it is, by a
 * projection that gives a bounded number of terms and marks what it left out. A process
 * that takes system messages does that itself; the text and how it gets there:
 * foreign_text.h.
 */
#ifndef TABLES_FOREIGN_H
#define TABLES_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/request.h"
#include "source/live.h"
#include "term/term.h"

#define FOREIGN_TERMS_DEFAULT 2000
#define FOREIGN_TERMS_LARGE 100 /* of a heap of more than 16 MB */
#define FOREIGN_TERMS_MAX 50000 /* at some 20 microseconds each, in the process itself */
#define FOREIGN_DEPTH 64
#define FOREIGN_COUNT_DEFAULT 10
#define FOREIGN_COUNT_MAX 1000 /* messages */
/* How long a mailbox may be for its process to go through it. */
#define FOREIGN_QUEUE_MAX 1000

/* A term of the target, as far as it was given. What was left out is a TERM_CUT in it. */
struct foreign_part {
	struct term term;
	bool cut; /* is there a TERM_CUT? */
};

/*
 * Reads a projection: puts a TERM_CUT, a map or a function in the place of each mark.
 *
 * mark  the reference that marks begin with
 * in    any term, also one that no projection would give: what is no proper mark stays
 *       as it is
 *
 * The arena of in must live on.
 */
struct foreign_part foreign_decode(struct arena *a, const struct term *mark,
				   const struct term *in);

enum foreign_what { FOREIGN_STATE, FOREIGN_MESSAGES, FOREIGN_DICTIONARY };

struct foreign_request {
	enum foreign_what what;
	size_t terms;       /* given at most; 0: the default, less for a large process */
	size_t terms_large; /* set by foreign_bounded() */
	size_t count;       /* of messages; 0: the default */
	int64_t timeout_ns; /* 0: 5 s */
	enum syntax syntax; /* of function names */
};

/* The request with its defaults and within its bounds. */
struct foreign_request foreign_bounded(const struct foreign_request *rq);
/* {Terms, Depth, Milliseconds, Count, TermsOfLargeHeap}: D of the texts. */
void foreign_etf_bounds(struct buf *b, const struct foreign_request *rq);

enum foreign_how {
	FOREIGN_TOLD,     /* the process reduced it itself: nothing was copied */
	FOREIGN_COPIED,   /* the process is small: they were copied, and then reduced */
	FOREIGN_WITHHELD, /* neither could be done with safety: no parts */
};

struct foreign {
	struct arena arena;         /* owns all of it */
	enum foreign_how how;
	enum syntax syntax;         /* as asked, or the source's */
	/*
	 * state: one, or with handlers {Module, Id, State} each; messages: the first
	 * ones, in order; dictionary: one, a list of {Key, Value}
	 */
	struct foreign_part *parts; /* [nparts] */
	size_t nparts;
	bool handlers;              /* it runs gen_event */
	int64_t queue_len;          /* messages in its mailbox, afterwards */
	int64_t memory_bytes;
	struct text status;         /* "waiting" */
	struct text place;          /* where it is: "gen_server:loop/7", or empty */
	struct text loop;           /* the outermost function that is known, or empty */
};

/*
 * foreign  the callee's; NULL with ERR_ABSENT when the process is gone, ERR_CANNOT when
 *          it takes no system messages and its state was asked for, ERR_LOST when it did
 *          not answer in time
 */
typedef void foreign_done(void *ctx, struct foreign *foreign, const struct err *err);

/* Asks for the state, messages or dictionary of a process. done is called once, never
 * from inside. */
void foreign_ask(struct live *l, int64_t pid, const struct foreign_request *rq,
		 foreign_done *done, void *ctx);
void foreign_free(struct foreign *f); /* NULL is fine */

/* "{job, _}", "{'$gen_call', _, {put, _, _}}", "stop": what a message looks like, for
 * counting its likes. */
void foreign_shape(struct buf *out, const struct term *message, enum syntax syntax);

struct foreign_count {
	struct text shape;
	int64_t count;
};
/* The shapes of all messages, the most frequent first. Returns how many. */
size_t foreign_shapes(struct arena *a, const struct foreign *f,
		      struct foreign_count **out);
/* Messages of the mailbox that were not given. */
int64_t foreign_left_out(const struct foreign *f);
/* Why no messages were given, for people; empty where they were. */
const char *foreign_withheld(const struct foreign *f);

#endif

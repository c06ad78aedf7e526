/*
 * Questions to a live node: how their variables are bound, what is said when the answer
 * is not what was asked for, and tables that are one question.
 */
#ifndef TABLES_QUESTION_H
#define TABLES_QUESTION_H

#include "source/live.h"

/* One pair of the bindings of a text; its value is to be written next. The list around
 * the pairs is the caller's; they go in the order of their names, as erl_eval has it. */
void question_bind(struct buf *b, const char *name);
/* A pid of the target. */
void question_pid(struct buf *b, struct live *l, int64_t pid);
/* The list of those that are the keys of the rows from..from + n - 1. */
void question_pids(struct buf *b, struct live *l, const struct table *pids, size_t from,
		   size_t n);

/*
 * Why an answer is of no use: "cannot WHAT: ...". For answers that failed, and for those
 * that came and are not what was asked for. What came instead is logged.
 *
 * what  "read the processes", "look for process 'shop'"
 *
 * Returns false.
 */
bool question_failed(const struct answer *a, const char *what, struct err *err);

/* One reading of such a table, as its functions see it. */
struct reading {
	struct live *live;
	struct table *table;   /* rows are added to it */
	uint64_t columns;      /* that are wanted; the key's bit is always there, and
				* the owner's where it is to be named */
	enum syntax syntax;    /* never SYNTAX_AUTO where the question says .syntax */
	size_t word_bytes;     /* a word of the target; only known to row() */
};

/*
 * A table that is one question, which most are: a file in this folder gives its columns,
 * the question, and what of the answer becomes a row; how it is asked and what can go
 * wrong is here.
 *
 * Small ones answer at once: rows() takes the whole value. Large ones have a text made by
 * QUESTION_LISTING(), which answers in parts, or one of their own that sends to Z.
 */
struct question {
	const char *module;   /* a function of OTP without arguments, or NULL: the text */
	const char *function;
	const char *text;     /* as struct eval has it */
	/* Instead of text, where it depends on the columns. */
	const char *(*choose)(uint64_t columns);
	size_t answer_bytes;  /* as struct call has it; of one part, where there are */
	size_t heap_words;    /* 0: as struct call has it; of a listing 4 M */
	bool syntax;          /* some texts of its rows follow the syntax */
	/* Adds the pairs of the text's own variables, named A to H, with question_bind();
	 * returns how many. NULL: none. */
	size_t (*bind)(struct buf *b, const struct reading *r);
	/* Adds the rows. False: the value is not what was asked for. NULL: all came in
	 * parts. */
	bool (*rows)(struct reading *r, const struct term *value);
	/* The same for one message of those that the text sends to Z. */
	bool (*part)(struct reading *r, const struct term *message);
	/*
	 * Instead of part, for QUESTION_LISTING(): adds the row of one thing. Returns it,
	 * or TABLE_NONE when the thing is gone, or is not what it should be.
	 *
	 * key    the term that names the thing on the target
	 * value  what was asked about it
	 */
	size_t (*row)(struct reading *r, const struct term *key,
		      const struct term *value);
	/* Column of pids that is the owner of each row, and the one that names it (as
	 * processes.name does), and the one that has its application; 0: none. */
	size_t owner;
	size_t owner_name;
	size_t owner_application;
};

/*
 * A text that lists things and asks about them in chunks, so that each message and the
 * helper's heap stay small. Both are Erlang.
 *
 * list  all the things: "ets:all()"
 * each  what is asked about those of the chunk, the list C of M things, in their order:
 *       "lists:map(fun ets:info/1, C)". A function of OTP should do the work of each:
 *       what is interpreted costs the target fifty times as much.
 * size  things a chunk: "200"
 *
 * Where the request has keys (rows that were shown before), only those are asked about.
 * The variables F G P N M C R L K are taken, A B D E H and above are the text's own.
 */
#define QUESTION_LISTING(list, each, size) \
	"F = fun G(P, N) ->" \
	" M = erlang:min(N, " size ")," \
	" {C, R} = lists:split(M, P)," \
	" erlang:send(Z, {C, " each ", erlang:system_info(wordsize)}, [noconnect])," \
	" case N - M of 0 -> exit(M); L -> G(R, L) end" \
	" end," \
	" P = case K of all -> " list "; _ -> K end," \
	" F(P, erlang:length(P))."

/* The term, in the external format, by which the target names the thing of a row that was
 * listed before. False when it was not. */
bool question_key(struct live *l, const struct question *q, struct cell key,
		  struct buf *out);

/* The live of such a table's struct readers, which has its question. */
void question_live(struct live *l, const struct request *rq, source_done *done,
		   void *ctx);
/* The same for a reader that does something before or after it. q is a constant. */
void question_ask(struct live *l, const struct request *rq, const struct question *q,
		  source_done *done, void *ctx);

#endif

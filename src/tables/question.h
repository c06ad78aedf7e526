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

/*
 * Why an answer is of no use: "cannot WHAT: ...". For answers that failed, and for those
 * that came and are not what was asked for. What came instead is logged.
 *
 * what  "read the processes", "look for process 'shop'"
 *
 * Returns false.
 */
bool question_failed(const struct answer *a, const char *what, struct err *err);

/*
 * A table that is one question, which most are: a file in this folder gives its columns,
 * the question, and what of the answer becomes a row; how it is asked and what can go
 * wrong is here. The answer has all rows, also where keys were asked for.
 */
struct question {
	const char *module;   /* a function of OTP without arguments, or NULL: the text */
	const char *function;
	const char *text;     /* as struct eval has it */
	size_t answer_bytes;  /* as struct call has it */
	/* Adds the rows. False: the value is not what was asked for. */
	bool (*rows)(struct live *l, struct table *t, const struct term *value);
};

/* What such a table's struct readers calls. q is a constant. */
void question_ask(struct live *l, const struct request *rq, const struct question *q,
		  source_done *done, void *ctx);

#endif

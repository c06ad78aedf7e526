/*
 * One process in full: its row of the processes table, and the lists that no row can
 * hold.
 *
 * Everything is bounded: of each list the length and its first parts, each with a name
 * where it has one.
 */
#ifndef TABLES_PROCESS_DETAIL_H
#define TABLES_PROCESS_DETAIL_H

#include "source/live.h"
#include "term/term.h"

/* The first parts of a list on the target. */
struct detail_list {
	const struct text *items; /* [nitems] as they are shown */
	size_t nitems;
	int64_t total;            /* on the target; -1: not known, the list was too
				   * large to be read */
};

struct detail_number {
	struct text name;   /* as process_info() has it: "min_heap_size" */
	enum unit unit;
	int64_t value;
};

struct process_detail {
	struct arena arena;
	struct sample *sample;           /* of the processes table: one
					  * row, all columns */
	enum syntax syntax;              /* that the texts are written in */
	struct detail_list links;        /* "<0.81.0> shop_cache",
					  * "#Port<0.5> tcp_inet" */
	struct detail_list monitors;
	struct detail_list monitored_by;
	struct detail_list ancestors;    /* the parent first, up to the
					  * application's top */
	struct detail_list stack;        /* current_stacktrace, the
					  * innermost call first */
	struct detail_list suspending;   /* processes that it suspends */
	struct text error_handler;       /* or empty, like the following */
	struct text trace_token;         /* sequential_trace_token, unless it is [] */
	struct detail_number *numbers;   /* [nnumbers] of garbage_collection and its info,
					  * catchlevel, ... */
	size_t nnumbers;
};

/* detail: the callee's; NULL with ERR_ABSENT when the process is gone. */
typedef void process_detailed(void *ctx, struct process_detail *detail,
			      const struct err *err);

/* done is called once, never from inside. */
void process_detail_ask(struct live *l, int64_t pid, enum syntax syntax,
			int64_t timeout_ns, process_detailed *done, void *ctx);
void process_detail_free(struct process_detail *d); /* NULL is fine */

/* Frames of a stack trace, [{M, F, Arity, [{file, F}, {line, L}]}, ...], as lines; the
 * list is the process's or an exception's. */
struct detail_list process_stack(struct arena *a, const struct term *frames,
				 int64_t total, enum syntax syntax);

#endif

/*
 * Between the parts of pair.h: functions as numbers, and the open calls of each process.
 */
#ifndef TRACE_PAIR_INSIDE_H
#define TRACE_PAIR_INSIDE_H

#include "base/arena.h"
#include "trace/event.h"

/* More functions than this are all the same to us. */
#define PAIR_FUNCTIONS_MAX 65536

/* Functions get numbers from 1; 0 is the one that is not known. */
struct pair_functions {
	struct arena arena;
	struct event_function *at; /* [n] */
	size_t n;
	size_t cap;
	uint32_t *slots; /* [mask + 1] numbers, by hash */
	size_t mask;
	/* Pairs of numbers: the first function was still there when the second made a
	 * call, so that this was not a tail call. */
	uint64_t *nested; /* [nested_mask + 1], 0: none */
	size_t nnested;
	size_t nested_mask;
};

void pair_functions_clear(struct pair_functions *f);
uint32_t pair_function(struct pair_functions *f, const struct event_function *e);
const struct event_function *pair_function_at(const struct pair_functions *f, uint32_t n);
void pair_nested_add(struct pair_functions *f, uint32_t function, uint32_t caller);
bool pair_nested(const struct pair_functions *f, uint32_t function, uint32_t caller);

struct pair_call {
	uint64_t number;
	int64_t time_ns;
	uint32_t function;
	uint32_t caller;
	uint32_t depth; /* those around it; a tail call is as deep as what it replaced */
	bool tail;   /* a tail call of the one below */
	bool stale;  /* it may have ended before: its duration is not known */
};

/* One that is over: at that time, if all were what they seemed. */
struct pair_late {
	struct pair_call call;
	int64_t end_ns;
};

#define PAIR_SURE SIZE_MAX

struct pair_process {
	struct pair_process *next; /* of the same hash */
	uint64_t pid;
	struct pair_call *calls;   /* [n] the last one called last */
	size_t n;
	size_t cap;
	size_t doubt;              /* calls from here on may be over; or PAIR_SURE */
	struct pair_late *late;    /* [nlate] */
	size_t nlate;
	size_t late_cap;
	bool fresh;                /* the last event was a call: that one is open */
};

#define PAIR_BUCKETS 1024

struct pair_processes {
	struct pair_process *buckets[PAIR_BUCKETS];
};

/* NULL when there is none, and add is false. */
struct pair_process *pair_process(struct pair_processes *s, uint64_t pid, bool add);
void pair_process_drop(struct pair_processes *s, uint64_t pid);
void pair_processes_clear(struct pair_processes *s);
/* Forgets all calls with a lower number; returns how many of them were open. */
size_t pair_processes_forget(struct pair_processes *s, uint64_t number);

#endif

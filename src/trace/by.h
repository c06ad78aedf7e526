/*
 * Which part of a call's arguments --by means: an argument by its number, or what a
 * variable of the expression stands for, also inside an argument.
 */
#ifndef TRACE_BY_H
#define TRACE_BY_H

#include "base/arena.h"
#include "match/match.h"
#include "trace/event.h"
#include "trace/tracer.h"

/* One step into a term. */
struct by_step {
	enum { BY_ELEMENT, BY_TAIL, BY_VALUE } kind;
	size_t index;    /* BY_ELEMENT of a list or tuple; BY_TAIL: of a list, after so
			  * many */
	struct term key; /* BY_VALUE of a map */
};

/* Where it is in the calls of some functions. */
struct by_rule {
	struct text module;   /* empty: any */
	struct text function; /* empty: any */
	int arity;            /* -1: any */
	const struct by_step *steps; /* [nsteps] from the list of arguments on */
	size_t nsteps;
};

struct by {
	const struct by_rule *rules; /* [nrules] the first that fits */
	size_t nrules;
};

/*
 * Reads what stands behind --by. Lives in the arena and points into the matches.
 *
 * ERR_USAGE: no argument of that number, no variable of that name.
 */
bool by_parse(struct arena *a, struct text t, const struct match *matches,
	      size_t nmatches, struct by *out, struct err *err);

/* Has any function that is to be traced such a part? ERR_USAGE: the argument is none of
 * them, however many their patterns let them have. */
bool by_check(const struct by *b, const struct arming *a, struct err *err);

/* The value in a call; false: it has none there, or it was left out. */
bool by_find(const struct by *b, const struct event *e, struct term *out);
/* Is it in a map, under a key that has the name of a secret? */
bool by_secret(const struct by *b, const struct event *e);

#endif

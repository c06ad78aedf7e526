/*
 * Are the patterns of a trace fit for the node? Atoms in them that it does not have match
 * nothing, and are never sent as atoms; what its release does not know of match
 * specifications is said before anything is armed.
 */
#ifndef TRACE_PLAN_TERMS_H
#define TRACE_PLAN_TERMS_H

#include "source/live.h"
#include "term/term.h"

/* err: NULL, ERR_ABSENT (an atom that is not there), ERR_CANNOT (the release). */
typedef void plan_terms_done(void *ctx, const struct err *err);

/*
 * specs  [n] specifications of calls; they and words live until done is called
 * words  [n] how they were typed, for messages
 *
 * Never calls done from inside.
 */
void plan_terms_check(struct live *l, const struct term *const *specs,
		      const struct text *words, size_t n, int64_t timeout_ns,
		      plan_terms_done *done, void *ctx);

/* Pure, for it and for tests. */

struct plan_atoms {
	struct arena *arena;
	struct text *names; /* [n] each once */
	bool *words;        /* [n] it is one of the language of match specifications */
	size_t n;
	size_t cap;
};

/* Adds the atoms of a specification but its variables, $0 to $255, $_ and $$. */
void plan_atoms_add(struct plan_atoms *atoms, const struct term *spec);

#endif

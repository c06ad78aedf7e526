/*
 * Who of all processes is a supervisor, found where they are: of those that are none only
 * the pids travel, and each is looked at once in its life.
 */
#ifndef TABLES_SUPERVISOR_SWEEP_H
#define TABLES_SUPERVISOR_SWEEP_H

#include "source/live.h"

struct supervisors_found {
	const struct cell *sure;   /* [nsure] pids of those who say so in their
				    * dictionary, dead ones among them */
	size_t nsure;
	const struct cell *unsure; /* [nunsure] pids of those whose dictionary is not
				    * read (see process_who.c) */
	size_t nunsure;
};

/* found and what it points to end with the call; NULL: err says why. */
typedef void supervisors_swept(void *ctx, const struct supervisors_found *found,
			       const struct err *err);

/* The capability CAP_DICTIONARY_KEY was probed. done is called once, never from inside.
 */
void supervisor_sweep(struct live *l, int64_t timeout_ns, supervisors_swept *done,
		      void *ctx);

#endif

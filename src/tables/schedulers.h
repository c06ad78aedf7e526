/*
 * The tables of the runtime's threads as the runtime itself sees them: how much of their
 * time the schedulers worked, and the states in which each thread spent it.
 */
#ifndef TABLES_SCHEDULERS_H
#define TABLES_SCHEDULERS_H

#include "tables/shares.h"

extern const struct schema schedulers_schema;
extern const struct schema msacc_schema;

/* What the node answers to their questions, taken apart. False: it is something else. */
bool schedulers_read(struct threads *out, const struct term *value);
bool msacc_read(struct threads *out, const struct term *value);

#endif

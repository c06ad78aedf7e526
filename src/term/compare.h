/*
 * The order of keys in maps, which term.h does not have: 1 and 1.0 differ, and integers
 * come before floats.
 */
#ifndef TERM_COMPARE_H
#define TERM_COMPARE_H

#include "term/term.h"

struct map_key {
	const struct term *at; /* its value stands behind it */
};

/* The keys of a map in order; to be freed. */
struct map_key *compare_sort_keys(const struct term *map);

#endif

/*
 * The word that somebody may have meant: for "no such option, did you mean".
 */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stddef.h>

#include "base/text.h"

/* Remembers the candidate that is nearest to a word; one of zeros but for the word has
 * none yet. */
struct near {
	struct text word;
	const char *best; /* NULL while nothing is near enough */
	size_t distance;
};

/* Offers a candidate. It is near enough when at most a third of the word's letters, and
 * at least one, must be changed, dropped, added or swapped. The first of the nearest
 * wins. */
void near_offer(struct near *n, const char *candidate);

#endif

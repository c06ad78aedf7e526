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

/* Offers a candidate. It is near enough when no more letters must be changed, dropped,
 * added or swapped than a third of those of the word, or one. The first of the nearest
 * wins. Words of more than 31 bytes are never near. */
void near_offer(struct near *n, const char *candidate);

#endif

/* How far two words are apart. */
#include "base/near.h"

#include <string.h>

/* Longer words are not compared: nobody mistypes that much. */
#define LONGEST 31

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance: changes, drops, additions, and swaps of
 * neighbours. */
static size_t distance(struct text a, struct text b)
{
	size_t rows[LONGEST + 1][LONGEST + 1];

	for (size_t i = 0; i <= a.len; i++)
		rows[i][0] = i;
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		for (size_t j = 1; j <= b.len; j++) {
			size_t cost = a.p[i - 1] != b.p[j - 1];
			size_t d = least(rows[i - 1][j] + 1, rows[i][j - 1] + 1);

			d = least(d, rows[i - 1][j - 1] + cost);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1])
				d = least(d, rows[i - 2][j - 2] + 1);
			rows[i][j] = d;
		}
	}
	return rows[a.len][b.len];
}

void near_offer(struct near *n, const char *candidate)
{
	struct text c = text_of(candidate);

	if (n->word.len == 0 || n->word.len > LONGEST || c.len > LONGEST)
		return;

	size_t d = distance(n->word, c);
	size_t enough = n->word.len < 6 ? 1 : n->word.len / 3;

	if (d > enough || (n->best && d >= n->distance))
		return;
	n->best = candidate;
	n->distance = d;
}

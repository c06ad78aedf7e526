#include "view/lanes.h"

static size_t total(const struct lane *lanes, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		if (!lanes[i].hidden)
			sum += lanes[i].width + (sum ? LANES_GAP : 0);
	return sum;
}

static void squeeze(struct lane *lanes, size_t n, size_t columns)
{
	for (size_t used = total(lanes, n); used > columns; used--) {
		struct lane *widest = NULL;

		for (size_t i = 0; i < n; i++)
			if (!lanes[i].hidden && lanes[i].width > lanes[i].least &&
			    (!widest || lanes[i].width > widest->width))
				widest = &lanes[i];
		if (!widest)
			return;
		widest->width--;
	}
}

static void hide(struct lane *lanes, size_t n, size_t columns, size_t keep)
{
	for (size_t i = n; i-- > 1 && total(lanes, n) > columns;)
		lanes[i].hidden |= i != keep;
}

/* What is left over when some are hidden is for those that were cut. */
static void grow(struct lane *lanes, size_t n, size_t columns)
{
	size_t used = total(lanes, n);

	for (bool more = true; more && used < columns;) {
		more = false;
		for (size_t i = 0; i < n && used < columns; i++) {
			if (lanes[i].hidden || lanes[i].width >= lanes[i].wish)
				continue;
			lanes[i].width++;
			used++;
			more = true;
		}
	}
	/* Numbers stay near what they are of: only the last one goes on to the edge. */
	for (size_t i = n; i-- > 0 && used < columns;)
		if (!lanes[i].hidden) {
			lanes[i].width += lanes[i].right ? 0 : columns - used;
			return;
		}
}

size_t lanes_lay(struct lane *lanes, size_t n, size_t columns, size_t keep)
{
	size_t hidden = 0;
	size_t x = 0;

	for (size_t i = 0; i < n; i++) {
		if (lanes[i].wish > columns)
			lanes[i].wish = columns;
		if (lanes[i].least > lanes[i].wish)
			lanes[i].least = lanes[i].wish;
		lanes[i].width = lanes[i].wish;
	}
	squeeze(lanes, n, columns);
	hide(lanes, n, columns, keep);
	grow(lanes, n, columns);
	for (size_t i = 0; i < n; i++) {
		lanes[i].x = x;
		if (lanes[i].hidden)
			hidden++;
		else
			x += lanes[i].width + LANES_GAP;
	}
	return hidden;
}

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
	while (total(lanes, n) > columns) {
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

static size_t hide(struct lane *lanes, size_t n, size_t columns, size_t keep)
{
	size_t hidden = 0;

	for (size_t i = n; i-- > 1 && total(lanes, n) > columns;) {
		lanes[i].hidden = i != keep;
		hidden += lanes[i].hidden;
	}
	return hidden;
}

static void widen(struct lane *lanes, size_t n, size_t columns)
{
	size_t used = total(lanes, n);

	for (size_t i = n; i-- > 0 && used < columns;)
		if (!lanes[i].hidden && !lanes[i].right) {
			lanes[i].width += columns - used;
			return;
		}
}

size_t lanes_lay(struct lane *lanes, size_t n, size_t columns, size_t keep)
{
	size_t hidden;
	size_t x = 0;

	squeeze(lanes, n, columns);
	hidden = hide(lanes, n, columns, keep);
	widen(lanes, n, columns);
	for (size_t i = 0; i < n; i++) {
		lanes[i].x = x;
		if (!lanes[i].hidden)
			x += lanes[i].width + LANES_GAP;
	}
	return hidden;
}

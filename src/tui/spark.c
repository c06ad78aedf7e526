/* Sparklines. */
#include "tui/spark.h"

#include <math.h>

/* Letters that get darker, for terminals that have nothing else. */
static const char letters[] = "_.:-=+*#";

/* The dots of a braille glyph, from the foot up. */
static const uint8_t dots[2][4] = {
	{ 0x40, 0x04, 0x02, 0x01 },
	{ 0x80, 0x20, 0x10, 0x08 },
};

enum { BRAILLE = 0x2800, EIGHTH = 0x2581, EIGHTHS = 8 };

size_t spark_values(const struct canvas *c, size_t width)
{
	return c->braille ? 2 * width : width;
}

/* Half of each, so that no difference is beyond what a number can be. */
struct range {
	double low;
	double high;
};

static struct range range_of(const struct spark *s)
{
	struct range r = { s->ranged ? INFINITY : 0, s->ranged ? -INFINITY : 0 };

	if (s->low < s->high && isfinite(s->low) && isfinite(s->high))
		return (struct range){ s->low / 2, s->high / 2 };
	for (size_t i = 0; i < s->n; i++) {
		if (!isfinite(s->values[i]))
			continue;
		r.low = fmin(r.low, s->values[i] / 2);
		r.high = fmax(r.high, s->values[i] / 2);
	}
	return r;
}

/* 1 to steps; 0 for a gap. */
static unsigned level_of(struct range r, double value, unsigned steps)
{
	double share;

	if (!isfinite(value))
		return 0;
	if (!(r.low < r.high))
		return 1;
	share = (value / 2 - r.low) / (r.high - r.low);
	share = fmin(fmax(share, 0), 1);
	return 1 + (unsigned)lround(share * (steps - 1));
}

static void draw_pair(struct pane lane, size_t x, unsigned style, unsigned left,
		      unsigned right)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < left; i++)
		bits |= dots[0][i];
	for (unsigned i = 0; i < right; i++)
		bits |= dots[1][i];
	if (bits)
		pane_glyph(lane, x, 0, style, BRAILLE + bits, ' ');
}

static void draw_one(struct pane lane, size_t x, unsigned style, unsigned level)
{
	if (level)
		pane_glyph(lane, x, 0, style, EIGHTH + level - 1, letters[level - 1]);
}

void spark_draw(struct pane p, size_t x, size_t y, size_t width, unsigned style,
		const struct spark *s)
{
	struct pane lane = pane_part(p, x, y, width, 1);
	size_t room = spark_values(lane.canvas, lane.width);
	size_t shown = s->n < room ? s->n : room;
	const double *last = s->values + (s->n - shown);
	bool pairs = lane.canvas->braille;
	unsigned before = 0;
	struct range r = range_of(s);

	pane_fill(lane, style);
	for (size_t i = 0; i < shown; i++) {
		size_t at = room - shown + i;
		unsigned level = level_of(r, last[i], pairs ? 4 : EIGHTHS);

		if (!pairs)
			draw_one(lane, at, style, level);
		else if (at % 2)
			draw_pair(lane, at / 2, style, before, level);
		before = level;
	}
}

/* Bars. */
#include "tui/bar.h"

#include <math.h>

enum { FULL = 0x2588, EIGHTHS = 8, MARK = 0x2502, REST = 0xb7 };

void bar_draw(struct pane p, size_t x, size_t y, size_t width, unsigned style,
	      const struct bar *b)
{
	struct pane lane = pane_part(p, x, y, width, 1);
	double share = isfinite(b->share) ? fmin(fmax(b->share, 0), 1) : 0;
	double steps = (double)lane.width * (lane.canvas->ascii ? 1 : EIGHTHS);
	size_t filled = (size_t)floor(share * steps);
	size_t whole, part;

	if (filled == 0 && share > 0 && steps > 0)
		filled = 1;
	whole = lane.canvas->ascii ? filled : filled / EIGHTHS;
	part = lane.canvas->ascii ? 0 : filled % EIGHTHS;
	pane_fill(lane, STYLE_DIM);
	for (size_t i = 0; i < lane.width; i++)
		if (i < whole)
			pane_glyph(lane, i, 0, style, FULL, '#');
		else if (i == whole && part)
			pane_glyph(lane, i, 0, style, FULL + EIGHTHS - (uint32_t)part,
				   '#');
		else
			pane_glyph(lane, i, 0, STYLE_DIM, REST, '.');
	if (b->mark > 0 && b->mark < 1) {
		size_t at = (size_t)(b->mark * (double)lane.width);

		if (at > whole || (at == whole && !part))
			pane_glyph(lane, at, 0, STYLE_DIM, MARK, '|');
	}
}

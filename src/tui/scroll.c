/* Moving in a list. */
#include "tui/scroll.h"

static void keep_in(struct scroll *s, size_t n)
{
	if (s->cursor >= n)
		s->cursor = n ? n - 1 : 0;
}

void scroll_by(struct scroll *s, ptrdiff_t lines, size_t n)
{
	size_t by = (size_t)(lines < 0 ? -lines : lines);
	size_t rest;

	keep_in(s, n);
	rest = n ? n - 1 - s->cursor : 0;
	if (lines < 0)
		s->cursor -= by < s->cursor ? by : s->cursor;
	else
		s->cursor += by < rest ? by : rest;
}

void scroll_fit(struct scroll *s, size_t n, size_t height)
{
	s->height = height;
	keep_in(s, n);
	if (s->cursor < s->top)
		s->top = s->cursor;
	if (height && s->cursor >= s->top + height)
		s->top = s->cursor - height + 1;
	if (s->top + height > n)
		s->top = n > height ? n - height : 0;
}

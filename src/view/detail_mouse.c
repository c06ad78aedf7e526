/* The mouse on the page of a row. */
#include "view/detail_inside.h"

/* The line that was clicked gets the cursor. */
static bool choose(struct detail *d, size_t y)
{
	const struct section *s = &d->sections[d->current];
	const struct scroll *at = s->fold.fold ? &s->fold.scroll : &s->scroll;
	size_t n = s->fold.fold ? fold_count(s->fold.fold) : s->lines.n;

	if (s->about->draw || at->top + y >= n)
		return false;
	detail_move(d, (ptrdiff_t)(at->top + y) - (ptrdiff_t)at->cursor);
	return true;
}

bool detail_mouse(struct detail *d, struct key k)
{
	struct err err = { 0 };

	if (k.code == KEY_WHEEL_UP || k.code == KEY_WHEEL_DOWN) {
		detail_move(d, k.code == KEY_WHEEL_UP ? -SCROLL_WHEEL : SCROLL_WHEEL);
		return true;
	}
	if (k.code != KEY_CLICK && k.code != KEY_DOUBLE_CLICK)
		return false;
	if (pane_has(d->tabs, k.x, k.y)) {
		size_t section = detail_section_at(d, k.x - d->tabs.x);

		if (section < d->kind->nsections)
			detail_go(d, section);
		return true;
	}
	if (!pane_has(d->body, k.x, k.y) || !choose(d, k.y - d->body.y))
		return false;
	if (k.code == KEY_DOUBLE_CLICK &&
	    !top_run_action(d->view.top, TEXT("open"), (struct text){ 0 }, &err))
		top_say_err(d->view.top, &err);
	return true;
}

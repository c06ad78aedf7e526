/* A line that is typed: where the cursor may stand, and what the keys do to it. */
#include "tui/field.h"

#include <string.h>

#include "base/utf8.h"

/* Nobody types more; a paste that is longer is cut. */
#define FIELD_MAX ((size_t)4096)

void field_clear(struct field *f)
{
	buf_clear(&f->text);
	*f = (struct field){ 0 };
}

struct text field_text(const struct field *f)
{
	return buf_text(&f->text);
}

struct text field_before(const struct field *f)
{
	return text_sub(field_text(f), 0, f->at);
}

/* Puts the text in the place of the bytes from..to, and the cursor behind it. */
static void splice(struct field *f, size_t from, size_t to, struct text t)
{
	struct text old = field_text(f);
	struct buf new = { 0 };

	if (old.len - (to - from) + t.len > FIELD_MAX)
		return;
	buf_add(&new, old.p, from);
	buf_text_add(&new, t);
	buf_add(&new, old.p + to, old.len - to);
	buf_clear(&f->text);
	f->text = new;
	f->at = from + t.len;
	if (f->from > f->at)
		f->from = f->at;
}

static void insert(struct field *f, uint32_t cp)
{
	struct buf b = { 0 };

	utf8_add(&b, cp);
	splice(f, f->at, f->at, buf_text(&b));
	buf_clear(&b);
}

/* The text without what may not stand in a field. */
static void clean(struct buf *out, struct text t)
{
	uint32_t cp;

	for (size_t at = 0; at < t.len;) {
		size_t n = utf8_next(t, at, &cp);

		if (cp != UTF8_BAD && !utf8_control(cp))
			buf_add(out, t.p + at, n);
		at += n;
	}
}

void field_replace(struct field *f, size_t n, struct text t)
{
	struct buf b = { 0 };

	clean(&b, t);
	splice(f, n < f->at ? f->at - n : 0, f->at, buf_text(&b));
	buf_clear(&b);
}

void field_set(struct field *f, struct text t)
{
	buf_reset(&f->text);
	f->at = f->from = 0;
	field_replace(f, 0, text_sub(t, 0, FIELD_MAX));
}

/*
 * Places where the cursor may stand: between code points, but not in front of one that
 * is drawn over its neighbour.
 */

static size_t after(struct text t, size_t at)
{
	uint32_t cp;

	if (at < t.len)
		at += utf8_next(t, at, &cp);
	while (at < t.len) {
		size_t n = utf8_next(t, at, &cp);

		if (utf8_width(cp) > 0)
			break;
		at += n;
	}
	return at;
}

static size_t ahead(struct text t, size_t at)
{
	uint32_t cp;

	while (at > 0) {
		at--;
		if (((unsigned char)t.p[at] & 0xc0) == 0x80)
			continue;
		utf8_next(t, at, &cp);
		if (utf8_width(cp) > 0)
			break;
	}
	return at;
}

static bool is_word(char c)
{
	return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || c == '_' ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static size_t word_after(struct text t, size_t at)
{
	while (at < t.len && !is_word(t.p[at]))
		at++;
	while (at < t.len && is_word(t.p[at]))
		at++;
	return at;
}

static size_t word_ahead(struct text t, size_t at)
{
	while (at > 0 && !is_word(t.p[at - 1]))
		at--;
	while (at > 0 && is_word(t.p[at - 1]))
		at--;
	return at;
}

/* As a shell's Ctrl-W: up to a blank. */
static size_t blank_ahead(struct text t, size_t at)
{
	while (at > 0 && t.p[at - 1] == ' ')
		at--;
	while (at > 0 && t.p[at - 1] != ' ')
		at--;
	return at;
}

static enum field_did move(struct field *f, size_t to)
{
	f->at = to;
	return FIELD_MOVED;
}

static enum field_did cut(struct field *f, size_t from, size_t to)
{
	if (from == to)
		return FIELD_MOVED;
	splice(f, from, to, (struct text){ 0 });
	return FIELD_CHANGED;
}

/*
 * Keys.
 */

static enum field_did ctrl(struct field *f, uint32_t cp)
{
	struct text t = field_text(f);

	switch (cp) {
	case 'a':
		return move(f, 0);
	case 'e':
		return move(f, t.len);
	case 'b':
		return move(f, ahead(t, f->at));
	case 'f':
		return move(f, after(t, f->at));
	case 'd':
		return cut(f, f->at, after(t, f->at));
	case 'h':
		return cut(f, ahead(t, f->at), f->at);
	case 'k':
		return cut(f, f->at, t.len);
	case 'u':
		return cut(f, 0, f->at);
	case 'w':
		return cut(f, blank_ahead(t, f->at), f->at);
	default:
		return FIELD_NOTHING;
	}
}

static enum field_did alt(struct field *f, uint32_t cp)
{
	struct text t = field_text(f);

	switch (cp) {
	case 'b':
		return move(f, word_ahead(t, f->at));
	case 'f':
		return move(f, word_after(t, f->at));
	case 'd':
		return cut(f, f->at, word_after(t, f->at));
	default:
		return FIELD_NOTHING;
	}
}

static enum field_did character(struct field *f, struct key k)
{
	if (k.mods & KEY_CTRL)
		return k.mods == KEY_CTRL ? ctrl(f, k.cp) : FIELD_NOTHING;
	if (k.mods & KEY_ALT)
		return alt(f, k.cp);
	if (utf8_control(k.cp) || k.cp > 0x10ffff)
		return FIELD_NOTHING;
	insert(f, k.cp);
	return FIELD_CHANGED;
}

static enum field_did named(struct field *f, struct key k)
{
	struct text t = field_text(f);
	bool words = k.mods & (KEY_CTRL | KEY_ALT);

	switch (k.code) {
	case KEY_LEFT:
		return move(f, words ? word_ahead(t, f->at) : ahead(t, f->at));
	case KEY_RIGHT:
		return move(f, words ? word_after(t, f->at) : after(t, f->at));
	case KEY_HOME:
		return move(f, 0);
	case KEY_END:
		return move(f, t.len);
	case KEY_BACKSPACE:
		return cut(f, words ? word_ahead(t, f->at) : ahead(t, f->at), f->at);
	case KEY_DELETE:
		return cut(f, f->at, after(t, f->at));
	default:
		return FIELD_NOTHING;
	}
}

static enum field_did pasted(struct field *f, struct key k)
{
	if (k.code == KEY_PASTE_END)
		f->pasting = false;
	else if (k.code == KEY_ENTER || k.code == KEY_TAB)
		insert(f, ' ');
	else if (k.code == KEY_CHAR && !k.mods)
		return character(f, k) == FIELD_NOTHING ? FIELD_MOVED : FIELD_CHANGED;
	else
		return FIELD_MOVED;
	return FIELD_CHANGED;
}

enum field_did field_key(struct field *f, struct key k)
{
	if (f->pasting)
		return pasted(f, k);
	if (k.code == KEY_PASTE) {
		f->pasting = true;
		return FIELD_MOVED;
	}
	return k.code == KEY_CHAR ? character(f, k) : named(f, k);
}

/*
 * Drawing.
 */

/* How far to the left one may begin so that the cursor has its place in the lane. */
static size_t scrolled(const struct field *f, const struct canvas *c, size_t width)
{
	struct text t = field_text(f);
	size_t columns = 1;
	size_t from = f->at;

	while (from > 0) {
		size_t next = ahead(t, from);

		columns += canvas_width(c, text_sub(t, next, from));
		if (columns > width)
			break;
		from = next;
	}
	return from;
}

void field_draw(struct field *f, struct pane p, size_t x, size_t y, size_t width,
		unsigned style)
{
	struct pane lane = pane_part(p, x, y, width, 1);
	size_t least = scrolled(f, p.canvas, lane.width);
	struct text seen;

	if (f->from > f->at || f->from < least)
		f->from = least;
	seen = text_sub(field_text(f), f->from, SIZE_MAX);
	pane_lane(lane, 0, 0, lane.width, style, seen);
	seen = text_sub(field_before(f), f->from, f->at);
	pane_cursor(lane, canvas_width(p.canvas, seen), 0);
}

/* A line that is typed: where the cursor may stand, and what the keys do to it. */
#include "tui/input.h"

#include <string.h>

#include "base/utf8.h"

/* Nobody types more; a paste that is longer is cut. */
#define INPUT_MAX ((size_t)4096)

void input_clear(struct input *in)
{
	buf_clear(&in->text);
	*in = (struct input){ 0 };
}

struct text input_text(const struct input *in)
{
	return buf_text(&in->text);
}

struct text input_before(const struct input *in)
{
	return text_sub(input_text(in), 0, in->at);
}

/* Puts the text in the place of the bytes from..to, and the cursor behind it. */
static void splice(struct input *in, size_t from, size_t to, struct text t)
{
	struct text old = input_text(in);
	struct buf new = { 0 };

	if (old.len - (to - from) + t.len > INPUT_MAX)
		return;
	buf_add(&new, old.p, from);
	buf_text_add(&new, t);
	buf_add(&new, old.p + to, old.len - to);
	buf_clear(&in->text);
	in->text = new;
	in->at = from + t.len;
	if (in->from > in->at)
		in->from = in->at;
}

static void insert(struct input *in, uint32_t cp)
{
	struct buf b = { 0 };

	utf8_add(&b, cp);
	splice(in, in->at, in->at, buf_text(&b));
	buf_clear(&b);
}

/* The text without what may not stand in an input. */
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

void input_replace(struct input *in, size_t n, struct text t)
{
	struct buf b = { 0 };

	clean(&b, t);
	splice(in, n < in->at ? in->at - n : 0, in->at, buf_text(&b));
	buf_clear(&b);
}

void input_set(struct input *in, struct text t)
{
	buf_reset(&in->text);
	in->at = in->from = 0;
	input_replace(in, 0, text_sub(t, 0, INPUT_MAX));
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

static enum input_did move(struct input *in, size_t to)
{
	in->at = to;
	return INPUT_MOVED;
}

static enum input_did cut(struct input *in, size_t from, size_t to)
{
	if (from == to)
		return INPUT_MOVED;
	splice(in, from, to, (struct text){ 0 });
	return INPUT_CHANGED;
}

/*
 * Keys.
 */

static enum input_did ctrl(struct input *in, uint32_t cp)
{
	struct text t = input_text(in);

	switch (cp) {
	case 'a':
		return move(in, 0);
	case 'e':
		return move(in, t.len);
	case 'b':
		return move(in, ahead(t, in->at));
	case 'f':
		return move(in, after(t, in->at));
	case 'd':
		return cut(in, in->at, after(t, in->at));
	case 'h':
		return cut(in, ahead(t, in->at), in->at);
	case 'k':
		return cut(in, in->at, t.len);
	case 'u':
		return cut(in, 0, in->at);
	case 'w':
		return cut(in, blank_ahead(t, in->at), in->at);
	default:
		return INPUT_NOTHING;
	}
}

static enum input_did alt(struct input *in, uint32_t cp)
{
	struct text t = input_text(in);

	switch (cp) {
	case 'b':
		return move(in, word_ahead(t, in->at));
	case 'f':
		return move(in, word_after(t, in->at));
	case 'd':
		return cut(in, in->at, word_after(t, in->at));
	default:
		return INPUT_NOTHING;
	}
}

static enum input_did character(struct input *in, struct key k)
{
	if (k.mods & KEY_CTRL)
		return k.mods == KEY_CTRL ? ctrl(in, k.cp) : INPUT_NOTHING;
	if (k.mods & KEY_ALT)
		return alt(in, k.cp);
	if (utf8_control(k.cp) || k.cp > 0x10ffff)
		return INPUT_NOTHING;
	insert(in, k.cp);
	return INPUT_CHANGED;
}

static enum input_did named(struct input *in, struct key k)
{
	struct text t = input_text(in);
	bool words = k.mods & (KEY_CTRL | KEY_ALT);

	switch (k.code) {
	case KEY_LEFT:
		return move(in, words ? word_ahead(t, in->at) : ahead(t, in->at));
	case KEY_RIGHT:
		return move(in, words ? word_after(t, in->at) : after(t, in->at));
	case KEY_HOME:
		return move(in, 0);
	case KEY_END:
		return move(in, t.len);
	case KEY_BACKSPACE:
		return cut(in, words ? word_ahead(t, in->at) : ahead(t, in->at), in->at);
	case KEY_DELETE:
		return cut(in, in->at, after(t, in->at));
	default:
		return INPUT_NOTHING;
	}
}

static enum input_did pasted(struct input *in, struct key k)
{
	if (k.code == KEY_PASTE_END)
		in->pasting = false;
	else if (k.code == KEY_ENTER || k.code == KEY_TAB)
		insert(in, ' ');
	else if (k.code == KEY_CHAR && !k.mods)
		return character(in, k) == INPUT_NOTHING ? INPUT_MOVED : INPUT_CHANGED;
	else
		return INPUT_MOVED;
	return INPUT_CHANGED;
}

enum input_did input_key(struct input *in, struct key k)
{
	if (in->pasting)
		return pasted(in, k);
	if (k.code == KEY_PASTE) {
		in->pasting = true;
		return INPUT_MOVED;
	}
	return k.code == KEY_CHAR ? character(in, k) : named(in, k);
}

/*
 * Drawing.
 */

/* How far to the left one may begin so that the cursor has its place in the lane. */
static size_t scrolled(const struct input *in, const struct canvas *c, size_t width)
{
	struct text t = input_text(in);
	size_t columns = 1;
	size_t from = in->at;

	while (from > 0) {
		size_t next = ahead(t, from);

		columns += canvas_width(c, text_sub(t, next, from));
		if (columns > width)
			break;
		from = next;
	}
	return from;
}

void input_draw(struct input *in, struct pane p, size_t x, size_t y, size_t width,
		unsigned style)
{
	struct pane lane = pane_part(p, x, y, width, 1);
	size_t least = scrolled(in, p.canvas, lane.width);
	struct text seen;

	if (in->from > in->at || in->from < least)
		in->from = least;
	seen = text_sub(input_text(in), in->from, SIZE_MAX);
	pane_lane(lane, 0, 0, lane.width, style, seen);
	seen = text_sub(input_before(in), in->from, in->at);
	pane_cursor(lane, canvas_width(p.canvas, seen), 0);
}

#include "tui/key.h"

#include <string.h>

#include "base/utf8.h"

/* What people write, and what help shows. The first of a key is how it is shown. */
static const struct {
	const char *written;
	const char *shown;
	struct key key;
} names[] = {
	{ "space", "Space", { .code = KEY_CHAR, .cp = ' ' } },
	{ "lt", "<", { .code = KEY_CHAR, .cp = '<' } },
	{ "enter", "Enter", { .code = KEY_ENTER } },
	{ "tab", "Tab", { .code = KEY_TAB } },
	{ "backspace", "Backspace", { .code = KEY_BACKSPACE } },
	{ "bs", "Backspace", { .code = KEY_BACKSPACE } },
	{ "esc", "Esc", { .code = KEY_ESCAPE } },
	{ "escape", "Esc", { .code = KEY_ESCAPE } },
	{ "up", "Up", { .code = KEY_UP } },
	{ "down", "Down", { .code = KEY_DOWN } },
	{ "left", "Left", { .code = KEY_LEFT } },
	{ "right", "Right", { .code = KEY_RIGHT } },
	{ "home", "Home", { .code = KEY_HOME } },
	{ "end", "End", { .code = KEY_END } },
	{ "pageup", "PgUp", { .code = KEY_PAGE_UP } },
	{ "pgup", "PgUp", { .code = KEY_PAGE_UP } },
	{ "pagedown", "PgDn", { .code = KEY_PAGE_DOWN } },
	{ "pgdn", "PgDn", { .code = KEY_PAGE_DOWN } },
	{ "insert", "Ins", { .code = KEY_INSERT } },
	{ "ins", "Ins", { .code = KEY_INSERT } },
	{ "delete", "Del", { .code = KEY_DELETE } },
	{ "del", "Del", { .code = KEY_DELETE } },
	{ "wheelup", "wheel up", { .code = KEY_WHEEL_UP } },
	{ "wheeldown", "wheel down", { .code = KEY_WHEEL_DOWN } },
	{ "click", "click", { .code = KEY_CLICK } },
	{ "doubleclick", "double click", { .code = KEY_DOUBLE_CLICK } },
	{ "paste", "paste", { .code = KEY_PASTE } },
	{ "pasteend", "end of paste", { .code = KEY_PASTE_END } },
};

#define NNAMES (sizeof(names) / sizeof(names[0]))

bool key_eq(struct key a, struct key b)
{
	return a.code == b.code && a.mods == b.mods && a.cp == b.cp;
}

static bool parse_mods(struct text *t, unsigned *mods)
{
	*mods = 0;
	while (t->len > 2 && t->p[1] == '-') {
		char c = t->p[0];

		if (c == 'c')
			*mods |= KEY_CTRL;
		else if (c == 'a')
			*mods |= KEY_ALT;
		else if (c == 's')
			*mods |= KEY_SHIFT;
		else
			return false;
		*t = text_sub(*t, 2, t->len);
	}
	return true;
}

static bool parse_number(struct text t, size_t least, size_t most, size_t *out)
{
	int64_t n;

	if (!text_int(t, &n) || n < (int64_t)least || n > (int64_t)most)
		return false;
	*out = (size_t)n;
	return true;
}

/* "click:10,5": the column and the line, from 0. */
static bool parse_place(struct text t, struct key *out)
{
	struct text x;

	return text_cut(&t, ',', &x) && parse_number(x, 0, 9999, &out->x) &&
	       parse_number(t, 0, 9999, &out->y);
}

static bool parse_name(struct text t, struct key *out)
{
	size_t colon = text_chr(t, ':');
	struct text place = text_sub(t, colon + 1, t.len);
	struct text word = text_sub(t, 0, colon);
	size_t n;

	for (size_t i = 0; i < NNAMES; i++) {
		if (!text_is(word, names[i].written))
			continue;
		*out = names[i].key;
		return colon == t.len || (out->code >= KEY_CLICK &&
					  out->code <= KEY_WHEEL_DOWN &&
					  parse_place(place, out));
	}
	if (text_starts(t, "f") && parse_number(text_sub(t, 1, t.len), 1, 12, &n)) {
		*out = (struct key){ .code = KEY_F, .cp = (uint32_t)n };
		return true;
	}
	return false;
}

static uint32_t small(uint32_t cp)
{
	return cp >= 'A' && cp <= 'Z' ? cp - 'A' + 'a' : cp;
}

/* What stands between < and >. */
static bool parse_inside(struct text t, struct key *out)
{
	unsigned mods;
	uint32_t cp;

	if (!parse_mods(&t, &mods) || t.len == 0)
		return false;
	if (!parse_name(t, out)) {
		/* a bare letter only with something held down: "<x>" is a mistake */
		if (!(mods & (KEY_CTRL | KEY_ALT)) || utf8_next(t, 0, &cp) != t.len ||
		    cp == UTF8_BAD)
			return false;
		*out = (struct key){ .code = KEY_CHAR, .cp = cp };
	}
	if (out->code == KEY_CHAR && (mods & KEY_SHIFT))
		return false;
	out->mods = mods;
	if (out->code == KEY_CHAR && (mods & KEY_CTRL))
		out->cp = small(out->cp);
	return true;
}

bool key_parse(struct text *rest, struct key *out)
{
	size_t end;
	uint32_t cp;

	if (rest->len == 0)
		return false;
	if (rest->p[0] == '<') {
		end = text_chr(*rest, '>');
		/* "<>>" is none, but "<c->>" is Ctrl-> */
		if (end + 1 < rest->len && rest->p[end - 1] == '-' &&
		    rest->p[end + 1] == '>')
			end++;
		if (end == rest->len || !parse_inside(text_sub(*rest, 1, end), out))
			return false;
		*rest = text_sub(*rest, end + 1, rest->len);
		return true;
	}
	end = utf8_next(*rest, 0, &cp);
	if (cp == UTF8_BAD || utf8_control(cp))
		return false;
	*out = (struct key){ .code = KEY_CHAR, .cp = cp };
	*rest = text_sub(*rest, end, rest->len);
	return true;
}

bool key_in(const char *keys, struct key k)
{
	struct text rest = text_of(keys);
	struct key one;

	while (key_parse(&rest, &one))
		if (key_eq(one, k))
			return true;
	return false;
}

static void print_plain(struct buf *out, struct key k)
{
	for (size_t i = 0; i < NNAMES; i++) {
		if (names[i].key.code == k.code && names[i].key.cp == k.cp) {
			buf_str(out, names[i].shown);
			return;
		}
	}
	if (k.code == KEY_F)
		buf_printf(out, "F%u", (unsigned)k.cp);
	else if (k.code == KEY_CHAR && (k.mods & KEY_CTRL) && k.cp >= 'a' && k.cp <= 'z')
		buf_char(out, (char)(k.cp - 'a' + 'A'));
	else if (k.code == KEY_CHAR)
		utf8_add(out, k.cp);
}

void key_print(struct buf *out, struct key k)
{
	if (k.mods & KEY_CTRL)
		buf_str(out, "Ctrl-");
	if (k.mods & KEY_ALT)
		buf_str(out, "Alt-");
	if (k.mods & KEY_SHIFT)
		buf_str(out, "Shift-");
	print_plain(out, k);
}

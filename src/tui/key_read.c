/*
 * Bytes that a terminal sends, read as keys.
 *
 * The forms are those of xterm ("XTerm Control Sequences"), the VT220, the Linux console
 * (console_codes(4)), rxvt (its reference, "Key codes") and what tmux and screen pass on.
 */
#include <string.h>

#include "base/utf8.h"
#include "tui/key.h"

#define ESC '\033'
#define DOUBLE_CLICK_NS ((int64_t)400 * 1000000)
/* A paste of which nothing came for so long has lost its end; no key would do anything
 * for ever. */
#define PASTE_NS ((int64_t)5 * 1000000000)

enum state {
	MORE, /* may become a key, or something to drop */
	DONE, /* is one; KEY_NONE: is to be dropped */
	ONLY, /* the first byte is one */
	LESS, /* all but the last byte is to be dropped */
};

/* Parameters of a control sequence: "1;5", "<0;10;20". */
struct params {
	size_t n;
	unsigned at[4];
	char prefix; /* '<', '=', '>' or '?'; or 0 */
};

static struct key plain(enum key_code code)
{
	return (struct key){ .code = code };
}

static struct key held(struct key k, unsigned mods)
{
	k.mods |= mods;
	return k;
}

static struct key function(unsigned n)
{
	/* F13 and above are Shift with the lower ones */
	return n > 12 ? (struct key){ .code = KEY_F, .mods = KEY_SHIFT, .cp = n - 12 }
		      : (struct key){ .code = KEY_F, .cp = n };
}

static struct key letter(uint32_t cp)
{
	return (struct key){ .code = KEY_CHAR, .cp = cp };
}

/* One character as it is typed, without what escapes. */
static struct key typed(uint32_t cp)
{
	if (cp == '\r' || cp == '\n')
		return plain(KEY_ENTER);
	if (cp == '\t')
		return plain(KEY_TAB);
	if (cp == 0x7f || cp == '\b')
		return plain(KEY_BACKSPACE);
	if (cp == ESC)
		return plain(KEY_ESCAPE);
	if (cp == 0)
		return held(letter(' '), KEY_CTRL);
	if (cp < 0x1b)
		return held(letter(cp - 1 + 'a'), KEY_CTRL);
	if (cp < ' ')
		return held(letter(cp + '@'), KEY_CTRL);
	if (utf8_control(cp))
		return plain(KEY_NONE);
	return letter(cp);
}

/* As xterm counts: 1 and a bit each for Shift, Alt, Ctrl and Meta. */
static unsigned mods_of(unsigned param)
{
	unsigned bits = param ? param - 1 : 0;

	return (bits & 1 ? KEY_SHIFT : 0U) | (bits & (2 | 8) ? KEY_ALT : 0U) |
	       (bits & 4 ? KEY_CTRL : 0U);
}

/* The letter that ends a sequence of the cursor or function keys. */
static struct key by_letter(char c)
{
	switch (c) {
	case 'A':
		return plain(KEY_UP);
	case 'B':
		return plain(KEY_DOWN);
	case 'C':
		return plain(KEY_RIGHT);
	case 'D':
		return plain(KEY_LEFT);
	case 'H':
		return plain(KEY_HOME);
	case 'F':
		return plain(KEY_END);
	case 'P':
		return function(1);
	case 'Q':
		return function(2);
	case 'R':
		return function(3);
	case 'S':
		return function(4);
	case 'Z':
		return held(plain(KEY_TAB), KEY_SHIFT);
	default:
		return plain(KEY_NONE);
	}
}

/* The number in front of '~'. */
static struct key by_number(unsigned n)
{
	static const unsigned char functions[] = {
		[11] = 1,
		[12] = 2,
		[13] = 3,
		[14] = 4,
		[15] = 5,
		[17] = 6,
		[18] = 7,
		[19] = 8,
		[20] = 9,
		[21] = 10,
		[23] = 11,
		[24] = 12,
		[25] = 13,
		[26] = 14,
		[28] = 15,
		[29] = 16,
		[31] = 17,
		[32] = 18,
		[33] = 19,
		[34] = 20,
	};

	switch (n) {
	case 1:
	case 7:
		return plain(KEY_HOME);
	case 2:
		return plain(KEY_INSERT);
	case 3:
		return plain(KEY_DELETE);
	case 4:
	case 8:
		return plain(KEY_END);
	case 5:
		return plain(KEY_PAGE_UP);
	case 6:
		return plain(KEY_PAGE_DOWN);
	case 200:
		return plain(KEY_PASTE);
	case 201:
		return plain(KEY_PASTE_END);
	default:
		break;
	}
	if (n < sizeof(functions) && functions[n])
		return function(functions[n]);
	return plain(KEY_NONE);
}

/* A code point with modifiers, as newer terminals write what older ones cannot. */
static struct key by_cp(unsigned cp, unsigned mods)
{
	struct key k;

	/* Surrogates, and the private ones that kitty gives to keys we do not know */
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xf900))
		return plain(KEY_NONE);
	k = held(typed(cp), mods);
	if (k.code == KEY_CHAR) {
		k.mods &= ~(unsigned)KEY_SHIFT;
		if ((k.mods & KEY_CTRL) && k.cp >= 'A' && k.cp <= 'Z')
			k.cp += 'a' - 'A';
	}
	return k;
}

/* button: as xterm reports it; x and y from 1. */
static struct key mouse(unsigned button, unsigned x, unsigned y, bool pressed)
{
	struct key k = { .x = x ? x - 1 : 0, .y = y ? y - 1 : 0 };

	k.mods = (button & 4 ? KEY_SHIFT : 0U) | (button & 8 ? KEY_ALT : 0U) |
		 (button & 16 ? KEY_CTRL : 0U);
	button &= ~28U;
	if (!pressed || x == 0 || y == 0)
		return plain(KEY_NONE);
	if (button == 0)
		k.code = KEY_CLICK;
	else if (button == 64)
		k.code = KEY_WHEEL_UP;
	else if (button == 65)
		k.code = KEY_WHEEL_DOWN;
	else
		return plain(KEY_NONE);
	return k;
}

static struct params params_of(struct text t)
{
	struct params p = { 0 };
	bool sub = false; /* what follows ':' says more of a parameter */

	if (t.len && strchr("<=>?", t.p[0])) {
		p.prefix = t.p[0];
		t = text_sub(t, 1, t.len);
	}
	p.n = t.len ? 1 : 0;
	for (size_t i = 0; i < t.len; i++) {
		unsigned *last = &p.at[p.n - 1];

		if (t.p[i] == ';') {
			if (p.n == sizeof(p.at) / sizeof(p.at[0]))
				break;
			p.n++;
			sub = false;
		} else if (t.p[i] == ':') {
			sub = true;
		} else if (!sub && t.p[i] >= '0' && t.p[i] <= '9' && *last < 1000000) {
			*last = *last * 10 + (unsigned)(t.p[i] - '0');
		}
	}
	return p;
}

/* A whole control sequence: what stands between "ESC [" and the last byte, and that. */
static struct key control(struct text middle, char last)
{
	struct params p = params_of(middle);
	struct key k;

	if (p.prefix == '<' && p.n == 3 && (last == 'M' || last == 'm'))
		return mouse(p.at[0], p.at[1], p.at[2], last == 'M');
	if (p.prefix)
		return plain(KEY_NONE);
	if (middle.len == 1 && middle.p[0] == '[') /* the Linux console */
		return last >= 'A' && last <= 'E' ? function((unsigned)(last - 'A') + 1)
						  : plain(KEY_NONE);
	if (last == 'M' && p.n == 3) /* rxvt */
		return mouse(p.at[0] - 32, p.at[1], p.at[2], true);
	if (last == 'u')
		return by_cp(p.at[0], mods_of(p.at[1]));
	if (last == '~' && p.at[0] == 27 && p.n == 3)
		return by_cp(p.at[2], mods_of(p.at[1]));
	if (last == '~')
		return held(by_number(p.at[0]), mods_of(p.at[1]));
	if (last == '$') /* rxvt, with these two */
		return held(by_number(p.at[0]), KEY_SHIFT);
	if (last == '^')
		return held(by_number(p.at[0]), KEY_CTRL);
	if (last == '@')
		return held(by_number(p.at[0]), KEY_CTRL | KEY_SHIFT);
	if (last >= 'a' && last <= 'd' && p.n == 0)
		return held(by_letter((char)(last - 'a' + 'A')), KEY_SHIFT);
	k = by_letter(last);
	return k.code ? held(k, mods_of(p.n > 1 ? p.at[1] : 0)) : k;
}

/* t: all behind "ESC [". */
static enum state read_control(struct text t, struct key *k)
{
	char last;

	*k = plain(KEY_NONE);
	if (t.len == 0 || (t.len == 1 && t.p[0] == '['))
		return MORE;
	last = t.p[t.len - 1];
	if (t.p[0] == 'M') { /* the mouse of X10: three bytes follow */
		if (t.len < 4)
			return MORE;
		*k = mouse((unsigned char)t.p[1] - 32U, (unsigned char)t.p[2] - 32U,
			   (unsigned char)t.p[3] - 32U, true);
		return DONE;
	}
	if (t.len > 1 && last == '$' && t.p[0] >= '0' && t.p[0] <= '9') {
		*k = control(text_sub(t, 0, t.len - 1), last);
		return DONE;
	}
	if (last >= ' ' && last < '@')
		return MORE;
	if (last >= '@' && last < 0x7f)
		*k = control(text_sub(t, 0, t.len - 1), last);
	return DONE;
}

/* t: all behind "ESC O". */
static enum state read_single(struct text t, struct key *k)
{
	static const char keypad[] = "*+,-./0123456789";
	struct params p;
	char last;

	*k = plain(KEY_NONE);
	if (t.len == 0)
		return MORE;
	last = t.p[t.len - 1];
	if ((last >= '0' && last <= '9') || last == ';')
		return MORE;
	p = params_of(text_sub(t, 0, t.len - 1));
	if (last == 'M')
		*k = plain(KEY_ENTER);
	else if (last == 'X')
		*k = typed('=');
	else if (last >= 'a' && last <= 'd') /* rxvt */
		*k = held(by_letter((char)(last - 'a' + 'A')), KEY_CTRL);
	else if (last >= 'j' && last <= 'y')
		*k = typed((uint32_t)keypad[last - 'j']);
	else
		*k = by_letter(last);
	if (k->code && k->code != KEY_CHAR && p.n)
		*k = held(*k, mods_of(p.at[p.n - 1]));
	return DONE;
}

/* How many bytes a code point with this first one has. */
static size_t length_of(unsigned char first)
{
	return first < 0xc2 ? 1 : first < 0xe0 ? 2
			  : first < 0xf0       ? 3
			  : first < 0xf5       ? 4
					       : 1;
}

static enum state read_char(struct text t, struct key *k)
{
	uint32_t cp;
	size_t n;

	*k = plain(KEY_NONE);
	if (t.len == 0)
		return MORE;
	n = length_of((unsigned char)t.p[0]);
	for (size_t i = 1; i < n && i < t.len; i++)
		if (((unsigned char)t.p[i] & 0xc0) != 0x80)
			return LESS;
	if (t.len < n)
		return MORE;
	utf8_next(t, 0, &cp);
	if (cp != UTF8_BAD)
		*k = typed(cp);
	return DONE;
}

/* Strings that a terminal answers with: nobody asked, so they are dropped. */
static enum state read_string(struct text t, struct key *k)
{
	char last;

	*k = plain(KEY_NONE);
	if (t.len < 3)
		return MORE;
	last = t.p[t.len - 1];
	/* Its end, or what is typed in the middle of it */
	if (t.p[t.len - 2] == ESC)
		return DONE;
	return (unsigned char)last < ' ' && last != ESC ? DONE : MORE;
}

static enum state read_escape(struct text t, struct key *k)
{
	struct text rest = text_sub(t, 2, t.len);
	enum state s;

	*k = plain(KEY_NONE);
	if (t.len < 2)
		return MORE;
	switch (t.p[1]) {
	case '[':
		return read_control(rest, k);
	case 'O':
		return read_single(rest, k);
	case 'P':
	case 'X':
	case ']':
	case '^':
	case '_':
		return read_string(t, k);
	case ESC: /* Alt, as rxvt writes it with the keys that escape themselves */
		if (t.len < 3)
			return MORE;
		if (t.p[2] != '[' && t.p[2] != 'O') {
			*k = plain(KEY_ESCAPE);
			return ONLY;
		}
		s = read_escape(text_sub(t, 1, t.len), k);
		break;
	default:
		s = read_char(text_sub(t, 1, t.len), k);
	}
	if (s == DONE && k->code && k->code < KEY_CLICK)
		*k = held(*k, KEY_ALT);
	return s;
}

/* What only this terminal sends. */
static bool read_own(const struct key_reader *r, enum state *s, struct key *k)
{
	bool begun = false;

	for (size_t i = 0; i < r->nown; i++) {
		const struct key_own *own = &r->own[i];

		if (own->len < r->len || memcmp(own->bytes, r->bytes, r->len) != 0)
			continue;
		*k = own->key;
		*s = own->len == r->len ? DONE : MORE;
		if (*s == DONE)
			return true;
		begun = true;
	}
	return begun;
}

static enum state read_one(const struct key_reader *r, struct key *k)
{
	struct text t = { r->bytes, r->len };
	enum state s;

	if (r->pasting && t.len > 1 && t.p[0] == ESC && t.p[1] != '[') {
		*k = plain(KEY_NONE);
		return ONLY;
	}
	if (read_own(r, &s, k))
		return s;
	return t.p[0] == ESC ? read_escape(t, k) : read_char(t, k);
}

/* A second click at the same place. */
static struct key clicked(struct key_reader *r, struct key k, int64_t now_ns)
{
	bool again = r->last_click.code && k.x == r->last_click.x &&
		     k.y == r->last_click.y && k.mods == r->last_click.mods &&
		     now_ns - r->last_click_ns <= DOUBLE_CLICK_NS;

	r->last_click = again ? plain(KEY_NONE) : k;
	r->last_click_ns = now_ns;
	if (again)
		k.code = KEY_DOUBLE_CLICK;
	return k;
}

/* Adds a byte to what was begun; of what is too long to be a key only the ends count. */
static void add(struct key_reader *r, char byte)
{
	/* A sequence that another one cuts off */
	if (byte == ESC && r->len > 2 && r->bytes[0] == ESC && r->bytes[1] == '[')
		r->len = 0;
	if (r->len == sizeof(r->bytes)) {
		r->bytes[2] = r->bytes[r->len - 1];
		r->len = 3;
	}
	r->bytes[r->len++] = byte;
}

static void drop(struct key_reader *r, size_t n)
{
	r->len -= n;
	memmove(r->bytes, r->bytes + n, r->len);
}

/* What was pasted is text, whatever else its keys would do. */
static bool passes(struct key_reader *r, struct key k)
{
	if (k.code == KEY_PASTE || k.code == KEY_PASTE_END) {
		r->pasting = k.code == KEY_PASTE;
		return true;
	}
	if (r->pasting)
		return k.mods == 0 && (k.code == KEY_CHAR || k.code == KEY_ENTER ||
				       k.code == KEY_TAB);
	return k.code != KEY_NONE;
}

struct key key_read(struct key_reader *r, struct text *in, int64_t now_ns)
{
	if (r->pasting && in->len && now_ns - r->paste_ns > PASTE_NS) {
		r->pasting = false;
		return plain(KEY_PASTE_END);
	}
	r->paste_ns = now_ns;
	for (;;) {
		struct key k;
		enum state s = r->len ? read_one(r, &k) : MORE;

		if (s == MORE && in->len == 0)
			return plain(KEY_NONE);
		if (s == MORE) {
			add(r, in->p[0]);
			*in = text_sub(*in, 1, in->len);
			continue;
		}
		drop(r, s == ONLY ? 1 : s == LESS ? r->len - 1 : r->len);
		if (!passes(r, k))
			continue;
		return k.code == KEY_CLICK ? clicked(r, k, now_ns) : k;
	}
}

bool key_waits(const struct key_reader *r)
{
	bool sequence = r->len > 2 && (r->bytes[1] == '[' || r->bytes[1] == 'O');

	return r->len > 0 && r->bytes[0] == ESC && !sequence;
}

struct key key_flush(struct key_reader *r)
{
	struct key k = plain(KEY_NONE);

	if (r->len == 2 && r->bytes[0] == ESC && r->bytes[1] == ESC) {
		r->len = 1;
		return plain(KEY_ESCAPE);
	}
	if (r->len == 1 && r->bytes[0] == ESC)
		k = plain(KEY_ESCAPE);
	else if (r->len == 2 && r->bytes[0] == ESC)
		k = held(typed((unsigned char)r->bytes[1]), KEY_ALT);
	r->len = 0;
	return r->pasting ? plain(KEY_NONE) : k;
}

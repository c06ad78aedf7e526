/* Code points in and out, and the tables of their widths. */
#include "base/utf8.h"

#include <string.h>

struct range {
	uint32_t first;
	uint32_t last;
};

/* Two columns wide. Source: Unicode 14, EastAsianWidth.txt, W and F; gaps of unassigned
 * code points closed. */
static const struct range wide[] = {
	{ 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x2329, 0x232a }, { 0x23e9, 0x23ec },
	{ 0x23f0, 0x23f0 }, { 0x23f3, 0x23f3 }, { 0x25fd, 0x25fe }, { 0x2614, 0x2615 },
	{ 0x2648, 0x2653 }, { 0x267f, 0x267f }, { 0x2693, 0x2693 }, { 0x26a1, 0x26a1 },
	{ 0x26aa, 0x26ab }, { 0x26bd, 0x26be }, { 0x26c4, 0x26c5 }, { 0x26ce, 0x26ce },
	{ 0x26d4, 0x26d4 }, { 0x26ea, 0x26ea }, { 0x26f2, 0x26f3 }, { 0x26f5, 0x26f5 },
	{ 0x26fa, 0x26fa }, { 0x26fd, 0x26fd }, { 0x2705, 0x2705 }, { 0x270a, 0x270b },
	{ 0x2728, 0x2728 }, { 0x274c, 0x274c }, { 0x274e, 0x274e }, { 0x2753, 0x2755 },
	{ 0x2757, 0x2757 }, { 0x2795, 0x2797 }, { 0x27b0, 0x27b0 }, { 0x27bf, 0x27bf },
	{ 0x2b1b, 0x2b1c }, { 0x2b50, 0x2b50 }, { 0x2b55, 0x2b55 }, { 0x2e80, 0x303e },
	{ 0x3041, 0x3247 }, { 0x3250, 0x4dbf }, { 0x4e00, 0xa4c6 }, { 0xa960, 0xa97c },
	{ 0xac00, 0xd7a3 }, { 0xf900, 0xfad9 }, { 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6b },
	{ 0xff01, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x16fe0, 0x1b2fb },
	{ 0x1f004, 0x1f004 }, { 0x1f0cf, 0x1f0cf }, { 0x1f18e, 0x1f18e },
	{ 0x1f191, 0x1f19a }, { 0x1f200, 0x1f320 }, { 0x1f32d, 0x1f335 },
	{ 0x1f337, 0x1f37c }, { 0x1f37e, 0x1f393 }, { 0x1f3a0, 0x1f3ca },
	{ 0x1f3cf, 0x1f3d3 }, { 0x1f3e0, 0x1f3f0 }, { 0x1f3f4, 0x1f3f4 },
	{ 0x1f3f8, 0x1f43e }, { 0x1f440, 0x1f440 }, { 0x1f442, 0x1f4fc },
	{ 0x1f4ff, 0x1f53d }, { 0x1f54b, 0x1f54e }, { 0x1f550, 0x1f567 },
	{ 0x1f57a, 0x1f57a }, { 0x1f595, 0x1f596 }, { 0x1f5a4, 0x1f5a4 },
	{ 0x1f5fb, 0x1f64f }, { 0x1f680, 0x1f6c5 }, { 0x1f6cc, 0x1f6cc },
	{ 0x1f6d0, 0x1f6d2 }, { 0x1f6d5, 0x1f6df }, { 0x1f6eb, 0x1f6ec },
	{ 0x1f6f4, 0x1f6fc }, { 0x1f7e0, 0x1f7f0 }, { 0x1f90c, 0x1f93a },
	{ 0x1f93c, 0x1f945 }, { 0x1f947, 0x1f9ff }, { 0x1fa70, 0x1faf6 },
	{ 0x20000, 0x3134a },
};

/* Drawn over what stands before: the combining marks of the scripts met most.
 * Source: Unicode 14, general categories Mn and Me, and the joiners. */
static const struct range none[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x05bf, 0x05bf },
	{ 0x05c1, 0x05c2 }, { 0x05c4, 0x05c5 }, { 0x05c7, 0x05c7 }, { 0x0610, 0x061a },
	{ 0x064b, 0x065f }, { 0x0670, 0x0670 }, { 0x06d6, 0x06dc }, { 0x06df, 0x06e4 },
	{ 0x06e7, 0x06e8 }, { 0x06ea, 0x06ed }, { 0x0900, 0x0902 }, { 0x093a, 0x093a },
	{ 0x093c, 0x093c }, { 0x0941, 0x0948 }, { 0x094d, 0x094d }, { 0x0951, 0x0957 },
	{ 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e }, { 0x1ab0, 0x1ace },
	{ 0x1dc0, 0x1dff }, { 0x200b, 0x200d }, { 0x20d0, 0x20f0 }, { 0x302a, 0x302d },
	{ 0x3099, 0x309a }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
	{ 0xe0100, 0xe01ef },
};

static bool among(const struct range *ranges, size_t n, uint32_t cp)
{
	while (n > 0) {
		const struct range *r = &ranges[n / 2];

		if (cp >= r->first && cp <= r->last)
			return true;
		if (cp > r->last) {
			ranges = r + 1;
			n -= n / 2 + 1;
		} else {
			n /= 2;
		}
	}
	return false;
}

size_t utf8_count(struct text t)
{
	size_t n = 0;
	uint32_t cp;

	for (size_t at = 0; at < t.len; n++)
		at += utf8_next(t, at, &cp);
	return n;
}

size_t utf8_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (among(none, sizeof(none) / sizeof(none[0]), cp))
		return 0;
	return among(wide, sizeof(wide) / sizeof(wide[0]), cp) ? 2 : 1;
}

/* How many bytes a sequence has that begins with this one, and the bits of the code point
 * in it; 0: none begins so. */
static size_t sequence(unsigned char first, uint32_t *bits)
{
	*bits = first & 0x7f;
	if (first < 0x80)
		return 1;
	*bits = first & 0x1f;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	*bits = first & 0x0f;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	*bits = first & 0x07;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

size_t utf8_next(struct text t, size_t at, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t v;
	size_t n = sequence((unsigned char)t.p[at], &v);

	*cp = UTF8_BAD;
	if (n == 0 || n > t.len - at)
		return 1;
	for (size_t i = 1; i < n; i++) {
		unsigned char c = (unsigned char)t.p[at + i];

		if ((c & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (c & 0x3f);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return 1;
	*cp = v;
	return n;
}

void utf8_add(struct buf *out, uint32_t cp)
{
	if (cp < 0x80) {
		buf_char(out, (char)cp);
	} else if (cp < 0x800) {
		buf_char(out, (char)(0xc0 | cp >> 6));
		buf_char(out, (char)(0x80 | (cp & 0x3f)));
	} else if (cp < 0x10000) {
		buf_char(out, (char)(0xe0 | cp >> 12));
		buf_char(out, (char)(0x80 | (cp >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (cp & 0x3f)));
	} else {
		buf_char(out, (char)(0xf0 | cp >> 18));
		buf_char(out, (char)(0x80 | (cp >> 12 & 0x3f)));
		buf_char(out, (char)(0x80 | (cp >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (cp & 0x3f)));
	}
}

/* Changes of direction make a line read as what it is not, so they count too. */
bool utf8_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x61c || cp == 0x200e ||
	       cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff ||
	       (cp >= 0xfff9 && cp <= 0xfffb);
}

void utf8_tame(char *s)
{
	struct text t = text_of(s);
	size_t len = 0;
	uint32_t cp;

	for (size_t at = 0; at < t.len;) {
		size_t n = utf8_next(t, at, &cp);

		if (cp == UTF8_BAD || utf8_control(cp)) {
			s[len++] = '?';
		} else {
			memmove(s + len, s + at, n);
			len += n;
		}
		at += n;
	}
	s[len] = '\0';
}

/* One code point, or a byte that is none, as it may stand on a terminal; returns its
 * columns. */
static size_t show(struct buf *out, unsigned char byte, uint32_t cp, bool ascii)
{
	size_t before = buf_len(out);

	if (cp >= 0x20 && cp < 0x7f) {
		buf_char(out, (char)cp);
	} else if (cp == '\n') {
		buf_str(out, "\\n");
	} else if (cp == '\t') {
		buf_str(out, "\\t");
	} else if (cp == '\r') {
		buf_str(out, "\\r");
	} else if (cp == 0x1b) {
		buf_str(out, "\\e");
	} else if (cp == UTF8_BAD) {
		buf_printf(out, "\\x%02X", byte);
	} else if (cp < 0xa0) {
		buf_printf(out, "\\x%02X", (unsigned)cp);
	} else if (ascii || utf8_control(cp)) {
		buf_printf(out, "\\x{%X}", (unsigned)cp);
	} else {
		utf8_add(out, cp);
		return utf8_width(cp);
	}
	return buf_len(out) - before;
}

size_t utf8_show(struct buf *out, struct text t, bool ascii, size_t limit)
{
	size_t dots = ascii ? 3 : 1; /* columns of the ellipsis */
	size_t columns = 0;
	size_t fit = buf_len(out); /* bytes that leave room for the ellipsis */
	size_t fit_columns = 0;    /* columns of those */
	uint32_t cp;

	for (size_t at = 0; at < t.len;) {
		unsigned char byte = (unsigned char)t.p[at];

		at += utf8_next(t, at, &cp);
		columns += show(out, byte, cp, ascii);
		if (columns > limit)
			break;
		if (columns + dots <= limit) {
			fit = buf_len(out);
			fit_columns = columns;
		}
	}
	if (columns <= limit)
		return columns;
	buf_cut(out, fit);
	if (dots > limit - fit_columns)
		return fit_columns;
	buf_str(out, ascii ? "..." : "\xe2\x80\xa6");
	return fit_columns + dots;
}

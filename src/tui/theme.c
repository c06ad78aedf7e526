/*
 * Colours are chosen to be read on dark and on light ground: the ground is the
 * terminal's own, and no colour is near black or white. Where one means something, bold,
 * underline or reverse says so too, or the text does.
 */
#include "tui/theme.h"

#include "tui/style.h"

enum { BOLD = 1,
       DIM = 2,
       UNDER = 4,
       REVERSE = 8 };

enum { DEFAULT = -1 };

struct look {
	unsigned char attributes;
	unsigned char bare; /* attributes where there is no colour */
	short color;        /* 256 */
	short basic;        /* of the sixteen; 8 and above are the bright ones */
};

static const struct look looks[NSTYLES] = {
	[STYLE_PLAIN] = { 0, 0, DEFAULT, DEFAULT },
	[STYLE_DIM] = { 0, DIM, 244, 8 },
	[STYLE_STRONG] = { BOLD, BOLD, DEFAULT, DEFAULT },
	[STYLE_TITLE] = { BOLD, BOLD, 32, 6 },
	[STYLE_HEADING] = { REVERSE, REVERSE, 66, 6 },
	[STYLE_RANKED] = { REVERSE | BOLD, REVERSE | BOLD, 32, 4 },
	[STYLE_TAB] = { 0, 0, 244, DEFAULT },
	[STYLE_TAB_OPEN] = { REVERSE | BOLD, REVERSE | BOLD, 32, 4 },
	[STYLE_KEY] = { BOLD, BOLD, DEFAULT, DEFAULT },
	[STYLE_ACTION] = { REVERSE, REVERSE, 66, 6 },
	[STYLE_LINK] = { UNDER, UNDER, 32, 4 },
	[STYLE_MATCH] = { BOLD | UNDER, BOLD | UNDER, 172, 3 },
	[STYLE_MARK] = { BOLD, BOLD, 133, 5 },
	[STYLE_GOOD] = { 0, 0, 34, 2 },
	[STYLE_WARN] = { BOLD, BOLD, 172, 3 },
	[STYLE_CRIT] = { BOLD | REVERSE, BOLD | REVERSE, 160, 1 },
	[STYLE_SERIES_1] = { 0, 0, 32, 4 },
	[STYLE_SERIES_2] = { 0, 0, 34, 2 },
	[STYLE_SERIES_3] = { 0, 0, 172, 3 },
	[STYLE_SERIES_4] = { 0, 0, 133, 5 },
	[STYLE_SERIES_5] = { 0, 0, 37, 6 },
	[STYLE_SERIES_6] = { 0, 0, 160, 1 },
};

static void print_color(struct buf *out, enum theme_colors colors, const struct look *l)
{
	if (colors == THEME_256 && l->color != DEFAULT)
		buf_printf(out, ";38;5;%d", l->color);
	else if (colors == THEME_16 && l->basic >= 8)
		buf_printf(out, ";%d", 90 + l->basic - 8);
	else if (colors < THEME_256 && l->basic != DEFAULT)
		buf_printf(out, ";%d", 30 + l->basic % 8);
}

void theme_print(struct buf *out, enum theme_colors colors, unsigned style)
{
	unsigned plain = style & ~(unsigned)STYLE_CHOSEN;
	const struct look *l = &looks[plain < NSTYLES ? plain : STYLE_PLAIN];
	unsigned attributes = colors == THEME_NONE ? l->bare : l->attributes;

	if (style & STYLE_CHOSEN)
		attributes ^= REVERSE;
	buf_str(out, "\033[0");
	if (attributes & BOLD)
		buf_str(out, ";1");
	if (attributes & DIM)
		buf_str(out, ";2");
	if (attributes & UNDER)
		buf_str(out, ";4");
	if (attributes & REVERSE)
		buf_str(out, ";7");
	if (colors != THEME_NONE)
		print_color(out, colors, l);
	buf_char(out, 'm');
}

/*
 * Colours that are read on dark and on light ground: the ground is the terminal's own,
 * and each of the 256 has a contrast of about 3 and more with black and with white
 * (tests/unit/test_theme.c). Nothing is told by colour alone: the text says it too, or
 * bold, underline or reverse do.
 */
#include "tui/theme.h"

#include <stdbool.h>

#include "tui/style.h"

enum { BOLD = 1, DIM = 2, UNDER = 4, REVERSE = 8 };

enum { NONE = -1, GREY = 8 };

struct look {
	unsigned attributes;
	int color;  /* of 256; NONE: the terminal's own */
	int basic;  /* of 16; 8 and above are the bright ones */
	bool means; /* it is seen in the line that the cursor is on, too */
};

static const struct look looks[NSTYLES] = {
	[STYLE_PLAIN] = { 0, NONE, NONE },
	[STYLE_DIM] = { 0, 244, GREY },
	[STYLE_STRONG] = { BOLD, NONE, NONE },
	[STYLE_TITLE] = { BOLD, 32, 12 },
	[STYLE_HEADING] = { REVERSE, 66, 6 },
	[STYLE_RANKED] = { REVERSE | BOLD | UNDER, 32, 12 },
	[STYLE_TAB] = { 0, 244, GREY },
	[STYLE_TAB_OPEN] = { REVERSE | BOLD, 32, 12 },
	[STYLE_KEY] = { BOLD, NONE, NONE },
	[STYLE_ACTION] = { REVERSE, 66, 6 },
	[STYLE_LINK] = { UNDER, 32, 12 },
	[STYLE_MATCH] = { BOLD | UNDER, 166, 3, true },
	[STYLE_MARK] = { BOLD, 133, 5, true },
	[STYLE_GOOD] = { 0, 28, 2, true },
	[STYLE_WARN] = { BOLD, 166, 3, true },
	[STYLE_CRIT] = { BOLD | REVERSE, 160, 1, true },
	[STYLE_SERIES_1] = { 0, 32, 12 },
	[STYLE_SERIES_2] = { 0, 28, 2 },
	[STYLE_SERIES_3] = { 0, 136, 3 },
	[STYLE_SERIES_4] = { 0, 133, 5 },
	[STYLE_SERIES_5] = { 0, 30, 6 },
	[STYLE_SERIES_6] = { 0, 160, 1 },
};

/* A bright one of 8 is its dark one in bold, which many terminals show bright; grey is
 * what is faint. */
static unsigned basic_of_8(int basic, unsigned attributes, int *color)
{
	*color = basic == GREY ? NONE : basic % 8;
	if (basic == GREY)
		return attributes | DIM;
	return basic > GREY ? attributes | BOLD : attributes;
}

/* The line of the cursor is of one piece, but for what means something. */
static struct look chosen(struct look l)
{
	if (!l.means)
		l.color = l.basic = NONE;
	l.attributes &= ~(unsigned)DIM;
	if (l.attributes & REVERSE)
		l.attributes ^= UNDER;
	l.attributes |= REVERSE;
	return l;
}

static struct look look_of(enum theme_colors colors, unsigned style)
{
	unsigned plain = style & ~(unsigned)STYLE_CHOSEN;
	struct look l = looks[plain < NSTYLES ? plain : STYLE_PLAIN];

	if (style & STYLE_CHOSEN)
		l = chosen(l);
	if (colors == THEME_8)
		l.attributes = basic_of_8(l.basic, l.attributes, &l.basic);
	if (colors == THEME_NONE && l.basic == GREY)
		l.attributes |= DIM;
	return l;
}

int theme_color(unsigned style)
{
	return looks[style].color;
}

void theme_print(struct buf *out, enum theme_colors colors, unsigned style)
{
	static const struct {
		unsigned attribute;
		const char *parameter;
	} parameters[] = {
		{ BOLD, ";1" }, { DIM, ";2" }, { UNDER, ";4" }, { REVERSE, ";7" },
	};
	struct look l = look_of(colors, style);

	buf_str(out, "\033[0");
	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		if (l.attributes & parameters[i].attribute)
			buf_str(out, parameters[i].parameter);
	if (colors == THEME_256 && l.color != NONE)
		buf_printf(out, ";38;5;%d", l.color);
	else if (colors == THEME_16 && l.basic >= 8)
		buf_printf(out, ";%d", 90 + l.basic - 8);
	else if ((colors == THEME_16 || colors == THEME_8) && l.basic != NONE)
		buf_printf(out, ";%d", 30 + l.basic);
	buf_char(out, 'm');
}

/*
 * What a piece of the screen means. How that looks, with 256 colours, 16, or none, is
 * known only to tui/theme.c.
 */
#ifndef TUI_STYLE_H
#define TUI_STYLE_H

enum style {
	STYLE_PLAIN,
	STYLE_DIM,     /* less than its neighbours: units, ages, what is not known yet */
	STYLE_STRONG,
	STYLE_TITLE,   /* a line that heads a screen */
	STYLE_HEADING, /* of a column */
	STYLE_RANKED,  /* of the column that ranks */
	STYLE_TAB,
	STYLE_TAB_OPEN,
	STYLE_KEY,     /* a key, and what it does, at the foot of the screen */
	STYLE_ACTION,
	STYLE_LINK,    /* can be followed */
	STYLE_MATCH,   /* was searched for */
	STYLE_MARK,    /* was marked */
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_CRIT,
	STYLE_SERIES_1, /* the lines of a chart, and their names */
	STYLE_SERIES_2,
	STYLE_SERIES_3,
	STYLE_SERIES_4,
	STYLE_SERIES_5,
	STYLE_SERIES_6,
	NSTYLES,

	STYLE_CHOSEN = 0x80, /* beside one of those above: the cursor is on it */
};

#endif

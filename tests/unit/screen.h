/*
 * What was drawn, as text: for the tests of what draws.
 */
#ifndef TESTS_SCREEN_H
#define TESTS_SCREEN_H

#include <string.h>

#include "tui/canvas.h"
#include "unit.h"

enum screen_glyphs { SCREEN_BRAILLE, SCREEN_BLOCKS, SCREEN_ASCII };

static struct canvas *screen_new(size_t width, size_t height, enum screen_glyphs glyphs)
{
	struct canvas *c = canvas_new(width, height);

	c->ascii = glyphs == SCREEN_ASCII;
	c->braille = glyphs == SCREEN_BRAILLE;
	return c;
}

/* Fails with both when they differ; then the canvas is blank again. */
static void screen_is(struct canvas *c, const char *expected)
{
	struct buf shown = { 0 };

	canvas_text(c, &shown);
	if (strcmp(buf_cstr(&shown), expected) != 0)
		fail_msg("drawn:\n%s\nexpected:\n%s", buf_cstr(&shown), expected);
	buf_clear(&shown);
	canvas_clear(c);
}

#endif

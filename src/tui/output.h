/*
 * What is to be written to a terminal so that it shows another canvas: only what
 * differs. Pure: bytes come out, and somebody else writes them, all of them.
 */
#ifndef TUI_OUTPUT_H
#define TUI_OUTPUT_H

#include "base/buf.h"
#include "tui/canvas.h"
#include "tui/theme.h"

struct output {
	enum theme_colors colors;
	bool together; /* it knows what says that all of a change is to be seen at once,
			* or passes over it. Source: "Synchronized Output", the private
			* mode 2026 */
	size_t width; /* of the terminal */
	size_t height;
	struct glyph *shown; /* [height][width] what stands there; width 255: not known */
	bool cursor;         /* it is shown; told again when nothing is known */
	bool cursor_known;
	size_t x, y;    /* where it is; x SIZE_MAX: not known */
	unsigned style; /* of what is written next; UINT_MAX: not known */
	struct buf lines; /* scratch */
};

/* Of zeros. Nothing is known afterwards of what stands there. */
void output_resize(struct output *o, size_t width, size_t height);
void output_clear(struct output *o);
void output_spoiled(struct output *o);

/* What of the canvas does not fit is not drawn. */
void output_draw(struct output *o, const struct canvas *c, struct buf *out);

#endif

/*
 * An input: one line of text that is typed into, with a cursor. It knows the keys that
 * people edit lines with, and nothing of what the text is for.
 */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include "tui/canvas.h"
#include "tui/key.h"

/* An input of zeros is a valid, empty one. */
struct input {
	struct buf text; /* UTF-8, no controls */
	size_t at;       /* the cursor: bytes in front of it */
	size_t from;     /* bytes that are scrolled out at the left */
	bool pasting;    /* what comes now was not typed */
};

enum input_did {
	INPUT_NOTHING, /* the key is none of the input's */
	INPUT_MOVED,   /* at most the cursor */
	INPUT_CHANGED, /* the text */
};

void input_clear(struct input *in); /* frees; the input is then empty and usable */
/* Another text, with the cursor behind it; what may not stand in an input is left out. */
void input_set(struct input *in, struct text t);
struct text input_text(const struct input *in);   /* until it is changed */
struct text input_before(const struct input *in); /* the same, in front of the cursor */
/* Puts a text in the place of the n bytes in front of the cursor. */
void input_replace(struct input *in, size_t n, struct text t);

/* Takes a key: characters, arrows, Home, End, Del, and as on a shell's line Ctrl-A B D E
 * F H K U W, Alt-B D F. All keys between those that begin and end a paste are the
 * input's; an Enter is a blank there. */
enum input_did input_key(struct input *in, struct key k);

/* Draws it in a lane of the pane, so that the cursor is seen, and puts it there. */
void input_draw(struct input *in, struct pane p, size_t x, size_t y, size_t width,
		unsigned style);

#endif

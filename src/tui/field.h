/*
 * A field: one line of text that is typed into, with a cursor. It knows the keys that
 * people edit lines with, and nothing of what the text is for.
 */
#ifndef TUI_FIELD_H
#define TUI_FIELD_H

#include "tui/canvas.h"
#include "tui/key.h"

/* A field of zeros is a valid, empty one. */
struct field {
	struct buf text; /* UTF-8, no controls */
	size_t at;       /* the cursor: bytes in front of it */
	size_t from;     /* bytes that are scrolled out at the left */
	bool pasting;    /* what comes now was not typed */
};

enum field_did {
	FIELD_NOTHING, /* the key is none of the field's */
	FIELD_MOVED,   /* at most the cursor */
	FIELD_CHANGED, /* the text */
};

void field_clear(struct field *f); /* frees; the field is then empty and usable */
/* Another text, with the cursor behind it; what may not stand in a field is left out. */
void field_set(struct field *f, struct text t);
struct text field_text(const struct field *f);   /* until it is changed */
struct text field_before(const struct field *f); /* the same, in front of the cursor */
/* Puts a text in the place of the n bytes in front of the cursor. */
void field_replace(struct field *f, size_t n, struct text t);

/* Takes a key: characters, arrows, Home, End, Del, and as on a shell's line Ctrl-A B D E
 * F H K U W, Alt-B D F. All keys between those that begin and end a paste are the
 * field's; an Enter is a blank there. */
enum field_did field_key(struct field *f, struct key k);

/* Draws it in a lane of the pane, so that the cursor is seen, and puts it there. */
void field_draw(struct field *f, struct pane p, size_t x, size_t y, size_t width,
		unsigned style);

#endif

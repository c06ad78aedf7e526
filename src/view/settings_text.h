/*
 * The text of a settings file: a setting a line, "name = value"; lines that are empty or
 * begin with # are for people.
 */
#ifndef VIEW_SETTINGS_TEXT_H
#define VIEW_SETTINGS_TEXT_H

#include "base/buf.h"

/* Bytes that are read of a file: nobody writes more. */
#define SETTINGS_TEXT_MAX ((size_t)1 << 18)

enum settings_line {
	SETTINGS_END,
	SETTINGS_VALUE,
	SETTINGS_WRONG, /* it is none of these lines */
};

/* Cuts lines off the front of *rest up to the next setting; counts them. */
enum settings_line settings_text_next(struct text *rest, size_t *line, struct text *name,
				      struct text *value);

/* Adds the text with one setting changed: in its last line, or in a new one at the end.
 * All other lines stay as they are. */
void settings_text_set(struct buf *out, struct text old, struct text name,
		       struct text value);

#endif

/*
 * UTF-8: code points, their width on a terminal, and foreign text made fit to be shown
 * there.
 *
 * Own tables, since a static binary on a bare host has no locale to ask.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

#define UTF8_BAD UINT32_MAX

/* Reads the code point at an offset that is in range. Returns the bytes it has, at least
 * 1; *cp is UTF8_BAD for a byte that belongs to none (also overlong forms, surrogates,
 * what is above U+10FFFF). */
size_t utf8_next(struct text t, size_t at, uint32_t *cp);
void utf8_add(struct buf *out, uint32_t cp);
/* Code points; a byte that belongs to none is one. */
size_t utf8_count(struct text t);

/* Columns on a terminal: 0, 1 or 2. */
size_t utf8_width(uint32_t cp);
/* Would it steer a terminal instead of being drawn? */
bool utf8_control(uint32_t cp);

/* Puts a '?' in place of each control and of each byte that is no UTF-8;
 * the text may get shorter. */
void utf8_tame(char *s);

/*
 * Adds foreign text so that it stays in its line: controls as \n \e \x07 \x{202E}, bytes
 * that are no UTF-8 as \xFF.
 *
 * ascii  everything beyond ASCII as \x{E9}
 * limit  columns it may take; what is longer ends in an ellipsis ("..." in ascii).
 * SIZE_MAX: no limit
 *
 * Returns the columns it took.
 */
size_t utf8_show(struct buf *out, struct text t, bool ascii, size_t limit);

#endif

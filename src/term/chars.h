/*
 * Code points beyond what base/utf8.h tells of them.
 */
#ifndef TERM_CHARS_H
#define TERM_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* A number that is a code point UTF-8 can carry: no surrogate, at most 0x10FFFF. */
bool chars_is_scalar(int64_t c);
/* All bytes are below 0x80. */
bool chars_ascii(struct text t);
/* Code points of valid UTF-8. */
size_t chars_count(struct text t);

#endif

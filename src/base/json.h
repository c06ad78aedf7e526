/*
 * Strings as JSON has them.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/text.h"

/* Adds the text in quotes. Controls are escaped, so that a terminal is safe too; bytes
 * that are no UTF-8 become U+FFFD. ascii: so is everything beyond ASCII. */
void json_string(struct buf *out, struct text t, bool ascii);

#endif

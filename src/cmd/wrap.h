/* Text wrapped between words. */
#ifndef OTOSCOPE_CMD_WRAP_H
#define OTOSCOPE_CMD_WRAP_H

#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"

/*
 * Prints text behind what stands in b, of which nothing is left; lines that would be
 * longer than width columns go on where text began. A word that is longer stays whole. A
 * byte is a column.
 */
void wrap_print(FILE *out, struct buf *b, struct text text, size_t width);

#endif

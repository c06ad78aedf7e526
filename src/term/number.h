/*
 * Numbers as both languages write them.
 */
#ifndef TERM_NUMBER_H
#define TERM_NUMBER_H

#include <stdint.h>

#include "base/buf.h"
#include "term/term.h"

void number_int(struct buf *out, int64_t v);
void number_uint(struct buf *out, uint64_t v);
/* Decimal; above NUMBER_BIG_MAX bytes hexadecimal, since decimal costs the square of the
 * length. */
void number_big(struct buf *out, const struct term_big *big, enum syntax syntax);
#define NUMBER_BIG_MAX 4096
/* The shortest digits that read back as the same float, as float_to_list(F, [short])
 * writes them. */
void number_float(struct buf *out, double v);

#endif

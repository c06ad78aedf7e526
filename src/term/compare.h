/*
 * The exact order of terms, which term.h does not have: 1 and 1.0 differ, so do 0.0 and -0.0.
 */
#ifndef TERM_COMPARE_H
#define TERM_COMPARE_H

#include "term/term.h"

int compare_exact(const struct term *a, const struct term *b);

#endif

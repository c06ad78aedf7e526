/*
 * Between the writer and the reader of projections. A node says of one term what it is: a
 * tuple of parts, of which those that do not hold are the atom false. Wherever something
 * fails on the target there is the atom 'EXIT' instead.
 */
#ifndef TRACE_PROJECTION_H
#define TRACE_PROJECTION_H

#include "term/term.h"

enum projection_part {
	PROJECTION_LEAF,  /* {Term} */
	PROJECTION_BITS,  /* {Bits, Term | false, Start | 'EXIT'}; Start: OTP 25 */
	PROJECTION_LIST,  /* Length | {Length, Node | false, ..., {Char, ...} | false} */
	PROJECTION_TUPLE, /* Size, or {Size, Node | false, ...} */
	PROJECTION_MAP,   /* {Size, Struct | 'EXIT', Node | false, ...}: of the keys */
	PROJECTION_NPARTS,
};

#define PROJECTION_ELEMENTS 5 /* of a list */
#define PROJECTION_FIELDS 6   /* of a tuple */
#define PROJECTION_ARGS 8     /* when their number is not known */
#define PROJECTION_CHARS 40   /* of a list that looks like text, behind its elements */
#define PROJECTION_BYTES 128  /* a binary is sent whole up to here, */
#define PROJECTION_BYTES_PART 64 /* or else this much of it */
/* Numbers behind the elements are sent through this, so that they are small. */
#define PROJECTION_MASK ((INT64_C(1) << 58) - 1)

/* How many of PROJECTION_CHARS at this depth (from the leaves). */
size_t projection_chars(unsigned depth);

/* Variables are atoms: no more than these are made, if they are not there. Arguments
 * without one are taken out of '$_', a list that is built anew at each use. */
#define PROJECTION_VARIABLES 16

/* '$1', '$2', ... */
bool projection_is_variable(const struct term *t);
/* The head of a clause with variables where it has '_'; the same where that would change
 * what the clause means ('$$' in it). arity -1: any number. */
struct term projection_head(struct arena *a, const struct term *clause, int arity);

#endif

/*
 * The functions that match specifications know, where they may stand, and what they
 * need. Not the operators.
 *
 * Source: ms_transform of OTP 27, and trials on OTP 23, 25, 27 and 29 of what the
 * emulator takes beyond it.
 */
#ifndef MATCH_BIF_H
#define MATCH_BIF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "term/term.h"

enum bif_flags {
	BIF_ACTION = 1, /* only among actions */
	BIF_REMOTE = 2, /* may be written erlang:name() in a fun */
	BIF_TEST = 4,   /* of a type: true or false, and it never fails */
	BIF_TRACE = 8,  /* not in a specification for tables */
};

struct bif {
	const char *name;
	unsigned char min; /* arguments */
	unsigned char max;
	unsigned char flags;
	/* A letter an argument: i(nteger) n(umber) l(ist) t(uple) m(ap) b(inary) s(ized:
	 * tuple or binary) B(oolean) z (list that is not empty) *(any) */
	const char *needs;
};

const struct bif *bif_find(struct text name, size_t arity);
/* All of them; NULL behind the last. */
const struct bif *bif_at(size_t i);
/* One of that name, whatever its arguments; NULL when there is none. */
const struct bif *bif_named(struct text name);
/* What a type test of old is called today: atom/1 is is_atom/1. NULL for all else. */
const char *bif_modern(struct text name, size_t arity);
/* Is it an operator with so many arguments? */
bool bif_operator(struct text name, size_t arity);
/* What to write instead of a function that match specifications do not have; NULL when
 * nothing is known. module empty: it was named without one. */
const char *bif_instead(struct text module, struct text name, size_t arity, bool elixir);
/* Does a literal have a type: one letter of needs. */
bool bif_fits(char need, const struct term *literal);

#endif

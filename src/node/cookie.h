/*
 * The secret that opens a node: where it may lie, in which order it is looked for, and
 * what its files look like.
 *
 * Order (otoscope(1), COOKIES): --cookie-file, $OTOSCOPE_COOKIE, the target's own when it
 * is a local process that we may read, our own home. What is found is named by its place
 * and never by its value.
 */
#ifndef NODE_COOKIE_H
#define NODE_COOKIE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "node/target.h"

struct beam;

struct cookie {
	struct text value; /* empty: none was found */
	struct text from;  /* "--cookie-file x", "$OTOSCOPE_COOKIE",
			    * "/root/.erlang.cookie", "-setcookie of os:17" */
};

/*
 * The cookie in the bytes of a file: printable ASCII on one line, blanks and line ends
 * behind it dropped as the node does.
 * False when there is none, when it is longer than an atom (255), or when anything
 * follows it.
 * Source: OTP, kernel's module auth, which reads 32..126 and then only line ends and
 * blanks (so that a blank before the line end belongs to the cookie).
 */
bool cookie_parse(struct text bytes, struct text *cookie);

/* Did the user name a cookie (a file or $OTOSCOPE_COOKIE)? Then nothing has to be
 * known of the target. */
bool cookie_given(const struct machine *m, const struct target_options *o);

/*
 * Looks in all places; what was found lives in the arena.
 *
 * b    the local process that is meant, or NULL
 * out  empty when there is none
 *
 * Fails when what the user named can't be read (ERR_SYSTEM) or is no cookie (ERR_FORMAT).
 */
bool cookie_find(const struct machine *m, const struct target_options *o,
		 const struct beam *b, struct arena *a, struct cookie *out,
		 struct err *err);

#endif

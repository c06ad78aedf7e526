/*
 * Regular expressions (POSIX extended) that somebody typed: compiled only when they are
 * of a size that the library can take.
 */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

struct pattern;

/* ERR_USAGE: it is none, takes too much, or refers back to what it matched; NULL then. */
struct pattern *pattern_new(struct text t, struct err *err);
void pattern_free(struct pattern *p); /* NULL is fine */
/* Does it match somewhere? A text ends at its first 0 byte. */
bool pattern_matches(const struct pattern *p, struct text t);

#endif

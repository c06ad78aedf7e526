/*
 * Lines that were typed before, in a file that is read when somebody asks for them.
 */
#ifndef VIEW_PAST_H
#define VIEW_PAST_H

#include <stddef.h>

#include "base/text.h"

struct past;

/* path: of the file that keeps them; NULL: they are not kept. */
struct past *past_new(const char *path);
void past_free(struct past *p); /* NULL is fine */
size_t past_count(struct past *p);
struct text past_at(struct past *p, size_t i); /* the oldest first */
/* Not what is empty, nor what was the last one already. */
void past_add(struct past *p, struct text line);

#endif

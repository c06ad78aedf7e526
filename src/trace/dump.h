/*
 * The calls on the stack of a process, out of the text that the match specification's
 * process_dump makes: what a crash dump says of one process. Foreign bytes of any kind.
 */
#ifndef TRACE_DUMP_H
#define TRACE_DUMP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"
#include "trace/event.h"

/* More calls than these are left out. */
#define DUMP_CALLS_MAX 200

/* The calls, the innermost first; texts live in the arena or point into dump. Returns how
 * many. */
size_t dump_stack(struct arena *a, struct text dump, const struct event_function **out);

#endif

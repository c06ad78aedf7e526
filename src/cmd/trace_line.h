/*
 * The line below what is traced: how much of the limits is left. On stderr, where that is
 * a terminal; it goes away again.
 */
#ifndef CMD_TRACE_LINE_H
#define CMD_TRACE_LINE_H

#include "base/buf.h"
#include "base/loop.h"
#include "base/text.h"

struct trace_line;

/* What it says now; written into out. */
typedef void trace_line_say(void *ctx, struct buf *out);

/* What fits on a line of that terminal; SIZE_MAX where there is none. */
size_t trace_line_width(void);

/* NULL where there is no terminal. */
struct trace_line *trace_line_new(struct loop *l, trace_line_say *say, void *ctx);
void trace_line_free(struct trace_line *t); /* NULL is fine, here and below */
/* Takes it away: something else is written now. It comes again by itself. */
void trace_line_hide(struct trace_line *t);

#endif

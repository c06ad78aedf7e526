/*
 * What the texts of the tracer are bound to.
 */
#ifndef TRACE_TRACER_ARM_H
#define TRACE_TRACER_ARM_H

#include "base/buf.h"
#include "trace/tracer.h"

/* ERR_CANNOT: something of it cannot be sent. */
bool tracer_what(struct buf *b, struct node *n, const struct arming *a,
		 struct err *err);
/* All bindings of tracer_text: what is A. */
void tracer_bind(struct buf *b, const struct arming *a, struct text what);
/* Those of tracer_clean_text. word: what the control word is put back to; tracer: a pid
 * in the external format, or empty. */
void tracer_bind_clean(struct buf *b, struct text what, uint32_t word,
		       struct text tracer);
/* The heap of the guardian: the specifications are on it. */
size_t tracer_heap_words(size_t what_bytes);

#endif

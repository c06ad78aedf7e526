/*
 * Answers that are known while a source is asked: they are given from the loop, since
 * nobody is called from inside source_ask().
 */
#ifndef SOURCE_LATER_H
#define SOURCE_LATER_H

#include "base/loop.h"
#include "source/source.h"

/* An answer that waits. A source keeps a list of them, NULL when there is none. */
struct later;

/* Gives the sample at that time by loop_now(); when it is NULL, the err. */
void later_answer(struct later **list, struct loop *l, int64_t at_ns, source_done *done,
		  void *ctx, struct sample *sample, const struct err *err);
/* Whoever waits is told at once that the source of this name was closed. */
void later_close(struct later **list, struct text name);

#endif

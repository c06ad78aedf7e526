/*
 * Who traces on the node already? From OTP 27 on each tool has a session of its own, and
 * only the trace control word is shared. Before, a function has one pattern and a process
 * one tracer: what another tool has is never overwritten.
 */
#ifndef TRACE_PLAN_OTHERS_H
#define TRACE_PLAN_OTHERS_H

#include "trace/resolve.h"
#include "trace/tracer.h"

/* err: NULL: nobody is in the way; else ERR_CANNOT, who is. */
typedef void plan_others_done(void *ctx, const struct err *err);

/* a: all but its groups. The arming and the resolved live until done is called, which is
 * never from inside. */
void plan_others_check(struct live *l, const struct arming *a, const struct resolved *r,
		       int64_t timeout_ns, plan_others_done *done, void *ctx);

#endif

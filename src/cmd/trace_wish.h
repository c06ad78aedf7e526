/*
 * From the command line of trace to what is traced and how it is shown.
 */
#ifndef CMD_TRACE_WISH_H
#define CMD_TRACE_WISH_H

#include "cmd/cmd.h"
#include "trace/output.h"
#include "trace/plan.h"

struct trace_wish {
	struct trace_options options;
	bool summed;          /* --histogram, --by: no event is shown */
	const struct schema *sums; /* of the table that is shown at the end; NULL: events
				    * are shown */
	enum output_kind kind; /* of events */
};

/* ERR_USAGE. Everything lives in c->arena. */
bool trace_wish_read(struct cmd_context *c, struct trace_wish *out, struct err *err);

#endif

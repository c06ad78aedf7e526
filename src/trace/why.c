/* Why a trace ended, as programs are told. */
#include "trace/tracer.h"

const char *const trace_why_names[TRACE_NWHYS] = {
	[TRACE_BY_COUNT] = "count",
	[TRACE_BY_RATE] = "rate",
	[TRACE_BY_TIME] = "time",
	[TRACE_BY_QUEUE] = "queue",
	[TRACE_BY_BYTES] = "bytes",
	[TRACE_BY_STOP] = "stop",
	[TRACE_BY_SILENCE] = "silence",
	[TRACE_BY_DEATH] = "killed",
	[TRACE_BY_LOSS] = "lost",
};

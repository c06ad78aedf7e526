/*
 * What runs on the target while it is traced, and our side of it: a guardian (a helper of
 * ours at high priority that waits for our heartbeat) and a tracer (its child, to whom
 * the runtime sends trace messages). Each cleans up when the other dies.
 *
 * It takes an arming, which says everything: the specifications as they are set, the
 * processes, the limits. Who decides what goes into it is plan.h; what the messages mean
 * is event.h. doc/protocol.md has the text and its messages.
 */
#ifndef TRACE_TRACER_H
#define TRACE_TRACER_H

#include "source/live.h"
#include "term/term.h"

/* Added to the trace control word, which counts the calls: a word from here on says that
 * an otoscope traces. */
#define TRACE_WORD_BASE 0x6f740000u
/* More calls than this are not counted by one trace. */
#define TRACE_CALLS_MAX 60000

struct trace_function {
	struct text module;
	struct text function;
	int arity;
};

/* Functions that have one specification. */
struct trace_group {
	struct term spec;  /* as the runtime gets it: gate.h made it */
	const struct trace_function *functions; /* [n] */
	size_t n;
};

enum trace_mode {
	TRACE_EVENTS, /* each call is a message */
	TRACE_COUNT,  /* call_count: the runtime counts, nobody is sent anything */
	TRACE_TIME,   /* call_time */
	TRACE_MEMORY, /* call_memory, OTP 26 */
};

/* Flags of the processes that are traced. */
enum trace_flag {
	TRACE_CALL = 1,
	TRACE_RETURN_TO = 2,
	TRACE_ARITY = 4,      /* the number of arguments instead of these */
	TRACE_SEND = 8,
	TRACE_RECEIVE = 16,
	TRACE_PROCS = 32,     /* spawned, ended, linked, registered */
	TRACE_RUNNING = 64,   /* scheduled in and out */
	TRACE_PORTS = 128,
	TRACE_CHILDREN = 256, /* set_on_spawn */
};

enum trace_whom {
	TRACE_PIDS,     /* those that are named, and no others */
	TRACE_ALL,
	TRACE_EXISTING,
	TRACE_NEW,      /* and those that are named */
};

struct trace_limits {
	uint32_t calls;     /* end after so many calls, messages and process events, all
			     * together */
	uint32_t rate;      /* at most so many ... */
	int64_t rate_ns;    /* ... in each such time; else the trace ends, */
	bool throttle;      /* or the others are not seen, and periods are 100 ms or
			     * more */
	int64_t time_ns;
	uint32_t queue;     /* end when so many messages wait for the tracer */
	uint64_t bytes;     /* end when the tracer holds so much memory */
};

struct arming {
	enum trace_mode mode;
	unsigned flags;                   /* enum trace_flag */
	enum trace_whom whom;
	const uint64_t *pids;             /* [npids] PIDS, NEW: serial << 32 | id */
	size_t npids;
	const struct trace_group *groups; /* [ngroups] */
	size_t ngroups;
	const struct term *send;          /* a specification, or NULL */
	const struct term *receive;
	struct trace_limits limits;
	bool values;  /* returns are messages: the pattern goes at the limit, the flags
		       * stay until tracer_stop() */
	bool whole;   /* events may be large: each is sent at once, and at most a hundred
		       * are let through before the tracer has got rid of them. Calls
		       * above that are not seen */
	bool session; /* the node has trace sessions (CAP_TRACE_SESSION) */
	bool force;   /* also when the trace control word is in use */
};

enum trace_why {
	TRACE_BY_COUNT,   /* the calls that were asked for were there */
	TRACE_BY_RATE,
	TRACE_BY_TIME,
	TRACE_BY_QUEUE,
	TRACE_BY_BYTES,
	TRACE_BY_STOP,    /* tracer_stop() */
	/* Nobody wanted these. */
	TRACE_BY_SILENCE, /* the guardian heard nothing of us */
	TRACE_BY_DEATH,   /* the tracer or the guardian was killed */
	TRACE_BY_LOSS,    /* the node was lost; none says this of itself */
	TRACE_NWHYS,
};
/* "count", "rate", "time", "queue", "bytes", "stop", "silence", "killed", "lost" */
extern const char *const trace_why_names[TRACE_NWHYS];

struct trace_armed {
	size_t functions; /* that have our pattern */
	size_t processes;
	size_t skipped;   /* of those that were named: dead, or traced by another tool */
	int64_t offset_ns; /* erlang:time_offset(): what makes its times dates */
};

struct trace_ended {
	enum trace_why why;
	uint64_t calls;
	uint64_t lost;    /* events above the limit that were dropped */
	uint64_t open;    /* calls whose values were awaited, and that did not return */
	uint64_t events;  /* what counts against the limit: calls, messages and process
			   * events */
	bool large;       /* BY_DEATH: it may have been one event that took more memory
			   * than the tracer may have */
};

struct tracer_ops {
	/* From now on calls are seen. */
	void (*armed)(void *ctx, const struct trace_armed *a);
	/*
	 * One message of the runtime, with what is known of its process.
	 *
	 * message  {trace_ts, Pid, call, MFA, ..., Ts}: valid during the call
	 * name     registered name of the process, or else empty
	 */
	void (*event)(void *ctx, const struct term *message, struct text name);
	/* The counters of a function: every mode but TRACE_EVENTS, when it ends.
	 * ns is 0 without TRACE_TIME, words without TRACE_MEMORY. */
	void (*counted)(void *ctx, const struct trace_function *f, uint64_t calls,
			uint64_t ns, uint64_t words);
	/* No more calls are seen; returns may still come: tracer_stop() ends it. Not
	 * called where none can come: then it ends by itself. */
	void (*closed)(void *ctx, enum trace_why why);
	/* Called exactly once, at last: everything is clean there (err NULL), or err
	 * says what happened. The tracer is gone then. */
	void (*ended)(void *ctx, const struct trace_ended *e, const struct err *err);
};

struct tracer;

/* Copies the arming. Nothing is called from inside. */
struct tracer *tracer_start(struct live *l, const struct arming *a,
			    const struct tracer_ops *ops, void *ctx);
/* Ends it: the patterns and flags go, what the tracer still has is sent, then ended(). */
void tracer_stop(struct tracer *t);

#endif

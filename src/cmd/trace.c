/*
 * trace: calls of functions as they happen, within limits, or summed up.
 */
#include <inttypes.h>

#include "cmd/commands.h"
#include "cmd/process.h"
#include "cmd/table.h"
#include "cmd/trace_line.h"
#include "cmd/trace_wish.h"
#include "cmd/wrap.h"
#include "source/memory.h"
#include "trace/aggregate.h"
#include "trace/counters.h"
#include "trace/trace.h"

/* How long the target may take to say that everything is clean. */
#define END_NS INT64_C(3000000000)
/* So much of a term is printed. */
#define TERM_BYTES ((size_t)1024)

struct trace_run;

/* One source that is traced. */
struct traced {
	struct trace_run *run;
	struct source *source;
	struct trace *trace;    /* NULL: it ended, or never began */
	bool armed;
	struct trace_output output;
	struct by by;
	struct aggregate *aggregate; /* of what is summed up here */
	struct sample *sums;    /* the table of what was summed up */
	struct trace_ended end;
	struct err err;
};

struct trace_run {
	struct cmd_context *c;
	struct trace_wish wish;
	struct traced *at;      /* [n] */
	size_t n;
	size_t planning;        /* plans that are awaited */
	bool planned;           /* none is */
	size_t running;
	struct trace_line *line;
	struct buf out;         /* lines that are to be written */
	struct output_state state;
	bool stopping;
};

bool trace_check(struct cmd_context *c, struct err *err)
{
	struct trace_wish wish;

	return trace_wish_read(c, &wish, err);
}

/*
 * What comes.
 */

static void is_planned(struct trace_run *run)
{
	run->planned = --run->planning == 0;
}

static void on_planned(void *ctx, const struct trace_plan *plan)
{
	struct traced *t = ctx;

	is_planned(t->run);
}

static void on_armed(void *ctx, const struct trace_armed *a)
{
	struct traced *t = ctx;

	t->armed = true;
}

static void on_event(void *ctx, const struct event *e)
{
	struct traced *t = ctx;

	if (t->aggregate)
		aggregate_event(t->aggregate, e);
	else
		output_event(&t->output, &t->run->out, e);
}

static void on_counted(void *ctx, const struct trace_function *f, uint64_t calls,
		       uint64_t ns, uint64_t words)
{
	struct traced *t = ctx;
	const struct trace_options *o = &t->run->wish.options;

	counters_add(&t->sums->table, o->mode, t->output.style.syntax, f, calls, ns,
		     words, 8);
}

static void on_ended(void *ctx, const struct trace_ended *e, const struct err *err)
{
	struct traced *t = ctx;

	if (e)
		t->end = *e;
	if (err)
		t->err = *err;
	if (t->run->planning)
		is_planned(t->run);
	else
		t->run->running--;
	trace_free(t->trace);
	t->trace = NULL;
}

static const struct trace_ops ops = {
	.planned = on_planned,
	.armed = on_armed,
	.event = on_event,
	.counted = on_counted,
	.ended = on_ended,
};

/*
 * Plans.
 */

static bool plan_all(struct trace_run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		struct traced *t = &run->at[i];
		struct live *l = cmd_live_of(run->c, t->source, &t->err);

		if (!l)
			continue;
		run->planning++;
		t->trace = trace_new(l, &run->wish.options, NULL, &ops, t);
	}
	run->planned = run->planning == 0;
	return cmd_wait(run->c, &run->planned, "looking for the functions");
}

/* Lines begin with what they are about, or with spaces in its place. */
static void print_plan(const struct trace_plan *plan, FILE *out, size_t width)
{
	for (size_t i = 0; i < plan->nlines; i++) {
		struct text line = plan->lines[i];
		struct buf head = { 0 };

		buf_text_add(&head, text_sub(line, 0, PLAN_INDENT));
		wrap_print(out, &head, text_sub(line, PLAN_INDENT, line.len), width);
	}
}

static void print_plans(struct trace_run *run)
{
	struct cmd_context *c = run->c;
	FILE *out = c->options.dry_run ? c->out.file : stderr;
	size_t width = !c->options.dry_run ? trace_line_width()
		       : c->terminal	   ? c->out.width
					   : SIZE_MAX;

	for (size_t i = 0; i < run->n; i++) {
		const struct trace_plan *plan = NULL;

		if (run->at[i].trace)
			plan = trace_plan_of(run->at[i].trace);
		if (plan && run->n > 1)
			fprintf(out, "%.*s\n", TEXT_ARG(run->at[i].source->name));
		if (plan)
			print_plan(plan, out, width);
	}
}

/*
 * Running.
 */

static bool read_by(struct traced *t)
{
	const struct trace_options *o = trace_options_of(t->trace);
	struct cmd_context *c = t->run->c;

	return by_parse(c->arena, c->options.by, o->matches, o->nmatches, &t->by,
			&t->err) &&
	       by_check(&t->by, &trace_plan_of(t->trace)->arming, &t->err);
}

static void begin(struct traced *t)
{
	struct trace_run *run = t->run;
	const struct options *o = &run->c->options;

	t->output = (struct trace_output){
		.kind = run->wish.kind,
		.style = {
			.syntax = trace_syntax(t->trace),
			.home = node_name(live_node(live_of(t->source))),
			.redact = o->redact,
			.total = options_given(o, "max-size") ? (size_t)o->max_bytes
							      : TERM_BYTES,
		},
		.records = trace_records(t->trace),
		.template = o->template,
		.color = run->c->out.color,
		.ascii = run->c->out.ascii,
		.state = &run->state,
	};
	if (run->n > 1)
		t->output.node = t->source->name;
	if (o->by.len && !read_by(t)) {
		trace_free(t->trace);
		t->trace = NULL;
		return;
	}
	if (run->wish.sums)
		t->sums = sample_new(t->source, run->wish.sums, 0);
	if (run->wish.summed)
		t->aggregate = aggregate_new(&(struct aggregate_options){
			.histogram = o->histogram,
			.by = o->by.len ? &t->by : NULL,
			.records = t->output.records,
			.style = t->output.style,
			.ascii = run->c->out.ascii,
		});
	run->running++;
	trace_arm(t->trace);
}

static void stop_all(struct trace_run *run)
{
	run->stopping = true;
	for (size_t i = 0; i < run->n; i++)
		if (run->at[i].trace)
			trace_stop(run->at[i].trace);
}

/* Writing runs the loop while nobody reads, and so more may be added meanwhile. */
static void write_out(struct trace_run *run)
{
	while (buf_len(&run->out)) {
		struct buf now = run->out;

		run->out = (struct buf){ 0 };
		trace_line_hide(run->line);
		fwrite(now.data + now.start, 1, buf_len(&now), run->c->out.file);
		if (!cmd_flush(run->c) && !run->stopping)
			stop_all(run);
		buf_clear(&now);
	}
}

/* What the limits have left, of the source that has the least. */
static void say_left(void *ctx, struct buf *out)
{
	const struct trace_run *run = ctx;
	const struct trace_options *o = &run->wish.options;
	int64_t left = o->limits.time_ns;
	uint32_t seen = 0;

	for (size_t i = 0; i < run->n; i++) {
		const struct trace *t = run->at[i].trace;

		if (!t)
			continue;
		if (trace_seen(t) > seen)
			seen = trace_seen(t);
		if (trace_left_ns(t) < left)
			left = trace_left_ns(t);
	}
	if (o->mode == TRACE_EVENTS)
		buf_printf(out, "%" PRIu32 " of %" PRIu32 " %s%s, ", seen,
			   o->limits.calls, trace_plan_counted(o),
			   o->limits.calls == 1 ? "" : "s");
	buf_printf(out, "%" PRId64 " s left, Ctrl-C ends it",
		   (left + 999999999) / 1000000000);
}

/* A node that stands still says nothing of the end: whether all is clean is not known. */
static void give_up(struct trace_run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		struct traced *t = &run->at[i];

		if (!t->trace)
			continue;
		t->end.calls = t->end.events = trace_seen(t->trace);
		t->end.why = TRACE_BY_STOP;
		fail(&t->err, ERR_CANNOT, "'%.*s' did not say that the trace has ended",
		     TEXT_ARG(t->source->name));
		fail_hint(&t->err, "it ends there by itself, at the latest 1.5 s after "
				   "the node runs again");
	}
}

static void follow(struct trace_run *run)
{
	struct loop *l = run->c->loop;
	int64_t until = INT64_MAX;

	if (!run->wish.sums)
		output_begin(&run->at[0].output, &run->out);
	run->line = trace_line_new(l, say_left, run);
	while (run->running && loop_now() < until) {
		loop_step(l, until);
		write_out(run);
		if (loop_signal(l) && until == INT64_MAX) {
			stop_all(run);
			until = loop_now() + END_NS;
		}
	}
	trace_line_free(run->line);
	run->line = NULL;
	give_up(run);
}

/*
 * The end.
 */

/* As people are told. */
static const char *const ends[TRACE_NWHYS] = {
	[TRACE_BY_COUNT] = "ended by count",
	[TRACE_BY_RATE] = "ended by rate",
	[TRACE_BY_TIME] = "ended by time",
	[TRACE_BY_QUEUE] = "ended by queue: too many waited for the tracer (--queue)",
	[TRACE_BY_BYTES] = "ended by bytes: the tracer held too much memory",
	[TRACE_BY_STOP] = "ended by stop",
	[TRACE_BY_SILENCE] = "ended by silence: the node heard nothing of otoscope",
	[TRACE_BY_DEATH] = "ended: the tracer on the node was killed",
	[TRACE_BY_LOSS] = "ended: the node was lost",
};

static void print_ends(struct trace_run *run)
{
	for (size_t i = 0; i < run->n && !run->wish.sums; i++)
		if (run->at[i].armed)
			output_end(&run->at[i].output, &run->out, &run->at[i].end);
	if (!run->wish.sums)
		output_finish(&run->at[0].output, &run->out);
	write_out(run);
}

static void say_why(const struct trace_ended *e)
{
	fputs(ends[e->why], stderr);
	/* Of the calls that were asked for none is missing then. */
	if (e->lost && e->why != TRACE_BY_COUNT)
		fprintf(stderr, ", %" PRIu64 " more were not shown", e->lost);
	if (e->open)
		fprintf(stderr, ", %" PRIu64 " had not returned", e->open);
	fputc('\n', stderr);
	if (e->large)
		fputs("  somebody killed it, or one event took more memory than it may "
		      "have: without --args, '-> return' and messages all is cut on the "
		      "node\n", stderr);
}

/* What a trace that failed has seen is said with what went wrong. */
static void say_ends(struct trace_run *run)
{
	const char *counted = trace_plan_counted(&run->wish.options);
	bool events = run->wish.options.mode == TRACE_EVENTS;

	for (size_t i = 0; i < run->n; i++) {
		struct traced *t = &run->at[i];
		const char *s = t->end.events == 1 ? "" : "s";

		if (!t->armed || !run->c->format->human)
			continue;
		if (t->err.kind) {
			if (events)
				fail_prefix(&t->err, "%" PRIu64 " %s%s", t->end.events,
					    counted, s);
			continue;
		}
		fputs("otoscope: ", stderr);
		if (run->n > 1)
			fprintf(stderr, "'%.*s': ", TEXT_ARG(t->source->name));
		if (events)
			fprintf(stderr, "%" PRIu64 " %s%s, ", t->end.events, counted, s);
		say_why(&t->end);
	}
}

/* Histograms for people are pictures. */
static void print_histograms(struct trace_run *run)
{
	cmd_fit_terminal(run->c);
	for (size_t i = 0; i < run->n; i++) {
		struct traced *t = &run->at[i];

		if (!t->aggregate)
			continue;
		if (run->n > 1)
			buf_printf(&run->out, "%.*s\n", TEXT_ARG(t->source->name));
		aggregate_print(t->aggregate, &run->out, run->c->out.width, 0);
	}
	write_out(run);
}

/* What was summed up goes the way of every table. */
static bool print_sums(struct trace_run *run, struct err *err)
{
	struct cmd_context *c = run->c;
	struct query_options o = table_options(c, run->wish.sums);
	struct source **sources = arena_many(c->arena, run->n, struct source *);
	struct waiting_result a = { 0 };
	struct query *q;
	size_t n = 0;

	if (run->wish.summed)
		o.limit = 0; /* -n are calls, not rows */
	q = query_new(run->wish.sums, &o, err);
	for (size_t i = 0; i < run->n; i++) {
		struct traced *t = &run->at[i];

		if (!t->armed)
			continue;
		if (t->aggregate)
			aggregate_table(t->aggregate, &t->sums->table);
		sources[n] = memory_open(c->loop, t->source->name);
		memory_put(sources[n++], &t->sums->table);
	}
	if (q && n) {
		query_start(q, c->loop, sources, n, table_answered, &a);
		while (!a.done)
			loop_step(c->loop, INT64_MAX);
		cmd_fit_terminal(c);
		table_print(c, q, a.result);
		result_free(a.result);
	}
	query_free(q);
	for (size_t i = 0; i < n; i++)
		source_close(sources[i]);
	return q != NULL;
}

static void clear(struct trace_run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		trace_free(run->at[i].trace);
		aggregate_free(run->at[i].aggregate);
		sample_free(run->at[i].sums);
	}
	buf_clear(&run->out);
}

/* Tells all failures but the last, which is the command's. */
static bool verdict(struct trace_run *run, struct err *err)
{
	for (size_t i = 0; i < run->n; i++) {
		if (!run->at[i].err.kind)
			continue;
		if (err->kind)
			cmd_complain(run->c, err);
		*err = run->at[i].err;
	}
	return err->kind == ERR_NONE;
}

static bool trace_all(struct trace_run *run, struct err *err)
{
	const struct options *o = &run->c->options;
	bool ok = true;

	for (size_t i = 0; i < run->n; i++)
		if (run->at[i].trace)
			begin(&run->at[i]);
	if (!run->running)
		return true;
	follow(run);
	print_ends(run);
	if (o->histogram && run->c->format->human)
		print_histograms(run);
	else if (run->wish.sums)
		ok = print_sums(run, err);
	say_ends(run);
	return ok;
}

bool trace_run(struct cmd_context *c, struct err *err)
{
	struct trace_run run = { .c = c, .n = c->nsources };

	if (!trace_wish_read(c, &run.wish, err))
		return false;
	c->endless = true;
	run.at = arena_many(c->arena, run.n, struct traced);
	for (size_t i = 0; i < run.n; i++)
		run.at[i] = (struct traced){ .run = &run, .source = c->sources[i] };
	if (plan_all(&run)) {
		print_plans(&run);
		if (!c->options.dry_run)
			trace_all(&run, err);
	}
	clear(&run);
	return verdict(&run, err);
}

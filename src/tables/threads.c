/* The threads table: /proc/PID/task. */
#include "tables/threads.h"

#include <errno.h>
#include <string.h>

#include "tables/cell.h"

enum {
	TID,
	NAME,
	TYPE,
	ID,
	STATE,
	UTILISATION,
	WAITING,
	CPU,
	USER,
	SYSTEM,
	WAIT,
	VOLUNTARY,
	INVOLUNTARY,
	MAJOR_FAULTS,
	PROCESSOR,
	COLUMNS,
};

static const struct column columns[] = {
	[TID] = { "tid", "TID", UNIT_NONE, COLUMN_LABEL,
		"number of the thread", COLUMN_LEFT },
	[NAME] = { "name", "THREAD", UNIT_NONE, COLUMN_LABEL,
		"as the runtime named it, 15 bytes at most" },
	[TYPE] = { "type", "TYPE", UNIT_NONE, COLUMN_LABEL,
		"scheduler, dirty_cpu, dirty_io, poll, aux, async or other" },
	[ID] = { "id", "ID", UNIT_NONE, COLUMN_LABEL,
		"its number among those of its type", COLUMN_WIDE | COLUMN_LEFT },
	[STATE] = { "state", "STATE", UNIT_NONE, COLUMN_LABEL,
		"running (or ready to), sleeping, disk, stopped, traced, zombie, idle" },
	[UTILISATION] = { "utilisation", "CPU", UNIT_RATIO, COLUMN_GAUGE,
		"share of a processor that it had since the last reading" },
	[WAITING] = { "waiting", "WAITING", UNIT_RATIO, COLUMN_GAUGE,
		"share of that time for which it was ready and had no processor" },
	[CPU] = { "cpu_ns", "CPU TIME", UNIT_NS, COLUMN_COUNTER,
		"CPU time since its start" },
	[USER] = { "user_ns", "USER", UNIT_NS, COLUMN_COUNTER,
		"of that in user mode, in clock ticks", COLUMN_WIDE },
	[SYSTEM] = { "system_ns", "SYSTEM", UNIT_NS, COLUMN_COUNTER,
		"of that in the kernel, in clock ticks", COLUMN_WIDE },
	[WAIT] = { "wait_ns", "WAIT", UNIT_NS, COLUMN_COUNTER,
		"time for which it was ready and had no processor", COLUMN_WIDE },
	[VOLUNTARY] = { "voluntary_switches", "VOL SW", UNIT_COUNT, COLUMN_COUNTER,
		"how often it waited for something", COLUMN_WIDE },
	[INVOLUNTARY] = { "involuntary_switches", "INVOL SW", UNIT_COUNT, COLUMN_COUNTER,
		"how often it was taken off its processor", COLUMN_WIDE },
	[MAJOR_FAULTS] = { "major_faults", "MAJ FLT", UNIT_COUNT, COLUMN_COUNTER,
		"page faults for which it waited for a disk", COLUMN_WIDE },
	[PROCESSOR] = { "processor", "PROC", UNIT_NONE, COLUMN_LABEL,
		"the processor that it ran on last", COLUMN_WIDE | COLUMN_LEFT },
};

/* The counts of a thread, and its levels. */
enum { C_NOW, C_CPU, C_USER, C_SYSTEM, C_WAIT, C_VOLUNTARY, C_INVOLUNTARY, C_FAULTS };
enum { L_NUMBER, L_STATE, L_PROCESSOR };

/*
 * Names.
 */

static bool leading_number(struct text *name, int64_t *number)
{
	size_t n = 0;

	while (n < name->len && name->p[n] >= '0' && name->p[n] <= '9')
		n++;
	if (n == 0 || !text_int(text_sub(*name, 0, n), number))
		return false;
	*name = text_sub(*name, n, name->len);
	return true;
}

static enum thread_kind by_prefix(struct text name, int64_t *number)
{
	static const struct {
		const char *prefix;
		enum thread_kind kind;
	} names[] = {
		{ "erts_sched_", THREAD_SCHEDULER }, { "erts_dcpus_", THREAD_DIRTY_CPU },
		{ "erts_dios_", THREAD_DIRTY_IO },   { "erts_poll_", THREAD_POLL },
		{ "erts_aux_", THREAD_AUX },         { "erts_async_", THREAD_ASYNC },
		{ "async_", THREAD_ASYNC },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct text rest = text_sub(name, strlen(names[i].prefix), name.len);

		if (text_starts(name, names[i].prefix) &&
		    leading_number(&rest, number) && rest.len == 0)
			return names[i].kind;
	}
	*number = -1;
	return text_is(name, "aux") ? THREAD_AUX : THREAD_OTHER;
}

/* "10_dirty_io_sch": what does not fit 15 bytes is cut off. */
enum thread_kind threads_named(struct text name, int64_t *number)
{
	struct text rest = name;

	if (!leading_number(&rest, number))
		return by_prefix(name, number);
	if (text_starts(rest, "_sched"))
		return THREAD_SCHEDULER;
	if (text_starts(rest, "_dirty_cpu"))
		return THREAD_DIRTY_CPU;
	if (text_starts(rest, "_dirty_io"))
		return THREAD_DIRTY_IO;
	if (text_starts(rest, "_poll"))
		return THREAD_POLL;
	if (text_starts(rest, "_aux"))
		return THREAD_AUX;
	*number = -1;
	return THREAD_OTHER;
}

/*
 * Reading.
 */

static bool add(void *ctx, const struct proc_thread *p)
{
	struct threads *out = ctx;
	int64_t number;
	enum thread_kind kind = threads_named(text_of(p->name), &number);
	struct thread *t = threads_add(out, kind, p->tid);

	memcpy(t->name, p->name, sizeof(t->name));
	t->levels[L_NUMBER] = number;
	t->levels[L_STATE] = (unsigned char)p->state;
	t->levels[L_PROCESSOR] = p->processor;
	t->counts[C_NOW] = loop_now();
	t->counts[C_CPU] = p->cpu_ns;
	t->counts[C_USER] = p->user_ns;
	t->counts[C_SYSTEM] = p->system_ns;
	t->counts[C_WAIT] = p->wait_ns;
	t->counts[C_VOLUNTARY] = p->voluntary;
	t->counts[C_INVOLUNTARY] = p->involuntary;
	t->counts[C_FAULTS] = p->major_faults;
	return true;
}

static bool look(struct threads *out, const struct process *p, struct err *err)
{
	if (!process_threads(p, add, out))
		return fail(err, errno == ENOENT ? ERR_LOST : ERR_SYSTEM,
			    "cannot read the threads of process %d: %s", p->pid,
			    strerror(errno));
	if (out->n == 0)
		return fail(err, ERR_LOST, "process %d is gone", p->pid);
	return true;
}

static const char *state_name(int64_t state)
{
	switch (state) {
	case 'R':
		return "running";
	case 'S':
		return "sleeping";
	case 'D':
		return "disk";
	case 'T':
		return "stopped";
	case 't':
		return "traced";
	case 'Z':
	case 'X':
		return "zombie";
	case 'I':
		return "idle";
	default:
		return NULL;
	}
}

static void set_row(struct table *t, size_t row, const struct thread *now,
		    const struct thread *before)
{
	int64_t span = thread_grown(now, before, C_NOW);
	const char *state = state_name(now->levels[L_STATE]);

	table_set_int(t, row, TID, now->id);
	cell_set_escaped(t, row, NAME, text_of(now->name));
	table_set_text(t, row, TYPE, text_of(thread_kind_name(now->kind)));
	shares_set_known(t, row, ID, now->levels[L_NUMBER]);
	if (state)
		table_set_text(t, row, STATE, text_of(state));
	shares_set_share(t, row, UTILISATION, thread_grown(now, before, C_CPU), span);
	shares_set_share(t, row, WAITING, thread_grown(now, before, C_WAIT), span);
	shares_set_known(t, row, CPU, now->counts[C_CPU]);
	shares_set_known(t, row, USER, now->counts[C_USER]);
	shares_set_known(t, row, SYSTEM, now->counts[C_SYSTEM]);
	shares_set_known(t, row, WAIT, now->counts[C_WAIT]);
	shares_set_known(t, row, VOLUNTARY, now->counts[C_VOLUNTARY]);
	shares_set_known(t, row, INVOLUNTARY, now->counts[C_INVOLUNTARY]);
	shares_set_known(t, row, MAJOR_FAULTS, now->counts[C_FAULTS]);
	shares_set_known(t, row, PROCESSOR, now->levels[L_PROCESSOR]);
}

static const struct shares_table about = {
	.look = look,
	.row = set_row,
};

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	shares_ask(l, rq, &about, done, ctx);
}

static void ask_os(struct os *o, const struct request *rq, source_done *done, void *ctx)
{
	shares_ask_os(o, rq, &about, done, ctx);
}

static const struct readers readers = { .live = ask_live, .os = ask_os };

const struct schema threads_schema = {
	.name = "threads",
	.tab = "schedulers",
	.help = "the runtime's threads, as the operating system of this host sees them",
	.columns = columns,
	.ncolumns = COLUMNS,
	.key = TID,
	.readers = &readers,
};

/* The msacc table: statistics(microstate_accounting), as shares. */
#include "tables/schedulers.h"

/* The states come first, those that only some builds tell apart behind the usual. */
enum {
	NAME,
	TYPE,
	ID,
	BUSY,
	STATES,
	STATE_SLEEP = 6,
	NSTATES = 15,
	COLUMNS = STATES + NSTATES,
};

static const char *const states[NSTATES] = {
	"emulator", "gc", "port", "check_io", "aux", "other",
	[STATE_SLEEP] = "sleep",
	"alloc", "bif", "busy_wait", "ets", "gc_full", "nif", "send", "timers",
};

static const struct column columns[] = {
	[NAME] = { "name", "THREAD", UNIT_NONE, COLUMN_LABEL,
		"type and number of the thread" },
	[TYPE] = { "type", "TYPE", UNIT_NONE, COLUMN_LABEL,
		"scheduler, dirty_cpu, dirty_io, poll, aux or async", COLUMN_WIDE },
	[ID] = { "id", "ID", UNIT_NONE, COLUMN_LABEL,
		"its number among those of its type", COLUMN_WIDE | COLUMN_LEFT },
	[BUSY] = { "busy", "BUSY", UNIT_RATIO, COLUMN_GAUGE,
		"share of the time since the last reading in which it did not sleep" },
	[STATES + 0] = { "emulator", "EMULATOR", UNIT_RATIO, COLUMN_GAUGE,
		"share of that time in processes" },
	[STATES + 1] = { "gc", "GC", UNIT_RATIO, COLUMN_GAUGE,
		"in garbage collections" },
	[STATES + 2] = { "port", "PORT", UNIT_RATIO, COLUMN_GAUGE,
		"in ports" },
	[STATES + 3] = { "check_io", "CHECK IO", UNIT_RATIO, COLUMN_GAUGE,
		"looking for new I/O events" },
	[STATES + 4] = { "aux", "AUX", UNIT_RATIO, COLUMN_GAUGE,
		"in auxiliary jobs" },
	[STATES + 5] = { "other", "OTHER", UNIT_RATIO, COLUMN_GAUGE,
		"in what is none of these" },
	[STATES + STATE_SLEEP] = { "sleep", "SLEEP", UNIT_RATIO, COLUMN_GAUGE,
		"asleep" },
	[STATES + 7] = { "alloc", "ALLOC", UNIT_RATIO, COLUMN_GAUGE,
		"managing memory; this and what follows where the runtime was built to "
		"tell", COLUMN_WIDE },
	[STATES + 8] = { "bif", "BIF", UNIT_RATIO, COLUMN_GAUGE,
		"in built-in functions", COLUMN_WIDE },
	[STATES + 9] = { "busy_wait", "BUSY WAIT", UNIT_RATIO, COLUMN_GAUGE,
		"waiting busily", COLUMN_WIDE },
	[STATES + 10] = { "ets", "ETS", UNIT_RATIO, COLUMN_GAUGE,
		"in ETS", COLUMN_WIDE },
	[STATES + 11] = { "gc_full", "GC FULL", UNIT_RATIO, COLUMN_GAUGE,
		"in full-sweep garbage collections", COLUMN_WIDE },
	[STATES + 12] = { "nif", "NIF", UNIT_RATIO, COLUMN_GAUGE,
		"in NIFs", COLUMN_WIDE },
	[STATES + 13] = { "send", "SEND", UNIT_RATIO, COLUMN_GAUGE,
		"sending messages", COLUMN_WIDE },
	[STATES + 14] = { "timers", "TIMERS", UNIT_RATIO, COLUMN_GAUGE,
		"managing timers", COLUMN_WIDE },
};

static enum thread_kind kind_of(const struct term *type)
{
	static const struct {
		const char *name;
		enum thread_kind kind;
	} kinds[] = {
		{ "scheduler", THREAD_SCHEDULER },
		{ "dirty_cpu_scheduler", THREAD_DIRTY_CPU },
		{ "dirty_io_scheduler", THREAD_DIRTY_IO },
		{ "poll", THREAD_POLL },
		{ "aux", THREAD_AUX },
		{ "async", THREAD_ASYNC },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (term_is_atom(type, kinds[i].name))
			return kinds[i].kind;
	return THREAD_OTHER;
}

/* #{type => T, id => N, counters => #{State => Time}} */
static bool read_thread(struct threads *out, const struct term *one)
{
	const struct term *type = term_get(one, "type");
	const struct term *counters = term_get(one, "counters");
	const struct term *number = term_get(one, "id");
	struct thread *t;
	int64_t id;

	if (!type || !number || !counters || counters->type != TERM_MAP ||
	    !term_int(number, &id))
		return false;
	t = threads_add(out, kind_of(type), id);
	for (size_t i = 0; i < NSTATES; i++) {
		const struct term *time = term_get(counters, states[i]);

		if (time && !term_int(time, &t->counts[i]))
			return false;
	}
	return true;
}

bool msacc_read(struct threads *out, const struct term *value)
{
	if (!term_is_list(value))
		return false;
	for (size_t i = 0; i < value->n; i++)
		if (!read_thread(out, &value->items[i]))
			return false;
	return true;
}

static void set_row(struct table *t, size_t row, const struct thread *now,
		    const struct thread *before)
{
	double total = 0;

	shares_name(t, row, NAME, now);
	table_set_text(t, row, TYPE, text_of(thread_kind_name(now->kind)));
	table_set_int(t, row, ID, now->id);
	for (size_t i = 0; i < NSTATES; i++) {
		int64_t grown = thread_grown(now, before, i);

		total += grown > 0 ? (double)grown : 0;
	}
	for (size_t i = 0; i < NSTATES && total > 0; i++) {
		int64_t grown = thread_grown(now, before, i);

		if (grown >= 0)
			table_set_real(t, row, STATES + i, (double)grown / total);
		if (grown >= 0 && i == STATE_SLEEP)
			table_set_real(t, row, BUSY, 1 - (double)grown / total);
	}
}

static const struct shares_table about = {
	.flag = HOLD_MICROSTATES,
	.text = "erlang:statistics(microstate_accounting).",
	.answer_bytes = 1 << 20,
	.read = msacc_read,
	.row = set_row,
};

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	shares_ask(l, rq, &about, done, ctx);
}

static const struct readers readers = { .live = ask_live };

const struct schema msacc_schema = {
	.name = "msacc",
	.tab = "schedulers",
	.help = "what the runtime's threads spend their time on: microstate accounting",
	.columns = columns,
	.ncolumns = COLUMNS,
	.key = NAME,
	.on_demand = true,
	.readers = &readers,
};

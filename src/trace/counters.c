#include "trace/counters.h"

/* What all of them have in front. */
enum { MFA, MODULE, FUNCTION, ARITY, CALLS, SPENT, EACH };

#define FUNCTION_COLUMNS \
	[MFA] = { "mfa", "FUNCTION", UNIT_NONE, COLUMN_LABEL, "the function" }, \
	[MODULE] = { "module", "MODULE", UNIT_NONE, COLUMN_LABEL, "its module", \
		COLUMN_WIDE }, \
	[FUNCTION] = { "function", "NAME", UNIT_NONE, COLUMN_LABEL, \
		"its name in the module", COLUMN_WIDE }, \
	[ARITY] = { "arity", "ARITY", UNIT_NONE, COLUMN_LABEL, \
		"how many arguments it takes", COLUMN_WIDE | COLUMN_LEFT }, \
	[CALLS] = { "calls", "CALLS", UNIT_COUNT, COLUMN_LABEL, \
		"how often it was called while it was traced" }

static const struct column count_columns[] = {
	FUNCTION_COLUMNS,
};

static const struct column time_columns[] = {
	FUNCTION_COLUMNS,
	[SPENT] = { "time_ns", "TIME", UNIT_NS, COLUMN_LABEL,
		"time spent in the function itself, without what it called" },
	[EACH] = { "time_per_call_ns", "A CALL", UNIT_NS, COLUMN_LABEL,
		"the same divided by the calls" },
};

static const struct column memory_columns[] = {
	FUNCTION_COLUMNS,
	[SPENT] = { "memory", "MEMORY", UNIT_BYTES, COLUMN_LABEL,
		"memory that the function itself took from heaps" },
	[EACH] = { "memory_per_call", "A CALL", UNIT_BYTES, COLUMN_LABEL,
		"the same divided by the calls" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct schema schemas[] = {
	[TRACE_COUNT] = {
		.name = "trace_count",
		.help = "how often functions were called",
		.columns = count_columns,
		.ncolumns = COUNT(count_columns),
		.key = MFA,
		.sort = "calls",
	},
	[TRACE_TIME] = {
		.name = "trace_time",
		.help = "the time that functions took",
		.columns = time_columns,
		.ncolumns = COUNT(time_columns),
		.key = MFA,
		.sort = "time_ns",
	},
	[TRACE_MEMORY] = {
		.name = "trace_memory",
		.help = "the memory that functions took",
		.columns = memory_columns,
		.ncolumns = COUNT(memory_columns),
		.key = MFA,
		.sort = "memory",
	},
};

const struct schema *counters_schema(enum trace_mode mode)
{
	return mode == TRACE_EVENTS ? NULL : &schemas[mode];
}

static int64_t number(uint64_t v)
{
	return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

static void set_name(struct table *t, size_t row, size_t column, struct text atom)
{
	struct buf name = { 0 };

	term_name(&name, atom);
	table_set_text(t, row, column, buf_text(&name));
	buf_clear(&name);
}

void counters_add(struct table *t, enum trace_mode mode, enum syntax syntax,
		  const struct trace_function *f, uint64_t calls, uint64_t ns,
		  uint64_t words, size_t word_bytes)
{
	size_t row = table_add(t);
	uint64_t spent = ns;
	struct buf mfa = { 0 };

	term_mfa(&mfa, f->module, f->function, f->arity, syntax);
	table_set_text(t, row, MFA, buf_text(&mfa));
	buf_clear(&mfa);
	set_name(t, row, MODULE, f->module);
	set_name(t, row, FUNCTION, f->function);
	table_set_int(t, row, ARITY, f->arity);
	table_set_int(t, row, CALLS, number(calls));
	if (mode == TRACE_COUNT)
		return;
	if (mode == TRACE_MEMORY && __builtin_mul_overflow(words, word_bytes, &spent))
		spent = UINT64_MAX;
	table_set_int(t, row, SPENT, number(spent));
	if (calls > 0)
		table_set_int(t, row, EACH, number(spent / calls));
}

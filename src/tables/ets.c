/* The ets table: what ets:info/2 says of each table, and who owns it. */
#include "tables/ets.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/cell.h"
#include "tables/ets_system.h"
#include "tables/pid.h"
#include "tables/question.h"

static const struct column columns[ETS_NCOLUMNS] = {
	[ETS_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"its name; tables that are not named tables may share one" },
	[ETS_SIZE] = { "size", "SIZE", UNIT_COUNT, COLUMN_GAUGE,
		"objects in it" },
	[ETS_MEMORY] = { "memory", "MEMORY", UNIT_BYTES, COLUMN_GAUGE,
		"bytes that it takes, without binaries of more than 64 bytes" },
	[ETS_TYPE] = { "type", "TYPE", UNIT_NONE, COLUMN_LABEL,
		"set, ordered_set, bag or duplicate_bag" },
	[ETS_PROTECTION] = { "protection", "PROTECTION", UNIT_NONE, COLUMN_LABEL,
		"who may use it besides its owner: public, protected (read only) or "
		"private" },
	[ETS_OWNER] = { "owner", "OWNER", UNIT_NONE, COLUMN_LABEL,
		"process that it ends with", 0, pid_print, pid_parse },
	[ETS_OWNER_NAME] = { "owner_name", "OWNER NAME", UNIT_NONE, COLUMN_LABEL,
		"the owner's registered name, else label, else initial call",
		COLUMN_DEAR },
	[ETS_ID] = { "id", "ID", UNIT_NONE, COLUMN_LABEL,
		"what tells it apart: a named table's name, else its reference" },
	[ETS_OBJECT_BYTES] = { "object_bytes",
		"BYTES/OBJECT", UNIT_BYTES, COLUMN_LABEL,
		"memory / size", COLUMN_WIDE },
	[ETS_APPLICATION] = { "application", "APPLICATION", UNIT_NONE, COLUMN_LABEL,
		"application that the owner belongs to", COLUMN_WIDE | COLUMN_DEAR },
	[ETS_SYSTEM] = { "system", "SYSTEM", UNIT_NONE, COLUMN_LABEL,
		"whether it is a table of OTP or Elixir itself",
		COLUMN_WIDE | COLUMN_DEAR },
	[ETS_HEIR] = { "heir", "HEIR", UNIT_NONE, COLUMN_LABEL,
		"process that gets it when the owner ends",
		COLUMN_WIDE, pid_print, pid_parse },
	[ETS_NAMED] = { "named_table", "NAMED", UNIT_NONE, COLUMN_LABEL,
		"whether it is known by its name", COLUMN_WIDE },
	[ETS_KEYPOS] = { "keypos", "KEYPOS", UNIT_NONE, COLUMN_LABEL,
		"which element of its objects is the key", COLUMN_WIDE },
	[ETS_COMPRESSED] = { "compressed", "COMPRESSED", UNIT_NONE, COLUMN_LABEL,
		"whether its objects are kept in a denser form", COLUMN_WIDE },
	[ETS_READ_CONCURRENCY] = { "read_concurrency",
		"READ CONC", UNIT_NONE, COLUMN_LABEL,
		"whether it is made for many readers at once", COLUMN_WIDE },
	[ETS_WRITE_CONCURRENCY] = { "write_concurrency",
		"WRITE CONC", UNIT_NONE, COLUMN_LABEL,
		"whether it is made for many writers at once: true, false or auto",
		COLUMN_WIDE },
	[ETS_DECENTRALIZED] = { "decentralized_counters",
		"DECENTRALIZED", UNIT_NONE, COLUMN_LABEL,
		"whether each scheduler counts its size and memory", COLUMN_WIDE },
	[ETS_FIXED] = { "fixed", "FIXED", UNIT_NONE, COLUMN_LABEL,
		"whether somebody goes through it: what is deleted meanwhile stays in "
		"memory", COLUMN_WIDE },
	[ETS_FIXED_NS] = { "fixed_for_ns", "FIXED FOR", UNIT_NS, COLUMN_LABEL,
		"how long it has been fixed", COLUMN_WIDE | COLUMN_DEAR },
	[ETS_FIXED_BY] = { "fixed_by", "FIXED BY", UNIT_COUNT, COLUMN_LABEL,
		"processes that have it fixed", COLUMN_WIDE | COLUMN_DEAR },
};

static void set_type(struct reading *r, size_t row, size_t column,
		     const struct term *value)
{
	cell_set_name(r->table, row, column, value);
}

static void set_int(struct reading *r, size_t row, size_t column,
		    const struct term *value)
{
	cell_set_int(r->table, row, column, value);
}

static void set_words(struct reading *r, size_t row, size_t column,
		      const struct term *value)
{
	cell_set_words(r->table, row, column, value, r->word_bytes);
}

static void set_bool(struct reading *r, size_t row, size_t column,
		     const struct term *value)
{
	cell_set_bool(r->table, row, column, value);
}

static void set_pid(struct reading *r, size_t row, size_t column,
		    const struct term *value)
{
	pid_set(r->table, row, column, value, node_name(live_node(r->live)));
}

/* false, or {Fixed, Nanoseconds, Processes}; of a table that was let go meanwhile without
 * the last two. */
static void set_fixed(struct reading *r, size_t row, size_t column,
		      const struct term *value)
{
	bool more = term_is_tuple(value, 3, NULL);

	cell_set_bool(r->table, row, column, more ? term_at(value, 0) : value);
	if (!more)
		return;
	cell_set_int(r->table, row, ETS_FIXED_NS, term_at(value, 1));
	cell_set_int(r->table, row, ETS_FIXED_BY, term_at(value, 2));
}

/*
 * The items of ets:info/2, in the order in which they are asked for. A table that ends in
 * between is told by any of them but its name: a table may be called undefined.
 */
static const struct item {
	size_t column;
	const char *key;
	void (*set)(struct reading *r, size_t row, size_t column,
		    const struct term *value);
} items[] = {
	{ ETS_NAME, "name", set_type },
	{ ETS_TYPE, "type", set_type },
	{ ETS_PROTECTION, "protection", set_type },
	{ ETS_OWNER, "owner", set_pid },
	{ ETS_HEIR, "heir", set_pid },
	{ ETS_NAMED, "named_table", set_bool },
	{ ETS_KEYPOS, "keypos", set_int },
	{ ETS_COMPRESSED, "compressed", set_bool },
	{ ETS_READ_CONCURRENCY, "read_concurrency", set_bool },
	{ ETS_WRITE_CONCURRENCY, "write_concurrency", set_type },
	{ ETS_DECENTRALIZED, "decentralized_counters", set_bool },
	{ ETS_SIZE, "size", set_int },
	{ ETS_MEMORY, "memory", set_words },
	{ ETS_FIXED, "fixed", set_fixed },
};
static const size_t nitems = sizeof(items) / sizeof(items[0]);

/*
 * A: the items. The answer about a table is nested, the last item first: {Fixed, {Memory,
 * {Size, []}}}. All work for each table is compiled: ets:info/2 costs a quarter of a
 * microsecond, ets:info/1 two or three, with five times the bytes. Of a table that is
 * about to end, ets:info/2 fails now and then (seen on OTP 29) instead of giving
 * undefined: then those of the chunk are asked about one by one.
 */
#define EACH \
	"lists:foldl(fun(D, B) -> lists:zip(" \
	" try lists:zipwith(fun ets:info/2, C, lists:duplicate(M, D))" \
	" catch error:_ -> lists:map(fun(E) ->" \
	"  try ets:info(E, D) catch error:_ -> undefined end end, C) end, B) end," \
	" lists:duplicate(M, []), A)"

/* Who has a table fixed may be a long list: it is counted there, and asked for only of
 * those that are fixed. */
#define EACH_FIXED \
	"lists:zipwith(fun(T, {true, B}) ->" \
	" try ets:info(T, safe_fixed_monotonic_time) of" \
	" {D, E} -> {{true, erlang:convert_time_unit(" \
	"  erlang:monotonic_time() - D, native, nanosecond), erlang:length(E)}, B};" \
	" _ -> {false, B} catch error:_ -> {undefined, B} end;" \
	" (_, B) -> B end, C, " EACH ")"

#define FIXED (column_bit(ETS_FIXED_NS) | column_bit(ETS_FIXED_BY))

static const char *choose(uint64_t wanted)
{
	return wanted & FIXED ? QUESTION_LISTING("ets:all()", EACH_FIXED, "500")
			      : QUESTION_LISTING("ets:all()", EACH, "500");
}

/* The columns that are read of a table, but for its name, which may be undefined. */
static uint64_t telling(void)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < nitems; i++)
		if (items[i].column != ETS_NAME)
			mask |= column_bit(items[i].column);
	return mask;
}

/* The columns that must be read for those that are wanted. */
static uint64_t read_for(uint64_t wanted)
{
	if (wanted & FIXED)
		wanted |= column_bit(ETS_FIXED);
	if (wanted & column_bit(ETS_SYSTEM))
		wanted |= column_bit(ETS_APPLICATION) | column_bit(ETS_NAME);
	if (wanted & column_bit(ETS_OBJECT_BYTES))
		wanted |= column_bit(ETS_SIZE) | column_bit(ETS_MEMORY);
	/* Or nothing would tell whether a table is still there. */
	return wanted & telling() ? wanted : wanted | column_bit(ETS_TYPE);
}

static size_t bind(struct buf *b, const struct reading *r)
{
	size_t n = 0;

	for (size_t i = 0; i < nitems; i++)
		n += (r->columns & column_bit(items[i].column)) != 0;
	question_bind(b, "A");
	etf_list(b, n);
	for (size_t i = 0; i < nitems; i++)
		if (r->columns & column_bit(items[i].column))
			etf_atom_s(b, items[i].key);
	etf_nil(b);
	return 1;
}

void ets_print_id(struct buf *out, struct text atom)
{
	if (atom.len && atom.p[0] >= 'A' && atom.p[0] <= 'Z' &&
	    !text_starts(atom, "Elixir."))
		buf_char(out, ':');
	term_name(out, atom);
}

static void set_id(struct reading *r, size_t row, const struct term *key)
{
	struct term_style style = { .home = node_name(live_node(r->live)) };
	struct buf id = { 0 };

	if (key->type == TERM_ATOM)
		ets_print_id(&id, key->text);
	else
		term_print(&id, key, &style);
	table_set_text(r->table, row, ETS_ID, buf_text(&id));
	buf_clear(&id);
}

static size_t add_row(struct reading *r, const struct term *key, const struct term *value)
{
	const struct term *values[sizeof(items) / sizeof(items[0])] = { 0 };

	if (key->type != TERM_ATOM && key->type != TERM_REF)
		return TABLE_NONE;
	for (size_t i = nitems; i-- > 0;) {
		if (!(r->columns & column_bit(items[i].column)))
			continue;
		if (!term_is_tuple(value, 2, NULL))
			return TABLE_NONE;
		values[i] = term_at(value, 0);
		value = term_at(value, 1);
		if (items[i].column != ETS_NAME && term_is_atom(values[i], "undefined"))
			return TABLE_NONE; /* it ended */
	}

	size_t row = table_add(r->table);

	set_id(r, row, key);
	for (size_t i = 0; i < nitems; i++)
		if (values[i])
			items[i].set(r, row, items[i].column, values[i]);
	if (table_num(r->table, row, ETS_SIZE) > 0 &&
	    !table_null(r->table, row, ETS_MEMORY))
		table_set_int(r->table, row, ETS_OBJECT_BYTES,
			      table_num(r->table, row, ETS_MEMORY) /
				      table_num(r->table, row, ETS_SIZE));
	return row;
}

static const struct question question = {
	.choose = choose,
	.bind = bind,
	.row = add_row,
	.syntax = true,
	.answer_bytes = 1 << 20,
	.owner = ETS_OWNER,
	.owner_name = ETS_OWNER_NAME,
	.owner_application = ETS_APPLICATION,
};

bool ets_etf(struct live *l, struct text id, struct buf *out)
{
	return question_key(l, &question, (struct cell){ CELL_TEXT, { .text = &id } },
			    out);
}

/* An answer that is awaited, to be told system tables in. */
struct asking {
	struct live_answer to;
};

static void answered(void *ctx, struct sample *sample, const struct err *err)
{
	struct asking k = *(struct asking *)ctx;

	free(ctx);
	for (size_t row = 0; sample && row < sample->table.nrows; row++)
		table_set_bool(&sample->table, row, ETS_SYSTEM,
			ets_is_system(table_text(&sample->table, row, ETS_NAME),
				      table_text(&sample->table, row, ETS_APPLICATION)));
	k.to.done(k.to.ctx, sample, err);
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	struct request more = *rq;
	struct asking *k;

	more.columns = read_for(rq->columns);
	if (!(rq->columns & column_bit(ETS_SYSTEM))) {
		question_ask(l, &more, &question, done, ctx);
		return;
	}
	k = mem_zalloc(sizeof(*k));
	*k = (struct asking){ .to = { done, ctx } };
	question_ask(l, &more, &question, answered, k);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema ets_schema = {
	.name = "ets",
	.tab = "ets",
	.help = "the ETS tables: size, memory, owner",
	.columns = columns,
	.ncolumns = ETS_NCOLUMNS,
	.key = ETS_ID,
	.sort = "memory",
	.readers = &readers,
};

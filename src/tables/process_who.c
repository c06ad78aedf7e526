/* Who a process is: initial call, label, parent, application; read once in its life. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/cell.h"
#include "tables/pid.h"
#include "tables/process.h"

/* Application masters come and go with applications. */
#define APPS_NS (INT64_C(5) * 1000000000)

/*
 * Before OTP 26.2 the dictionary can only be read as a whole. It is copied where no limit
 * of ours reaches, and what it shares is copied as often as it is referred to. So it is
 * asked only of those whose start function hides who they are, those of proc_lib, and
 * only when their heap is not larger than this.
 */
#define DICTIONARY_HEAP_BYTES (1 << 20)

#define WHO_CAPS (1U << CAP_DICTIONARY_KEY | 1U << CAP_PARENT)

/*
 * B: the items that are read. Each text answers [{{InitialCall, ProcLibCall, Label},
 * {Parent, Ancestors}}, ...] with pairs of process_info() or of the dictionary, false or
 * undefined where nothing is; all work per process is compiled code. A dead process gives
 * undefined, which max/2 turns into [].
 */
#define WHO_TEXT_BEGIN \
	"N = erlang:length(A)," \
	" D = fun(X) -> lists:duplicate(N, X) end," \
	" K = fun(X, L) -> lists:zipwith3(fun lists:keyfind/3, D(X), D(1), L) end," \
	" I = lists:zipwith(fun erlang:max/2, D([])," \
	" lists:zipwith(fun erlang:process_info/2, A, D(B))),"

static const char keys_text[] = WHO_TEXT_BEGIN
	" exit(lists:zip(lists:zip3(K(initial_call, I),"
	" K({dictionary, '$initial_call'}, I),"
	" K({dictionary, '$process_label'}, I)),"
	" lists:zip(K(parent, I), K({dictionary, '$ancestors'}, I)))).";

static const char dictionary_text[] = WHO_TEXT_BEGIN
	" E = fun(L) -> lists:zipwith(fun erlang:element/2, D(2),"
	" lists:zipwith(fun erlang:max/2, D({'', []}), L)) end,"
	" V = E(K(dictionary, I)),"
	" exit(lists:zip(lists:zip3(K(initial_call, I), K('$initial_call', V),"
	" K('$process_label', V)), lists:zip(K(parent, I), K('$ancestors', V)))).";

/* For those whose dictionary is not read. */
static const char plain_text[] = WHO_TEXT_BEGIN
	" V = D(false),"
	" exit(lists:zip(lists:zip3(K(initial_call, I), V, V),"
	" lists:zip(K(parent, I), V))).";

void process_who_clear(struct process_who *w)
{
	arena_clear(&w->arena);
	arena_clear(&w->apps_arena);
	pid_map_clear(&w->map);
	free(w->settled);
	*w = (struct process_who){ 0 };
}

/* Nothing more is to be asked about that row: its reading came to its end. */
static void settle(struct process_who *w, size_t row)
{
	size_t had = w->settled_cap;

	if (row >= had) {
		w->settled = mem_grow(w->settled, &w->settled_cap, row + 1,
				      sizeof(*w->settled));
		memset(w->settled + had, 0, w->settled_cap - had);
	}
	w->settled[row] = true;
}

static bool is_settled(const struct process_who *w, int64_t pid)
{
	size_t row = pid_map_find(&w->map, &w->table, pid);

	return row < w->settled_cap && w->settled[row];
}

/* Empty, and again empty when it was of another syntax, mostly of the dead, or not all
 * that the node can tell. */
static void who_begin(struct process_who *w, const struct process_reading *r)
{
	bool stale = w->table.nrows > 1000 && w->table.nrows / 4 > r->nprocesses;

	if (w->table.schema && w->syntax == r->syntax && !stale && !w->unsure)
		return;
	arena_clear(&w->arena);
	pid_map_clear(&w->map);
	if (w->settled)
		memset(w->settled, 0, w->settled_cap);
	w->syntax = r->syntax;
	table_init(&w->table, &processes_schema, &w->arena, 1024);
}

/* A text as it is, a module of Elixir as everywhere, any other term as it prints, cut to
 * what fits a column. */
static void set_label(const struct process_reading *r, struct table *t, size_t row,
		      const struct term *label)
{
	struct term_style style = {
		.syntax = r->syntax,
		.home = node_name(live_node(r->live)),
		.depth = 4,
		.items = 8,
		.bytes = 80,
		.total = 120,
	};
	struct buf shown = { 0 };

	if (term_is_atom(label, "undefined"))
		return;
	if (label->type == TERM_ATOM && text_starts(label->text, "Elixir."))
		term_name(&shown, label->text);
	else if (label->type == TERM_BINARY)
		text_escape(&shown, text_sub(label->text, 0, 120));
	else
		term_print(&shown, label, &style);
	table_set_text(t, row, PROC_LABEL, buf_text(&shown));
	buf_clear(&shown);
}

/* What the VM knows, or the first of the ancestors, which proc_lib keeps by name where
 * they have one. */
static void set_parent(const struct process_reading *r, struct table *t, size_t row,
		       const struct term *parent)
{
	const struct term *first = parent->type == TERM_LIST && parent->n
					   ? &parent->items[0]
					   : parent;

	if (term_is_atom(first, "undefined"))
		return;
	cell_set_name(t, row, PROC_PARENT, first);
	pid_set(t, row, PROC_PARENT, first, node_name(live_node(r->live)));
}

/* The value of {Key, Value}, or NULL for false. */
static const struct term *value_of(const struct term *pair)
{
	return term_is_tuple(pair, 2, NULL) ? &pair->items[1] : NULL;
}

/* {{InitialCall, ProcLibCall, Label}, {Parent, Ancestors}}, each {Key,
 * Value} or false. */
static bool set_who(const struct process_reading *r, size_t row, uint64_t columns,
		    const struct term *value)
{
	struct process_who *w = &r->memory->who;

	if (!value)
		return true; /* its dictionary was too large: ask_rest() */
	if (!term_is_tuple(value, 2, NULL) || !term_is_tuple(&value->items[0], 3, NULL) ||
	    !term_is_tuple(&value->items[1], 2, NULL))
		return true;

	const struct term *first = value->items[0].items;
	const struct term *parents = value->items[1].items;
	const struct term *part = value_of(&first[0]);

	if (!part)
		return false; /* every living process has an initial call */

	int64_t pid = table_num(r->table, row, PROC_PID);
	size_t to = pid_map_find(&w->map, &w->table, pid);

	if (to == TABLE_NONE)
		to = pid_map_add(&w->map, &w->table, pid);
	table_touch(r->table, row, false);
	/* Another reading may have looked into the dictionary meanwhile. */
	if (table_null(&w->table, to, PROC_INITIAL_CALL))
		cell_set_mfa(&w->table, to, PROC_INITIAL_CALL, part, r->syntax);
	if ((part = value_of(&first[1])))
		cell_set_mfa(&w->table, to, PROC_INITIAL_CALL, part, r->syntax);
	if ((part = value_of(&first[2])))
		set_label(r, &w->table, to, part);
	if ((part = value_of(&parents[0])) || (part = value_of(&parents[1])))
		set_parent(r, &w->table, to, part);
	return true;
}

static void set_application(const struct process_reading *r, size_t row)
{
	const struct process_who *w = &r->memory->who;
	size_t app = table_find(&w->apps, table_cell(r->table, row, PROC_GROUP_LEADER));

	if (app != TABLE_NONE)
		table_set(r->table, row, PROC_APPLICATION,
			  table_cell(&w->apps, app, PROC_APPLICATION));
}

/* Everything is known: into the rows. */
static void who_known(struct process_reading *r, const struct err *err)
{
	static const size_t copied[] = { PROC_INITIAL_CALL, PROC_LABEL, PROC_PARENT };
	struct process_who *w = &r->memory->who;

	for (size_t row = 0; row < r->table->nrows && !err; row++) {
		int64_t pid = table_num(r->table, row, PROC_PID);
		size_t from = pid_map_find(&w->map, &w->table, pid);

		if (from != TABLE_NONE)
			settle(w, from);
		for (size_t i = 0; i < 3 && from != TABLE_NONE; i++)
			table_set(r->table, row, copied[i],
				  table_cell(&w->table, from, copied[i]));
		if (r->columns & column_bit(PROC_APPLICATION))
			set_application(r, row);
	}
	process_step_done(r, err);
}

static bool can(const struct process_reading *r, enum cap cap)
{
	return node_can(live_node(r->live), cap) == CAP_YES;
}

static void etf_key(struct buf *out, const char *key)
{
	etf_tuple(out, 2);
	etf_atom_s(out, "dictionary");
	etf_atom_s(out, key);
}

/* The items that a text looks into, as far as the target knows them. */
static void etf_items(struct buf *out, const struct process_reading *r, const char *text)
{
	bool parent = can(r, CAP_PARENT);

	if (text == keys_text) {
		etf_list(out, 4);
		etf_key(out, "$initial_call");
		etf_key(out, "$process_label");
		if (!parent)
			etf_key(out, "$ancestors");
	} else {
		etf_list(out, 1 + (text == dictionary_text) + parent);
		if (text == dictionary_text)
			etf_atom_s(out, "dictionary");
	}
	if (parent)
		etf_atom_s(out, "parent");
	etf_atom_s(out, "initial_call");
	etf_nil(out);
}

static void ask_texts(struct process_reading *r, const char *text, const uint32_t *rows,
		      size_t n,
		      void (*done)(struct process_reading *r, const struct err *err))
{
	struct buf items = { 0 };

	etf_items(&items, r, text);
	process_batch(r, &(struct process_batch){
		.text = text,
		.extra = buf_text(&items),
		.chunk = 200,
		.row_bytes = 1000,
		.set = set_who,
		.done = done,
	}, rows, n);
	buf_clear(&items);
}

/* Those whose dictionary passed the limits are asked once more, without it. */
static void ask_rest(struct process_reading *r, const struct err *err)
{
	const struct process_who *w = &r->memory->who;
	uint32_t *rows = mem_alloc((r->who_n + 1) * sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < r->who_n && !err; i++) {
		int64_t pid = table_num(r->table, r->who_rows[i], PROC_PID);

		if (!r->dead[r->who_rows[i]] &&
		    pid_map_find(&w->map, &w->table, pid) == TABLE_NONE &&
		    !process_rests(r->memory, pid))
			rows[n++] = r->who_rows[i];
	}
	if (!err)
		ask_texts(r, plain_text, rows, n, who_known);
	free(rows);
	process_step_done(r, err);
}

/* The heaps are known: the dictionary is read of those with a small one. When it is too
 * large all the same, what was read without it stays. */
static void heaps_known(struct process_reading *r, const struct err *err)
{
	uint32_t *rows = mem_alloc((r->who_n + 1) * sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < r->who_n; i++) {
		uint32_t row = r->who_rows[i];

		if (!table_null(r->table, row, PROC_TOTAL_HEAP) &&
		    table_num(r->table, row, PROC_TOTAL_HEAP) <= DICTIONARY_HEAP_BYTES)
			rows[n++] = row;
	}
	if (!err)
		ask_texts(r, dictionary_text, rows, n, who_known);
	free(rows);
	process_step_done(r, err);
}

/* proc_lib's own start functions, in both syntaxes. */
static bool is_hidden(const struct process_reading *r, size_t row)
{
	const struct process_who *w = &r->memory->who;
	int64_t pid = table_num(r->table, row, PROC_PID);
	size_t at = pid_map_find(&w->map, &w->table, pid);
	struct text call;

	if (at == TABLE_NONE)
		return false;
	call = table_text(&w->table, at, PROC_INITIAL_CALL);
	return text_starts(call, "proc_lib:init_p/") ||
	       text_starts(call, ":proc_lib.init_p/");
}

static bool set_heap(const struct process_reading *r, size_t row, uint64_t columns,
		     const struct term *value)
{
	table_touch(r->table, row, false);
	return process_set_row(r, row, columns, value);
}

/* The start functions are known: who_rows is cut to those that say nothing. */
static void calls_known(struct process_reading *r, const struct err *err)
{
	struct buf item = { 0 };
	size_t n = 0;

	if (err) {
		process_step_done(r, err);
		return;
	}
	for (size_t i = 0; i < r->who_n; i++)
		if (is_hidden(r, r->who_rows[i]))
			r->who_rows[n++] = r->who_rows[i];
	r->who_n = n;
	process_etf_items(&item, column_bit(PROC_TOTAL_HEAP));
	process_batch(r, &(struct process_batch){
		.text = process_items_text,
		.extra = buf_text(&item),
		.columns = column_bit(PROC_TOTAL_HEAP),
		.chunk = 1000,
		.row_bytes = 30,
		.set = set_heap,
		.done = heaps_known,
	}, r->who_rows, r->who_n);
	buf_clear(&item);
	process_step_done(r, NULL);
}

static void ask_who(struct process_reading *r)
{
	if (can(r, CAP_DICTIONARY_KEY))
		ask_texts(r, keys_text, r->who_rows, r->who_n, ask_rest);
	else
		ask_texts(r, plain_text, r->who_rows, r->who_n, calls_known);
	process_step_done(r, NULL);
}

static void caps_known(void *ctx)
{
	struct process_reading *r = ctx;
	const struct node *n = live_node(r->live);

	r->memory->who.unsure = node_can(n, CAP_DICTIONARY_KEY) == CAP_UNKNOWN ||
				node_can(n, CAP_PARENT) == CAP_UNKNOWN;
	ask_who(r);
}

/* [[Application, Pid], ...] */
static void apps_known(void *ctx, const struct answer *a)
{
	struct process_reading *r = ctx;
	struct process_who *w = &r->memory->who;
	struct text home = node_name(live_node(r->live));

	arena_clear(&w->apps_arena);
	table_init(&w->apps, &processes_schema, &w->apps_arena, 64);
	w->apps_until_ns = loop_now() + APPS_NS;
	for (size_t i = 0;
	     a->kind == ANSWER_RETURN && a->value.type == TERM_LIST && i < a->value.n;
	     i++) {
		const struct term *app = term_at(&a->value.items[i], 0);
		const struct term *pid = term_at(&a->value.items[i], 1);

		if (app->type != TERM_ATOM || pid->type != TERM_PID)
			continue;

		size_t row = table_add(&w->apps);

		pid_set(&w->apps, row, PROC_PID, pid, home);
		cell_set_name(&w->apps, row, PROC_APPLICATION, app);
	}
	caps_probe(live_node(r->live), WHO_CAPS, caps_known, r);
}

static void ask_apps(struct process_reading *r)
{
	struct buf args = { 0 };

	/* ets:match(ac_tab, {{application_master, '$1'}, '$2'}): how
	 * application:get_application/1 finds it. */
	etf_list(&args, 2);
	etf_atom_s(&args, "ac_tab");
	etf_tuple(&args, 2);
	etf_tuple(&args, 2);
	etf_atom_s(&args, "application_master");
	etf_atom_s(&args, "$1");
	etf_atom_s(&args, "$2");
	etf_nil(&args);
	node_call(live_node(r->live), &(struct call){
		.module = "ets",
		.function = "match",
		.args = buf_text(&args),
		.timeout_ns = r->timeout_ns,
	}, apps_known, r);
	buf_clear(&args);
}

void process_who(struct process_reading *r, const uint32_t *rows, size_t n)
{
	struct process_who *w = &r->memory->who;
	bool apps = (r->columns & column_bit(PROC_APPLICATION)) &&
		    w->apps_until_ns < loop_now();

	who_begin(w, r);
	r->pending++;
	r->who_rows = mem_alloc((n + 1) * sizeof(*rows));
	for (size_t i = 0; i < n; i++) {
		int64_t pid = table_num(r->table, rows[i], PROC_PID);

		if (!is_settled(w, pid))
			r->who_rows[r->who_n++] = rows[i];
	}
	if (apps)
		ask_apps(r);
	else
		caps_probe(live_node(r->live), WHO_CAPS, caps_known, r);
}

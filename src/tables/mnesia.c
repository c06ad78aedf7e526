/* The mnesia table: the tables of Mnesia that this node knows. */
#include "tables/mnesia.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/cell.h"
#include "tables/pid.h"
#include "tables/question.h"

static const struct column columns[MNESIA_NCOLUMNS] = {
	[MNESIA_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"the table" },
	[MNESIA_STORAGE] = { "storage", "STORAGE", UNIT_NONE, COLUMN_LABEL,
		"what this node has of it: ram_copies, disc_copies, disc_only_copies, "
		"the alias of an external backend, or remote: nothing" },
	[MNESIA_TYPE] = { "type", "TYPE", UNIT_NONE, COLUMN_LABEL,
		"set, ordered_set or bag" },
	[MNESIA_SIZE] = { "size", "SIZE", UNIT_COUNT, COLUMN_GAUGE,
		"records in the copy of this node; null for external backends" },
	[MNESIA_MEMORY] = { "memory", "MEMORY", UNIT_BYTES, COLUMN_GAUGE,
		"bytes that the copy of this node takes: in memory, of disc_only_copies "
		"on disk; null for external backends" },
	[MNESIA_LOADED] = { "loaded", "LOADED", UNIT_NONE, COLUMN_LABEL,
		"whether it can be read" },
	[MNESIA_COPIES] = { "copies", "COPIES", UNIT_COUNT, COLUMN_GAUGE,
		"nodes that have a copy" },
	[MNESIA_STOPPED] = { "stopped_nodes", "STOPPED NODES", UNIT_NONE, COLUMN_LABEL,
		"those of them where Mnesia does not run" },
	[MNESIA_OWNER] = { "owner", "OWNER", UNIT_NONE, COLUMN_LABEL,
		"process that owns the ETS table",
		COLUMN_WIDE, pid_print, pid_parse },
	[MNESIA_OWNER_NAME] = { "owner_name", "OWNER NAME", UNIT_NONE, COLUMN_LABEL,
		"the owner's registered name, else label, else initial call",
		COLUMN_WIDE | COLUMN_DEAR },
	[MNESIA_INDEX] = { "index", "INDEX", UNIT_NONE, COLUMN_LABEL,
		"attributes that have an index", COLUMN_WIDE },
	[MNESIA_READ_FROM] = { "read_from", "READ FROM", UNIT_NONE, COLUMN_LABEL,
		"node that it is read from; null: it cannot be read", COLUMN_WIDE },
	[MNESIA_LOADED_FROM] = { "loaded_from", "LOADED FROM", UNIT_NONE, COLUMN_LABEL,
		"node that this one loaded it from", COLUMN_WIDE },
	[MNESIA_LOAD_REASON] = { "load_reason", "LOAD REASON", UNIT_NONE, COLUMN_LABEL,
		"why it was loaded", COLUMN_WIDE },
	[MNESIA_RAM_COPIES] = { "ram_copies", "RAM COPIES", UNIT_NONE, COLUMN_LABEL,
		"nodes with a copy in memory", COLUMN_WIDE },
	[MNESIA_DISC_COPIES] = { "disc_copies", "DISC COPIES", UNIT_NONE, COLUMN_LABEL,
		"nodes with a copy in memory and on disk", COLUMN_WIDE },
	[MNESIA_DISC_ONLY_COPIES] = { "disc_only_copies",
		"DISC ONLY COPIES", UNIT_NONE, COLUMN_LABEL,
		"nodes with a copy on disk", COLUMN_WIDE },
	[MNESIA_EXTERNAL_COPIES] = { "external_copies",
		"EXTERNAL COPIES", UNIT_NONE, COLUMN_LABEL,
		"nodes with a copy in an external backend", COLUMN_WIDE },
	[MNESIA_MASTER_NODES] = { "master_nodes", "MASTER NODES", UNIT_NONE, COLUMN_LABEL,
		"nodes that it is loaded from after the network was split", COLUMN_WIDE },
	[MNESIA_ACCESS] = { "access_mode", "ACCESS", UNIT_NONE, COLUMN_LABEL,
		"read_write or read_only", COLUMN_WIDE },
	[MNESIA_LOAD_ORDER] = { "load_order", "LOAD ORDER", UNIT_NONE, COLUMN_LABEL,
		"tables with a higher one are loaded first", COLUMN_WIDE },
	[MNESIA_MAJORITY] = { "majority", "MAJORITY", UNIT_NONE, COLUMN_LABEL,
		"whether a write needs most of the nodes with a copy", COLUMN_WIDE },
	[MNESIA_LOCAL_CONTENT] = { "local_content",
		"LOCAL CONTENT", UNIT_NONE, COLUMN_LABEL,
		"whether each node has content of its own", COLUMN_WIDE },
	[MNESIA_RECORD] = { "record_name", "RECORD", UNIT_NONE, COLUMN_LABEL,
		"name of its records", COLUMN_WIDE },
	[MNESIA_ATTRIBUTES] = { "attributes", "ATTRIBUTES", UNIT_NONE, COLUMN_LABEL,
		"fields of its records; the first is the key", COLUMN_WIDE },
	[MNESIA_SUBSCRIBERS] = { "subscribers", "SUBSCRIBERS", UNIT_COUNT, COLUMN_GAUGE,
		"processes that subscribed to its events", COLUMN_WIDE },
	[MNESIA_CHECKPOINTS] = { "checkpoints", "CHECKPOINTS", UNIT_COUNT, COLUMN_GAUGE,
		"checkpoints that it takes part in", COLUMN_WIDE },
	[MNESIA_SYSTEM] = { "system", "SYSTEM", UNIT_NONE, COLUMN_LABEL,
		"whether it is a table of Mnesia itself", COLUMN_WIDE },
};

/* What is asked about a table, in this order: A of the text. */
enum {
	ITEM_STORAGE,
	ITEM_TYPE,
	ITEM_INDEX,
	ITEM_READ_FROM,
	ITEM_LOADED_FROM,
	ITEM_LOAD_REASON,
	ITEM_RAM_COPIES,
	ITEM_DISC_COPIES,
	ITEM_DISC_ONLY_COPIES,
	ITEM_EXTERNAL_COPIES,
	ITEM_MASTER_NODES,
	ITEM_ACCESS,
	ITEM_LOAD_ORDER,
	ITEM_MAJORITY,
	ITEM_LOCAL_CONTENT,
	ITEM_RECORD,
	ITEM_ATTRIBUTES,
	ITEM_SUBSCRIBERS,
	ITEM_CHECKPOINTS,
	NITEMS,
};

static const char *const items[NITEMS] = {
	[ITEM_STORAGE] = "storage_type",
	[ITEM_TYPE] = "type",
	[ITEM_INDEX] = "index",
	[ITEM_READ_FROM] = "where_to_read",
	[ITEM_LOADED_FROM] = "load_node",
	[ITEM_LOAD_REASON] = "load_reason",
	[ITEM_RAM_COPIES] = "ram_copies",
	[ITEM_DISC_COPIES] = "disc_copies",
	[ITEM_DISC_ONLY_COPIES] = "disc_only_copies",
	[ITEM_EXTERNAL_COPIES] = "external_copies",
	[ITEM_MASTER_NODES] = "master_nodes",
	[ITEM_ACCESS] = "access_mode",
	[ITEM_LOAD_ORDER] = "load_order",
	[ITEM_MAJORITY] = "majority",
	[ITEM_LOCAL_CONTENT] = "local_content",
	[ITEM_RECORD] = "record_name",
	[ITEM_ATTRIBUTES] = "attributes",
	[ITEM_SUBSCRIBERS] = "subscribers",
	[ITEM_CHECKPOINTS] = "checkpoints",
};

/* The answer about one table. */
struct facts {
	const struct term *items[NITEMS];
	const struct term *running; /* nodes where Mnesia runs */
	const struct term *size, *memory, *owner;
};

/* Of each of the chunk; of a table that is being deleted undefined. */
#define OF_EACH(function) \
	"try lists:zipwith(fun " function "/2, C, lists:duplicate(M, D))" \
	" catch _:_ -> lists:map(fun(T) ->" \
	"  try " function "(T, D) catch _:_ -> undefined end end, C) end"

/*
 * {Items, {{Size, Memory}, Owner, Disc}}: the items are nested, the last one first, with
 * the nodes where Mnesia runs at the bottom. Size and memory are asked of ETS and DETS,
 * as mnesia:table_info/2 does; those of an external backend would be asked of code that
 * is not OTP's. Disc: the same of disc_only_copies.
 */
#define EACH \
	"begin" \
	" E = fun(D) -> " OF_EACH("mnesia:table_info") " end," \
	" H = fun(D) -> " OF_EACH("ets:info") " end," \
	" lists:zip(lists:foldl(fun(D, B) -> lists:zip(E(D), B) end," \
	"  lists:duplicate(M, mnesia:system_info(running_db_nodes)), A)," \
	"  lists:zip3(lists:zip(H(size), H(memory)), H(owner)," \
	"  lists:zipwith(fun(T, disc_only_copies) ->" \
	"   try {dets:info(T, size), dets:info(T, file_size), dets:info(T, owner)}" \
	"   catch _:_ -> undefined end;" \
	"   (_, _) -> undefined end, C, E(storage_type)))) end"

static const char text[] = QUESTION_LISTING(
	"case " MNESIA_RUNS " of true -> mnesia:system_info(tables); _ -> [] end",
	EACH, "100");

static size_t bind(struct buf *b, const struct reading *r)
{
	question_bind(b, "A");
	etf_list(b, NITEMS);
	for (size_t i = 0; i < NITEMS; i++)
		etf_atom_s(b, items[i]);
	etf_nil(b);
	return 1;
}

/*
 * Lists of names.
 */

struct names {
	struct buf text;
	int64_t n;
};

static void names_add(struct names *names, const struct term *name)
{
	buf_str(&names->text, names->n++ ? ", " : "");
	term_name(&names->text, term_text(name));
}

static void names_set(struct names *names, struct table *t, size_t row, size_t column)
{
	if (names->n)
		table_set_text(t, row, column, buf_text(&names->text));
	buf_clear(&names->text);
}

void mnesia_set_names(struct table *t, size_t row, size_t column,
		      const struct term *list)
{
	struct names names = { 0 };

	if (list->type != TERM_LIST)
		return;
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].type == TERM_ATOM)
			names_add(&names, &list->items[i]);
	names_set(&names, t, row, column);
}

/* [{{Alias, Module}, [Node]}] */
static void set_external(struct table *t, size_t row, const struct term *list)
{
	struct names names = { 0 };

	for (size_t i = 0; list->type == TERM_LIST && i < list->n; i++) {
		const struct term *nodes = term_at(&list->items[i], 1);

		for (size_t k = 0; nodes->type == TERM_LIST && k < nodes->n; k++)
			names_add(&names, &nodes->items[k]);
	}
	names_set(&names, t, row, MNESIA_EXTERNAL_COPIES);
}

/* Positions in the record, 3 for the second attribute; or {Position, Kind}. */
static void set_index(struct table *t, size_t row, const struct term *list,
		      const struct term *attributes)
{
	struct names names = { 0 };

	for (size_t i = 0; list->type == TERM_LIST && i < list->n; i++) {
		const struct term *one = &list->items[i];
		int64_t at;

		if (one->type == TERM_TUPLE)
			one = term_at(one, 0);
		if (one->type == TERM_TUPLE && one->n == 1)
			one = term_at(one, 0); /* {Name}: an index of a plugin */
		if (term_int(one, &at) && at >= 2 && attributes->type == TERM_LIST)
			one = term_at(attributes, (size_t)at - 2);
		if (one->type == TERM_ATOM)
			names_add(&names, one);
	}
	names_set(&names, t, row, MNESIA_INDEX);
}

static bool is_among(const struct term *name, const struct term *list)
{
	for (size_t i = 0; list->type == TERM_LIST && i < list->n; i++)
		if (term_eq(name, &list->items[i]))
			return true;
	return false;
}

static void add_copies(struct names *stopped, int64_t *copies, const struct term *nodes,
		       const struct term *running)
{
	for (size_t i = 0; nodes->type == TERM_LIST && i < nodes->n; i++) {
		++*copies;
		if (!is_among(&nodes->items[i], running))
			names_add(stopped, &nodes->items[i]);
	}
}

static void set_copies(struct table *t, size_t row, const struct facts *f)
{
	const struct term *external = f->items[ITEM_EXTERNAL_COPIES];
	struct names stopped = { 0 };
	int64_t copies = 0;

	add_copies(&stopped, &copies, f->items[ITEM_RAM_COPIES], f->running);
	add_copies(&stopped, &copies, f->items[ITEM_DISC_COPIES], f->running);
	add_copies(&stopped, &copies, f->items[ITEM_DISC_ONLY_COPIES], f->running);
	for (size_t i = 0; external->type == TERM_LIST && i < external->n; i++)
		add_copies(&stopped, &copies, term_at(&external->items[i], 1),
			   f->running);
	table_set_int(t, row, MNESIA_COPIES, copies);
	names_set(&stopped, t, row, MNESIA_STOPPED);
}

/* ram_copies, unknown, {ext, Alias, Module} */
static void set_storage(struct table *t, size_t row, const struct term *value)
{
	if (term_is_atom(value, "unknown"))
		table_set_text(t, row, MNESIA_STORAGE, TEXT("remote"));
	else
		cell_set_name(t, row, MNESIA_STORAGE,
			      term_is_tuple(value, 3, "ext") ? term_at(value, 1) : value);
}

static void set_count(struct table *t, size_t row, size_t column,
		      const struct term *list)
{
	if (list->type == TERM_LIST)
		table_set_int(t, row, column, list->n);
}

static void set_content(struct reading *r, size_t row, const struct facts *f)
{
	struct table *t = r->table;
	const struct term *storage = f->items[ITEM_STORAGE];
	bool on_disk = term_is_atom(storage, "disc_only_copies");

	set_count(t, row, MNESIA_SUBSCRIBERS, f->items[ITEM_SUBSCRIBERS]);
	set_count(t, row, MNESIA_CHECKPOINTS, f->items[ITEM_CHECKPOINTS]);
	/* Of no other an ETS table of this name is Mnesia's. */
	if (!on_disk && !term_is_atom(storage, "ram_copies") &&
	    !term_is_atom(storage, "disc_copies"))
		return;
	cell_set_int(t, row, MNESIA_SIZE, f->size);
	cell_set_words(t, row, MNESIA_MEMORY, f->memory, on_disk ? 1 : r->word_bytes);
	pid_set(t, row, MNESIA_OWNER, f->owner, node_name(live_node(r->live)));
}

/* Why it was loaded: an atom, or a term of mnesia_loader's. */
static void set_loading(struct reading *r, size_t row, const struct facts *f)
{
	const struct term *from = f->items[ITEM_READ_FROM];
	const struct term *loaded = f->items[ITEM_LOADED_FROM];
	struct term_style style = {
		.home = node_name(live_node(r->live)),
		.syntax = r->syntax,
		.total = 100,
	};
	struct buf reason = { 0 };

	table_set_bool(r->table, row, MNESIA_LOADED,
		       from->type == TERM_ATOM && !term_is_atom(from, "nowhere"));
	if (!term_is_atom(from, "nowhere"))
		cell_set_name(r->table, row, MNESIA_READ_FROM, from);
	if (!term_is_atom(loaded, "unknown"))
		cell_set_name(r->table, row, MNESIA_LOADED_FROM, loaded);
	term_print(&reason, f->items[ITEM_LOAD_REASON], &style);
	table_set_text(r->table, row, MNESIA_LOAD_REASON, buf_text(&reason));
	buf_clear(&reason);
}

static void set_rest(struct table *t, size_t row, const struct facts *f)
{
	cell_set_name(t, row, MNESIA_TYPE, f->items[ITEM_TYPE]);
	cell_set_name(t, row, MNESIA_ACCESS, f->items[ITEM_ACCESS]);
	cell_set_int(t, row, MNESIA_LOAD_ORDER, f->items[ITEM_LOAD_ORDER]);
	cell_set_bool(t, row, MNESIA_MAJORITY, f->items[ITEM_MAJORITY]);
	cell_set_bool(t, row, MNESIA_LOCAL_CONTENT, f->items[ITEM_LOCAL_CONTENT]);
	cell_set_name(t, row, MNESIA_RECORD, f->items[ITEM_RECORD]);
	mnesia_set_names(t, row, MNESIA_ATTRIBUTES, f->items[ITEM_ATTRIBUTES]);
	mnesia_set_names(t, row, MNESIA_RAM_COPIES, f->items[ITEM_RAM_COPIES]);
	mnesia_set_names(t, row, MNESIA_DISC_COPIES, f->items[ITEM_DISC_COPIES]);
	mnesia_set_names(t, row, MNESIA_DISC_ONLY_COPIES,
			 f->items[ITEM_DISC_ONLY_COPIES]);
	mnesia_set_names(t, row, MNESIA_MASTER_NODES, f->items[ITEM_MASTER_NODES]);
}

/* False: it is not as EACH says. */
static bool read_facts(struct facts *f, const struct term *value)
{
	const struct term *nested = term_at(value, 0);
	const struct term *content = term_at(value, 1);

	for (size_t i = NITEMS; i-- > 0; nested = term_at(nested, 1)) {
		if (!term_is_tuple(nested, 2, NULL))
			return false;
		f->items[i] = term_at(nested, 0);
	}
	f->running = nested;
	f->size = term_at(term_at(content, 0), 0);
	f->memory = term_at(term_at(content, 0), 1);
	f->owner = term_at(content, 1);
	content = term_at(content, 2);
	if (content->type == TERM_TUPLE) {
		f->size = term_at(content, 0);
		f->memory = term_at(content, 1);
		f->owner = term_at(content, 2);
	}
	return true;
}

static size_t add_row(struct reading *r, const struct term *key, const struct term *value)
{
	struct facts f;

	if (key->type != TERM_ATOM || !read_facts(&f, value) ||
	    term_is_atom(f.items[ITEM_STORAGE], "undefined"))
		return TABLE_NONE;

	size_t row = table_add(r->table);

	cell_set_name(r->table, row, MNESIA_NAME, key);
	table_set_bool(r->table, row, MNESIA_SYSTEM,
		       text_is(key->text, "schema") ||
			       text_starts(key->text, "mnesia_"));
	set_storage(r->table, row, f.items[ITEM_STORAGE]);
	set_content(r, row, &f);
	set_loading(r, row, &f);
	set_copies(r->table, row, &f);
	set_external(r->table, row, f.items[ITEM_EXTERNAL_COPIES]);
	set_index(r->table, row, f.items[ITEM_INDEX], f.items[ITEM_ATTRIBUTES]);
	set_rest(r->table, row, &f);
	return row;
}

static const struct question question = {
	.text = text,
	.bind = bind,
	.row = add_row,
	.syntax = true,
	.answer_bytes = 1 << 20,
	.owner = MNESIA_OWNER,
	.owner_name = MNESIA_OWNER_NAME,
};

/*
 * Does it run?
 */

struct asking {
	struct live *live;
	struct request rq;       /* without its keys: all rows are few */
	const struct question *question;
	struct live_answer to;
};

static void answered(void *ctx, struct sample *sample, const struct err *err)
{
	struct live_answer to = *(struct live_answer *)ctx;

	free(ctx);
	if (sample && sample->table.nrows == 0)
		sample->note = TEXT("Mnesia does not run there");
	to.done(to.ctx, sample, err);
}

static void looked_for(void *ctx, const struct answer *a)
{
	struct asking k = *(struct asking *)ctx;
	struct live_answer *to = mem_zalloc(sizeof(*to));
	struct err err = { 0 };

	free(ctx);
	*to = k.to;
	if (a->kind == ANSWER_RETURN && a->value.type == TERM_PID) {
		question_ask(k.live, &k.rq, k.question, answered, to);
	} else if (a->kind == ANSWER_RETURN) {
		answered(to, sample_new(live_source(k.live), k.rq.schema, 0), NULL);
	} else {
		question_failed(a, "see whether Mnesia runs", &err);
		answered(to, NULL, &err);
	}
}

void mnesia_ask(struct live *l, const struct request *rq, const struct question *q,
		source_done *done, void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));
	struct buf args = { 0 };

	*k = (struct asking){ .live = l, .rq = *rq, .question = q, .to = { done, ctx } };
	k->rq.keys = NULL;
	k->rq.nkeys = 0;
	etf_list(&args, 1);
	etf_atom_s(&args, "mnesia_tm");
	etf_nil(&args);
	node_call(live_node(l), &(struct call){
		.module = "erlang",
		.function = "whereis",
		.args = buf_text(&args),
		.timeout_ns = rq->timeout_ns,
	}, looked_for, k);
	buf_clear(&args);
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	mnesia_ask(l, rq, &question, done, ctx);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema mnesia_schema = {
	.name = "mnesia",
	.tab = "ets",
	.help = "the tables of Mnesia: storage, size, memory, copies",
	.columns = columns,
	.ncolumns = MNESIA_NCOLUMNS,
	.key = MNESIA_NAME,
	.sort = "memory",
	.readers = &readers,
};

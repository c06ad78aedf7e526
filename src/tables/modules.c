/* The modules table: loaded code, asked in chunks. */
#include "tables/modules.h"

#include <string.h>

#include "tables/cell.h"
#include "tables/module_users.h"
#include "tables/question.h"

static const struct column columns[MODULES_NCOLUMNS] = {
	[MODULES_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"the module" },
	[MODULES_APPLICATION] = { "application", "APPLICATION", UNIT_NONE, COLUMN_LABEL,
		"application that its file lies in" },
	[MODULES_VERSION] = { "version", "VERSION", UNIT_NONE, COLUMN_LABEL,
		"its attribute vsn, by default a number made of the code; the VM makes "
		"atoms of all its attributes for that",
		COLUMN_WIDE | COLUMN_DEAR | COLUMN_ASKED },
	[MODULES_OLD] = { "old_code", "OLD", UNIT_NONE, COLUMN_LABEL,
		"whether the version before is still there" },
	[MODULES_EXPORTS] = { "exports", "EXPORTS", UNIT_COUNT, COLUMN_GAUGE,
		"functions that it exports", COLUMN_DEAR },
	[MODULES_PATH] = { "path", "PATH", UNIT_NONE, COLUMN_LABEL,
		"file that it was loaded from, or preloaded, or cover_compiled" },
	[MODULES_MD5] = { "md5", "MD5", UNIT_NONE, COLUMN_LABEL,
		"checksum of its code, without what only debugging needs", COLUMN_WIDE },
	[MODULES_STICKY] = { "sticky", "STICKY", UNIT_NONE, COLUMN_LABEL,
		"whether it is kept from being replaced (OTP 26)", COLUMN_WIDE },
	[MODULES_NIFS] = { "nifs", "NIFS", UNIT_COUNT, COLUMN_GAUGE,
		"functions that are native code", COLUMN_WIDE | COLUMN_DEAR },
	[MODULES_FUNCTIONS] = { "functions", "FUNCTIONS", UNIT_COUNT, COLUMN_GAUGE,
		"all its functions, local ones too",
		COLUMN_WIDE | COLUMN_DEAR | COLUMN_ASKED },
	[MODULES_SOURCE] = { "source", "SOURCE", UNIT_NONE, COLUMN_LABEL,
		"file that it was compiled from, where that was",
		COLUMN_WIDE | COLUMN_DEAR | COLUMN_ASKED },
	[MODULES_FILE_SIZE] = { "file_size", "FILE SIZE", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of its file; what all code takes in memory is in otoscope memory",
		COLUMN_WIDE | COLUMN_DEAR | COLUMN_ASKED },
	[MODULES_OLD_PROCESSES] = { "old_code_processes",
		"OLD PROCS", UNIT_COUNT, COLUMN_GAUGE,
		"processes that run its old code, or hold functions of it: each process "
		"of the node is asked",
		COLUMN_WIDE | COLUMN_DEAR | COLUMN_ASKED },
	[MODULES_OLD_PIDS] = { "old_code_pids", "OLD PIDS", UNIT_NONE, COLUMN_LABEL,
		"the first of them", COLUMN_WIDE | COLUMN_DEAR | COLUMN_ASKED },
};

/*
 * A: what is known by module: its path, and {sticky, Module}. The code server's table can
 * be read since OTP 26; before that it is asked, and not waited for.
 * B: what is asked about each.
 *
 * V(Item) is a list with the item of each module of the chunk. Of a module that is only
 * there as old code, or was unloaded meanwhile, get_module_info/2 fails: then, and only
 * then, each is asked by itself.
 */
static const char text[] =
	"D = lists:member(path, B),"
	"A = case D of false -> #{}; true ->"
	" try maps:from_list(ets:tab2list(code_server)) catch _:_ ->"
	" code_server ! {code_call, erlang:self(), all_loaded},"
	" receive {code_server, T} when erlang:is_list(T) -> maps:from_list(T);"
	" {code_server, _} -> #{}"
	" after 1000 -> #{} end end end,"
	"E = maps:is_key({sticky, lists}, A),"
	QUESTION_LISTING("erlang:loaded()",
		"begin"
		" S = fun(T) -> lists:duplicate(M, T) end,"
		" V = fun(T) -> case lists:member(T, B) of false -> S([]); true ->"
		"  try lists:zipwith(fun erlang:get_module_info/2, C, S(T))"
		"  catch _:_ -> lists:map(fun(Y) ->"
		"   try erlang:get_module_info(Y, T) catch _:_ -> [] end end, C)"
		"  end end end,"
		" Q = fun(T) -> lists:map(fun erlang:length/1, V(T)) end,"
		" X = lists:zipwith3(fun maps:get/3, C, S(A), S(undefined)),"
		" W = fun(T, Y) ->"
		"  lists:zipwith(fun proplists:get_value/2, S(T), V(Y)) end,"
		" H = case lists:member(file_size, B) of false -> S([]); true ->"
		"  lists:map(fun(T) -> try prim_file:read_file_info(T)"
		"   catch _:_ -> [] end end, X) end,"
		" lists:zip3("
		"  lists:zip3(lists:map(fun erlang:check_old_code/1, C), X,"
		"   case E of false -> S(undefined); true ->"
		"    lists:zipwith(fun maps:is_key/2, lists:zip(S(sticky), C), S(A))"
		"    end),"
		"  lists:zip3(W(vsn, attributes), V(md5), W(source, compile)),"
		"  lists:zip3(lists:zip(Q(exports), Q(functions)), Q(nifs), H))"
		" end",
		"100");

static void set_count(struct reading *r, size_t row, size_t column,
		      const struct term *value)
{
	if (r->columns & column_bit(column))
		cell_set_int(r->table, row, column, value);
}

/* [Version], or "Version": of one small number nobody knows which. */
static bool is_string(const struct term *value)
{
	int64_t c;

	return value->type == TERM_LIST &&
	       (value->n != 1 || (term_int(&value->items[0], &c) && c >= ' ' && c < 127));
}

static void set_version(struct reading *r, size_t row, const struct term *value)
{
	const struct term *first = is_string(value) ? value : term_at(value, 0);
	struct term_style style = { .depth = 4, .items = 8, .total = 100,
				    .syntax = r->syntax };
	struct buf shown = { 0 };

	if (term_is_atom(first, "undefined") || term_is_nil(first))
		return;
	cell_set_chars(r->table, row, MODULES_VERSION, first);
	if (!table_null(r->table, row, MODULES_VERSION))
		return;
	term_print(&shown, first, &style);
	table_set_text(r->table, row, MODULES_VERSION, buf_text(&shown));
	buf_clear(&shown);
}

static void set_md5(struct reading *r, size_t row, const struct term *value)
{
	struct buf hex = { 0 };

	if (value->type != TERM_BINARY || value->text.len != 16)
		return;
	for (size_t i = 0; i < value->text.len; i++)
		buf_printf(&hex, "%02x", (unsigned char)value->text.p[i]);
	table_set_text(r->table, row, MODULES_MD5, buf_text(&hex));
	buf_clear(&hex);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct text modules_application(struct text path)
{
	static const char above[] = "/ebin/";
	size_t end = path.len;
	size_t start;

	while (end > 0 && !text_starts(text_sub(path, end - 1, path.len), above))
		end--;
	if (end == 0)
		return (struct text){ 0 };
	start = --end;
	while (start > 0 && path.p[start - 1] != '/')
		start--;
	path = text_sub(path, start, end);
	for (size_t i = 1; i + 1 < path.len; i++)
		if (path.p[i] == '-' && is_digit(path.p[i + 1]))
			return text_sub(path, 0, i);
	return path;
}

static void set_path(struct reading *r, size_t row, const struct term *value)
{
	struct text application;

	if (value->type == TERM_ATOM) {
		if (term_is_atom(value, "undefined"))
			return;
		cell_set_name(r->table, row, MODULES_PATH, value);
		if (term_is_atom(value, "preloaded"))
			table_set_text(r->table, row, MODULES_APPLICATION, TEXT("erts"));
		return;
	}
	cell_set_chars(r->table, row, MODULES_PATH, value);
	application = modules_application(table_text(r->table, row, MODULES_PATH));
	if (application.len > 0)
		table_set_text(r->table, row, MODULES_APPLICATION, application);
}

/* {{OldCode, Path, Sticky}, {Version, Md5, Source}, {{Exports, Functions}, Nifs,
 * FileInfo}} */
static size_t add_row(struct reading *r, const struct term *key, const struct term *value)
{
	const struct term *file = term_at(value, 0);
	const struct term *info = term_at(value, 1);
	const struct term *counts = term_at(value, 2);
	size_t row;

	if (key->type != TERM_ATOM || !term_is_tuple(value, 3, NULL) ||
	    !term_is_tuple(file, 3, NULL) || !term_is_tuple(info, 3, NULL) ||
	    !term_is_tuple(counts, 3, NULL))
		return TABLE_NONE;
	row = table_add(r->table);
	cell_set_name(r->table, row, MODULES_NAME, key);
	cell_set_bool(r->table, row, MODULES_OLD, &file->items[0]);
	set_path(r, row, &file->items[1]);
	cell_set_bool(r->table, row, MODULES_STICKY, &file->items[2]);
	set_version(r, row, &info->items[0]);
	set_md5(r, row, &info->items[1]);
	cell_set_chars(r->table, row, MODULES_SOURCE, &info->items[2]);
	set_count(r, row, MODULES_EXPORTS, term_at(&counts->items[0], 0));
	set_count(r, row, MODULES_FUNCTIONS, term_at(&counts->items[0], 1));
	set_count(r, row, MODULES_NIFS, &counts->items[1]);
	/* {ok, {file_info, Size, ...}} */
	if (term_is_tuple(&counts->items[2], 2, "ok"))
		set_count(r, row, MODULES_FILE_SIZE,
			  term_at(term_at(&counts->items[2], 1), 1));
	return row;
}

/* column_bit() for constant tables. */
#define BIT(column) (UINT64_C(1) << (column))

/* What is asked, by the columns that need it. */
static const struct {
	const char *item;
	uint64_t columns;
} items[] = {
	{ "path", BIT(MODULES_PATH) | BIT(MODULES_APPLICATION) |
			  BIT(MODULES_STICKY) | BIT(MODULES_FILE_SIZE) },
	{ "attributes", BIT(MODULES_VERSION) },
	{ "md5", BIT(MODULES_MD5) },
	{ "compile", BIT(MODULES_SOURCE) },
	{ "exports", BIT(MODULES_EXPORTS) },
	{ "functions", BIT(MODULES_FUNCTIONS) },
	{ "nifs", BIT(MODULES_NIFS) },
	{ "file_size", BIT(MODULES_FILE_SIZE) },
};

static size_t bind_items(struct buf *b, const struct reading *r)
{
	size_t n = 0;

	question_bind(b, "B");
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		n += (r->columns & items[i].columns) != 0;
	etf_list(b, n);
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		if (r->columns & items[i].columns)
			etf_atom_s(b, items[i].item);
	etf_nil(b);
	return 1;
}

static const struct question question = {
	.text = text,
	.answer_bytes = 1 << 20,
	.syntax = true,
	.bind = bind_items,
	.row = add_row,
};

#define USERS (BIT(MODULES_OLD_PROCESSES) | BIT(MODULES_OLD_PIDS))

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	if (rq->columns & USERS)
		module_users_ask(l, rq, &question, done, ctx);
	else
		question_ask(l, rq, &question, done, ctx);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema modules_schema = {
	.name = "modules",
	.tab = "applications",
	.help = "the loaded modules",
	.columns = columns,
	.ncolumns = MODULES_NCOLUMNS,
	.key = MODULES_NAME,
	.sort = "name",
	.readers = &readers,
};

/* The environment table: one answer of the node, with its secrets masked, as rows. */
#include "tables/environment.h"

#include "base/secret.h"
#include "tables/cell.h"
#include "tables/question.h"

/* Of a word; one that has more was cut there on the target. */
#define WORD_CHARS 4096

/* The characters of all variables while they are lists, and what is kept of them. */
#define HEAP_WORDS ((size_t)2 << 20)

static const struct column columns[] = {
	[ENVIRONMENT_KIND] = { "kind", "KIND", UNIT_NONE, COLUMN_LABEL,
		"variable, argument, extra (behind -extra), emulator, limit or boot" },
	[ENVIRONMENT_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"name of the variable, flag or limit" },
	[ENVIRONMENT_VALUE] = { "value", "VALUE", UNIT_NONE, COLUMN_LABEL,
		"its value, with \"[redacted]\" in place of secrets" },
	[ENVIRONMENT_NUMBER] = { "number", "NO", UNIT_NONE, COLUMN_LABEL,
		"its place in the table: flags may be repeated", COLUMN_ASKED },
};

static const char text[] =
	"F = fun(E) -> try E() catch _:_ -> [] end end,"
	"S = fun(L) -> lists:sublist(L, 4097) end,"
	"exit([F(fun() -> [S(A) || A <- lists:sublist(os:getenv(), 4000)] end),"
	" F(fun() -> [{A, [S(B) || B <- lists:sublist(C, 100)]}"
	" || {A, C} <- lists:sublist(init:get_arguments(), 1000)] end),"
	" F(fun() -> [S(A) ||"
	" A <- lists:sublist(init:get_plain_arguments(), 1000)] end),"
	" F(fun() -> [S(A) ||"
	" A <- lists:sublist(erlang:system_info(emu_args), 1000)] end),"
	" F(fun() -> {ok, B} = prim_file:read_file(\"/proc/self/limits\"), B end),"
	" F(fun() -> init:script_id() end)]).";

/* A text from the node, and whether it goes on there. */
struct word {
	struct text chars;
	bool cut;
};

static bool value_of(const struct term *t, struct arena *a, struct word *v)
{
	v->cut = t->type == TERM_LIST && t->n > WORD_CHARS;
	return term_chars(t, a, &v->chars);
}

/* value has no secrets any more. */
static void add_row(struct table *t, const char *kind, struct text name,
		    struct text value)
{
	size_t row = table_add(t);

	table_set_int(t, row, ENVIRONMENT_NUMBER, (int64_t)row + 1);
	table_set_text(t, row, ENVIRONMENT_KIND, text_of(kind));
	cell_set_escaped(t, row, ENVIRONMENT_NAME, name);
	cell_set_escaped(t, row, ENVIRONMENT_VALUE, value);
}

static void add_masked(struct buf *out, struct text name, const struct word *v)
{
	secret_mask(out, name, v->chars, v->cut);
	if (v->cut)
		buf_str(out, "...");
}

/* "NAME=VALUE" */
static void add_variable(struct table *t, const struct term *term)
{
	struct buf shown = { 0 };
	struct word v;
	struct text name;

	if (!value_of(term, t->arena, &v))
		return;
	name = text_sub(v.chars, 0, text_chr(v.chars, '='));
	v.chars = text_sub(v.chars, name.len + 1, v.chars.len);
	add_masked(&shown, name, &v);
	add_row(t, "variable", name, buf_text(&shown));
	buf_clear(&shown);
}

/* Words of a command line from at on; a secret is told by the word before it. */
static void add_words(struct table *t, const char *kind, struct text name,
		      const struct term *list, size_t from, size_t to)
{
	struct buf called = { 0 }; /* a flag may have its value in its name: -token=x */
	struct buf shown = { 0 };
	struct text before = name;

	for (size_t i = from; i < to; i++) {
		struct word v;

		if (!value_of(&list->items[i], t->arena, &v))
			continue;
		if (buf_len(&shown))
			buf_char(&shown, ' ');
		add_masked(&shown, before, &v);
		if (!secret_setting(name))
			before = v.chars;
	}
	secret_mask(&called, TEXT(""), name, false);
	add_row(t, kind, buf_text(&called), buf_text(&shown));
	buf_clear(&called);
	buf_clear(&shown);
}

/* {Flag, [Word, ...]} */
static void add_argument(struct table *t, const struct term *term)
{
	if (term_is_tuple(term, 2, NULL) && term->items[0].type == TERM_ATOM &&
	    term_is_list(&term->items[1]))
		add_words(t, "argument", term->items[0].text, &term->items[1], 0,
			  term->items[1].n);
}

/* The emulator's own flags stand in front of "--", with '-' in place of '+'. */
static void add_emulator(struct table *t, const struct term *list)
{
	struct word v;

	for (size_t i = 1, next; i < list->n; i = next) {
		struct buf name = { 0 };

		next = i + 1;
		if (!value_of(&list->items[i], t->arena, &v) ||
		    text_is(v.chars, "--"))
			return;
		buf_printf(&name, "+%.*s", TEXT_ARG(text_sub(v.chars, 1, v.chars.len)));
		while (next < list->n && value_of(&list->items[next], t->arena, &v) &&
		       !text_starts(v.chars, "-"))
			next++;
		add_words(t, "emulator", buf_text(&name), list, i + 1, next);
		buf_clear(&name);
	}
}

/* A line of /proc/PID/limits, see proc(5): the name in 26 columns, then what holds, the
 * most that it may be set to, and the unit. */
static void add_limit(struct table *t, struct text line)
{
	struct text name = text_trim(text_sub(line, 0, 26));
	struct text rest = text_sub(line, 26, line.len);
	struct buf shown = { 0 };
	struct text soft;
	struct text hard;
	struct text unit = { 0 };

	if (text_starts(line, "Limit ") || !text_word(&rest, &soft) ||
	    !text_word(&rest, &hard))
		return;
	text_word(&rest, &unit);
	buf_printf(&shown, "%.*s of at most %.*s %.*s", TEXT_ARG(soft), TEXT_ARG(hard),
		   TEXT_ARG(unit));
	add_row(t, "limit", name, text_trim(buf_text(&shown)));
	buf_clear(&shown);
}

static void add_limits(struct table *t, const struct term *file)
{
	struct text rest;
	struct text line;

	if (!term_chars(file, t->arena, &rest))
		return;
	while (text_cut(&rest, '\n', &line))
		add_limit(t, line);
}

/* {Name, Version} of the release. */
static void add_boot(struct table *t, const struct term *id)
{
	struct word name;
	struct word version;

	if (term_is_tuple(id, 2, NULL) && value_of(&id->items[0], t->arena, &name) &&
	    value_of(&id->items[1], t->arena, &version))
		add_row(t, "boot", name.chars, version.chars);
}

static void add_each(struct table *t, const struct term *list,
		     void (*add)(struct table *t, const struct term *one))
{
	for (size_t i = 0; term_is_list(list) && i < list->n; i++)
		add(t, &list->items[i]);
}

static bool rows(struct reading *r, const struct term *value)
{
	const struct term *parts = value->items;
	struct table *t = r->table;

	if (!term_is_list(value) || value->n != 6)
		return false;
	add_boot(t, &parts[5]);
	add_each(t, &parts[1], add_argument);
	if (term_is_list(&parts[2]) && parts[2].n)
		add_words(t, "extra", TEXT("extra"), &parts[2], 0, parts[2].n);
	if (term_is_list(&parts[3]))
		add_emulator(t, &parts[3]);
	add_each(t, &parts[0], add_variable);
	add_limits(t, &parts[4]);
	return true;
}

static const struct question question = {
	.text = text,
	.answer_bytes = (size_t)1 << 20,
	.heap_words = HEAP_WORDS,
	.rows = rows,
};

static const struct readers readers = {
	.live = question_live,
	.question = &question,
};

const struct schema environment_schema = {
	.name = "environment",
	.tab = "system",
	.help = "what the node was started with: variables, arguments, flags",
	.columns = columns,
	.ncolumns = sizeof(columns) / sizeof(columns[0]),
	.key = ENVIRONMENT_NUMBER,
	.on_demand = true,
	.readers = &readers,
};

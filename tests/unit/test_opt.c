/* Options: where they may stand, what they take, how they are refused. */

#include "unit.h"

#include <string.h>

#include "cmd/opt.h"

/* A command line, cut at blanks; a word in quotes keeps its blanks. */
struct line {
	char text[1024];
	char *argv[64];
	int argc;
	struct arena arena;
	struct options o;
	struct words words;
	struct err err;
	bool ok;
};

static void split(struct line *l, const char *text)
{
	char *p = l->text;

	snprintf(l->text, sizeof(l->text), "%s", text);
	while (*p) {
		char end = *p == '\'' ? '\'' : ' ';

		p += end == '\'';
		l->argv[l->argc++] = p;
		p += strcspn(p, end == '\'' ? "'" : " ");
		if (*p)
			*p++ = '\0';
		p += strspn(p, " ");
	}
}

static void parse(struct line *l, const char *text)
{
	*l = (struct line){ 0 };
	split(l, text);
	l->ok = options_parse(&l->o, l->argc, l->argv, &l->words, &l->arena, &l->err);
	if (!l->ok)
		assert_int_equal(l->err.kind, ERR_USAGE);
}

static void assert_words(const char *text, const char *want)
{
	struct line l;
	struct buf b = { 0 };

	parse(&l, text);
	if (!l.ok)
		print_error("%s\n", l.err.what);
	assert_true(l.ok);
	for (size_t i = 0; i < l.words.n; i++)
		buf_printf(&b, "%s%.*s", i ? "|" : "", TEXT_ARG(l.words.at[i]));
	assert_string_equal(buf_cstr(&b), want);
	buf_clear(&b);
	arena_clear(&l.arena);
}

static void options_may_stand_anywhere(void **state)
{
	assert_words("ps shop --sort memory", "ps|shop");
	assert_words("--sort memory ps --redact shop", "ps|shop");
	assert_words("-n 5 ps -n5 shop -n=5", "ps|shop");
	assert_words("ps --sort=memory shop", "ps|shop");
	assert_words("state -- --odd-name -n", "state|--odd-name|-n");
	assert_words("a -", "a|-");
	assert_words("", "");
}

static void values_are_read(void **state)
{
	struct line l;

	parse(&l,
	      "ps --window 250ms --watch=2s --timeout 1m -n 7 --port 9100 --syntax elixir --format jsonl "
	      "--color never --where 'memory > 1MB' --where 'name = x' --columns a,b --columns c "
	      "--sort +memory --source a@b --source c --cookie-file f --host h --redact");
	assert_true(l.ok);
	assert_true(l.o.window_ns == 250000000 && l.o.watch_ns == 2000000000 &&
		    l.o.timeout_ns == 60000000000);
	assert_int_equal(l.o.limit, 7);
	assert_int_equal(l.o.port, 9100);
	assert_int_equal(l.o.syntax, SYNTAX_ELIXIR);
	assert_string_equal(l.o.format->name, "jsonl");
	assert_int_equal(l.o.color, WHEN_NEVER);
	assert_int_equal(l.o.where.n, 2);
	assert_true(text_is(l.o.where.at[0], "memory > 1MB"));
	assert_int_equal(l.o.columns.n, 3);
	assert_true(text_is(l.o.columns.at[2], "c"));
	assert_true(text_is(l.o.sort, "+memory"));
	assert_int_equal(l.o.sources.n, 2);
	assert_string_equal(l.o.cookie_file, "f");
	assert_string_equal(l.o.host, "h");
	assert_true(l.o.redact && !l.o.ascii);
	assert_true(options_given(&l.o, "n") && options_given(&l.o, "redact"));
	assert_false(options_given(&l.o, "ascii"));
	arena_clear(&l.arena);
}

static void many_of_one_kind(void **state)
{
	struct line l;

	parse(&l, "ps --columns a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q --columns 'r, s'");
	assert_true(l.ok);
	assert_int_equal(l.o.columns.n, 19);
	assert_true(text_is(l.o.columns.at[0], "a") && text_is(l.o.columns.at[18], "s"));
	arena_clear(&l.arena);
}

static void assert_refused(const char *text, const char *what, const char *hint)
{
	struct line l;

	parse(&l, text);
	assert_false(l.ok);
	if (!strstr(l.err.what, what) || !strstr(l.err.hint, hint))
		print_error("%s\n%s\n", l.err.what, l.err.hint);
	assert_non_null(strstr(l.err.what, what));
	assert_non_null(strstr(l.err.hint, hint));
	arena_clear(&l.arena);
}

static void says_what_is_wrong(void **state)
{
	assert_refused("ps --srot x", "no option '--srot'", "did you mean --sort?");
	assert_refused("ps --xyzzy", "no option '--xyzzy'", "otoscope help");
	assert_refused("ps -q", "no option '-q'", "otoscope help");
	assert_refused("ps --n 5", "no option '--n'", "");
	assert_refused("ps --cookie sesame", "no option '--cookie'",
		       "--cookie-file or $OTOSCOPE_COOKIE");
	assert_refused("ps --sort", "--sort needs a value: COL", "");
	assert_refused("ps -n", "-n needs a value", "");
	assert_refused("ps --redact=yes", "--redact takes no value", "");
	assert_refused("ps -n x", "-n: 'x' is not a number", "");
	assert_refused("ps -n -1", "-n: '-1' is not a number", "");
	assert_refused("ps -n 5000000000", "-n: '5000000000' is not a number", "");
	assert_refused("ps --port 0", "--port: '0' is not a number from 1 to 65535", "");
	assert_refused("ps --port 65536", "--port: ", "");
	assert_refused("ps --window 0s", "--window: '0s' is no time", "");
	assert_refused("ps --window soon", "--window: 'soon' is not a duration", "250ms");
	assert_refused("ps --format jsn", "--format: there is no format 'jsn'",
		       "did you mean json?");
	assert_refused("ps --syntax perl", "--syntax: 'perl' is not erlang or elixir",
		       "");
	assert_refused("ps --color red", "--color: 'red' is not auto, always or never",
		       "");
	assert_refused("ps --columns a,,b", "--columns: a name is missing", "");
	assert_refused("ps --columns a,", "--columns: a name is missing", "");
	assert_refused("ps --sort=", "--sort: the value is empty", "");
}

static void a_command_takes_only_its_options(void **state)
{
	struct line l;
	struct err err = { 0 };

	parse(&l, "nodes --window 1s");
	assert_true(options_check(&l.o, "ps", OPTIONS_SAMPLE, &err));
	assert_false(options_check(&l.o, "nodes", OPTIONS_TABLE | OPTIONS_OUTPUT, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.what, "nodes does not take --window");
	arena_clear(&l.arena);
	parse(&l, "version --verbose --help -n 5");
	assert_false(options_check(&l.o, "version", 0, &err));
	assert_string_equal(err.what, "version does not take -n");
	arena_clear(&l.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_may_stand_anywhere),
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(many_of_one_kind),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(a_command_takes_only_its_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

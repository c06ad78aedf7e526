/* Which word is the source: every sentence of the rules, on made-up commands. */

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/words.h"

#define COMMAND(n, a, r, m)                                               \
	{                                                                 \
		.name = (n), .arguments = (a), .options = OPTIONS_SOURCE, \
		.required = (r), .most = (m)                              \
	}

static const struct command ps = COMMAND("ps", NULL, 0, 0);
static const struct command state_command = COMMAND("state", "PID", 1, 1);
static const struct command call = COMMAND("call", "'M:F(ARGS)'", 1, 1);
static const struct command info = COMMAND("info", "[PID]", 0, 1);
static const struct command trace = COMMAND("trace", "EXPR...", 1, 1000);
static const struct command leaks = {
	.name = "leaks", .arguments = "binary", .options = OPTIONS_SOURCE,
	.keyword = true, .required = 1, .most = 1,
};
static const struct command help = { .name = "help",
				     .arguments = "[COMMAND]",
				     .most = 1 };

/* The port mapper of the tests knows one name. */
static bool known(void *ctx, struct text name)
{
	(*(int *)ctx)++;
	return text_is(name, "shop");
}

/* "SOURCE|argument|argument", or the error; a '?' in front of an argument that would be a
 * source, if a node had that name. */
static void assert_sorted_with(const struct command *c, struct options o,
			       const char *line, const char *want, int questions)
{
	struct arena arena = { 0 };
	struct machine m = { .root = "" };
	struct words words = { 0 };
	struct invocation in;
	struct err err = { 0 };
	struct buf got = { 0 };
	struct text rest = text_of(line);
	struct text word;
	int asked = 0;

	while (text_cut(&rest, '|', &word))
		words_add(&words, word, &arena);
	if (words_sort(&in, c, &words, &o, &m, known, &asked, &arena, &err)) {
		for (size_t i = 0; i < o.sources.n; i++)
			buf_printf(&got, "%s%.*s", i ? "+" : "",
				   TEXT_ARG(o.sources.at[i]));
		for (size_t i = 0; i < in.args.n; i++)
			buf_printf(&got, "|%s%.*s", i == 0 && in.guessed ? "?" : "",
				   TEXT_ARG(in.args.at[i]));
	} else {
		assert_int_equal(err.kind, ERR_USAGE);
		buf_str(&got, err.what);
	}
	if (strcmp(buf_cstr(&got), want) != 0)
		print_error("%s %s\n", c->name, line);
	assert_string_equal(buf_cstr(&got), want);
	assert_int_equal(asked, questions);
	buf_clear(&got);
	arena_clear(&arena);
}

static void assert_sorted(const struct command *c, const char *line, const char *want)
{
	assert_sorted_with(c, (struct options){ 0 }, line, want, 0);
}

static void sure_forms_are_sources(void **state)
{
	assert_sorted(&ps, "shop@web1", "shop@web1");
	assert_sorted(&ps, "shop@10.0.0.1", "shop@10.0.0.1");
	assert_sorted(&ps, "shop@::1", "shop@::1");
	assert_sorted(&ps, "os:17", "os:17");
	assert_sorted(&ps, "/no/such/file", "/no/such/file");
	assert_sorted(&ps, "./x", "./x");
	assert_sorted(&ps, "../x", "../x");
	assert_sorted(&info, "shop@web1|0.81.0", "shop@web1|0.81.0");
	assert_sorted(&trace, "os:17|Mod.fun/1|b", "os:17|Mod.fun/1|b");
	/* Also when that leaves the command without what it requires. */
	assert_sorted(&state_command, "shop@web1", "state needs PID");
	assert_sorted(&state_command, "os:17", "state needs PID");
}

static void a_keyword_is_never_a_source(void **state)
{
	assert_sorted(&leaks, "binary", "|binary");
	assert_sorted(&leaks, "binary|shop@web1", "shop@web1|binary");
	assert_sorted(&leaks, "shop@web1|binary", "shop@web1|binary");
	assert_sorted(&leaks, "binary|shop", "shop|binary");
	assert_sorted(&leaks, "shop|binary", "shop|binary");
	assert_sorted(&leaks, "binary|binary", "binary|binary");
	assert_sorted(&leaks, "memory", "|memory");
}

static void an_existing_file_is_a_source(void **state)
{
	char folder[] = "/tmp/otoscope-words-XXXXXX";
	char *was = getcwd(NULL, 0);
	FILE *f;

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	f = fopen("monday.oto", "w");
	assert_non_null(f);
	fclose(f);
	assert_sorted(&state_command, "monday.oto|0.1.0", "monday.oto|0.1.0");
	assert_sorted(&info, "monday.oto", "monday.oto");
	assert_sorted(&state_command, "monday.oto", "state needs PID");
	remove("monday.oto");
	/* And one that is not there is a bare name. */
	assert_sorted(&state_command, "monday.oto", "|monday.oto");
	assert_int_equal(chdir(was), 0);
	rmdir(folder);
	free(was);
}

static void a_bare_name_is_a_source_when_more_words_follow_than_required(void **state)
{
	assert_sorted(&state_command, "shop|0.81.0", "shop|0.81.0");
	assert_sorted(&state_command, "shop|my_server", "shop|my_server");
	assert_sorted(&state_command, "my_server", "|my_server");
	assert_sorted(&state_command, "0.81.0", "|0.81.0");
	assert_sorted(&call, "shop|lists:sum([1])", "shop|lists:sum([1])");
}

static void a_bare_name_is_a_source_when_nothing_is_required(void **state)
{
	assert_sorted(&ps, "shop", "shop");
	assert_sorted(&ps, "anything", "anything");
	assert_sorted(&ps, "shop|more", "ps does not know what to do with 'more'");
}

static void with_optional_or_repeated_arguments_the_port_mapper_decides(void **state)
{
	struct options none = { 0 };

	assert_sorted_with(&info, none, "shop", "shop", 1);
	assert_sorted_with(&info, none, "my_server", "|?my_server", 1);
	assert_sorted_with(&info, none, "shop|my_server", "shop|my_server", 1);
	assert_sorted_with(&info, none, "my_server|x",
			   "info does not know what to do with 'x'", 1);
	assert_sorted_with(&trace, none, "shop|lists:sum", "shop|lists:sum", 1);
	assert_sorted_with(&trace, none, "sum|size", "|?sum|size", 1);
	assert_sorted_with(&trace, none, "shop", "trace needs EXPR...", 1);
	assert_sorted_with(&info, none, "", "", 0);
}

static void odd_words_are_never_bare_names(void **state)
{
	assert_sorted(&info, "<0.81.0>", "|<0.81.0>");
	assert_sorted(&info, "{global,shop}", "|{global,shop}");
	assert_sorted(&state_command, "<0.81.0>|x",
		      "state does not know what to do with 'x'");
	assert_sorted(&trace, "lists:sum/1|shop", "|lists:sum/1|shop");
	assert_sorted(&trace, "Enum.sum( x )|shop", "|Enum.sum( x )|shop");
	assert_sorted(&ps, "a b", "ps does not know what to do with 'a b'");
	/* An '@' alone makes no node's name. */
	assert_sorted(&call, "m:f('a@b')", "|m:f('a@b')");
	assert_sorted(&call, "IO.puts(\"me@home\")", "|IO.puts(\"me@home\")");
	assert_sorted(&call, "os:cmd(\"x\")", "|os:cmd(\"x\")");
	assert_sorted(&call, "os:timestamp()", "|os:timestamp()");
	assert_sorted(&state_command, "@x", "|@x");
	assert_sorted(&state_command, "x@", "|x@");
	assert_sorted(&state_command, "os:0", "|os:0");
}

static void the_option_settles_it(void **state)
{
	struct options o = { 0 };
	struct arena arena = { 0 };

	words_add(&o.sources, TEXT("shop@web1"), &arena);
	assert_sorted_with(&state_command, o, "shop", "shop@web1|shop", 0);
	assert_sorted_with(&info, o, "shop", "shop@web1|shop", 0);
	assert_sorted_with(&state_command, o, "a@b", "shop@web1|a@b", 0);
	assert_sorted_with(&ps, o, "shop", "ps does not know what to do with 'shop'", 0);
	words_add(&o.sources, TEXT("shop@web2"), &arena);
	assert_sorted_with(&ps, o, "", "shop@web1+shop@web2", 0);
	arena_clear(&arena);
}

static void some_commands_have_no_source(void **state)
{
	assert_sorted(&help, "ps", "|ps");
	assert_sorted(&help, "a@b", "|a@b");
	assert_sorted(&help, "ps|info", "help does not know what to do with 'info'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sure_forms_are_sources),
		cmocka_unit_test(a_keyword_is_never_a_source),
		cmocka_unit_test(an_existing_file_is_a_source),
		cmocka_unit_test(
			a_bare_name_is_a_source_when_more_words_follow_than_required),
		cmocka_unit_test(a_bare_name_is_a_source_when_nothing_is_required),
		cmocka_unit_test(
			with_optional_or_repeated_arguments_the_port_mapper_decides),
		cmocka_unit_test(odd_words_are_never_bare_names),
		cmocka_unit_test(the_option_settles_it),
		cmocka_unit_test(some_commands_have_no_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

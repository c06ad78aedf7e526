/*
 * What becomes of texts: tests/match/NAME.cases, groups of lines with a blank line
 * between them. The first is the text, the others what is said of it:
 *
 *   maps:get/2 return            the function, when one is named, and its words
 *   [{['_','_'],[],[]}]          the specification
 *   warning: 8: ...              and what is warned of, with its column
 *   error: 8: ...                or what is wrong with it, with its column
 *   hint: ...                    and what to try
 *   absent: r                    or a record that is not known
 *
 * A line that begins with "# " is for the reader. With CASES_UPDATE=1 in the environment
 * the files are written anew, with what is said now: read the difference. tests/match/
 * reference compares them with ms_transform.
 */
#include "unit.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/match.h"

static const struct text r_fields[] = { TEXT_INIT("a"), TEXT_INIT("b"), TEXT_INIT("c") };
static const struct match_record records[] = {
	{ .module = TEXT_INIT("m"), .name = TEXT_INIT("r"), .fields = r_fields, .nfields = 3 },
	{ .module = TEXT_INIT("m"), .name = TEXT_INIT("s") },
};
static const struct match_options options = { .records = records, .nrecords = 2 };

static size_t column(struct text t, size_t at)
{
	size_t n = 1;
	uint32_t c;

	for (size_t i = 0; i < at && i < t.len; n++)
		i += utf8_next(t, i, &c);
	return n;
}

static void say_function(struct buf *out, const struct match *m)
{
	static const char *const words[] = { "return", "stack", "time", "count" };

	term_mfa(out, m->module.len > 0 ? m->module : TEXT("_"),
		 m->function.len > 0 ? m->function : TEXT("_"), m->arity, m->syntax);
	for (size_t i = 0; i < 4; i++) {
		if (m->words & 1u << i)
			buf_printf(out, " %s", words[i]);
	}
	buf_char(out, '\n');
}

static void say_match(struct buf *out, struct text t, const struct match *m)
{
	if (m->named)
		say_function(out, m);
	match_print(out, &m->spec, m->syntax);
	buf_char(out, '\n');
	for (size_t i = 0; i < m->nwarnings; i++)
		buf_printf(out, "warning: %zu: %.*s\n", column(t, m->warnings[i].at),
			   TEXT_ARG(m->warnings[i].what));
}

/* "what: line 1, column 8" as "error: 8: what". */
static void say_error(struct buf *out, const struct match *m, const struct err *err)
{
	const char *place = strstr(err->what, ": line 1, column ");

	if (err->kind == ERR_ABSENT)
		buf_printf(out, "absent: %.*s\n", TEXT_ARG(m->record));
	else if (place)
		buf_printf(out, "error: %s: %.*s\n", place + strlen(": line 1, column "),
			   (int)(place - err->what), err->what);
	else
		buf_printf(out, "error: %s\n", err->what);
	if (err->hint[0])
		buf_printf(out, "hint: %s\n", err->hint);
}

static void say(struct arena *a, struct buf *out, struct text t)
{
	struct match m;
	struct err err = { 0 };

	if (match_compile(a, t, &options, &m, &err))
		say_match(out, t, &m);
	else
		say_error(out, &m, &err);
}

static char *read_all(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	struct buf b = { 0 };
	char part[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	*len = buf_len(&b);
	buf_char(&b, '\0');
	return b.data;
}

/* One group: its comments and its text go to *out, and what is said now. Returns whether
 * that is what stands there. */
static bool run_group(struct text group, struct buf *out, struct text *text)
{
	struct arena a = { 0 };
	struct text line = { 0 };
	struct buf now = { 0 };
	bool same;

	*text = (struct text){ 0 };
	while (text_cut(&group, '\n', &line) && text_starts(line, "# "))
		buf_printf(out, "%.*s\n", TEXT_ARG(line));
	if (line.len == 0 || text_starts(line, "# "))
		return true;
	*text = line;
	buf_printf(out, "%.*s\n", TEXT_ARG(line));
	say(&a, &now, line);
	buf_text_add(out, buf_text(&now));
	same = text_eq(text_trim(buf_text(&now)), text_trim(group));
	if (!same)
		print_error("%.*s\n  was said:\n%s  expected:\n%.*s\n\n", TEXT_ARG(line),
			    buf_cstr(&now), TEXT_ARG(group));
	buf_clear(&now);
	arena_clear(&a);
	return same;
}

/* Returns how many groups are not as they should be. */
static size_t run_file(const char *path, size_t *count)
{
	size_t len;
	char *bytes = read_all(path, &len);
	struct text rest = { bytes, len };
	struct buf out = { 0 };
	size_t wrong = 0;

	while (rest.len > 0) {
		size_t end = text_find(rest, TEXT("\n\n"));
		struct text text;

		if (buf_len(&out) > 0)
			buf_char(&out, '\n');
		wrong += !run_group(text_sub(rest, 0, end), &out, &text);
		*count += text.len > 0;
		rest = text_sub(rest, end + 2, rest.len);
	}
	if (getenv("CASES_UPDATE")) {
		FILE *f = fopen(path, "wb");

		assert_non_null(f);
		fwrite(buf_text(&out).p, 1, buf_len(&out), f);
		fclose(f);
		wrong = 0;
	}
	free(bytes);
	buf_clear(&out);
	return wrong;
}

static void test_cases(void **state)
{
	glob_t found;
	size_t wrong = 0;
	size_t count = 0;

	assert_int_equal(glob("tests/match/*.cases", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		size_t here = run_file(found.gl_pathv[i], &count);

		if (here > 0)
			print_error("%s: %zu cases\n", found.gl_pathv[i], here);
		wrong += here;
	}
	globfree(&found);
	assert_true(count > 0);
	assert_int_equal(wrong, 0);
}

/* Where a hint is a whole text, that one compiles. Returns whether it is one. */
static bool run_hint(struct text group)
{
	struct text line = { 0 };
	struct text text = { 0 };
	struct arena a = { 0 };
	struct match m;
	struct err err = { 0 };

	while (text_cut(&group, '\n', &line)) {
		if (text.len == 0 && !text_starts(line, "# "))
			text = line;
		if (text_starts(line, "hint: write "))
			break;
	}

	if (text.len == 0 || !text_starts(line, "hint: write "))
		return false;

	struct text hint = text_sub(line, strlen("hint: write "), line.len);
	bool whole = 3 * hint.len > 2 * text.len &&
		     (hint.p[0] == text.p[0] || hint.p[0] == ':') &&
		     text_find(hint, TEXT("...")) == hint.len;

	if (whole && !match_compile(&a, hint, &options, &m, &err))
		fail_msg("%.*s: %s", TEXT_ARG(line), err.what);
	arena_clear(&a);
	return whole;
}

static void test_hints(void **state)
{
	size_t len;
	size_t count = 0;
	char *bytes = read_all("tests/match/slips.cases", &len);
	struct text rest = { bytes, len };

	while (rest.len > 0) {
		size_t end = text_find(rest, TEXT("\n\n"));

		count += run_hint(text_sub(rest, 0, end));
		rest = text_sub(rest, end + 2, rest.len);
	}
	free(bytes);
	assert_true(count > 100);
}

/* Lines are joined: what is typed again is on one. A comment would end it there. */
static void test_hint_lines(void **state)
{
	static const char *const said[][2] = {
		{ "f(X)\n\tif X > 1", "write f(X)  when X > 1" },
		{ "f(X) % all\nif X > 1", "write when in its place" },
	};

	for (size_t i = 0; i < 2; i++) {
		struct arena a = { 0 };
		struct match m;
		struct err err = { 0 };

		assert_false(match_compile(&a, text_of(said[i][0]), &options, &m, &err));
		assert_string_equal(err.hint, said[i][1]);
		arena_clear(&a);
	}
}

/* What nobody wrote: each ends with an error, none is slow, none ends the program. */

static struct err hostile(struct text t, enum syntax syntax)
{
	struct arena a = { 0 };
	struct match m;
	struct err err = { 0 };

	assert_false(match_compile(&a, t, &(struct match_options){ .syntax = syntax }, &m,
				   &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_true(err.what[0] != '\0');
	arena_clear(&a);
	return err;
}

static struct text repeated(struct buf *b, const char *front, const char *part, size_t n)
{
	buf_reset(b);
	buf_str(b, front);
	for (size_t i = 0; i < n; i++)
		buf_str(b, part);
	return buf_text(b);
}

static void test_hostile(void **state)
{
	static const char *const parts[] = {
		"[", "{", "(", "#{a:=", "<<", "<<(", "not ", "- ", "X+", "X#r.a", "a(", "a:b(",
		"[X|", "#r{a=", "X=", "\"", "'", "$", "~", "fun(", "%{a: ", "%A{", "\\", "#",
		"\"a\" ", "1", "1.", "16#", "a;", "X,", "X andalso ", "->", "fn ", "when ",
	};
	static const char *const fronts[] = {
		"m:f(", "fun([", "fun([X]) when ", "fun(_) -> ", "[{", "[{[],[],[", "M.f(",
		"fn [", "fn x when ", "m:f(X) -> ", "", "m:f [", "M.f(x) when ",
	};
	struct buf b = { 0 };

	for (size_t f = 0; f < sizeof(fronts) / sizeof(fronts[0]); f++) {
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
			struct arena a = { 0 };
			struct match m;
			struct err err = { 0 };

			for (size_t n = 1; n < 100000; n *= 12) {
				struct text t = repeated(&b, fronts[f], parts[i], n);

				match_compile(&a, t, &(struct match_options){ 0 }, &m, &err);
				arena_clear(&a);
			}
			hostile(repeated(&b, fronts[f], parts[i], 1 << 20), SYNTAX_AUTO);
		}
	}
	buf_clear(&b);
}

static void test_bytes(void **state)
{
	struct err err;

	err = hostile(TEXT("m:f(\xff)"), SYNTAX_AUTO);
	assert_string_equal(err.what, "not valid UTF-8: line 1, column 5");
	err = hostile(TEXT("m:f(\0)"), SYNTAX_AUTO);
	assert_string_equal(err.what, "a NUL byte: line 1, column 5");
	err = hostile(TEXT(""), SYNTAX_AUTO);
	assert_string_equal(err.what, "nothing is there to match: line 1, column 1");
	err = hostile(TEXT("m:f(X)\n when\n  Y > 1"), SYNTAX_AUTO);
	assert_string_equal(err.what, "variable 'Y' is not bound in the head: line 3, column 3");
}

/* Texts of several lines. */
static void test_lines(void **state)
{
	static const char *const texts[][2] = {
		{ "fun(_) -> \"\"\"\n  abc\n   d\\n\n\n  e\n  \"\"\" end",
		  "[{'_',[],[\"abc\\n d\\\\n\\n\\ne\"]}]" },
		{ "fun(_) -> ~\"\"\"\"\na\"\"\"\n\"\"\"\" end", "[{'_',[],[<<\"a\\\"\\\"\\\"\">>]}]" },
		{ "fun(_) ->\n\"\"\"\n\"\"\" end", "[{'_',[],[[]]}]" },
		{ "fun([A, % first\n  _]) -> A % end\nend", "[{['$1','_'],[],['$1']}]" },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct match m;
		struct err err = { 0 };
		struct buf b = { 0 };

		assert_true(match_compile(&a, text_of(texts[i][0]), &options, &m, &err));
		match_print(&b, &m.spec, m.syntax);
		assert_string_equal(buf_cstr(&b), texts[i][1]);
		buf_clear(&b);
	}
	hostile(TEXT("fun(_) -> \"\"\"\n a\n  \"\"\" end"), SYNTAX_AUTO);
	hostile(TEXT("fun(_) -> \"\"\"\n a\n"), SYNTAX_AUTO);
	hostile(TEXT("fun(_) -> \"\"\" a\n\"\"\" end"), SYNTAX_AUTO);
	arena_clear(&a);
}

/* The language that is said counts. */
static void test_syntax(void **state)
{
	struct arena a = { 0 };
	struct match m;
	struct err err;
	struct match_options o = { .syntax = SYNTAX_ELIXIR };

	assert_true(match_compile(&a, TEXT("[{['$1'],[],[]}]"), &o, &m, &err));
	assert_int_equal(m.syntax, SYNTAX_ELIXIR);
	assert_int_equal(m.spec.items[0].items[0].items[0].type, TERM_LIST);
	err = hostile(TEXT("fun([X]) -> X end"), SYNTAX_ELIXIR);
	assert_string_equal(err.what,
			    "'fun' is Erlang's: Elixir's begin with 'fn': line 1, column 1");
	err = hostile(TEXT("fn [x] -> x end"), SYNTAX_ERLANG);
	assert_string_equal(err.what,
			    "'fn' is Elixir's: Erlang's begin with 'fun': line 1, column 1");
	err = hostile(TEXT("Map.get(x)"), SYNTAX_ERLANG);
	assert_string_equal(err.what, "a module was expected: line 1, column 1");
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_hint_lines),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_syntax),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

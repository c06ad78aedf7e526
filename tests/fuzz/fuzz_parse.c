/*
 * What a person types, in both languages: what parses is printed in the same language,
 * and reads back as the same term.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "term/term.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_back(struct arena *a, const struct term *t, enum syntax syntax,
		      size_t width)
{
	struct buf out = { 0 };
	struct err err = { 0 };
	struct term again;
	size_t at;

	term_print(&out, t, &(struct term_style){ .syntax = syntax, .width = width });
	if (!term_parse(a, buf_text(&out), syntax, &again, &at, &err) ||
	    !term_eq(t, &again)) {
		fprintf(stderr, "%s at %zu: %s\n", err.what, at, buf_cstr(&out));
		abort();
	}
	buf_clear(&out);
}

/* Elixir shows some structs in forms that are calls or sigils, which are no literals; so
 * are very long integers. */
static bool is_literal(const struct term *t, enum syntax syntax)
{
	if (t->type == TERM_BIG)
		return t->big->bytes.len < 4000;
	if (t->type == TERM_MAP && syntax == SYNTAX_ELIXIR && term_get(t, "__struct__"))
		return false;
	if (t->type != TERM_TUPLE && t->type != TERM_LIST && t->type != TERM_MAP)
		return true;

	size_t n = t->n == 0              ? 0
		   : t->type == TERM_MAP  ? 2 * (size_t)t->n
		   : t->type == TERM_LIST ? t->n + 1
					  : t->n;

	for (size_t i = 0; i < n; i++) {
		if (!is_literal(&t->items[i], syntax))
			return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = { (const char *)data, size };
	struct arena a = { 0 };

	for (int syntax = SYNTAX_ERLANG; syntax <= SYNTAX_ELIXIR; syntax++) {
		struct err err = { 0 };
		struct term t;
		struct term_call call;
		size_t at = 0;

		if (term_parse(&a, text, (enum syntax)syntax, &t, &at, &err)) {
			if (is_literal(&t, (enum syntax)syntax)) {
				read_back(&a, &t, (enum syntax)syntax, 0);
				read_back(&a, &t, (enum syntax)syntax, 20);
			}
		} else if (err.kind != ERR_USAGE || !err.what[0] || at > size) {
			abort();
		}
		err = (struct err){ 0 };
		if (!term_parse_call(&a, text, (enum syntax)syntax, &call, &at, &err) &&
		    (err.kind != ERR_USAGE || at > size))
			abort();
	}

	uint64_t num;

	term_parse_pid(text, &num);
	arena_clear(&a);
	return 0;
}

/* Any term is a projection, or is shown as what it is: the marks in it are the atom r, so
 * that the fuzzer can make them. */

#include <assert.h>
#include <stdint.h>

#include "tables/foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct arena *a, const struct term *t, enum syntax syntax, size_t width)
{
	struct term mark = { .type = TERM_ATOM, .text = TEXT_INIT("r") };
	struct foreign_part part = foreign_decode(a, &mark, t);
	struct term_style style = { .syntax = syntax, .width = width, .total = 100000,
		.redact = true };
	struct buf out = { 0 };

	term_print(&out, &part.term, &style);
	foreign_shape(&out, &part.term, syntax);
	for (size_t i = out.start; i < out.end; i++)
		assert((unsigned char)out.data[i] >= ' ' || out.data[i] == '\n');
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct term_limits limits = { .terms = 100000, .bytes = (size_t)1 << 24 };
	struct arena a = { 0 };
	struct term t;

	if (term_decode(&a, (struct text){ (const char *)data, size }, false, NULL,
			&limits, NULL, &t, NULL)) {
		check(&a, &t, SYNTAX_ERLANG, 80);
		check(&a, &t, SYNTAX_ELIXIR, 0);
	}
	arena_clear(&a);
	return 0;
}

/* Any term is a projection, or is shown as what it is: the marks in it are the atom r, so
 * that the fuzzer can make them. */

#include <assert.h>
#include <stdint.h>

#include "tables/foreign.h"
#include "view/fold.h"

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

/* All of it open, searched, and each line looked at. */
static void check_fold(const struct term *t, enum syntax syntax)
{
	struct fold *f = fold_new(&(struct fold_style){ .syntax = syntax, .redact = true });
	struct arena scratch = { 0 };
	struct fold_line l;

	fold_set(f, t);
	fold_open_all(f, 0, true);
	fold_look_for(f, TEXT("a"));
	for (size_t i = 0; i < fold_count(f) && i < 1000; i++) {
		fold_at(f, i, &scratch, &l);
		assert(fold_parent(f, i) <= i);
	}
	fold_next(f, fold_count(f) / 2, true, false);
	fold_open(f, fold_count(f) / 2, false);
	fold_set(f, t);
	arena_clear(&scratch);
	fold_free(f);
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
		check_fold(&t, SYNTAX_ERLANG);
		check_fold(&t, SYNTAX_ELIXIR);
	}
	arena_clear(&a);
	return 0;
}

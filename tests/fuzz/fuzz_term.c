/*
 * Terms from a node that means ill: what decodes is printed in both languages with and
 * without limits, and comes back from its own encoding as the same term. The first two
 * bytes choose the limits.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "term/term.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Valid UTF-8, nothing that steers a terminal, no line longer than its words force. */
static void check_text(struct text t)
{
	uint32_t c;

	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &c);
		if (c == UTF8_BAD || (utf8_control(c) && c != '\n'))
			abort();
	}
}

static void print_all(const struct term *t, const uint8_t *options, struct buf *out)
{
	const struct term_style limited = {
		.width = options[0] & 127,
		.depth = options[1] & 3,
		.items = options[1] >> 2 & 3,
		.bytes = options[1] >> 4 & 3,
		.total = options[1] & 64 ? 50 : 0,
		.redact = options[1] & 128,
	};

	for (int syntax = SYNTAX_ERLANG; syntax <= SYNTAX_ELIXIR; syntax++) {
		struct term_style styles[] = { { .width = 0 }, { .width = 80 }, limited };

		for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
			styles[i].syntax = (enum syntax)syntax;
			buf_reset(out);
			term_print(out, t, &styles[i]);
			check_text(buf_text(out));
		}
	}
}

static void there_and_back(struct arena *a, const struct term *t)
{
	struct buf b = { 0 };
	struct term again;

	if (term_encode(&b, t, NULL)) {
		if (!term_decode(a, buf_text(&b), false, NULL, NULL, NULL, &again,
				 NULL) ||
		    !term_eq(t, &again) || term_compare(t, &again) != 0)
			abort();
	}
	buf_clear(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct text names[] = { { "ok", 2 },
					     { "\xff\x1b", 2 },
					     { "__struct__", 10 } };
	const struct term_atoms atoms = { names, 3 };
	const struct term_limits limits = { .depth = 3000,
					    .terms = 50000,
					    .bytes = 8 << 20 };
	struct arena a = { 0 };
	struct buf out = { 0 };
	struct err err = { 0 };
	struct term t;
	size_t used;

	if (size < 2)
		return 0;

	struct text bytes = { (const char *)data + 2, size - 2 };

	if (term_decode(&a, bytes, data[0] & 128, &atoms, &limits, &used, &t, &err)) {
		if (used > bytes.len)
			abort();
		print_all(&t, data, &out);
		there_and_back(&a, &t);
	} else if (err.kind != ERR_FORMAT) {
		abort();
	}
	buf_clear(&out);
	arena_clear(&a);
	return 0;
}

/*
 * Compares what otoscope prints with what a real node printed: reads the records of
 * terms.escript.
 *
 *   term_diff FILE [read]
 *
 * Says the first ten differences and exits with 1 when there are any. Literals are also
 * read back, from both texts in several lines, and must be the same term. With "read"
 * that is all: for a node that prints otherwise than OTP 27 with Elixir 1.18.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "term/term.h"

enum { LITERAL_ERLANG = 1, LITERAL_ELIXIR = 2 };

struct run {
	size_t terms;
	size_t compared;
	size_t read_back;
	size_t differences;
	bool compare; /* not only read back */
	struct buf out;
};

static bool load(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return false;
	while ((n = fread(buf_room(b, 1 << 16), 1, 1 << 16, f)) > 0)
		buf_commit(b, n);
	fclose(f);
	return true;
}

static bool next_field(struct text *rest, struct text *field)
{
	const unsigned char *p = (const unsigned char *)rest->p;

	if (rest->len < 4)
		return false;

	size_t len = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];

	if (len > rest->len - 4)
		return false;
	*field = text_sub(*rest, 4, 4 + len);
	*rest = text_sub(*rest, 4 + len, rest->len);
	return true;
}

/* The two texts from a little before the place where they part. */
static void report(struct run *r, const char *what, struct text node, struct text ours)
{
	size_t same = 0;

	r->differences++;
	if (r->differences > 10)
		return;
	while (same < node.len && same < ours.len && node.p[same] == ours.p[same])
		same++;

	size_t from = same > 100 ? same - 100 : 0;

	node = text_sub(node, from, same + 100);
	ours = text_sub(ours, from, same + 100);
	printf("term %zu: %s differs at byte %zu\n  node: %.*s\n  ours: %.*s\n", r->terms,
	       what, same, TEXT_ARG(node), TEXT_ARG(ours));
}

static void compare(struct run *r, const struct term *t, const char *what,
		    struct term_style style, struct text node)
{
	if (node.len == 0 || !r->compare)
		return;
	buf_reset(&r->out);
	term_print(&r->out, t, &style);
	r->compared++;
	if (!text_eq(node, buf_text(&r->out)))
		report(r, what, node, buf_text(&r->out));
}

static void read_back(struct run *r, struct arena *a, const struct term *t,
		      enum syntax syntax, struct text node)
{
	struct term again;
	struct err err = { 0 };
	size_t at = 0;

	if (node.len == 0)
		return;
	r->read_back++;
	if (!term_parse(a, node, syntax, &again, &at, &err)) {
		buf_reset(&r->out);
		buf_printf(&r->out, "%s, at %zu", err.what, at);
		report(r, "reading it back", node, buf_text(&r->out));
	} else if (!term_eq(t, &again)) {
		buf_reset(&r->out);
		term_print(&r->out, &again, &(struct term_style){ .syntax = syntax });
		report(r, "what was read back", node, buf_text(&r->out));
	}
}

static bool check_one(struct run *r, struct text *rest)
{
	struct arena a = { 0 };
	struct text fields[5];
	struct term t;
	struct err err = { 0 };
	unsigned literal = (unsigned char)rest->p[0];
	size_t width = rest->len > 1 ? (unsigned char)rest->p[1] : 0;

	*rest = text_sub(*rest, 2, rest->len);
	for (size_t i = 0; i < 5; i++) {
		if (!next_field(rest, &fields[i]))
			return false;
	}
	r->terms++;
	if (!term_decode(&a, fields[0], true, NULL, NULL, NULL, &t, &err)) {
		report(r, "decoding", TEXT(""), text_of(err.what));
	} else {
		compare(r, &t, "~tp in lines",
			(struct term_style){ .syntax = SYNTAX_ERLANG, .width = width },
			fields[1]);
		compare(r, &t, "~0tp", (struct term_style){ .syntax = SYNTAX_ERLANG },
			fields[2]);
		compare(r, &t, "inspect in lines",
			(struct term_style){ .syntax = SYNTAX_ELIXIR, .width = width },
			fields[3]);
		compare(r, &t, "inspect on one line",
			(struct term_style){ .syntax = SYNTAX_ELIXIR }, fields[4]);
		if (literal & LITERAL_ERLANG)
			read_back(r, &a, &t, SYNTAX_ERLANG, fields[1]);
		if (literal & LITERAL_ELIXIR)
			read_back(r, &a, &t, SYNTAX_ELIXIR, fields[3]);
	}
	arena_clear(&a);
	return true;
}

int main(int argc, char **argv)
{
	struct run r = { .compare = argc < 3 };
	struct buf file = { 0 };

	if (argc < 2 || !load(argv[1], &file)) {
		fprintf(stderr, "term_diff: cannot read '%s'\n", argc < 2 ? "" : argv[1]);
		return 2;
	}

	struct text rest = buf_text(&file);

	while (rest.len > 0) {
		if (!check_one(&r, &rest)) {
			fprintf(stderr, "term_diff: '%s' is cut off\n", argv[1]);
			return 2;
		}
	}
	printf("%zu terms, %zu texts compared, %zu read back, %zu differences\n", r.terms,
	       r.compared, r.read_back, r.differences);
	buf_clear(&r.out);
	buf_clear(&file);
	return r.differences ? 1 : 0;
}

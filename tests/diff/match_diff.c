/*
 * Compiles texts, and compares what comes out with what a real node made of them.
 *
 *   match_diff TEXTS OURS [THEIRS]
 *
 * The files hold fields: a byte that says what it is, a length in 32 bits, and bytes.
 * Texts are "e" or "x", in Erlang or Elixir: they are compiled twice, with the syntax
 * told and found out, and that must be the same. OURS gets for each "+" with the
 * specification in the external format, or "-" with the error. THEIRS has the same from
 * matches.escript, or "=" with a specification as Erlang prints it.
 *
 * A line on standard output for each that is not the same, parts separated by tabs: its
 * number, and
 *
 *   differ    ours   theirs      both compiled it, and the terms differ
 *   refused   why    theirs      only the node compiled it
 *   accepted  ours   why         only we did
 *   syntax    how    how         it depends on whether the syntax was told
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "match/match.h"

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

static bool next_field(struct text *rest, char *kind, struct text *field)
{
	const unsigned char *p = (const unsigned char *)rest->p;

	if (rest->len < 5)
		return false;

	size_t len = (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];

	if (len > rest->len - 5)
		return false;
	*kind = rest->p[0];
	*field = text_sub(*rest, 5, 5 + len);
	*rest = text_sub(*rest, 5 + len, rest->len);
	return true;
}

static void add_field(struct buf *out, char kind, struct text t)
{
	buf_char(out, kind);
	buf_u32(out, (uint32_t)t.len);
	buf_text_add(out, t);
}

/* The records that matches.escript knows too. */
static const struct text fields[] = { TEXT_INIT("a"), TEXT_INIT("b"), TEXT_INIT("c") };
static const struct match_record records[] = {
	{ .name = TEXT_INIT("rec"), .fields = fields, .nfields = 3 },
	{ .name = TEXT_INIT("none") },
};

/* One text, compiled. */
struct result {
	bool ok;
	struct match m;
	struct err err;
};

static struct result compile(struct arena *a, struct text t, enum syntax syntax)
{
	struct match_options o = { syntax, records, 2 };
	struct result r = { 0 };

	r.ok = match_compile(a, t, &o, &r.m, &r.err);
	return r;
}

static void show(struct buf *out, const struct result *r)
{
	struct buf shown = { 0 };

	if (r->ok)
		match_print(&shown, &r->m.spec, SYNTAX_ERLANG);
	else
		buf_printf(&shown, "%s (%s)", r->err.what, r->err.hint);
	text_escape(out, buf_text(&shown));
	buf_clear(&shown);
}

static bool same(const struct result *x, const struct result *y)
{
	if (x->ok != y->ok)
		return false;
	return x->ok ? term_eq(&x->m.spec, &y->m.spec) && x->m.syntax == y->m.syntax
		     : x->err.kind == y->err.kind;
}

static void tell(size_t number, const char *what, const struct result *ours,
		 struct text theirs)
{
	struct buf out = { 0 };

	buf_printf(&out, "%zu\t%s\t", number, what);
	show(&out, ours);
	buf_char(&out, '\t');
	text_escape(&out, theirs);
	puts(buf_cstr(&out));
	buf_clear(&out);
}

static void compare(struct arena *a, size_t number, const struct result *ours, char kind,
		    struct text theirs)
{
	struct buf shown = { 0 };
	struct term t;
	struct err err;
	size_t at;

	if (kind == '-') {
		if (ours->ok)
			tell(number, "accepted", ours, theirs);
		return;
	}
	if (kind == '=' ? !term_parse(a, theirs, SYNTAX_ERLANG, &t, &at, &err)
			: !term_decode(a, theirs, true, NULL, NULL, NULL, &t, &err)) {
		fprintf(stderr, "match_diff: %zu: %s\n", number, err.what);
		exit(2);
	}
	match_make_safe(a, &t);
	if (ours->ok && term_eq(&ours->m.spec, &t))
		return;
	match_print(&shown, &t, SYNTAX_ERLANG);
	tell(number, ours->ok ? "differ" : "refused", ours, buf_text(&shown));
	buf_clear(&shown);
}

static void check_syntax(struct arena *a, size_t number, struct text t,
			 const struct result *told)
{
	struct result found = compile(a, t, SYNTAX_AUTO);
	struct buf shown = { 0 };

	if (same(told, &found))
		return;
	show(&shown, &found);
	tell(number, "syntax", told, buf_text(&shown));
	buf_clear(&shown);
}

static void write_result(struct buf *out, const struct result *r)
{
	struct buf bytes = { 0 };
	struct err err = { 0 };

	etf_version(&bytes);
	if (!r->ok)
		add_field(out, '-', text_of(r->err.what));
	else if (term_encode(&bytes, &r->m.spec, &err))
		add_field(out, '+', buf_text(&bytes));
	else
		add_field(out, '-', text_of(err.what));
	buf_clear(&bytes);
}

static bool save(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "wb");

	if (!f)
		return false;
	fwrite(b->data + b->start, 1, buf_len(b), f);
	return fclose(f) == 0;
}

static int run(struct text texts, struct text theirs, bool compared, struct buf *out)
{
	struct text text;
	struct text other = { 0 };
	char kind;
	char verdict = 0;

	for (size_t i = 0; texts.len > 0; i++) {
		struct arena a = { 0 };

		if (!next_field(&texts, &kind, &text) ||
		    (compared && !next_field(&theirs, &verdict, &other))) {
			fprintf(stderr, "match_diff: a file is cut off\n");
			return 2;
		}

		struct result r = compile(&a, text, kind == 'e' ? SYNTAX_ERLANG
								: SYNTAX_ELIXIR);

		check_syntax(&a, i, text, &r);
		if (compared)
			compare(&a, i, &r, verdict, other);
		write_result(out, &r);
		arena_clear(&a);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct buf texts = { 0 };
	struct buf theirs = { 0 };
	struct buf out = { 0 };
	int status;

	if (argc < 3 || !load(argv[1], &texts) || (argc > 3 && !load(argv[3], &theirs))) {
		fprintf(stderr, "usage: match_diff TEXTS OURS [THEIRS]\n");
		return 2;
	}
	status = run(buf_text(&texts), buf_text(&theirs), argc > 3, &out);
	if (status == 0 && !save(argv[2], &out))
		status = 2;
	buf_clear(&texts);
	buf_clear(&theirs);
	buf_clear(&out);
	return status;
}

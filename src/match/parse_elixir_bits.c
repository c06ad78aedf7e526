/* <<...>> of Elixir: a literal, or why it is none. */
#include "match/bits.h"
#include "match/elixir.h"

/* Above "::" */
enum { BITS_VALUE = 2 };

/* front: the literal bytes in front of it. */
static bool no_literal(struct match_parse *p, const struct match_node *n,
		       struct text front)
{
	struct term t = { .type = TERM_BINARY, .text = front };
	struct buf b = { 0 };

	match_fail_at(p, n->at,
		      "a match specification compares whole binaries: this is no "
		      "literal");
	if (front.len == 0)
		return fail_hint(p->lex.err, "only binaries that are literals are known; "
					     "what a variable holds can be asked about "
					     "with binary_part/3 and byte_size/1");
	term_print(&b, &t, &(struct term_style){ .syntax = SYNTAX_ELIXIR, .bytes = 100 });
	fail_hint(p->lex.err, "x as the pattern, and when binary_part(x, 0, %zu) == %s",
		  front.len, buf_cstr(&b));
	buf_clear(&b);
	return false;
}

/* (16) behind "size" and "unit" */
static bool read_number(struct match_parse *p, uint64_t max, uint64_t *out)
{
	struct match_node n;

	if (!elixir_need(p, "(") || !elixir_read(p, ELIXIR_LEAST, &n) ||
	    !elixir_need(p, ")"))
		return false;
	if (n.kind != NODE_TERM || n.term.type != TERM_INT)
		return no_literal(p, &n, TEXT(""));
	if (n.term.num < 0 || (uint64_t)n.term.num > max)
		return match_fail_at(p, n.at, "a number from 0 to %llu was expected",
				     (unsigned long long)max);
	*out = (uint64_t)n.term.num;
	return true;
}

/* What stands behind "::", between the "-". */
static bool read_option(struct match_parse *p, struct bits_segment *s)
{
	struct text word;
	size_t at;

	elixir_blanks(p);
	at = p->lex.at;
	if (lex_peek(&p->lex) >= '0' && lex_peek(&p->lex) <= '9') {
		s->sized = true;
		return lex_small(&p->lex, BITS_MAX, &s->size);
	}
	if (!lex_function(&p->lex, &word))
		return lex_fail(&p->lex, "a type or a size was expected");
	if (text_is(word, "size")) {
		s->sized = true;
		return read_number(p, BITS_MAX, &s->size);
	}
	if (text_is(word, "unit"))
		return read_number(p, 256, &s->unit);
	return bits_say(s, word) || match_fail_at(p, at,
						  "a type was expected: integer, float, "
						  "binary, utf8, "
						  "little, size(8) ...");
}

/* What a value is when nothing is said. */
static enum bits_type type_of(const struct term *t)
{
	return t->type == TERM_FLOAT                            ? BITS_FLOAT
	       : t->type == TERM_BINARY || t->type == TERM_BITS ? BITS_BINARY
								: BITS_INTEGER;
}

/* A text is what its bytes are, or written as UTF-16 and UTF-32. */
static bool add(struct match_parse *p, struct bits *bits, const struct match_node *n,
		struct bits_segment *s)
{
	struct match_node characters;

	if (n->kind != NODE_TERM)
		return no_literal(p, n, bits->used == 0 ? buf_text(&bits->b) : TEXT(""));
	if (n->term.type == TERM_BINARY && s->type >= BITS_UTF8) {
		if (!elixir_charlist(p, n->at, n->term.text, &characters))
			return false;
		return bits_add(p, bits, &characters.term, s, n->at);
	}
	return bits_add(p, bits, &n->term, s, n->at);
}

static bool read_segment(struct match_parse *p, struct bits *bits)
{
	struct bits_segment s = { 0 };
	struct match_node read;
	struct match_node n;

	if (!elixir_read(p, BITS_VALUE, &read))
		return false;
	n = read;
	if (read.kind == NODE_OP && !elixir_pattern(p, &read, &n))
		return false;
	s.type = type_of(&n.term);
	if (elixir_take(p, "::")) {
		do {
			if (!read_option(p, &s))
				return false;
		} while (elixir_take(p, "-"));
	}
	return add(p, bits, &n, &s);
}

static bool ends(struct match_parse *p)
{
	elixir_blanks(p);
	return lex_is(&p->lex, ">>");
}

static bool read_segments(struct match_parse *p, struct bits *bits)
{
	do {
		if (!read_segment(p, bits))
			return false;
	} while (elixir_take(p, ",") && !ends(p));
	return elixir_need(p, ">>");
}

bool elixir_read_bits(struct match_parse *p, struct match_node *out)
{
	struct bits bits = { 0 };

	p->lex.at += 2;
	out->kind = NODE_TERM;
	if (!elixir_take(p, ">>") && !read_segments(p, &bits)) {
		buf_clear(&bits.b);
		return false;
	}
	bits_end(p, &bits, &out->term);
	out->end = p->lex.at;
	return true;
}

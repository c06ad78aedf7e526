/* <<...>> of Erlang: a literal, or why it is none. */
#include "match/bits.h"
#include "match/compile.h"
#include "match/erlang.h"

/* -1 and (1 + 2) are literals too: puts their value in their place. */
static bool compute(struct match_parse *p, struct match_node *n)
{
	struct compiler c = { .p = p };
	struct match_node items[2];
	struct term value;

	if (n->kind != NODE_OP || n->n > 2)
		return n->kind == NODE_TERM && term_is_number(&n->term);
	for (size_t i = 0; i < n->n; i++) {
		items[i] = n->items[i];
		if (!compute(p, &items[i]))
			return false;
	}

	bool folded = n->n == 1 ? fold_unary(&c, n->name, &items[0].term, &value)
				: fold_binary(&c, n->name, &items[0].term, &items[1].term,
					      &value);

	if (folded)
		*n = (struct match_node){ .at = n->at, .end = n->end, .term = value };
	return folded;
}

static bool read_type(struct match_parse *p, struct bits_segment *s)
{
	struct text word = erlang_word(&p->lex);

	if (text_is(word, "unit")) {
		p->lex.at += word.len;
		return lex_need(&p->lex, ":") && lex_small(&p->lex, 256, &s->unit);
	}
	if (bits_say(s, word)) {
		p->lex.at += word.len;
		return true;
	}
	return lex_fail(&p->lex, "a type was expected: integer, float, binary, utf8, "
				 "little, unit:8 ...");
}

/* ":size", a number or an expression in parentheses. *literal: out, it is a number. */
static bool read_size(struct match_parse *p, struct bits_segment *s, bool *literal)
{
	struct match_node n;

	lex_blanks(&p->lex);
	s->sized = true;
	if (lex_peek(&p->lex) >= '0' && lex_peek(&p->lex) <= '9')
		return lex_small(&p->lex, BITS_MAX, &s->size);
	if (!erlang_value(p, &n))
		return false;
	compute(p, &n);
	*literal = n.kind == NODE_TERM && n.term.type == TERM_INT && n.term.num >= 0 &&
		   n.term.num <= BITS_MAX;
	s->size = *literal ? (uint64_t)n.term.num : 0;
	return true;
}

/* What Erlang refuses of it. */
static bool check_segment(struct match_parse *p, const struct bits_segment *s, size_t at)
{
	if (s->unit && !s->sized && s->type < BITS_BINARY)
		return match_fail_at(p, at, "a unit needs a size in front of it");
	if (s->type >= BITS_UTF8 && (s->unit || s->sized))
		return match_fail_at(p, at, "a character has neither size nor unit");
	return true;
}

static bool read_segment(struct match_parse *p, struct match_node *value,
			 struct bits_segment *s, bool *literal)
{
	*s = (struct bits_segment){ 0 };
	*literal = true;
	lex_blanks(&p->lex);
	if (!erlang_value(p, value))
		return false;
	if (lex_take(&p->lex, ":") && !read_size(p, s, literal))
		return false;
	if (!lex_take(&p->lex, "/"))
		return true;
	do {
		lex_blanks(&p->lex);
		if (!read_type(p, s))
			return false;
	} while (lex_take(&p->lex, "-"));
	return check_segment(p, s, value->at);
}

static bool read_segments(struct match_parse *p, struct bits *bits,
			  struct match_node *out)
{
	struct match_node n;
	struct bits_segment s;
	bool literal;

	do {
		if (!read_segment(p, &n, &s, &literal))
			return false;
		compute(p, &n);
		/* what is no literal is said later, with what may be written instead */
		if (n.kind != NODE_TERM || !literal)
			out->kind = NODE_BITS;
		else if (out->kind != NODE_BITS && !bits_add(p, bits, &n.term, &s, n.at))
			return false;
	} while (lex_take(&p->lex, ","));
	return erlang_no_sign(p) && lex_need(&p->lex, ">>");
}

bool erlang_bits(struct match_parse *p, struct match_node *out)
{
	struct bits bits = { 0 };

	p->lex.at += 2;
	if (!lex_take(&p->lex, ">>") && !read_segments(p, &bits, out)) {
		buf_clear(&bits.b);
		return false;
	}
	bits_end(p, &bits, &out->term);
	return true;
}

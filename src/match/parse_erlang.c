/* Erlang's operators and what goes on behind a value: what binds what. */
#include <string.h>

#include "match/erlang.h"

static struct match_node node_at(enum node_kind kind, size_t at)
{
	return (struct match_node){ .kind = kind, .at = at };
}

/* What goes on behind a value: X#name.field, X#name{...}, M:F(...), F(...). */
static bool parse_suffixes(struct match_parse *p, struct match_node *out)
{
	size_t depth = p->depth;

	for (;;) {
		struct match_node base = *out;
		size_t end = p->lex.at;

		lex_blanks(&p->lex);

		char c = lex_peek(&p->lex);

		if (c == '(' || (c == ':' && !lex_is(&p->lex, ":=")))
			return lex_fail(&p->lex, "only a function that is named can be "
						 "called");
		if (c != '#') {
			p->lex.at = end;
			break;
		}
		if (lex_is(&p->lex, "#{"))
			return lex_fail(&p->lex, "a map can't be changed in a match "
						 "specification");
		p->lex.at++;
		*out = node_at(NODE_RECORD, base.at);
		if (!match_deeper(p) || !erlang_record(p, &base, out))
			return false;
		out->end = p->lex.at;
	}
	p->depth = depth;
	return true;
}

static bool parse_alone(struct match_parse *p, struct match_node *out)
{
	*out = node_at(NODE_TERM, p->lex.at);
	if (!erlang_primary(p, out))
		return false;
	out->end = p->lex.at;
	return true;
}

bool erlang_value(struct match_parse *p, struct match_node *out)
{
	size_t depth = p->depth;
	struct match_node of;
	size_t at;

	lex_blanks(&p->lex);
	at = p->lex.at;
	if (!match_deeper(p))
		return false;

	bool minus = lex_take(&p->lex, "-");

	lex_blanks(&p->lex);
	if (!parse_alone(p, &of))
		return false;
	p->depth = depth;
	*out = of;
	if (!minus)
		return true;
	*out = node_at(NODE_OP, at);
	out->name = TEXT("-");
	out->items = match_copy(p, &of, 1);
	out->n = 1;
	out->end = of.end;
	return true;
}

static bool parse_value(struct match_parse *p, struct match_node *out)
{
	return parse_alone(p, out) && parse_suffixes(p, out);
}

static bool parse_unary(struct match_parse *p, struct match_node *out)
{
	lex_blanks(&p->lex);

	const struct erlang_op *op = erlang_prefix(&p->lex);
	struct match_node operand;

	if (!op)
		return parse_value(p, out);
	*out = node_at(NODE_OP, p->lex.at);
	p->lex.at += strlen(op->name);
	if (!erlang_level(p, op->level, &operand))
		return false;
	out->name = text_of(op->name);
	out->items = match_copy(p, &operand, 1);
	out->n = 1;
	out->end = operand.end;
	return true;
}

static void join(struct match_parse *p, const struct erlang_op *op,
		 const struct match_node *right, struct match_node *left)
{
	struct match_node both[2] = { *left, *right };
	bool match = strcmp(op->name, "=") == 0;

	*left = node_at(match ? NODE_MATCH : NODE_OP, both[0].at);
	left->name = text_of(op->name);
	left->items = match_copy(p, both, 2);
	left->n = 2;
	left->end = both[1].end;
}

/* "A > 1 or B > 2" is A > (1 or B) > 2. */
static bool no_chain(struct match_parse *p)
{
	lex_fail(&p->lex, "comparisons can't be chained: join two by 'andalso'");
	return fail_hint(p->lex.err, "'and' and 'or' bind closer than comparisons: "
				     "'andalso' and 'orelse' do not");
}

/* The operators behind a value, as far as they bind at least as close as the level. */
static bool parse_operators(struct match_parse *p, unsigned level, struct match_node *out)
{
	const struct erlang_op *last = NULL;
	struct match_node right;

	for (;;) {
		size_t end = p->lex.at;

		lex_blanks(&p->lex);

		const struct erlang_op *op = erlang_infix(&p->lex);

		if (!op || op->level < level) {
			p->lex.at = end;
			return true;
		}
		if (last && last->side == 0 && op->level == last->level)
			return no_chain(p);
		if (!erlang_no_sign(p))
			return false;
		p->lex.at += strlen(op->name);
		/* each goes around what was read so far */
		if (!match_deeper(p) ||
		    !erlang_level(p, op->level + (op->side <= 0), &right))
			return false;
		join(p, op, &right, out);
		last = op;
	}
}

bool erlang_level(struct match_parse *p, unsigned level, struct match_node *out)
{
	size_t depth = p->depth;
	bool ok =
		match_deeper(p) && parse_unary(p, out) && parse_operators(p, level, out);

	p->depth = depth;
	return ok;
}

bool erlang_expr(struct match_parse *p, struct match_node *out)
{
	return erlang_level(p, 0, out);
}

/* Erlang's literals, containers, records, variables and calls. */
#include "base/utf8.h"
#include "match/erlang.h"
#include "term/parse.h"

/* More characters than this no atom has. */
#define ATOM_MAX 255

static struct match_node node_at(enum node_kind kind, size_t at)
{
	return (struct match_node){ .kind = kind, .at = at };
}

static bool is_variable(const struct lex *l)
{
	uint32_t c = 0;

	if (l->at < l->t.len)
		utf8_next(l->t, l->at, &c);
	return c == '_' || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xc0 && c <= 0xde && c != 0xd7);
}

/* An atom on its own; reserved words are none. */
static bool read_atom(struct match_parse *p, struct text *name)
{
	size_t at = p->lex.at;

	if (lex_peek(&p->lex) != '\'') {
		const struct erlang_op *op = erlang_infix(&p->lex);

		if (!erlang_value_here(p))
			return false;
		if (op && op->name[0] >= 'a' && op->name[0] <= 'z')
			return match_fail_at(
				p, at, "a term was expected in front of '%s'", op->name);
	}
	if (!lex_atom(&p->lex, name))
		return false;
	if (utf8_count(*name) > ATOM_MAX)
		return match_fail_at(p, at, "an atom has at most %d characters",
				     ATOM_MAX);
	return true;
}

/* Expressions with commas in between; they stay pushed. */
static bool parse_exprs(struct match_parse *p)
{
	struct match_node n;

	do {
		if (!erlang_expr(p, &n))
			return false;
		match_push(p, &n);
	} while (lex_take(&p->lex, ","));
	return true;
}

bool erlang_items(struct match_parse *p, const char *close)
{
	if (lex_take(&p->lex, close))
		return true;
	return parse_exprs(p) && erlang_no_sign(p) && lex_need(&p->lex, close);
}

static bool parse_tuple(struct match_parse *p, struct match_node *out)
{
	size_t from = p->nstack;

	p->lex.at++;
	if (!erlang_items(p, "}"))
		return false;
	out->kind = NODE_TUPLE;
	out->items = match_pop(p, from, &out->n);
	return true;
}

/* [a, b | c]; a tail is a level deeper for each element in front of it. */
static bool parse_list(struct match_parse *p, struct match_node *out)
{
	size_t from = p->nstack;
	struct match_node n;

	p->lex.at++;
	out->kind = NODE_LIST;
	if (lex_take(&p->lex, "]"))
		return true;
	if (!parse_exprs(p))
		return false;
	n = node_at(NODE_LIST, p->lex.at);
	n.end = n.at;
	if (!lex_is(&p->lex, "||") && lex_take(&p->lex, "|") && !erlang_expr(p, &n))
		return false;
	if (!erlang_no_sign(p) || !lex_need(&p->lex, "]"))
		return false;
	match_push(p, &n);
	out->items = match_pop(p, from, &out->n);
	out->n--;
	return true;
}

/* #{a = 1} is wrong at its '='. */
static bool fail_joint(struct match_parse *p, const struct match_node *key)
{
	if (key->kind == NODE_MATCH) {
		p->lex.at = key->items[0].end;
		lex_blanks(&p->lex);
	}
	return lex_fail(&p->lex, "':=' was expected");
}

/* "=>" and ":=" are the same here: one is of patterns, the other of terms. */
static bool parse_map(struct match_parse *p, struct match_node *out)
{
	size_t from = p->nstack;
	struct match_node n;

	out->kind = NODE_MAP;
	if (lex_take(&p->lex, "}"))
		return true;
	do {
		if (!erlang_expr(p, &n))
			return false;
		match_push(p, &n);
		if (lex_take(&p->lex, ":="))
			out->name = TEXT(":=");
		else if (!lex_take(&p->lex, "=>"))
			return fail_joint(p, &n);
		if (!erlang_expr(p, &n))
			return false;
		match_push(p, &n);
	} while (lex_take(&p->lex, ","));
	if (!erlang_no_sign(p) || !lex_need(&p->lex, "}"))
		return false;
	out->items = match_pop(p, from, &out->n);
	out->n /= 2;
	return true;
}

/* name = value of a record; a name may be "_". */
static bool parse_record_field(struct match_parse *p)
{
	struct match_node n;

	lex_blanks(&p->lex);
	n = node_at(NODE_TERM, p->lex.at);
	if (lex_peek(&p->lex) == '_') {
		p->lex.at++;
		n.term.text = TEXT("_");
		n.kind = NODE_VAR;
	} else if (!read_atom(p, &n.term.text)) {
		return false;
	}
	n.term.type = TERM_ATOM;
	n.name = n.term.text;
	n.end = p->lex.at;
	match_push(p, &n);
	if (!lex_need(&p->lex, "=") || !erlang_expr(p, &n))
		return false;
	match_push(p, &n);
	return true;
}

static bool parse_record_fields(struct match_parse *p, struct match_node *out)
{
	size_t from = p->nstack;

	out->kind = NODE_RECORD;
	if (lex_take(&p->lex, "}"))
		return true;
	do {
		if (!parse_record_field(p))
			return false;
	} while (lex_take(&p->lex, ","));
	if (!lex_need(&p->lex, "}"))
		return false;
	out->items = match_pop(p, from, &out->n);
	out->n /= 2;
	return true;
}

bool erlang_record(struct match_parse *p, const struct match_node *base,
		   struct match_node *out)
{
	struct match_node items[2];
	size_t n = 0;

	lex_blanks(&p->lex);
	if (!read_atom(p, &out->name))
		return false;
	if (lex_take(&p->lex, "{")) {
		out->base = base ? match_copy(p, base, 1) : NULL;
		return parse_record_fields(p, out);
	}
	if (lex_peek(&p->lex) != '.' && out->module.len > 0) {
		out->term = (struct term){ .type = TERM_ATOM, .text = out->name };
		return true;
	}
	if (!lex_take(&p->lex, "."))
		return lex_fail(&p->lex, "'{' or '.' was expected");
	if (base)
		items[n++] = *base;
	lex_blanks(&p->lex);
	items[n] = node_at(NODE_TERM, p->lex.at);
	items[n].term.type = TERM_ATOM;
	if (!read_atom(p, &items[n].term.text))
		return false;
	items[n].name = items[n].term.text;
	items[n++].end = p->lex.at;
	out->kind = NODE_FIELD;
	out->items = match_copy(p, items, n);
	out->n = n;
	return true;
}

static bool parse_hash(struct match_parse *p, struct match_node *out)
{
	if (lex_is(&p->lex, "#Ref<") || lex_is(&p->lex, "#Port<") ||
	    lex_is(&p->lex, "#PID<"))
		return parse_id(&p->lex, &out->term);
	p->lex.at++;
	if (lex_take(&p->lex, "{"))
		return parse_map(p, out);
	return erlang_record(p, NULL, out);
}

/* What follows a function's name: its arguments. */
static bool parse_arguments_of(struct match_parse *p, struct match_node *out)
{
	size_t from = p->nstack;

	out->kind = NODE_CALL;
	if (!lex_need(&p->lex, "(") || !erlang_items(p, ")"))
		return false;
	out->items = match_pop(p, from, &out->n);
	return true;
}

/* fun m:f/1, a literal. */
static bool is_export(const struct lex *l)
{
	struct lex after = *l;

	if (!text_is(erlang_word(l), "fun"))
		return false;
	after.at += 3;
	lex_blanks(&after);
	return lex_peek(&after) != '(' && !is_variable(&after);
}

/* The name behind a module; it may stand in parentheses. */
static bool read_called(struct match_parse *p, struct text *name)
{
	size_t at = p->lex.at;
	struct match_node n;

	if (is_variable(&p->lex))
		return lex_fail(&p->lex, "only a function that is named can be called");
	if (lex_peek(&p->lex) != '(')
		return read_atom(p, name);
	p->lex.at++;
	if (!erlang_expr(p, &n) || !lex_need(&p->lex, ")"))
		return false;
	*name = n.term.text;
	return (n.kind == NODE_TERM && n.term.type == TERM_ATOM) ||
	       match_fail_at(p, at, "only a function that is named can be called");
}

/* An atom, a call, or a record that is named with its module. */
static bool parse_word(struct match_parse *p, struct match_node *out)
{
	if (is_export(&p->lex))
		return parse_term(&p->lex, &out->term);
	if (!read_atom(p, &out->term.text))
		return false;
	out->term.type = TERM_ATOM;

	size_t end = p->lex.at;

	lex_blanks(&p->lex);
	out->name = out->term.text;
	if (lex_peek(&p->lex) == '(')
		return parse_arguments_of(p, out);
	if (lex_peek(&p->lex) == ':' && !lex_is(&p->lex, ":=") &&
	    !lex_is(&p->lex, "::")) {
		p->lex.at++;
		lex_blanks(&p->lex);
		out->module = out->name;
		return read_called(p, &out->name) && parse_arguments_of(p, out);
	}
	if (lex_peek(&p->lex) == '#' && !lex_is(&p->lex, "#{")) {
		p->lex.at++;
		out->module = out->name;
		return erlang_record(p, NULL, out);
	}
	p->lex.at = end;
	return true;
}

static bool parse_variable(struct match_parse *p, struct match_node *out)
{
	out->kind = NODE_VAR;
	out->name = erlang_word(&p->lex);
	p->lex.at += out->name.len;
	return true;
}

static bool parse_parens(struct match_parse *p, struct match_node *out)
{
	p->lex.at++;
	return erlang_expr(p, out) && erlang_no_sign(p) && lex_need(&p->lex, ")");
}

bool erlang_primary(struct match_parse *p, struct match_node *out)
{
	char c = lex_peek(&p->lex);

	if ((c >= '0' && c <= '9') || c == '$')
		return lex_number(&p->lex, &out->term);
	if (is_variable(&p->lex))
		return parse_variable(p, out);
	if (lex_is(&p->lex, "<<"))
		return erlang_bits(p, out);
	if (c == '<' && !lex_is(&p->lex, "<="))
		return parse_id(&p->lex, &out->term);
	switch (c) {
	case '"':
		return erlang_string(p, out);
	case '~':
		return erlang_sigil(p, out);
	case '(':
		return parse_parens(p, out);
	case '{':
		return parse_tuple(p, out);
	case '[':
		return parse_list(p, out);
	case '#':
		return parse_hash(p, out);
	default:
		return parse_word(p, out);
	}
}

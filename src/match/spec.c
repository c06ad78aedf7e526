/* Match specifications that are written as terms: checked as a node checks them, with the
 * place of what is wrong. */
#include "match/form.h"

#include <string.h>

#include "match/compile.h"
#include "term/parse.h"

/* A term with the places of its parts, as far as they are known: parts of maps and of
 * Elixir's keywords have none, and have that of the whole. */
static bool read_node(struct match_parse *p, struct match_node *out);

static const struct term *terms_of(struct match_parse *p, const struct match_node *items,
				   size_t n)
{
	struct term *terms = arena_many(p->lex.arena, n, struct term);

	for (size_t i = 0; i < n; i++)
		terms[i] = items[i].term;
	return terms;
}

static bool read_items(struct match_parse *p)
{
	struct match_node n;

	do {
		if (!read_node(p, &n))
			return false;
		match_push(p, &n);
	} while (lex_take(&p->lex, ","));
	return true;
}

static bool read_tuple(struct match_parse *p, struct match_node *out)
{
	size_t from = p->nstack;

	p->lex.at++;
	if (!lex_take(&p->lex, "}") && (!read_items(p) || !lex_need(&p->lex, "}")))
		return false;
	out->kind = NODE_TUPLE;
	out->items = match_pop(p, from, &out->n);
	out->term = (struct term){ .type = TERM_TUPLE,
				   .n = (uint32_t)out->n,
				   .items = terms_of(p, out->items, out->n) };
	return true;
}

/* Does a list of Elixir begin with a keyword? Those are read as terms. */
static bool has_keyword(const struct match_parse *p)
{
	struct lex after = p->lex;
	struct arena scratch = { 0 };
	struct text key;
	bool found;

	after.at++;
	after.arena = &scratch;
	after.err = NULL;
	lex_blanks(&after);
	found = after.elixir && lex_key(&after, &key);
	arena_clear(&scratch);
	return found;
}

static bool read_list(struct match_parse *p, struct match_node *out)
{
	size_t from = p->nstack;
	struct match_node tail = { .term = { .type = TERM_LIST } };

	if (has_keyword(p))
		return parse_term(&p->lex, &out->term);
	p->lex.at++;
	out->kind = NODE_LIST;
	out->term.type = TERM_LIST;
	if (lex_take(&p->lex, "]"))
		return true;
	if (!read_items(p) || (lex_take(&p->lex, "|") && !read_node(p, &tail)) ||
	    !lex_need(&p->lex, "]"))
		return false;
	match_push(p, &tail);
	out->items = match_pop(p, from, &out->n);
	out->n--;

	struct compiler c = { .p = p };

	out->term = make_list(&c, terms_of(p, out->items, out->n + 1), out->n);
	return true;
}

static bool read_node(struct match_parse *p, struct match_node *out)
{
	size_t depth = p->depth;
	bool ok;

	lex_blanks(&p->lex);
	*out = (struct match_node){ .kind = NODE_TERM, .at = p->lex.at };
	if (!match_deeper(p))
		return false;
	if (lex_peek(&p->lex) == '{')
		ok = read_tuple(p, out);
	else if (lex_peek(&p->lex) == '[')
		ok = read_list(p, out);
	else
		ok = parse_term(&p->lex, &out->term);
	out->end = p->lex.at;
	p->depth = depth;
	return ok;
}

/* Part i of a node, or what has its place when it has no parts. */
static const struct match_node *part(const struct match_node *n, size_t i)
{
	bool parts = (n->kind == NODE_TUPLE || n->kind == NODE_LIST) && i < n->n;

	return parts ? &n->items[i] : n;
}

/* '$1'; not '$_', '$$', '$*'. */
static bool is_number_variable(const struct term *t)
{
	if (t->type != TERM_ATOM || t->text.len < 2 || t->text.p[0] != '$')
		return false;
	for (size_t i = 1; i < t->text.len; i++) {
		if (t->text.p[i] < '0' || t->text.p[i] > '9')
			return false;
	}
	return true;
}

static bool bind_variable(struct compiler *c, const struct match_node *n,
			  const struct term *t)
{
	struct variable *v = variable_find(c, t->text);

	if (v) {
		v->twice = true;
		return true;
	}
	if (c->nvariables == VARIABLES_MAX)
		return match_fail_at(c->p, n->at, "more than %d variables",
				     VARIABLES_MAX);
	/* '_' in front: a variable of a specification is used as one likes */
	c->variables[c->nvariables++] =
		(struct variable){ .name = t->text, .atom = t->text, .at = n->at };
	return true;
}

static bool check_pattern(struct compiler *c, const struct match_node *n,
			  const struct term *t)
{
	size_t count = t->type == TERM_MAP                ? 2 * (size_t)t->n
		       : t->type == TERM_LIST && t->n > 0 ? (size_t)t->n + 1
		       : t->type == TERM_TUPLE            ? t->n
							  : 0;

	if (is_number_variable(t))
		return bind_variable(c, n, t);
	for (size_t i = 0; i < count; i++) {
		if (t->type == TERM_MAP && i % 2 == 0 && is_number_variable(&t->items[i]))
			return match_fail_at(c->p, n->at,
					     "a variable can't be the key of a map in a "
					     "head");
		if (!check_pattern(c, part(n, i), &t->items[i]))
			return false;
	}
	return true;
}

static bool check_head(struct compiler *c, const struct match_node *n,
		       const struct term *t)
{
	bool any = term_is_atom(t, "_") || is_number_variable(t);

	if (t->type == TERM_TUPLE) {
		c->m->head_tuple = true;
	} else if (t->type != TERM_LIST && !any) {
		match_fail_at(c->p, n->at,
			      "the head must be a list of the function's arguments, '_' "
			      "or "
			      "a variable");
		return fail_hint(c->p->lex.err, "a variable is written %s",
				 c->elixir ? ":\"$1\"" : "'$1'");
	}
	if (t->type == TERM_LIST && !term_is_list(t))
		return match_fail_at(c->p, n->at, "the head is no proper list");
	compile_check_arity(c, n->at, t);
	return check_pattern(c, n, t);
}

static bool check_expr(struct compiler *c, const struct match_node *n,
		       const struct term *t);

static bool check_items(struct compiler *c, const struct match_node *n,
			const struct term *items, size_t first, size_t count)
{
	for (size_t i = first; i < count; i++) {
		if (!check_expr(c, part(n, i), &items[i]))
			return false;
	}
	return true;
}

static bool fail_tuple(struct compiler *c, const struct match_node *n)
{
	match_fail_at(c->p, n->at,
		      "a tuple here is a call, and has a function's name first");
	return fail_hint(c->p->lex.err, "a tuple itself is written {{...}}");
}

/* and, or, andalso and orelse take any number. */
static bool is_variadic(struct text name)
{
	return text_is(name, "and") || text_is(name, "or") || text_is(name, "andalso") ||
	       text_is(name, "orelse");
}

static bool check_bif(struct compiler *c, const struct match_node *n,
		      const struct term *t)
{
	const struct bif *bif = bif_find(t->items[0].text, t->n - 1u);
	struct match_node args = *n;

	if (t->n == 3 && term_is_atom(&t->items[0], "is_record"))
		return match_fail_at(c->p, n->at,
				     "is_record takes 3 arguments here: the third is the "
				     "record's size");
	if (!bif)
		return compile_fail_unknown(c, &(struct match_node){
						       .at = part(n, 0)->at,
						       .name = t->items[0].text,
						       .n = t->n - 1u,
					       });
	if (!c->body && (bif->flags & BIF_ACTION))
		return match_fail_at(c->p, n->at,
				     "%s is an action: it has no place in a guard",
				     bif->name);
	if (n->kind != NODE_TUPLE)
		return true;
	args.items++;
	args.n--;
	return compile_check_call(c, &args, bif, t->items + 1);
}

static bool check_call(struct compiler *c, const struct match_node *n,
		       const struct term *t)
{
	struct text name = term_text(&t->items[0]);
	size_t nargs = t->n - 1u;

	if (text_is(name, "const"))
		return nargs == 1 ||
		       match_fail_at(c->p, n->at, "const has one argument, not %zu",
				     nargs);
	if (!check_items(c, n, t->items, 1, t->n))
		return false;
	if (is_variadic(name) && nargs > 0)
		return true;
	if (!bif_operator(name, nargs))
		return check_bif(c, n, t);
	if (n->kind == NODE_TUPLE)
		compile_check_operator(c, name, n->items + 1, t->items + 1, nargs, n->at);
	return true;
}

static bool check_tuple(struct compiler *c, const struct match_node *n,
			const struct term *t)
{
	if (t->n == 1 && t->items[0].type == TERM_TUPLE)
		return check_items(c, part(n, 0), t->items[0].items, 0, t->items[0].n);
	if (t->n == 0 || t->items[0].type != TERM_ATOM)
		return fail_tuple(c, n);
	return check_call(c, n, t);
}

static bool check_expr(struct compiler *c, const struct match_node *n,
		       const struct term *t)
{
	if (is_number_variable(t) && !variable_find(c, t->text))
		return match_fail_at(c->p, n->at,
				     "variable '%.*s' is not bound in the head",
				     TEXT_ARG(t->text));
	if (t->type == TERM_TUPLE)
		return check_tuple(c, n, t);
	if (t->type == TERM_LIST && t->n > 0)
		return check_items(c, n, t->items, 0, (size_t)t->n + 1);
	return t->type != TERM_MAP || check_items(c, n, t->items, 0, 2 * (size_t)t->n);
}

static bool check_list(struct compiler *c, const struct match_node *n,
		       const struct term *t, bool body)
{
	const char *name = body ? "actions" : "guards";

	if (!term_is_list(t))
		return match_fail_at(c->p, n->at, "the %s must be a list", name);
	c->body = body;
	for (size_t i = 0; i < t->n; i++) {
		if (!check_expr(c, part(n, i), &t->items[i]))
			return false;
		if (body) {
			compile_check_action(c, part(n, i), &t->items[i]);
			c->m->words |= compile_words(&t->items[i]);
		} else {
			compile_check_condition(c, part(n, i), &t->items[i]);
		}
	}
	return true;
}

static bool check_clause(struct compiler *c, const struct match_node *n,
			 const struct term *t)
{
	c->nvariables = 0;
	if (t->type != TERM_TUPLE || t->n != 3) {
		match_fail_at(c->p, n->at,
			      "a clause must be a tuple of three: head, guards "
			      "and actions");
		return fail_hint(c->p->lex.err, "write %s",
				 c->elixir ? "{[:\"$1\"], [], [{:return_trace}]}"
					   : "{['$1'],[],[{return_trace}]}");
	}
	return check_head(c, part(n, 0), &t->items[0]) &&
	       check_list(c, part(n, 1), &t->items[1], false) &&
	       check_list(c, part(n, 2), &t->items[2], true);
}

/* Heads are of tables or of calls, not of both. */
static bool check_kinds(struct compiler *c, const struct match_node *n,
			const struct term *t)
{
	for (size_t i = 0; i < t->n && c->m->head_tuple; i++) {
		if (t->items[i].items[0].type == TERM_LIST)
			return match_fail_at(c->p, part(n, i)->at,
					     "the head is a list, that of another clause "
					     "a "
					     "tuple");
	}
	return true;
}

bool form_reads_spec(struct match_parse *p)
{
	struct match_node n;

	return read_node(p, &n);
}

bool form_spec(struct match_parse *p, struct match *m)
{
	struct match_node n;
	struct compiler c = { .p = p, .m = m, .elixir = p->lex.elixir };

	if (!read_node(p, &n))
		return false;
	if (!term_is_list(&n.term) || n.term.n == 0)
		return match_fail_at(p, n.at,
				     "a match specification is a list of clauses, "
				     "and has one at least");
	compile_begin(&c);
	for (size_t i = 0; i < n.term.n; i++) {
		if (!check_clause(&c, part(&n, i), &n.term.items[i]))
			return false;
		compile_check_reached(&c, part(&n, i)->at, n.term.items, i);
	}
	m->spec = n.term;
	compile_end(&c);
	return check_kinds(&c, &n, &n.term);
}

/* Guards and actions: expressions -> what they are in a match specification. */
#include <string.h>

#include "base/near.h"
#include "match/compile.h"

static const char *where(const struct compiler *c)
{
	return c->body ? "actions" : "a guard";
}

static bool expr(struct compiler *c, const struct match_node *n, struct compiled *out);

/* A literal as it is; atoms that begin with '$' could be taken for variables. */
static void literal(struct compiler *c, const struct term *t, struct compiled *out)
{
	out->term = *t;
	out->value = *t;
	out->constant = t->type == TERM_INT || t->type == TERM_BIG ||
			t->type == TERM_FLOAT || t->type == TERM_ATOM ||
			/* Erlang's strings are none for ms_transform */
			(t->type == TERM_LIST && c->elixir);
	if (t->type == TERM_ATOM && t->text.len > 0 && t->text.p[0] == '$') {
		struct term items[2] = { make_atom("const"), *t };

		out->term = make_tuple(c, items, 2);
	}
}

static bool fail_unbound(struct compiler *c, const struct match_node *n)
{
	struct near near = { .word = n->name };

	if (text_is(n->name, "_"))
		return match_fail_at(c->p, n->at, "'_' has no value in %s", where(c));
	for (size_t i = 0; i < c->nvariables; i++)
		near_offer(&near, text_cstr(c->p->lex.arena, c->variables[i].name));
	match_fail_at(c->p, n->at, "variable '%.*s' is not bound in the head",
		      TEXT_ARG(n->name));
	if (text_is(n->name, "return"))
		return fail_hint(c->p->lex.err, "the action is return_trace()");
	if (c->elixir && bif_named(n->name))
		return fail_hint(c->p->lex.err, "a call has brackets: %.*s(...)",
				 TEXT_ARG(n->name));
	if (near.best)
		return fail_hint(c->p->lex.err, "is '%s' meant?", near.best);
	return c->elixir && fail_hint(c->p->lex.err, "an atom is written :%.*s",
				      TEXT_ARG(n->name));
}

static bool variable(struct compiler *c, const struct match_node *n, struct compiled *out)
{
	struct variable *v = variable_find(c, n->name);

	if (!v)
		return fail_unbound(c, n);
	/* ms_transform knows '_' as a variable that stands for itself: as a value it is
	 * only an atom. */
	if (text_is(v->atom, "_"))
		return fail_unbound(c, n);
	v->uses++;
	out->term = make_text_atom(v->atom);
	return true;
}

/* Items of a container: terms, and values where all have one. */
struct items {
	struct term *terms;
	struct term *values;
	bool constant;
};

static bool all_items(struct compiler *c, const struct match_node *items, size_t n,
		      struct items *out)
{
	out->terms = arena_many(c->p->lex.arena, n, struct term);
	out->values = arena_many(c->p->lex.arena, n, struct term);
	out->constant = true;
	for (size_t i = 0; i < n; i++) {
		struct compiled one = { 0 };

		if (!expr(c, &items[i], &one))
			return false;
		out->terms[i] = one.term;
		out->values[i] = one.value;
		out->constant &= one.constant;
	}
	return true;
}

/* {{...}}: a tuple of one tuple. */
static bool tuple(struct compiler *c, const struct match_node *n, struct compiled *out)
{
	struct items all;

	if (!all_items(c, n->items, n->n, &all))
		return false;

	struct term inner = { .type = TERM_TUPLE,
			      .n = (uint32_t)n->n,
			      .items = all.terms };

	out->term = make_tuple(c, &inner, 1);
	out->constant = all.constant;
	out->value = (struct term){ .type = TERM_TUPLE,
				    .n = (uint32_t)n->n,
				    .items = all.values };
	return true;
}

static bool list(struct compiler *c, const struct match_node *n, struct compiled *out)
{
	struct items all;

	out->constant = true;
	out->term = make_nil();
	out->value = make_nil();
	if (n->n == 0)
		return true;
	if (!all_items(c, n->items, n->n + 1, &all))
		return false;
	out->term = make_list(c, all.terms, n->n);
	out->value = make_list(c, all.values, n->n);
	out->constant = all.constant;
	return true;
}

static bool map(struct compiler *c, const struct match_node *n, struct compiled *out)
{
	struct items all;

	if (text_is(n->name, ":=")) {
		match_fail_at(c->p, n->at, "':=' is of patterns");
		return fail_hint(c->p->lex.err, "a map in %s is written #{a => 1}",
				 where(c));
	}
	if (!all_items(c, n->items, 2 * n->n, &all))
		return false;
	out->term = make_map(c, all.terms, n->n);
	return true;
}

static bool fail_operator(struct compiler *c, const struct match_node *n)
{
	bool lists = text_is(n->name, "++") || text_is(n->name, "--");

	match_fail_at(c->p, n->at, "'%.*s' has no place in %s", TEXT_ARG(n->name),
		      where(c));
	if (lists)
		return fail_hint(c->p->lex.err, "write the list as one: [a, b, c]");
	return false;
}

static bool operate(struct compiler *c, struct text name, const struct match_node *items,
		    size_t n, size_t at, struct compiled *out)
{
	struct items all;
	struct term whole[3] = { make_text_atom(name) };

	if (!all_items(c, items, n, &all))
		return false;

	bool named = compile_check_operands(c, name, items, n);

	if (all.constant) {
		bool folded = n == 1 ? fold_unary(c, name, &all.values[0], &out->value)
				     : fold_binary(c, name, &all.values[0],
						   &all.values[1], &out->value);

		if (folded) {
			out->constant = true;
			out->term = out->value;
			return true;
		}
	}
	memcpy(whole + 1, all.terms, n * sizeof(*whole));
	out->term = make_tuple(c, whole, n + 1);
	if (!named)
		compile_check_operator(c, name, &items[0], whole + 1, n, at);
	return true;
}

static bool op(struct compiler *c, const struct match_node *n, struct compiled *out)
{
	if (!bif_operator(n->name, n->n))
		return fail_operator(c, n);
	return operate(c, n->name, n->items, n->n, n->at, out);
}

/* Places of arguments that are wrong are those of the arguments. */
static bool known_call(struct compiler *c, const struct match_node *n,
		       const struct bif *bif, struct text name, struct compiled *out)
{
	struct items all;
	struct term *whole = arena_many(c->p->lex.arena, n->n + 1, struct term);

	if (!all_items(c, n->items, n->n, &all))
		return false;
	whole[0] = make_text_atom(name);
	if (n->n > 0)
		memcpy(whole + 1, all.terms, n->n * sizeof(*whole));
	out->term = (struct term){ .type = TERM_TUPLE,
				   .n = (uint32_t)n->n + 1,
				   .items = whole };
	return compile_check_arguments(c, n, bif) ||
	       compile_check_call(c, n, bif, all.terms);
}

/* mod#rec */
static bool is_record_name(const struct match_node *n)
{
	return n->kind == NODE_TERM && n->module.len > 0;
}

static bool is_record_of(struct compiler *c, const struct match_node *n,
			 struct compiled *out)
{
	/* redbug has the record first: is_record(mod#rec, X) */
	bool turned = is_record_name(&n->items[0]);
	const struct match_node *name = &n->items[turned ? 0 : 1];
	struct compiled object = { 0 };
	struct term items[4] = { make_atom("is_record") };

	if (!expr(c, &n->items[turned ? 1 : 0], &object))
		return false;

	const struct match_record *r = record_find(c, name, name->term.text);

	if (!r)
		return false;
	items[1] = object.term;
	items[2] = make_text_atom(name->term.text);
	items[3] = (struct term){ .type = TERM_INT, .num = (int64_t)r->nfields + 1 };
	out->term = make_tuple(c, items, 4);
	return true;
}

static bool fail_arity(struct compiler *c, const struct match_node *n,
		       const struct bif *b)
{
	if (b->min == b->max)
		return match_fail_at(c->p, n->at, "%s takes %d argument%s, not %zu",
				     b->name, b->min, b->min == 1 ? "" : "s", n->n);
	return match_fail_at(c->p, n->at, "%s takes %d or %d arguments, not %zu", b->name,
			     b->min, b->max, n->n);
}

static void offer_names(struct near *near, const struct compiler *c)
{
	for (size_t i = 0; bif_at(i); i++) {
		if (c->body || !(bif_at(i)->flags & BIF_ACTION))
			near_offer(near, bif_at(i)->name);
	}
}

bool compile_fail_unknown(struct compiler *c, const struct match_node *n)
{
	const char *instead = bif_instead(n->module, n->name, n->n, c->elixir);
	bool own = n->module.len == 0 || text_is(n->module, "erlang");
	const struct bif *named = own ? bif_named(n->name) : NULL;
	const char *modern = own ? bif_modern(n->name, n->n) : NULL;
	struct near near = { .word = n->name };

	if (named && !bif_find(n->name, n->n))
		return fail_arity(c, n, named);
	if (n->module.len > 0)
		match_fail_at(c->p, n->at,
			      "%.*s:%.*s/%zu can't be called: match "
			      "specifications call no functions but their own",
			      TEXT_ARG(n->module), TEXT_ARG(n->name), n->n);
	else
		match_fail_at(c->p, n->at,
			      "%.*s/%zu is no function that a match "
			      "specification knows",
			      TEXT_ARG(n->name), n->n);
	if (instead)
		return fail_hint(c->p->lex.err, "%s", instead);
	if (modern)
		return fail_hint(c->p->lex.err, "write %s", modern);
	offer_names(&near, c);
	return near.best ? fail_hint(c->p->lex.err, "is '%s' meant?", near.best) : false;
}

static bool local_call(struct compiler *c, const struct match_node *n, struct text name,
		       struct compiled *out)
{
	const struct bif *bif = bif_find(name, n->n);

	if (n->n == 0 && text_is(name, "object"))
		out->term = make_atom("$_");
	else if (n->n == 0 && text_is(name, "bindings"))
		out->term = make_atom("$*");
	if (n->n == 0 && out->term.type == TERM_ATOM)
		return true;
	if (n->n == 2 && text_is(name, "is_record") &&
	    (is_record_name(&n->items[0]) ||
	     (n->items[1].kind == NODE_TERM && n->items[1].term.type == TERM_ATOM)))
		return is_record_of(c, n, out);
	if (!bif)
		return compile_fail_unknown(c, n);
	if (!c->body && (bif->flags & BIF_ACTION)) {
		match_fail_at(c->p, n->at, "%s is an action: it has no place in a guard",
			      bif->name);
		return fail_hint(c->p->lex.err, "it belongs behind '->'");
	}
	if (c->m->head_tuple && (bif->flags & BIF_TRACE))
		compile_warn(c, n->at,
			     "%s is not known in match specifications for tables",
			     bif->name);
	return known_call(c, n, bif, name, out);
}

static bool call(struct compiler *c, const struct match_node *n, struct compiled *out)
{
	const struct bif *bif = bif_find(n->name, n->n);

	if (n->module.len == 0)
		return local_call(c, n, n->name, out);
	if (text_is(n->module, "erlang") && bif_operator(n->name, n->n)) {
		if (!operate(c, n->name, n->items, n->n, n->at, out))
			return false;
		/* ms_transform computes it, but nothing with it: it is a call there. */
		out->constant &= c->elixir;
		return true;
	}
	if (text_is(n->module, "erlang") && bif && (bif->flags & BIF_REMOTE))
		return local_call(c, n, n->name, out);
	return compile_fail_unknown(c, n);
}

/* Where the '=' of a match stands. */
static size_t sign_of(const struct compiler *c, const struct match_node *n)
{
	struct text t = c->p->lex.t;
	size_t at = n->items[0].end;

	while (at < n->items[1].at && at < t.len && t.p[at] != '=')
		at++;
	return at;
}

static bool expr(struct compiler *c, const struct match_node *n, struct compiled *out)
{
	*out = (struct compiled){ .term = { .type = TERM_TUPLE } };
	switch (n->kind) {
	case NODE_TERM:
		if (n->term.type == TERM_EXPORT)
			return match_fail_at(c->p, n->at, "a fun has no place in %s",
					     where(c));
		if (n->module.len > 0)
			return match_fail_at(c->p, n->end, "'{' or '.' was expected");
		literal(c, &n->term, out);
		return true;
	case NODE_VAR:
		return variable(c, n, out);
	case NODE_TUPLE:
		return tuple(c, n, out);
	case NODE_LIST:
		return list(c, n, out);
	case NODE_MAP:
		return map(c, n, out);
	case NODE_RECORD:
		return compile_record(c, n, &out->term);
	case NODE_FIELD:
		return compile_field(c, n, out);
	case NODE_OP:
		return op(c, n, out);
	case NODE_CALL:
		return call(c, n, out);
	case NODE_MATCH:
		match_fail_at(c->p, sign_of(c, n), "'=' has no place in %s", where(c));
		return fail_hint(c->p->lex.err, "to compare, write %s",
				 c->elixir ? "==" : "=:=");
	case NODE_BITS:
		match_fail_at(c->p, n->at, "a binary can't be built in %s", where(c));
		return fail_hint(c->p->lex.err, "only binaries that are literals are "
						"known");
	}
	return false;
}

bool compile_expr(struct compiler *c, const struct match_node *n, struct compiled *out)
{
	return expr(c, n, out);
}

/* The type tests of old are only known as a whole condition. */
bool compile_condition(struct compiler *c, const struct match_node *n,
		       struct compiled *out)
{
	const char *modern = n->kind == NODE_CALL && n->module.len == 0
				     ? bif_modern(n->name, n->n)
				     : NULL;

	*out = (struct compiled){ .term = { .type = TERM_TUPLE } };
	if (modern && !c->elixir)
		return local_call(c, n, text_of(modern), out);
	return expr(c, n, out);
}

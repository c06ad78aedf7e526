/* A function with its arguments and words, or a fun. */
#include "match/form.h"

#include <string.h>

#include "base/near.h"
#include "match/bif.h"

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '@' || (unsigned char)c >= 0x80;
}

/* A word of ASCII letters that stands here. */
static struct text word_here(const struct lex *l)
{
	size_t at = l->at;

	while (at < l->t.len && is_word_char(l->t.p[at]))
		at++;
	return text_sub(l->t, l->at, at);
}

bool form_is_fun(const struct lex *l, enum syntax syntax)
{
	struct text word = word_here(l);
	size_t end = l->at + word.len;

	if (!text_is(word, syntax == SYNTAX_ELIXIR ? "fn" : "fun"))
		return false;
	return end == l->t.len || !strchr(":./", l->t.p[end]);
}

bool form_fun(struct match_parse *p, const struct match_options *o, struct match *m)
{
	bool elixir = form_is_fun(&p->lex, SYNTAX_ELIXIR);
	struct match_text t = { .syntax = elixir ? SYNTAX_ELIXIR : SYNTAX_ERLANG,
				.fun = true };

	if (elixir && o->syntax == SYNTAX_ERLANG)
		return lex_fail(&p->lex, "'fn' is Elixir's: Erlang's begin with 'fun'");
	if (!elixir && o->syntax == SYNTAX_ELIXIR)
		return lex_fail(&p->lex, "'fun' is Erlang's: Elixir's begin with 'fn'");
	p->lex.elixir = elixir;
	m->form = MATCH_FUN;
	return (elixir ? elixir_fun : erlang_fun)(p, &t) &&
	       match_compile_clauses(p, &t, o, m);
}

/* A function's and a module's name; "_" is any. */
static bool read_any(struct match_parse *p, struct text *name)
{
	if (lex_peek(&p->lex) != '_')
		return false;
	if (word_here(&p->lex).len != 1)
		return false;
	p->lex.at++;
	*name = (struct text){ 0 };
	return true;
}

static bool read_module(struct match_parse *p, struct match *m)
{
	char c = lex_peek(&p->lex);

	if (read_any(p, &m->module))
		return true;
	if (!p->lex.elixir && ((c >= 'A' && c <= 'Z') || c == '_')) {
		lex_fail(&p->lex, "a module was expected");
		return fail_hint(p->lex.err, "any module is written _");
	}
	return lex_atom(&p->lex, &m->module);
}

/* Between module and function; people mix them up. */
static bool read_joint(struct match_parse *p, bool *found)
{
	char wrong = p->lex.elixir ? ':' : '.';

	*found = lex_peek(&p->lex) == (p->lex.elixir ? '.' : ':');
	p->lex.at += *found;
	if (*found || lex_peek(&p->lex) != wrong || p->lex.at + 1 >= p->lex.t.len ||
	    !is_word_char(p->lex.t.p[p->lex.at + 1]))
		return true;
	return lex_fail(&p->lex, p->lex.elixir ? "'.' was expected: Elixir writes "
						 ":lists.seq, Erlang lists:seq"
					       : "':' was expected: Erlang writes "
						 "lists:seq, Elixir :lists.seq");
}

static bool read_function(struct match_parse *p, struct match *m)
{
	char c = lex_peek(&p->lex);

	if (read_any(p, &m->function))
		return true;
	if (!p->lex.elixir && ((c >= 'A' && c <= 'Z') || c == '_')) {
		lex_fail(&p->lex, "a function was expected");
		return fail_hint(p->lex.err, "any function is written _");
	}
	if (p->lex.at == p->lex.t.len)
		return lex_fail(&p->lex, "a function was expected");
	return lex_function(&p->lex, &m->function);
}

static bool read_name(struct match_parse *p, struct match *m)
{
	bool found;

	m->named = true;
	return read_module(p, m) && read_joint(p, &found) &&
	       (!found || read_function(p, m));
}

static bool read_arity(struct match_parse *p, struct match *m)
{
	uint64_t arity;

	p->lex.at++;
	if (lex_peek(&p->lex) == '_') {
		p->lex.at++;
		return true;
	}
	if (!lex_small(&p->lex, 255, &arity)) {
		lex_fail(&p->lex, "an arity was expected: a number up to 255");
		return fail_hint(p->lex.err, "any is written /_");
	}
	m->arity = (int)arity;
	return true;
}

static const struct {
	const char *name;
	enum match_word word;
} words[] = {
	{ "return", MATCH_RETURN },
	{ "stack", MATCH_STACK },
	{ "time", MATCH_TIME },
	{ "count", MATCH_COUNT },
};

static struct match_node call_of(const char *name, size_t at, size_t end)
{
	return (struct match_node){ .kind = NODE_CALL,
				    .at = at,
				    .end = end,
				    .name = text_of(name) };
}

/* What a word stands for among actions; once. */
static void push_word(struct match_parse *p, struct match *m, enum match_word word,
		      size_t at, size_t end)
{
	struct match_node stack = call_of("current_stacktrace", at, end);
	struct match_node n =
		call_of(word == MATCH_RETURN ? "exception_trace" : "message", at, end);

	if (word == MATCH_STACK) {
		n.items = match_copy(p, &stack, 1);
		n.n = 1;
	}
	if (!(m->words & word) && (word == MATCH_RETURN || word == MATCH_STACK))
		match_push(p, &n);
	m->words |= word;
}

/* Does the word end an action: nothing, or a separator, follows? */
static bool stands_alone(const struct lex *l, struct text word)
{
	struct lex after = *l;

	after.at += word.len;
	lex_blanks(&after);
	return after.at == after.t.len || strchr(",;.", lex_peek(&after));
}

static bool fail_word(struct match_parse *p, struct text word)
{
	struct near near = { .word = word };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		near_offer(&near, words[i].name);
	match_fail_at(p, p->lex.at,
		      "'%.*s' is no action: return, stack, time, count, or "
		      "what a fun may say",
		      TEXT_ARG(word));
	if (near.best)
		return fail_hint(p->lex.err, "is '%s' meant?", near.best);
	return bif_named(word) && fail_hint(p->lex.err, "a call has brackets: %.*s(...)",
					    TEXT_ARG(word));
}

/* Return, return() */
static bool fail_nearly_word(struct match_parse *p, struct text word)
{
	struct text behind = text_sub(p->lex.t, p->lex.at + word.len, p->lex.t.len);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!text_same(word, text_of(words[i].name)) ||
		    (text_is(word, words[i].name) && !text_starts(behind, "()")))
			continue;
		match_fail_at(p, p->lex.at, "the action is '%s', a word",
			      words[i].name);
		fail_hint(p->lex.err, "write -> %s", words[i].name);
		return true;
	}
	return false;
}

static bool read_action(struct match_parse *p, struct match *m)
{
	struct text word;
	struct match_node n;

	lex_blanks(&p->lex);
	if (p->lex.at == p->lex.t.len)
		return lex_fail(&p->lex, "an action was expected: return, stack, time, "
					 "count");
	word = word_here(&p->lex);
	if (word.len > 0 && stands_alone(&p->lex, word)) {
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			if (!text_is(word, words[i].name))
				continue;
			push_word(p, m, words[i].word, p->lex.at, p->lex.at + word.len);
			p->lex.at += word.len;
			return true;
		}
		if (word.p[0] >= 'a' && word.p[0] <= 'z' && !text_is(word, "true") &&
		    !text_is(word, "false") && !text_is(word, "nil"))
			return fail_word(p, word);
	}
	if (fail_nearly_word(p, word))
		return false;
	if (!(p->lex.elixir ? elixir_expr : erlang_expr)(p, &n))
		return false;
	match_push(p, &n);
	return true;
}

static bool read_actions(struct match_parse *p, struct match *m, struct match_clause *k)
{
	size_t from = p->nstack;

	do {
		if (!read_action(p, m))
			return false;
	} while (lex_take(&p->lex, ",") || lex_take(&p->lex, ";"));
	k->body = match_pop(p, from, &k->nbody);
	return true;
}

/* What matches all arguments, or so many. */
static struct match_node any_head(struct match_parse *p, int arity)
{
	struct match_node any = { .kind = NODE_VAR, .name = TEXT("_") };
	struct match_node list = { .kind = NODE_LIST };

	if (arity < 0)
		return any;
	if (arity == 0)
		return list;

	struct match_node *items =
		arena_many(p->lex.arena, (size_t)arity + 1, struct match_node);

	for (int i = 0; i < arity; i++)
		items[i] = any;
	items[arity] = list;
	list.items = items;
	list.n = (size_t)arity;
	return list;
}

/* Of a specification that follows a function's name: its heads are lists of as many
 * arguments as the function has. */
static bool check_heads(struct match_parse *p, size_t at, struct match *m)
{
	int arity = -2; /* none seen */

	if (m->head_tuple) {
		match_fail_at(p, at, "the head is a tuple: those are for tables");
		return fail_hint(p->lex.err, "arguments of a function are a list: [A, "
					     "B]");
	}
	for (size_t i = 0; i < m->spec.n; i++) {
		const struct term *head = &m->spec.items[i].items[0];
		int n = term_is_list(head) ? (int)head->n : -1;

		arity = arity == -2 || arity == n ? n : -1;
	}
	if (m->arity < 0 && arity >= 0 && arity <= 255)
		m->arity = arity;
	return true;
}

static bool with_spec(struct match_parse *p, const struct match_options *o,
		      struct match *m)
{
	size_t at = p->lex.at;
	bool elixir = p->lex.elixir;
	bool ok;

	if (lex_peek(&p->lex) == '[') {
		m->form = MATCH_SPEC;
		ok = form_spec(p, m);
	} else {
		ok = form_fun(p, o, m);
	}
	p->lex.elixir = elixir;
	return ok && check_heads(p, at, m);
}

bool form_function(struct match_parse *p, const struct match_options *o, struct match *m)
{
	struct match_clause k = { .at = p->lex.at };
	struct match_text t = { .syntax = p->lex.elixir ? SYNTAX_ELIXIR : SYNTAX_ERLANG,
				.clauses = &k,
				.nclauses = 1 };

	m->form = MATCH_FUNCTION;
	if (!read_name(p, m))
		return false;
	if (lex_peek(&p->lex) == '/' && !read_arity(p, m))
		return false;
	k.head = any_head(p, m->arity);

	bool arguments = m->arity < 0 && lex_peek(&p->lex) == '(';

	if (arguments) {
		if (!(p->lex.elixir ? elixir_call : erlang_call)(p, &k))
			return false;
		m->arity = k.head.n <= 255 ? (int)k.head.n : -1;
	}
	lex_blanks(&p->lex);
	if (!arguments &&
	    (lex_peek(&p->lex) == '[' || form_is_fun(&p->lex, SYNTAX_ERLANG) ||
	     form_is_fun(&p->lex, SYNTAX_ELIXIR)))
		return with_spec(p, o, m);
	if (!arguments && text_is(word_here(&p->lex), "when")) {
		lex_fail(&p->lex, "a guard needs arguments in front of it");
		return fail_hint(p->lex.err, "%s",
				 p->lex.elixir ? "write f(x, y) when x > y"
					       : "write f(X, Y) when X > Y");
	}
	if (lex_take(&p->lex, "->") && !read_actions(p, m, &k))
		return false;
	return match_compile_clauses(p, &t, o, m);
}

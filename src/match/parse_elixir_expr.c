/* Elixir's operators: what binds what. */
#include "match/elixir.h"

#include <string.h>

/* "#" begins a comment, and also what inspect prints as #PID<0.1.2>. */
static bool is_comment(const struct lex *l)
{
	return lex_peek(l) == '#' && !lex_is(l, "#{") && !lex_is(l, "#PID<") &&
	       !lex_is(l, "#Port<") && !lex_is(l, "#Ref<") && !lex_is(l, "#Reference<");
}

bool elixir_blanks(struct match_parse *p)
{
	struct lex *l = &p->lex;
	bool line = false;

	for (; l->at < l->t.len; l->at++) {
		if (is_comment(l)) {
			while (l->at + 1 < l->t.len && l->t.p[l->at + 1] != '\n')
				l->at++;
			continue;
		}

		char c = lex_peek(l);

		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			break;
		line |= c == '\n';
	}
	return line;
}

bool elixir_take(struct match_parse *p, const char *s)
{
	elixir_blanks(p);
	if (!lex_is(&p->lex, s))
		return false;
	p->lex.at += strlen(s);
	return true;
}

bool elixir_need(struct match_parse *p, const char *s)
{
	elixir_blanks(p);
	return lex_need(&p->lex, s);
}

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '?' || c == '!' ||
	       (unsigned char)c >= 0x80;
}

static bool word_here(const struct lex *l, const char *word)
{
	size_t end = l->at + strlen(word);

	return lex_is(l, word) && (end == l->t.len || !in_word(l->t.p[end]));
}

bool elixir_word(struct match_parse *p, const char *word)
{
	elixir_blanks(p);
	return word_here(&p->lex, word);
}

bool elixir_take_word(struct match_parse *p, const char *word)
{
	if (!elixir_word(p, word))
		return false;
	p->lex.at += strlen(word);
	return true;
}

/* How tightly they bind, and to which side.
 * Source: Elixir, Operators reference, "Operator precedence and associativity". */
struct operator
{
	const char *text;
	int binds;
	bool right;
};

enum { BINDS_STOP };

/* Longer ones come first; also Erlang's, to say what they are in Elixir. Those that bind
 * BINDS_STOP end an expression. */
static const struct operator operators[] = {
	{ "===", 5, false },
	{ "!==", 5, false },
	{ "&&&", 4, false },
	{ "|||", 3, false },
	{ "<<<", 7, false },
	{ ">>>", 7, false },
	{ "<<~", 7, false },
	{ "~>>", 7, false },
	{ "<~>", 7, false },
	{ "<|>", 7, false },
	{ "^^^", 9, false },
	{ "+++", 11, true },
	{ "---", 11, true },
	{ "=:=", 5, false },
	{ "=/=", 5, false },
	{ "==", 5, false },
	{ "!=", 5, false },
	{ "=~", 5, false },
	{ "<=", 6, false },
	{ ">=", 6, false },
	{ "&&", 4, false },
	{ "||", 3, false },
	{ "|>", 7, false },
	{ "<~", 7, false },
	{ "~>", 7, false },
	{ "++", 11, true },
	{ "--", 11, true },
	{ "->", 0, false },
	{ "<-", 1, false },
	{ "\\\\", 1, false },
	{ "<>", 11, true },
	{ "..", 11, true },
	{ "//", 10, true },
	{ "**", 14, false },
	{ "=>", 0, false },
	{ "::", 1, true },
	{ ">>", 0, false },
	{ "=<", 6, false },
	{ "/=", 5, false },
	{ "<", 6, false },
	{ ">", 6, false },
	{ "+", 12, false },
	{ "-", 12, false },
	{ "*", 13, false },
	{ "/", 13, false },
	{ "=", 2, true },
	{ "and", 4, false },
	{ "or", 3, false },
	{ "in", 8, false },
	{ "not in", 8, false },
};

static bool stands_here(struct match_parse *p, const struct operator* o)
{
	struct lex *l = &p->lex;
	size_t from = l->at;

	if (strcmp(o->text, "=<") == 0 && lex_is(l, "=<<"))
		return false;
	if (o->text[0] < 'a' || o->text[0] > 'z')
		return lex_is(l, o->text);
	if (strcmp(o->text, "not in") != 0)
		return word_here(l, o->text);

	bool found = elixir_take_word(p, "not") && elixir_word(p, "in");

	l->at = from;
	return found;
}

static const struct operator* operator_here(struct match_parse *p)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (stands_here(p, &operators[i]))
			return operators[i].binds == BINDS_STOP ? NULL : &operators[i];
	}
	return NULL;
}

/* The operator that follows an expression, if it binds at least that tightly. At the
 * beginning of a line "+" and "-" begin another expression. */
static const struct operator* next_operator(struct match_parse *p, int least)
{
	size_t from = p->lex.at;
	bool line = elixir_blanks(p);
	const struct operator* o = operator_here(p);

	if (o && o->binds >= least &&
	    !(line && (strcmp(o->text, "+") == 0 || strcmp(o->text, "-") == 0)))
		return o;
	p->lex.at = from;
	return NULL;
}

static struct match_node operation(struct text name, size_t where,
				   const struct match_node *items, size_t n)
{
	return (struct match_node){
		.kind = text_is(name, "=") ? NODE_MATCH : NODE_OP,
		.at = where,
		.end = items[n - 1].end,
		.name = name,
		.term = { .type = TERM_INT, .num = (int64_t)where },
		.items = items,
		.n = n,
	};
}

/* Was it written in brackets? */
static bool bracketed(struct match_parse *p, const struct match_node *n)
{
	return p->lex.t.p[n->at] == '(';
}

static bool is_not(const struct match_node *n)
{
	return n->kind == NODE_OP && n->n == 1 && text_is(n->name, "not");
}

/* "not a in b" is "not (a in b)", as "a not in b" is. */
static void set_binary(struct match_parse *p, const struct operator* o, size_t where,
		       struct match_node *left, const struct match_node *right)
{
	struct match_node items[2] = { *left, *right };
	struct text name = text_of(o->text);
	size_t at = left->at;

	if (strcmp(o->text, "in") == 0 && is_not(left) && !bracketed(p, left)) {
		items[0] = left->items[0];
		name = TEXT("not in");
	}
	*left = operation(name, where, match_copy(p, items, 2), 2);
	left->at = at;
}

/* Behind the operator: blanks, also between the words of "not in". */
static void pass_operator(struct match_parse *p, const struct operator* o)
{
	if (strcmp(o->text, "not in") == 0) {
		elixir_take_word(p, "not");
		elixir_take_word(p, "in");
	} else {
		p->lex.at += strlen(o->text);
	}
	elixir_blanks(p);
}

static bool read_field(struct match_parse *p, struct match_node *out)
{
	struct match_node field = { .kind = NODE_FIELD, .at = out->at };
	size_t at = p->lex.at;

	p->lex.at++;
	if (lex_peek(&p->lex) == '(')
		return match_fail_at(p, at,
				     "a fun that a variable holds can't be called") ||
		       fail_hint(p->lex.err, "only guards and actions can be");
	if (!lex_function(&p->lex, &field.name))
		return false;
	if (lex_peek(&p->lex) == '(')
		return match_fail_at(p, at,
				     "a function of the module that a variable holds "
				     "can't be called");
	field.base = match_copy(p, out, 1);
	field.end = p->lex.at;
	*out = field;
	return true;
}

/* Module.function(arguments) behind the module. */
static bool read_remote(struct match_parse *p, struct match_node *out)
{
	struct match_node call = { .kind = NODE_CALL, .at = out->at };

	p->lex.at++;
	call.module = out->term.text;
	if (lex_peek(&p->lex) == '{')
		return lex_fail(&p->lex, "several modules at once have no place here");
	if (!lex_function(&p->lex, &call.name))
		return false;
	if (lex_peek(&p->lex) != '(')
		return lex_fail(&p->lex, "'(' was expected: a call of another module "
					 "needs "
					 "its brackets");
	p->lex.at++;
	if (!elixir_read_items(p, ")", false, &call))
		return false;
	call.end = p->lex.at;
	*out = call;
	return true;
}

static bool is_range_dot(const struct lex *l)
{
	return lex_is(l, "..");
}

/* .field, .function(), [key] */
static bool read_postfix(struct match_parse *p, struct match_node *out)
{
	size_t levels = 0;
	bool ok = elixir_read_primary(p, out);

	while (ok && lex_peek(&p->lex) == '.' && !is_range_dot(&p->lex)) {
		bool module = out->kind == NODE_TERM && out->term.type == TERM_ATOM;

		ok = match_deeper(p);
		levels += ok;
		ok = ok && (module ? read_remote : read_field)(p, out);
	}
	p->depth -= levels;
	if (ok && lex_peek(&p->lex) == '[' &&
	    (out->kind == NODE_VAR || out->kind == NODE_FIELD)) {
		lex_fail(&p->lex, "a look-up with [key] can't be said in a match "
				  "specification");
		return fail_hint(p->lex.err, "map.key, or :erlang.map_get(key, map)");
	}
	return ok;
}

/* The operator in front of an operand that stands here; empty when there is none. */
static struct text prefix_here(struct match_parse *p)
{
	static const char *const prefixes[] = { "~~~", "-", "+", "!", "^", "&", "@" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (lex_is(&p->lex, prefixes[i]))
			return text_of(prefixes[i]);
	}
	return word_here(&p->lex, "not") ? TEXT("not") : TEXT("");
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* -1 and +1 are numbers. */
static bool read_signed(struct match_parse *p, struct match_node *out)
{
	*out = (struct match_node){ .kind = NODE_TERM, .at = p->lex.at };
	if (!lex_number(&p->lex, &out->term))
		return false;
	out->end = p->lex.at;
	return true;
}

static bool read_unary(struct match_parse *p, struct match_node *out)
{
	struct match_node operand;

	elixir_blanks(p);

	size_t at = p->lex.at;
	struct text name = prefix_here(p);

	if (name.len == 0)
		return read_postfix(p, out);
	if (text_is(name, "&") || text_is(name, "@"))
		return elixir_say_operator(p, at, name);
	if ((text_is(name, "-") || text_is(name, "+")) && at + 1 < p->lex.t.len &&
	    (is_digit(p->lex.t.p[at + 1]) || p->lex.t.p[at + 1] == '?'))
		return read_signed(p, out);
	if (!match_deeper(p))
		return false;
	p->lex.at += name.len;
	if (!read_unary(p, &operand))
		return false;
	p->depth--;
	*out = operation(name, at, match_copy(p, &operand, 1), 1);
	return true;
}

bool elixir_read(struct match_parse *p, int least, struct match_node *out)
{
	const struct operator* o;
	size_t levels = 1;

	if (!match_deeper(p) || !read_unary(p, out))
		return false;
	while ((o = next_operator(p, least))) {
		struct match_node right;
		size_t where = p->lex.at;

		if (!match_deeper(p))
			return false;
		levels++;
		pass_operator(p, o);
		if (!elixir_read(p, o->right ? o->binds : o->binds + 1, &right))
			return false;
		set_binary(p, o, where, out, &right);
	}
	p->depth -= levels;
	return true;
}

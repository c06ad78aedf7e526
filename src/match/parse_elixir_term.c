/* Elixir's literals, variables and containers. */
#include "match/elixir.h"
#include "match/slip.h"

#include "term/parse.h"

static bool done(struct match_parse *p, struct match_node *out)
{
	out->end = p->lex.at;
	return true;
}

static struct match_node atom_at(size_t at, size_t end, struct text name)
{
	return (struct match_node){
		.kind = NODE_TERM,
		.at = at,
		.end = end,
		.term = { .type = TERM_ATOM, .text = name },
	};
}

/* "key: value", pushed as {key, value} or as two nodes. *found: there was one. */
static bool read_keyword(struct match_parse *p, bool pair, bool *found)
{
	struct match_node items[2];
	struct text key;

	elixir_blanks(p);

	size_t at = p->lex.at;

	*found = lex_key(&p->lex, &key);
	if (!*found)
		return true;
	items[0] = atom_at(at, p->lex.at, key);
	if (!elixir_read(p, ELIXIR_LEAST, &items[1]))
		return false;
	if (!pair) {
		match_push(p, &items[0]);
		match_push(p, &items[1]);
		return true;
	}
	match_push(p, &(struct match_node){
			      .kind = NODE_TUPLE,
			      .at = at,
			      .end = items[1].end,
			      .items = match_copy(p, items, 2),
			      .n = 2,
		      });
	return true;
}

/* What was pushed since from, as a list with an empty tail. */
static struct match_node list_of(struct match_parse *p, size_t from, size_t at)
{
	struct match_node list = { .kind = NODE_LIST, .at = at };
	struct match_node nil = { .kind = NODE_LIST, .at = p->lex.at, .end = p->lex.at };
	size_t n;

	match_push(p, &nil);
	list.items = match_pop(p, from, &n);
	list.n = n - 1;
	list.end = p->lex.at;
	return list;
}

static bool read_item(struct match_parse *p, bool *keywords)
{
	struct match_node n;
	bool found;

	if (!read_keyword(p, true, &found))
		return false;
	if (found) {
		*keywords = true;
		return true;
	}
	if (*keywords)
		return lex_fail(&p->lex, "keywords come last");
	if (!elixir_read(p, ELIXIR_LEAST, &n))
		return false;
	match_push(p, &n);
	return true;
}

/* Behind an item or a pair. */
static bool need_comma(struct match_parse *p, const char *close)
{
	if (elixir_take(p, ","))
		return true;
	if (p->lex.at == p->lex.t.len)
		return fail(p->lex.err, ERR_USAGE, "'%s' is missing at the end", close);
	return fail(p->lex.err, ERR_USAGE, "',' or '%s' was expected", close);
}

bool elixir_read_items(struct match_parse *p, const char *close, bool list,
		       struct match_node *out)
{
	size_t from = p->nstack;
	size_t first = from; /* where keywords begin */
	size_t at = p->lex.at;
	bool keywords = false;

	while (!elixir_take(p, close)) {
		if (p->nstack > from && !need_comma(p, close))
			return false;
		if (p->nstack > from && elixir_take(p, close))
			break;
		if (!keywords) {
			first = p->nstack;
			at = p->lex.at;
		}
		if (!read_item(p, &keywords))
			return false;
		if (list && (elixir_blanks(p), lex_peek(&p->lex) == '|'))
			break;
	}
	if (keywords && !list) {
		struct match_node last = list_of(p, first, at);

		match_push(p, &last);
	}
	out->items = match_pop(p, from, &out->n);
	return true;
}

static bool read_tuple(struct match_parse *p, struct match_node *out)
{
	out->kind = NODE_TUPLE;
	return elixir_read_items(p, "}", false, out) && done(p, out);
}

static bool read_list(struct match_parse *p, struct match_node *out)
{
	struct match_node tail = { .kind = NODE_LIST };

	out->kind = NODE_LIST;
	if (!elixir_read_items(p, "]", true, out))
		return false;
	if (lex_peek(&p->lex) == '|') {
		p->lex.at++;
		if (!elixir_read(p, ELIXIR_LEAST, &tail) || !elixir_need(p, "]"))
			return false;
	} else {
		tail.at = tail.end = p->lex.at - 1;
	}

	size_t from = p->nstack;
	size_t n;

	for (size_t i = 0; i < out->n; i++)
		match_push(p, &out->items[i]);
	match_push(p, &tail);
	out->items = match_pop(p, from, &n);
	if (out->n == 0)
		out->items = NULL;
	return done(p, out);
}

/* Above "=>" */
enum { MAP_KEY = 2 };

static bool read_pair(struct match_parse *p, bool first, bool *keywords)
{
	struct match_node key;
	struct match_node value;
	bool found;

	if (!read_keyword(p, false, &found))
		return false;
	*keywords |= found;
	if (found)
		return true;
	if (*keywords)
		return lex_fail(&p->lex, "keywords come last");
	if (!elixir_read(p, MAP_KEY, &key))
		return false;
	elixir_blanks(p);
	if (first && lex_peek(&p->lex) == '|') {
		lex_fail(&p->lex, "a map can't be changed in a match specification");
		return fail_hint(p->lex.err, "only made anew: %%{key: value}");
	}
	/* %{a = 1} */
	if (key.kind == NODE_MATCH && !lex_is(&p->lex, "=>"))
		p->lex.at = elixir_place(&key);
	if (!elixir_need(p, "=>") || !elixir_read(p, ELIXIR_LEAST, &value))
		return false;
	match_push(p, &key);
	match_push(p, &value);
	return true;
}

static bool read_pairs(struct match_parse *p, struct match_node *out)
{
	size_t from = p->nstack;
	bool keywords = false;

	if (!elixir_need(p, "{"))
		return false;
	while (!elixir_take(p, "}")) {
		bool first = p->nstack == from;

		if (!first && !need_comma(p, "}"))
			return false;
		if (!first && elixir_take(p, "}"))
			break;
		if (!read_pair(p, first, &keywords))
			return false;
	}
	out->items = match_pop(p, from, &out->n);
	out->n /= 2;
	return done(p, out);
}

/* %{...} and %Name{...} behind the "%" */
static bool read_map(struct match_parse *p, struct match_node *out)
{
	struct match_node name;

	out->kind = NODE_MAP;
	if (lex_peek(&p->lex) != '{') {
		out->kind = NODE_RECORD;
		if (!match_deeper(p))
			return false;
		if (lex_peek(&p->lex) == '^')
			return elixir_say_operator(p, p->lex.at, TEXT("^"));
		if (!elixir_read_primary(p, &name))
			return false;
		p->depth--;
		out->base = match_copy(p, &name, 1);
	}
	return read_pairs(p, out);
}

/* A literal that term/ reads. */
static bool read_literal(struct match_parse *p, bool (*read)(struct lex *, struct term *),
			 struct match_node *out)
{
	out->kind = NODE_TERM;
	return read(&p->lex, &out->term) && done(p, out);
}

static bool read_atom(struct match_parse *p, struct match_node *out)
{
	size_t at = p->lex.at;
	struct text name;

	if (!lex_atom(&p->lex, &name))
		return false;
	*out = atom_at(at, p->lex.at, name);
	return true;
}

static bool is_reserved(struct text word)
{
	static const char *const words[] = { "end", "do", "when", "and",
					     "or", "in", "not", "after",
					     "else", "catch", "rescue" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (text_is(word, words[i]))
			return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_begin(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_' || (unsigned char)c >= 0x80;
}

/* Does what stands behind a word and a blank look like an argument without brackets? */
static bool is_argument(struct match_parse *p)
{
	struct lex l = p->lex;
	struct text word;

	while (lex_peek(&l) == ' ' || lex_peek(&l) == '\t')
		l.at++;

	char c = lex_peek(&l);

	if (l.at == p->lex.at)
		return false;
	if (is_word_begin(c))
		return lex_function(&l, &word) && !is_reserved(word);
	if (c == ':')
		return !lex_is(&l, "::");
	return c == '"' || c == '\'' || c == '%' || c == '{' || c == '?' || is_digit(c) ||
	       (c >= 'A' && c <= 'Z');
}

/* Is a word like "if" used as one, and not as a variable: does something follow that only
 * an argument begins with? */
static bool is_block(struct match_parse *p, struct text word)
{
	struct match_parse look = *p;

	if (text_is(word, "fn") || is_argument(p))
		return true;
	elixir_blanks(&look);
	if (lex_is(&look.lex, "(") || lex_is(&look.lex, "["))
		return true;
	if (lex_is(&look.lex, "!"))
		return !lex_is(&look.lex, "!=");
	if (elixir_take_word(&look, "not"))
		return !elixir_word(&look, "in");
	return elixir_word(&look, "do");
}

static bool is_literal(struct text word)
{
	return text_is(word, "nil") || text_is(word, "true") || text_is(word, "false");
}

/* The one argument of a call without brackets: all that follows. */
static bool read_argument(struct match_parse *p, struct match_node *out)
{
	struct match_node argument;

	if (!elixir_read(p, ELIXIR_LEAST, &argument))
		return false;
	out->items = match_copy(p, &argument, 1);
	out->n = 1;
	return true;
}

/* Quotes and blanks that a chat put in look like letters. */
static bool is_plain(struct match_parse *p, size_t at, struct text word)
{
	size_t len;

	for (size_t i = 0; i < word.len; i++) {
		if (slip_typographic(word, i, true, &len).len > 0)
			return match_fail_at(p, at + i, "this is no letter");
	}
	return true;
}

/* A variable, a call, or one of the words of Elixir. */
static bool read_word(struct match_parse *p, struct match_node *out)
{
	size_t at = p->lex.at;
	size_t arity;

	if (!lex_function(&p->lex, &out->name) || !is_plain(p, at, out->name))
		return false;
	/* x!=1 */
	if (text_ends(out->name, "!") && lex_peek(&p->lex) == '=' &&
	    !lex_is(&p->lex, "==")) {
		out->name.len--;
		p->lex.at--;
	}
	if (is_literal(out->name)) {
		*out = atom_at(at, p->lex.at, out->name);
		return true;
	}
	if (is_reserved(out->name))
		return match_fail_at(p, at,
				     "an expression was expected in front of '%.*s'",
				     TEXT_ARG(out->name));
	if (is_block(p, out->name) && !elixir_say_word(p, at, out->name))
		return false;
	if (lex_peek(&p->lex) == '(') {
		p->lex.at++;
		out->kind = NODE_CALL;
		return elixir_read_items(p, ")", false, out) && done(p, out);
	}
	if (is_argument(p) && elixir_arity(out, &arity) && arity == 1) {
		out->kind = NODE_CALL;
		return read_argument(p, out) && done(p, out);
	}
	if (is_argument(p))
		return elixir_say_no_operator(p, out->name);
	out->kind = NODE_VAR;
	return done(p, out);
}

static bool read_brackets(struct match_parse *p, struct match_node *out)
{
	size_t at = p->lex.at;

	p->lex.at++;
	if (!elixir_read(p, ELIXIR_LEAST, out) || !elixir_need(p, ")"))
		return false;
	out->at = at;
	return done(p, out);
}

static bool none_here(struct match_parse *p)
{
	if (p->lex.at == p->lex.t.len)
		return lex_fail(&p->lex, "the text ends where an expression was "
					 "expected");
	lex_fail(&p->lex, "an expression was expected");
	return lex_is(&p->lex, "#{") && fail_hint(p->lex.err, "Elixir's maps: %%{a: 1}");
}

static bool read_container(struct match_parse *p, struct match_node *out)
{
	char c = lex_peek(&p->lex);

	p->lex.at++;
	return c == '['   ? read_list(p, out)
	       : c == '{' ? read_tuple(p, out)
			  : read_map(p, out);
}

bool elixir_read_primary(struct match_parse *p, struct match_node *out)
{
	struct lex *l = &p->lex;
	char c = lex_peek(l);

	*out = (struct match_node){ .at = l->at };
	if (is_digit(c) || c == '?')
		return read_literal(p, lex_number, out);
	if (c == '[' || c == '{' || c == '%')
		return read_container(p, out);
	if (c == '(')
		return read_brackets(p, out);
	if (c == '"' || c == '\'' || c == '~')
		return elixir_read_text(p, out);
	if (lex_is(l, "<<"))
		return elixir_read_bits(p, out);
	if ((c == '#' && !lex_is(l, "#{")) ||
	    (c == '<' && l->at + 1 < l->t.len && is_digit(l->t.p[l->at + 1])))
		return read_literal(p, parse_id, out);
	if (c == ':' || (c >= 'A' && c <= 'Z'))
		return read_atom(p, out);
	return is_word_begin(c) ? read_word(p, out) : none_here(p);
}

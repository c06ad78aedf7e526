/* Erlang's expressions, which are also its patterns: text -> nodes. */
#include <string.h>

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

static size_t characters(struct text t)
{
	size_t n = 0;
	uint32_t c;

	for (size_t at = 0; at < t.len; n++)
		at += utf8_next(t, at, &c);
	return n;
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
	if (characters(*name) > ATOM_MAX)
		return match_fail_at(p, at, "an atom has at most %d characters",
				     ATOM_MAX);
	return true;
}

bool erlang_items(struct match_parse *p, const char *close)
{
	struct match_node n;

	if (lex_take(&p->lex, close))
		return true;
	do {
		if (!erlang_expr(p, &n))
			return false;
		match_push(p, &n);
	} while (lex_take(&p->lex, ","));
	return erlang_no_sign(p) && lex_need(&p->lex, close);
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
	do {
		if (!erlang_expr(p, &n))
			return false;
		match_push(p, &n);
	} while (lex_take(&p->lex, ","));
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
			return lex_fail(&p->lex, "':=' was expected");
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

/* name{...} or name.field behind '#'. base: what stands in front, or NULL. */
static bool parse_record(struct match_parse *p, const struct match_node *base,
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
	return parse_record(p, NULL, out);
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
		return parse_record(p, NULL, out);
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

/* The characters of a text as a list. */
static void set_string(struct match_parse *p, struct text t, struct term *out)
{
	struct term *items = arena_many(p->lex.arena, t.len + 1, struct term);
	size_t n = 0;
	uint32_t c;

	for (size_t at = 0; at < t.len; n++) {
		at += utf8_next(t, at, &c);
		items[n] = (struct term){ .type = TERM_INT, .num = c };
	}
	items[n] = (struct term){ .type = TERM_LIST };
	*out = (struct term){ .type = TERM_LIST,
			      .n = (uint32_t)n,
			      .items = n > 0 ? items : NULL };
}

/* The line that begins here, without its end; the next one: out. */
static struct text line_at(struct text t, size_t at, size_t *next)
{
	struct text rest = text_sub(t, at, t.len);
	size_t len = text_chr(rest, '\n');

	*next = at + len + (len < rest.len);
	return text_sub(rest, 0, len);
}

static size_t blanks_of(struct text line)
{
	size_t n = 0;

	while (n < line.len && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return n;
}

/* Where the line begins that closes a text of lines; the end of all when none does. */
static size_t closing_line(struct text t, size_t at, struct text quotes)
{
	size_t next = at;

	for (; at < t.len; at = next) {
		struct text line = line_at(t, at, &next);
		struct text word = text_sub(line, blanks_of(line), line.len);

		if (text_eq(text_sub(word, 0, quotes.len), quotes))
			return at;
	}
	return t.len;
}

/* """ and the lines behind it up to one that begins with it again: as they are, but for
 * the blanks that the last one begins with. */
static bool read_lines(struct match_parse *p, struct buf *b)
{
	struct text t = p->lex.t;
	size_t from = p->lex.at;
	size_t next = from;

	while (p->lex.at < t.len && t.p[p->lex.at] == '"')
		p->lex.at++;

	struct text quotes = text_sub(t, from, p->lex.at);
	struct text line = line_at(t, p->lex.at, &next);
	size_t close = closing_line(t, next, quotes);

	if (text_trim(line).len > 0)
		return lex_fail(&p->lex, "a line end was expected behind the quotes");
	if (close == t.len)
		return match_fail_at(p, t.len, "the text ends too early");

	struct text last = text_sub(t, close, t.len);
	struct text indent = text_sub(last, 0, blanks_of(last));

	for (size_t at = next, first = next; at < close; at = next) {
		line = line_at(t, at, &next);

		struct text front = text_sub(line, 0, indent.len);

		if (text_trim(line).len > 0 && !text_eq(front, indent))
			return match_fail_at(p, at,
					     "the line must begin with the blanks "
					     "of the last one");
		if (at > first)
			buf_char(b, '\n');
		buf_text_add(b, text_sub(line, indent.len, line.len));
	}
	p->lex.at = close + indent.len + quotes.len;
	return true;
}

/* A text between quotes, or of lines. */
static bool read_string(struct match_parse *p, struct buf *b)
{
	struct text t;

	if (lex_is(&p->lex, "\"\"\""))
		return read_lines(p, b);
	if (!lex_quoted(&p->lex, LEX_CHARS, &t))
		return false;
	buf_text_add(b, t);
	return true;
}

bool erlang_string(struct match_parse *p, struct match_node *out)
{
	struct buf b = { 0 };
	size_t end = p->lex.at;
	bool ok = true;

	for (;;) {
		lex_blanks(&p->lex);
		if (lex_peek(&p->lex) != '"')
			break;
		ok = read_string(p, &b);
		if (!ok)
			break;
		end = p->lex.at;
	}
	if (ok) {
		set_string(p, buf_text(&b), &out->term);
		p->lex.at = end;
	}
	buf_clear(&b);
	return ok;
}

/* What closes a sigil that this opens; 0: it opens none. */
static char closing_of(char open)
{
	static const char opens[] = "([{</|'\"`#";
	static const char closes[] = ")]}>/|'\"`#";
	const char *at = open ? strchr(opens, open) : NULL;

	return at ? closes[at - opens] : '\0';
}

/* The text of a sigil, from its opening on; verbatim: a backslash is one. */
static bool read_sigil(struct match_parse *p, bool verbatim, struct buf *b)
{
	char close = closing_of(lex_peek(&p->lex));
	uint32_t c;

	if (!close)
		return lex_fail(&p->lex, "this sigil is not understood");
	p->lex.at++;
	while (lex_peek(&p->lex) != close) {
		if (p->lex.at == p->lex.t.len)
			return lex_fail(&p->lex, "the text ends too early");
		if (verbatim)
			buf_char(b, p->lex.t.p[p->lex.at++]);
		else if (!lex_character(&p->lex, &c))
			return false;
		else
			utf8_add(b, c);
	}
	p->lex.at++;
	return true;
}

/* ~"text", ~b(text), ~s/text/, ~B and ~S, as OTP 27 has them. */
static bool parse_sigil(struct match_parse *p, struct match_node *out)
{
	struct buf b = { 0 };
	char kind = 'b';
	bool plain = true;
	bool ok;

	p->lex.at++;
	if (lex_peek(&p->lex) && strchr("bBsS", lex_peek(&p->lex))) {
		kind = p->lex.t.p[p->lex.at++];
		plain = false;
	}
	/* in a text of lines a backslash is one, unless the sigil says otherwise */
	if (lex_is(&p->lex, "\"\"\"") && (kind == 'B' || kind == 'S' || plain))
		ok = read_lines(p, &b);
	else
		ok = read_sigil(p, kind == 'B' || kind == 'S', &b);
	if (ok && (kind == 's' || kind == 'S'))
		set_string(p, buf_text(&b), &out->term);
	else if (ok)
		out->term = (struct term){ .type = TERM_BINARY,
					   .text = text_dup(p->lex.arena, buf_text(&b)) };
	buf_clear(&b);
	return ok;
}

static bool parse_parens(struct match_parse *p, struct match_node *out)
{
	p->lex.at++;
	return erlang_expr(p, out) && erlang_no_sign(p) && lex_need(&p->lex, ")");
}

static bool parse_primary(struct match_parse *p, struct match_node *out)
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
		return parse_sigil(p, out);
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
		if (!match_deeper(p) || !parse_record(p, &base, out))
			return false;
		out->end = p->lex.at;
	}
	p->depth = depth;
	return true;
}

static bool parse_alone(struct match_parse *p, struct match_node *out)
{
	*out = node_at(NODE_TERM, p->lex.at);
	if (!parse_primary(p, out))
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

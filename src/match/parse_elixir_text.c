/* Elixir's texts: strings, charlists, heredocs, sigils that are literals. */
#include "match/elixir.h"

#include <string.h>

static struct match_node literal(size_t at, struct term t)
{
	return (struct match_node){ .kind = NODE_TERM, .at = at, .term = t };
}

static struct match_node binary(size_t at, struct text t)
{
	return literal(at, (struct term){ .type = TERM_BINARY, .text = t });
}

bool elixir_charlist(struct match_parse *p, size_t at, struct text t,
		     struct match_node *out)
{
	struct term list;

	if (!match_characters(p, at, t, &list))
		return false;
	*out = literal(at, list);
	return true;
}

/* The words of ~w as a list; kind: 's', 'a' or 'c'. */
static bool words(struct match_parse *p, size_t at, struct text t, char kind,
		  struct match_node *out)
{
	struct match_node nil = { .kind = NODE_LIST, .at = at };
	size_t from = p->nstack;
	struct text word;

	while (text_word(&t, &word)) {
		struct match_node n = binary(at, word);

		if (kind == 'a')
			n.term.type = TERM_ATOM;
		if (kind == 'c' && !elixir_charlist(p, at, word, &n))
			return false;
		match_push(p, &n);
	}
	*out = nil;
	out->n = p->nstack - from;
	if (out->n > 0) {
		size_t all;

		match_push(p, &nil);
		out->items = match_pop(p, from, &all);
	}
	return true;
}

/* How far the line here is indented, and whether it ends the heredoc. */
static bool ends_heredoc(struct text t, size_t at, const char *quotes, size_t *indent)
{
	size_t from = at;

	while (at < t.len && (t.p[at] == ' ' || t.p[at] == '\t'))
		at++;
	*indent = at - from;
	return text_starts(text_sub(t, at, t.len), quotes);
}

static size_t next_line(struct text t, size_t at)
{
	size_t line = at + text_chr(text_sub(t, at, t.len), '\n');

	return line < t.len ? line + 1 : t.len;
}

/* Behind the quotes and the line end: the lines up to the one that ends it, without what
 * that one is indented by. Stops behind it; false: there is none. */
static bool heredoc_lines(struct match_parse *p, const char *quotes, struct text *out)
{
	struct text t = p->lex.t;
	size_t from = p->lex.at;
	size_t end = from;
	size_t indent;
	struct buf b = { 0 };

	while (!ends_heredoc(t, end, quotes, &indent)) {
		end = next_line(t, end);
		if (end == t.len)
			return false;
	}
	for (size_t at = from; at < end;) {
		size_t next = next_line(t, at);

		for (size_t i = 0; i < indent && (t.p[at] == ' ' || t.p[at] == '\t'); i++)
			at++;
		buf_text_add(&b, text_sub(t, at, next));
		at = next;
	}
	*out = text_dup(p->lex.arena, buf_text(&b));
	buf_clear(&b);
	p->lex.at = end + indent + 3;
	return true;
}

/* The text with its escapes; an error stands where the text begins. */
static bool unescape(struct match_parse *p, size_t at, struct text raw,
		     enum lex_text kind, struct text *out)
{
	struct lex l = p->lex;

	l.t = raw;
	l.at = 0;
	if (lex_text(&l, '\0', kind, out))
		return true;
	p->lex.at = at;
	return false;
}

/* A heredoc where its quotes stand. */
static bool read_heredoc(struct match_parse *p, bool raw, enum lex_text kind,
			 struct text *out)
{
	const char *quotes = lex_peek(&p->lex) == '"' ? "\"\"\"" : "'''";
	struct text lines;
	size_t at = p->lex.at;

	p->lex.at += 3;
	while (lex_peek(&p->lex) == ' ' || lex_peek(&p->lex) == '\r')
		p->lex.at++;
	if (lex_peek(&p->lex) != '\n')
		return lex_fail(&p->lex, "a heredoc begins on the next line");
	p->lex.at++;
	if (!heredoc_lines(p, quotes, &lines))
		return lex_fail_open(&p->lex, at);
	*out = lines;
	return raw || unescape(p, at, lines, kind, out);
}

static bool is_heredoc(const struct lex *l)
{
	return lex_is(l, "\"\"\"") || lex_is(l, "'''");
}

/* What stands between the delimiters of a sigil with a capital: nothing is an escape but
 * that of the delimiter. */
static bool read_raw(struct match_parse *p, char close, struct text *out)
{
	struct lex *l = &p->lex;
	size_t from = l->at - 1;
	struct buf b = { 0 };

	for (; l->at < l->t.len && lex_peek(l) != close; l->at++) {
		if (lex_peek(l) == '\\' && l->at + 1 < l->t.len &&
		    l->t.p[l->at + 1] == close)
			l->at++;
		buf_char(&b, lex_peek(l));
	}
	*out = text_dup(l->arena, buf_text(&b));
	buf_clear(&b);
	if (l->at == l->t.len)
		return lex_fail_open(l, from);
	l->at++;
	return true;
}

static bool read_between(struct match_parse *p, bool raw, enum lex_text kind,
			 struct text *out)
{
	struct lex *l = &p->lex;
	char open = lex_peek(l);

	if (is_heredoc(l))
		return read_heredoc(p, raw, kind, out);
	if (open == '\0' || !strchr("/|\"'([{<", open))
		return lex_fail(l, "a sigil's text stands between brackets, quotes, | or "
				   "/");
	l->at++;
	return raw ? read_raw(p, lex_closing(open), out)
		   : lex_text(l, lex_closing(open), kind, out);
}

/* The letters behind a sigil; one of ~w at most. */
static bool read_modifier(struct match_parse *p, bool is_words, char *out)
{
	char c = lex_peek(&p->lex);

	*out = 's';
	if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z'))
		return true;
	if (!is_words || (c != 'a' && c != 'c' && c != 's'))
		return lex_fail(&p->lex, "there is no such modifier of this sigil");
	*out = c;
	p->lex.at++;
	return true;
}

static bool read_sigil(struct match_parse *p, struct match_node *out)
{
	struct lex *l = &p->lex;
	size_t at = l->at;
	struct text t = { 0 };
	char modifier;

	l->at++;

	char name = lex_peek(l);
	bool raw = name >= 'A' && name <= 'Z';
	char kind = raw ? (char)(name + 32) : name;

	if (kind == '\0' || !strchr("scw", kind))
		return match_fail_at(p, at,
				     "only the sigils ~s, ~c and ~w are literals here");
	l->at++;
	if (!read_between(p, raw, kind == 'c' ? LEX_CHARS : LEX_BYTES, &t) ||
	    !read_modifier(p, kind == 'w', &modifier))
		return false;
	if (kind == 'w')
		return words(p, at, t, modifier, out);
	if (kind == 'c')
		return elixir_charlist(p, at, t, out);
	*out = binary(at, t);
	return true;
}

static bool read_quoted(struct match_parse *p, struct match_node *out)
{
	struct lex *l = &p->lex;
	size_t at = l->at;
	bool chars = lex_peek(l) == '\'';
	enum lex_text kind = chars ? LEX_CHARS : LEX_BYTES;
	struct text t = { 0 };

	if (!(is_heredoc(l) ? read_heredoc(p, false, kind, &t) : lex_quoted(l, kind, &t)))
		return false;
	if (chars)
		return elixir_charlist(p, at, t, out);
	*out = binary(at, t);
	return true;
}

bool elixir_read_text(struct match_parse *p, struct match_node *out)
{
	size_t at = p->lex.at;
	bool sigil = lex_peek(&p->lex) == '~';

	if (!(sigil ? read_sigil : read_quoted)(p, out))
		return false;
	out->at = at;
	out->end = p->lex.at;
	return true;
}

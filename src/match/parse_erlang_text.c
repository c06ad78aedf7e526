/* Erlang's strings, texts of lines and sigils that are literals. */
#include <string.h>

#include "base/utf8.h"
#include "match/erlang.h"

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
		return lex_fail_open(&p->lex, from);

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
	ok = ok && match_characters(p, out->at, buf_text(&b), &out->term);
	if (ok)
		p->lex.at = end;
	buf_clear(&b);
	return ok;
}

/* The text of a sigil, from its opening on; verbatim: a backslash is one. */
static bool read_sigil(struct match_parse *p, bool verbatim, struct buf *b)
{
	char open = lex_peek(&p->lex);
	char close = lex_closing(open);
	size_t from = p->lex.at;
	uint32_t c;

	if (!open || !strchr("([{</|'\"`#", open))
		return lex_fail(&p->lex, "this sigil is not understood");
	p->lex.at++;
	while (lex_peek(&p->lex) != close) {
		if (p->lex.at == p->lex.t.len)
			return lex_fail_open(&p->lex, from);
		if (verbatim)
			buf_char(b, p->lex.t.p[p->lex.at++]);
		else if (!lex_character(&p->lex, &c))
			return p->lex.at == p->lex.t.len && lex_fail_open(&p->lex, from);
		else
			utf8_add(b, c);
	}
	p->lex.at++;
	return true;
}

/* ~"text", ~b(text), ~s/text/, ~B and ~S, as OTP 27 has them. */
bool erlang_sigil(struct match_parse *p, struct match_node *out)
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
		ok = match_characters(p, out->at, buf_text(&b), &out->term);
	else if (ok)
		out->term = (struct term){ .type = TERM_BINARY,
					   .text = text_dup(p->lex.arena, buf_text(&b)) };
	buf_clear(&b);
	return ok;
}

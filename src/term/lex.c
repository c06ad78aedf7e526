/* Blanks, texts, atoms and keys of both languages. */
#include "term/lex.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "term/atom.h"
#include "term/chars.h"

bool lex_fail(struct lex *l, const char *what)
{
	return fail(l->err, ERR_USAGE, "%s", what);
}

char lex_peek(const struct lex *l)
{
	return l->at < l->t.len ? l->t.p[l->at] : '\0';
}

bool lex_is(const struct lex *l, const char *s)
{
	return text_starts(text_sub(l->t, l->at, l->t.len), s);
}

void lex_blanks(struct lex *l)
{
	bool comment = false;

	for (; l->at < l->t.len; l->at++) {
		char c = l->t.p[l->at];

		if (c == '\n')
			comment = false;
		else if (c == '%' && l->comments && !l->elixir)
			comment = true;
		else if (!comment && c != ' ' && c != '\t' && c != '\r')
			return;
	}
}

bool lex_take(struct lex *l, const char *s)
{
	lex_blanks(l);
	if (!lex_is(l, s))
		return false;
	l->at += strlen(s);
	return true;
}

bool lex_need(struct lex *l, const char *s)
{
	if (lex_take(l, s))
		return true;
	if (l->at == l->t.len)
		return fail(l->err, ERR_USAGE, "'%s' is missing at the end", s);
	return fail(l->err, ERR_USAGE, "'%s' was expected", s);
}

/* The code point here; false at the end and for what is no UTF-8. */
static bool next_char(struct lex *l, uint32_t *c)
{
	if (l->at == l->t.len)
		return lex_fail(l, "the text ends too early");

	size_t len = utf8_next(l->t, l->at, c);

	if (*c == UTF8_BAD)
		return lex_fail(l, "not valid UTF-8");
	l->at += len;
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Up to max digits to a base, at least one; as a code point. */
static bool escape_digits(struct lex *l, int base, size_t max, uint32_t *c)
{
	uint32_t v = 0;
	size_t n = 0;

	for (; n < max && l->at < l->t.len; n++, l->at++) {
		int digit = hex_value(lex_peek(l));

		if (digit < 0 || digit >= base)
			break;
		v = v * (uint32_t)base + (uint32_t)digit;
	}
	if (n == 0)
		return lex_fail(l, "a digit was expected");
	if (!chars_is_scalar(v))
		return lex_fail(l, "not a character");
	*c = v;
	return true;
}

static bool escape_code(struct lex *l, size_t digits, uint32_t *c)
{
	if (lex_peek(l) != '{')
		return escape_digits(l, 16, digits, c);
	l->at++;
	if (!escape_digits(l, 16, 6, c))
		return false;
	if (lex_peek(l) != '}')
		return lex_fail(l, "'}' was expected");
	l->at++;
	return true;
}

/* What stands behind a backslash. *byte: out, it is a byte and not a code point. */
static bool read_escape(struct lex *l, enum lex_text kind, uint32_t *c, bool *byte)
{
	static const char letters[] = "nrtvbfesd";
	static const char values[] = "\n\r\t\v\b\f\x1b \x7f";

	*byte = false;
	if (!next_char(l, c))
		return false;

	const char *letter = *c && *c < 0x80 ? strchr(letters, (int)*c) : NULL;

	if (letter) {
		*c = (unsigned char)values[letter - letters];
		return true;
	}
	if (*c == 'x') {
		*byte = kind == LEX_BYTES && lex_peek(l) != '{';
		return escape_code(l, 2, c);
	}
	if (l->elixir) {
		if (*c == 'u')
			return escape_code(l, 4, c);
		*c = *c == 'a' ? 7 : *c == '0' ? 0 : *c;
		return true;
	}
	if (*c >= '0' && *c <= '7') {
		l->at--;
		return escape_digits(l, 8, 3, c);
	}
	if (*c == '^') {
		if (!next_char(l, c))
			return false;
		*c &= 31;
	}
	return true;
}

bool lex_character(struct lex *l, uint32_t *c)
{
	bool byte;

	if (!next_char(l, c))
		return false;
	return *c != '\\' || read_escape(l, LEX_CHARS, c, &byte);
}

char lex_closing(char open)
{
	return open == '('   ? ')'
	       : open == '[' ? ']'
	       : open == '{' ? '}'
	       : open == '<' ? '>'
			     : open;
}

bool lex_fail_open(struct lex *l, size_t at)
{
	char open = l->t.p[at];

	l->at = at;
	if (open == '"' || open == '\'')
		return lex_fail(l, "the quote is not closed");
	return fail(l->err, ERR_USAGE, "'%c' is not closed", open);
}

bool lex_text(struct lex *l, char quote, enum lex_text kind, struct text *out)
{
	struct buf b = { 0 };
	size_t from = l->at;
	uint32_t c = 0;
	bool byte = false;
	bool ok = true;

	while (quote || l->at < l->t.len) {
		ok = next_char(l, &c);
		if (!ok || (quote && c == (unsigned char)quote))
			break;
		if (c == '#' && l->elixir && lex_peek(l) == '{') {
			l->at--;
			ok = lex_fail(l, "interpolation is no literal");
			break;
		}
		byte = false;
		if (c == '\\' && !read_escape(l, kind, &c, &byte)) {
			ok = false;
			break;
		}
		if (byte)
			buf_char(&b, (char)c);
		else
			utf8_add(&b, c);
	}
	if (ok)
		*out = text_dup(l->arena, buf_text(&b));
	buf_clear(&b);
	if (!ok && quote && l->at >= l->t.len)
		return lex_fail_open(l, from - 1);
	return ok;
}

bool lex_quoted(struct lex *l, enum lex_text kind, struct text *out)
{
	char quote = lex_peek(l);

	l->at++;
	return lex_text(l, quote, kind, out);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool lex_small(struct lex *l, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	size_t from = l->at;

	for (; is_digit(lex_peek(l)); l->at++) {
		uint64_t digit = (uint64_t)(lex_peek(l) - '0');

		if (v > (max - digit) / 10)
			return lex_fail(l, "the number is too large");
		v = v * 10 + digit;
	}
	if (l->at == from)
		return lex_fail(l, "a number was expected");
	*out = v;
	return true;
}

static bool is_word_char(struct lex *l, uint32_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '_' || c == '@')
		return true;
	if (l->elixir)
		return c >= 0xa0;
	return c >= 0xc0 && c <= 0xff && c != 0xd7 && c != 0xf7;
}

/* Letters, digits, '_' and '@'; in Elixir also one '?' or '!' at the end. Empty when
 * there are none. */
static struct text read_word(struct lex *l)
{
	size_t from = l->at;
	uint32_t c;

	while (l->at < l->t.len) {
		size_t len = utf8_next(l->t, l->at, &c);

		if (c == UTF8_BAD || utf8_control(c) || !is_word_char(l, c))
			break;
		l->at += len;
	}
	if (l->elixir && l->at > from && (lex_peek(l) == '?' || lex_peek(l) == '!'))
		l->at++;
	return text_sub(l->t, from, l->at);
}

/* The longest operator of Elixir that stands here; empty when there is none. */
static struct text read_operator(struct lex *l)
{
	for (size_t len = 4; len > 0; len--) {
		struct text t = text_sub(l->t, l->at, l->at + len);

		if (t.len == len && atom_is_operator(t)) {
			l->at += len;
			return t;
		}
	}
	return TEXT("");
}

bool lex_alias(struct lex *l, struct text *name)
{
	size_t from = l->at;
	size_t end = from;

	/* A part begins with a capital; what follows the last part may be a function. */
	for (;;) {
		char c = lex_peek(l);

		if (c < 'A' || c > 'Z')
			break;
		while ((c = lex_peek(l)) == '_' || (c >= 'a' && c <= 'z') ||
		       (c >= 'A' && c <= 'Z') || is_digit(c))
			l->at++;
		end = l->at;
		if (c != '.')
			break;
		l->at++;
	}
	l->at = end;

	struct text t = text_sub(l->t, from, end);

	if (t.len == 0)
		return lex_fail(l, "a module was expected");
	*name = text_is(t, "Elixir") || text_starts(t, "Elixir.")
			? t
			: text_printf(l->arena, "Elixir.%.*s", TEXT_ARG(t));
	return true;
}

static bool elixir_atom(struct lex *l, struct text *name)
{
	char c = lex_peek(l);

	if (c >= 'A' && c <= 'Z')
		return lex_alias(l, name);
	if (c != ':') {
		size_t from = l->at;

		*name = read_word(l);
		if (text_is(*name, "nil") || text_is(*name, "true") ||
		    text_is(*name, "false"))
			return true;
		l->at = from;
		return lex_fail(l, name->len > 0 ? "variables and calls are no literals"
						 : "a term was expected");
	}
	l->at++;
	if (lex_peek(l) == '"' || lex_peek(l) == '\'')
		return lex_quoted(l, LEX_CHARS, name);
	*name = is_digit(lex_peek(l)) ? TEXT("") : read_word(l);
	if (name->len == 0)
		*name = read_operator(l);
	return name->len > 0 || lex_fail(l, "an atom was expected");
}

static bool erlang_atom(struct lex *l, struct text *name)
{
	uint32_t c = UTF8_BAD;

	if (lex_peek(l) == '\'')
		return lex_quoted(l, LEX_CHARS, name);
	if (l->at < l->t.len)
		utf8_next(l->t, l->at, &c);
	if ((c >= 'A' && c <= 'Z') || c == '_')
		return lex_fail(l, "variables are no literals");
	if ((c < 'a' || c > 'z') && (c < 0xdf || c > 0xff || c == 0xf7))
		return lex_fail(l, "a term was expected");
	*name = read_word(l);
	return true;
}

bool lex_atom(struct lex *l, struct text *name)
{
	return l->elixir ? elixir_atom(l, name) : erlang_atom(l, name);
}

bool lex_function(struct lex *l, struct text *name)
{
	if (!l->elixir)
		return erlang_atom(l, name);
	if (lex_peek(l) == '"')
		return lex_quoted(l, LEX_CHARS, name);
	*name = is_digit(lex_peek(l)) ? TEXT("") : read_word(l);
	if (name->len == 0)
		*name = read_operator(l);
	return name->len > 0 || lex_fail(l, "a function was expected");
}

/* Behind a key: one colon, and not two. */
static bool take_colon(struct lex *l)
{
	if (lex_peek(l) != ':' || lex_is(l, "::"))
		return false;
	l->at++;
	return true;
}

static bool read_key(struct lex *l, struct text *name)
{
	if (lex_peek(l) == '"')
		return lex_quoted(l, LEX_CHARS, name) && take_colon(l);
	*name = is_digit(lex_peek(l)) ? TEXT("") : read_word(l);
	if (name->len > 0)
		return take_colon(l);
	*name = read_operator(l);
	/* A blank follows the colon of a key, but not that of "&:lists.map/2". */
	return name->len > 0 && (lex_is(l, ": ") || lex_is(l, ":\n")) && take_colon(l);
}

bool lex_key(struct lex *l, struct text *name)
{
	size_t from = l->at;

	if (read_key(l, name))
		return true;
	l->at = from;
	return false;
}

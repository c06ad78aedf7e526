/* Which atoms Erlang quotes, and what is escaped between its quotes. */
#include "base/utf8.h"
#include "term/atom.h"

/* "else" and "maybe" are reserved where the feature maybe_expr is on, as it is from
 * OTP 27. */
static const char *const reserved[] = {
	"after",   "and",  "andalso", "band",  "begin", "bnot", "bor",  "bsl",
	"bsr",     "bxor", "case",    "catch", "cond",  "div",  "else", "end",
	"fun",     "if",   "let",     "maybe", "not",   "of",   "or",   "orelse",
	"receive", "rem",  "try",     "when",  "xor",
};

static bool is_lower(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 0xdf && c <= 0xff && c != 0xf7);
}

static bool is_upper(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7);
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* An atom that needs no quotes in Erlang. */
static bool is_plain(struct text name)
{
	uint32_t c;

	if (name.len == 0)
		return false;
	for (size_t at = 0, len; at < name.len; at += len) {
		len = utf8_next(name, at, &c);

		bool first = is_lower(c);

		if (!first &&
		    (at == 0 || (!is_upper(c) && !is_digit(c) && c != '_' && c != '@')))
			return false;
	}
	return !ATOM_IN(reserved, name);
}

void escape_erlang(struct buf *out, uint32_t c, char quote)
{
	char letter = atom_escape(c);

	if (c == (unsigned char)quote || c == '\\') {
		buf_char(out, '\\');
		buf_char(out, (char)c);
	} else if (letter) {
		buf_char(out, '\\');
		buf_char(out, letter);
	} else if (!utf8_control(c)) {
		utf8_add(out, c);
	} else if (c < 0xa0) {
		buf_printf(out, "\\%03o", (unsigned)c);
	} else { /* io_lib would show it */
		buf_printf(out, "\\x{%X}", (unsigned)c);
	}
}

static void quote_erlang(struct buf *out, struct text name)
{
	uint32_t c;

	buf_char(out, '\'');
	for (size_t at = 0, len; at < name.len; at += len) {
		len = utf8_next(name, at, &c);
		if (c == UTF8_BAD)
			buf_printf(out, "\\x%02X", (unsigned char)name.p[at]);
		else
			escape_erlang(out, c, '\'');
	}
	buf_char(out, '\'');
}

void atom_erlang(struct buf *out, struct text name)
{
	if (is_plain(name))
		buf_text_add(out, name);
	else
		quote_erlang(out, name);
}

void atom_erlang_in_fun(struct buf *out, struct text name)
{
	if (is_plain(name) && text_chr(name, '@') == name.len)
		buf_text_add(out, name);
	else
		quote_erlang(out, name);
}

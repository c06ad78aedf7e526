/* Which atoms Elixir quotes where, and what is escaped between its quotes. */
#include "base/utf8.h"
#include "term/atom.h"

/* What String.printable? calls printable and Code.Identifier.escape writes as \uXXXX all
 * the same. */
static bool is_invisible(uint32_t c)
{
	static const struct {
		uint16_t from;
		uint16_t to;
	} ranges[] = {
		{ 0x00a0, 0x00a0 }, { 0x034f, 0x034f }, { 0x061c, 0x061c },
		{ 0x2000, 0x200f }, { 0x2028, 0x202e }, { 0x205f, 0x2064 },
		{ 0x2066, 0x2069 }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffc },
	};

	if (c < 0xa0 || c > 0xfffc)
		return false;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	}
	return false;
}

static void escape_elixir_char(struct buf *out, uint32_t c)
{
	char letter = c == 7 ? 'a' : atom_escape(c);

	if (c == '\\')
		buf_str(out, "\\\\");
	else if (letter)
		buf_printf(out, "\\%c", letter);
	else if (c == 0)
		buf_str(out, "\\0");
	else if (is_invisible(c))
		buf_printf(out, "\\u%04X", (unsigned)c);
	else if (c < 0xa0 && utf8_control(c))
		buf_printf(out, "\\x%02X", (unsigned)c);
	else if (c == 0xfffe || c == 0xffff)
		buf_printf(out, "\\x{%04X}", (unsigned)c);
	else
		utf8_add(out, c);
}

void escape_elixir(struct buf *out, struct text t, char quote)
{
	uint32_t c;

	for (size_t at = 0, len; at < t.len; at += len) {
		len = utf8_next(t, at, &c);
		if (c == UTF8_BAD)
			buf_printf(out, "\\x%02X", (unsigned char)t.p[at]);
		else if (c == (unsigned char)quote)
			buf_printf(out, "\\%c", quote);
		else if (c == '#' && at + 1 < t.len && t.p[at + 1] == '{')
			buf_str(out, "\\#");
		else
			escape_elixir_char(out, c);
	}
}

/* Here a backslash is the regex's own, and what it stands for without being needed is
 * taken off first. */
void escape_elixir_regex(struct buf *out, struct text t)
{
	uint32_t c;

	for (size_t at = 0, len; at < t.len; at += len) {
		struct text rest = text_sub(t, at, t.len);

		len = utf8_next(t, at, &c);
		if (text_starts(rest, "\\\\")) {
			buf_str(out, "\\\\");
			len = 2;
		} else if (text_starts(rest, "\\/")) {
			buf_str(out, "\\/");
			len = 2;
		} else if (text_starts(rest, "\\#{") || text_starts(rest, "#{")) {
			buf_str(out, "\\#{");
			len = c == '#' ? 2 : 3;
		} else if (c == '/') {
			buf_str(out, "\\/");
		} else if (c == '\\') {
			buf_char(out, '\\');
		} else if (c == UTF8_BAD || c == '\b' || c == 0x1b || c == 0x7f) {
			buf_printf(out, "\\x%02X", (unsigned char)t.p[at]);
		} else {
			escape_elixir_char(out, c);
		}
	}
}

enum form {
	FORM_ALIAS,      /* Elixir.Foo.Bar */
	FORM_IDENTIFIER, /* foo, foo? */
	FORM_OPERATOR,   /* + */
	FORM_PLAIN,  /* Foo, foo@bar, %{}: no quotes on its own or as a key, quotes behind
			a dot */
	FORM_SYMBOL, /* ::, quotes everywhere but behind a dot */
	FORM_QUOTED,
};

static const char *const operators[] = {
	"!",   "@",   "^",   "&",   "*",   "-",   "+",   "=",    "|",   "<",
	">",   "/",   "!=",  "&&",  "**",  "--",  "++",  "==",   "=~",  "||",
	"|>",  "~>",  "<-",  "<=",  "<~",  "<>",  ">=",  "\\\\", "!==", "&&&",
	"---", "+++", "===", "|||", "~>>", "<~>", "<<~", "<<<",  ">>>",
};
static const char *const symbols[] = { "%",  "%{}", "{}",   "<<>>", "...",
				       "..", ".",   "..//", "->" };
static const char *const quoted_operators[] = { "::", "^^^", "~~~", "<|>" };

/* A set: what people write together counts as a script of its own. */
enum script {
	LATIN = 1,
	GREEK = 2,
	CYRILLIC = 4,
	ARMENIAN = 8,
	HEBREW = 16,
	ARABIC = 32,
	DEVANAGARI = 64,
	THAI = 128,
	GEORGIAN = 256,
	JAPANESE = 512,
	KOREAN = 1024,
	HAN = 2048,
	HIRAGANA = 4096,
	KATAKANA = 8192,
};

#define ANY_SCRIPT (~0u)

/*
 * Letters outside ASCII that may stand in an identifier, 0 for what may not. Elixir asks
 * Unicode's ID_Start, ID_Continue and script; these are the blocks in which nearly every
 * code point is a letter. A letter of another block only costs the atom a pair of quotes.
 */
static unsigned scripts_of(uint32_t c)
{
	static const struct {
		uint32_t from;
		uint32_t to;
		unsigned scripts;
	} blocks[] = {
		{ 0xc0, 0xd6, LATIN },
		{ 0xd8, 0xf6, LATIN },
		{ 0xf8, 0x131, LATIN },
		{ 0x134, 0x13e, LATIN },
		{ 0x141, 0x148, LATIN },
		{ 0x14a, 0x17e, LATIN },
		{ 0x388, 0x38a, GREEK },
		{ 0x38e, 0x3a1, GREEK },
		{ 0x3a3, 0x3ce, GREEK },
		{ 0x400, 0x45f, CYRILLIC },
		{ 0x48a, 0x4ff, CYRILLIC },
		{ 0x531, 0x556, ARMENIAN },
		{ 0x5d0, 0x5ea, HEBREW },
		{ 0x620, 0x63f, ARABIC },
		{ 0x641, 0x64a, ARABIC },
		{ 0x904, 0x939, DEVANAGARI },
		{ 0xe01, 0xe30, THAI },
		{ 0x10d0, 0x10f0, GEORGIAN },
		{ 0x3041, 0x3096, HIRAGANA | JAPANESE },
		{ 0x30a1, 0x30fa, KATAKANA | JAPANESE },
		{ 0x3400, 0x4dbf, HAN | JAPANESE | KOREAN },
		{ 0x4e00, 0x9fff, HAN | JAPANESE | KOREAN },
		{ 0xac00, 0xd7a3, KOREAN },
	};

	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return LATIN;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (c >= blocks[i].from && c <= blocks[i].to)
			return blocks[i].scripts;
	}
	return 0;
}

static bool is_upper_letter(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde) ||
	       (c >= 0x388 && c <= 0x38f) || (c >= 0x391 && c <= 0x3a9) ||
	       (c >= 0x400 && c <= 0x42f) || (c >= 0x531 && c <= 0x556);
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
	       c == '_';
}

bool atom_is_alias(struct text name)
{
	if (!text_starts(name, "Elixir"))
		return false;

	struct text rest = text_sub(name, 6, name.len);

	while (rest.len > 0) {
		if (rest.len < 2 || rest.p[0] != '.' || rest.p[1] < 'A' ||
		    rest.p[1] > 'Z')
			return false;
		for (rest = text_sub(rest, 2, rest.len);
		     rest.len > 0 && is_word((unsigned char)rest.p[0]);)
			rest = text_sub(rest, 1, rest.len);
	}
	return true;
}

static enum form word_form(struct text name)
{
	unsigned scripts = ANY_SCRIPT;
	bool plain = false;
	bool micro = false; /* has a micro sign, which Elixir lets pass in what is no
			       identifier anyway */
	uint32_t c;

	for (size_t at = 0, len; at < name.len; at += len) {
		len = utf8_next(name, at, &c);
		if (at == 0 && is_digit(c))
			return FORM_QUOTED;
		if (at > 0 && at + 1 == name.len && (c == '?' || c == '!'))
			break;
		plain |= (at == 0 && is_upper_letter(c)) || c == '@';
		micro |= c == 0xb5;
		if (is_digit(c) || c == '_' || c == '@' || c == 0xb5 ||
		    (c == 0xb7 && at > 0))
			continue;
		scripts &= c == UTF8_BAD ? 0 : scripts_of(c);
		if (scripts == 0) /* not a letter, or letters that do not go together */
			return FORM_QUOTED;
	}
	if (micro && !plain)
		return FORM_QUOTED;
	return plain ? FORM_PLAIN : FORM_IDENTIFIER;
}

static enum form form_of(struct text name)
{
	if (name.len == 0)
		return FORM_QUOTED;

	unsigned char c = (unsigned char)name.p[0];

	if (is_word(c) || c >= 0x80)
		return atom_is_alias(name) ? FORM_ALIAS : word_form(name);
	if (ATOM_IN(symbols, name))
		return FORM_PLAIN;
	if (ATOM_IN(operators, name))
		return FORM_OPERATOR;
	return ATOM_IN(quoted_operators, name) ? FORM_SYMBOL : FORM_QUOTED;
}

bool atom_is_operator(struct text name)
{
	return ATOM_IN(operators, name) || ATOM_IN(symbols, name) ||
	       ATOM_IN(quoted_operators, name);
}

static void quoted(struct buf *out, struct text name)
{
	buf_char(out, '"');
	escape_elixir(out, name, '"');
	buf_char(out, '"');
}

static bool is_bare(struct text name)
{
	static const char *const bare[] = { "nil", "true", "false" };

	return ATOM_IN(bare, name);
}

void atom_elixir(struct buf *out, struct text name)
{
	enum form form = form_of(name);

	if (form == FORM_ALIAS) {
		struct text rest = text_sub(name, 7, name.len);

		/* Elixir.Elixir.Foo keeps its prefix: without, it is another module. */
		if (name.len == 6 || text_is(rest, "Elixir") ||
		    text_starts(rest, "Elixir."))
			rest = name;
		buf_text_add(out, rest);
		return;
	}
	if (!is_bare(name))
		buf_char(out, ':');
	if (form == FORM_QUOTED || form == FORM_SYMBOL)
		quoted(out, name);
	else
		buf_text_add(out, name);
}

void atom_elixir_key(struct buf *out, struct text name)
{
	enum form form = form_of(name);

	if (form == FORM_ALIAS || form == FORM_QUOTED || form == FORM_SYMBOL)
		quoted(out, name);
	else
		buf_text_add(out, name);
	buf_char(out, ':');
}

void atom_elixir_call(struct buf *out, struct text name)
{
	enum form form = form_of(name);

	if (form == FORM_IDENTIFIER || form == FORM_OPERATOR || form == FORM_SYMBOL)
		buf_text_add(out, name);
	else
		quoted(out, name);
}

/* Where reading stopped: in which part of an expression, and which brackets are open. */
#include <string.h>

#include "match/slip.h"

bool slip_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool slip_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '@';
}

char slip_char(struct text t, size_t at)
{
	return at < t.len ? t.p[at] : '\0';
}

struct text slip_word(struct text t, size_t at)
{
	size_t end = at;

	while (slip_is_word(slip_char(t, end)))
		end++;
	return text_sub(t, at, end);
}

bool slip_word_is(struct text t, size_t at, const char *word)
{
	return (at == 0 || !slip_is_word(t.p[at - 1])) && text_is(slip_word(t, at), word);
}

static const struct {
	const char *bytes;
	const char *typed;
} typographic[] = {
	{ "\u201c", "\"" },
	{ "\u201d", "\"" },
	{ "\u201e", "\"" },
	{ "\u00ab", "\"" },
	{ "\u00bb", "\"" },
	{ "\u2018", "'" },
	{ "\u2019", "'" },
	{ "\u201a", "'" },
	{ "\u2013", "-" },
	{ "\u2014", "-" },
	{ "\u2212", "-" },
	{ "\u2192", "->" },
	{ "\u00a0", " " },
	{ "\u202f", " " },
	{ "\u2026", "..." },
	{ "\u2265", ">=" },
	{ "\u2264", "<=" },
	{ "\u2260", "/=" },
};

struct text slip_typographic(struct text t, size_t at, bool elixir, size_t *len)
{
	struct text rest = text_sub(t, at, t.len);

	for (size_t i = 0; i < sizeof(typographic) / sizeof(typographic[0]); i++) {
		if (!text_starts(rest, typographic[i].bytes))
			continue;
		*len = strlen(typographic[i].bytes);
		if (!elixir && strcmp(typographic[i].typed, "<=") == 0)
			return TEXT("=<");
		if (elixir && strcmp(typographic[i].typed, "/=") == 0)
			return TEXT("!=");
		return text_of(typographic[i].typed);
	}
	return TEXT("");
}

/* Behind a quoted text that begins there; the end of all when it does not end. */
static size_t pass_quoted(struct text t, size_t at)
{
	char quote = t.p[at++];

	while (at < t.len && t.p[at] != quote)
		at += t.p[at] == '\\' ? 2 : 1;
	return at < t.len ? at + 1 : t.len;
}

/* What begins a pid, or a map of the other language, is none. */
static bool is_comment(const struct slip *s, size_t at)
{
	char next = slip_char(s->t, at + 1);

	if (!s->elixir)
		return s->t.p[at] == '%' && next != '{';
	return s->t.p[at] == '#' && next != '{' && next != 'P' && next != 'R';
}

/* What is no part of an expression's form: a text, a character, a comment. Its end; at
 * itself when it is something else. */
static size_t pass_literal(const struct slip *s, size_t at)
{
	struct text t = s->t;
	char c = t.p[at];
	bool word = at > 0 && slip_is_word(t.p[at - 1]);

	if (c == '"' || c == '\'')
		return pass_quoted(t, at);
	if (c == (s->elixir ? '?' : '$') && !word)
		return at + (slip_char(t, at + 1) == '\\' ? 3 : 2);
	if (is_comment(s, at))
		return at + text_chr(text_sub(t, at, t.len), '\n');
	return at;
}

static void open_bracket(struct slip *s, size_t at, char close)
{
	if (s->nopen == SLIP_OPEN_MAX)
		return;
	s->opened[s->nopen] = at;
	s->open[s->nopen++] = close;
}

/* Takes a bracket, or a word that begins the next part. Returns where it ends. */
static size_t take(struct slip *s, size_t at)
{
	struct text t = s->t;
	struct text here = text_sub(t, at, t.len);
	char c = t.p[at];

	if (text_starts(here, "<<") || text_starts(here, ">>")) {
		if (c == '<')
			open_bracket(s, at, '>');
		else if (s->nopen > 0 && s->open[s->nopen - 1] == '>')
			s->nopen--;
		return at + 2;
	}
	if (c == '(' || c == '[' || c == '{')
		open_bracket(s, at, c == '(' ? ')' : (char)(c + 2));
	if (s->nopen > 0 && c == s->open[s->nopen - 1] && c != '>')
		s->nopen--;
	if (s->nopen == 0 && slip_word_is(t, at, "when") && s->place == SLIP_BEHIND)
		s->place = SLIP_GUARD;
	if (s->nopen == 0 && text_starts(here, "->") && at + 2 <= s->at) {
		s->place = SLIP_BODY;
		return at + 2;
	}
	if (s->nopen == 0 && c == ';' && s->fun && !s->elixir && s->place == SLIP_BODY)
		s->place = SLIP_BEHIND;
	return at + 1;
}

void slip_look(struct slip *s)
{
	size_t first = 0;

	while (slip_is_blank(slip_char(s->t, first)))
		first++;
	s->fun = slip_word_is(s->t, first, s->elixir ? "fn" : "fun");
	s->place = SLIP_BEHIND;
	for (size_t at = 0; at < s->at;) {
		size_t next = pass_literal(s, at);

		s->commented |= is_comment(s, at);
		at = next > at ? next : take(s, at);
	}
	if (s->place == SLIP_BEHIND && s->nopen > 0)
		s->place = SLIP_HEAD;
	if (s->at == s->t.len)
		s->place |= SLIP_END;
	s->last = s->at;
	while (s->last > 0 && slip_is_blank(s->t.p[s->last - 1]))
		s->last--;
}

/* Words of a text in SQL: enough to find names in it, also in one that is wrong. */
#include <ctype.h>

#include "sql/inside.h"

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

/* Behind the blanks and comments that begin here. */
static size_t skip(struct text t, size_t at)
{
	for (;;) {
		while (at < t.len && isspace((unsigned char)t.p[at]))
			at++;
		if (text_starts(text_sub(t, at, t.len), "--")) {
			at += text_chr(text_sub(t, at, t.len), '\n');
		} else if (text_starts(text_sub(t, at, t.len), "/*")) {
			size_t end = text_find(text_sub(t, at + 2, t.len), TEXT("*/"));

			at += end + 4;
		} else {
			return at < t.len ? at : t.len;
		}
		if (at >= t.len)
			return t.len;
	}
}

/* Behind the quote that ends what begins here; two of them are one. */
static size_t quoted_end(struct text t, size_t at, char quote)
{
	for (at++; at < t.len; at++) {
		if (t.p[at] != quote)
			continue;
		if (quote == ']' || at + 1 >= t.len || t.p[at + 1] != quote)
			return at + 1;
		at++;
	}
	return t.len;
}

enum word_kind word_next(struct text text, size_t *at, struct text *word)
{
	size_t from = *at = skip(text, *at);
	enum word_kind kind = WORD_OTHER;

	if (from == text.len)
		return WORD_END;

	char c = text.p[from];

	if (c == '\'') {
		*at = quoted_end(text, from, '\'');
		kind = WORD_TEXT;
	} else if (c == '"' || c == '`' || c == '[') {
		*at = quoted_end(text, from, c == '[' ? ']' : c);
		*word = text_sub(text, from + 1, *at > from + 1 ? *at - 1 : *at);
		return WORD_QUOTED;
	} else if (in_name(c)) {
		while (*at < text.len && in_name(text.p[*at]))
			++*at;
		kind = isdigit((unsigned char)c) ? WORD_OTHER : WORD_NAME;
	} else {
		++*at;
	}
	*word = text_sub(text, from, *at);
	return kind;
}

const struct sql_table *table_named(const struct sql *s, struct text name)
{
	for (size_t i = 0; i < s->ntables; i++)
		if (text_same(name, text_of(s->tables[i].name)))
			return &s->tables[i];
	return NULL;
}

const struct sql_table *table_next(const struct sql *s, struct text text, size_t *at)
{
	const struct sql_table *t = NULL;
	struct text word;
	enum word_kind kind;

	while (!t && (kind = word_next(text, at, &word)) != WORD_END)
		if (kind == WORD_NAME || kind == WORD_QUOTED)
			t = table_named(s, word);
	return t;
}

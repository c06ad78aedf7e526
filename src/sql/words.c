/* What an unfinished word of a statement may become. */
#include <ctype.h>

#include "sql/inside.h"

/* SQLite knows more; these are the ones that questions are made of. */
static const char *const keywords[] = {
	"AND", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "COUNT(",
	"CREATE TEMP TABLE", "CREATE TEMP VIEW", "DESC", "DISTINCT", "DROP", "ELSE",
	"END", "EXCEPT", "EXISTS", "EXPLAIN QUERY PLAN", "FROM", "GROUP BY", "HAVING",
	"IN", "INTERSECT", "IS", "JOIN", "LEFT JOIN", "LIKE", "LIMIT", "NOT", "NULL",
	"OFFSET", "ON", "OR", "ORDER BY", "OVER", "PARTITION BY", "RECURSIVE",
	"REGEXP", "SELECT", "THEN", "UNION", "UNION ALL", "USING", "VALUES", "WHEN",
	"WHERE", "WITH", "abs(", "avg(", "bytes(", "coalesce(", "duration(",
	"group_concat(", "human(", "ifnull(", "instr(", "length(", "lower(", "max(",
	"min(", "printf(", "rank()", "replace(", "round(", "row_number()", "substr(",
	"sum(", "total(", "typeof(", "upper(",
};

struct offering {
	struct text prefix;
	void (*offer)(void *ctx, struct text word);
	void *ctx;
};

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static void offer_name(const struct offering *o, const char *name)
{
	struct text t = text_of(name);

	if (text_same(text_sub(t, 0, o->prefix.len), o->prefix))
		o->offer(o->ctx, t);
}

static bool is_lower(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (isupper((unsigned char)t.p[i]))
			return false;
	return true;
}

/* As it is being typed: in capitals or not. */
static void offer_keyword(const struct offering *o, const char *keyword)
{
	char lower[32];
	size_t i;

	for (i = 0; keyword[i] && i + 1 < sizeof(lower); i++)
		lower[i] = (char)tolower((unsigned char)keyword[i]);
	lower[i] = '\0';
	offer_name(o, is_lower(o->prefix) ? lower : keyword);
}

static void offer_columns(const struct offering *o, const struct sql_table *t)
{
	for (size_t i = 0; i < t->shape->schema.ncolumns; i++)
		offer_name(o, t->shape->schema.columns[i].name);
}

/* The table that a name in front of a dot stands for: its own, or "processes [AS] p". */
static const struct sql_table *table_called(const struct sql *s, struct text text,
					    struct text name)
{
	const struct sql_table *last = NULL;
	struct text word;
	size_t at = 0;
	enum word_kind kind;

	while ((kind = word_next(text, &at, &word)) != WORD_END) {
		if (last && text_same(word, TEXT("AS")))
			continue;
		if (last && kind == WORD_NAME && text_same(word, name))
			return last;
		last = kind == WORD_NAME || kind == WORD_QUOTED ? table_named(s, word)
								: NULL;
	}
	return table_named(s, name);
}

/* Of the tables that the text names, which mostly come later: then of all. */
static void offer_named(const struct sql *s, struct text text, const struct offering *o)
{
	const struct sql_table *t;
	bool named = false;
	size_t at = 0;

	while ((t = table_next(s, text, &at))) {
		offer_columns(o, t);
		named = true;
	}
	for (size_t i = 0; !named && o->prefix.len && i < s->ntables; i++)
		offer_columns(o, &s->tables[i]);
}

/* Does the word before this place ask for a table? */
static bool wants_table(struct text before)
{
	static const char *const words[] = { "FROM", "JOIN", "TABLE" };
	struct text word = { "", 0 };
	struct text last = { "", 0 };
	size_t at = 0;

	while (word_next(before, &at, &word) != WORD_END)
		last = word;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_same(last, text_of(words[i])))
			return true;
	return false;
}

size_t sql_words(const struct sql *s, struct text text,
		 void (*offer)(void *ctx, struct text word), void *ctx)
{
	struct offering o = { .offer = offer, .ctx = ctx };
	size_t from = text.len;
	size_t name;

	while (from > 0 && in_word(text.p[from - 1]))
		from--;
	o.prefix = text_sub(text, from, text.len);
	for (name = from; name > 1 && in_word(text.p[name - 2]); name--)
		if (text.p[from - 1] != '.')
			break;
	if (name < from) {
		const struct sql_table *t =
			table_called(s, text, text_sub(text, name - 1, from - 1));

		if (t)
			offer_columns(&o, t);
		return o.prefix.len;
	}
	for (size_t i = 0; i < s->ntables; i++)
		offer_name(&o, s->tables[i].name);
	if (wants_table(text_sub(text, 0, from)))
		return o.prefix.len;
	offer_named(s, text, &o);
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		offer_keyword(&o, keywords[i]);
	return o.prefix.len;
}

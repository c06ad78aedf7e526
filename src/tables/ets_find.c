/* From what a person calls an ETS table to its row. */
#include "tables/ets_find.h"

#include "base/near.h"
#include "tables/ets.h"
#include "term/term.h"

/* Ids in a hint. */
#define NAMED 3

/* What a word may mean. */
struct meanings {
	struct text id;   /* of a named table, or a reference */
	struct text name;
};

static struct text written(struct arena *a, struct buf *b)
{
	struct text t = text_dup(a, buf_text(b));

	buf_clear(b);
	return t;
}

/* An atom in either syntax; a word that is none is a plain name. */
static struct meanings understand(struct arena *a, struct text word)
{
	struct meanings m = { .id = word, .name = word };
	struct buf b = { 0 };
	struct term atom;
	size_t at;

	if (text_starts(word, "#Reference<")) {
		buf_str(&b, "#Ref<");
		buf_text_add(&b, text_sub(word, 11, word.len));
		m.id = written(a, &b);
		return m;
	}
	if (text_starts(word, "Elixir."))
		m.id = m.name = text_sub(word, 7, word.len);
	if (word.len == 0 || (word.p[0] != ':' && word.p[0] != '\''))
		return m;
	if (!term_parse(a, word, word.p[0] == ':' ? SYNTAX_ELIXIR : SYNTAX_ERLANG, &atom,
			&at, NULL) ||
	    atom.type != TERM_ATOM)
		return m;
	ets_print_id(&b, atom.text);
	m.id = written(a, &b);
	term_name(&b, atom.text);
	m.name = written(a, &b);
	return m;
}

static size_t find_id(const struct table *t, struct text id)
{
	return table_find(t, (struct cell){ CELL_TEXT, { .text = &id } });
}

/* How many have a name; the first of them, and the ids of some. */
static size_t count_named(const struct table *t, struct text name, size_t *first,
			  struct buf *ids)
{
	size_t n = 0;

	for (size_t row = 0; row < t->nrows; row++) {
		if (!text_eq(table_text(t, row, ETS_NAME), name))
			continue;
		if (n == 0)
			*first = row;
		if (n++ >= NAMED)
			continue;
		buf_str(ids, n > 1 ? ", " : "");
		buf_text_add(ids, table_text(t, row, ETS_ID));
	}
	return n;
}

static void fail_absent(const struct table *t, struct text word, struct text node,
			struct err *err)
{
	struct arena scratch = { 0 };
	struct near near = { .word = word };

	fail(err, ERR_ABSENT, "no ETS table '%.*s' on node '%.*s'", TEXT_ARG(word),
	     TEXT_ARG(node));
	for (size_t row = 0; row < t->nrows; row++)
		near_offer(&near, text_cstr(&scratch, table_text(t, row, ETS_NAME)));
	if (near.best)
		fail_hint(err, "did you mean '%s'?", near.best);
	else
		fail_hint(err, "'otoscope ets' lists them");
	arena_clear(&scratch);
}

size_t ets_find(const struct table *t, struct text word, struct text node,
		struct err *err)
{
	struct arena scratch = { 0 };
	struct meanings m = understand(&scratch, text_trim(word));
	size_t row = find_id(t, text_trim(word));
	struct buf ids = { 0 };
	size_t n = 1;

	if (row == TABLE_NONE)
		row = find_id(t, m.id);
	if (row == TABLE_NONE)
		n = count_named(t, m.name, &row, &ids);
	if (n == 0) {
		fail_absent(t, word, node, err);
	} else if (n > 1) {
		fail(err, ERR_USAGE, "%zu tables have the name '%.*s'", n,
		     TEXT_ARG(word));
		fail_hint(err, "say which by its id: %s%s", buf_cstr(&ids),
			  n > NAMED ? ", ..." : "");
		row = TABLE_NONE;
	}
	buf_clear(&ids);
	arena_clear(&scratch);
	return row;
}

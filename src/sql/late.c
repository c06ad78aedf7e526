/*
 * Columns that are read late. Where a statement limits or filters, it is rehearsed over
 * the cheap columns alone: the dear cells that it looks at are those that it needs, and
 * only of these rows they are asked for. When it looks at many rows, they are asked
 * for of all.
 */
#include "base/mem.h"
#include "sql/inside.h"

/* Rehearsals after which all rows are read: what was read may lead to other rows. */
#define REHEARSALS 4
/* Looks of guard.c (20,000 steps of SQLite's machine each) that a rehearsal may take. */
#define LOOKS 500

/* Those that are dear; in a table that has some, also what says what a row is: it has to
 * be found out for each. */
static uint64_t may_be_late(const struct schema *s)
{
	uint64_t dear = 0;
	uint64_t labels = 0;

	for (size_t c = 0; c < s->ncolumns; c++) {
		if (s->columns[c].flags & COLUMN_DEAR)
			dear |= column_bit(c);
		else if (s->columns[c].kind == COLUMN_LABEL)
			labels |= column_bit(c);
	}
	return dear ? (dear | labels) & ~column_bit(s->key) : 0;
}

/* Does the statement perhaps look at a few rows only? */
static bool chooses(const struct sql_statement *st, struct text text)
{
	static const char *const words[] = { "LIMIT", "WHERE", "HAVING", "JOIN",
					     "EXISTS" };
	struct text word;
	size_t at = 0;
	enum word_kind kind;

	if (st->sql->options.limit)
		return true;
	while ((kind = word_next(text, &at, &word)) != WORD_END)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (kind == WORD_NAME && text_same(word, text_of(words[i])))
				return true;
	return false;
}

void late_plan(struct sql_statement *st, struct text text)
{
	if (st->unstable || !sqlite3_stmt_readonly(st->stmt) || !chooses(st, text))
		return;
	for (size_t i = 0; i < st->sql->nschemas; i++) {
		struct need *n = &st->needs[i];

		if (!n->now || !n->all)
			continue;
		n->late = n->columns & may_be_late(st->sql->schemas[i]) & ~n->earlier &
			  ~n->eager;
		st->late |= n->late != 0;
	}
}

/* Runs the statement for the sake of what it looks at. False: it did not come to its
 * end. */
static bool rehearse(struct sql_statement *st)
{
	struct sql *s = st->sql;
	size_t limit = s->options.limit;
	int code = SQLITE_ROW;

	s->stepping = st;
	s->rehearsing = true;
	s->looks = LOOKS;
	for (size_t rows = 0; code == SQLITE_ROW && (!limit || rows < limit); rows++)
		code = sqlite3_step(st->stmt);
	sqlite3_reset(st->stmt);
	s->rehearsing = false;
	s->stepping = NULL;
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

static void want_all(struct view *v)
{
	for (size_t row = 0; row < v->rows.nrows; row++) {
		if (v->known[row] != KNOWN_NOT)
			continue;
		v->known[row] = KNOWN_WANTED;
		v->nwanted++;
	}
}

/* Those of which too many rows are wanted, or any, are wanted whole. Gives the number of
 * rows that are wanted. */
static size_t want(struct sql_statement *st, bool any)
{
	size_t wanted = 0;

	for (size_t i = 0; i < st->sql->ntables; i++) {
		struct view *v = reading_view(st->reading, &st->sql->tables[i]);

		if (!v || !v->known)
			continue;
		if (any || v->nwanted > v->most)
			want_all(v);
		wanted += v->nwanted;
	}
	return wanted;
}

bool sql_ask_rest(struct sql_statement *st)
{
	size_t wanted;
	bool whole;

	if (!st->late || !st->reading || !reading_is_whole(st->reading))
		return false;
	whole = st->rehearsals++ < REHEARSALS && rehearse(st);
	wanted = want(st, false);
	/* It ended too early, and for want of nothing: it is not known what it needs. */
	if (!whole && wanted == 0)
		wanted = want(st, true);
	if (wanted)
		reading_ask_rest(st->reading);
	return wanted > 0;
}

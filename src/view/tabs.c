#include "view/tabs.h"

#include <string.h>

/* The header stands over it. */
#define HOME "home"
/* Of tables that say nothing. */
#define OTHERS "others"

static struct tab *find(struct tabs *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->at[i].name, name) == 0)
			return &t->at[i];
	t->at[t->n].name = name;
	return &t->at[t->n++];
}

/* The tables of one tab get numbers that follow each other. */
static void number(struct tabs *t)
{
	for (size_t i = 0; i < t->n; i++) {
		t->at[i].first = t->ntables;
		t->ntables += t->at[i].ntables;
	}
}

static void add(struct tabs *t, struct arena *a, const struct schema *s, size_t most)
{
	struct tab *tab = find(t, s->tab ? s->tab : OTHERS);

	if (!tab->tables)
		tab->tables = arena_many(a, most, const struct schema *);
	tab->tables[tab->ntables++] = s;
}

struct tabs tabs_make(struct arena *a, const struct schema *const *tables, size_t n,
		      bool (*has)(void *ctx, const struct schema *s), void *ctx)
{
	struct tabs t = { .at = arena_many(a, n, struct tab) };

	for (size_t i = 0; i < n; i++)
		if (has(ctx, tables[i]))
			add(&t, a, tables[i], n);
	if (t.n == 0)
		add(&t, a, tables[0], n);
	number(&t);
	return t;
}

bool tabs_at_home(const struct tabs *t)
{
	return strcmp(t->at[t->current].name, HOME) == 0;
}

bool tabs_choose(struct tabs *t, const struct schema *schema)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < t->at[i].ntables; k++)
			if (t->at[i].tables[k] == schema) {
				t->current = i;
				t->at[i].current = k;
				return true;
			}
	return false;
}

void tabs_step(struct tabs *t, int steps)
{
	size_t n = tabs_number(t) + t->ntables;

	n = (size_t)((int64_t)n + steps) % t->ntables;
	for (size_t i = 0; i < t->n; i++) {
		struct tab *tab = &t->at[i];

		if (n >= tab->first && n - tab->first < tab->ntables) {
			t->current = i;
			tab->current = n - tab->first;
		}
	}
}

const struct schema *tabs_schema(const struct tabs *t)
{
	const struct tab *tab = &t->at[t->current];

	return tab->tables[tab->current];
}

size_t tabs_number(const struct tabs *t)
{
	return t->at[t->current].first + t->at[t->current].current;
}

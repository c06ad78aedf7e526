#include "view/tabs.h"

#include "source/source.h"
#include "tables/tables.h"

static struct tab *find(struct tabs *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (text_is(text_of(t->at[i].name), name))
			return &t->at[i];
	t->at[t->n].name = name;
	return &t->at[t->n++];
}

struct tabs tabs_make(struct arena *a, bool stored)
{
	struct tabs t = { .at = arena_many(a, ntables, struct tab) };

	for (size_t i = 0; i < ntables; i++) {
		const struct schema *s = tables[i];
		struct tab *tab;

		if (!stored && !s->readers->live)
			continue;
		tab = find(&t, i == 0 ? "home" : s->tab ? s->tab : "others");
		if (tab->ntables < TAB_TABLES)
			tab->tables[tab->ntables++] = s;
	}
	return t;
}

void tabs_choose(struct tabs *t, const struct schema *schema)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < t->at[i].ntables; k++)
			if (t->at[i].tables[k] == schema) {
				t->current = i;
				t->at[i].current = k;
				return;
			}
}

const struct schema *tabs_schema(const struct tabs *t)
{
	const struct tab *tab = &t->at[t->current];

	return tab->tables[tab->current];
}

/* The line of tabs: how much of each name fits, and where it stands. */
#include <stdio.h>
#include <string.h>

#include "view/tabs.h"

/* A name is not cut shorter than this; then only numbers stay. */
#define LEAST ((size_t)3)
#define LONG ((size_t)32)

/* What is still a word where there is no room for the whole name. */
static const struct {
	const char *name;
	const char *brief;
} briefs[] = {
	{ "applications", "apps" }, { "supervisors", "sups" },
	{ "memory", "mem" },	    { "schedulers", "sched" },
	{ "system", "sys" },	    { "network", "net" },
};

static const char *brief(const char *name)
{
	for (size_t i = 0; i < sizeof(briefs) / sizeof(briefs[0]); i++)
		if (strcmp(briefs[i].name, name) == 0)
			return briefs[i].brief;
	return name;
}

/* "4memory", and of the open one "4memory:os_memory 2/4". */
static struct text label(const struct tabs *t, size_t i, size_t letters, bool table,
			 char *out, size_t size)
{
	const struct tab *tab = &t->at[i];
	bool open = i == t->current;
	int n = snprintf(out, size, "%zu%.*s", i + 1,
			 (int)(open && letters < LEAST ? LEAST : letters),
			 letters < LONG ? brief(tab->name) : tab->name);

	if (open && table && tab->ntables > 1)
		snprintf(out + n, size - (size_t)n, ":%s %zu/%zu",
			 tab->tables[tab->current]->name, tab->current + 1,
			 tab->ntables);
	return text_of(out);
}

static size_t width_with(const struct tabs *t, size_t letters, bool table)
{
	char out[128];
	size_t width = 0;

	for (size_t i = 0; i < t->n; i++)
		width += label(t, i, letters, table, out, sizeof(out)).len + 2;
	return width;
}

/* How many letters of each name there is room for. */
static size_t fit(const struct tabs *t, size_t width, bool *table)
{
	size_t letters = LONG;

	*table = true;
	while (letters > LEAST && width_with(t, letters, true) > width)
		letters--;
	if (width_with(t, letters, true) <= width)
		return letters;
	if (width_with(t, 0, true) <= width)
		return 0;
	*table = false;
	return 0;
}

size_t tabs_width(const struct tabs *t, struct pane p)
{
	size_t width = width_with(t, LONG, true);

	return width < p.width ? width : p.width;
}

/* Draws them, or finds the one at a column. */
static size_t walk(const struct tabs *t, struct pane p, bool draw, size_t column)
{
	bool table;
	size_t letters = fit(t, p.width, &table);
	size_t x = 0;

	for (size_t i = 0; i < t->n; i++) {
		unsigned style = i == t->current ? STYLE_TAB_OPEN : STYLE_TAB;
		char out[128];
		struct text text = label(t, i, letters, table, out, sizeof(out));

		if (draw)
			pane_printf(p, x, 0, style, " %.*s ", TEXT_ARG(text));
		else if (column >= x && column < x + text.len + 2)
			return i;
		x += text.len + 2;
	}
	return t->n;
}

void tabs_draw(const struct tabs *t, struct pane p)
{
	walk(t, p, true, 0);
}

size_t tabs_at(const struct tabs *t, struct pane p, size_t x)
{
	return walk(t, p, false, x);
}

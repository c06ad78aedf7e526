#include "view/help_lines.h"

#include <stdlib.h>

#include "base/mem.h"

/* Lanes are no wider, whatever stands in them. */
#define LEFT_MAX ((size_t)22)
#define MIDDLE_MAX ((size_t)26)
/* Help that has fewer columns stands in a line of its own. */
#define HELP_MIN ((size_t)24)
#define INDENT ((size_t)2)

void help_lines_clear(struct help_lines *l)
{
	arena_clear(&l->arena);
	free(l->entries);
	free(l->at);
	*l = (struct help_lines){ 0 };
}

static struct help_entry *add(struct help_lines *l)
{
	l->entries = mem_grow(l->entries, &l->entries_cap, l->nentries + 1,
			      sizeof(*l->entries));
	l->entries[l->nentries] = (struct help_entry){ 0 };
	return &l->entries[l->nentries++];
}

void help_lines_heading(struct help_lines *l, struct text t)
{
	struct help_entry *e = add(l);

	e->heading = true;
	e->style = STYLE_TITLE;
	e->left = text_dup(&l->arena, t);
}

void help_lines_text(struct help_lines *l, struct text t)
{
	add(l)->help = text_dup(&l->arena, t);
}

static size_t most(size_t so_far, size_t n, size_t limit)
{
	n = n < limit ? n : limit;
	return n > so_far ? n : so_far;
}

void help_lines_add(struct help_lines *l, unsigned style, struct text left,
		    struct text middle, struct text help)
{
	struct help_entry *e = add(l);

	e->style = style;
	e->left = text_dup(&l->arena, left);
	e->middle = text_dup(&l->arena, middle);
	e->help = text_dup(&l->arena, help);
	l->left = most(l->left, left.len, LEFT_MAX);
	l->middle = most(l->middle, middle.len, MIDDLE_MAX);
}

/*
 * Which are shown.
 */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool has(struct text t, struct text word)
{
	for (size_t at = 0; at + word.len <= t.len; at++) {
		size_t n = 0;

		while (n < word.len && lower(t.p[at + n]) == lower(word.p[n]))
			n++;
		if (n == word.len)
			return true;
	}
	return false;
}

static bool wanted(const struct help_entry *e, struct text word)
{
	return !word.len || has(e->left, word) || has(e->middle, word) ||
	       has(e->help, word);
}

/* Of a heading: has it anything below? */
static bool has_some(const struct help_lines *l, size_t heading, struct text word)
{
	if (has(l->entries[heading].left, word))
		return true;
	for (size_t i = heading + 1; i < l->nentries && !l->entries[i].heading; i++)
		if (wanted(&l->entries[i], word))
			return true;
	return false;
}

static void add_line(struct help_lines *l, struct help_line line)
{
	l->at = mem_grow(l->at, &l->cap, l->n + 1, sizeof(*l->at));
	l->at[l->n++] = line;
}

/* As much as there is room for, up to a blank where there is one. */
static size_t broken(struct text t, size_t from, size_t columns)
{
	size_t to = from + columns;

	if (to >= t.len)
		return t.len;
	while (to > from && t.p[to] != ' ')
		to--;
	return to > from ? to : from + columns;
}

static void lay_entry(struct help_lines *l, size_t i, size_t width)
{
	const struct help_entry *e = &l->entries[i];
	bool sentence = !e->left.len && !e->middle.len;
	size_t begin = sentence ? INDENT : l->help;
	size_t columns = width > begin ? width - begin : 1;
	struct help_line line = { .entry = i, .first = true };

	/* Where lanes leave no room the help stands below. */
	if (!sentence && e->help.len && l->help == INDENT * 2) {
		add_line(l, line);
		line.first = false;
	}
	do {
		while (line.from < e->help.len && e->help.p[line.from] == ' ')
			line.from++;
		line.to = broken(e->help, line.from, columns);
		add_line(l, line);
		line.from = line.to;
		line.first = false;
	} while (line.from < e->help.len);
}

void help_lines_lay(struct help_lines *l, struct text word, size_t width)
{
	bool all = false; /* a heading has the word: all below it is shown */

	l->n = 0;
	l->help = INDENT + l->left + 2 + l->middle + 2;
	if (l->help + HELP_MIN > width)
		l->help = INDENT * 2;
	for (size_t i = 0; i < l->nentries; i++) {
		const struct help_entry *e = &l->entries[i];

		if (e->heading) {
			all = word.len && has(e->left, word);
			if (!has_some(l, i, word))
				continue;
			if (l->n)
				add_line(l, (struct help_line){ .entry = SIZE_MAX });
			add_line(l, (struct help_line){ .entry = i, .first = true });
		} else if (all || wanted(e, word)) {
			lay_entry(l, i, width);
		}
	}
}

/*
 * Drawing.
 */

static void draw_line(const struct help_lines *l, const struct help_line *line,
		      struct pane p, size_t y)
{
	const struct help_entry *e;
	struct text help;
	size_t x = INDENT;

	if (line->entry == SIZE_MAX)
		return;
	e = &l->entries[line->entry];
	if (e->heading) {
		pane_text(p, 0, y, e->style, e->left);
		return;
	}
	help = text_sub(e->help, line->from, line->to);
	if (!e->left.len && !e->middle.len) {
		pane_text(p, x, y, STYLE_PLAIN, help);
		return;
	}
	if (line->first) {
		pane_text(pane_part(p, x, y, l->left, 1), 0, 0, e->style, e->left);
		x += l->left + 2;
		pane_text(pane_part(p, x, y, l->middle, 1), 0, 0, STYLE_PLAIN, e->middle);
	}
	pane_text(p, l->help, y, STYLE_ACTION, help);
}

void help_lines_draw(const struct help_lines *l, size_t first, struct pane p)
{
	for (size_t y = 0; y < p.height && first + y < l->n; y++)
		draw_line(l, &l->at[first + y], p, y);
}

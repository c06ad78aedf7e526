/* Trees of rows: sorted once a reading, walked along what is open. */
#include "view/outline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/tree.h"

/* With so many right under it a row is closed at first. */
#define MANY 64
/* Deeper down no lines are drawn: who lies about its parent may make as deep a tree as
 * there are processes. */
#define DEPTH_MAX 24

/* What somebody opened or closed: an open hash of keys. */
struct choices {
	struct arena arena;
	struct choice {
		struct cell key;
		bool used;
		bool open;
	} * at; /* [mask + 1]; NULL: none */
	size_t mask;
	size_t n;
};

struct outline {
	struct choices choices[2]; /* of all rows, and of those that are looked for */
	struct arena arena;        /* of one reading */
	const struct table *table;
	size_t key;
	bool searching;
	struct tree tree;           /* of positions: position i is row at[i] */
	uint32_t *at;               /* [tree.n] */
	uint32_t *ends;             /* [tree.n] of the i-th of the tree: the first behind
				  * that is under it */
	uint32_t *children;         /* [tree.n] right under it */
	uint32_t *up;               /* [tree.n] which of the tree it is under */
	struct outline_line *lines; /* [nlines] in lines_arena */
	uint32_t *places;           /* [nlines] which of the tree it is */
	size_t nlines;
	bool fresh; /* the lines are those of what is open now */
	struct arena lines_arena;
};

/*
 * Choices.
 */

static struct choice *choice_find(const struct choices *c, struct cell key)
{
	size_t i = cell_hash(key) & c->mask;

	while (c->at[i].used && !cell_eq(c->at[i].key, key))
		i = (i + 1) & c->mask;
	return &c->at[i];
}

static void choices_grow(struct choices *c)
{
	struct choices old = *c;

	c->mask = old.at ? old.mask * 2 + 1 : 63;
	c->at = mem_zalloc((c->mask + 1) * sizeof(*c->at));
	for (size_t i = 0; old.at && i <= old.mask; i++)
		if (old.at[i].used)
			*choice_find(c, old.at[i].key) = old.at[i];
	free(old.at);
}

static void choose(struct choices *c, struct cell key, bool open)
{
	struct choice *found;

	if (!c->at || c->n * 2 > c->mask)
		choices_grow(c);
	found = choice_find(c, key);
	if (!found->used) {
		found->used = true;
		found->key = cell_dup(&c->arena, key);
		c->n++;
	}
	found->open = open;
}

static void choices_clear(struct choices *c)
{
	arena_clear(&c->arena);
	free(c->at);
	*c = (struct choices){ 0 };
}

/* Forgets those whose rows are gone, when they got many. */
static void choices_prune(struct choices *c, const struct table_index *index, size_t rows)
{
	struct choices kept = { 0 };

	if (c->n <= 2 * rows + 1024)
		return;
	for (size_t i = 0; i <= c->mask; i++)
		if (c->at[i].used &&
		    table_index_find(index, c->at[i].key) != TABLE_NONE)
			choose(&kept, c->at[i].key, c->at[i].open);
	choices_clear(c);
	*c = kept;
}

/*
 * The tree.
 */

struct outline *outline_new(void)
{
	return mem_zalloc(sizeof(struct outline));
}

void outline_free(struct outline *o)
{
	if (!o)
		return;
	choices_clear(&o->choices[0]);
	choices_clear(&o->choices[1]);
	arena_clear(&o->arena);
	arena_clear(&o->lines_arena);
	free(o);
}

/* Rows by what is in the column that says their name; those without are left out. */
static struct table_index index_names(const struct table *t, size_t name,
				      struct table *names, struct arena *arena)
{
	static const struct column columns[] = { { .name = "name" }, { .name = "row" } };
	static const struct schema schema = { .columns = columns, .ncolumns = 2 };
	struct table_index x;

	table_init(names, &schema, arena, 0);
	for (size_t row = 0; row < t->nrows; row++) {
		struct cell c = table_cell(t, row, name);

		if (c.type == CELL_TEXT) {
			size_t to = table_add(names);

			table_set(names, to, 0, c);
			table_set_int(names, to, 1, (int64_t)row);
		}
	}
	table_index_init(&x, names, arena);
	return x;
}

/* Positions of the parents, by what the rows say. */
static uint32_t *find_parents(const struct outline *o, const uint32_t *position,
			      const struct table_index *index, size_t parent, size_t name,
			      struct arena *arena)
{
	const struct table *t = o->table;
	size_t n = o->tree.n;
	uint32_t *parents = arena_many(arena, n + 1, uint32_t);
	struct table names;
	struct table_index by_name;

	if (name)
		by_name = index_names(t, name, &names, arena);
	for (size_t i = 0; i < n; i++) {
		struct cell c = table_cell(t, o->at[i], parent);
		size_t row = TABLE_NONE;

		if (name && c.type == CELL_TEXT) {
			size_t found = table_index_find(&by_name, c);

			if (found != TABLE_NONE)
				row = (size_t)table_num(&names, found, 1);
		} else if (c.type != CELL_NULL) {
			row = table_index_find(index, c);
		}
		parents[i] = row == TABLE_NONE || position[row] == i ? TREE_NONE
								     : position[row];
	}
	return parents;
}

/* What matches, and all above it. */
static bool *keep(const struct outline *o, const uint32_t *parents, const bool *matches,
		  struct arena *arena)
{
	size_t n = o->tree.n;
	bool *kept = arena_many(arena, n + 1, bool);

	memset(kept, !matches, n);
	for (size_t i = 0; matches && i < n; i++)
		for (uint32_t at = matches[o->at[i]] ? (uint32_t)i : TREE_NONE;
		     at != TREE_NONE && !kept[at]; at = parents[at])
			kept[at] = true;
	return kept;
}

/* How many there are under each: the tree as it is walked has them right behind it. */
static void count(struct outline *o)
{
	const struct tree *t = &o->tree;
	uint32_t *way = arena_many(&o->arena, t->n + 1, uint32_t);
	size_t depth = 0;

	o->ends = arena_many(&o->arena, t->n + 1, uint32_t);
	o->children = arena_many(&o->arena, t->n + 1, uint32_t);
	o->up = arena_many(&o->arena, t->n + 1, uint32_t);
	memset(o->children, 0, (t->n + 1) * sizeof(*o->children));
	for (size_t i = 0; i < t->n; i++) {
		size_t to = t->depth[i];

		while (depth > to)
			o->ends[way[--depth]] = (uint32_t)i;
		if (to > 0) {
			o->up[i] = way[to - 1];
			o->children[way[to - 1]]++;
		}
		way[to] = (uint32_t)i;
		depth = to + 1;
	}
	while (depth > 0)
		o->ends[way[--depth]] = (uint32_t)t->n;
}

void outline_take(struct outline *o, const struct table *t, struct rows ranked,
		  const bool *matches, size_t key, size_t parent, size_t name)
{
	struct arena scratch = { 0 };
	uint32_t *position = arena_many(&scratch, t->nrows + 1, uint32_t);
	struct table_index index;
	uint32_t *parents;

	arena_clear(&o->arena);
	o->table = t;
	o->key = key;
	o->searching = matches != NULL;
	o->fresh = false;
	o->tree = (struct tree){ .n = ranked.n };
	o->at = arena_many(&o->arena, ranked.n + 1, uint32_t);
	memset(position, 0xff, (t->nrows + 1) * sizeof(*position));
	for (size_t i = 0; i < ranked.n; i++) {
		o->at[i] = ranked.at[i];
		position[ranked.at[i]] = (uint32_t)i;
	}
	table_index_init(&index, t, &scratch);
	choices_prune(&o->choices[0], &index, t->nrows);
	if (!matches)
		choices_clear(&o->choices[1]);
	parents = find_parents(o, position, &index, parent, name, &scratch);
	o->tree = tree_order(parents, keep(o, parents, matches, &scratch), ranked.n,
			     &o->arena);
	count(o);
	arena_clear(&scratch);
}

/*
 * Lines.
 */

/* While something is looked for all of it is open at first. */
static struct choices *choices_of(struct outline *o)
{
	return &o->choices[o->searching];
}

static struct cell key_at(const struct outline *o, size_t place)
{
	return table_cell(o->table, o->at[o->tree.order[place]], o->key);
}

static bool is_open(struct outline *o, size_t place)
{
	const struct choices *choices = choices_of(o);
	const struct choice *c = NULL;

	if (!o->children[place])
		return false;
	if (choices->at)
		c = choice_find(choices, key_at(o, place));
	if (c && c->used)
		return c->open;
	return o->searching || o->children[place] <= MANY;
}

static void walk(struct outline *o)
{
	const struct tree *t = &o->tree;

	arena_clear(&o->lines_arena);
	o->lines = arena_many(&o->lines_arena, t->n + 1, struct outline_line);
	o->places = arena_many(&o->lines_arena, t->n + 1, uint32_t);
	o->nlines = 0;
	o->fresh = true;
	for (size_t i = 0; i < t->n;) {
		bool open = is_open(o, i);
		size_t end = o->ends[i];

		o->places[o->nlines] = (uint32_t)i;
		o->lines[o->nlines++] = (struct outline_line){
			.row = o->at[t->order[i]],
			.depth = t->depth[i],
			.below = (uint32_t)(end - i - 1),
			.open = open,
			.last = end >= t->n || t->depth[end] < t->depth[i],
		};
		i = open ? i + 1 : end;
	}
}

const struct outline_line *outline_lines(struct outline *o, size_t *n)
{
	if (!o->fresh)
		walk(o);
	*n = o->nlines;
	return o->lines;
}

bool outline_open(struct outline *o, size_t line, bool open)
{
	size_t n;
	const struct outline_line *lines = outline_lines(o, &n);

	if (line >= n || !lines[line].below || lines[line].open == open)
		return false;
	choose(choices_of(o), key_at(o, o->places[line]), open);
	o->fresh = false;
	return true;
}

bool outline_open_all(struct outline *o, size_t line)
{
	bool closed = false;
	size_t n;
	size_t from;

	outline_lines(o, &n);
	if (line >= n || !o->lines[line].below)
		return false;
	from = o->places[line];
	for (size_t i = from; i < o->ends[from] && !closed; i++)
		closed = o->children[i] && !is_open(o, i);
	for (size_t i = from; i < o->ends[from]; i++)
		if (o->children[i])
			choose(choices_of(o), key_at(o, i), closed || i != from);
	o->fresh = false;
	return true;
}

size_t outline_parent(struct outline *o, size_t line)
{
	size_t n;
	const struct outline_line *lines = outline_lines(o, &n);
	size_t at = line;

	while (line < n && at > 0 && lines[at].depth >= lines[line].depth)
		at--;
	return line < n && lines[at].depth < lines[line].depth ? at : line;
}

/* For each depth up to the line's: does more come behind it, of the same parent? */
static void find_more(const struct outline *o, size_t line, bool more[DEPTH_MAX + 1])
{
	const struct tree *t = &o->tree;
	uint32_t at = o->places[line];

	for (uint32_t depth = t->depth[at]; depth > 0; depth--, at = o->up[at])
		if (depth <= DEPTH_MAX)
			more[depth] = o->ends[at] < t->n &&
				      t->depth[o->ends[at]] == depth;
}

void outline_print(struct outline *o, size_t line, bool ascii, struct buf *out)
{
	bool more[DEPTH_MAX + 1] = { false };
	size_t n;
	const struct outline_line *l = outline_lines(o, &n);

	if (line >= n)
		return;
	l += line;
	find_more(o, line, more);
	for (uint32_t d = 1; d < l->depth && d <= DEPTH_MAX; d++)
		buf_str(out, !more[d] ? "  " : ascii ? "| "
						     : "\xe2\x94\x82 ");
	if (l->depth > 0)
		buf_str(out, ascii     ? l->last ? "`-" : "|-"
			     : l->last ? "\xe2\x94\x94\xe2\x94\x80"
				       : "\xe2\x94\x9c\xe2\x94\x80");
	if (l->below && ascii)
		buf_str(out, l->open ? "- " : "+ ");
	else if (l->below)
		buf_str(out, l->open ? "\xe2\x96\xbe " : "\xe2\x96\xb8 ");
	else if (l->depth > 0)
		buf_str(out, " ");
	if (l->below && !l->open)
		buf_printf(out, "(%u) ", l->below);
}

#include "view/past.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "tui/history.h"

struct past {
	struct arena arena;
	const char *path;
	struct text *at; /* [n] the oldest first */
	size_t n;
	size_t cap;
	bool loaded;
};

struct past *past_new(const char *path)
{
	struct past *p = mem_zalloc(sizeof(*p));

	p->path = path;
	return p;
}

void past_free(struct past *p)
{
	if (!p)
		return;
	free(p->at);
	arena_clear(&p->arena);
	free(p);
}

static void take_line(void *ctx, struct text line)
{
	struct past *p = ctx;

	p->at = mem_grow(p->at, &p->cap, p->n + 1, sizeof(*p->at));
	p->at[p->n++] = text_dup(&p->arena, line);
}

static void load(struct past *p)
{
	if (!p->loaded && p->path)
		history_load(p->path, take_line, p);
	p->loaded = true;
}

size_t past_count(struct past *p)
{
	load(p);
	return p->n;
}

struct text past_at(struct past *p, size_t i)
{
	load(p);
	return p->at[i];
}

void past_add(struct past *p, struct text line)
{
	load(p);
	if (!line.len || (p->n && text_eq(p->at[p->n - 1], line)))
		return;
	take_line(p, line);
	if (p->path)
		history_add(p->path, line);
}

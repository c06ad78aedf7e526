/* The lines of a term: which are open, and what is searched for. */
#include "view/fold.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "view/fold_place.h"

/* What was opened or closed, by the place; others are as they are at first. */
struct choice {
	uint64_t id; /* 0: free */
	bool open;
};

struct line {
	struct place place;
	uint32_t parent; /* its line */
	bool open;
};

struct fold {
	struct fold_style style;
	const struct term *term;
	struct line *lines;      /* [n] */
	size_t n;
	size_t cap;
	struct choice *choices;  /* [nslots] open addressing */
	size_t nchoices;
	size_t nslots;           /* a power of two, or 0 */
	struct buf words;
};

/*
 * What is open.
 */

static struct choice *slot_of(struct choice *choices, size_t nslots, uint64_t id)
{
	size_t i = (size_t)id & (nslots - 1);

	while (choices[i].id && choices[i].id != id)
		i = (i + 1) & (nslots - 1);
	return &choices[i];
}

static void choices_grow(struct fold *f)
{
	size_t nslots = f->nslots ? 2 * f->nslots : 64;
	struct choice *more = mem_zalloc(nslots * sizeof(*more));

	for (size_t i = 0; i < f->nslots; i++)
		if (f->choices[i].id)
			*slot_of(more, nslots, f->choices[i].id) = f->choices[i];
	free(f->choices);
	f->choices = more;
	f->nslots = nslots;
}

static void choose(struct fold *f, uint64_t id, bool open)
{
	struct choice *c;

	if (2 * f->nchoices >= f->nslots)
		choices_grow(f);
	c = slot_of(f->choices, f->nslots, id);
	f->nchoices += c->id == 0;
	*c = (struct choice){ id, open };
}

/* The whole is open at first, its parts are closed. */
static bool chosen(const struct fold *f, const struct place *p)
{
	const struct choice *c = f->nslots ? slot_of(f->choices, f->nslots, p->id) : NULL;

	if (!place_opens(p))
		return false;
	return c && c->id ? c->open : p->depth == 0;
}

/*
 * Lines.
 */

static void add_line(struct fold *f, const struct place *p, uint32_t parent, bool open)
{
	f->lines = mem_grow(f->lines, &f->cap, f->n + 1, sizeof(*f->lines));
	f->lines[f->n++] = (struct line){ *p, parent, open };
}

static void build(struct fold *f)
{
	uint32_t above[FOLD_DEPTH_MAX + 2] = { 0 }; /* the line last made at a depth */
	struct walk w;
	struct place p;

	f->n = 0;
	if (!f->term)
		return;
	walk_begin(&w, &f->style, place_root(&f->style, f->term));
	while (walk_next(&w, &p)) {
		bool open = chosen(f, &p);

		if (f->n == FOLD_LINES_MAX) {
			p = (struct place){ .kind = PLACE_END, .depth = 1, .id = 2 };
			add_line(f, &p, 0, false);
			break;
		}
		above[p.depth] = (uint32_t)f->n;
		add_line(f, &p, p.depth ? above[p.depth - 1] : 0, open);
		if (open)
			walk_enter(&w, &p);
	}
	walk_clear(&w);
}

struct fold *fold_new(const struct fold_style *style)
{
	struct fold *f = mem_zalloc(sizeof(*f));

	f->style = *style;
	return f;
}

void fold_free(struct fold *f)
{
	if (!f)
		return;
	free(f->lines);
	free(f->choices);
	buf_clear(&f->words);
	free(f);
}

void fold_set(struct fold *f, const struct term *t)
{
	f->term = t;
	build(f);
}

size_t fold_count(const struct fold *f)
{
	return f->n;
}

static struct text kept(struct arena *a, struct buf *b)
{
	struct text t = text_dup(a, buf_text(b));

	buf_reset(b);
	return t;
}

void fold_at(const struct fold *f, size_t line, struct arena *a, struct fold_line *out)
{
	const struct line *l = &f->lines[line];
	const struct place *p = &l->place;
	struct buf b = { 0 };

	*out = (struct fold_line){
		.id = p->id,
		.depth = p->depth,
		.opens = place_opens(p),
		.open = l->open,
		.cut = p->kind == PLACE_END ||
		       (p->kind == PLACE_LEAF && p->term->type == TERM_CUT),
		.masked = p->masked,
		.term = p->kind == PLACE_PIECE || p->kind == PLACE_END || p->masked ?
			NULL : p->term,
	};
	place_label(&f->style, p, &b);
	out->numbered = !p->key;
	out->label = kept(a, &b);
	if (l->open || !place_short(&f->style, p, &b)) {
		place_value(&f->style, p, &b);
		out->value = kept(a, &b);
		if (!l->open)
			place_start(&f->style, p, &b);
		out->start = kept(a, &b);
	} else {
		out->value = kept(a, &b);
	}
	out->found = fold_match(f, out->value, 0) < out->value.len ||
		     (p->key && fold_match(f, out->label, 0) < out->label.len);
	buf_clear(&b);
}

uint64_t fold_id(const struct fold *f, size_t line)
{
	return line < f->n ? f->lines[line].place.id : 0;
}

size_t fold_parent(const struct fold *f, size_t line)
{
	return line < f->n ? f->lines[line].parent : 0;
}

bool fold_is_open(const struct fold *f, size_t line)
{
	return line < f->n && f->lines[line].open;
}

size_t fold_find(const struct fold *f, uint64_t id)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->lines[i].place.id == id)
			return i;
	return 0;
}

void fold_open(struct fold *f, size_t line, bool open)
{
	if (line >= f->n || !place_opens(&f->lines[line].place))
		return;
	choose(f, f->lines[line].place.id, open);
	build(f);
}

void fold_open_all(struct fold *f, size_t line, bool open)
{
	struct walk w;
	struct place p;
	size_t n = 0;

	if (line >= f->n)
		return;
	walk_begin(&w, &f->style, f->lines[line].place);
	while (n++ < FOLD_LINES_MAX && walk_next(&w, &p)) {
		if (!place_opens(&p))
			continue;
		if (open || chosen(f, &p))
			walk_enter(&w, &p);
		/* A string that is opened by the way would be most of the screen. */
		if (!open || p.kind <= PLACE_MAP || n == 1)
			choose(f, p.id, open);
	}
	walk_clear(&w);
	build(f);
}

/*
 * Searching.
 */

void fold_look_for(struct fold *f, struct text words)
{
	buf_reset(&f->words);
	buf_text_add(&f->words, words);
}

struct text fold_words(const struct fold *f)
{
	return buf_text(&f->words);
}

size_t fold_match(const struct fold *f, struct text t, size_t from)
{
	struct text words = buf_text(&f->words);

	if (words.len == 0 || words.len > t.len)
		return t.len;
	for (size_t at = from; at + words.len <= t.len; at++)
		if (strncasecmp(t.p + at, words.p, words.len) == 0)
			return at;
	return t.len;
}

/* A way through everything, also through what is closed; only what is closed and shown
 * whole is one place. */
struct search {
	const struct fold *fold;
	struct walk walk;
	struct buf text;
	size_t looked;
};

static void search_begin(struct search *s, const struct fold *f)
{
	*s = (struct search){ .fold = f };
	walk_begin(&s->walk, &f->style, place_root(&f->style, f->term));
}

static void search_clear(struct search *s)
{
	walk_clear(&s->walk);
	buf_clear(&s->text);
}

/* The next place; *found: the words are in it. */
static bool search_next(struct search *s, struct place *p, bool *found)
{
	const struct fold *f = s->fold;
	struct text t;

	if (s->looked++ == FOLD_SEARCH_MAX || !walk_next(&s->walk, p))
		return false;
	buf_reset(&s->text);
	if (p->kind >= PLACE_LIST && p->kind <= PLACE_MAP && place_opens(p)) {
		if (chosen(f, p) || !place_short(&f->style, p, &s->text))
			walk_enter(&s->walk, p);
	}
	if (buf_len(&s->text) && p->key)
		place_label(&f->style, p, &s->text);
	if (!buf_len(&s->text))
		place_all(&f->style, p, &s->text);
	t = buf_text(&s->text);
	*found = fold_match(f, t, 0) < t.len;
	return true;
}

/* What a place is in, so that it can be opened. */
struct way {
	uint64_t *ids; /* [n] */
	size_t n;
	size_t cap;
	uint64_t to;   /* 0: nowhere */
};

/* The walk may just have gone into the place itself. */
static void way_take(struct way *way, const struct walk *w, const struct place *p)
{
	way->n = 0;
	way->to = p->id;
	way->ids = mem_grow(way->ids, &way->cap, w->nsteps + 1, sizeof(*way->ids));
	for (size_t i = 0; i < w->nsteps; i++)
		if (w->steps[i].place.depth < p->depth)
			way->ids[way->n++] = w->steps[i].place.id;
}

/* The first one behind the place, or else the first of all; or the other way round. */
static void search(const struct fold *f, uint64_t from, bool back, bool here,
		   struct way *way)
{
	struct search s;
	struct place p;
	bool passed = false, found;

	search_begin(&s, f);
	while (search_next(&s, &p, &found)) {
		bool at = p.id == from;

		if (back && at && way->to && !here)
			break;
		if (found && (!at || here)) {
			if (back || !way->to || passed || (at && here))
				way_take(way, &s.walk, &p);
			if (!back && (passed || (at && here)))
				break;
		}
		passed |= at;
	}
	search_clear(&s);
}

size_t fold_next(struct fold *f, size_t line, bool back, bool here)
{
	struct way way = { 0 };
	size_t to = TABLE_NONE;
	uint64_t from;

	if (f->n == 0 || buf_len(&f->words) == 0)
		return TABLE_NONE;
	/* What has pieces is searched as a whole. */
	if (line < f->n && f->lines[line].place.kind == PLACE_PIECE)
		line = fold_parent(f, line);
	from = fold_id(f, line);
	search(f, from, back, here, &way);
	/* Nowhere else. */
	if (!way.to && !here)
		search(f, from, back, true, &way);
	if (way.to) {
		for (size_t i = 0; i < way.n; i++)
			choose(f, way.ids[i], true);
		build(f);
		to = fold_find(f, way.to);
	}
	free(way.ids);
	return to;
}

/* From place to place in a term. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "term/print.h"
#include "view/fold_place.h"

/* What is longer, in bytes or characters, has pieces. */
#define STRING_LONG 60
#define BYTES_LONG 16
#define PIECE_STRING 64
#define PIECE_BYTES 16
/* Of the text of a key, by which a place is known. */
#define KEY_BYTES 2000

static uint64_t mix(uint64_t h, uint64_t v)
{
	h ^= v + 0x9e3779b97f4a7c15 + (h << 6) + (h >> 2);
	h *= 0xff51afd7ed558ccd;
	h ^= h >> 33;
	return h ? h : 1;
}

static uint64_t key_hash(const struct fold_style *style, const struct term *key)
{
	struct term_style s = { .syntax = style->syntax, .total = KEY_BYTES };
	struct buf b = { 0 };
	uint64_t hash;

	term_print(&b, key, &s);
	hash = text_hash(buf_text(&b));
	buf_clear(&b);
	return hash;
}

static bool readable(struct text t)
{
	uint32_t c;

	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &c);
		if (c == UTF8_BAD ||
		    (utf8_control(c) && c != '\n' && c != '\t' && c != '\r'))
			return false;
	}
	return true;
}

/* Does its printer write the list as a string? */
static bool is_chars(const struct fold_style *style, const struct term *list)
{
	struct term_style s = { .syntax = style->syntax, .bytes = 1, .total = 4 };
	struct buf b = { 0 };
	bool chars;

	term_print(&b, list, &s);
	chars = text_starts(buf_text(&b), "\"") || text_starts(buf_text(&b), "~");
	buf_clear(&b);
	return chars;
}

static enum place_kind list_kind(const struct fold_style *style, const struct term *t)
{
	if (t->n == 0)
		return PLACE_LEAF;
	if (!is_chars(style, t))
		return PLACE_LIST;
	return t->n > STRING_LONG ? PLACE_CHARS : PLACE_LEAF;
}

static enum place_kind binary_kind(const struct term *t)
{
	if (t->text.len <= BYTES_LONG)
		return PLACE_LEAF;
	if (!readable(t->text))
		return PLACE_BYTES;
	return t->text.len > STRING_LONG ? PLACE_STRING : PLACE_LEAF;
}

static enum place_kind kind_of(const struct fold_style *style, const struct term *t)
{
	switch (t->type) {
	case TERM_LIST:
		return list_kind(style, t);
	case TERM_TUPLE:
		return t->n ? PLACE_TUPLE : PLACE_LEAF;
	case TERM_MAP:
		return t->n ? PLACE_MAP : PLACE_LEAF;
	case TERM_BINARY:
		return binary_kind(t);
	default:
		return PLACE_LEAF;
	}
}

/* As the printers have it: only those that can be a name. */
static bool is_secret(const struct fold_style *style, const struct term *key)
{
	struct term_style s = { .redact = style->redact };

	return key && print_secret(&(struct printer){ .style = &s }, key);
}

static struct place place_of(const struct fold_style *style, const struct place *parent,
			     const struct term *key, const struct term *t)
{
	struct place p = {
		.term = t,
		.key = key,
		.depth = (uint16_t)(parent->depth + 1),
		.masked = is_secret(style, key),
	};

	p.kind = p.masked ? PLACE_LEAF : (uint8_t)kind_of(style, t);
	return p;
}

struct place place_root(const struct fold_style *style, const struct term *t)
{
	return (struct place){
		.term = t,
		.id = 1,
		.kind = (uint8_t)kind_of(style, t),
	};
}

bool place_opens(const struct place *p)
{
	return p->kind >= PLACE_LIST && p->kind <= PLACE_CHARS &&
	       p->depth < FOLD_DEPTH_MAX;
}

void walk_begin(struct walk *w, const struct fold_style *style, struct place root)
{
	*w = (struct walk){ .style = style, .root = root };
}

void walk_clear(struct walk *w)
{
	free(w->steps);
	w->steps = NULL;
}

/* [{a, 1}, {b, 2}]; of anything else than a dictionary the keys are atoms, and those of
 * neighbours differ. */
static bool is_pairs(const struct term *list, bool any_key)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct term *e = &list->items[i];

		if (!term_is_tuple(e, 2, NULL))
			return false;
		if (any_key)
			continue;
		if (e->items[0].type != TERM_ATOM ||
		    (i > 0 && text_eq(e->items[0].text, e[-1].items[0].text)))
			return false;
	}
	return true;
}

static bool shows_pairs(const struct fold_style *style, const struct place *p)
{
	if (p->kind != PLACE_LIST || (p->depth == 0 && style->things))
		return false;
	return is_pairs(p->term, p->depth == 0 && style->pairs);
}

void walk_enter(struct walk *w, const struct place *p)
{
	w->steps = mem_grow(w->steps, &w->cap, w->nsteps + 1, sizeof(*w->steps));
	w->steps[w->nsteps++] = (struct walk_step){
		.place = *p,
		.pairs = shows_pairs(w->style, p),
	};
}

static bool next_element(const struct walk *w, struct walk_step *s, struct place *out)
{
	const struct term *t = s->place.term;
	const struct term *e;
	uint32_t i = s->part;
	bool tail = i == t->n && t->type == TERM_LIST && !term_is_nil(&t->items[i]);

	if (i >= t->n && !tail)
		return false;
	e = &t->items[i];
	if (s->pairs && !tail)
		*out = place_of(w->style, &s->place, &e->items[0], &e->items[1]);
	else if (t->type == TERM_TUPLE && t->n == 2 && i == 1)
		*out = place_of(w->style, &s->place, &t->items[0], e);
	else
		*out = place_of(w->style, &s->place, NULL, e);
	out->arrow = s->pairs && !tail;
	if (!out->arrow)
		out->key = NULL;
	out->tail = tail && e->type != TERM_CUT;
	out->number = i;
	out->id = w->style->pairs && s->place.depth == 0 && out->key ?
		mix(s->place.id, key_hash(w->style, out->key)) : mix(s->place.id, i);
	s->part++;
	return true;
}

/* The fields that the name of a struct stands for. */
static bool is_hidden(const struct fold_style *style, const struct term *map,
		      const struct term *key)
{
	return (term_is_atom(key, "__struct__") || term_is_atom(key, "__exception__")) &&
	       place_struct(style, map);
}

static bool next_pair(const struct walk *w, struct walk_step *s, struct place *out)
{
	const struct term *t = s->place.term;

	while (s->part < t->n && is_hidden(w->style, t, &t->items[2 * s->part]))
		s->part++;
	if (s->part >= t->n)
		return false;

	const struct term *key = &t->items[2 * s->part++];

	if (key->type == TERM_CUT) {
		*out = place_of(w->style, &s->place, NULL, key);
		out->id = mix(s->place.id, UINT64_MAX);
	} else {
		*out = place_of(w->style, &s->place, key, key + 1);
		out->id = mix(s->place.id, key_hash(w->style, key));
		out->arrow = true;
	}
	return true;
}

/* Up to the end of a line, or so many bytes, without breaking a character. */
static uint32_t string_piece(struct text t, uint32_t from)
{
	size_t end = from;
	uint32_t c;

	while (end < t.len && end - from < PIECE_STRING && t.p[end] != '\n')
		end += utf8_next(t, end, &c);
	return (uint32_t)(end - from);
}

static bool next_piece(struct walk_step *s, struct place *out)
{
	const struct term *t = s->place.term;
	size_t n = s->place.kind == PLACE_CHARS ? t->n : t->text.len;
	uint32_t left = (uint32_t)(n - s->part);
	uint32_t most = s->place.kind == PLACE_BYTES ? PIECE_BYTES : PIECE_STRING;

	if (s->part >= n)
		return false;
	*out = (struct place){
		.term = t,
		.id = mix(s->place.id, s->part),
		.number = s->part,
		.depth = (uint16_t)(s->place.depth + 1),
		.kind = PLACE_PIECE,
		.of = s->place.kind,
	};
	if (s->place.kind == PLACE_STRING)
		out->length = string_piece(t->text, s->part);
	else
		out->length = left < most ? left : most;
	s->part += out->length;
	if (s->place.kind == PLACE_STRING && s->part < n && t->text.p[s->part] == '\n')
		s->part++;
	return true;
}

static bool next_part(const struct walk *w, struct walk_step *s, struct place *out)
{
	switch (s->place.kind) {
	case PLACE_LIST:
	case PLACE_TUPLE:
		return next_element(w, s, out);
	case PLACE_MAP:
		return next_pair(w, s, out);
	default:
		return next_piece(s, out);
	}
}

bool walk_next(struct walk *w, struct place *out)
{
	if (!w->begun) {
		w->begun = true;
		*out = w->root;
		return true;
	}
	while (w->nsteps > 0) {
		if (next_part(w, &w->steps[w->nsteps - 1], out))
			return true;
		w->nsteps--;
	}
	return false;
}

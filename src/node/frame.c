/* Frames, headers and fragments. */
#include "node/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ATOM_MAX 1020 /* 255 characters of four bytes */

struct sequence {
	struct sequence *next;
	uint64_t id;     /* the sender's choice */
	uint64_t left;   /* the number of the next fragment; they count down to 1 */
	struct buf bytes;
	size_t first;    /* bytes of the first fragment: it holds the control term */
	bool cut;
	struct text *atoms; /* [natoms], one allocation with their bytes: the
			     * cache may move on meanwhile */
	size_t natoms;
};

/* A cursor over one frame. */
struct cursor {
	const unsigned char *p;
	const unsigned char *end;
};

static struct cursor cursor_over(struct text t)
{
	const unsigned char *p = (const unsigned char *)t.p;

	return (struct cursor){ p, p + t.len };
}

static bool get(struct cursor *c, size_t bytes, uint64_t *out)
{
	if ((size_t)(c->end - c->p) < bytes)
		return false;
	*out = 0;
	for (size_t i = 0; i < bytes; i++)
		*out = *out << 8 | *c->p++;
	return true;
}

void frames_init(struct frames *f)
{
	*f = (struct frames){ .limit = FRAGMENTS_BYTES };
}

static void sequence_free(struct sequence *s)
{
	if (!s)
		return;
	buf_clear(&s->bytes);
	free(s->atoms);
	free(s);
}

void frames_clear(struct frames *f)
{
	buf_clear(&f->in);
	for (size_t i = 0; i < FRAME_CACHE; i++)
		free((char *)f->cache[i].p);
	while (f->open) {
		struct sequence *s = f->open;

		f->open = s->next;
		sequence_free(s);
	}
	sequence_free(f->given);
	frames_init(f);
}

static void cache_put(struct frames *f, size_t slot, struct text name)
{
	char *copy = mem_alloc(name.len + 1);

	memcpy(copy, name.p, name.len);
	free((char *)f->cache[slot].p);
	f->cache[slot] = (struct text){ copy, name.len };
}

/*
 * The atoms of a header: four bits each (three of the segment, one for "new"), then a
 * byte of the index in the segment, and for new ones their text. A last half byte says
 * whether lengths take two bytes.
 */
static bool read_atoms(struct frames *f, struct cursor *c)
{
	uint16_t slots[FRAME_ATOMS];
	const unsigned char *flags;
	uint64_t n;

	f->natoms = 0;
	if (!get(c, 1, &n))
		return false;
	if (n == 0)
		return true;
	if ((size_t)(c->end - c->p) < n / 2 + 1)
		return false;
	flags = c->p;
	c->p += n / 2 + 1;

	unsigned last = n % 2 ? flags[n / 2] >> 4 : flags[n / 2];
	size_t length_size = last & 1 ? 2 : 1;

	for (size_t i = 0; i < n; i++) {
		unsigned bits = i % 2 ? flags[i / 2] >> 4 : flags[i / 2] & 15;
		uint64_t index, len;

		if (!get(c, 1, &index))
			return false;

		size_t slot = (size_t)(bits & 7) << 8 | index;

		if (bits & 8) {
			if (!get(c, length_size, &len) || len > ATOM_MAX ||
			    len > (size_t)(c->end - c->p))
				return false;
			cache_put(f, slot, (struct text){ (const char *)c->p, len });
			c->p += len;
		}
		if (!f->cache[slot].p)
			return false;
		slots[i] = (uint16_t)slot;
	}
	/* Only now: a header may name one slot twice, with a new text the second time. */
	for (size_t i = 0; i < n; i++)
		f->atoms[i] = f->cache[slots[i]];
	f->natoms = n;
	return true;
}

static struct text rest(const struct cursor *c)
{
	return (struct text){ (const char *)c->p, (size_t)(c->end - c->p) };
}

/* The message behind a header that read_atoms() has read. */
static struct frame with_atoms(const struct frames *f, const struct cursor *c)
{
	return (struct frame){ .bytes = rest(c), .atoms = { f->atoms, f->natoms } };
}

static struct sequence **sequence_find(struct frames *f, uint64_t id)
{
	struct sequence **s = &f->open;

	while (*s && (*s)->id != id)
		s = &(*s)->next;
	return s;
}

static void keep_atoms(struct sequence *s, const struct frames *f)
{
	size_t bytes = 0;

	for (size_t i = 0; i < f->natoms; i++)
		bytes += f->atoms[i].len;
	s->atoms = mem_alloc(f->natoms * sizeof(*s->atoms) + bytes + 1);
	s->natoms = f->natoms;

	char *p = (char *)(s->atoms + f->natoms);

	for (size_t i = 0; i < f->natoms; i++) {
		memcpy(p, f->atoms[i].p, f->atoms[i].len);
		s->atoms[i] = (struct text){ p, f->atoms[i].len };
		p += f->atoms[i].len;
	}
}

/* The payload goes, the control term stays: whoever waits for the message is told. */
static void sequence_cut(struct frames *f, struct sequence *s)
{
	f->open_bytes -= buf_len(&s->bytes) - s->first;
	buf_cut(&s->bytes, s->first);
	s->cut = true;
}

/* Room for a new sequence: the largest ones give theirs. */
static bool make_room(struct frames *f, size_t len)
{
	while (len > f->limit - f->open_bytes) {
		struct sequence *largest = NULL;

		for (struct sequence *s = f->open; s; s = s->next)
			if (!s->cut &&
			    (!largest || buf_len(&s->bytes) > buf_len(&largest->bytes)))
				largest = s;
		if (!largest)
			return false;
		sequence_cut(f, largest);
	}
	return true;
}

static void sequence_add(struct frames *f, struct sequence *s, struct text bytes)
{
	if (!s->cut && bytes.len > f->limit - f->open_bytes)
		sequence_cut(f, s);
	if (s->cut)
		return;
	buf_text_add(&s->bytes, bytes);
	f->open_bytes += bytes.len;
}

static void give(struct frames *f, struct sequence **link, struct frame *out)
{
	struct sequence *s = *link;

	*link = s->next;
	f->nopen--;
	f->open_bytes -= buf_len(&s->bytes);
	f->given = s;
	*out = (struct frame){
		.bytes = buf_text(&s->bytes),
		.atoms = { s->atoms, s->natoms },
		.cut = s->cut,
	};
}

static enum frame_result bad(struct err *err, const char *what)
{
	fail(err, ERR_FORMAT, "%s", what);
	return FRAME_BAD;
}

static enum frame_result first_fragment(struct frames *f, struct cursor *c,
					struct frame *out, struct err *err)
{
	uint64_t id, number;

	if (!get(c, 8, &id) || !get(c, 8, &number) || number == 0 || !read_atoms(f, c))
		return bad(err, "damaged header of a first fragment");
	if (number == 1) {
		*out = with_atoms(f, c);
		return FRAME_MESSAGE;
	}
	if (*sequence_find(f, id))
		return bad(err, "a sequence of fragments begins twice");
	if (f->nopen >= FRAGMENTS_MAX || !make_room(f, rest(c).len))
		return bad(err, "too many sequences of fragments at once");

	struct sequence *s = mem_zalloc(sizeof(*s));

	*s = (struct sequence){
		.next = f->open,
		.id = id,
		.left = number - 1,
		.first = rest(c).len,
	};
	f->open = s;
	f->nopen++;
	keep_atoms(s, f);
	sequence_add(f, s, rest(c));
	return FRAME_MORE;
}

static enum frame_result next_fragment(struct frames *f, struct cursor *c,
				       struct frame *out, struct err *err)
{
	uint64_t id, number;

	if (!get(c, 8, &id) || !get(c, 8, &number))
		return bad(err, "damaged header of a fragment");

	struct sequence **link = sequence_find(f, id);

	if (!*link)
		return bad(err, "a fragment without a beginning");
	if ((*link)->left != number)
		return bad(err, "a fragment out of order");
	sequence_add(f, *link, rest(c));
	(*link)->left--;
	if (number > 1)
		return FRAME_MORE;
	give(f, link, out);
	return FRAME_MESSAGE;
}

/* FRAME_MORE: a fragment was put aside. */
static enum frame_result read_frame(struct frames *f, struct text t, struct frame *out,
				    struct err *err)
{
	struct cursor c = cursor_over(t);
	uint64_t tag = 0;

	get(&c, 1, &tag);
	if (tag == FRAME_PASS_THROUGH) {
		*out = (struct frame){ .bytes = rest(&c), .version = true };
		return FRAME_MESSAGE;
	}
	if (tag != FRAME_VERSION || !get(&c, 1, &tag))
		return bad(err, "a frame of an unknown kind");
	switch (tag) {
	case FRAME_DIST_HEADER:
		if (!read_atoms(f, &c))
			return bad(err, "damaged distribution header");
		*out = with_atoms(f, &c);
		return FRAME_MESSAGE;
	case FRAME_FRAGMENT_HEADER:
		return first_fragment(f, &c, out, err);
	case FRAME_FRAGMENT_CONT:
		return next_fragment(f, &c, out, err);
	default:
		return bad(err, "a frame of an unknown kind");
	}
}

/* What was given out last is not needed any more. */
static void let_go(struct frames *f)
{
	buf_drop(&f->in, f->drop);
	f->drop = 0;
	sequence_free(f->given);
	f->given = NULL;
}

void frame_feed(struct frames *f, struct text bytes)
{
	let_go(f);
	buf_text_add(&f->in, bytes);
}

enum frame_result frame_next(struct frames *f, struct frame *frame, struct err *err)
{
	for (;;) {
		let_go(f);

		struct text in = buf_text(&f->in);
		struct cursor c = cursor_over(in);
		uint64_t len;

		if (!get(&c, 4, &len))
			return FRAME_MORE;
		if (len > FRAME_MAX)
			return bad(err, "a frame longer than 64 MiB");
		if (in.len - 4 < len)
			return FRAME_MORE;
		f->drop = 4 + len;
		if (len == 0)
			return FRAME_TICK;

		enum frame_result r = read_frame(f, text_sub(in, 4, 4 + len), frame, err);

		if (r != FRAME_MORE)
			return r;
	}
}

/*
 * Breaking a line of Elixir into several, as Inspect.Algebra of Elixir 1.18 does.
 *
 * A container is a group. A group that fits on the rest of the line stays on it. Else a
 * strict group (maps, keyword lists, lists with containers in them) breaks at all its
 * breaks, a flex group only where the part up to its next break does not fit. What "fits"
 * means is Elixir's own: a line may be too long as long as no break stands on it.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "term/print.h"

/* A group that is open. */
struct group {
	uint8_t kind;
	bool broken;   /* its breaks may be line ends; else they are blanks */
	size_t indent; /* of what stands in it */
	size_t close;  /* of its last bracket */
};

struct layout {
	struct buf *out;
	struct text line;
	const struct mark *marks;
	size_t nmarks;
	size_t width;
	size_t col;
	struct group *groups;
	size_t ngroups;
	size_t cap;
};

static bool is_group(const struct mark *m)
{
	return m->kind == MARK_FLEX || m->kind == MARK_BITS || m->kind == MARK_STRICT;
}

static bool is_break(const struct mark *m)
{
	return m->kind == MARK_BREAK || m->kind == MARK_EDGE;
}

/* Bytes of text between a mark and the next. */
static size_t text_behind(const struct layout *l, size_t i)
{
	size_t next = i + 1 < l->nmarks ? l->marks[i + 1].from : l->line.len;

	return next - l->marks[i].to;
}

static size_t blanks(const struct mark *m)
{
	return m->to - m->from;
}

/*
 * Whether the group that begins at mark i fits on one line from here.
 *
 * What counts is whether a break was passed when the line ran over: a break inside an
 * inner group is forgotten when that group ends.
 */
static bool group_fits(const struct layout *l, size_t i)
{
	size_t col = l->col;
	size_t depth = 0;
	size_t break_depth = 0; /* of the outermost group that had a break; 0: none had */

	for (;; i++) {
		const struct mark *m = &l->marks[i];

		if (is_group(m)) {
			depth++;
		} else if (m->kind == MARK_CLOSE) {
			depth--;
			if (break_depth > depth)
				break_depth = 0;
			if (depth == 0)
				return true;
		} else if (is_break(m)) {
			col += blanks(m);
			if (break_depth == 0)
				break_depth = depth;
		}
		if (break_depth && col > l->width)
			return false;
		col += text_behind(l, i);
		if (break_depth && col > l->width)
			return false;
	}
}

/* Whether what comes between the break at mark i and the next place where the line may
 * end fits on this line. */
static bool part_fits(const struct layout *l, size_t i)
{
	size_t col = l->col + blanks(&l->marks[i]) + text_behind(l, i);
	size_t inner = 0;          /* groups that were opened on the way: on one line */
	size_t outer = l->ngroups; /* groups that were open before and are still */

	for (i++; i < l->nmarks && col <= l->width; i++) {
		const struct mark *m = &l->marks[i];

		if (is_group(m)) {
			inner++;
		} else if (m->kind == MARK_CLOSE) {
			if (inner > 0)
				inner--;
			else
				outer--;
		} else if (is_break(m)) {
			if (inner == 0 && l->groups[outer - 1].broken)
				return true;
			col += blanks(m);
		}
		if (col <= l->width)
			col += text_behind(l, i);
	}
	return col <= l->width;
}

static void push(struct layout *l, struct group g)
{
	if (l->ngroups == l->cap)
		l->groups =
			mem_grow(l->groups, &l->cap, l->ngroups + 1, sizeof(*l->groups));
	l->groups[l->ngroups++] = g;
}

static void open_group(struct layout *l, size_t i)
{
	uint8_t kind = l->marks[i].kind;
	size_t close = l->groups[l->ngroups - 1].indent;

	push(l, (struct group){
			.kind = kind,
			.broken = !group_fits(l, i),
			.indent = close + (kind == MARK_FLEX ? 1 : 2),
			.close = close,
		});
}

static void put_break(struct layout *l, size_t i)
{
	const struct mark *m = &l->marks[i];
	const struct group *g = &l->groups[l->ngroups - 1];

	if (!g->broken || (g->kind != MARK_STRICT && part_fits(l, i))) {
		buf_fill(l->out, ' ', blanks(m));
		l->col += blanks(m);
		return;
	}

	bool last = m->kind == MARK_EDGE && m[1].kind == MARK_CLOSE;

	l->col = last ? g->close : g->indent;
	buf_char(l->out, '\n');
	buf_fill(l->out, ' ', l->col);
}

static void put_text(struct layout *l, size_t from, size_t len)
{
	buf_add(l->out, l->line.p + from, len);
	l->col += len;
}

void layout_elixir(struct buf *out, struct text line, const struct mark *marks,
		   size_t nmarks, size_t width)
{
	struct layout l = {
		.out = out,
		.line = line,
		.marks = marks,
		.nmarks = nmarks,
		.width = width,
	};

	push(&l, (struct group){ 0 }); /* the page */
	put_text(&l, 0, nmarks > 0 ? marks[0].from : line.len);
	for (size_t i = 0; i < nmarks; i++) {
		if (is_group(&marks[i]))
			open_group(&l, i);
		else if (marks[i].kind == MARK_CLOSE)
			l.ngroups--;
		else if (is_break(&marks[i]))
			put_break(&l, i);
		put_text(&l, marks[i].to, text_behind(&l, i));
	}
	free(l.groups);
}

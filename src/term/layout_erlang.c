/*
 * Breaking a line of Erlang into several, as io_lib_pretty of OTP 27 does.
 *
 * The rules, in short: what fits on the rest of the line stays on it. Otherwise a
 * container breaks between its parts; texts fill the line, other parts take lines of
 * their own. What follows the tag of a tuple is indented to stand behind the tag, or,
 * when that drives something to the right half of the page, by 4, or by 1: the choice is
 * one for the whole term, so it is tried out first.
 */
#include "term/print.h"

struct layout {
	struct buf *out; /* NULL while an indentation is tried out */
	const char *line;
	const struct mark *marks;
	int64_t width;
	int64_t chars;      /* of the whole term */
	int64_t tag_indent; /* -1: behind the tag */
};

/* Where something goes. */
struct place {
	int64_t col;    /* counts from 1 */
	int64_t indent; /* blanks at the start of a new line */
	int64_t close;  /* brackets that must still fit behind it */
	int64_t used;   /* characters on this line already, indentation apart */
};

/* The parts of a container, one after the other. */
struct parts {
	size_t at;
	size_t end;
	bool improper; /* the last one is the tail of a list */
};

/* A part's width when nothing may follow it on its line: the whole line. */
static int64_t whole_line(const struct layout *l)
{
	return l->width;
}

#define NO_GOOD ((int64_t)-1)

static int64_t chars(const struct layout *l, size_t i)
{
	return (int64_t)l->marks[i].chars;
}

static bool is_text(const struct layout *l, size_t i)
{
	const struct mark *m = &l->marks[i];

	if (m->kind != MARK_PAIR)
		return m->kind == MARK_TEXT;
	return m[1].kind == MARK_TEXT && l->marks[m[1].next].kind == MARK_TEXT;
}

static void put(const struct layout *l, const char *s)
{
	if (l->out)
		buf_str(l->out, s);
}

static void put_line(const struct layout *l, const char *before, int64_t indent)
{
	if (!l->out)
		return;
	buf_str(l->out, before);
	buf_char(l->out, '\n');
	buf_fill(l->out, ' ', (size_t)indent);
}

static void put_whole(const struct layout *l, size_t i)
{
	if (l->out)
		buf_add(l->out, l->line + l->marks[i].from,
			l->marks[i].to - l->marks[i].from);
}

static bool fits(const struct layout *l, size_t i, struct place p)
{
	return chars(l, i) < l->width - p.col - p.close &&
	       chars(l, i) + p.used + p.close <= l->chars;
}

/* Brackets that must fit behind a part: those of all containers that it ends, when it is
 * the last. */
static int64_t close_behind(const struct layout *l, const struct parts *rest,
			    int64_t close)
{
	bool last = rest->at == rest->end ||
		    (rest->improper && l->marks[rest->at].next == rest->end);

	return last ? close + 1 : 0;
}

static bool break_one(const struct layout *l, size_t i, struct place p);

/* Writes a part; its width, or NO_GOOD. */
static int64_t put_element(const struct layout *l, size_t i, struct place p)
{
	if (is_text(l, i) && fits(l, i, p)) {
		put_whole(l, i);
		return chars(l, i);
	}
	return break_one(l, i, p) ? whole_line(l) : NO_GOOD;
}

static int64_t put_pair(const struct layout *l, size_t i, struct place p)
{
	const struct mark *m = &l->marks[i];

	if (fits(l, i, p) || m->kind != MARK_PAIR) {
		put_whole(l, i);
		return is_text(l, i) ? chars(l, i) : whole_line(l);
	}

	int64_t by = l->tag_indent > 0 ? l->tag_indent : 4;
	struct place value = { p.col + by, p.indent + by, p.close, 0 };

	if (!break_one(l, i + 1, p))
		return NO_GOOD;
	put_line(l, " =>", value.indent);
	return break_one(l, m[1].next, value) ? whole_line(l) : NO_GOOD;
}

/* A part that follows another on the same line, its comma with it. */
static bool follows(const struct layout *l, size_t i, struct place p)
{
	int64_t len = 1 + chars(l, i);
	int64_t close = p.close ? p.close : 1;

	return is_text(l, i) && len < l->width - p.col - close &&
	       p.used + len + close <= l->chars;
}

/* The tail of an improper list. p.col is where it would begin on this line, col0 where on
 * the next. */
static bool put_tail(const struct layout *l, size_t i, struct place p, int64_t col0)
{
	p.close++;
	if (is_text(l, i) && chars(l, i) + 1 < l->width - p.col - p.close &&
	    chars(l, i) + 1 + p.used + p.close <= l->chars) {
		put(l, "|");
		put_whole(l, i);
		return true;
	}
	put_line(l, "|", p.indent);
	p.used = 0;
	if (l->out) /* io_lib_pretty forgets this when it tries an indentation */
		p.col = col0;
	return break_one(l, i, p);
}

typedef int64_t put_part(const struct layout *l, size_t i, struct place p);

/* The parts behind the first. p.col is where the line stands, col0 where a new one
 * begins. */
static bool put_more(const struct layout *l, struct parts parts, struct place p,
		     int64_t col0, put_part *put_one)
{
	while (parts.at != parts.end) {
		size_t i = parts.at;

		parts.at = l->marks[i].next;
		if (parts.improper && parts.at == parts.end)
			return put_tail(l, i, p, col0);

		struct place here = { p.col, p.indent, close_behind(l, &parts, p.close),
				      p.used };

		if (follows(l, i, here)) {
			put(l, ",");
			put_whole(l, i);
			p.col += 1 + chars(l, i);
			p.used += 1 + chars(l, i);
			continue;
		}
		put_line(l, ",", p.indent);
		here.col = col0;
		here.used = 0;

		int64_t width = put_one(l, i, here);

		if (width == NO_GOOD)
			return false;
		p.col = col0 + width;
		p.used = width;
	}
	return true;
}

static bool put_all(const struct layout *l, struct parts parts, struct place p,
		    put_part *put_one)
{
	size_t first = parts.at;

	parts.at = l->marks[first].next;

	struct place here = { p.col, p.indent, close_behind(l, &parts, p.close), p.used };
	int64_t width = put_one(l, first, here);

	if (width == NO_GOOD)
		return false;

	int64_t col0 = p.col;

	p.col += width;
	/* io_lib_pretty counts differently when it writes a map. */
	p.used = (put_one == put_pair && l->out ? 0 : p.used) + width;
	return put_more(l, parts, p, col0, put_one);
}

/* A tuple that begins with an atom: the rest is indented by tag_indent, or stands behind
 * the tag. */
static bool put_tagged(const struct layout *l, struct parts parts, struct place p)
{
	size_t tag = parts.at;
	int64_t behind = chars(l, tag) + 2;
	int64_t half = l->width / 2;

	parts.at = l->marks[tag].next;
	put_whole(l, tag);
	p.used += chars(l, tag);
	if (l->tag_indent > 0 && behind > l->tag_indent) {
		int64_t col0 = p.col + l->tag_indent;

		if (!l->out && l->chars + col0 > l->width && col0 > half)
			return false;
		p.col += behind;
		p.indent += l->tag_indent;
		return put_more(l, parts, p, col0, put_element);
	}
	p.col += behind;
	if (!l->out && l->chars + p.col >= l->width && p.col >= half)
		return false;
	p.indent += behind;
	p.used++;
	put(l, ",");
	return put_all(l, parts, p, put_element);
}

/* <<1,2,3>>: as many numbers a line as there is room for. */
static void put_bytes(const struct layout *l, size_t i, struct place p)
{
	const char *at = l->line + l->marks[i].from + 2;
	const char *end = l->line + l->marks[i].to - 2;
	int64_t room = l->width - p.col < l->chars - 4 - p.used ? l->width - p.col
								: l->chars - 4 - p.used;

	room = room - p.close > 8 ? room - p.close : 8;

	int64_t left = room;

	put(l, "<<");
	while (at < end) {
		struct text rest = { at, (size_t)(end - at) };
		size_t comma = text_chr(rest, ',');
		size_t len = comma < rest.len ? comma + 1 : rest.len;

		left -= (int64_t)len;
		if (left < 0) {
			put_line(l, "", p.indent);
			left = room - (int64_t)len;
		}
		buf_add(l->out, at, len);
		at += len;
	}
	put(l, ">>");
}

static bool break_one(const struct layout *l, size_t i, struct place p)
{
	const struct mark *m = &l->marks[i];
	struct parts parts = { i + 1, m->next, m->kind == MARK_IMPROPER };
	bool ok = true;

	if (fits(l, i, p)) {
		put_whole(l, i);
		return true;
	}
	switch (m->kind) {
	case MARK_LIST:
	case MARK_IMPROPER:
	case MARK_TUPLE:
		put(l, m->kind == MARK_TUPLE ? "{" : "[");
		ok = put_all(l, parts,
			     (struct place){ p.col + 1, p.indent + 1, p.close,
					     p.used + 1 },
			     put_element);
		put(l, m->kind == MARK_TUPLE ? "}" : "]");
		return ok;
	case MARK_TAGGED:
		put(l, "{");
		p.used++;
		ok = put_tagged(l, parts, p);
		put(l, "}");
		return ok;
	case MARK_MAP:
		put(l, "#{");
		ok = put_all(l, parts,
			     (struct place){ p.col + 2, p.indent + 2, p.close,
					     p.used + (l->out ? 1 : 2) },
			     put_pair);
		put(l, "}");
		return ok;
	case MARK_BYTES:
		if (l->out)
			put_bytes(l, i,
				  (struct place){ p.col + 2, p.indent + 2, p.close,
						  p.used });
		return true;
	default:
		put_whole(l, i);
		return true;
	}
}

void layout_erlang(struct buf *out, struct text line, const struct mark *marks,
		   size_t nmarks, size_t width)
{
	static const int64_t indents[] = { -1, 4, 1 };
	struct layout l = { .line = line.p, .marks = marks, .width = (int64_t)width };
	const struct place start = { .col = 1 };

	if (nmarks == 0)
		return;
	l.chars = chars(&l, 0);
	for (size_t i = 0; i < 3; i++) {
		l.tag_indent = indents[i];
		if (i == 2 || break_one(&l, 0, start))
			break;
	}
	l.out = out;
	break_one(&l, 0, start);
}

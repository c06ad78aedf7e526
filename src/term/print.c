/* Printing terms: the limits, the masks, and the way from one line to several. */
#include "term/print.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "term/chars.h"
#include "term/number.h"

size_t print_len(const struct printer *p)
{
	return buf_len(p->out) - p->base;
}

bool print_full(const struct printer *p)
{
	return p->style->total && print_len(p) >= p->style->total;
}

size_t print_items(const struct printer *p, size_t n)
{
	if (p->depth == 0 || print_full(p))
		return 0;
	return p->style->items && p->style->items < n ? p->style->items : n;
}

size_t print_bytes(const struct printer *p, size_t n)
{
	size_t total = p->style->total;
	size_t len = print_len(p);

	if (p->style->bytes && p->style->bytes < n)
		n = p->style->bytes;
	if (total)
		n = total <= len ? 0 : total - len < n ? total - len : n;
	return n;
}

void print_more(struct printer *p, size_t n, const char *what)
{
	buf_printf(p->out, "... (%zu more%s%s)", n, *what ? " " : "", what);
}

void print_big(struct printer *p, const struct term_big *big, enum syntax syntax)
{
	size_t from = buf_len(p->out), total = p->style->total, len = print_len(p);
	size_t n, room;

	number_big(p->out, big, syntax);
	n = buf_len(p->out) - from;
	room = total > len ? total - len : 0;
	/* What says so is not to be longer than what it leaves out. */
	if (total == 0 || n <= room + 32)
		return;
	buf_cut(p->out, from + room);
	print_more(p, n - room, "digits");
}

void print_cut(struct printer *p, const struct term_cut *cut)
{
	buf_str(p->out, "...");
	if (cut->count < 0 && cut->what.len == 0)
		return;
	buf_str(p->out, " (");
	if (cut->count >= 0)
		buf_printf(p->out, "%lld ", (long long)cut->count);
	if (cut->count >= -1)
		buf_str(p->out, "more");
	if (cut->what.len > 0) {
		if (cut->count >= -1)
			buf_char(p->out, ' ');
		utf8_show(p->out, cut->what, false, SIZE_MAX);
	}
	buf_char(p->out, ')');
}

size_t print_open(struct printer *p, enum mark_kind kind)
{
	if (!p->breaks)
		return 0;
	if (p->nmarks == p->cap) {
		struct mark *old = p->marks;

		p->marks = mem_grow(old == p->here ? NULL : old, &p->cap, p->nmarks + 1,
				    sizeof(*old));
		if (old == p->here)
			memcpy(p->marks, old, p->nmarks * sizeof(*old));
	}
	p->marks[p->nmarks] = (struct mark){
		.kind = (uint8_t)kind,
		.from = print_len(p),
		.to = print_len(p),
		.chars = p->extra, /* until it is closed */
	};
	return p->nmarks++;
}

/* Code points, as io_lib counts them; with characters beyond Latin-1 it counts those that
 * are drawn. */
static size_t count_chars(struct text t)
{
	size_t drawn = 0;
	bool wide = false;
	uint32_t c;

	if (chars_ascii(t))
		return t.len;
	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &c);
		wide |= c > 0xff;
		drawn += utf8_width(c) > 0 ||
			 c == 0x200b; /* which counts, undrawn as it is */
	}
	return wide ? drawn : chars_count(t);
}

void print_close(struct printer *p, size_t mark)
{
	if (!p->breaks)
		return;

	struct mark *m = &p->marks[mark];

	m->to = print_len(p);
	m->next = p->nmarks;
	if (m->kind == MARK_TEXT) {
		struct text all = buf_text(p->out);
		struct text t = text_sub(all, p->base + m->from, all.len);

		p->extra += t.len - count_chars(t);
	}
	m->chars = m->to - m->from - (p->extra - m->chars);
}

void print_change(struct printer *p, size_t mark, enum mark_kind kind)
{
	if (p->breaks)
		p->marks[mark].kind = (uint8_t)kind;
}

/* Names of secrets are short: of a long key only its beginning is looked at. */
#define NAME_MAX_BYTES 256

/* A list of characters as a text; what is none becomes '?'. */
static struct text list_name(const struct term *key, char *room)
{
	size_t n = 0;

	for (; n < key->n && n < NAME_MAX_BYTES; n++) {
		int64_t c = term_num(&key->items[n]);

		room[n] = c > 0 && c < 0x80 ? (char)c : '?';
	}
	return (struct text){ room, n };
}

bool print_secret(const struct printer *p, const struct term *key)
{
	char room[NAME_MAX_BYTES];

	if (!p->style->redact)
		return false;
	if (key->type == TERM_LIST)
		return secret_name(list_name(key, room));
	return (key->type == TERM_ATOM || key->type == TERM_BINARY) &&
	       secret_name(text_sub(key->text, 0, NAME_MAX_BYTES));
}

void print_mask(struct printer *p)
{
	buf_str(p->out, "[redacted]");
}

const struct text *print_record_fields(const struct printer *p, const struct term *t,
				       size_t *n)
{
	size_t fields = t->n - 1;
	const struct term *last = &t->items[t->n - 1];

	if (!p->style->fields || p->breaks || t->n < 2 || t->items[0].type != TERM_ATOM)
		return NULL;
	*n = fields;
	if (last->type == TERM_CUT && last->cut->count >= 0) {
		*n = fields - 1;
		fields = *n + (size_t)last->cut->count;
	}
	return p->style->fields(p->style->records, t->items[0].text, fields);
}

bool print_secret_field(const struct printer *p, struct text field)
{
	return p->style->redact && secret_name(text_sub(field, 0, NAME_MAX_BYTES));
}

static void put_part(struct buf *out, uint64_t v)
{
	buf_char(out, '.');
	number_uint(out, v);
}

void print_id(struct printer *p, const struct term *t)
{
	const struct term_id *id = t->id;
	bool home = p->style->home.len == 0 || id->node.len == 0 ||
		    text_eq(p->style->home, id->node);

	if (!home)
		utf8_show(p->out, id->node, false, SIZE_MAX);
	else
		buf_char(p->out, '0');
	if (t->type == TERM_PID) {
		put_part(p->out, id->num & UINT32_MAX);
		put_part(p->out, id->num >> 32);
	} else if (t->type == TERM_PORT) {
		put_part(p->out, id->num);
	} else {
		for (size_t i = id->nwords; i > 0; i--)
			put_part(p->out, id->words[i - 1]);
	}
}

const struct term_cut *print_map_cut(const struct term *t)
{
	return t->n > 0 && t->items[2 * t->n - 2].type == TERM_CUT
		       ? t->items[2 * t->n - 2].cut
		       : NULL;
}

bool print_is_chars(const struct term *t, bool (*passes)(uint32_t c))
{
	if (t->type != TERM_LIST ||
	    (t->n > 0 && t->items[t->n].type != TERM_CUT && !term_is_list(t)))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		const struct term *e = &t->items[i];

		if (e->type != TERM_INT || e->num < 0 || e->num > 0x10ffff ||
		    !passes((uint32_t)e->num))
			return false;
	}
	return true;
}

unsigned print_last_bits(const struct term *t)
{
	return (unsigned)(unsigned char)t->text.p[t->text.len - 1] >> (8 - t->last_bits);
}

/* Takes the line off the end of out and writes it again, in lines. */
static void break_lines(struct printer *p)
{
	size_t len = print_len(p);
	char *copy = mem_alloc(len);
	struct text line = { copy, len };

	memcpy(copy, buf_text(p->out).p + p->base, len);
	buf_cut(p->out, p->base);
	if (p->style->syntax == SYNTAX_ELIXIR)
		layout_elixir(p->out, line, p->marks, p->nmarks, p->style->width);
	else
		layout_erlang(p->out, line, p->marks, p->nmarks, p->style->width);
	free(copy);
}

void term_print(struct buf *out, const struct term *t, const struct term_style *style)
{
	struct mark here[48];
	struct printer p = {
		.out = out,
		.style = style,
		.base = buf_len(out),
		.depth = style->depth && style->depth < PRINT_DEPTH_MAX ? style->depth
									: PRINT_DEPTH_MAX,
		.breaks = style->width > 0,
		.marks = here,
		.cap = sizeof(here) / sizeof(here[0]),
		.here = here,
	};

	if (style->syntax == SYNTAX_ELIXIR)
		print_elixir(&p, t);
	else
		print_erlang(&p, t);
	/* A line that both layouts would leave as it is needs none. */
	if (p.breaks && print_len(&p) + 2 > style->width)
		break_lines(&p);
	if (p.marks != here)
		free(p.marks);
}

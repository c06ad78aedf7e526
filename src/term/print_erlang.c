/* A term on one line, as io_lib:format("~0tp") of OTP 27 writes it. */
#include "base/utf8.h"
#include "term/atom.h"
#include "term/number.h"
#include "term/print.h"

/* What a node started without +pc unicode takes for text: Latin-1 that has a glyph, and
 * line ends and the like. */
static bool is_printable(uint32_t c)
{
	return (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xff) ||
	       (c >= '\b' && c <= '\r') || c == 0x1b;
}

static void print_charlist(struct printer *p, const struct term *t)
{
	size_t shown = print_bytes(p, t->n);

	buf_char(p->out, '"');
	for (size_t i = 0; i < shown; i++)
		escape_erlang(p->out, (uint32_t)t->items[i].num, '"');
	buf_char(p->out, '"');
	if (shown < t->n)
		print_more(p, t->n - shown, "");
	else if (t->items[t->n].type == TERM_CUT)
		print_cut(p, t->items[t->n].cut);
}

enum coding {
	CODING_NONE, /* not text */
	CODING_LATIN1,
	CODING_UTF8,
};

static bool all_latin1(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (!is_printable((unsigned char)t.p[i]))
			return false;
	}
	return true;
}

/* How the bytes of a binary can be shown as text. */
static enum coding coding_of(struct text t)
{
	bool ascii = true;
	bool printable = true;
	uint32_t c;

	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &c);
		if (c == UTF8_BAD)
			return all_latin1(t) ? CODING_LATIN1 : CODING_NONE;
		ascii &= c < 0x80;
		printable &= is_printable(c);
	}
	return !printable ? CODING_NONE : ascii ? CODING_LATIN1 : CODING_UTF8;
}

/* left: bytes that the target left out behind t */
static void print_text(struct printer *p, struct text t, size_t left, enum coding coding)
{
	size_t shown = print_bytes(p, t.len);
	size_t at = 0;

	buf_str(p->out, "<<\"");
	while (at < shown) {
		uint32_t c = (unsigned char)t.p[at];

		at += coding == CODING_UTF8 ? utf8_next(t, at, &c) : 1;
		escape_erlang(p->out, c, '"');
	}
	buf_str(p->out, coding == CODING_UTF8 ? "\"/utf8" : "\"");
	if (at < t.len || left > 0)
		print_more(p, t.len - at + left, "bytes");
	buf_str(p->out, ">>");
}

static void print_bytes_of(struct printer *p, const struct term *t)
{
	size_t whole = t->text.len - (t->type == TERM_BITS);
	size_t shown = print_bytes(p, t->text.len);
	size_t i = 0;

	buf_str(p->out, "<<");
	for (; i < whole && i < shown; i++) {
		if (i > 0)
			buf_char(p->out, ',');
		number_int(p->out, (unsigned char)t->text.p[i]);
	}
	if (i > 0 && i < t->text.len + t->n)
		buf_char(p->out, ',');
	if (shown < t->text.len || t->n > 0)
		print_more(p, t->text.len - i + t->n, "bytes");
	else if (t->type == TERM_BITS)
		buf_printf(p->out, "%u:%u", print_last_bits(t), t->last_bits);
	buf_str(p->out, ">>");
}

static void print_binary(struct printer *p, const struct term *t)
{
	enum coding coding = t->type == TERM_BINARY && t->text.len > 0
				     ? coding_of(t->text)
				     : CODING_NONE;
	size_t m = print_open(p, coding == CODING_NONE && t->text.len > 0 ? MARK_BYTES
									  : MARK_TEXT);

	if (coding == CODING_NONE)
		print_bytes_of(p, t);
	else
		print_text(p, t->text, t->n, coding);
	print_close(p, m);
}

static void print_rest(struct printer *p, size_t shown, size_t n)
{
	if (shown == n)
		return;
	if (shown > 0)
		buf_char(p->out, ',');

	size_t m = print_open(p, MARK_TEXT);

	print_more(p, n - shown, "");
	print_close(p, m);
}

static void print_tail(struct printer *p, const struct term *tail, size_t mark)
{
	if (term_is_nil(tail))
		return;
	if (tail->type == TERM_CUT) {
		buf_char(p->out, ',');
	} else {
		buf_char(p->out, '|');
		print_change(p, mark, MARK_IMPROPER);
	}
	print_erlang(p, tail);
}

static void print_list(struct printer *p, const struct term *t)
{
	size_t m = print_open(p, MARK_LIST);
	size_t shown = print_items(p, t->n);
	size_t i = 0;

	buf_char(p->out, '[');
	p->depth--;
	for (; i < shown && (i == 0 || !print_full(p)); i++) {
		if (i > 0)
			buf_char(p->out, ',');
		print_erlang(p, &t->items[i]);
	}
	print_rest(p, i, t->n);
	if (i == t->n)
		print_tail(p, &t->items[i], m);
	p->depth++;
	buf_char(p->out, ']');
	print_close(p, m);
}

static void print_masked(struct printer *p)
{
	size_t m = print_open(p, MARK_TEXT);

	print_mask(p);
	print_close(p, m);
}

/* As the shell does: #name{field = value}. */
static void print_record(struct printer *p, const struct term *t,
			 const struct text *fields, size_t n)
{
	size_t shown = print_items(p, n);
	size_t i = 0;

	buf_char(p->out, '#');
	atom_erlang(p->out, t->items[0].text);
	buf_char(p->out, '{');
	p->depth--;
	for (; i < shown && (i == 0 || !print_full(p)); i++) {
		buf_str(p->out, i > 0 ? "," : "");
		atom_erlang(p->out, fields[i]);
		buf_str(p->out, " = ");
		if (print_secret_field(p, fields[i]))
			print_mask(p);
		else
			print_erlang(p, &t->items[1 + i]);
	}
	print_rest(p, i, n);
	if (i == n && t->n > 1 + n) {
		buf_str(p->out, n > 0 ? "," : "");
		print_cut(p, t->items[1 + n].cut);
	}
	p->depth++;
	buf_char(p->out, '}');
}

static void print_tuple(struct printer *p, const struct term *t)
{
	size_t n;
	const struct text *fields = print_record_fields(p, t, &n);

	if (fields) {
		print_record(p, t, fields, n);
		return;
	}

	size_t shown = print_items(p, t->n);
	bool tagged = shown > 0 && t->n > 1 && t->items[0].type == TERM_ATOM;
	bool secret = t->n == 2 && print_secret(p, &t->items[0]);
	size_t m = print_open(p, tagged ? MARK_TAGGED : MARK_TUPLE);
	size_t i = 0;

	buf_char(p->out, '{');
	p->depth--;
	for (; i < shown && (i == 0 || !print_full(p)); i++) {
		if (i > 0)
			buf_char(p->out, ',');
		if (secret && i == 1)
			print_masked(p);
		else
			print_erlang(p, &t->items[i]);
	}
	print_rest(p, i, t->n);
	p->depth++;
	buf_char(p->out, '}');
	print_close(p, m);
}

static void print_leaf_cut(struct printer *p, const struct term_cut *cut)
{
	size_t m = print_open(p, MARK_TEXT);

	print_cut(p, cut);
	print_close(p, m);
}

/* A map with more keys is a hash to the node: it sends those from the last to the first
 * in which it would show them. */
#define SMALL_MAP 32

static void print_map(struct printer *p, const struct term *t)
{
	const struct term_cut *cut = print_map_cut(t);
	size_t n = t->n - (cut != NULL);
	size_t shown = print_items(p, n);
	size_t m = print_open(p, MARK_MAP);
	size_t i = 0;

	buf_str(p->out, "#{");
	p->depth--;
	for (; i < shown && (i == 0 || !print_full(p)); i++) {
		if (i > 0)
			buf_char(p->out, ',');

		const struct term *key = &t->items[2 * (n > SMALL_MAP ? n - 1 - i : i)];
		size_t pair = print_open(p, MARK_PAIR);

		print_erlang(p, key);
		buf_str(p->out, " => ");
		if (print_secret(p, key))
			print_masked(p);
		else
			print_erlang(p, key + 1);
		print_close(p, pair);
	}
	print_rest(p, i, n);
	if (cut && i == n) {
		buf_str(p->out, i > 0 ? "," : "");
		print_leaf_cut(p, cut);
	}
	p->depth++;
	buf_char(p->out, '}');
	print_close(p, m);
}

static void print_atom(struct printer *p, struct text name)
{
	size_t shown = print_bytes(p, name.len);

	atom_erlang(p->out, text_sub(name, 0, shown));
	if (shown < name.len)
		print_more(p, name.len - shown, "bytes");
}

static void print_fun(struct printer *p, const struct term *t)
{
	buf_str(p->out, t->type == TERM_FUN ? "#Fun<" : "fun ");
	atom_erlang_in_fun(p->out, t->fun->module);
	if (t->type == TERM_FUN) {
		buf_printf(p->out, ".%u.%u>", (unsigned)t->fun->index,
			   (unsigned)t->fun->uniq);
	} else {
		buf_char(p->out, ':');
		atom_erlang_in_fun(p->out, t->fun->name);
		buf_printf(p->out, "/%u", t->fun->arity);
	}
}

static void print_leaf(struct printer *p, const struct term *t)
{
	size_t m = print_open(p, MARK_TEXT);

	switch (t->type) {
	case TERM_INT:
		number_int(p->out, t->num);
		break;
	case TERM_BIG:
		print_big(p, t->big, SYNTAX_ERLANG);
		break;
	case TERM_FLOAT:
		number_float(p->out, t->real);
		break;
	case TERM_ATOM:
		print_atom(p, t->text);
		break;
	case TERM_PID:
	case TERM_PORT:
	case TERM_REF:
		buf_str(p->out, t->type == TERM_PID    ? "<"
				: t->type == TERM_PORT ? "#Port<"
						       : "#Ref<");
		print_id(p, t);
		buf_char(p->out, '>');
		break;
	case TERM_FUN:
	case TERM_EXPORT:
		print_fun(p, t);
		break;
	case TERM_TUPLE:
		buf_str(p->out, "{}");
		break;
	case TERM_LIST:
		if (t->n == 0)
			buf_str(p->out, "[]");
		else
			print_charlist(p, t);
		break;
	case TERM_MAP:
		buf_str(p->out, "#{}");
		break;
	case TERM_CUT:
		print_cut(p, t->cut);
		break;
	case TERM_BINARY:
	case TERM_BITS:
		break;
	}
	print_close(p, m);
}

void print_erlang(struct printer *p, const struct term *t)
{
	switch (t->type) {
	case TERM_BINARY:
	case TERM_BITS:
		print_binary(p, t);
		break;
	case TERM_TUPLE:
		(t->n > 0 ? print_tuple : print_leaf)(p, t);
		break;
	case TERM_LIST:
		(t->n > 0 && !print_is_chars(t, is_printable) ? print_list
							      : print_leaf)(p, t);
		break;
	case TERM_MAP:
		(t->n > 0 ? print_map : print_leaf)(p, t);
		break;
	default:
		print_leaf(p, t);
	}
}

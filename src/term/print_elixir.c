/* A term on one line, as inspect/2 of Elixir 1.18 writes it. */
#include "base/utf8.h"
#include "term/atom.h"
#include "term/elixir.h"
#include "term/number.h"

static bool is_ascii_printable(uint32_t c)
{
	return (c >= 0x20 && c <= 0x7e) || (c >= 7 && c <= 13) || c == 0x1b;
}

static bool is_printable(uint32_t c)
{
	return is_ascii_printable(c) || c == 0x7f ||
	       (c >= 0xa0 && c != 0xfffe && c != 0xffff && c != UTF8_BAD);
}

static bool all_printable(struct text t)
{
	uint32_t c;

	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &c);
		if (!is_printable(c))
			return false;
	}
	return true;
}

/* left: bytes that the target left out behind t */
static void print_string(struct printer *p, struct text t, size_t left)
{
	size_t shown = print_bytes(p, t.len);

	while (shown < t.len && ((unsigned char)t.p[shown] & 0xc0) ==
					0x80) /* not in the middle of a character */
		shown++;
	buf_char(p->out, '"');
	escape_elixir(p->out, text_sub(t, 0, shown), '"');
	buf_char(p->out, '"');
	if (shown < t.len || left > 0) {
		buf_str(p->out, " <> ");
		print_more(p, t.len - shown + left, "bytes");
	}
}

static void print_charlist(struct printer *p, const struct term *t)
{
	size_t shown = print_bytes(p, t->n);

	buf_str(p->out, "~c\"");
	for (size_t i = 0; i < shown; i++) {
		char c = (char)t->items[i].num;

		if (c == '#' && i + 1 < shown && t->items[i + 1].num == '{')
			buf_char(p->out, '\\');
		escape_elixir(p->out, (struct text){ &c, 1 }, '"');
	}
	buf_char(p->out, '"');
	if (shown < t->n) {
		buf_str(p->out, " ++ ");
		print_more(p, t->n - shown, "");
	} else if (t->items[t->n].type == TERM_CUT) {
		buf_str(p->out, " ++ ");
		print_cut(p, t->items[t->n].cut);
	}
}

/* A comma, and a blank at which the line may be broken. */
static void separate(struct printer *p, const char *separator)
{
	buf_str(p->out, separator);

	size_t m = print_open(p, MARK_BREAK);

	buf_char(p->out, ' ');
	print_close(p, m);
}

static void mark(struct printer *p, enum mark_kind kind)
{
	print_close(p, print_open(p, kind));
}

static void print_bits(struct printer *p, const struct term *t)
{
	size_t whole = t->text.len - (t->type == TERM_BITS);
	size_t shown = print_bytes(p, t->text.len);
	size_t i = 0;

	mark(p, MARK_BITS);
	buf_str(p->out, "<<");
	for (; i < whole && i < shown; i++) {
		if (i > 0)
			separate(p, ",");
		number_int(p->out, (unsigned char)t->text.p[i]);
	}
	if (i > 0 && i < t->text.len + t->n)
		separate(p, ",");
	if (shown < t->text.len || t->n > 0)
		print_more(p, t->text.len - i + t->n, "bytes");
	else if (t->type == TERM_BITS)
		buf_printf(p->out, "%u::size(%u)", print_last_bits(t), t->last_bits);
	buf_str(p->out, ">>");
	mark(p, MARK_CLOSE);
	p->simple = false;
}

static void print_rest(struct printer *p, size_t shown, size_t n)
{
	if (shown == n)
		return;
	if (shown > 0)
		separate(p, ",");
	print_more(p, n - shown, "");
}

/* A key that can be written as "key: value". */
static bool is_keyword(const struct term *key)
{
	return key->type == TERM_ATOM && !text_starts(key->text, "Elixir.");
}

static bool is_keyword_list(const struct term *t)
{
	if (!term_is_list(t) && t->items[t->n].type != TERM_CUT)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		const struct term *e = &t->items[i];

		if (e->type != TERM_TUPLE || e->n != 2 || !is_keyword(&e->items[0]))
			return false;
	}
	return true;
}

static void print_value(struct printer *p, const struct term *key,
			const struct term *value)
{
	if (print_secret(p, key))
		print_mask(p);
	else
		print_elixir(p, value);
}

static void print_keyword(struct printer *p, const struct term *key,
			  const struct term *value)
{
	atom_elixir_key(p->out, key->text);
	buf_char(p->out, ' ');
	print_value(p, key, value);
}

void elixir_list(struct printer *p, const struct term *t)
{
	if (t->n == 0) {
		buf_str(p->out, "[]");
		return;
	}

	bool keywords = is_keyword_list(t);
	size_t shown = print_items(p, t->n);
	const struct term *tail = &t->items[t->n];
	size_t group = print_open(p, MARK_STRICT);
	size_t i = 0;

	buf_char(p->out, '[');

	size_t first = print_open(p, MARK_EDGE);

	p->simple = true;
	p->depth--;
	for (; i < shown && (i == 0 || !print_full(p)); i++) {
		if (i > 0)
			separate(p, ",");
		if (keywords)
			print_keyword(p, &t->items[i].items[0], &t->items[i].items[1]);
		else
			print_elixir(p, &t->items[i]);
	}
	print_rest(p, i, t->n);
	if (i == t->n && !term_is_nil(tail)) {
		separate(p, tail->type == TERM_CUT ? "," : " |");
		print_elixir(p, tail);
	}
	p->depth++;

	size_t last = print_open(p, MARK_EDGE);

	buf_char(p->out, ']');
	mark(p, MARK_CLOSE);
	if (p->simple && !keywords) {
		print_change(p, group, MARK_FLEX);
		print_change(p, first, MARK_TEXT);
		print_change(p, last, MARK_TEXT);
	}
	p->simple = false;
}

/* As Record.defrecord writes one: name(field: value). */
static void print_record(struct printer *p, const struct term *t,
			 const struct text *fields, size_t n)
{
	size_t shown = print_items(p, n);
	size_t i = 0;

	atom_elixir_call(p->out, t->items[0].text);
	buf_char(p->out, '(');
	p->depth--;
	for (; i < shown && (i == 0 || !print_full(p)); i++) {
		if (i > 0)
			separate(p, ",");
		atom_elixir_key(p->out, fields[i]);
		buf_char(p->out, ' ');
		if (print_secret_field(p, fields[i]))
			print_mask(p);
		else
			print_elixir(p, &t->items[1 + i]);
	}
	print_rest(p, i, n);
	if (i == n && t->n > 1 + n) {
		if (n > 0)
			separate(p, ",");
		print_cut(p, t->items[1 + n].cut);
	}
	p->depth++;
	buf_char(p->out, ')');
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
	size_t i = 0;

	mark(p, MARK_FLEX);
	buf_char(p->out, '{');
	p->depth--;
	for (; i < shown && (i == 0 || !print_full(p)); i++) {
		if (i > 0)
			separate(p, ",");
		if (t->n == 2 && i == 1)
			print_value(p, &t->items[0], &t->items[1]);
		else
			print_elixir(p, &t->items[i]);
	}
	print_rest(p, i, t->n);
	p->depth++;
	buf_char(p->out, '}');
	mark(p, MARK_CLOSE);
	p->simple = false;
}

/* The fields that %Name{} has no place for. */
static bool is_hidden(const struct term *key)
{
	return term_is_atom(key, "__struct__") || term_is_atom(key, "__exception__");
}

static bool is_keyword_map(const struct term *t)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!is_keyword(&t->items[2 * i]) && t->items[2 * i].type != TERM_CUT)
			return false;
	}
	return true;
}

static void print_fields(struct printer *p, const struct term *t, const struct term *name,
			 size_t fields)
{
	bool keywords = name || is_keyword_map(t);
	size_t shown = print_items(p, fields);
	size_t done = 0;

	p->depth--;
	for (size_t i = 0; i < t->n && done < shown && (done == 0 || !print_full(p));
	     i++) {
		const struct term *key = &t->items[2 * i];

		if (name && is_hidden(key))
			continue;
		if (done++ > 0)
			separate(p, ",");
		if (keywords && is_keyword(key)) {
			print_keyword(p, key, key + 1);
		} else if (key->type == TERM_CUT) {
			print_cut(p, key->cut);
		} else {
			print_elixir(p, key);
			buf_str(p->out, " => ");
			print_value(p, key, key + 1);
		}
	}
	print_rest(p, done, fields);
	p->depth++;
}

void elixir_map(struct printer *p, const struct term *t, const struct term *name)
{
	size_t fields = t->n;

	for (size_t i = 0; name && i < t->n; i++)
		fields -= is_hidden(&t->items[2 * i]);
	if (fields > 0)
		mark(p, MARK_STRICT);
	buf_char(p->out, '%');
	if (name)
		atom_elixir(p->out, name->text);
	buf_char(p->out, '{');
	if (fields > 0) {
		mark(p, MARK_EDGE);
		print_fields(p, t, name, fields);
		mark(p, MARK_EDGE);
	}
	buf_char(p->out, '}');
	if (fields > 0) {
		mark(p, MARK_CLOSE);
		p->simple = false;
	}
}

/* A struct has the name of its module under __struct__, and otherwise only atoms as keys.
 * Elixir also asks the module, which is not here. */
static const struct term *struct_name(const struct term *t)
{
	const struct term *name = term_get(t, "__struct__");

	return name && name->type == TERM_ATOM && atom_is_alias(name->text) &&
			       is_keyword_map(t)
		       ? name
		       : NULL;
}

static void print_map(struct printer *p, const struct term *t)
{
	const struct term *name = struct_name(t);

	if (!name || !elixir_struct(p, t, name->text))
		elixir_map(p, t, name);
}

static void print_atom(struct printer *p, struct text name)
{
	size_t shown = print_bytes(p, name.len);

	atom_elixir(p->out, text_sub(name, 0, shown));
	if (shown < name.len)
		print_more(p, name.len - shown, "bytes");
}

static void print_float(struct printer *p, double v)
{
	/* Whole numbers that are not too large show no exponent, other than in Erlang. */
	if ((v >= 1.0 || v <= -1.0) && v < 1.0e16 && v > -1.0e16 &&
	    v == (double)(int64_t)v) {
		number_int(p->out, (int64_t)v);
		buf_str(p->out, ".0");
	} else {
		number_float(p->out, v);
	}
}

static void print_fun(struct printer *p, const struct term *t)
{
	const struct term_fun *f = t->fun;

	if (t->type == TERM_EXPORT) {
		buf_char(p->out, '&');
		atom_elixir(p->out, f->module);
		buf_char(p->out, '.');
		atom_elixir_call(p->out, f->name);
		buf_printf(p->out, "/%u", f->arity);
		return;
	}
	buf_printf(p->out, "#Function<%u.%u/%u in ", (unsigned)f->index,
		   (unsigned)f->uniq, f->arity);
	atom_elixir(p->out, f->module);
	buf_char(p->out, '>');
}

static void print_binary(struct printer *p, const struct term *t)
{
	if (t->type == TERM_BINARY && all_printable(t->text))
		print_string(p, t->text, t->n);
	else
		print_bits(p, t);
}

void print_elixir(struct printer *p, const struct term *t)
{
	switch (t->type) {
	case TERM_INT:
		number_int(p->out, t->num);
		break;
	case TERM_BIG:
		print_big(p, t->big, SYNTAX_ELIXIR);
		break;
	case TERM_FLOAT:
		print_float(p, t->real);
		break;
	case TERM_ATOM:
		print_atom(p, t->text);
		break;
	case TERM_PID:
	case TERM_PORT:
	case TERM_REF:
		buf_str(p->out, t->type == TERM_PID    ? "#PID<"
				: t->type == TERM_PORT ? "#Port<"
						       : "#Reference<");
		print_id(p, t);
		buf_char(p->out, '>');
		break;
	case TERM_FUN:
	case TERM_EXPORT:
		print_fun(p, t);
		break;
	case TERM_TUPLE:
		if (t->n > 0)
			print_tuple(p, t);
		else
			buf_str(p->out, "{}");
		break;
	case TERM_LIST:
		if (t->n > 0 && !p->no_charlists && print_is_chars(t, is_ascii_printable))
			print_charlist(p, t);
		else
			elixir_list(p, t);
		break;
	case TERM_MAP:
		print_map(p, t);
		break;
	case TERM_BINARY:
	case TERM_BITS:
		print_binary(p, t);
		break;
	case TERM_CUT:
		print_cut(p, t->cut);
		break;
	}
}

/* How a place of a term is written: its label, its value, a summary of it. */
#include "view/fold_place.h"

#include "base/utf8.h"
#include "term/atom.h"

/* What is shorter is shown whole, in one line. */
#define SHORT 60
/* Of a key, of what is closed, and of a value that does not open. */
#define LABEL_BYTES 80
#define START_BYTES 240
#define LEAF_BYTES 1000
/* Of what is searched. */
#define ALL_BYTES 65536

static struct term_style style_of(const struct fold_style *style, size_t total)
{
	return (struct term_style){
		.syntax = style->syntax,
		.home = style->home,
		.total = total,
		.redact = style->redact,
	};
}

static void print(const struct fold_style *style, const struct term *t, size_t total,
		  struct buf *out)
{
	struct term_style s = style_of(style, total);

	term_print(out, t, &s);
}

const struct term *place_struct(const struct fold_style *style, const struct term *map)
{
	const struct term *name =
		style->syntax == SYNTAX_ELIXIR ? term_get(map, "__struct__") : NULL;

	return name && name->type == TERM_ATOM && atom_is_alias(name->text) ? name : NULL;
}

bool place_short(const struct fold_style *style, const struct place *p, struct buf *out)
{
	size_t base = buf_len(out);

	/* Each element has two bytes at least. */
	if (p->kind < PLACE_LIST || p->kind > PLACE_MAP || p->term->n > SHORT / 2)
		return false;
	print(style, p->term, 2 * SHORT, out);
	if (buf_len(out) - base <= SHORT)
		return true;
	buf_cut(out, base);
	return false;
}

static void add_key(const struct fold_style *style, const struct term *key,
		    struct buf *out)
{
	if (style->syntax == SYNTAX_ELIXIR && key->type == TERM_ATOM &&
	    !text_starts(key->text, "Elixir.") && key->text.len < LABEL_BYTES) {
		atom_elixir_key(out, key->text);
		buf_char(out, ' ');
		return;
	}
	print(style, key, LABEL_BYTES, out);
	buf_str(out, " => ");
}

void place_label(const struct fold_style *style, const struct place *p, struct buf *out)
{
	if (p->depth == 0 || p->kind == PLACE_END)
		return;
	if (p->kind == PLACE_PIECE) {
		if (p->of == PLACE_BYTES)
			buf_printf(out, "%08x  ", (unsigned)p->number);
	} else if (p->key) {
		add_key(style, p->key, out);
	} else if (p->tail) {
		buf_str(out, "| ");
	} else if (p->term->type != TERM_CUT) {
		buf_printf(out, "%u ", p->number + (style->syntax != SYNTAX_ELIXIR));
	}
}

/* How many parts it has on the node; false when that is not known: at least so many. */
static bool size_of(const struct fold_style *style, const struct term *t, int64_t *n)
{
	const struct term *last = NULL;

	*n = t->n;
	if (t->type == TERM_MAP) {
		last = &t->items[2 * ((size_t)t->n - 1)];
		if (place_struct(style, t))
			*n -= 1 + (term_get(t, "__exception__") != NULL);
	} else if (t->items[t->n - 1].type == TERM_CUT) {
		last = &t->items[t->n - 1];
	} else if (t->type == TERM_LIST && t->items[t->n].type == TERM_CUT) {
		last = &t->items[t->n];
		++*n;
	}
	if (!last || last->type != TERM_CUT)
		return true;
	--*n;
	if (last->cut->count < 0 || __builtin_add_overflow(*n, last->cut->count, n))
		return false;
	return true;
}

static void add_size(struct buf *out, int64_t n, bool known, const char *unit)
{
	buf_printf(out, " %lld%s%s", (long long)n, known ? "" : "+", unit);
	if (*unit && (n != 1 || !known))
		buf_char(out, 's');
}

/* "[...] 300", "%Shop.State{...} 4 keys" */
static void add_summary(const struct fold_style *style, const struct place *p,
			struct buf *out)
{
	const struct term *t = p->term;
	bool elixir = style->syntax == SYNTAX_ELIXIR;
	const struct term *name;
	int64_t n;
	bool known;

	if (p->kind == PLACE_STRING || p->kind == PLACE_BYTES) {
		n = (int64_t)(t->text.len + t->n);
		buf_str(out, p->kind == PLACE_STRING && elixir ? "\"...\"" : "<<...>>");
		add_size(out, n, true, " byte");
		return;
	}
	known = size_of(style, t, &n);
	if (p->kind == PLACE_CHARS) {
		buf_str(out, elixir ? "~c\"...\"" : "\"...\"");
		add_size(out, n, known, " character");
	} else if (p->kind == PLACE_MAP) {
		name = place_struct(style, t);
		buf_char(out, elixir ? '%' : '#');
		if (name)
			atom_elixir(out, name->text);
		buf_str(out, "{...}");
		add_size(out, n, known, " key");
	} else {
		buf_str(out, p->kind == PLACE_LIST ? "[...]" : "{...}");
		add_size(out, n, known, "");
	}
}

static void add_hex(const struct term *t, uint32_t from, uint32_t n, struct buf *out)
{
	for (uint32_t i = 0; i < 16; i++) {
		if (i < n)
			buf_printf(out, "%02x ", (unsigned char)t->text.p[from + i]);
		else
			buf_str(out, "   ");
	}
	buf_char(out, ' ');
	for (uint32_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)t->text.p[from + i];

		buf_char(out, c >= ' ' && c < 0x7f ? (char)c : '.');
	}
}

static void add_chars(const struct term *t, uint32_t from, uint32_t n, struct buf *out)
{
	for (uint32_t i = 0; i < n; i++)
		utf8_add(out, (uint32_t)term_num(&t->items[from + i]));
}

static void add_piece(const struct place *p, struct buf *out)
{
	const struct term *t = p->term;

	if (p->of == PLACE_BYTES)
		add_hex(t, p->number, p->length, out);
	else if (p->of == PLACE_CHARS)
		add_chars(t, p->number, p->length, out);
	else
		buf_text_add(out, text_sub(t->text, p->number, p->number + p->length));
}

void place_value(const struct fold_style *style, const struct place *p, struct buf *out)
{
	if (p->kind == PLACE_END)
		buf_printf(out, "... (no more than %d lines are shown)", FOLD_LINES_MAX);
	else if (p->masked)
		buf_str(out, "[redacted]");
	else if (p->kind == PLACE_PIECE)
		add_piece(p, out);
	else if (p->kind == PLACE_LEAF)
		print(style, p->term, LEAF_BYTES, out);
	else
		add_summary(style, p, out);
}

void place_start(const struct fold_style *style, const struct place *p, struct buf *out)
{
	if (place_opens(p))
		print(style, p->term, START_BYTES, out);
}

void place_all(const struct fold_style *style, const struct place *p, struct buf *out)
{
	const struct term *name;

	if (p->key || p->tail)
		place_label(style, p, out);
	if (p->masked)
		return;
	if (p->kind == PLACE_STRING) {
		buf_text_add(out, p->term->text);
	} else if (p->kind == PLACE_CHARS) {
		add_chars(p->term, 0, p->term->n, out);
	} else if (p->kind == PLACE_LEAF) {
		print(style, p->term, ALL_BYTES, out);
	} else if (p->kind == PLACE_MAP) {
		name = place_struct(style, p->term);
		if (name) {
			buf_char(out, '%');
			atom_elixir(out, name->text);
		}
	}
}

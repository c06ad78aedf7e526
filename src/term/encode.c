/* A term -> bytes in the external term format. */
#include <stdlib.h>

#include "base/mem.h"
#include "term/etf.h"
#include "term/term.h"

/* A run of terms that is being written. */
struct frame {
	const struct term *next;
	size_t left;
};

struct encoder {
	struct buf *b;
	struct frame *frames;
	size_t nframes;
	size_t cap;
};

static void push(struct encoder *e, const struct term *items, size_t n)
{
	if (e->nframes == e->cap)
		e->frames =
			mem_grow(e->frames, &e->cap, e->nframes + 1, sizeof(*e->frames));
	e->frames[e->nframes++] = (struct frame){ items, n };
}

static void write_big(struct buf *b, const struct term_big *big)
{
	size_t n = big->bytes.len;

	if (n <= UINT8_MAX) {
		buf_u8(b, ETF_SMALL_BIG);
		buf_u8(b, (uint8_t)n);
	} else {
		buf_u8(b, ETF_LARGE_BIG);
		buf_u32(b, (uint32_t)n);
	}
	buf_u8(b, big->negative);
	buf_text_add(b, big->bytes);
}

static void write_id(struct buf *b, const struct term *t)
{
	const struct term_id *id = t->id;

	if (t->type == TERM_PID)
		etf_pid(b, id->node, id->num, id->creation);
	else if (t->type == TERM_PORT)
		etf_port(b, id->node, id->num, id->creation);
	else
		etf_ref(b, id->node, id->creation, id->words, id->nwords);
}

static void write_bits(struct buf *b, const struct term *t)
{
	buf_u8(b, ETF_BIT_BINARY);
	buf_u32(b, (uint32_t)t->text.len);
	buf_u8(b, t->last_bits);
	buf_text_add(b, t->text);
}

static bool write_one(struct encoder *e, const struct term *t, struct err *err)
{
	struct buf *b = e->b;

	switch (t->type) {
	case TERM_INT:
		etf_int(b, t->num);
		return true;
	case TERM_BIG:
		write_big(b, t->big);
		return true;
	case TERM_FLOAT:
		etf_float(b, t->real);
		return true;
	case TERM_ATOM:
		if (t->text.len > UINT16_MAX)
			return fail(err, ERR_CANNOT, "an atom of %zu bytes can't be sent",
				    t->text.len);
		etf_atom(b, t->text);
		return true;
	case TERM_PID:
	case TERM_PORT:
	case TERM_REF:
		write_id(b, t);
		return true;
	case TERM_EXPORT:
		etf_export(b, t->fun->module, t->fun->name, t->fun->arity);
		return true;
	case TERM_TUPLE:
		etf_tuple(b, t->n);
		push(e, t->items, t->n);
		return true;
	case TERM_LIST:
		if (t->n == 0) {
			etf_nil(b);
			return true;
		}
		etf_list(b, t->n);
		push(e, t->items, (size_t)t->n + 1);
		return true;
	case TERM_MAP:
		etf_map(b, t->n);
		push(e, t->items, 2 * (size_t)t->n);
		return true;
	case TERM_BINARY:
		if (t->n > 0)
			break;
		etf_binary(b, t->text);
		return true;
	case TERM_BITS:
		write_bits(b, t);
		return true;
	case TERM_FUN:
		return fail(err, ERR_CANNOT, "a fun can't be sent");
	case TERM_CUT:
		break;
	}
	return fail(err, ERR_CANNOT, "a term that was cut can't be sent");
}

bool term_encode(struct buf *b, const struct term *t, struct err *err)
{
	struct encoder e = { .b = b };
	bool ok = write_one(&e, t, err);

	while (ok && e.nframes > 0) {
		struct frame *f = &e.frames[e.nframes - 1];

		if (f->left == 0) {
			e.nframes--;
			continue;
		}
		f->left--;
		ok = write_one(&e, f->next++, err);
	}
	free(e.frames);
	return ok;
}

/* Control messages. */
#include "node/dist.h"

#include <string.h>

/* A control term is small: a few pids, an atom, or (without payloads) a reason. */
static const struct term_limits control_limits = { .depth = 1000 };

/* Where an operation has its fields: index in the tuple, 0 for none. */
struct shape {
	uint8_t code;
	uint8_t op;
	uint8_t arity;
	uint8_t from, to, id, result;
	bool payload;
};

static const struct shape shapes[] = {
	/* code, op, arity, from, to, id, result, payload */
	{ DOP_LINK, DIST_LINK, 3, 1, 2, 0, 0, false },
	{ DOP_SEND, DIST_SEND, 3, 0, 2, 0, 0, true },
	{ DOP_EXIT, DIST_EXIT, 4, 1, 2, 0, 3, false },
	{ DOP_REG_SEND, DIST_SEND, 4, 1, 3, 0, 0, true },
	{ DOP_SEND_TT, DIST_SEND, 4, 0, 2, 0, 0, true },
	{ DOP_EXIT_TT, DIST_EXIT, 5, 1, 2, 0, 4, false },
	{ DOP_REG_SEND_TT, DIST_SEND, 5, 1, 3, 0, 0, true },
	{ DOP_MONITOR_P, DIST_MONITOR, 4, 1, 2, 3, 0, false },
	{ DOP_SEND_SENDER, DIST_SEND, 3, 1, 2, 0, 0, true },
	{ DOP_SEND_SENDER_TT, DIST_SEND, 4, 1, 2, 0, 0, true },
	{ DOP_PAYLOAD_EXIT, DIST_EXIT, 3, 1, 2, 0, 0, true },
	{ DOP_PAYLOAD_EXIT_TT, DIST_EXIT, 4, 1, 2, 0, 0, true },
	{ DOP_SPAWN_REQUEST, DIST_SPAWN_REQUEST, 6, 2, 0, 1, 0, true },
	{ DOP_SPAWN_REQUEST_TT, DIST_SPAWN_REQUEST, 7, 2, 0, 1, 0, true },
	{ DOP_SPAWN_REPLY, DIST_SPAWN_REPLY, 5, 0, 2, 1, 4, false },
	{ DOP_SPAWN_REPLY_TT, DIST_SPAWN_REPLY, 6, 0, 2, 1, 4, false },
	{ DOP_ALIAS_SEND, DIST_SEND, 3, 1, 2, 0, 0, true },
	{ DOP_ALIAS_SEND_TT, DIST_SEND, 4, 1, 2, 0, 0, true },
	{ DOP_UNLINK_ID, DIST_UNLINK_ID, 4, 2, 3, 1, 0, false },
};

static const struct term *field(const struct term *control, unsigned index)
{
	return term_at(control, index ? index : SIZE_MAX);
}

bool dist_control(struct arena *a, const struct frame *f, struct dist_control *out,
		  struct err *err)
{
	struct term *control = arena_new(a, struct term);
	int64_t code;

	*out = (struct dist_control){ 0 };
	if (!term_decode(a, f->bytes, f->version, &f->atoms, &control_limits, &out->used,
			 control, err))
		return false;
	if (control->type != TERM_TUPLE || !term_int(term_at(control, 0), &code))
		return fail(err, ERR_FORMAT, "a control message that is none");

	const struct shape none = { 0 };
	const struct shape *s = &none;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (shapes[i].code == code && shapes[i].arity == control->n)
			s = &shapes[i];
	out->op = s->op;
	out->payload = s->payload;
	out->from = field(control, s->from);
	out->to = field(control, s->to);
	out->id = field(control, s->id);
	out->result = field(control, s->result);
	return true;
}

bool dist_payload(struct arena *a, const struct frame *f, const struct dist_control *c,
		  const struct term_limits *limits, struct term *out, struct err *err)
{
	struct text bytes = text_sub(f->bytes, c->used, f->bytes.len);

	if (f->cut)
		return fail(err, ERR_FORMAT, "a message too large to be kept");
	return term_decode(a, bytes, f->version, &f->atoms, limits, NULL, out, err);
}

bool dist_pid_of(const struct term *t, struct dist_pid *out)
{
	if (t->type != TERM_PID)
		return false;
	*out = (struct dist_pid){ t->id->node, t->id->num, t->id->creation };
	return true;
}

bool dist_pid_eq(const struct dist_pid *a, const struct dist_pid *b)
{
	return a->num == b->num && a->creation == b->creation &&
	       text_eq(a->node, b->node);
}

/* A distribution header without atoms: ours are few and differ from call to call. */
size_t dist_begin(struct buf *out)
{
	size_t mark = buf_len(out);

	buf_u32(out, 0);
	buf_u8(out, FRAME_VERSION);
	buf_u8(out, FRAME_DIST_HEADER);
	buf_u8(out, 0);
	return mark;
}

void dist_end(struct buf *out, size_t mark)
{
	size_t len = buf_len(out) - mark - 4;
	unsigned char *p = (unsigned char *)out->data + out->start + mark;

	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(len >> (24 - 8 * i));
}

static void put_pid(struct buf *out, const struct dist_pid *p)
{
	etf_pid(out, p->node, p->num, p->creation);
}

static void put_spawn_options(struct buf *out, const struct dist_spawn *s)
{
	etf_list(out, 3);
	etf_atom_s(out, "link");
	etf_tuple(out, 2);
	etf_atom_s(out, "priority");
	etf_atom_s(out, s->high ? "high" : "low");
	etf_tuple(out, 2);
	etf_atom_s(out, "max_heap_size");
	etf_map(out, 3);
	etf_atom_s(out, "size");
	etf_uint(out, s->heap_words);
	etf_atom_s(out, "kill");
	etf_atom_s(out, "true");
	etf_atom_s(out, "error_logger");
	etf_atom_s(out, "false");
	etf_nil(out);
}

/* {29, ReqId, From, GroupLeader, {erpc, execute_call, 4}, Options}, [1,
 * Module, Function, Args] */
void dist_spawn_request(struct buf *out, const struct dist_spawn *s)
{
	uint32_t words[3] = { 0, (uint32_t)s->request, (uint32_t)(s->request >> 32) };
	size_t mark = dist_begin(out);

	etf_tuple(out, 6);
	etf_int(out, DOP_SPAWN_REQUEST);
	etf_ref(out, s->from.node, s->from.creation, words, 3);
	put_pid(out, &s->from);
	put_pid(out, &s->leader);
	etf_tuple(out, 3);
	etf_atom_s(out, "erpc");
	etf_atom_s(out, "execute_call");
	etf_int(out, 4);
	put_spawn_options(out, s);

	etf_list(out, 4);
	etf_int(out, 1); /* execute_call/4 puts it in front of the answer: a number is
			  * shorter than a reference */
	etf_atom_s(out, s->module);
	etf_atom_s(out, s->function);
	if (s->args.len)
		buf_text_add(out, s->args);
	else
		etf_nil(out);
	etf_nil(out);
	dist_end(out, mark);
}

/* {26, From, To}, kill */
void dist_kill(struct buf *out, const struct dist_pid *from, const struct dist_pid *to)
{
	size_t mark = dist_begin(out);

	etf_tuple(out, 3);
	etf_int(out, DOP_PAYLOAD_EXIT2);
	put_pid(out, from);
	put_pid(out, to);
	etf_atom_s(out, "kill");
	dist_end(out, mark);
}

/* {2, '', To}, Message */
void dist_send(struct buf *out, const struct dist_pid *to, struct text message)
{
	size_t mark = dist_begin(out);

	etf_tuple(out, 3);
	etf_int(out, DOP_SEND);
	etf_atom_s(out, "");
	put_pid(out, to);
	buf_text_add(out, message);
	dist_end(out, mark);
}

/*
 * Any peer after the handshake: frames, control messages, calls. The input is a row of records; some are made into messages
 * that concern a call of ours, so that more than the first check is reached.
 */
#include <string.h>

#include "node/inside.h"

#define CALLS 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A stream that nothing comes from, and that takes all, or nothing. */
static bool blocked;

static enum stream_result take_none(struct stream *s, void *p, size_t len, size_t *done, struct err *err)
{
	return STREAM_AGAIN;
}

static enum stream_result take_all(struct stream *s, const void *p, size_t len, size_t *done, struct err *err)
{
	*done = len;
	return blocked ? STREAM_AGAIN : STREAM_OK;
}

static unsigned wants(const struct stream *s, bool output)
{
	return 0;
}

static void no_close(struct stream *s)
{
}

static const struct stream_ops ops = { .read = take_none, .write = take_all, .wants = wants, .close = no_close };

struct fuzz {
	struct node *node;
	struct loop *loop;
	struct buf frame;
	unsigned answered;
	bool close_next; /* the next answer closes the node */
	bool gone;
};

static void on_answer(void *ctx, const struct answer *a)
{
	struct fuzz *f = ctx;
	struct buf out = { 0 };

	f->answered++;
	if (a->kind == ANSWER_FAILED) {
		if (!a->err->kind)
			__builtin_trap();
	} else if (a->kind != ANSWER_KILLED) {
		term_encode(&out, &a->value, NULL);
	}
	buf_clear(&out);
	if (f->close_next && !f->gone) {
		f->gone = true;
		node_close(f->node);
	}
}

static bool on_part(void *ctx, const struct term *message)
{
	struct buf out = { 0 };

	term_encode(&out, message, NULL);
	buf_clear(&out);
	return message->type != TERM_ATOM;
}

static void start(struct fuzz *f)
{
	static struct stream stream;

	stream = (struct stream){ .ops = &ops, .fd = 1000 };
	f->loop = loop_new();
	f->node = node_new(f->loop);
	f->node->our_creation = 9;
	f->node->our_name = TEXT("otoscope-1@otoscope");
	f->node->name = TEXT("shop@web1");
	f->node->creation = 7;
	f->node->stream = &stream;
	f->node->frames.limit = 4096;
	peer_start(f->node, TEXT(""));
	for (int i = 0; i < CALLS - 1; i++)
		node_call(f->node, &(struct call){ .module = "m", .function = "f" }, on_answer, f);
	node_eval(f->node, &(struct eval){ .text = "exit(1).", .part = on_part }, on_answer, f);
	loop_step(f->loop, 0);
}

static void put_call(struct fuzz *f, unsigned which)
{
	etf_pid(&f->frame, f->node->our_name, which % 8, 9);
}

static void put_helper(struct fuzz *f, unsigned which)
{
	etf_pid(&f->frame, f->node->name, which, 7);
}

/* One record: a byte says what it is, one of which call, the rest is the message. */
static bool record(struct fuzz *f, struct text t)
{
	unsigned what = t.len > 0 ? (unsigned char)t.p[0] : 0;
	unsigned which = t.len > 1 ? (unsigned char)t.p[1] : 0;
	struct text rest = text_sub(t, 2, t.len);
	uint32_t words[3] = { 0, which, 0 };
	size_t mark;

	blocked = what & 0x40;
	f->close_next = what & 0x80;
	buf_reset(&f->frame);
	if (what % 6 == 0)
		return peer_take(f->node, rest);
	mark = dist_begin(&f->frame);
	switch (what % 6) {
	case 2: /* PAYLOAD_EXIT */
		etf_tuple(&f->frame, 3);
		etf_int(&f->frame, 24);
		put_helper(f, which);
		put_call(f, which);
		break;
	case 3: /* SPAWN_REPLY */
		etf_tuple(&f->frame, 5);
		etf_int(&f->frame, 31);
		etf_ref(&f->frame, f->node->our_name, 9, words, 3);
		put_call(f, which);
		etf_int(&f->frame, 1);
		put_helper(f, which);
		break;
	case 4: /* SEND to a call */
		etf_tuple(&f->frame, 3);
		etf_int(&f->frame, 2);
		etf_atom_s(&f->frame, "");
		put_call(f, which);
		break;
	case 5: /* REG_SEND to net_kernel */
		etf_tuple(&f->frame, 4);
		etf_int(&f->frame, 6);
		put_helper(f, which);
		etf_atom_s(&f->frame, "");
		etf_atom_s(&f->frame, "net_kernel");
		break;
	default:
		break;
	}
	buf_text_add(&f->frame, rest);
	dist_end(&f->frame, mark);
	return peer_take(f->node, buf_text(&f->frame));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = { (const char *)data, size };
	struct fuzz f = { 0 };

	start(&f);
	node_enter(f.node);
	/* Two bytes of length before each record. */
	while (rest.len >= 2) {
		size_t len = (size_t)(unsigned char)rest.p[0] << 8 | (unsigned char)rest.p[1];
		struct text t = text_sub(rest, 2, 2 + len);

		rest = text_sub(rest, 2 + t.len, rest.len);
		if (!record(&f, t) || f.gone)
			break;
		loop_step(f.loop, 0);
		if (buf_len(&f.node->out) > OUT_MAX + ((size_t)1 << 20))
			__builtin_trap();
	}
	f.close_next = false;
	node_leave(f.node);
	if (!f.gone)
		node_close(f.node);
	loop_free(f.loop);
	buf_clear(&f.frame);
	if (f.answered != CALLS)
		__builtin_trap();
	return 0;
}

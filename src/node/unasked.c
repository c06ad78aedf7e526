/*
 * What the target sends and nobody asked for: it is answered so that no process of the
 * target waits for us, or ignored. Nothing is answered while a lot waits to be written:
 * a node that floods us gets silence.
 */
#include "base/log.h"
#include "node/inside.h"

/* Requests to us are small; what is larger is not for us. */
static const struct term_limits limits = {
	.depth = 64,
	.terms = 4096,
	.bytes = (size_t)256 << 10,
};

static bool has_room(const struct node *n)
{
	return buf_len(&n->out) < OUT_MAX;
}

/* Of a reply that is made of the target's own terms: it is taken back when one of
 * them can't be written. */
struct reply {
	struct node *node;
	size_t mark;
	bool ok;
};

static struct reply reply_begin(struct node *n, size_t arity, enum dop code)
{
	struct reply r = { n, dist_begin(&n->out), true };

	etf_tuple(&n->out, arity);
	etf_int(&n->out, code);
	return r;
}

static void reply_term(struct reply *r, const struct term *t)
{
	if (r->ok && !term_encode(&r->node->out, t, NULL))
		r->ok = false;
}

static void reply_end(const struct reply *r)
{
	if (r->ok)
		dist_end(&r->node->out, r->mark);
	else
		buf_cut(&r->node->out, r->mark);
}

/* {io_request, From, ReplyAs, Request}: we are the group leader of our helpers. What
 * they print is dropped. */
static void io_request(struct node *n, const struct term *m)
{
	const struct term *request = term_at(m, 3);
	const struct term *what =
		request->type == TERM_TUPLE ? term_at(request, 0) : request;
	struct reply r = reply_begin(n, 3, DOP_SEND);

	etf_atom_s(&n->out, "");
	reply_term(&r, term_at(m, 1));
	etf_tuple(&n->out, 3);
	etf_atom_s(&n->out, "io_reply");
	reply_term(&r, term_at(m, 2));
	if (term_is_atom(what, "put_chars")) {
		etf_atom_s(&n->out, "ok");
	} else {
		etf_tuple(&n->out, 2);
		etf_atom_s(&n->out, "error");
		etf_atom_s(&n->out, "enotsup");
	}
	reply_end(&r);
}

/* {'$gen_call', {From, Tag}, {is_auth, Node}}: net_adm:ping/1 asks our
 * net_kernel whether we talk. */
static void is_auth(struct node *n, const struct term *m)
{
	const struct term *from = term_at(m, 1);
	struct reply r = reply_begin(n, 3, DOP_SEND);

	etf_atom_s(&n->out, "");
	reply_term(&r, term_at(from, 0));
	etf_tuple(&n->out, 2);
	reply_term(&r, term_at(from, 1));
	etf_atom_s(&n->out, "yes");
	reply_end(&r);
}

static void message(struct node *n, const struct frame *f, const struct dist_control *c)
{
	struct arena scratch = { 0 };
	struct term m;

	if (dist_payload(&scratch, f, c, &limits, &m, NULL)) {
		if (term_is_tuple(&m, 4, "io_request") &&
		    term_at(&m, 1)->type == TERM_PID)
			io_request(n, &m);
		else if (term_is_atom(c->to, "net_kernel") &&
			 term_is_tuple(&m, 3, "$gen_call") &&
			 term_is_tuple(term_at(&m, 2), 2, "is_auth"))
			is_auth(n, &m);
	}
	arena_clear(&scratch);
}

/* What may be taken for a process of ours that lives: one that stands for a call, the
 * group leader, net_kernel. */
static bool is_somebody(const struct node *n, const struct term *to)
{
	struct dist_pid leader = node_leader(n);
	struct dist_pid pid;

	return call_find(n, to) || term_is_atom(to, "net_kernel") ||
	       (dist_pid_of(to, &pid) && dist_pid_eq(&pid, &leader));
}

/* Nobody is there: {24, To, From} with noproc, {28, To, From, Ref} with noproc. */
static void no_process(struct node *n, const struct dist_control *c)
{
	struct reply r = c->op == DIST_LINK
		? reply_begin(n, 3, DOP_PAYLOAD_EXIT)
		: reply_begin(n, 4, DOP_PAYLOAD_MONITOR_P_EXIT);

	if (is_somebody(n, c->to))
		r.ok = false;
	reply_term(&r, c->to);
	reply_term(&r, c->from);
	if (c->op == DIST_MONITOR)
		reply_term(&r, c->id);
	etf_atom_s(&n->out, "noproc");
	reply_end(&r);
}

/* {36, Id, To, From} */
static void unlink_ack(struct node *n, const struct dist_control *c)
{
	struct reply r = reply_begin(n, 4, DOP_UNLINK_ID_ACK);

	reply_term(&r, c->id);
	reply_term(&r, c->to);
	reply_term(&r, c->from);
	reply_end(&r);
}

/* {31, ReqId, From, Flags, notsup} */
static void spawn_refuse(struct node *n, const struct dist_control *c)
{
	struct reply r = reply_begin(n, 5, DOP_SPAWN_REPLY);

	reply_term(&r, c->id);
	reply_term(&r, c->from);
	etf_int(&n->out, 0);
	etf_atom_s(&n->out, "notsup");
	reply_end(&r);
}

void unasked(struct node *n, const struct frame *f, const struct dist_control *c)
{
	if (!has_room(n))
		return;
	switch (c->op) {
	case DIST_SEND:
		message(n, f, c);
		break;
	case DIST_LINK:
	case DIST_MONITOR:
		no_process(n, c);
		break;
	case DIST_UNLINK_ID:
		unlink_ack(n, c);
		break;
	case DIST_SPAWN_REQUEST:
		spawn_refuse(n, c);
		break;
	case DIST_EXIT:
	case DIST_SPAWN_REPLY:
	case DIST_OTHER:
		break;
	}
}

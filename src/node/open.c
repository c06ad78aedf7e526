/* From a target to an open connection: look-up, dialling, handshake, one of our eight
 * names. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "node/claim.h"
#include "node/dial.h"
#include "node/handshake.h"
#include "node/inside.h"
#include "node/lookup.h"
#include "node/nodename.h"

/* The same few names everywhere and always: each is one atom in the target, once. */
#define NAMES 8
/* A name whose handshake is going on may come free: after a whole round of
 * names, so many more rounds. */
#define ROUNDS 20
#define ROUND_NS ((int64_t)150000000)
/*
 * A close in the middle of the handshake means a wrong cookie, no Erlang node, or that
 * somebody else began a handshake with the same name in this very moment: a node whose
 * name sorts before ours then drops the older one. Trying once more tells; where others
 * were met, a few times. A wrong cookie is one line in the log of the target each time.
 */
#define TRIES 3
#define TRIES_CROWDED 20
/*
 * A node ends when its atom table is full. A first visit makes up to 800 atoms there:
 * those of the modules of its own that it loads, and those of erlang:memory/0
 * (doc/safety.md).
 */
#define ATOMS_SPARE 1024
/* Times to ask whether the connection is up: a few tenths of a millisecond each. */
#define PROOFS 200

struct opening {
	struct node *node;
	int64_t timeout_ns;
	struct loop_timer *deadline;
	struct loop_timer *again;   /* the next round of names */
	struct lookup *lookup;
	struct dial *dial;
	struct addresses epmd_at;   /* of epmd's host, once resolved */
	struct addresses at;        /* of the node's where that is another one */
	uint16_t port;
	unsigned name;              /* 0..NAMES - 1: the one we try */
	int claim;                  /* on it, while we shake hands; -1: none */
	unsigned round;
	bool busy;                  /* in this round a handshake of one of
				     * our names was going on */
	bool crowded;               /* others were met that use our names */
	unsigned closed;            /* times that we were cut off in the middle */
	bool proved;                /* it is up */
	bool room;                  /* it was asked for its atoms, and has some left */
	unsigned proofs;            /* times that we asked whether the connection is up */
	bool shaking;
	struct handshake shake;
	const char *stage;          /* what the deadline would interrupt */
	struct text label;          /* the target in messages */
};

static uint32_t random32(void)
{
	uint32_t v;

	if (getentropy(&v, sizeof(v)) < 0)
		v = (uint32_t)loop_now();
	return v;
}

static void claim_drop(struct opening *o)
{
	if (o->claim >= 0)
		close(o->claim);
	o->claim = -1;
}

static void connection_drop(struct opening *o)
{
	claim_drop(o);
	if (o->shaking)
		handshake_clear(&o->shake);
	o->shaking = false;
	peer_stop(o->node);
}

void opening_free(struct node *n)
{
	struct opening *o = n->opening;

	if (!o)
		return;
	n->opening = NULL;
	loop_timer_cancel(n->loop, o->deadline);
	loop_timer_cancel(n->loop, o->again);
	lookup_cancel(o->lookup);
	dial_cancel(o->dial);
	if (o->shaking)
		handshake_clear(&o->shake);
	claim_drop(o);
	free(o);
}

/* A fresh connection: nothing of the one before is left. */
static void connection_reset(struct node *n)
{
	frames_clear(&n->frames);
	frames_init(&n->frames);
	buf_reset(&n->out);
	n->heard = false;
	n->phase = NODE_OPENING;
}

/* Always the last thing that is done: the callee may close the node. */
static void give_up(struct opening *o, const struct err *err)
{
	struct node *n = o->node;
	struct err copy = *err;

	log_line("not connected: %s", copy.what);
	node_enter(n);
	opening_free(n);
	peer_stop(n);
	n->phase = NODE_LOST;
	n->err = copy;
	peer_soon(n); /* calls that were made too early are answered */
	n->opened(n->opened_ctx, n, &copy);
	node_leave(n);
}

static void on_deadline(void *ctx)
{
	struct opening *o = ctx;
	struct err err = { 0 };

	o->deadline = NULL;
	fail(&err, ERR_CONNECT, "%s not finished in time, of '%.*s' (%.3g s)", o->stage,
	     TEXT_ARG(o->label), (double)o->timeout_ns / 1e9);
	if (o->shaking && o->shake.state == WAIT_CHALLENGE)
		/* Its challenge is made of statistics that each of its
		 * schedulers has to give. */
		fail_hint(&err, "it answered, but does not go on: one of its schedulers "
			  "is stuck (native code that does not yield?), or it is "
			  "overloaded; --timeout gives it more time");
	else if (o->shaking && o->shake.first)
		fail_hint(&err, "it accepts and says nothing: a stopped node, one that "
			  "only speaks TLS, or no Erlang node; --timeout gives it more "
			  "time, otoscope threads shows it without asking it");
	else
		fail_hint(&err, "--timeout gives it more time");
	give_up(o, &err);
}

static void name_try(struct opening *o);

static void on_again(void *ctx)
{
	struct opening *o = ctx;

	o->again = NULL;
	connection_reset(o->node);
	name_try(o);
}

/* At a random moment: others may be in step with us. */
static void again_soon(struct opening *o)
{
	o->again =
		loop_at(o->node->loop, loop_now() + random32() % ROUND_NS, on_again, o);
}

static void name_next(struct opening *o)
{
	struct err err = { 0 };

	connection_drop(o);
	if (++o->name < NAMES) {
		name_try(o);
		return;
	}
	if (!o->busy || ++o->round > ROUNDS) {
		fail(&err, ERR_REFUSED, "all eight names of otoscope are held on '%.*s'",
		     TEXT_ARG(o->label));
		fail_hint(&err, "eight are attached already: end one (its node name is "
			  "otoscope-N@otoscope)");
		give_up(o, &err);
		return;
	}
	o->name = 0;
	o->busy = false;
	again_soon(o);
}

static void name_is_busy(struct opening *o)
{
	log_line("the name %.*s is just being taken", TEXT_ARG(o->node->our_name));
	o->busy = o->crowded = true;
	name_next(o);
}

static void opened(struct opening *o)
{
	struct node *n = o->node;

	opening_free(n);
	n->opened(n->opened_ctx, n, NULL);
}

/* Both questions hear of it. */
static void dropped(struct opening *o, const struct err *err)
{
	if (o->again)
		return;
	o->crowded = true;
	if (++o->closed < TRIES_CROWDED)
		again_soon(o);
	else
		give_up(o, err);
}

/* [atom_limit, atom_count]; what else it may be proves nothing. */
static bool is_full(const struct answer *a, int64_t *left)
{
	int64_t limit, count;

	if (a->kind != ANSWER_RETURN || !term_int(term_at(&a->value, 0), &limit) ||
	    !term_int(term_at(&a->value, 1), &count) || count < 0 || limit < count)
		return false;
	*left = limit - count;
	return *left < ATOMS_SPARE;
}

static void on_atoms(void *ctx, const struct answer *a)
{
	struct node *n = ctx;
	struct opening *o = n->opening;
	struct err err = { 0 };
	int64_t left;

	if (!o)
		return;
	if (n->phase == NODE_LOST) {
		dropped(o, a->err);
		return;
	}
	if (is_full(a, &left)) {
		fail(&err, ERR_CANNOT,
		     "node '%.*s' has only %" PRId64 " atoms left: to look into it could "
		     "end it", TEXT_ARG(n->name), left);
		fail_hint(&err, "it needs %d; something in it makes atoms without end, "
			  "and it will end by itself soon", ATOMS_SPARE);
		give_up(o, &err);
		return;
	}
	o->room = true;
	if (o->proved)
		opened(o);
}

/* Before anything that makes it load code. */
static void atoms_ask(struct opening *o)
{
	struct buf args = { 0 };

	etf_list(&args, 2);
	etf_export(&args, TEXT("erlang"), TEXT("system_info"), 1);
	etf_list(&args, 2);
	etf_atom_s(&args, "atom_limit");
	etf_atom_s(&args, "atom_count");
	etf_nil(&args);
	etf_nil(&args);
	node_call(o->node, &(struct call){
		.module = "lists",
		.function = "map",
		.args = buf_text(&args),
		.timeout_ns = 2 * o->timeout_ns, /* the deadline is before that */
	}, on_atoms, o->node);
	buf_clear(&args);
}

static void proof_ask(struct opening *o);

/* Of the row that net_kernel keeps about us: {connection, Name, Id, State, ...}. In
 * another form it proves nothing more. */
static bool still_pending(const struct answer *a)
{
	const struct term *state = term_at(term_at(&a->value, 0), 3);

	return a->kind == ANSWER_RETURN &&
	       (term_is_atom(state, "pending") || term_is_atom(state, "up_pending"));
}

/*
 * The target acknowledges a handshake before it takes the connection up; in between it
 * may still drop us in favour of another otoscope that asks for the same name. So the
 * connection is open when net_kernel itself says that it is up.
 */
static void on_proof(void *ctx, const struct answer *a)
{
	struct node *n = ctx;
	struct opening *o = n->opening;

	if (!o)
		return;
	if (n->phase == NODE_LOST) {
		dropped(o, a->err);
		return;
	}
	if (still_pending(a) && ++o->proofs < PROOFS) {
		proof_ask(o);
		return;
	}
	o->proved = true;
	if (o->room)
		opened(o);
}

static void proof_ask(struct opening *o)
{
	struct buf args = { 0 };

	etf_list(&args, 2);
	etf_atom_s(&args, "sys_dist");
	etf_atom(&args, o->node->our_name);
	etf_nil(&args);
	node_call(o->node, &(struct call){
		.module = "ets",
		.function = "lookup",
		.args = buf_text(&args),
		.timeout_ns = 2 * o->timeout_ns, /* the deadline is before that */
	}, on_proof, o->node);
	buf_clear(&args);
}

/* The handshake is done; rest came in with its last packet. */
static void up(struct opening *o, struct text rest)
{
	struct node *n = o->node;
	struct buf kept = { 0 };

	n->name = text_dup(&n->arena, o->shake.peer_name);
	n->creation = o->shake.peer_creation;
	log_line("connected to %.*s as %.*s, flags %" PRIx64, TEXT_ARG(n->name),
		 TEXT_ARG(n->our_name), o->shake.peer_flags);
	buf_text_add(&kept, rest);
	handshake_clear(&o->shake);
	o->shaking = false;
	o->stage = "first answer";
	node_enter(n);
	o->proofs = 0;
	o->proved = o->room = false;
	proof_ask(o);
	atoms_ask(o);
	peer_start(n, buf_text(&kept));
	buf_clear(&kept);
	node_leave(n);
}

/* A port may have been given to another node since, or a
 * port-forward may lead elsewhere. */
static bool name_is_wanted(const struct opening *o, struct err *err)
{
	struct text want = nodename_head(o->node->target.name);
	struct text got = o->shake.peer_name;

	if (!want.len || !got.len || text_eq(want, nodename_head(got)))
		return true;
	fail(err, ERR_CONNECT, "node '%.*s' answers there, not '%.*s'", TEXT_ARG(got),
	     TEXT_ARG(want));
	return fail_hint(err, "ask for '%.*s', or for another port or host",
			 TEXT_ARG(got));
}

static enum stream_result shake_write(struct opening *o, struct err *err)
{
	struct stream *s = o->node->stream;

	while (buf_len(&o->shake.out) > 0) {
		struct text t = buf_text(&o->shake.out);
		size_t done;
		enum stream_result r = stream_write(s, t.p, t.len, &done, err);

		if (r == STREAM_AGAIN)
			break;
		if (r != STREAM_OK)
			return r;
		buf_drop(&o->shake.out, done);
	}
	return STREAM_OK;
}

static void shake_closed(struct opening *o)
{
	struct err err = { 0 };

	/* A cookie is judged after the first packet of the target: what is closed before
	 * that costs it no line. */
	unsigned most = o->crowded ? TRIES_CROWDED : o->shake.first ? 2 * TRIES : TRIES;

	if (++o->closed < most) {
		log_line("closed in the handshake; once more");
		connection_drop(o);
		again_soon(o);
		return;
	}
	handshake_closed(&o->shake, o->label, o->node->target.cookie_from, &err);
	give_up(o, &err);
}

/* Takes bytes of the peer. False when the opening went on to something else, or ended. */
static bool shake_take(struct opening *o, struct text bytes)
{
	struct err err = { 0 };
	size_t used;
	enum handshake_result r = handshake_feed(&o->shake, bytes, &used, &err);

	if (r != HANDSHAKE_FAILED && !name_is_wanted(o, &err))
		r = HANDSHAKE_FAILED;
	switch (r) {
	case HANDSHAKE_MORE:
		return true;
	case HANDSHAKE_DONE:
		up(o, text_sub(bytes, used, bytes.len));
		return false;
	case HANDSHAKE_TAKEN:
		log_line("the name %.*s is held by another", TEXT_ARG(o->node->our_name));
		o->crowded = true;
		shake_write(o, &err);
		name_next(o);
		return false;
	case HANDSHAKE_BUSY:
		name_is_busy(o);
		return false;
	case HANDSHAKE_FAILED:
		break;
	}
	give_up(o, &err);
	return false;
}

static void on_shake(void *ctx, int fd, unsigned events)
{
	struct opening *o = ctx;
	struct stream *s = o->node->stream;
	struct err err = { 0 };
	enum stream_result r;
	char bytes[4096];
	size_t got;

	r = stream_shake(s, &err);
	while (r == STREAM_OK) {
		r = shake_write(o, &err);
		if (r == STREAM_OK)
			r = stream_read(s, bytes, sizeof(bytes), &got, &err);
		if (r == STREAM_OK && !shake_take(o, (struct text){ bytes, got }))
			return;
	}
	if (r == STREAM_CLOSED) {
		shake_closed(o);
		return;
	}
	if (r == STREAM_FAILED) {
		err.kind = ERR_CONNECT;
		give_up(o, &err);
		return;
	}
	loop_fd(o->node->loop, s->fd, stream_wants(s, buf_len(&o->shake.out) > 0),
		on_shake, o);
}

static void on_dialled(void *ctx, int fd, const struct err *err)
{
	struct opening *o = ctx;
	struct node *n = o->node;
	struct err why;

	o->dial = NULL;
	if (err) {
		why = *err;
		fail_prefix(&why, "'%.*s'", TEXT_ARG(o->label));
		if (!why.hint[0] && why.kind == ERR_CONNECT)
			fail_hint(&why, "it may have ended, or its distribution port is "
				  "closed to us; --host gives another address");
		give_up(o, &why);
		return;
	}
	log_line("port %u answers; handshake as %.*s", o->port, TEXT_ARG(n->our_name));
	n->stream = stream_tcp(fd);

	const struct handshake_start start = {
		.our_name = n->our_name,
		.our_creation = n->our_creation,
		.our_challenge = random32(),
		.cookie = n->target.cookie,
		.length_size = n->stream->handshake_length,
	};

	handshake_init(&o->shake, &start);
	o->shaking = true;
	o->stage = "handshake";
	on_shake(o, fd, 0);
}

/* One connection for each name that is tried: a handshake is for one name. */
static void name_try(struct opening *o)
{
	struct node *n = o->node;

	n->our_name = text_printf(&n->arena, "otoscope-%u@otoscope", o->name + 1);
	claim_drop(o);
	if (!claim_take(n->our_name, o->port, n->target.netns_pid, &o->claim)) {
		name_is_busy(o);
		return;
	}
	o->stage = "dialling";
	o->dial = dial_start(n->loop, &(struct dial_to){
		.host = lookup_host(&n->target),
		.port = o->port,
		.netns_pid = n->target.netns_pid,
		.known = n->target.epmd_host.len ? &o->at : &o->epmd_at,
	}, on_dialled, o);
}

static void on_looked_up(void *ctx, uint16_t port, const struct err *err)
{
	struct opening *o = ctx;

	o->lookup = NULL;
	if (err) {
		give_up(o, err);
		return;
	}
	o->port = port;
	name_try(o);
}

void opening_start(struct node *n, int64_t timeout_ns)
{
	struct opening *o = mem_zalloc(sizeof(*o));
	const struct target *t = &n->target;

	*o = (struct opening){
		.node = n,
		.timeout_ns = timeout_ns,
		.port = t->port,
		.claim = -1,
	};
	n->opening = o;
	o->label = t->name.len ? t->name : text_printf(&n->arena, "port %u", t->port);
	o->deadline = loop_at(n->loop, loop_now() + timeout_ns, on_deadline, o);
	log_line("opening %.*s", TEXT_ARG(o->label));
	if (o->port) {
		name_try(o);
		return;
	}
	o->stage = "epmd's answer";
	o->lookup = lookup_start(n->loop, t, o->label, &o->epmd_at, on_looked_up, o);
}

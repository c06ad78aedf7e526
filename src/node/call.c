/* The calls of a connection: queued, started, answered, timed out, cancelled. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "node/inside.h"

#define DEFAULT_ANSWER_BYTES ((size_t)64 << 10)
#define LEAST_HEAP_WORDS 100000
#define DEFAULT_TIMEOUT_NS ((int64_t)5000000000)

enum call_state {
	CALL_TEXT,    /* its text is being parsed */
	CALL_QUEUED,
	CALL_RUNNING,
	CALL_OVER,    /* answered or cancelled; the exit of its helper is still to come */
};

struct pending {
	struct pending *next;  /* in the queue or among those that wait for a text */
	struct node *node;
	uint64_t id;
	enum call_state state;
	struct asked what;
	struct buf args;       /* of an eval that waits for its text: the bindings */
	struct parsed *text;   /* of an eval, or NULL */
	node_part *part;
	bool high;
	size_t answer_bytes;
	size_t heap_words;
	int64_t timeout_ns;
	node_answered *done;
	void *ctx;
	struct loop_timer *deadline;
	int64_t asked_ns;
	int64_t started_ns;
	struct dist_pid us;     /* the pid of ours that stands for the call */
	struct dist_pid helper; /* node empty: not known yet */
};

/*
 * Lists.
 */

static void queue_add(struct node *n, struct pending *p)
{
	p->state = CALL_QUEUED;
	p->next = NULL;
	*n->queue_end = p;
	n->queue_end = &p->next;
}

/* Out of the list that it stands in: the queue, or those that wait for a text. */
static void list_take(struct node *n, struct pending **link)
{
	struct pending *p = *link;

	*link = p->next;
	if (n->queue_end == &p->next)
		n->queue_end = link;
	p->next = NULL;
}

static void wait_end(struct node *n, struct pending *p)
{
	struct pending **link = p->state == CALL_QUEUED ? &n->queue : &n->waiting;

	for (; *link != p; link = &(*link)->next)
		assert(*link);
	list_take(n, link);
}

static struct pending *with_id(struct pending *list, uint64_t id)
{
	while (list && list->id != id)
		list = list->next;
	return list;
}

static void running_take(struct node *n, struct pending *p)
{
	for (size_t i = 0; i < n->nrunning; i++) {
		if (n->running[i] != p)
			continue;
		n->running[i] = n->running[--n->nrunning];
		n->bytes_running -= p->answer_bytes;
		n->cost.helpers_ns += loop_now() - p->started_ns;
		return;
	}
}

static void call_free(struct pending *p)
{
	loop_timer_cancel(p->node->loop, p->deadline);
	buf_clear(&p->args);
	free(p);
}

/*
 * Answering.
 */

static void deliver(struct pending *p, struct answer *a)
{
	node_answered *done = p->done;

	p->done = NULL;
	if (log_enabled()) {
		const char *how = "answered";

		if (a->kind == ANSWER_FAILED)
			how = a->err->what;
		else if (a->kind == ANSWER_KILLED)
			how = "killed by its heap limit";
		log_line("call %" PRIu64 " %s:%s: %s after %.2f ms", p->id,
			 p->what.module, p->what.function, how,
			 (double)(loop_now() - p->asked_ns) / 1e6);
	}
	if (done)
		done(p->ctx, a);
}

static void deliver_error(struct pending *p, const struct err *err)
{
	struct arena arena = { 0 };
	struct answer a = { .kind = ANSWER_FAILED, .arena = &arena, .err = err };

	deliver(p, &a);
	arena_clear(&arena);
}

/* The helper is to end; until it has, its place among the running stays taken. */
static void call_kill(struct node *n, struct pending *p)
{
	p->state = CALL_OVER;
	loop_timer_cancel(n->loop, p->deadline);
	p->deadline = NULL;
	if (p->helper.node.len) {
		dist_kill(&n->out, &p->us, &p->helper);
		peer_soon(n);
	}
}

static void arm(struct pending *p, int64_t from_ns);

static void on_deadline(void *ctx)
{
	struct pending *p = ctx;
	struct node *n = p->node;
	struct err err = { 0 };

	p->deadline = NULL;
	/* A call that waits in the queue of a node that answers
	 * others is not late yet. */
	if (p->state == CALL_QUEUED && n->answered_ns > p->asked_ns &&
	    loop_now() - n->answered_ns < p->timeout_ns) {
		arm(p, n->answered_ns);
		return;
	}
	fail(&err, ERR_LOST, "node '%.*s' gave no answer within %.3g s",
	     TEXT_ARG(n->name), (double)p->timeout_ns / 1e9);
	fail_hint(&err, "--timeout gives it more time");

	/* The callee may close the node, and with it every call. */
	node_enter(n);
	if (p->state == CALL_RUNNING) {
		call_kill(n, p);
		deliver_error(p, &err);
	} else {
		wait_end(n, p);
		deliver_error(p, &err);
		call_free(p);
	}
	node_leave(n);
}

static void arm(struct pending *p, int64_t from_ns)
{
	struct loop *l = p->node->loop;

	loop_timer_cancel(l, p->deadline);
	p->deadline = loop_at(l, from_ns + p->timeout_ns, on_deadline, p);
}

/*
 * Asking.
 */

static struct pending *pending_new(struct node *n, const struct call *c,
				   node_answered *done, void *ctx)
{
	struct pending *p = mem_zalloc(sizeof(*p));

	*p = (struct pending){
		.node = n,
		.id = ++n->next_call,
		.what = { .module = c->module, .function = c->function },
		.answer_bytes = c->answer_bytes ? c->answer_bytes : DEFAULT_ANSWER_BYTES,
		.heap_words = c->heap_words,
		.timeout_ns = c->timeout_ns > 0 ? c->timeout_ns : DEFAULT_TIMEOUT_NS,
		.done = done,
		.ctx = ctx,
		.asked_ns = loop_now(),
		.us = node_pid(n),
	};
	if (p->heap_words == 0)
		p->heap_words = p->answer_bytes / 2; /* four words for each word of the
						      * answer */
	if (p->heap_words < LEAST_HEAP_WORDS)
		p->heap_words = LEAST_HEAP_WORDS;
	if (p->answer_bytes > CALLS_BYTES_MAX)
		p->answer_bytes = CALLS_BYTES_MAX; /* it then runs alone */
	arm(p, p->asked_ns);
	return p;
}

uint64_t node_call(struct node *n, const struct call *c, node_answered *done, void *ctx)
{
	struct pending *p = pending_new(n, c, done, ctx);

	buf_text_add(&p->args, c->args);
	queue_add(n, p);
	peer_soon(n);
	return p->id;
}

struct pending *call_new(struct node *n, const struct eval *e, node_answered *done,
			 void *ctx)
{
	struct call c = {
		.module = "erl_eval",
		.function = "exprs",
		.answer_bytes = e->answer_bytes,
		.heap_words = e->heap_words,
		.timeout_ns = e->timeout_ns,
	};
	struct pending *p = pending_new(n, &c, done, ctx);

	p->what.eval = true;
	p->part = e->part;
	p->high = e->high;
	return p;
}

uint64_t call_id(const struct pending *p)
{
	return p->id;
}

/* The text is there: the bindings in args give way to the whole argument list. */
static void text_ready(struct node *n, struct pending *p)
{
	struct buf bindings = p->args;

	p->args = (struct buf){ 0 };
	p->us.node = n->our_name;
	eval_args(&p->args, parsed_forms(p->text), buf_text(&bindings),
		  p->part ? &p->us : NULL);
	buf_clear(&bindings);
	queue_add(n, p);
	peer_soon(n);
}

void call_wait(struct node *n, struct pending *p, struct parsed *text,
	       struct text bindings)
{
	p->text = text;
	buf_text_add(&p->args, bindings);
	if (parsed_forms(text).len) {
		text_ready(n, p);
		return;
	}
	p->state = CALL_TEXT;
	p->next = NULL;

	struct pending **end = &n->waiting;

	while (*end)
		end = &(*end)->next;
	*end = p;
}

/* One at a time: a callee may ask, cancel, or close the node. */
void calls_text_ready(struct node *n, struct parsed *text)
{
	struct err err = { 0 };
	struct pending *p = n->waiting;

	if (parsed_error(text))
		err = *parsed_error(text);
	while (p) {
		if (p->text != text) {
			p = p->next;
			continue;
		}
		wait_end(n, p);
		if (err.kind) {
			deliver_error(p, &err);
			call_free(p);
		} else {
			text_ready(n, p);
		}
		p = n->waiting;
	}
}

void node_cancel(struct node *n, uint64_t call)
{
	for (size_t i = 0; i < n->nrunning; i++) {
		struct pending *p = n->running[i];

		if (p->id != call || p->state != CALL_RUNNING)
			continue;
		p->done = NULL;
		p->part = NULL;
		call_kill(n, p);
		return;
	}

	struct pending *p = with_id(n->queue, call);

	if (!p)
		p = with_id(n->waiting, call);
	if (p) {
		wait_end(n, p);
		call_free(p);
	}
}

bool node_tell(struct node *n, uint64_t call, struct text message)
{
	for (size_t i = 0; i < n->nrunning; i++) {
		struct pending *p = n->running[i];

		if (p->id != call || p->state != CALL_RUNNING || !p->helper.node.len)
			continue;
		dist_send(&n->out, &p->helper, message);
		peer_soon(n);
		return true;
	}
	return false;
}

/*
 * Starting.
 */

static bool fits(const struct node *n, const struct pending *p)
{
	return n->bytes_running + p->answer_bytes <= CALLS_BYTES_MAX;
}

/* The next to be started, or NULL: in order, but a small one may pass a larger one that
 * waits for room, a limited number of times. */
static struct pending **next_to_start(struct node *n)
{
	if (n->nrunning >= CALLS_RUNNING_MAX || buf_len(&n->out) >= OUT_MAX)
		return NULL;
	for (struct pending **link = &n->queue; *link; link = &(*link)->next) {
		if (fits(n, *link)) {
			n->passed = link == &n->queue ? 0 : n->passed + 1;
			return link;
		}
		if (n->passed >= CALLS_PASS_MAX)
			return NULL;
	}
	return NULL;
}

static void call_start(struct node *n, struct pending *p)
{
	p->us.node = n->our_name; /* it may have been asked before we had a name */

	struct dist_spawn s = {
		.from = p->us,
		.leader = node_leader(n),
		.request = p->id,
		.module = p->what.module,
		.function = p->what.function,
		.args = buf_text(&p->args),
		.heap_words = p->heap_words,
		.high = p->high,
	};

	dist_spawn_request(&n->out, &s);
	buf_clear(&p->args);
	p->state = CALL_RUNNING;
	p->started_ns = loop_now();
	arm(p, p->started_ns);
	n->running[n->nrunning++] = p;
	n->bytes_running += p->answer_bytes;
	n->cost.calls++;
}

void calls_pump(struct node *n)
{
	struct pending **link;

	while ((link = next_to_start(n))) {
		struct pending *p = *link;

		list_take(n, link);
		call_start(n, p);
	}
}

/*
 * What the target says.
 */

struct pending *call_find(const struct node *n, const struct term *to)
{
	struct dist_pid pid;

	if (!dist_pid_of(to, &pid))
		return NULL;
	for (size_t i = 0; i < n->nrunning; i++)
		if (n->running[i]->us.num == pid.num &&
		    dist_pid_eq(&n->running[i]->us, &pid))
			return n->running[i];
	return NULL;
}

void calls_spawned(struct node *n, const struct dist_control *c)
{
	struct pending *p = call_find(n, c->to);
	struct dist_pid helper;
	struct err err = { 0 };

	if (!p || p->helper.node.len)
		return;
	if (dist_pid_of(c->result, &helper) && text_eq(helper.node, n->name)) {
		p->helper = helper;
		p->helper.node = n->name; /* that one lives as long as the connection */
		if (p->state == CALL_OVER)
			call_kill(n, p);
		return;
	}
	fail(&err, ERR_CANNOT, "node '%.*s' would not start a process for us: %.*s",
	     TEXT_ARG(n->name), TEXT_ARG(term_text(c->result)));
	if (term_is_atom(c->result, "badopt"))
		fail_hint(&err, "its processes may begin with more memory (+hms) than "
			  "we let ours have");
	running_take(n, p);
	if (p->state == CALL_RUNNING)
		deliver_error(p, &err);
	call_free(p);
}

void calls_exited(struct node *n, const struct frame *f, const struct dist_control *c)
{
	struct pending *p = call_find(n, c->to);
	struct dist_pid from;

	if (!p || !dist_pid_of(c->from, &from))
		return;
	if (p->helper.node.len && !dist_pid_eq(&p->helper, &from))
		return;
	running_take(n, p);
	n->answered_ns = loop_now();
	if (p->state == CALL_RUNNING) {
		struct arena arena = { 0 };
		struct err err = { 0 };
		struct answer a;

		answer_read(&p->what, f, c, &arena, &a, &err);
		deliver(p, &a);
		arena_clear(&arena);
	}
	call_free(p);
}

bool calls_part(struct node *n, const struct frame *f, const struct dist_control *c)
{
	struct pending *p = call_find(n, c->to);
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct term message;

	if (!p || !p->part)
		return false;
	if (p->state != CALL_RUNNING)
		return true;
	n->answered_ns = loop_now();
	arm(p, n->answered_ns);
	if (!dist_payload(&arena, f, c, NULL, &message, &err)) {
		answer_undecodable("a part of the answer", &err);
	} else if (!p->part(p->ctx, &message)) {
		fail(&err, ERR_CANNOT, "a part of the answer is not what was asked for");
	}
	arena_clear(&arena);
	if (err.kind) {
		call_kill(n, p);
		deliver_error(p, &err);
	}
	return true;
}

/* The first of a list that was asked before a moment. */
static struct pending *asked_before(struct pending *list, uint64_t id)
{
	while (list && list->id > id)
		list = list->next;
	return list;
}

/* One at a time, as a callee may close the node; what callees ask
 * meanwhile stays for later. */
void calls_fail(struct node *n, const struct err *err)
{
	uint64_t last = n->next_call;
	struct pending *p;

	while (n->nrunning > 0) {
		p = n->running[0];
		running_take(n, p);
		if (p->state == CALL_RUNNING)
			deliver_error(p, err);
		call_free(p);
	}
	while ((p = asked_before(n->queue, last)) ||
	       (p = asked_before(n->waiting, last))) {
		wait_end(n, p);
		deliver_error(p, err);
		call_free(p);
	}
}

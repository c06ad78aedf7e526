/* The live source: opens a node, keeps the tables' states. */
#include "source/live.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "node/proc.h"
#include "node/target.h"

struct state {
	const void *whose;
	void *data;
	void (*clear)(void *data);
	struct state *next;
};

struct live {
	struct source source; /* first: a source is a live by its ops */
	struct loop *loop;
	struct node *node;
	struct arena arena;
	struct state *states;
	live_opened *opened;
	void *ctx;
	bool closing;
	struct err why_lost;
	const struct machine *machine; /* that we and perhaps the node are on, or NULL */
	struct process process;        /* the node's; dir -1: none */
	int os_pid;                    /* of it, when that was known from the start */
	bool process_known;            /* it was looked for */
};

/* An answer that waits for the next turn of the loop. */
struct later {
	struct live_answer to;
	struct err err;
};

/* A question for the syntax that waits for the capability. */
struct syntax_wait {
	struct live *live;
	enum syntax wanted;
	void (*done)(void *ctx, enum syntax syntax);
	void *ctx;
};

static void lost(void *ctx, const struct err *err)
{
	struct live *l = ctx;

	l->why_lost = *err; /* so is every question from now on answered */
	l->source.lost = true;
	if (l->source.on_lost)
		l->source.on_lost(l->source.on_lost_ctx);
}

static void connected(void *ctx, struct node *n, const struct err *err)
{
	struct live *l = ctx;

	if (!err) {
		l->source.name = text_dup(&l->arena, node_name(n));
		node_on_lost(n, lost, l);
	}
	l->opened(l->ctx, &l->source, err);
}

static void ask(struct source *s, const struct request *rq, source_done *done, void *ctx)
{
	struct live *l = live_of(s);
	struct live_answer to = { done, ctx };
	struct err err = { 0 };

	if (!rq->schema->readers || !rq->schema->readers->live) {
		fail(&err, ERR_CANNOT, "a live node has no table '%s'", rq->schema->name);
		live_fail_later(l, to, &err);
		return;
	}
	rq->schema->readers->live(l, rq, done, ctx);
}

static void close_live(struct source *s)
{
	struct live *l = live_of(s);

	l->closing = true;
	node_close(l->node);
	while (l->states) {
		struct state *next = l->states->next;

		if (l->states->clear)
			l->states->clear(l->states->data);
		free(l->states->data);
		free(l->states);
		l->states = next;
	}
	if (l->process_known)
		process_close(&l->process);
	arena_clear(&l->arena);
	free(l);
}

static bool has(struct source *s, const struct schema *schema)
{
	return schema->readers && schema->readers->live;
}

static const struct source_ops live_ops = {
	.kind = "live",
	.ask = ask,
	.has = has,
	.close = close_live,
};

struct source *live_open(struct loop *loop, const struct target *t, int64_t timeout_ns,
			 live_opened *opened, void *ctx)
{
	struct live *l = mem_zalloc(sizeof(*l));

	l->source.ops = &live_ops;
	l->source.name = text_dup(&l->arena, t->name);
	l->loop = loop;
	l->opened = opened;
	l->ctx = ctx;
	l->machine = t->machine;
	l->os_pid = t->os_pid;
	l->node = node_open(loop, t, timeout_ns ? timeout_ns : 5 * INT64_C(1000000000),
			    connected, l);
	return &l->source;
}

struct source *live_around(struct loop *loop, struct node *n)
{
	struct live *l = mem_zalloc(sizeof(*l));

	l->source.ops = &live_ops;
	l->source.name = text_dup(&l->arena, node_name(n));
	l->loop = loop;
	l->node = n;
	node_on_lost(n, lost, l);
	return &l->source;
}

struct live *live_of(struct source *s)
{
	return s->ops == &live_ops ? (struct live *)s : NULL;
}

struct source *live_source(struct live *l)
{
	return &l->source;
}

struct node *live_node(struct live *l)
{
	return l->node;
}

struct loop *live_loop(struct live *l)
{
	return l->loop;
}

const struct err *live_why_lost(const struct live *l)
{
	return &l->why_lost;
}

struct arena *live_arena(struct live *l)
{
	return &l->arena;
}

void *live_state(struct live *l, const void *whose, size_t size,
		 void (*clear)(void *state))
{
	for (struct state *s = l->states; s; s = s->next)
		if (s->whose == whose)
			return s->data;

	struct state *s = mem_zalloc(sizeof(*s));

	*s = (struct state){
		.whose = whose,
		.data = mem_zalloc(size),
		.clear = clear,
		.next = l->states,
	};
	l->states = s;
	return s->data;
}

/* By the address that we are connected with. */
static int search_process(struct live *l)
{
	struct buf peer = { 0 };
	struct text address;
	int64_t port = 0;
	size_t colon;
	int pid = 0;

	node_peer(l->node, &peer);
	address = buf_text(&peer);
	for (colon = address.len; colon > 0 && address.p[colon - 1] != ':'; colon--)
		;
	if (text_int(text_sub(address, colon, address.len), &port) && port > 0 &&
	    port <= UINT16_MAX)
		pid = target_process(l->machine, l->source.name, (uint16_t)port);
	buf_clear(&peer);
	return pid;
}

const struct process *live_process(struct live *l)
{
	if (!l->process_known) {
		int proc = l->machine ? proc_open(l->machine->root) : -1;
		int pid = proc < 0 || l->os_pid ? l->os_pid : search_process(l);

		process_open(proc, pid, &l->process);
		if (proc >= 0)
			close(proc);
		l->process_known = true;
	}
	return l->process.dir < 0 ? NULL : &l->process;
}

bool live_near(const struct live *l)
{
	if (l->process_known)
		return l->process.dir >= 0;
	return l->machine && (l->os_pid || node_near(l->node));
}

const char *live_root(const struct live *l)
{
	return l->machine ? l->machine->root : "";
}

static void syntax_known(void *ctx)
{
	struct syntax_wait wait = *(struct syntax_wait *)ctx;
	struct source *s = &wait.live->source;

	free(ctx);
	s->syntax = node_can(wait.live->node, CAP_ELIXIR) == CAP_YES ? SYNTAX_ELIXIR
								     : SYNTAX_ERLANG;
	wait.done(wait.ctx, wait.wanted == SYNTAX_AUTO ? s->syntax : wait.wanted);
}

void live_syntax(struct live *l, enum syntax wanted,
		 void (*done)(void *ctx, enum syntax syntax), void *ctx)
{
	struct syntax_wait *wait = mem_zalloc(sizeof(*wait));

	*wait = (struct syntax_wait){
		.live = l,
		.wanted = wanted,
		.done = done,
		.ctx = ctx,
	};
	caps_probe(l->node, wanted == SYNTAX_AUTO ? 1U << CAP_ELIXIR : 0, syntax_known,
		   wait);
}

static void answer_later(void *ctx)
{
	struct later later = *(struct later *)ctx;

	free(ctx);
	later.to.done(later.to.ctx, NULL, &later.err);
}

void live_fail_later(struct live *l, struct live_answer to, const struct err *err)
{
	struct later *later = mem_zalloc(sizeof(*later));

	*later = (struct later){ .to = to, .err = *err };
	loop_at(l->loop, 0, answer_later, later);
}

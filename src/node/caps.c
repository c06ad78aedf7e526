/* The capability table: each row a trial on the target. */
#include "node/caps.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "node/inside.h"

#define TRIAL_NS ((int64_t)2000000000)

const struct cap_row cap_rows[CAP_COUNT] = {
	[CAP_ELIXIR] = {
		"elixir", "terms are shown in Elixir's syntax"
	},
	[CAP_LABEL] = {
		"label", "labels of processes: ps, info"
	},
	[CAP_PARENT] = {
		"parent", "who started a process: info, supervisors"
	},
	[CAP_DICTIONARY_KEY] = {
		"dictionary_key", "one key of a process dictionary without the rest"
	},
	[CAP_ASYNC_DIST] = {
		"async_dist", "whether sends to other nodes may block: info"
	},
	[CAP_PROCESSES_ITER] = {
		"processes_iterator", "lists processes without one large list: ps"
	},
	[CAP_TRACE_SESSION] = {
		"trace_session", "traces beside other tracers: trace"
	},
	[CAP_TRACE_STACK] = {
		"trace_stack", "stacks of calls without a dump of the process: trace"
	},
	[CAP_TRACE_LINE] = {
		"trace_line", "file and line of callers: trace"
	},
	[CAP_TRACE_BINARY] = {
		"trace_binary", "the start of large binaries in arguments: trace"
	},
	[CAP_CALL_MEMORY] = {
		"call_memory", "memory that calls took: trace --memory-spent"
	},
	[CAP_GC_REDUCTIONS] = {
		"gc_reductions", "sees by its reductions that a process was collected: ps"
	},
	[CAP_ATOMS] = {
		"atoms", "tells its atoms by their number: atoms"
	},
};

/* init, the first process: it is always there and idle. */
static void put_init(struct node *n, struct buf *b)
{
	etf_pid(b, n->name, 0, n->creation);
}

static void trial_info(struct buf *b, struct node *n, const char *item)
{
	etf_list(b, 2);
	put_init(n, b);
	etf_atom_s(b, item);
	etf_nil(b);
}

static void trial_label(struct buf *b, struct node *n)
{
	trial_info(b, n, "label");
}

static void trial_parent(struct buf *b, struct node *n)
{
	trial_info(b, n, "parent");
}

static void trial_async_dist(struct buf *b, struct node *n)
{
	trial_info(b, n, "async_dist");
}

static void trial_dictionary_key(struct buf *b, struct node *n)
{
	etf_list(b, 2);
	put_init(n, b);
	etf_tuple(b, 2);
	etf_atom_s(b, "dictionary");
	etf_atom_s(b, "$ancestors");
	etf_nil(b);
}

static void trial_exported(struct buf *b, const char *module, const char *function,
			   int arity)
{
	etf_list(b, 3);
	etf_atom_s(b, module);
	etf_atom_s(b, function);
	etf_int(b, arity);
	etf_nil(b);
}

static void trial_processes_iter(struct buf *b, struct node *n)
{
	trial_exported(b, "erlang", "processes_iterator", 0);
}

/* The module trace may not be loaded yet; what it is made of always is. */
static void trial_trace_session(struct buf *b, struct node *n)
{
	trial_exported(b, "erts_internal", "trace_session_create", 3);
}

/* <<131, $K, 1:24>>: the second atom of every runtime, true. */
static void trial_atoms(struct buf *b, struct node *n)
{
	etf_list(b, 1);
	etf_binary(b, TEXT("\x83K\0\0\1"));
	etf_nil(b);
}

/* The module that starts Elixir's application. */
static void trial_elixir(struct buf *b, struct node *n)
{
	etf_list(b, 1);
	etf_atom_s(b, "elixir");
	etf_nil(b);
}

/* Collects an idle process and looks whether its reductions moved. It waits in a module
 * that is always loaded; one that has not begun yet is said to be there too, but not to
 * wait. It is linked until it is killed, so that it ends with the helper, whatever ends
 * that. */
static const char gc_reductions_text[] =
	"P = erlang:spawn_opt(prim_eval, 'receive', [fun erlang:is_atom/1, 60000],"
	" [link]),"
	" W = fun F() -> case erlang:process_info(P, [current_function, status]) of"
	" [{_, {prim_eval, 'receive', 2}}, {_, waiting}] -> ok; _ -> F() end end,"
	" R = fun() -> erlang:element(2, erlang:process_info(P, reductions)) end,"
	" W(), A = R(), erlang:garbage_collect(P), B = R(),"
	" erlang:unlink(P), erlang:exit(P, kill), exit(B > A).";

/* Names that a release does not know are not made there. */
#define TRIAL_MESSAGE(message) \
	"exit(erlang:element(1, erlang:match_spec_test([], [{['_'], [], [{message," \
	" {erlang:binary_to_existing_atom(<<" message "}}]}], trace)) =:= ok)."

/* Of a function that is not there: nothing is set. */
static const char call_memory_text[] =
	"exit(0 =:= erlang:trace_pattern({erlang, ok, 255}, true,"
	" [erlang:binary_to_existing_atom(<<\"call_memory\">>, utf8)])).";

/* A returned value other than false answers yes. */
static const struct trial {
	const char *module;
	const char *function;
	void (*args)(struct buf *b, struct node *n);
	const char *text; /* instead of the three */
} trials[CAP_COUNT] = {
	[CAP_ELIXIR] = { "erlang", "module_loaded", trial_elixir },
	[CAP_LABEL] = { "erlang", "process_info", trial_label },
	[CAP_PARENT] = { "erlang", "process_info", trial_parent },
	[CAP_DICTIONARY_KEY] = { "erlang", "process_info", trial_dictionary_key },
	[CAP_ASYNC_DIST] = { "erlang", "process_info", trial_async_dist },
	[CAP_PROCESSES_ITER] = { "erlang", "function_exported", trial_processes_iter },
	[CAP_TRACE_SESSION] = { "erlang", "function_exported", trial_trace_session },
	[CAP_TRACE_STACK] = { .text = TRIAL_MESSAGE("\"current_stacktrace\">>, utf8)") },
	[CAP_TRACE_LINE] = { .text = TRIAL_MESSAGE("\"caller_line\">>, utf8)") },
	[CAP_TRACE_BINARY] = {
		.text = TRIAL_MESSAGE("\"binary_part\">>, utf8), <<>>, 0, 0")
	},
	[CAP_CALL_MEMORY] = { .text = call_memory_text },
	[CAP_ATOMS] = { "erlang", "binary_to_term", trial_atoms },
	[CAP_GC_REDUCTIONS] = { .text = gc_reductions_text },
};

/* One caps_probe(). */
struct probe {
	struct probe *next;
	struct node *node;
	size_t open;    /* trials that are not answered yet */
	void (*done)(void *ctx);
	void *ctx;
	struct loop_timer *timer; /* nothing to ask */
	struct one {
		struct probe *probe;
		enum cap cap;
	} one[CAP_COUNT];
};

static void probe_end(struct probe *p)
{
	struct probe **link = &p->node->probes;

	while (*link != p)
		link = &(*link)->next;
	*link = p->next;

	void (*done)(void *ctx) = p->done;
	void *ctx = p->ctx;

	free(p);
	done(ctx);
}

static void on_trial(void *ctx, const struct answer *a)
{
	struct one *one = ctx;
	struct probe *p = one->probe;
	bool yes = a->kind == ANSWER_RETURN && !term_is_atom(&a->value, "false") &&
		   !term_is_atom(&a->value, "undefined");

	if (a->kind != ANSWER_FAILED) {
		p->node->caps[one->cap] = yes ? CAP_YES : CAP_NO;
		log_line("capability %s: %s", cap_rows[one->cap].name,
			 yes ? "yes" : "no");
	}
	if (--p->open == 0)
		probe_end(p);
}

static void on_nothing(void *ctx)
{
	struct probe *p = ctx;

	p->timer = NULL;
	probe_end(p);
}

static void try_it(struct node *n, const struct trial *t, struct one *one)
{
	struct buf args = { 0 };

	if (t->text) {
		node_eval(n, &(struct eval){ .text = t->text, .timeout_ns = TRIAL_NS },
			  on_trial, one);
		return;
	}
	t->args(&args, n);
	node_call(n, &(struct call){
		.module = t->module,
		.function = t->function,
		.args = buf_text(&args),
		.timeout_ns = TRIAL_NS,
	}, on_trial, one);
	buf_clear(&args);
}

void caps_probe(struct node *n, unsigned mask, void (*done)(void *ctx), void *ctx)
{
	struct probe *p = mem_zalloc(sizeof(*p));

	*p = (struct probe){ .next = n->probes, .node = n, .done = done, .ctx = ctx };
	n->probes = p;
	for (size_t i = 0; i < CAP_COUNT; i++) {
		if (!(mask & 1U << i) || n->caps[i] != CAP_UNKNOWN)
			continue;
		p->one[i] = (struct one){ p, (enum cap)i };
		p->open++;
		try_it(n, &trials[i], &p->one[i]);
	}
	if (p->open == 0)
		p->timer = loop_at(n->loop, 0, on_nothing, p);
}

enum cap_state node_can(const struct node *n, enum cap cap)
{
	return n->caps[cap];
}

void caps_settle(struct node *n)
{
	struct probe *p = n->probes;

	while (p) {
		struct probe *next = p->next;

		if (p->open == 0) {
			loop_timer_cancel(n->loop, p->timer);
			probe_end(p); /* what its callee begins is in front */
		}
		p = next;
	}
}

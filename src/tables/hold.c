/* Helpers that hold system flags on. */
#include "tables/hold.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/question.h"

#define USUAL_TIMEOUT_NS INT64_C(5000000000)

/* It ends with the connection, and must not be killed before: that would leave its flag
 * as it is. */
#define FOREVER_NS (INT64_C(1) << 60)

static const struct {
	const char *name;
	const char *text;
} flags[HOLD_FLAGS] = {
	[HOLD_WALL_TIME] = {
		"scheduler_wall_time",
		"erlang:system_flag(scheduler_wall_time, true),"
		" erlang:send(Z, on, [noconnect]),"
		" receive after infinity -> ok end.",
	},
	/* V: it is ours to put back. */
	[HOLD_MICROSTATES] = {
		"microstate_accounting",
		"F = fun G(V) ->"
		" receive {'EXIT', _, _} when V ->"
		" erlang:system_flag(microstate_accounting, false);"
		" {'EXIT', _, _} -> ok"
		" after 1000 ->"
		" G(erlang:system_flag(microstate_accounting, true) =:= false orelse V)"
		" end end,"
		" erlang:process_flag(trap_exit, true),"
		" V = erlang:system_flag(microstate_accounting, true) =:= false,"
		" erlang:send(Z, on, [noconnect]),"
		" F(V).",
	},
};

struct holder;

struct waiter {
	struct waiter *next;
	struct holder *holder;
	struct loop_timer *timer;
	hold_done *done;
	void *ctx;
};

struct holder {
	struct live *live;
	enum hold_flag flag;
	bool asked;
	bool on;
	struct waiter *waiters;
};

static void take(struct waiter *w)
{
	struct waiter **link = &w->holder->waiters;

	while (*link != w)
		link = &(*link)->next;
	*link = w->next;
}

static void tell(struct waiter *w, const struct err *err)
{
	struct waiter last = *w;

	take(w);
	loop_timer_cancel(live_loop(w->holder->live), w->timer);
	free(w);
	last.done(last.ctx, err);
}

static void tell_all(struct holder *h, const struct err *err)
{
	while (h->waiters)
		tell(h->waiters, err);
}

static bool part(void *ctx, const struct term *message)
{
	struct holder *h = ctx;

	if (!term_is_atom(message, "on") || h->on)
		return false;
	h->on = true;
	tell_all(h, NULL);
	return true;
}

/* The helper ended, which it should not: the next one who asks starts another. */
static void ended(void *ctx, const struct answer *a)
{
	struct holder *h = ctx;
	struct buf what = { 0 };
	struct err err = { 0 };

	h->asked = h->on = false;
	buf_printf(&what, "turn %s on", flags[h->flag].name);
	question_failed(a, buf_cstr(&what), &err);
	buf_clear(&what);
	tell_all(h, &err);
}

/* Due at once where it is on: a waiter is never answered from inside. */
static void due(void *ctx)
{
	struct waiter *w = ctx;
	struct holder *h = w->holder;
	struct err err = { 0 };

	w->timer = NULL;
	if (h->on) {
		tell(w, NULL);
		return;
	}
	fail(&err, ERR_LOST, "cannot turn %s on: the node gave no answer in time",
	     flags[h->flag].name);
	fail_hint(&err, "--timeout gives it more time");
	tell(w, &err);
}

/* The connection is closed by then: whoever waited for the helper has been told. */
static void clear(void *state)
{
	struct err err = { 0 };

	fail(&err, ERR_LOST, "the connection was closed");
	tell_all(state, &err);
}

static void start(struct holder *h)
{
	h->asked = true;
	node_eval(live_node(h->live), &(struct eval){
					      .text = flags[h->flag].text,
					      .timeout_ns = FOREVER_NS,
					      .part = part,
				      },
		  ended, h);
}

void hold_flag(struct live *l, enum hold_flag flag, int64_t timeout_ns, hold_done *done,
	       void *ctx)
{
	struct holder *h = live_state(l, &flags[flag], sizeof(*h), clear);
	struct waiter *w = mem_zalloc(sizeof(*w));
	int64_t late_ns = loop_now() + (timeout_ns ? timeout_ns : USUAL_TIMEOUT_NS);

	h->live = l;
	h->flag = flag;
	*w = (struct waiter){
		.next = h->waiters,
		.holder = h,
		.done = done,
		.ctx = ctx,
	};
	h->waiters = w;
	w->timer = loop_at(live_loop(l), h->on ? 0 : late_ns, due, w);
	if (!h->asked)
		start(h);
}

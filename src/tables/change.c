/* Collects garbage, kills and closes, one after the other, in one call. */
#include "tables/change.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/port.h"
#include "tables/question.h"

/* A: the pids. Gives {Before, After} of each, or undefined. */
static const char collect_text[] =
	"exit(lists:map(fun(P) -> case erlang:process_info(P, memory) of"
	" {_, M} -> erlang:garbage_collect(P),"
	" case erlang:process_info(P, memory) of {_, N} -> {M, N}; _ -> undefined end;"
	" _ -> undefined end end, A)).";

/* exit/2 to one that is dead is true as well. */
static const char kill_text[] =
	"exit(lists:map(fun(P) -> case erlang:is_process_alive(P) of"
	" true -> erlang:exit(P, kill); false -> undefined end end, A)).";

/* A: their texts, since a number that can't be a port would end the connection. */
static const char close_text[] =
	"exit(lists:map(fun(P) -> try erlang:port_close(erlang:list_to_port(P))"
	" catch _:_ -> undefined end end, A)).";

static const struct {
	const char *text;
	const char *what;
} changes[] = {
	[CHANGE_COLLECT] = { collect_text, "collect the garbage of" },
	[CHANGE_KILL] = { kill_text, "kill" },
	[CHANGE_CLOSE] = { close_text, "close" },
};

struct changing {
	enum change what;
	size_t n;
	changed *done;
	void *ctx;
};

/* What the node says may be any number. */
static void add(int64_t *sum, int64_t bytes)
{
	if (__builtin_add_overflow(*sum, bytes, sum))
		*sum = INT64_MAX;
}

static void take(struct change_result *r, const struct term *one)
{
	if (term_is_atom(one, "undefined")) {
		r->gone++;
		return;
	}
	r->done++;
	add(&r->before_bytes, term_num(term_at(one, 0)));
	add(&r->after_bytes, term_num(term_at(one, 1)));
}

static void answered(void *ctx, const struct answer *a)
{
	struct changing k = *(struct changing *)ctx;
	struct change_result r = { 0 };
	struct err err = { 0 };

	free(ctx);
	if (a->kind != ANSWER_RETURN || !term_is_list(&a->value) || a->value.n != k.n) {
		question_failed(a, changes[k.what].what, &err);
		k.done(k.ctx, NULL, &err);
		return;
	}
	for (size_t i = 0; i < k.n; i++)
		take(&r, &a->value.items[i]);
	k.done(k.ctx, &r, NULL);
}

static void put_ids(struct buf *b, struct live *l, enum change what, const int64_t *ids,
		    size_t n)
{
	struct buf port = { 0 };

	etf_list(b, 1);
	question_bind(b, "A");
	etf_list(b, n);
	for (size_t i = 0; i < n; i++) {
		if (what != CHANGE_CLOSE) {
			question_pid(b, l, ids[i]);
			continue;
		}
		buf_reset(&port);
		port_print(&port, ids[i]);
		etf_string(b, buf_text(&port));
	}
	etf_nil(b);
	etf_nil(b);
	buf_clear(&port);
}

bool change_ask(struct live *l, enum change what, uint32_t creation, const int64_t *ids,
		size_t n, int64_t timeout_ns, changed *done, void *ctx, struct err *err)
{
	struct changing *k;
	struct buf b = { 0 };

	if (creation != node_creation(live_node(l)))
		return fail(err, ERR_ABSENT, "the node was restarted since then: what is "
			    "called the same now is something else");
	if (n > CHANGE_MAX)
		return fail(err, ERR_CANNOT, "will not %s %zu at once: %zu are the most",
			    changes[what].what, n, CHANGE_MAX);
	k = mem_zalloc(sizeof(*k));
	*k = (struct changing){ what, n, done, ctx };
	put_ids(&b, l, what, ids, n);
	node_eval(live_node(l), &(struct eval){
		.text = changes[what].text,
		.bindings = buf_text(&b),
		.answer_bytes = 64 * n,
		.timeout_ns = timeout_ns,
	}, answered, k);
	buf_clear(&b);
	return true;
}

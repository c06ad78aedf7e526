/* One question to epmd for a port, and one for its names when it does not know ours. */
#include "node/lookup.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "node/epmd.h"
#include "node/handshake.h"
#include "node/nodename.h"

struct lookup {
	struct loop *loop;
	const struct target *target;
	struct text label;
	struct addresses *known;
	looked_up *done;
	void *ctx;
	struct epmd_ask *ask;
};

struct text lookup_host(const struct target *t)
{
	return t->host.len ? t->host : nodename_host(t->name);
}

void lookup_cancel(struct lookup *x)
{
	if (!x)
		return;
	epmd_cancel(x->ask);
	free(x);
}

static void finish(struct lookup *x, uint16_t port, const struct err *err)
{
	looked_up *done = x->done;
	void *ctx = x->ctx;

	lookup_cancel(x);
	done(ctx, port, err);
}

static void ask(struct lookup *x, enum epmd_kind kind, epmd_answered *done)
{
	const struct target *t = x->target;
	struct dial_to to = {
		.host = t->epmd_host.len ? t->epmd_host : lookup_host(t),
		.port = t->epmd_port,
		.netns_pid = t->netns_pid,
		.known = x->known,
	};

	x->ask = epmd_ask(x->loop, &to, kind, nodename_head(t->name), done, x);
}

/* There is no such node: say which ones there are. */
static void on_names(void *ctx, struct text answer, const struct err *unheard)
{
	struct lookup *x = ctx;
	struct arena scratch = { 0 };
	struct buf list = { 0 };
	struct epmd_name *names;
	struct err err = { 0 };
	size_t n = 0;

	x->ask = NULL;
	if (!unheard)
		epmd_names_parse(&scratch, answer, &names, &n, NULL);
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s%.*s", i ? ", " : "", TEXT_ARG(names[i].name));
	fail(&err, ERR_CONNECT, "no node '%.*s' there", TEXT_ARG(x->label));
	if (n)
		fail_hint(&err, "epmd knows: %s", buf_cstr(&list));
	else
		fail_hint(&err, "epmd knows no node; one without epmd needs --port");
	buf_clear(&list);
	arena_clear(&scratch);
	finish(x, 0, &err);
}

/* Says whom the question was for, and what to try where no epmd answers. */
static void fail_unheard(const struct lookup *x, struct err *err)
{
	if (err->kind == ERR_CONNECT && !err->hint[0]) {
		fail_prefix(err, "'%.*s': no epmd", TEXT_ARG(x->label));
		fail_hint(err, "is a node running there? One without epmd needs --port");
	} else {
		fail_prefix(err, "'%.*s'", TEXT_ARG(x->label));
	}
}

static void on_port(void *ctx, struct text answer, const struct err *unheard)
{
	struct lookup *x = ctx;
	struct err err = { 0 };
	struct epmd_port port = { 0 };

	x->ask = NULL;
	if (unheard) {
		err = *unheard;
		fail_unheard(x, &err);
	} else if (epmd_port_parse(answer, &port, &err) == EPMD_DONE && !port.found) {
		log_line("epmd does not know it");
		ask(x, EPMD_ASK_NAMES, on_names);
		return;
	} else if (!err.kind && port.highest < 6) {
		fail_too_old(x->label, &err);
	}
	if (err.kind == ERR_FORMAT) /* what answers there is no epmd */
		err.kind = ERR_CONNECT;
	if (!err.kind)
		log_line("epmd says port %u", port.port);
	finish(x, port.port, err.kind ? &err : NULL);
}

struct lookup *lookup_start(struct loop *l, const struct target *t, struct text label,
			    struct addresses *known, looked_up *done, void *ctx)
{
	struct lookup *x = mem_zalloc(sizeof(*x));

	*x = (struct lookup){
		.loop = l,
		.target = t,
		.label = label,
		.known = known,
		.done = done,
		.ctx = ctx,
	};
	ask(x, EPMD_ASK_PORT, on_port);
	return x;
}

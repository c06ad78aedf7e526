/* Returns and the calls that they belong to. */
#include "trace/pair.h"

#include <stdlib.h>

#include "base/mem.h"

struct pairs {
	bool return_to;
	bool show_to;
	pair_out *out;
	void *ctx;
	uint64_t calls;
};

struct pairs *pairs_new(bool return_to, bool show_to, pair_out *out, void *ctx)
{
	struct pairs *p = mem_zalloc(sizeof(*p));

	*p = (struct pairs){
		.return_to = return_to,
		.show_to = show_to,
		.out = out,
		.ctx = ctx,
	};
	return p;
}

void pairs_free(struct pairs *p)
{
	free(p);
}

void pairs_feed(struct pairs *p, const struct event *e)
{
	struct event out = *e;

	if (e->kind == EVENT_CALL)
		out.number = ++p->calls;
	if (e->kind != EVENT_RETURN_TO || p->show_to)
		p->out(p->ctx, &out);
}

size_t pairs_open(const struct pairs *p)
{
	return 0;
}

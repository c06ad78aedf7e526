/* Answers that are given from the loop. */
#include "source/later.h"

#include <stdlib.h>

#include "base/mem.h"

struct later {
	struct later **list;
	struct later *next;
	struct loop *loop;
	struct loop_timer *timer;
	struct sample *sample; /* or NULL: err */
	struct err err;
	source_done *done;
	void *ctx;
};

static void give(struct later *w)
{
	struct later **at = w->list;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	w->done(w->ctx, w->sample, w->sample ? NULL : &w->err);
	free(w);
}

static void due(void *ctx)
{
	give(ctx);
}

void later_answer(struct later **list, struct loop *l, int64_t at_ns, source_done *done,
		  void *ctx, struct sample *sample, const struct err *err)
{
	struct later *w = mem_zalloc(sizeof(*w));

	*w = (struct later){
		.list = list,
		.next = *list,
		.loop = l,
		.timer = loop_at(l, at_ns, due, w),
		.sample = sample,
		.done = done,
		.ctx = ctx,
	};
	if (!sample)
		w->err = *err;
	*list = w;
}

void later_close(struct later **list, struct text name)
{
	while (*list) {
		struct later *w = *list;

		loop_timer_cancel(w->loop, w->timer);
		sample_free(w->sample);
		w->sample = NULL;
		w->err = (struct err){ 0 };
		fail(&w->err, ERR_LOST, "'%.*s' was closed", TEXT_ARG(name));
		give(w);
	}
}

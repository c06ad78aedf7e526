#include "view/link.h"

#include <stdlib.h>

#include "base/mem.h"

/* Between attempts: soon at first, since most nodes are back soon; then rarely. */
#define RETRY_NS INT64_C(500000000)
#define RETRY_MOST_NS INT64_C(8000000000)

/* An ask on its way. */
struct asked {
	struct link *link;
	source_done *done;
	void *ctx;
	struct asked *next; /* of those that nobody answers */
};

static void dial(void *ctx);

static void tell(struct link *l)
{
	struct link_watch *next;

	for (struct link_watch *w = l->watches; w; w = next) {
		next = w->next;
		w->changed(w->ctx);
	}
}

static void set_state(struct link *l, enum link_state state)
{
	l->state = state;
	l->since_ns = loop_now();
}

static void retry(struct link *l)
{
	int64_t wait = RETRY_NS << (l->attempts < 4 ? l->attempts : 4);

	l->attempts++;
	loop_timer_cancel(l->loop, l->timer);
	if (wait > RETRY_MOST_NS)
		wait = RETRY_MOST_NS;
	l->timer = l->dialler.dial ? loop_at(l->loop, loop_now() + wait, dial, l) : NULL;
}

/* The source is closed later: it calls from inside of itself. */
static void lose(void *ctx)
{
	struct link *l = ctx;
	struct source *gone = l->source;
	struct live *live = live_of(gone);

	l->timer = NULL;
	l->source = NULL;
	l->err = (struct err){ 0 };
	if (live && live_why_lost(live)->kind)
		l->err = *live_why_lost(live);
	else
		fail(&l->err, ERR_LOST, "'%.*s' is lost", TEXT_ARG(l->name));
	set_state(l, LINK_LOST);
	source_close(gone);
	retry(l);
	tell(l);
}

static void lost(void *ctx)
{
	struct link *l = ctx;

	loop_timer_cancel(l->loop, l->timer);
	l->timer = loop_at(l->loop, loop_now(), lose, l);
}

static void take(struct link *l, struct source *s)
{
	l->source = s;
	l->stored = s->stored;
	l->generation++;
	l->attempts = 0;
	l->err = (struct err){ 0 };
	s->on_lost = lost;
	s->on_lost_ctx = l;
	set_state(l, LINK_OPEN);
}

static void dialled(void *ctx, struct source *s, const struct err *err)
{
	struct link *l = ctx;

	l->dialled = NULL;
	if (err) {
		l->err = *err;
		source_close(s);
		set_state(l, LINK_LOST);
		retry(l);
	} else {
		take(l, s);
	}
	tell(l);
}

static void dial(void *ctx)
{
	struct link *l = ctx;
	struct err err = { 0 };

	l->timer = NULL;
	l->dialled = l->dialler.dial(l->dialler.ctx, dialled, l, &err);
	if (l->dialled) {
		set_state(l, LINK_DIALLING);
	} else {
		l->err = err;
		retry(l);
	}
	tell(l);
}

struct link *link_new(struct loop *loop, struct text name, struct source *source,
		      struct link_dialler dialler)
{
	struct link *l = mem_zalloc(sizeof(*l));

	*l = (struct link){ .loop = loop, .name = name, .dialler = dialler };
	if (source) {
		take(l, source);
	} else {
		set_state(l, LINK_LOST);
		l->timer = loop_at(loop, loop_now(), dial, l);
	}
	return l;
}

void link_watch(struct link *l, struct link_watch *w)
{
	w->next = l->watches;
	l->watches = w;
}

void link_unwatch(struct link *l, struct link_watch *w)
{
	for (struct link_watch **at = &l->watches; *at; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			return;
		}
}

static void answered(void *ctx, struct sample *sample, const struct err *err)
{
	struct asked *a = ctx;
	struct asked copy = *a;

	free(a);
	copy.link->asks--;
	copy.done(copy.ctx, sample, err);
}

/* Those that were asked while there was no source; in any order. */
static void answer_hopeless(void *ctx)
{
	struct link *l = ctx;
	struct asked *next = l->hopeless;
	struct err err = l->err;

	l->hopeless_timer = NULL;
	l->hopeless = NULL;
	if (!err.kind)
		fail(&err, ERR_LOST, "'%.*s' is lost", TEXT_ARG(l->name));
	while (next) {
		struct asked *a = next;

		next = a->next;
		answered(a, NULL, &err);
	}
}

static void fail_later(struct link *l, struct asked *a)
{
	a->next = l->hopeless;
	l->hopeless = a;
	if (!l->hopeless_timer)
		l->hopeless_timer = loop_at(l->loop, loop_now(), answer_hopeless, l);
}

void link_ask(struct link *l, const struct request *rq, source_done *done, void *ctx)
{
	struct asked *a = mem_alloc(sizeof(*a));
	struct request at = *rq;

	*a = (struct asked){ l, done, ctx, NULL };
	l->asks++;
	if (at.at.kind == MOMENT_LAST)
		at.at = l->at;
	if (l->source)
		source_ask(l->source, &at, answered, a);
	else
		fail_later(l, a);
}

struct live *link_live(const struct link *l)
{
	return l->source ? live_of(l->source) : NULL;
}

void link_pause(struct link *l, bool paused)
{
	l->paused = paused;
	tell(l);
}

void link_go(struct link *l, struct moment at)
{
	l->at = at;
	tell(l);
}

void link_free(struct link *l)
{
	if (!l)
		return;
	source_close(l->source);
	source_close(l->dialled);
	loop_timer_cancel(l->loop, l->timer);
	loop_timer_cancel(l->loop, l->hopeless_timer);
	answer_hopeless(l);
	free(l);
}

#include "view/link.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/units.h"
#include "node/proc.h"
#include "source/os.h"

/* Between attempts: soon at first, since most nodes are back soon; then rarely. One that
 * refused us writes a line into its log each time: a person has to see to it first. */
#define RETRY_NS INT64_C(500000000)
#define RETRY_MOST_NS INT64_C(16000000000)
#define REFUSED_NS INT64_C(30000000000)
#define REFUSED_MOST_NS INT64_C(480000000000)
/* A node that is there says something four times in its net_ticktime of 60 s, if only
 * that. One that is stopped for less than this goes on where it was. */
#define DEAF_NS INT64_C(90000000000)
/* What is answered within it may have come together. */
#define TOGETHER_NS INT64_C(1000000000)
/* Answers that take longer are told of. */
#define SILENT_NS INT64_C(3000000000)

/* An ask on its way. */
struct asked {
	struct link *link;
	source_done *done;
	void *ctx;
	bool outside;       /* not the source is asked, but the node's process */
	struct err err;     /* why nobody answers it; kind ERR_NONE: the link is lost */
	struct asked *next; /* of those that nobody answers */
};

static void dial(void *ctx);

static void tell(struct link *l)
{
	for (struct link_watch *w = l->watches; w; w = l->telling) {
		l->telling = w->next;
		w->changed(w->ctx);
	}
	l->telling = NULL;
}

static void set_state(struct link *l, enum link_state state)
{
	l->state = state;
	l->since_ns = loop_now();
}

static void retry(struct link *l)
{
	bool refused = l->err.kind == ERR_REFUSED;
	bool news = refused != l->refused;
	unsigned doubled = news ? 0 : l->attempts < 5 ? l->attempts
						      : 5;
	int64_t wait = (refused ? REFUSED_NS : RETRY_NS) << doubled;
	int64_t most = refused ? REFUSED_MOST_NS : RETRY_MOST_NS;

	l->refused = refused;
	l->attempts = news ? 1 : l->attempts + 1;
	loop_timer_cancel(l->loop, l->timer);
	l->timer = NULL;
	l->next_ns = 0;
	if (!l->dialler.dial)
		return;
	l->next_ns = loop_now() + (wait < most ? wait : most);
	l->timer = loop_at(l->loop, l->next_ns, dial, l);
}

static void close_os(struct link *l)
{
	struct source *os = l->os;

	l->os = NULL;
	source_close(os);
}

/* Why the source is lost. */
static void say_why(struct link *l, struct source *gone)
{
	struct live *live = live_of(gone);

	l->err = (struct err){ 0 };
	if (live && live_why_lost(live)->kind)
		l->err = *live_why_lost(live);
	else if (live)
		fail(&l->err, ERR_LOST, "'%.*s' said nothing for %d s", TEXT_ARG(l->name),
		     (int)(DEAF_NS / 1000000000));
	else
		fail(&l->err, ERR_LOST, "'%.*s' is lost", TEXT_ARG(l->name));
}

/* Later: a source that is lost calls from inside of itself. */
static void lose(void *ctx)
{
	struct link *l = ctx;
	struct source *gone = l->source;

	l->timer = NULL;
	l->source = NULL;
	l->unheard_ns = 0;
	say_why(l, gone);
	set_state(l, LINK_LOST);
	retry(l);
	close_os(l);
	source_close(gone); /* what was asked is answered by this */
	tell(l);
}

static void lost(void *ctx)
{
	struct link *l = ctx;

	loop_timer_cancel(l->loop, l->timer);
	l->timer = loop_at(l->loop, loop_now(), lose, l);
}

static uint64_t bytes_in(const struct link *l)
{
	struct live *live = link_live(l);

	return live ? node_cost(live_node(live)).bytes_in : 0;
}

static void take(struct link *l, struct source *s)
{
	l->source = s;
	if (!text_eq(l->name, s->name))
		l->name = text_dup(&l->arena, s->name);
	l->stored = s->stored;
	l->generation++;
	l->attempts = 0;
	l->next_ns = 0;
	l->err = (struct err){ 0 };
	l->unheard_ns = 0;
	l->bytes = bytes_in(l);
	l->bytes_ns = loop_now();
	s->on_lost = lost;
	s->on_lost_ctx = l;
	set_state(l, LINK_OPEN);
	if (s->lost) /* before anybody listened */
		lost(l);
}

static void dialled(void *ctx, struct source *s, const struct err *err)
{
	struct link *l = ctx;

	if (err) {
		l->err = *err;
		source_close(s);
		l->state = LINK_LOST;
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
	l->next_ns = 0;
	if (l->dialler.dial(l->dialler.ctx, dialled, l, &err)) {
		l->state = LINK_DIALLING; /* since_ns: it is lost as before */
	} else {
		l->err = err;
		retry(l);
	}
	tell(l);
}

void link_retry(struct link *l)
{
	if (l->state != LINK_LOST || !l->timer)
		return;
	loop_timer_cancel(l->loop, l->timer);
	l->attempts = 0;
	l->timer = loop_at(l->loop, loop_now(), dial, l);
}

struct link *link_new(struct loop *loop, struct text name, struct source *source,
		      const struct err *err, struct link_dialler dialler)
{
	struct link *l = mem_zalloc(sizeof(*l));

	*l = (struct link){ .loop = loop, .dialler = dialler };
	l->name = text_dup(&l->arena, name);
	if (source) {
		take(l, source);
		return l;
	}
	set_state(l, LINK_LOST);
	if (err)
		l->err = *err;
	retry(l);
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
			if (l->telling == w)
				l->telling = w->next;
			return;
		}
}

/*
 * What a source answers, even that it cannot, was said by it; but not that it took too
 * long, nor what was made of /proc alone while the node said nothing. Where nothing comes
 * any more and nobody says so, its host is gone, or the way to it.
 */
static void heard(struct link *l, const struct err *err)
{
	bool live = link_live(l) != NULL;
	uint64_t bytes = bytes_in(l);
	int64_t now = loop_now();
	/* Several answers may have come in the same bytes. */
	bool said = !live || bytes != l->bytes || now - l->bytes_ns < TOGETHER_NS;

	if (!l->source)
		return;
	if (bytes != l->bytes)
		l->bytes_ns = now;
	l->bytes = bytes;
	if (said && !err)
		l->heard_ns = now;
	if (said && (!err || err->kind != ERR_LOST))
		l->unheard_ns = l->asks ? now : 0;
	if (live && l->dialler.dial && l->unheard_ns && now - l->bytes_ns > DEAF_NS &&
	    now - l->unheard_ns > DEAF_NS)
		lost(l);
}

static void answered(void *ctx, struct sample *sample, const struct err *err)
{
	struct asked *a = ctx;
	struct asked copy = *a;

	free(a);
	copy.link->asks--;
	if (!copy.outside)
		heard(copy.link, err);
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

		struct err why = a->err.kind ? a->err : err;

		next = a->next;
		answered(a, NULL, &why);
	}
}

static void fail_later(struct link *l, struct asked *a)
{
	a->next = l->hopeless;
	l->hopeless = a;
	if (!l->hopeless_timer)
		l->hopeless_timer = loop_at(l->loop, loop_now(), answer_hopeless, l);
}

/* A table that is read of the node's process: the node need not be asked. */
static bool outside(const struct schema *s)
{
	return s->readers && !s->readers->live && s->readers->os;
}

bool link_has(struct link *l, const struct schema *schema)
{
	struct live *live = link_live(l);

	if (l->source && source_has(l->source, schema))
		return true;
	if (live)
		return outside(schema) && live_near(live);
	return !l->source && schema->readers &&
	       (schema->readers->live || schema->readers->os);
}

/* Who answers this table; NULL: nobody, err says why. */
static struct source *who(struct link *l, const struct schema *schema, struct err *err)
{
	struct live *live = link_live(l);
	const struct process *p;

	if (!live || !outside(schema))
		return l->source;
	if (l->os)
		return l->os;
	p = live_process(live);
	if (p)
		l->os = os_open(l->loop, live_root(live), p->pid, l->name, err);
	else
		fail(err, ERR_CANNOT, "'%.*s' is no process of this host",
		     TEXT_ARG(l->name));
	return l->os;
}

void link_ask(struct link *l, const struct request *rq, source_done *done, void *ctx)
{
	struct asked *a = mem_alloc(sizeof(*a));
	struct request at = *rq;
	struct err err = { 0 };
	struct source *asked = who(l, rq->schema, &err);

	*a = (struct asked){ .link = l, .done = done, .ctx = ctx };
	l->asks++;
	if (at.at.kind == MOMENT_LAST)
		at.at = l->at;
	a->err = err;
	if (!asked) {
		fail_later(l, a);
		return;
	}
	a->outside = asked != l->source;
	if (!l->unheard_ns && !a->outside)
		l->unheard_ns = loop_now();
	source_ask(asked, &at, answered, a);
}

/* For how long it is open and has not answered; 0: nothing is awaited. */
static int64_t silent_ns(const struct link *l)
{
	return l->source && l->unheard_ns ? loop_now() - l->unheard_ns : 0;
}

static void add_ago(struct buf *out, const char *before, int64_t ns)
{
	buf_str(out, before);
	units_human(out, (double)(ns - ns % 1000000000), UNIT_NS);
}

static void print_lost(const struct link *l, struct buf *out)
{
	int64_t now = loop_now();

	buf_str(out, l->dialler.dial ? "reconnecting" : "lost");
	if (l->heard_ns && !l->still) {
		add_ago(out, ": last answer ", now - l->heard_ns);
		buf_str(out, " ago");
	}
	if (l->state == LINK_DIALLING && !l->still)
		buf_str(out, ", trying");
	else if (l->next_ns > now && !l->still)
		add_ago(out, ", next try in ", l->next_ns - now + 999999999);
}

bool link_trouble(const struct link *l, struct buf *out)
{
	if (l->state != LINK_OPEN) {
		print_lost(l, out);
		return true;
	}
	if (l->stored || silent_ns(l) < SILENT_NS)
		return false;
	add_ago(out, "no answer for ", silent_ns(l));
	buf_str(out, ": it is busy, stopped, or cut off; what is shown is as old");
	return true;
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

void link_set_interval(struct link *l, int64_t interval_ns)
{
	l->interval_ns = interval_ns;
	tell(l);
}

void link_go(struct link *l, struct moment at)
{
	l->at = at;
	tell(l);
}

void link_free(struct link *l)
{
	struct source *gone;

	if (!l)
		return;
	gone = l->source;
	l->source = NULL;
	loop_timer_cancel(l->loop, l->timer);
	if (l->state == LINK_DIALLING)
		l->dialler.cancel(l->dialler.ctx);
	close_os(l);
	source_close(gone);
	loop_timer_cancel(l->loop, l->hopeless_timer);
	answer_hopeless(l);
	arena_clear(&l->arena);
	free(l);
}

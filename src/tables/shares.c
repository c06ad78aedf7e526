/* Two readings of the runtime's threads, and what became of each in between. */
#include "tables/shares.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tables/question.h"

/* Readings that are nearer than this are the two steps of one. */
#define APART_NS INT64_C(100000000)

/* More threads than any runtime has. */
#define THREADS_MAX 65536

/*
 * Threads.
 */

const char *thread_kind_name(enum thread_kind kind)
{
	static const char *const names[THREAD_KINDS] = {
		[THREAD_SCHEDULER] = "scheduler",
		[THREAD_DIRTY_CPU] = "dirty_cpu",
		[THREAD_DIRTY_IO] = "dirty_io",
		[THREAD_POLL] = "poll",
		[THREAD_AUX] = "aux",
		[THREAD_ASYNC] = "async",
		[THREAD_OTHER] = "other",
	};

	return names[kind];
}

struct thread *threads_add(struct threads *all, enum thread_kind kind, int64_t id)
{
	struct thread *t;

	all->at = mem_grow(all->at, &all->cap, all->n + 1, sizeof(*all->at));
	t = &all->at[all->n++];
	*t = (struct thread){ .kind = kind, .id = id };
	for (size_t i = 0; i < THREAD_COUNTS; i++)
		t->counts[i] = -1;
	for (size_t i = 0; i < THREAD_LEVELS; i++)
		t->levels[i] = -1;
	return t;
}

static int compare(const void *a, const void *b)
{
	const struct thread *x = a;
	const struct thread *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

void threads_sort(struct threads *all)
{
	if (all->n)
		qsort(all->at, all->n, sizeof(*all->at), compare);
}

const struct thread *threads_find(const struct threads *all, enum thread_kind kind,
				  int64_t id)
{
	struct thread key = { .kind = kind, .id = id };

	return all->n ? bsearch(&key, all->at, all->n, sizeof(*all->at), compare) : NULL;
}

void threads_clear(struct threads *all)
{
	free(all->at);
	*all = (struct threads){ 0 };
}

int64_t thread_grown(const struct thread *now, const struct thread *before, size_t count)
{
	if (!before || now->counts[count] < 0 || before->counts[count] < 0 ||
	    now->counts[count] < before->counts[count])
		return -1;
	return now->counts[count] - before->counts[count];
}

void shares_name(struct table *t, size_t row, size_t column, const struct thread *one)
{
	struct buf name = { 0 };

	buf_printf(&name, "%s/%" PRId64, thread_kind_name(one->kind), one->id);
	table_set_text(t, row, column, buf_text(&name));
	buf_clear(&name);
}

void shares_set_known(struct table *t, size_t row, size_t column, int64_t v)
{
	if (v >= 0)
		table_set_int(t, row, column, v);
}

void shares_set_share(struct table *t, size_t row, size_t column, int64_t part,
		      int64_t whole)
{
	if (part >= 0 && whole > 0)
		table_set_real(t, row, column,
			       part < whole ? (double)part / (double)whole : 1);
}

/*
 * What is remembered of a node: the last reading, and the one before it, which is the
 * base of what is shown.
 */

struct asking;

struct memory {
	struct threads base;
	struct threads last;
	int64_t last_ns;
	bool has_base;
	bool has_last;
	struct asking *waiting; /* those for which no answer of the node is open */
};

struct asking {
	struct asking *next; /* in waiting */
	struct loop *loop;
	struct source *source;
	struct live *live;             /* NULL: a process of this machine */
	const struct process *process; /* where no text is asked */
	const struct shares_table *about;
	struct memory *memory;
	const struct schema *schema;
	int64_t timeout_ns;
	int64_t asked_ns;
	struct loop_timer *timer;
	struct live_answer to;
};

static void finish(struct asking *k, struct sample *s, const struct err *err)
{
	struct live_answer to = k->to;

	free(k);
	to.done(to.ctx, s, err);
}

static void wait_end(struct asking *k)
{
	struct asking **link = &k->memory->waiting;

	while (*link != k)
		link = &(*link)->next;
	*link = k->next;
}

static void clear(void *state)
{
	struct memory *m = state;
	struct err err = { 0 };

	fail(&err, ERR_LOST, "the connection was closed");
	while (m->waiting) {
		struct asking *k = m->waiting;

		m->waiting = k->next;
		loop_timer_cancel(k->loop, k->timer);
		finish(k, NULL, &err);
	}
	threads_clear(&m->base);
	threads_clear(&m->last);
}

static struct sample *sample_of(const struct asking *k, const struct threads *now,
				int64_t at_ns)
{
	struct sample *s = sample_new(k->source, k->schema, now->n);

	sample_set_time(s, at_ns);
	for (size_t i = 0; i < now->n; i++) {
		const struct thread *t = &now->at[i];

		k->about->row(&s->table, table_add(&s->table), t,
			      threads_find(&k->memory->base, t->kind, t->id));
	}
	return s;
}

/* The reading becomes the last one, unless that was just now. */
static void remember(struct memory *m, struct threads *now, int64_t at_ns)
{
	if (m->has_last && at_ns - m->last_ns < APART_NS) {
		threads_clear(now);
		return;
	}
	threads_clear(&m->last);
	m->last = *now;
	m->last_ns = at_ns;
	m->has_last = true;
}

/* What is shown is since the last reading, or since its base when that was just now. */
static void rebase(struct memory *m, int64_t at_ns)
{
	if (!m->has_last || at_ns - m->last_ns < APART_NS)
		return;
	threads_clear(&m->base);
	m->base = m->last;
	m->last = (struct threads){ 0 };
	m->has_last = false;
	m->has_base = true;
}

static void read_threads(struct asking *k);

static void read_again(void *ctx)
{
	struct asking *k = ctx;

	k->timer = NULL;
	wait_end(k);
	read_threads(k);
}

static void wait_until(struct asking *k, int64_t at_ns)
{
	k->next = k->memory->waiting;
	k->memory->waiting = k;
	k->timer = loop_at(k->loop, at_ns, read_again, k);
}

static void take(struct asking *k, struct threads *now, int64_t at_ns)
{
	struct sample *s;

	threads_sort(now);
	rebase(k->memory, at_ns);
	if (!k->memory->has_base) {
		remember(k->memory, now, at_ns);
		wait_until(k, at_ns + SHARES_FIRST_NS);
		return;
	}
	s = sample_of(k, now, at_ns);
	remember(k->memory, now, at_ns);
	finish(k, s, NULL);
}

static void answered(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	struct threads now = { 0 };
	struct buf what = { 0 };
	struct err err = { 0 };

	if (a->kind == ANSWER_RETURN && k->about->read(&now, &a->value) &&
	    now.n <= THREADS_MAX) {
		take(k, &now, k->asked_ns + (loop_now() - k->asked_ns) / 2);
		return;
	}
	threads_clear(&now);
	buf_printf(&what, "read the table '%s'", k->schema->name);
	question_failed(a, buf_cstr(&what), &err);
	buf_clear(&what);
	finish(k, NULL, &err);
}

static void look(struct asking *k)
{
	struct threads now = { 0 };
	struct err err = { 0 };

	if (k->about->look(&now, k->process, &err)) {
		take(k, &now, k->asked_ns + (loop_now() - k->asked_ns) / 2);
		return;
	}
	threads_clear(&now);
	finish(k, NULL, &err);
}

static void read_threads(struct asking *k)
{
	k->asked_ns = loop_now();
	if (k->about->text)
		node_eval(live_node(k->live), &(struct eval){
			.text = k->about->text,
			.answer_bytes = k->about->answer_bytes,
			.timeout_ns = k->timeout_ns,
		}, answered, k);
	else
		look(k);
}

static void held(void *ctx, const struct err *err)
{
	struct asking *k = ctx;

	if (err)
		finish(k, NULL, err);
	else
		read_threads(k);
}

static bool is_here(struct live *l, const struct process **p, struct live_answer to)
{
	struct text name = live_source(l)->name;
	struct err err = { 0 };

	*p = live_process(l);
	if (*p)
		return true;
	fail(&err, ERR_CANNOT, "node '%.*s' is no process of this host", TEXT_ARG(name));
	fail_hint(&err, "only the operating system of its own host tells of its threads");
	live_fail_later(l, to, &err);
	return false;
}

void shares_ask(struct live *l, const struct request *rq,
		const struct shares_table *about, source_done *done, void *ctx)
{
	struct live_answer to = { done, ctx };
	const struct process *process = NULL;
	struct asking *k;

	if (!about->text && !is_here(l, &process, to))
		return;
	k = mem_zalloc(sizeof(*k));
	*k = (struct asking){
		.loop = live_loop(l),
		.source = live_source(l),
		.live = l,
		.process = process,
		.about = about,
		.memory = live_state(l, about, sizeof(*k->memory), clear),
		.schema = rq->schema,
		.timeout_ns = rq->timeout_ns,
		.to = to,
	};
	if (about->text)
		hold_flag(l, about->flag, rq->timeout_ns, held, k);
	else
		wait_until(k, 0);
}

void shares_ask_os(struct os *o, const struct request *rq,
		   const struct shares_table *about, source_done *done, void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.loop = os_loop(o),
		.source = os_source(o),
		.process = os_process(o),
		.about = about,
		.memory = os_state(o, about, sizeof(*k->memory), clear),
		.schema = rq->schema,
		.to = { done, ctx },
	};
	wait_until(k, 0);
}

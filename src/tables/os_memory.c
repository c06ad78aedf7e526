/* The os_memory table. A node of this machine is looked at from outside; another one
 * reads its own /proc for us. */
#include "tables/os_memory.h"

#include <stdlib.h>

#include "base/mem.h"
#include "source/later.h"
#include "source/os.h"
#include "tables/alloc.h"
#include "tables/question.h"

static const struct column columns[] = {
	[OS_MEMORY_NAME] = { "name", "MEMORY", UNIT_NONE, COLUMN_LABEL,
		"what it is" },
	[OS_MEMORY_BYTES] = { "bytes", "BYTES", UNIT_BYTES, COLUMN_GAUGE,
		"how much; null where it is not known, or there is no limit" },
	[OS_MEMORY_HELP] = { "help", "MEANING", UNIT_NONE, COLUMN_LABEL,
		"what that means" },
};

/* What the runtime says; what it did not say is -1. */
struct runtime {
	int64_t total;
	int64_t used;
	int64_t allocated;
};

enum {
	TOTAL,
	USED,
	ALLOCATED,
	UNUSED,
	RSS,
	SWAP,
	GAP,
	RSS_PEAK,
	VIRTUAL,
	CGROUP_CURRENT,
	CGROUP_LIMIT,
	MACHINE_AVAILABLE,
	MACHINE_TOTAL,
	ROWS,
};

static const struct {
	const char *name;
	const char *help;
	bool runtime; /* only the node itself knows it */
} about[ROWS] = {
	[TOTAL] = { "total", "what erlang:memory(total) says", true },
	[USED] = { "used", "in use, of what the allocators hold", true },
	[ALLOCATED] = { "allocated", "what the allocators took from the OS", true },
	[UNUSED] = { "unused", "allocated - used: fragmentation, spare room", true },
	[RSS] = { "rss", "resident, as the OS counts" },
	[SWAP] = { "swap", "moved out of memory by the OS" },
	[GAP] = { "gap", "rss + swap - allocated: not the allocators'", true },
	[RSS_PEAK] = { "rss_peak", "the highest that rss was" },
	[VIRTUAL] = { "virtual", "address space" },
	[CGROUP_CURRENT] = { "cgroup_current", "used by its control group" },
	[CGROUP_LIMIT] = { "cgroup_limit", "lowest limit of its control groups" },
	[MACHINE_AVAILABLE] = { "machine_available", "what the machine has left" },
	[MACHINE_TOTAL] = { "machine_total", "what the machine has" },
};

/* A mask of the rows that a request is about. */
static unsigned wanted_rows(const struct request *rq)
{
	unsigned rows = rq->keys ? 0 : (1U << ROWS) - 1;

	for (size_t i = 0; rq->keys && i < rq->nkeys; i++)
		for (size_t row = 0; row < ROWS; row++)
			if (rq->keys[i].type == CELL_TEXT &&
			    text_is(*rq->keys[i].v.text, about[row].name))
				rows |= 1U << row;
	return rows;
}

static bool wants_runtime(unsigned rows)
{
	for (size_t row = 0; row < ROWS; row++)
		if (rows >> row & 1 && about[row].runtime)
			return true;
	return false;
}

static void add_rows(struct table *t, unsigned rows, const struct runtime *r,
		     const struct proc_memory *m)
{
	int64_t resident = m->swap > 0 ? m->rss + m->swap : m->rss;
	const int64_t values[ROWS] = {
		[TOTAL] = r->total,
		[USED] = r->used,
		[ALLOCATED] = r->allocated,
		[UNUSED] = r->allocated - r->used,
		[RSS] = m->rss,
		[SWAP] = m->swap,
		[GAP] = resident - r->allocated,
		[RSS_PEAK] = m->rss_peak,
		[VIRTUAL] = m->virtual,
		[CGROUP_CURRENT] = m->group_current,
		[CGROUP_LIMIT] = m->group_limit,
		[MACHINE_AVAILABLE] = m->machine_available,
		[MACHINE_TOTAL] = m->machine_total,
	};

	for (size_t row = 0; row < ROWS; row++) {
		bool known = values[row] >= 0;
		size_t at;

		if (!(rows >> row & 1))
			continue;
		/* Differences may be below 0. */
		if (row == UNUSED || row == GAP)
			known = r->allocated >= 0 && (row == UNUSED || m->rss >= 0);
		at = table_add(t);
		table_set_text(t, at, OS_MEMORY_NAME, text_of(about[row].name));
		table_set_text(t, at, OS_MEMORY_HELP, text_of(about[row].help));
		if (known)
			table_set_int(t, at, OS_MEMORY_BYTES, values[row]);
	}
}

/*
 * Asking the node. A: the paths of files that it is to read for us.
 */

static const char files_text[] = "lists:map(fun prim_file:read_file/1, A).";

static const char text[] =
	"exit({try erlang:memory(total) catch _:_ -> undefined end,"
	" [{H, try erlang:system_info({allocator_sizes, H}) catch _:_ -> false end}"
	" || H <- erlang:system_info(alloc_util_allocators)],"
	" lists:map(fun prim_file:read_file/1, A)}).";

/* Instances are as many as schedulers, with some 60 bytes each. */
enum { ANSWER_BYTES = 2 << 20, HEAP_WORDS = 2000000, FILE_BYTES = 65536 };

struct asking {
	struct live *live;
	int64_t timeout_ns;
	struct live_answer to;
	struct sample *sample;
	unsigned rows;       /* that are wanted */
	bool runtime;        /* the node is asked for more than its files */
	struct arena arena;  /* the paths */
	struct runtime known;
	struct proc_memory memory;
	struct cgroup group;
};

static void finish(struct asking *k, const struct err *err)
{
	struct live_answer to = k->to;
	struct sample *s = k->sample;

	if (!err)
		add_rows(&s->table, k->rows, &k->known, &k->memory);
	else
		sample_free(s);
	arena_clear(&k->arena);
	free(k);
	to.done(to.ctx, err ? NULL : s, err);
}

static void ask(struct asking *k, const char *const *fixed, size_t n,
		node_answered *answered)
{
	struct buf bindings = { 0 };

	etf_list(&bindings, 1);
	question_bind(&bindings, "A");
	etf_list(&bindings, n + (fixed ? 0 : 2 * k->group.n));
	for (size_t i = 0; i < n; i++)
		etf_binary(&bindings, text_of(fixed[i]));
	for (size_t i = 0; !fixed && i < k->group.n; i++) {
		struct text dir = k->group.dirs[i];

		etf_binary(&bindings, text_printf(&k->arena, "%.*s/%s", TEXT_ARG(dir),
						  cgroup_limit_file(&k->group)));
		etf_binary(&bindings, text_printf(&k->arena, "%.*s/%s", TEXT_ARG(dir),
						  cgroup_current_file(&k->group)));
	}
	etf_nil(&bindings);
	etf_nil(&bindings);
	node_eval(live_node(k->live), &(struct eval){
		.text = fixed && k->runtime ? text : files_text,
		.bindings = buf_text(&bindings),
		.answer_bytes = ANSWER_BYTES,
		.heap_words = HEAP_WORDS,
		.timeout_ns = k->timeout_ns,
	}, answered, k);
	buf_clear(&bindings);
}

/* {ok, Binary}; anything else is empty: there is no such file. */
static struct text file_of(const struct term *files, size_t i)
{
	const struct term *one = term_at(files, i);
	struct text bytes = term_text(term_at(one, 1));

	if (!term_is_tuple(one, 2, "ok") || bytes.len > FILE_BYTES)
		return (struct text){ 0 };
	return bytes;
}

static void on_group(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;

	/* Without it the rest still holds. */
	if (a->kind == ANSWER_RETURN)
		for (size_t i = 0; i < k->group.n; i++)
			proc_memory_group(&k->memory, &k->group, i,
					  file_of(&a->value, 2 * i),
					  file_of(&a->value, 2 * i + 1));
	finish(k, NULL);
}

static void read_runtime(struct runtime *r, const struct term *value)
{
	const struct term *all = term_at(value, 1);
	struct alloc sum = { 0 };
	int64_t number;

	if (!term_int(term_at(value, 0), &r->total))
		r->total = -1;
	for (size_t i = 0; term_is_list(all) && i < all->n; i++) {
		const struct term *one = term_at(&all->items[i], 1);
		struct text allocator = term_text(term_at(&all->items[i], 0));

		for (size_t j = 0; term_is_list(one) && j < one->n; j++)
			alloc_add(&sum, allocator, &one->items[j], &number);
	}
	if (sum.instances) {
		r->used = sum.mbcs.used.now + sum.sbcs.used.now;
		r->allocated = sum.mbcs.allocated.now + sum.sbcs.allocated.now;
	}
}

static void on_answer(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	const struct process *here = live_process(k->live);
	const struct term *files;
	struct err err = { 0 };

	if (a->kind != ANSWER_RETURN ||
	    (k->runtime ? !term_is_tuple(&a->value, 3, NULL)
			: !term_is_list(&a->value))) {
		question_failed(a, "read the table 'os_memory'", &err);
		finish(k, &err);
		return;
	}
	files = k->runtime ? &a->value.items[2] : &a->value;
	if (k->runtime)
		read_runtime(&k->known, &a->value);
	sample_set_time(k->sample,
			k->sample->at_ns + (loop_now() - k->sample->at_ns) / 2);
	if (here) {
		process_memory(here, live_root(k->live), &k->memory);
		finish(k, NULL);
		return;
	}
	proc_memory_status(&k->memory, file_of(files, 0));
	proc_memory_machine(&k->memory, file_of(files, 1));
	cgroup_find(&k->group, file_of(files, 2), &k->arena);
	if (k->group.n)
		ask(k, NULL, 0, on_group);
	else
		finish(k, NULL);
}

/* Answers that nobody had to be asked for. */
struct known {
	struct later *list;
	struct text name;
};

static void forget(void *state)
{
	struct known *known = state;

	later_close(&known->list, known->name);
}

/* All of it is to be had from outside: the node does nothing for it. */
static void answer_alone(struct live *l, struct asking *k)
{
	struct known *known =
		live_state(l, &os_memory_schema, sizeof(*known), forget);

	known->name = live_source(l)->name;
	process_memory(live_process(l), live_root(l), &k->memory);
	add_rows(&k->sample->table, k->rows, &k->known, &k->memory);
	sample_set_time(k->sample, loop_now());
	later_answer(&known->list, live_loop(l), 0, k->to.done, k->to.ctx, k->sample,
		     NULL);
	free(k);
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	static const char *const files[] = {
		"/proc/self/status", "/proc/meminfo", "/proc/self/cgroup",
	};
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.live = l,
		.timeout_ns = rq->timeout_ns,
		.to = { done, ctx },
		.sample = sample_new(live_source(l), rq->schema, 0),
		.rows = wanted_rows(rq),
		.known = { -1, -1, -1 },
	};
	k->runtime = wants_runtime(k->rows);
	proc_memory_init(&k->memory);
	if (!k->runtime && live_process(l)) {
		answer_alone(l, k);
		return;
	}
	ask(k, files, live_process(l) ? 0 : 3, on_answer);
}

static const struct readers readers = { .live = ask_live };

const struct schema os_memory_schema = {
	.name = "os_memory",
	.tab = "memory",
	.help = "what the operating system says of the node's memory, and the gap",
	.columns = columns,
	.ncolumns = sizeof(columns) / sizeof(columns[0]),
	.key = OS_MEMORY_NAME,
	.readers = &readers,
};

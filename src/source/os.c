/* A process of this machine as a source. */
#include "source/os.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "source/later.h"

struct state {
	const void *whose;
	void *data;
	void (*clear)(void *data);
	struct state *next;
};

struct os {
	struct source source; /* first: a source is an os by its ops */
	struct loop *loop;
	struct process process;
	const char *root;
	struct arena arena;
	struct state *states;
	struct later *waiting;
};

static void ask(struct source *s, const struct request *rq, source_done *done, void *ctx)
{
	struct os *o = os_of(s);
	struct err err = { 0 };

	if (rq->schema->readers && rq->schema->readers->os) {
		rq->schema->readers->os(o, rq, done, ctx);
		return;
	}
	fail(&err, ERR_CANNOT, "the operating system has no table '%s'",
	     rq->schema->name);
	later_answer(&o->waiting, o->loop, 0, done, ctx, NULL, &err);
}

static void close_os(struct source *s)
{
	struct os *o = os_of(s);

	later_close(&o->waiting, s->name);
	while (o->states) {
		struct state *next = o->states->next;

		if (o->states->clear)
			o->states->clear(o->states->data);
		free(o->states->data);
		free(o->states);
		o->states = next;
	}
	process_close(&o->process);
	arena_clear(&o->arena);
	free(o);
}

static bool has(struct source *s, const struct schema *schema)
{
	return schema->readers && schema->readers->os;
}

static const struct source_ops os_ops = {
	.kind = "os",
	.ask = ask,
	.has = has,
	.close = close_os,
};

struct source *os_open(struct loop *l, const char *machine_root, int pid,
		       struct text name, struct err *err)
{
	int proc = proc_open(machine_root);
	struct process p;
	bool there = process_open(proc, pid, &p);
	struct os *o;

	if (proc >= 0)
		close(proc);
	if (!there) {
		fail(err, ERR_CONNECT, "there is no process %d", pid);
		return NULL;
	}
	o = mem_zalloc(sizeof(*o));
	o->source.ops = &os_ops;
	o->source.name = name.len ? text_dup(&o->arena, name)
				  : text_printf(&o->arena, "os:%d", pid);
	o->loop = l;
	o->process = p;
	o->root = machine_root;
	return &o->source;
}

struct os *os_of(struct source *s)
{
	return s->ops == &os_ops ? (struct os *)s : NULL;
}

struct source *os_source(struct os *o)
{
	return &o->source;
}

struct loop *os_loop(struct os *o)
{
	return o->loop;
}

const struct process *os_process(const struct os *o)
{
	return &o->process;
}

const char *os_root(const struct os *o)
{
	return o->root;
}

void *os_state(struct os *o, const void *whose, size_t size, void (*clear)(void *state))
{
	struct state *s = o->states;

	while (s && s->whose != whose)
		s = s->next;
	if (s)
		return s->data;
	s = mem_zalloc(sizeof(*s));
	*s = (struct state){
		.whose = whose,
		.data = mem_zalloc(size),
		.clear = clear,
		.next = o->states,
	};
	o->states = s;
	return s->data;
}

/* Compiles patterns again that need the definitions of records. */
#include "trace/plan_records.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/record.h"

struct compiling {
	struct live *live;
	struct arena *arena;
	struct match *matches;
	const struct text *words;
	size_t n;
	int64_t timeout_ns;
	struct text *modules;   /* [nmodules] that were asked for */
	size_t nmodules;
	struct records *records;
	plan_records_done *done;
	void *ctx;
};

static void end(struct compiling *k, const struct err *err)
{
	struct compiling last = *k;

	free(k);
	records_free(last.records);
	last.done(last.ctx, err);
}

/* Where its record is looked for: the module that the record names, or its own. */
static struct text module_of(const struct match *m)
{
	return m->record_module.len ? m->record_module : m->module;
}

static bool was_asked(const struct compiling *k, struct text module)
{
	for (size_t i = 0; i < k->nmodules; i++)
		if (text_eq(k->modules[i], module))
			return true;
	return false;
}

static bool fail_record(const struct compiling *k, const struct match *m,
			struct err *err)
{
	struct text module = module_of(m);
	struct buf name = { 0 };

	if (!module.len) {
		fail_hint(err, "say which module defines it: MODULE#%.*s{}",
			  TEXT_ARG(m->record));
		return false;
	}
	term_name(&name, module);
	fail(err, ERR_ABSENT,
	     "record '%.*s' is not known: the file of module '%s' on node '%.*s' does "
	     "not define it, or has no debug information",
	     TEXT_ARG(m->record), buf_cstr(&name),
	     TEXT_ARG(node_name(live_node(k->live))));
	buf_clear(&name);
	return fail_hint(err, "a tuple does the same: {%.*s, _, ...}",
			 TEXT_ARG(m->record));
}

/* What is compiled shares nothing with the records. */
static bool compile(struct compiling *k, size_t i, struct err *err)
{
	struct match *m = &k->matches[i];
	struct match_options o = { .syntax = m->syntax };

	if (k->records) {
		o.records = k->records->at;
		o.nrecords = k->records->n;
	}
	if (!match_compile(k->arena, k->words[i], &o, m, err))
		return err->kind == ERR_ABSENT && m->record.len;
	m->record = (struct text){ 0 };
	m->spec = term_copy(k->arena, &m->spec);
	return true;
}

static void next(struct compiling *k);

static void on_records(void *ctx, struct records *r)
{
	struct compiling *k = ctx;

	records_free(k->records);
	k->records = r;
	next(k);
}

/* Each round has one more module at least, until all are compiled or one cannot be. */
static void next(struct compiling *k)
{
	size_t before = k->nmodules;

	for (size_t i = 0; i < k->n; i++) {
		struct match *m = &k->matches[i];
		struct err err = { 0 };

		if (!m->record.len)
			continue;
		if (!compile(k, i, &err)) {
			end(k, &err);
			return;
		}
		if (!m->record.len)
			continue;
		/* it names another record now, maybe */
		if (!module_of(m).len || k->nmodules == RECORDS_MODULES_MAX ||
		    (before && was_asked(k, module_of(m)))) {
			fail_record(k, m, &err);
			end(k, &err);
			return;
		}
		if (!was_asked(k, module_of(m)))
			k->modules[k->nmodules++] = text_dup(k->arena, module_of(m));
	}
	if (k->nmodules == before)
		end(k, NULL);
	else
		records_ask(k->live, k->modules, k->nmodules, k->timeout_ns, on_records,
			    k);
}

void plan_records_compile(struct live *l, struct arena *a, struct match *matches,
			  const struct text *words, size_t n, int64_t timeout_ns,
			  plan_records_done *done, void *ctx)
{
	struct compiling *k = mem_zalloc(sizeof(*k));

	*k = (struct compiling){
		.live = l,
		.arena = a,
		.matches = matches,
		.words = words,
		.n = n,
		.timeout_ns = timeout_ns,
		.modules = arena_many(a, RECORDS_MODULES_MAX, struct text),
		.done = done,
		.ctx = ctx,
	};
	next(k);
}

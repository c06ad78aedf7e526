/* Finds the processes that are to be traced: word by word, then in the table. */
#include "trace/whom.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/near.h"
#include "tables/process.h"
#include "tables/process_find.h"

/* What an initial call may be called: a module, a function of it, with its arity. */
struct called {
	struct text word;
	struct match match;
};

struct choosing {
	struct live *live;
	const struct trace_options *options; /* the caller's */
	struct whom *whom;
	bool all;
	bool existing;
	bool new;
	size_t next;          /* of the words */
	uint64_t *pids;
	size_t npids;
	size_t cap;
	struct called *calls; /* [ninitial_calls] */
	whom_done *done;
	void *ctx;
};

void whom_free(struct whom *w)
{
	if (!w)
		return;
	arena_clear(&w->arena);
	free(w);
}

static void end(struct choosing *k, const struct err *err)
{
	struct choosing last = *k;

	free(k);
	free(last.pids);
	if (err) {
		whom_free(last.whom);
		last.whom = NULL;
	}
	last.done(last.ctx, last.whom, err);
}

static void add_pid(struct choosing *k, uint64_t pid)
{
	if (k->npids == k->cap) {
		k->cap = k->cap ? 2 * k->cap : 16;
		k->pids = mem_realloc(k->pids, k->cap * sizeof(*k->pids));
	}
	k->pids[k->npids++] = pid;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Each pid once. */
static void keep_pids(struct choosing *k)
{
	uint64_t *kept = arena_many(&k->whom->arena, k->npids, uint64_t);
	size_t n = 0;

	if (k->npids)
		qsort(k->pids, k->npids, sizeof(*k->pids), compare);
	for (size_t i = 0; i < k->npids; i++)
		if (i == 0 || k->pids[i] != k->pids[i - 1])
			kept[n++] = k->pids[i];
	k->whom->pids = kept;
	k->whom->npids = n;
}

/* "existing" and "new" together are all; whoever is in one of them need not be named. */
static void settle(struct choosing *k)
{
	struct whom *w = k->whom;
	bool named = k->options->npids || k->options->napps ||
		     k->options->ninitial_calls;

	if (!named || k->all || (k->existing && k->new))
		w->whom = TRACE_ALL;
	else if (k->existing)
		w->whom = TRACE_EXISTING;
	else if (k->new)
		w->whom = TRACE_NEW;
	else
		w->whom = TRACE_PIDS;
	if (w->whom == TRACE_PIDS || w->whom == TRACE_NEW)
		keep_pids(k);
	end(k, NULL);
}

/*
 * By the processes table.
 */

static bool absent(struct choosing *k, struct near *near, const char *what,
		   struct err *err)
{
	fail(err, ERR_ABSENT, "no process of node '%.*s' %s '%.*s'",
	     TEXT_ARG(node_name(live_node(k->live))), what, TEXT_ARG(near->word));
	if (near->best)
		return fail_hint(err, "did you mean '%s'?", near->best);
	return fail_hint(err, "'otoscope ps --columns pid,application,initial_call' "
			 "lists them");
}

/* Is any process of the application? */
static bool anybody_belongs(struct choosing *k, const struct table *t, struct near *near)
{
	struct text last = { 0 };

	for (size_t row = 0; row < t->nrows; row++) {
		struct text is = table_text(t, row, PROC_APPLICATION);

		if (text_eq(is, near->word))
			return true;
		if (is.len && !text_eq(is, last))
			near_offer(near, text_cstr(&k->whom->arena, is));
		last = is;
	}
	return false;
}

static struct text app_name(struct text word)
{
	word = text_trim(word);
	if (text_starts(word, ":"))
		return text_sub(word, 1, word.len);
	if (word.len > 1 && text_starts(word, "'") && text_ends(word, "'"))
		return text_sub(word, 1, word.len - 1);
	return word;
}

static bool app_is(const struct choosing *k, struct text app)
{
	const struct trace_options *o = k->options;

	for (size_t i = 0; i < o->napps; i++)
		if (text_eq(app_name(o->apps[i]), app))
			return true;
	return o->napps == 0;
}

/* The call as the table has it, M:F/A or M.f/a: is it one of the match? */
static bool call_matches(const struct match *m, struct arena *scratch, struct text shown)
{
	struct match_options o = { .syntax = SYNTAX_AUTO };
	struct match is;
	struct err err = { 0 };

	if (!match_compile(scratch, shown, &o, &is, &err))
		return false;
	return (!m->module.len || text_eq(m->module, is.module)) &&
	       (!m->function.len || text_eq(m->function, is.function)) &&
	       (m->arity < 0 || m->arity == is.arity);
}

static bool call_is(const struct choosing *k, struct text shown)
{
	const struct trace_options *o = k->options;
	struct arena scratch = { 0 };
	bool is = o->ninitial_calls == 0;

	for (size_t i = 0; i < o->ninitial_calls && !is; i++)
		is = text_eq(k->calls[i].word, shown) ||
		     call_matches(&k->calls[i].match, &scratch, shown);
	arena_clear(&scratch);
	return is;
}

static void take_rows(struct choosing *k, const struct table *t)
{
	struct text last = { 0 };
	bool last_is = false;

	for (size_t row = 0; row < t->nrows; row++) {
		struct text call = table_text(t, row, PROC_INITIAL_CALL);

		if (!app_is(k, table_text(t, row, PROC_APPLICATION)))
			continue;
		/* processes of one kind come together */
		if (k->options->ninitial_calls &&
		    (row == 0 || !last.len || !text_eq(call, last))) {
			last_is = call_is(k, call);
			last = call;
		}
		if (!k->options->ninitial_calls || last_is)
			add_pid(k, (uint64_t)table_num(t, row, PROC_PID));
	}
}

/* Did any process begin with the call? */
static bool anybody_began(struct choosing *k, const struct table *t,
			  const struct called *c, struct near *near)
{
	struct arena scratch = { 0 };
	struct text last = { 0 };
	bool is = false;

	for (size_t row = 0; row < t->nrows && !is; row++) {
		struct text shown = table_text(t, row, PROC_INITIAL_CALL);

		if (text_eq(shown, last))
			continue;
		last = shown;
		is = text_eq(shown, c->word) || call_matches(&c->match, &scratch, shown);
		near_offer(near, text_cstr(&k->whom->arena, shown));
		arena_clear(&scratch);
	}
	return is;
}

/* Why nobody was chosen: the first word that nobody has. */
static void nobody(struct choosing *k, const struct table *t, struct err *err)
{
	const struct trace_options *o = k->options;

	for (size_t i = 0; i < o->napps; i++) {
		struct near near = { .word = app_name(o->apps[i]) };

		if (!anybody_belongs(k, t, &near)) {
			absent(k, &near, "belongs to application", err);
			return;
		}
	}
	for (size_t i = 0; i < o->ninitial_calls; i++) {
		struct near near = { .word = k->calls[i].word };

		if (!anybody_began(k, t, &k->calls[i], &near)) {
			absent(k, &near, "began with", err);
			return;
		}
	}
	fail(err, ERR_ABSENT, "no process of node '%.*s' has both that application and "
	     "that initial call", TEXT_ARG(node_name(live_node(k->live))));
}

static void on_rows(void *ctx, struct sample *s, const struct err *err)
{
	struct choosing *k = ctx;
	struct err none = { 0 };
	size_t before = k->npids;

	if (err) {
		end(k, err);
		return;
	}
	k->whom->missed = s->missed;
	take_rows(k, &s->table);
	if (k->npids == before)
		nobody(k, &s->table, &none);
	sample_free(s);
	if (none.kind)
		end(k, &none);
	else
		settle(k);
}

static bool read_calls(struct choosing *k, struct err *err)
{
	const struct trace_options *o = k->options;
	struct match_options syntax = { .syntax = SYNTAX_AUTO };

	k->calls = arena_many(&k->whom->arena, o->ninitial_calls, struct called);
	for (size_t i = 0; i < o->ninitial_calls; i++) {
		k->calls[i].word = text_trim(o->initial_calls[i]);
		if (!match_compile(&k->whom->arena, k->calls[i].word, &syntax,
				   &k->calls[i].match, err))
			return fail_prefix(err, "--initial-call");
	}
	return true;
}

static void ask_table(struct choosing *k)
{
	const struct trace_options *o = k->options;
	uint64_t columns = column_bit(PROC_PID);

	if (o->napps)
		columns |= column_bit(PROC_APPLICATION);
	if (o->ninitial_calls)
		columns |= column_bit(PROC_INITIAL_CALL);
	source_ask(live_source(k->live), &(struct request){
		.schema = &processes_schema,
		.columns = columns,
		.timeout_ns = o->timeout_ns,
		.syntax = SYNTAX_ERLANG,
	}, on_rows, k);
}

/*
 * By words.
 */

static void next_word(struct choosing *k);

static void on_found(void *ctx, int64_t pid, const struct err *err)
{
	struct choosing *k = ctx;

	if (err) {
		end(k, err);
		return;
	}
	add_pid(k, (uint64_t)pid);
	next_word(k);
}

/* The quoted ones are names: 'all'. */
static bool take_keyword(struct choosing *k, struct text word)
{
	if (text_is(word, "all"))
		k->all = true;
	else if (text_is(word, "existing"))
		k->existing = true;
	else if (text_is(word, "new"))
		k->new = true;
	else
		return false;
	return true;
}

static void next_word(struct choosing *k)
{
	const struct trace_options *o = k->options;

	while (k->next < o->npids) {
		struct text word = text_trim(o->pids[k->next++]);

		if (take_keyword(k, word))
			continue;
		process_find(k->live, word, o->timeout_ns, on_found, k);
		return;
	}
	if ((o->napps || o->ninitial_calls) && !k->all)
		ask_table(k);
	else
		settle(k);
}

void whom_choose(struct live *l, const struct trace_options *o, whom_done *done,
		 void *ctx)
{
	struct choosing *k = mem_zalloc(sizeof(*k));
	struct err err = { 0 };

	*k = (struct choosing){
		.live = l,
		.options = o,
		.whom = mem_zalloc(sizeof(*k->whom)),
		.done = done,
		.ctx = ctx,
	};
	if (read_calls(k, &err))
		next_word(k);
	else
		end(k, &err);
}

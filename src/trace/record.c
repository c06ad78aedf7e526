#include "trace/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/question.h"

/* What is unpacked of one module's debug information, at most. */
#define TERMS_MOST ((size_t)2 << 20)
#define BYTES_MOST ((size_t)96 << 20)
#define FIELDS_MOST ((size_t)10000)
/* The code server may be stuck: nobody waits for it longer. */
#define PATIENCE_NS INT64_C(1000000000)

/* {atom, Line, Name} */
static bool read_name(const struct term *t, struct text *out)
{
	const struct term *name = term_at(t, 2);

	if (!term_is_tuple(t, 3, "atom") || name->type != TERM_ATOM)
		return false;
	*out = name->text;
	return true;
}

static struct term undefined(void)
{
	return (struct term){ .type = TERM_ATOM, .text = TEXT("undefined") };
}

/* A default that is written as it is; of one that must be computed nothing is known. */
static struct term read_default(const struct term *form)
{
	static const char *const literals[] = { "atom", "integer", "float", "char",
						"string" };

	for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++)
		if (term_is_tuple(form, 3, literals[i]))
			return *term_at(form, 2);
	if (term_is_tuple(form, 2, "nil"))
		return (struct term){ .type = TERM_LIST };
	return undefined();
}

/* {record_field, Line, Name}, {record_field, Line, Name, Default}, or one of them in
 * {typed_record_field, Field, Type} */
static bool read_field(const struct term *t, struct text *name, struct term *value)
{
	if (term_is_tuple(t, 3, "typed_record_field"))
		t = term_at(t, 1);
	if (!term_is_tuple(t, 3, "record_field") && !term_is_tuple(t, 4, "record_field"))
		return false;
	*value = t->n == 4 ? read_default(&t->items[3]) : undefined();
	return read_name(&t->items[2], name);
}

static struct match_record *add(struct records *r)
{
	if (r->n == r->cap)
		r->at = mem_grow(r->at, &r->cap, r->n + 1, sizeof(*r->at));
	return &r->at[r->n];
}

/* {Name, [Field]} */
static void read_record(struct records *r, struct text module, const struct term *t)
{
	const struct term *fields = term_at(t, 1);
	struct match_record *new;
	struct text *names;
	struct term *defaults;

	if (!term_is_tuple(t, 2, NULL) || term_at(t, 0)->type != TERM_ATOM ||
	    !term_is_list(fields) || fields->n > FIELDS_MOST)
		return;
	names = arena_many(&r->arena, fields->n, struct text);
	defaults = arena_many(&r->arena, fields->n, struct term);
	for (size_t i = 0; i < fields->n; i++) {
		struct term value;

		if (!read_field(&fields->items[i], &names[i], &value))
			return;
		names[i] = text_dup(&r->arena, names[i]);
		defaults[i] = term_copy(&r->arena, &value);
	}
	new = add(r);
	*new = (struct match_record){
		.module = text_dup(&r->arena, module),
		.name = text_dup(&r->arena, t->items[0].text),
		.fields = names,
		.nfields = fields->n,
		.defaults = defaults,
	};
	r->n++;
}

/* {attribute, Line, record, Definition} */
static void read_forms(struct records *r, struct text module, const struct term *forms)
{
	for (size_t i = 0; forms->type == TERM_LIST && i < forms->n; i++) {
		const struct term *form = &forms->items[i];

		if (term_is_tuple(form, 4, "attribute") &&
		    term_is_atom(&form->items[2], "record"))
			read_record(r, module, &form->items[3]);
	}
}

void records_read(struct records *r, struct text module, struct text chunk)
{
	const struct term_limits limits = { .terms = TERMS_MOST, .bytes = BYTES_MOST };
	struct arena scratch = { 0 };
	struct err err = { 0 };
	struct term info;

	/* {debug_info_v1, erl_abstract_code, {Forms, Options}} */
	if (term_decode(&scratch, chunk, true, NULL, &limits, NULL, &info, &err) &&
	    term_is_tuple(&info, 3, "debug_info_v1"))
		read_forms(r, module, term_at(&info.items[2], 0));
	arena_clear(&scratch);
}

void records_free(struct records *r)
{
	if (!r)
		return;
	arena_clear(&r->arena);
	free(r->at);
	free(r);
}

/*
 * Asking.
 */

/* A: {Module, Bytes}: the name as a binary, and how much may be sent. */
static const char text[] =
	"M = erlang:binary_to_existing_atom(erlang:element(1, A), utf8),"
	"{_, {_, [{_, B}]}} = beam_lib:chunks(code:which(M), [\"Dbgi\"]),"
	"true = erlang:byte_size(B) =< erlang:element(2, A),"
	"erlang:exit(B).";

struct asking {
	struct records *records;
	struct arena arena;
	size_t open;     /* questions, and one until all are asked */
	records_done *done;
	void *ctx;
};

struct asked {
	struct asking *asking;
	struct text module;
};

static void close_one(struct asking *k)
{
	struct asking last = *k;

	if (--k->open > 0)
		return;
	arena_clear(&last.arena);
	free(k);
	last.done(last.ctx, last.records);
}

/* Whatever else comes means that there is none, or that it must not be read. */
static void answered(void *ctx, const struct answer *a)
{
	struct asked *q = ctx;

	if (a->kind == ANSWER_RETURN && a->value.type == TERM_BINARY)
		records_read(q->asking->records, q->module, a->value.text);
	close_one(q->asking);
}

static void ask_one(struct asking *k, struct live *l, struct text module,
		    int64_t timeout_ns)
{
	struct asked *q = arena_new(&k->arena, struct asked);
	struct buf b = { 0 };

	*q = (struct asked){ .asking = k, .module = text_dup(&k->arena, module) };
	etf_list(&b, 1);
	question_bind(&b, "A");
	etf_tuple(&b, 2);
	etf_binary(&b, module);
	etf_uint(&b, RECORDS_BYTES_MAX);
	etf_nil(&b);
	k->open++;
	node_eval(live_node(l),
		  &(struct eval){
			  .text = text,
			  .bindings = buf_text(&b),
			  .answer_bytes = RECORDS_BYTES_MAX + 4096,
			  .timeout_ns = timeout_ns,
		  },
		  answered, q);
	buf_clear(&b);
}

/* Is it one that may have record definitions, and was not asked for yet? */
static bool worth(const struct text *modules, size_t i)
{
	if (modules[i].len == 0 || text_starts(modules[i], "Elixir."))
		return false;
	for (size_t k = 0; k < i; k++)
		if (text_eq(modules[k], modules[i]))
			return false;
	return true;
}

static void asked_all(void *ctx)
{
	close_one(ctx);
}

void records_ask(struct live *l, const struct text *modules, size_t n, int64_t timeout_ns,
		 records_done *done, void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));
	int64_t patience = timeout_ns && timeout_ns < PATIENCE_NS ? timeout_ns
								   : PATIENCE_NS;

	*k = (struct asking){ .records = mem_zalloc(sizeof(*k->records)),
			      .open = 1,
			      .done = done,
			      .ctx = ctx };
	for (size_t i = 0; i < n && k->open <= RECORDS_MODULES_MAX; i++)
		if (worth(modules, i))
			ask_one(k, l, modules[i], patience);
	loop_at(live_loop(l), 0, asked_all, k);
}

static bool fail_unknown(const struct match *m, struct err *err)
{
	struct text module = m->record_module.len ? m->record_module : m->module;

	if (text_starts(module, "Elixir."))
		return fail_hint(err, "a module of Elixir tells nobody of its records: "
				      "write the tuple, {:%.*s, ...}",
				 TEXT_ARG(m->record));
	if (module.len)
		return fail_hint(err, "module '%.*s' does not define it, or has no debug "
				      "information; write the tuple, {%.*s, ...}",
				 TEXT_ARG(module), TEXT_ARG(m->record));
	return fail_hint(err, "say of which module: #mod#%.*s{...}", TEXT_ARG(m->record));
}

bool records_compile(const struct records *r, struct arena *a, const struct text *words,
		     struct match *matches, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct match_options o = { .syntax = matches[i].syntax,
						 .records = r->at,
						 .nrecords = r->n };

		if (matches[i].record.len == 0)
			continue;
		if (match_compile(a, words[i], &o, &matches[i], err))
			continue;
		return err->kind == ERR_ABSENT ? fail_unknown(&matches[i], err) : false;
	}
	return true;
}

const struct text *records_fields(const void *records, struct text name, size_t n)
{
	const struct records_of *of = records;
	const struct text *found = NULL;

	for (size_t i = 0; of->records && i < of->records->n; i++) {
		const struct match_record *r = &of->records->at[i];

		if (r->nfields != n || !text_eq(r->name, name))
			continue;
		if (text_eq(r->module, of->module))
			return r->fields;
		if (!found)
			found = r->fields;
	}
	return found;
}

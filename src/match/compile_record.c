/* Records: tuples with the names of their fields known. */
#include <string.h>

#include "match/compile.h"

/* A record of the module that is named, else the first of that name. */
static const struct match_record *lookup(const struct match_options *o,
					 struct text module, struct text name)
{
	for (size_t i = 0; i < o->nrecords; i++) {
		const struct match_record *r = &o->records[i];

		if (text_eq(r->name, name) &&
		    (module.len == 0 || text_eq(r->module, module)))
			return r;
	}
	return NULL;
}

const struct match_record *record_find(struct compiler *c, const struct match_node *n,
				       struct text name)
{
	const struct match_record *r = lookup(c->o, n->module, name);

	if (r)
		return r;
	c->m->record = name;
	c->m->record_module = n->module;
	c->p->lex.at = n->at;
	fail(c->p->lex.err, ERR_ABSENT, "record '%.*s' is not known", TEXT_ARG(name));
	return NULL;
}

static bool find_field(struct compiler *c, const struct match_record *r,
		       const struct match_node *field, size_t *index)
{
	struct buf names = { 0 };

	for (size_t i = 0; i < r->nfields; i++) {
		if (text_eq(r->fields[i], field->name)) {
			*index = i;
			buf_clear(&names);
			return true;
		}
		buf_printf(&names, "%s%.*s", i > 0 ? ", " : "", TEXT_ARG(r->fields[i]));
	}
	match_fail_at(c->p, field->at, "record '%.*s' has no field '%.*s'",
		      TEXT_ARG(r->name), TEXT_ARG(field->name));
	fail_hint(c->p->lex.err, "it has: %s", buf_cstr(&names));
	buf_clear(&names);
	return false;
}

/* What is said of a record's fields. */
struct fields {
	struct term *values; /* [nfields] */
	bool *said;          /* [nfields] */
	bool has_rest;       /* "_ = value": that of all others */
	struct term rest;
};

typedef bool each_value(struct compiler *c, const struct match_node *n, struct term *out);

static bool fail_twice(struct compiler *c, const struct match_node *field)
{
	return match_fail_at(c->p, field->at, "field '%.*s' is given twice",
			     TEXT_ARG(field->name));
}

/* In the order of the text: that of the variables' numbers. */
static bool read_fields(struct compiler *c, const struct match_node *n,
			const struct match_record *r, each_value *each, struct fields *f)
{
	f->values = arena_many(c->p->lex.arena, r->nfields, struct term);
	f->said = arena_many(c->p->lex.arena, r->nfields, bool);
	for (size_t i = 0; i < n->n; i++) {
		const struct match_node *field = &n->items[2 * i];
		size_t index = 0;
		struct term value;

		if (!each(c, &n->items[2 * i + 1], &value))
			return false;
		if (field->kind == NODE_VAR) {
			if (f->has_rest)
				return fail_twice(c, field);
			f->has_rest = true;
			f->rest = value;
			continue;
		}
		if (!find_field(c, r, field, &index))
			return false;
		if (f->said[index])
			return fail_twice(c, field);
		f->said[index] = true;
		f->values[index] = value;
	}
	return true;
}

static struct term with_name(struct compiler *c, const struct match_record *r,
			     const struct term *values)
{
	struct term *items = arena_many(c->p->lex.arena, r->nfields + 1, struct term);

	items[0] = make_text_atom(r->name);
	if (r->nfields > 0)
		memcpy(items + 1, values, r->nfields * sizeof(*items));
	return (struct term){ .type = TERM_TUPLE,
			      .n = (uint32_t)r->nfields + 1,
			      .items = items };
}

bool compile_record_head(struct compiler *c, const struct match_node *n, each_value *each,
			 struct term *out)
{
	struct fields f = { 0 };
	const struct match_record *r;

	if (n->base)
		return match_fail_at(c->p, n->at,
				     "a record can't be changed in a pattern");
	r = record_find(c, n, n->name);
	if (!r || !read_fields(c, n, r, each, &f))
		return false;
	for (size_t i = 0; i < r->nfields; i++) {
		if (!f.said[i])
			f.values[i] = f.has_rest ? f.rest : make_atom("_");
	}
	*out = with_name(c, r, f.values);
	return true;
}

static bool value_of(struct compiler *c, const struct match_node *n, struct term *out)
{
	struct compiled v;

	if (!compile_expr(c, n, &v))
		return false;
	*out = v.term;
	return true;
}

static struct term element_of(struct compiler *c, size_t index, struct term object)
{
	struct term items[3] = { make_atom("element"),
				 { .type = TERM_INT, .num = (int64_t)index + 2 },
				 object };

	return make_tuple(c, items, 3);
}

bool compile_record(struct compiler *c, const struct match_node *n, struct term *out)
{
	const struct match_record *r = record_find(c, n, n->name);
	struct term base = { 0 };
	struct fields f = { 0 };

	if (!r)
		return false;
	if (n->base && n->base->kind != NODE_VAR)
		return match_fail_at(c->p, n->at,
				     "only a variable's record can be changed");
	if (n->base && !value_of(c, n->base, &base))
		return false;
	if (!read_fields(c, n, r, value_of, &f))
		return false;
	if (n->base && f.has_rest)
		return match_fail_at(c->p, n->at,
				     "'_' has no place where a record is changed");
	for (size_t i = 0; i < r->nfields; i++) {
		if (f.said[i])
			continue;
		if (n->base)
			f.values[i] = element_of(c, i, base);
		else if (f.has_rest)
			f.values[i] = f.rest;
		else
			f.values[i] =
				r->defaults ? r->defaults[i] : make_atom("undefined");
	}

	struct term inner = with_name(c, r, f.values);

	*out = make_tuple(c, &inner, 1);
	return true;
}

bool compile_field(struct compiler *c, const struct match_node *n, struct compiled *out)
{
	const struct match_record *r = record_find(c, n, n->name);
	size_t index = 0;
	struct term object = { 0 };

	if (!r || !find_field(c, r, &n->items[n->n - 1], &index))
		return false;
	if (n->n == 1) {
		out->term = (struct term){ .type = TERM_INT, .num = (int64_t)index + 2 };
		return true;
	}
	if (!value_of(c, &n->items[0], &object))
		return false;
	out->term = element_of(c, index, object);
	return true;
}

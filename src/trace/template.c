/* Lines as a person wants them: "{time} {pid} {mfa}". */
#include "base/near.h"
#include "base/utf8.h"
#include "trace/output_field.h"

static const struct output_field *find(struct text name)
{
	for (size_t i = 0; i < output_nfields; i++)
		if (output_fields[i].where & FIELD_TEMPLATE &&
		    text_is(name, output_fields[i].name))
			return &output_fields[i];
	return NULL;
}

static bool no_field(struct text template, struct text name, size_t at, struct err *err)
{
	struct near near = { .word = name };
	struct buf names = { 0 };

	for (size_t i = 0; i < output_nfields; i++) {
		if (!(output_fields[i].where & FIELD_TEMPLATE))
			continue;
		near_offer(&near, output_fields[i].name);
		buf_printf(&names, " {%s}", output_fields[i].name);
	}
	fail(err, ERR_USAGE, "a template has no {%.*s}", TEXT_ARG(name));
	if (near.best)
		fail_hint(err, "did you mean {%s}? there are%s", near.best,
			  buf_cstr(&names));
	else
		fail_hint(err, "there are%s", buf_cstr(&names));
	buf_clear(&names);
	return fail_place(err, template, at);
}

/* What a template is made of: the next piece of it. */
struct piece {
	size_t at;
	struct text name; /* of a field; empty: a letter */
	char letter;
};

/* False at the end. An open brace without its other one is a letter here. */
static bool next(struct text t, size_t *at, struct piece *out)
{
	char c, then;

	if (*at >= t.len)
		return false;
	*out = (struct piece){ .at = *at };
	c = t.p[(*at)++];
	then = *at < t.len ? t.p[*at] : '\0';
	out->letter = c;
	if ((c == '{' || c == '}') && then == c) {
		(*at)++;
	} else if (c == '\\' && (then == 'n' || then == 't' || then == '\\')) {
		out->letter = then == 'n' ? '\n' : then == 't' ? '\t' : '\\';
		(*at)++;
	} else if (c == '{') {
		struct text rest = text_sub(t, *at, t.len);
		size_t end = text_chr(rest, '}');

		if (end < rest.len && end > 0) {
			out->name = text_sub(rest, 0, end);
			*at += end + 1;
		}
	}
	return true;
}

bool template_check(struct text template, struct err *err)
{
	struct piece p;

	for (size_t at = 0; next(template, &at, &p);) {
		if (p.name.len && !find(p.name))
			return no_field(template, p.name, p.at + 1, err);
		if (p.letter == '{' && p.name.len == 0 && at == p.at + 1) {
			fail(err, ERR_USAGE, "a '{' of the template has no '}'");
			fail_hint(err, "write {{ for a brace");
			return fail_place(err, template, p.at);
		}
	}
	return true;
}

void template_event(const struct trace_output *o, struct buf *out, const struct event *e)
{
	struct output_line l;
	struct buf shown = { 0 };
	struct piece p;

	output_line_init(&l, o, e);
	for (size_t at = 0; next(o->template, &at, &p);) {
		const struct output_field *f = p.name.len ? find(p.name) : NULL;

		if (!f) {
			buf_char(out, p.letter);
			continue;
		}
		if (f->kinds & 1u << e->kind && f->print(&l, &shown))
			utf8_show(out, buf_text(&shown), o->ascii, SIZE_MAX);
		else
			buf_char(out, '-');
		buf_reset(&shown);
	}
	buf_char(out, '\n');
	buf_clear(&shown);
}

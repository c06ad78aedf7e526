/*
 * match: what an expression means as a match specification, without a node.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cmd/commands.h"
#include "cmd/process.h"
#include "match/match.h"

/* An expression is typed; what is longer is something else. */
#define TEXT_MAX ((size_t)1 << 20)

/* Standard input, as it comes. */
struct input {
	struct buf bytes;
	int error; /* errno, or 0 */
	bool done;
};

static void on_input(void *ctx, int fd, unsigned events)
{
	struct input *in = ctx;
	ssize_t n = read(fd, buf_room(&in->bytes, 1 << 16), 1 << 16);

	if (n > 0)
		buf_commit(&in->bytes, (size_t)n);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	in->error = n < 0 ? errno : 0;
	in->done = n <= 0 || buf_len(&in->bytes) > TEXT_MAX;
}

/* False without an err when a signal came. */
static bool read_input(struct cmd_context *c, struct text *out, struct err *err)
{
	struct input in = { 0 };
	bool ok;

	loop_fd(c->loop, STDIN_FILENO, LOOP_READ, on_input, &in);
	ok = cmd_wait(c, &in.done, NULL);
	loop_fd_forget(c->loop, STDIN_FILENO);
	*out = text_dup(c->arena, buf_text(&in.bytes));
	buf_clear(&in.bytes);
	if (in.error)
		return fail(err, ERR_SYSTEM, "cannot read standard input: %s",
			    strerror(in.error));
	if (out->len > TEXT_MAX)
		return fail(err, ERR_USAGE, "standard input is longer than 1 MiB");
	return ok;
}

/* Where a warning is, both from 1; columns are code points. */
struct place {
	size_t line;
	size_t column;
};

static struct place find_place(struct text text, size_t at)
{
	struct place p = { 1, 1 };
	uint32_t cp;

	for (size_t i = 0; i < at && i < text.len;) {
		i += utf8_next(text, i, &cp);
		p.column = cp == '\n' ? 1 : p.column + 1;
		p.line += cp == '\n';
	}
	return p;
}

static void tell_warnings(struct text text, const struct match *m)
{
	for (size_t i = 0; i < m->nwarnings; i++) {
		struct place p = find_place(text, m->warnings[i].at);
		struct buf shown = { 0 };

		utf8_show(&shown, m->warnings[i].what, false, SIZE_MAX);
		fprintf(stderr, "otoscope: warning: %s: line %zu, column %zu\n",
			buf_cstr(&shown), p.line, p.column);
		buf_clear(&shown);
	}
}

static void add_name(struct fields *f, const char *name, struct text atom)
{
	struct buf plain = { 0 };

	term_name(&plain, atom);
	fields_text_or_null(f, name, buf_text(&plain));
	buf_clear(&plain);
}

static void add_warnings(struct cmd_context *c, struct fields *f, struct text text,
			 const struct match *m)
{
	struct fields *list = fields_new(c->arena);

	for (size_t i = 0; i < m->nwarnings; i++) {
		struct place p = find_place(text, m->warnings[i].at);
		struct fields *one = fields_new(c->arena);

		fields_int(one, "line", UNIT_NONE, (int64_t)p.line);
		fields_int(one, "column", UNIT_NONE, (int64_t)p.column);
		fields_text(one, "text", m->warnings[i].what);
		fields_object(list, "warning", one);
	}
	fields_list(f, "warnings", list);
}

static void print_object(struct cmd_context *c, struct text text, const struct match *m,
			 struct text spec)
{
	struct fields f;

	fields_init(&f, c->arena);
	add_name(&f, "module", m->module);
	add_name(&f, "function", m->function);
	if (m->arity >= 0)
		fields_int(&f, "arity", UNIT_NONE, m->arity);
	else
		fields_null(&f, "arity");
	fields_text(&f, "spec", spec);
	add_warnings(c, &f, text, m);
	cmd_print_object(c, &f);
}

/* No node is asked, so there is nobody who could know a record. */
static bool fail_compile(struct err *err)
{
	if (err->kind == ERR_ABSENT && !err->hint[0])
		fail_hint(err, "trace finds it in the node's modules; here write the "
			       "tuple that it is, {name, _, ...}");
	err->kind = ERR_USAGE;
	return false;
}

bool match_run(struct cmd_context *c, struct err *err)
{
	struct match_options o = { .syntax = c->options.syntax };
	struct text text = c->args[0];
	struct buf spec = { 0 };
	struct match m;

	if (text_is(text, "-") && !read_input(c, &text, err))
		return err->kind == ERR_NONE;
	if (!match_compile(c->arena, text, &o, &m, err))
		return fail_compile(err);
	match_print(&spec, &m.spec, m.syntax);
	if (c->format->human)
		cmd_print_line(c, buf_text(&spec));
	else
		print_object(c, text, &m, buf_text(&spec));
	buf_clear(&spec);
	tell_warnings(text, &m);
	return true;
}

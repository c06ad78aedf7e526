/*
 * call: one remote call with literal arguments, in either syntax.
 */
#include <inttypes.h>

#include "cmd/commands.h"
#include "cmd/process.h"
#include "tables/foreign_call.h"

struct wait_called {
	struct waiting waiting;
	struct called *called;
};

static void on_called(void *ctx, struct called *called, const struct err *err)
{
	struct wait_called *w = ctx;

	w->called = called;
	cmd_answered(&w->waiting, err);
}

/* ERR_USAGE with the place. */
static bool parse(struct cmd_context *c, struct term_call *call, struct err *err)
{
	size_t at = 0;

	if (term_parse_call(c->arena, c->args[0], SYNTAX_AUTO, call, &at, err))
		return true;
	if (err->kind == ERR_NONE)
		fail(err, ERR_USAGE, "'%.*s' is not a call", TEXT_ARG(c->args[0]));
	err->kind = ERR_USAGE;
	fail_prefix(err, "at character %zu of '%.*s'", at + 1, TEXT_ARG(c->args[0]));
	if (!err->hint[0])
		fail_hint(err, "for example 'erlang:memory(total)' or 'Process.list()'");
	return false;
}

static struct text shown_call(struct cmd_context *c, const struct term_call *call)
{
	struct buf b = { 0 };
	struct text shown;

	term_mfa(&b, call->module, call->function, (int)call->args.n, call->syntax);
	shown = text_dup(c->arena, buf_text(&b));
	buf_clear(&b);
	return shown;
}

/* With the arguments, as they were typed: what is asked about. */
static const char *shown_words(struct cmd_context *c)
{
	struct buf b = { 0 };
	const char *shown;

	text_escape(&b, c->args[0]);
	shown = cmd_string(c, "%s", buf_cstr(&b));
	buf_clear(&b);
	return shown;
}

static void print_object(struct cmd_context *c, const struct live *l,
			 const struct term_call *call, const struct called *called)
{
	struct text value = cmd_term(c, l, &called->value.term, called->syntax, 0);
	struct buf name = { 0 };
	struct fields f;

	fields_init(&f, c->arena);
	term_name(&name, call->module);
	fields_text(&f, "module", buf_text(&name));
	buf_reset(&name);
	term_name(&name, call->function);
	fields_text(&f, "function", buf_text(&name));
	buf_clear(&name);
	fields_int(&f, "arity", UNIT_NONE, call->args.n);
	if (called->ok) {
		fields_text(&f, "value", value);
		fields_null(&f, "class");
		fields_null(&f, "reason");
	} else {
		fields_null(&f, "value");
		fields_text(&f, "class", called->class);
		fields_text(&f, "reason", value);
	}
	fields_bool(&f, "cut", called->value.cut);
	cmd_list_fields(c, &f, "stack", "stack_left_out", &called->stack);
	cmd_print_object(c, &f);
}

static void print_text(struct cmd_context *c, const struct live *l,
		       const struct called *called)
{
	if (!called->ok)
		return;
	cmd_print_line(c, cmd_term(c, l, &called->value.term, called->syntax,
				   cmd_term_width(c)));
	if (called->value.cut)
		cmd_print_cut(c);
}

/* A call that raised is a failure, in every format. */
static bool fail_raised(struct cmd_context *c, const struct live *l,
			const struct term_call *call, const struct called *called,
			struct err *err)
{
	struct text reason = cmd_term(c, l, &called->value.term, called->syntax, 0);

	for (size_t i = 0; i < called->stack.nitems && c->format->human; i++)
		cmd_printf_line(c, "  %.*s", TEXT_ARG(called->stack.items[i]));
	return fail(err, ERR_CANNOT, "%.*s ended with %.*s: %.*s",
		    TEXT_ARG(shown_call(c, call)),
		    TEXT_ARG(called->class), TEXT_ARG(reason));
}

bool call_run(struct cmd_context *c, struct err *err)
{
	struct wait_called *w = arena_new(c->arena, struct wait_called);
	struct live *l = cmd_live(c, err);
	struct term_call call;
	const char *what;
	bool ok;

	if (!l || !parse(c, &call, err))
		return false;
	what = cmd_string(c, "call %s on '%.*s', which may change something",
			  shown_words(c), TEXT_ARG(live_source(l)->name));
	if (!foreign_only_reads(&call) && !cmd_may_write(c, what, err))
		return false;
	foreign_call(l, &call, &(struct foreign_request){
		.terms = c->options.limit,
		.timeout_ns = c->options.timeout_ns,
		.syntax = c->options.syntax,
	}, on_called, w);
	if (!cmd_wait_answer(c, &w->waiting, err))
		return err->kind == ERR_NONE;
	if (c->format->human)
		print_text(c, l, w->called);
	else
		print_object(c, l, &call, w->called);
	ok = w->called->ok || fail_raised(c, l, &call, w->called, err);
	called_free(w->called);
	return ok;
}

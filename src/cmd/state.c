/*
 * state: what a process that takes system messages holds as its state.
 */
#include "cmd/commands.h"
#include "cmd/process.h"

/* {Module, Id, State} of one handler of gen_event. */
static void add_handler(struct cmd_context *c, const struct live *l, struct fields *list,
			const struct foreign *f, const struct foreign_part *part)
{
	struct fields *one = fields_new(c->arena);

	fields_text(one, "module", cmd_term(c, l, term_at(&part->term, 0), f->syntax, 0));
	fields_text(one, "id", cmd_term(c, l, term_at(&part->term, 1), f->syntax, 0));
	fields_text(one, "state", cmd_term(c, l, term_at(&part->term, 2), f->syntax, 0));
	fields_bool(one, "cut", part->cut);
	fields_object(list, "handler", one);
}

static bool any_cut(const struct foreign *f)
{
	for (size_t i = 0; i < f->nparts; i++)
		if (f->parts[i].cut)
			return true;
	return false;
}

static void print_object(struct cmd_context *c, const struct cmd_process *p,
			 const struct foreign *f)
{
	struct fields all, handlers;

	fields_init(&all, c->arena);
	fields_init(&handlers, c->arena);
	cmd_process_fields(&all, p);
	for (size_t i = 0; i < f->nparts && f->handlers; i++)
		add_handler(c, p->live, &handlers, f, &f->parts[i]);
	if (f->handlers)
		fields_null(&all, "state");
	else
		fields_text(&all, "state",
			    cmd_term(c, p->live, &f->parts[0].term, f->syntax, 0));
	fields_bool(&all, "cut", any_cut(f));
	if (f->handlers)
		fields_list(&all, "handlers", &handlers);
	else
		fields_null(&all, "handlers");
	cmd_print_object(c, &all);
}

static void print_text(struct cmd_context *c, const struct cmd_process *p,
		       const struct foreign *f)
{
	size_t width = cmd_term_width(c);

	if (f->handlers && f->nparts == 0)
		cmd_print_line(c, TEXT("no handlers"));
	for (size_t i = 0; i < f->nparts; i++) {
		const struct term *t = &f->parts[i].term;

		if (f->handlers) {
			struct text module = cmd_term(c, p->live, term_at(t, 0),
						      f->syntax, 0);
			struct text id = cmd_term(c, p->live, term_at(t, 1), f->syntax,
						  0);

			cmd_printf_line(c, "%shandler %.*s, id %.*s:", i ? "\n" : "",
					TEXT_ARG(module), TEXT_ARG(id));
			t = term_at(t, 2);
		}
		cmd_print_line(c, cmd_term(c, p->live, t, f->syntax, width));
	}
	if (any_cut(f))
		cmd_print_cut(c);
}

bool state_run(struct cmd_context *c, struct err *err)
{
	struct cmd_process p;
	struct foreign *f;

	if (!cmd_process_find(c, &p, err))
		return err->kind == ERR_NONE;
	f = cmd_foreign(c, &p, FOREIGN_STATE, err);
	if (!f)
		return err->kind == ERR_NONE;
	(c->format->human ? print_text : print_object)(c, &p, f);
	foreign_free(f);
	return true;
}

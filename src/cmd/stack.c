/*
 * stack: where a process is, the innermost call first.
 */
#include <inttypes.h>

#include "cmd/commands.h"
#include "cmd/process.h"
#include "tables/process.h"

static void print_object(struct cmd_context *c, const struct cmd_process *p,
			 const struct process_detail *d)
{
	struct fields f;

	fields_init(&f, c->arena);
	cmd_process_fields(&f, p);
	fields_text(&f, "status", table_text(&d->sample->table, 0, PROC_STATUS));
	cmd_list_fields(c, &f, "stack", "stack_left_out", &d->stack);
	cmd_print_object(c, &f);
}

static void print_text(struct cmd_context *c, const struct cmd_process *p,
		       const struct process_detail *d)
{
	struct text status = table_text(&d->sample->table, 0, PROC_STATUS);

	cmd_printf_line(c, "%.*s %.*s is %.*s", TEXT_ARG(p->shown), TEXT_ARG(p->name),
			TEXT_ARG(status));
	for (size_t i = 0; i < d->stack.nitems; i++)
		cmd_printf_line(c, "  %.*s", TEXT_ARG(d->stack.items[i]));
	if (d->stack.nitems == 0)
		cmd_print_line(c, TEXT("  no calls: the process is hibernating"));
	if (d->stack.total > (int64_t)d->stack.nitems)
		cmd_printf_line(c, "  ... (%" PRId64 " more)",
				d->stack.total - (int64_t)d->stack.nitems);
}

bool stack_run(struct cmd_context *c, struct err *err)
{
	struct cmd_process p;
	struct process_detail *d;

	if (!cmd_process_find(c, &p, err))
		return err->kind == ERR_NONE;
	d = cmd_process_detail(c, &p, err);
	if (!d)
		return err->kind == ERR_NONE;
	(c->format->human ? print_text : print_object)(c, &p, d);
	process_detail_free(d);
	return true;
}

/*
 * info PID: all about one process, in the groups that recon:info/1 made known.
 */
#include "cmd/info.h"

#include "cmd/process.h"
#include "tables/process.h"

/* A column of the processes table, as a field. */
static void add_column(struct fields *f, const struct process_detail *d, size_t column)
{
	fields_cell(f, &processes_schema.columns[column],
		    table_cell(&d->sample->table, 0, column));
}

static void add_columns(struct fields *f, const struct process_detail *d,
			const size_t *columns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_column(f, d, columns[i]);
}

/* [{Key, Value}, ...]: one text each, so that --redact sees the keys. */
static void add_dictionary(struct cmd_context *c, struct fields *meta,
			   const struct cmd_process *p, const struct foreign *f)
{
	const struct term *list = f && f->nparts ? &f->parts[0].term : NULL;
	struct fields *entries = fields_new(c->arena);

	if (!list || list->type != TERM_LIST) {
		fields_null(meta, "dictionary");
		return;
	}
	for (size_t i = 0; i < list->n; i++)
		fields_text(entries, "",
			    cmd_term(c, p->live, &list->items[i], f->syntax, 0));
	if (list->n && list->items[list->n].type == TERM_CUT)
		fields_text(entries, "",
			    cmd_term(c, p->live, &list->items[list->n], f->syntax, 0));
	fields_list(meta, "dictionary", entries);
}

static struct fields *meta_of(struct cmd_context *c, const struct cmd_process *p,
			      const struct process_detail *d,
			      const struct foreign *dictionary)
{
	static const size_t columns[] = {
		PROC_REGISTERED_NAME, PROC_LABEL,  PROC_APPLICATION, PROC_PARENT,
		PROC_GROUP_LEADER,    PROC_STATUS, PROC_PRIORITY,
	};
	struct fields *f = fields_new(c->arena);

	add_columns(f, d, columns, sizeof(columns) / sizeof(columns[0]));
	cmd_list_fields(c, f, "ancestors", "ancestors_left_out", &d->ancestors);
	fields_text_or_null(f, "error_handler", d->error_handler);
	fields_text_or_null(f, "trace_token", d->trace_token);
	add_dictionary(c, f, p, dictionary);
	return f;
}

static struct fields *signals_of(struct cmd_context *c, const struct process_detail *d)
{
	struct fields *f = fields_new(c->arena);

	cmd_list_fields(c, f, "links", "links_left_out", &d->links);
	cmd_list_fields(c, f, "monitors", "monitors_left_out", &d->monitors);
	cmd_list_fields(c, f, "monitored_by", "monitored_by_left_out", &d->monitored_by);
	cmd_list_fields(c, f, "suspending", "suspending_left_out", &d->suspending);
	add_column(f, d, PROC_TRAP_EXIT);
	return f;
}

static struct fields *location_of(struct cmd_context *c, const struct process_detail *d)
{
	struct fields *f = fields_new(c->arena);

	add_column(f, d, PROC_INITIAL_CALL);
	add_column(f, d, PROC_CURRENT_FUNCTION);
	cmd_list_fields(c, f, "stack", "stack_left_out", &d->stack);
	return f;
}

static struct fields *memory_of(struct cmd_context *c, const struct process_detail *d)
{
	static const size_t columns[] = {
		PROC_MEMORY,     PROC_MSGQ,  PROC_QUEUE_DATA,   PROC_HEAP,
		PROC_TOTAL_HEAP, PROC_STACK, PROC_BINARY_COUNT, PROC_BINARY_MEMORY,
	};
	struct fields *f = fields_new(c->arena);
	struct fields *gc = fields_new(c->arena);

	add_columns(f, d, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < d->nnumbers; i++)
		fields_int(gc, text_cstr(c->arena, d->numbers[i].name),
			   d->numbers[i].unit, d->numbers[i].value);
	fields_object(f, "garbage_collection", gc);
	return f;
}

static void print(struct cmd_context *c, const struct cmd_process *p,
		  const struct process_detail *d, const struct foreign *dictionary)
{
	struct fields all;
	struct fields *work = fields_new(c->arena);

	fields_init(&all, c->arena);
	cmd_process_fields(&all, p);
	fields_object(&all, "meta", meta_of(c, p, d, dictionary));
	fields_object(&all, "signals", signals_of(c, d));
	fields_object(&all, "location", location_of(c, d));
	fields_object(&all, "memory", memory_of(c, d));
	add_column(work, d, PROC_REDUCTIONS);
	fields_object(&all, "work", work);
	cmd_print_object(c, &all);
}

static bool process_info(struct cmd_context *c, struct err *err)
{
	struct cmd_process p;
	struct process_detail *d;
	struct foreign *dictionary;
	struct err none = { 0 };

	if (!cmd_process_find(c, &p, err))
		return err->kind == ERR_NONE;
	d = cmd_process_detail(c, &p, err);
	if (!d)
		return err->kind == ERR_NONE;
	/* A busy process keeps its dictionary to itself; the rest is worth showing all
	 * the same. */
	dictionary = cmd_foreign(c, &p, FOREIGN_DICTIONARY, &none);
	print(c, &p, d, dictionary);
	foreign_free(dictionary);
	process_detail_free(d);
	return true;
}

bool info_run(struct cmd_context *c, struct err *err)
{
	return (c->nargs ? process_info : source_info)(c, err);
}

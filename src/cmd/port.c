/*
 * ports and sockets: the table; with an argument, all about one of them.
 */
#include "cmd/commands.h"
#include "cmd/process.h"
#include "cmd/table.h"
#include "tables/port_detail.h"

struct wait_port {
	struct waiting waiting;
	struct port_detail *detail;
};

static void on_detail(void *ctx, struct port_detail *d, const struct err *err)
{
	struct wait_port *w = ctx;

	w->detail = d;
	cmd_answered(&w->waiting, err);
}

static struct fields *group(struct cmd_context *c, const struct port_items *items)
{
	struct fields *f = fields_new(c->arena);

	for (size_t i = 0; i < items->n; i++) {
		struct column about = { .name = items->at[i].name,
					.unit = items->at[i].unit };

		fields_cell(f, &about, items->at[i].cell);
	}
	return f;
}

static struct fields *signals(struct cmd_context *c, const struct port_detail *d)
{
	struct fields *f = fields_new(c->arena);

	cmd_list_fields(c, f, "links", "links_left_out", &d->links);
	cmd_list_fields(c, f, "monitors", "monitors_left_out", &d->monitors);
	cmd_list_fields(c, f, "monitored_by", "monitored_by_left_out", &d->monitored_by);
	return f;
}

static void print(struct cmd_context *c, const struct port_detail *d)
{
	struct fields all;
	struct fields *inet = group(c, &d->inet);

	fields_init(&all, c->arena);
	fields_text(&all, "id", d->id);
	fields_text(&all, "backend", d->nif ? TEXT("socket") : TEXT("port"));
	fields_object(&all, "meta", group(c, &d->meta));
	if (!d->nif) {
		fields_object(&all, "signals", signals(c, d));
		fields_object(&all, "io", group(c, &d->io));
		fields_object(&all, "memory_used", group(c, &d->memory));
	}
	if (d->socket) {
		fields_object(inet, "statistics", group(c, &d->statistics));
		fields_object(inet, "options", group(c, &d->options));
		fields_object(&all, "inet", inet);
	} else {
		fields_null(&all, "inet");
	}
	cmd_print_object(c, &all);
}

bool port_check(struct cmd_context *c, struct err *err)
{
	struct port_word word;

	return table_check_one(c, err) &&
	       (c->nargs == 0 || port_word_read(c->args[0], &word, err));
}

bool port_run(struct cmd_context *c, struct err *err)
{
	struct wait_port *w;
	struct port_word word;
	struct live *l;

	if (c->nargs == 0)
		return table_run(c, err);
	l = cmd_live(c, err);
	if (!l || !port_word_read(c->args[0], &word, err))
		return false;
	w = arena_new(c->arena, struct wait_port);
	port_detail_ask(l, &word, c->options.syntax, c->options.timeout_ns, on_detail, w);
	if (!cmd_wait_answer(c, &w->waiting, err))
		return err->kind == ERR_NONE;
	print(c, w->detail);
	port_detail_free(w->detail);
	return true;
}

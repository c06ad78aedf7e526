/*
 * From a word to a process, and what is asked of it.
 */
#include "cmd/process.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"
#include "tables/pid.h"
#include "tables/process.h"
#include "tables/process_find.h"

#define WIDTH_DEFAULT 80
/* A busy process does not keep the rest of info waiting for longer. */
#define DICTIONARY_NS INT64_C(1000000000)

/* Each with the answer of its kind. */
struct wait_pid {
	struct waiting waiting;
	int64_t pid;
};

struct wait_foreign {
	struct waiting waiting;
	struct foreign *foreign;
};

struct wait_detail {
	struct waiting waiting;
	struct process_detail *detail;
};

static void on_found(void *ctx, int64_t pid, const struct err *err)
{
	struct wait_pid *w = ctx;

	w->pid = pid;
	cmd_answered(&w->waiting, err);
}

static void on_foreign(void *ctx, struct foreign *f, const struct err *err)
{
	struct wait_foreign *w = ctx;

	w->foreign = f;
	cmd_answered(&w->waiting, err);
}

static void on_detail(void *ctx, struct process_detail *d, const struct err *err)
{
	struct wait_detail *w = ctx;

	w->detail = d;
	cmd_answered(&w->waiting, err);
}

struct live *cmd_live(struct cmd_context *c, struct err *err)
{
	return cmd_live_of(c, c->sources[0], err);
}

struct live *cmd_live_of(struct cmd_context *c, struct source *s, struct err *err)
{
	struct live *l = live_of(s);

	if (!l) {
		fail(err, ERR_CANNOT, "'%.*s' is not a live node, and %s needs one%s",
		     TEXT_ARG(s->name), c->command->name,
		     !c->command->live && c->command->required < c->nargs
			     ? " for that" : "");
		fail_hint(err, "a recording tells what was in its tables: otoscope ps "
			       "FILE --where 'name = NAME', ets FILE TABLE, sql FILE");
	}
	return l;
}

/* What the processes table calls it. */
static bool find_name(struct cmd_context *c, struct cmd_process *p, struct err *err)
{
	struct cell key = { CELL_ID, { .num = p->pid } };
	struct sample *s = cmd_ask(c, &(struct request){
		.schema = &processes_schema,
		.columns = column_bit(PROC_NAME),
		.keys = &key,
		.nkeys = 1,
		.timeout_ns = c->options.timeout_ns,
		.syntax = c->options.syntax,
	}, err);

	if (s && s->table.nrows > 0)
		p->name = text_dup(c->arena, table_text(&s->table, 0, PROC_NAME));
	sample_free(s);
	return s != NULL;
}

bool cmd_process_find(struct cmd_context *c, struct cmd_process *out, struct err *err)
{
	struct wait_pid *w = arena_new(c->arena, struct wait_pid);
	struct buf shown = { 0 };

	*out = (struct cmd_process){ .live = cmd_live(c, err) };
	if (!out->live || !process_word(c->args[0], err))
		return false;
	process_find(out->live, c->args[0], c->options.timeout_ns, on_found, w);
	if (!cmd_wait_answer(c, &w->waiting, err))
		return false;
	out->pid = w->pid;
	pid_print(&shown, w->pid);
	out->shown = text_dup(c->arena, buf_text(&shown));
	buf_clear(&shown);
	return find_name(c, out, err);
}

struct foreign *cmd_foreign(struct cmd_context *c, const struct cmd_process *p,
			    enum foreign_what what, struct err *err)
{
	struct wait_foreign *w = arena_new(c->arena, struct wait_foreign);
	struct foreign_request rq = {
		.what = what,
		.timeout_ns = c->options.timeout_ns,
		.syntax = c->options.syntax,
	};

	if (what == FOREIGN_STATE)
		rq.terms = c->options.limit;
	else if (what == FOREIGN_MESSAGES)
		rq.count = c->options.limit;
	else
		rq.timeout_ns = DICTIONARY_NS;
	foreign_ask(p->live, p->pid, &rq, on_foreign, w);
	return cmd_wait_answer(c, &w->waiting, err) ? w->foreign : NULL;
}

struct process_detail *cmd_process_detail(struct cmd_context *c,
					  const struct cmd_process *p, struct err *err)
{
	struct wait_detail *w = arena_new(c->arena, struct wait_detail);

	process_detail_ask(p->live, p->pid, c->options.syntax, c->options.timeout_ns,
			   on_detail, w);
	return cmd_wait_answer(c, &w->waiting, err) ? w->detail : NULL;
}

size_t cmd_term_width(const struct cmd_context *c)
{
	struct winsize size;

	if (!c->format->human)
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return WIDTH_DEFAULT;
}

struct text cmd_term(struct cmd_context *c, const struct live *l, const struct term *t,
		     enum syntax syntax, size_t width)
{
	struct term_style style = {
		.syntax = syntax,
		.home = node_name(live_node((struct live *)l)),
		.width = width,
		.redact = c->options.redact,
	};
	struct buf b = { 0 };
	struct text kept;

	term_print(&b, t, &style);
	kept = text_dup(c->arena, buf_text(&b));
	buf_clear(&b);
	return kept;
}

void cmd_process_fields(struct fields *f, const struct cmd_process *p)
{
	fields_text(f, "pid", p->shown);
	fields_text_or_null(f, "name", p->name);
}

void cmd_print_line(struct cmd_context *c, struct text t)
{
	struct text line;

	while (text_cut(&t, '\n', &line)) {
		struct buf b = { 0 };

		utf8_show(&b, line, c->out.ascii, SIZE_MAX);
		buf_char(&b, '\n');
		fwrite(b.data + b.start, 1, buf_len(&b), c->out.file);
		buf_clear(&b);
	}
}

const char *cmd_string(struct cmd_context *c, const char *format, ...)
{
	struct buf b = { 0 };
	const char *s;
	va_list args;

	va_start(args, format);
	buf_vprintf(&b, format, args);
	va_end(args);
	s = text_cstr(c->arena, buf_text(&b));
	buf_clear(&b);
	return s;
}

void cmd_printf_line(struct cmd_context *c, const char *format, ...)
{
	struct buf b = { 0 };
	va_list args;

	va_start(args, format);
	buf_vprintf(&b, format, args);
	va_end(args);
	cmd_print_line(c, buf_text(&b));
	buf_clear(&b);
}

void cmd_print_cut(struct cmd_context *c)
{
	cmd_print_line(c, TEXT("\n(... stands for what was left out;"
			       " -n N asks for more terms)"));
}

void cmd_list_fields(const struct cmd_context *c, struct fields *f, const char *name,
		     const char *left_out, const struct detail_list *list)
{
	struct fields *parts = fields_new(f->arena);

	for (size_t i = 0; i < list->nitems; i++)
		fields_text(parts, "", list->items[i]);
	fields_list(f, name, parts);
	if (list->total < 0)
		fields_null(f, left_out);
	else if (!c->format->human || list->total > (int64_t)list->nitems)
		fields_int(f, left_out, UNIT_COUNT, list->total - (int64_t)list->nitems);
}

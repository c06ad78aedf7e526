/* A process by its name: while it is looked for, a line says so. */
#include "view/find.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/process.h"
#include "tables/process_find.h"
#include "term/term.h"
#include "view/detail.h"
#include "view/detail_goal.h"
#include "view/top.h"

/* What is awaited; the view may be gone before it comes. */
struct asked_for {
	struct find *find; /* NULL: nobody waits any more */
	struct link *link;
	bool counted; /* among the link's */
};

struct find {
	struct view view;
	struct arena arena;
	struct text word;
	struct asked_for *asked;
};

static void draw(struct view *v, struct pane p)
{
	struct find *f = (struct find *)v;
	struct pane line = pane_bottom(&p, 1);

	pane_fill(line, STYLE_PLAIN);
	pane_printf(line, 0, 0, STYLE_STRONG, "looking for '%.*s'", TEXT_ARG(f->word));
}

static void free_view(struct view *v)
{
	struct find *f = (struct find *)v;

	if (f->asked)
		f->asked->find = NULL;
	arena_clear(&f->arena);
	free(f);
}

static const struct view_ops ops = {
	.name = "find",
	.over = true,
	.draw = draw,
	.free = free_view,
};

static bool open_page(struct view *from, int64_t pid, struct err *err)
{
	struct cell key = { CELL_ID, { .num = pid } };

	return detail_open(from, &processes_schema, key, err);
}

/* err: as process_found() has it. */
static void found(void *ctx, int64_t pid, const struct err *err)
{
	struct asked_for *a = ctx;
	struct find *f = a->find;
	struct err failed = err ? *err : (struct err){ 0 };
	struct top *t;

	if (a->counted)
		a->link->asks--;
	free(a);
	if (!f)
		return;
	f->asked = NULL;
	t = f->view.top;
	if (top_view(t) != &f->view)
		return;
	top_pop(t);
	if (failed.kind || !open_page(top_view(t), pid, &failed))
		top_say_err(t, &failed);
}

/* In what a recording has: a registered name, or else the name that is shown. */
static size_t find_row(const struct table *t, struct text word)
{
	static const enum process_column columns[] = { PROC_REGISTERED_NAME, PROC_NAME };

	for (size_t i = 0; i < 2; i++) {
		size_t c = schema_find(
			t->schema, text_of(processes_schema.columns[columns[i]].name));

		for (size_t row = 0; c != TABLE_NONE && row < t->nrows; row++)
			if (text_eq(table_text(t, row, c), word))
				return row;
	}
	return TABLE_NONE;
}

static void read_rows(void *ctx, struct sample *sample, const struct err *err)
{
	struct asked_for *a = ctx;
	struct err failed = err ? *err : (struct err){ 0 };
	int64_t pid = 0;

	if (sample && a->find) {
		const struct table *t = &sample->table;
		size_t row = find_row(t, a->find->word);

		if (row == TABLE_NONE)
			fail(&failed, ERR_ABSENT, "there is no process '%.*s'",
			     TEXT_ARG(a->find->word));
		else
			pid = table_num(t, row, t->schema->key);
	}
	sample_free(sample);
	found(a, pid, failed.kind ? &failed : NULL);
}

static void ask(struct find *f)
{
	struct link *l = f->view.link;
	struct live *live = link_live(l);
	const struct top_options *o = top_options(f->view.top);
	struct request rq = { .schema = &processes_schema, .timeout_ns = o->timeout_ns };

	f->asked = mem_zalloc(sizeof(*f->asked));
	*f->asked = (struct asked_for){ f, l, live };
	if (live) {
		l->asks++;
		process_find(live, f->word, o->timeout_ns, found, f->asked);
		return;
	}
	rq.columns = column_bit(PROC_REGISTERED_NAME) | column_bit(PROC_NAME);
	link_ask(l, &rq, read_rows, f->asked);
}

bool find_process(struct view *v, struct text word, struct err *err)
{
	struct goal goal = goal_read(word);
	struct find *f;
	uint64_t pid;

	if (goal.kind != GOAL_NONE)
		return goal_open(v, &goal, err);
	if (!word.len)
		return fail(err, ERR_USAGE, "whose page? a pid, a port, or a name");
	if (term_parse_pid(word, &pid))
		return open_page(v, (int64_t)pid, err);
	if (!process_word(word, err))
		return false;
	f = mem_zalloc(sizeof(*f));
	f->view = (struct view){ .ops = &ops, .top = v->top, .link = v->link };
	f->word = text_dup(&f->arena, word);
	top_push(v->top, &f->view);
	ask(f);
	return true;
}

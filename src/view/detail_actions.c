/* What keys do on the page of a row. */
#include "tables/port.h"
#include "tables/process.h"
#include "view/chart.h"
#include "view/detail_inside.h"
#include "view/trace.h"
#include "view/write.h"

static struct section *current(struct view *v)
{
	struct detail *d = detail_of(v);

	top_dirty(v->top);
	return &d->sections[d->current];
}

void detail_move(struct detail *d, ptrdiff_t lines)
{
	struct section *s = current(&d->view);

	if (s->fold.fold)
		fold_pane_move(&s->fold, lines);
	else
		scroll_by(&s->scroll, lines, s->lines.n);
}

static bool move(struct view *v, ptrdiff_t lines)
{
	detail_move(detail_of(v), lines);
	return true;
}

static ptrdiff_t height(struct view *v)
{
	struct section *s = current(v);
	size_t h = s->fold.fold ? s->fold.scroll.height : s->scroll.height;

	return h > 1 ? (ptrdiff_t)h - 1 : 1;
}

static bool up(struct view *v, struct text argument, struct err *err)
{
	return move(v, -1);
}

static bool down(struct view *v, struct text argument, struct err *err)
{
	return move(v, 1);
}

static bool page_up(struct view *v, struct text argument, struct err *err)
{
	return move(v, -height(v));
}

static bool page_down(struct view *v, struct text argument, struct err *err)
{
	return move(v, height(v));
}

static bool first(struct view *v, struct text argument, struct err *err)
{
	return move(v, -PTRDIFF_MAX);
}

static bool last(struct view *v, struct text argument, struct err *err)
{
	return move(v, PTRDIFF_MAX);
}

static bool open(struct view *v, struct text argument, struct err *err)
{
	struct section *s = current(v);
	struct goal g = { 0 };

	if (s->fold.fold)
		g = fold_pane_goal(&s->fold);
	else if (s->scroll.cursor < s->lines.n)
		g = s->lines.at[s->scroll.cursor].goal;
	if (g.kind || !s->fold.fold)
		return goal_open(v, &g, err);
	fold_pane_toggle(&s->fold);
	return true;
}

/* The term that is shown, or ERR_USAGE. */
static struct fold_pane *folded(struct view *v, struct err *err)
{
	struct section *s = current(v);

	if (s->fold.fold)
		return &s->fold;
	fail(err, ERR_USAGE, "there is nothing to be opened or searched here");
	return NULL;
}

static bool unfold(struct view *v, struct text argument, struct err *err)
{
	struct fold_pane *p = folded(v, err);

	if (p)
		fold_pane_open(p, true);
	return p != NULL;
}

static bool fold(struct view *v, struct text argument, struct err *err)
{
	struct fold_pane *p = folded(v, err);

	if (p)
		fold_pane_open(p, false);
	return p != NULL;
}

static bool toggle(struct view *v, struct text argument, struct err *err)
{
	struct fold_pane *p = folded(v, err);

	if (p)
		fold_pane_toggle(p);
	return p != NULL;
}

static bool unfold_all(struct view *v, struct text argument, struct err *err)
{
	struct fold_pane *p = folded(v, err);

	if (p)
		fold_pane_all(p, true);
	return p != NULL;
}

static bool fold_all(struct view *v, struct text argument, struct err *err)
{
	struct fold_pane *p = folded(v, err);

	if (p)
		fold_pane_all(p, false);
	return p != NULL;
}

static bool search(struct view *v, struct text argument, struct err *err)
{
	struct fold_pane *p = folded(v, err);

	if (!p)
		return false;
	if (!argument.len) {
		fold_pane_search(p);
		return true;
	}
	fold_look_for(p->fold, argument);
	return fold_pane_next(p, false) ||
	       fail(err, ERR_ABSENT, "'%.*s' is not in it", TEXT_ARG(argument));
}

static bool next(struct view *v, bool back, struct err *err)
{
	struct fold_pane *p = folded(v, err);
	struct text words;

	if (!p)
		return false;
	words = fold_words(p->fold);
	if (!words.len)
		return fail(err, ERR_USAGE, "nothing is searched for: / does");
	return fold_pane_next(p, back) ||
	       fail(err, ERR_ABSENT, "'%.*s' is not in it", TEXT_ARG(words));
}

static bool next_match(struct view *v, struct text argument, struct err *err)
{
	return next(v, false, err);
}

static bool previous_match(struct view *v, struct text argument, struct err *err)
{
	return next(v, true, err);
}

static bool step(struct view *v, size_t by)
{
	struct detail *d = detail_of(v);

	detail_go(d, (d->current + by) % d->kind->nsections);
	return true;
}

static bool next_section(struct view *v, struct text argument, struct err *err)
{
	return step(v, 1);
}

static bool previous_section(struct view *v, struct text argument, struct err *err)
{
	return step(v, detail_of(v)->kind->nsections - 1);
}

static bool section(struct view *v, struct text argument, struct err *err)
{
	struct detail *d = detail_of(v);
	int64_t number;

	if (text_int(argument, &number) && number >= 1 &&
	    number <= (int64_t)d->kind->nsections) {
		detail_go(d, (size_t)number - 1);
		return true;
	}

	for (size_t i = 0; i < d->kind->nsections; i++)
		if (text_is(argument, d->kind->sections[i].name)) {
			detail_go(d, i);
			return true;
		}
	return fail(err, ERR_USAGE, "there is no section '%.*s' here",
		    TEXT_ARG(argument));
}

static void complete_section(struct view *v, struct text before, struct offer *o)
{
	const struct detail_kind *kind = detail_of(v)->kind;

	for (size_t i = 0; i < kind->nsections; i++) {
		struct text name = text_of(kind->sections[i].name);

		if (text_eq(text_sub(name, 0, before.len), before))
			o->take(o, name, text_of(kind->sections[i].help));
	}
}

static bool refresh(struct view *v, struct text argument, struct err *err)
{
	detail_refresh(detail_of(v));
	return true;
}

static bool has_more(const struct view *v)
{
	const struct detail *d = (const struct detail *)v;

	return d->sections[d->current].about->more != NULL;
}

static bool more(struct view *v, struct text argument, struct err *err)
{
	struct section *s = current(v);

	if (!s->about->more(detail_of(v), s))
		return fail(err, ERR_CANNOT, "that is the most that can be asked for");
	detail_refresh(detail_of(v));
	return true;
}

/* Of the number on the line, or of a column by its name. */
static bool chart(struct view *v, struct text argument, struct err *err)
{
	struct detail *d = detail_of(v);
	struct section *s = current(v);
	const struct schema *schema = d->row.schema;
	struct text name = argument;
	size_t column;
	struct view *chart;
	uint32_t row = 0;

	if (!name.len && !s->fold.fold && s->scroll.cursor < s->lines.n)
		name = s->lines.at[s->scroll.cursor].label;
	column = d->row.nrows ? schema_find(schema, name) : TABLE_NONE;
	if (column == TABLE_NONE && argument.len && d->row.nrows)
		return table_no_column(schema, argument, err);
	if (column == TABLE_NONE)
		return fail(err, ERR_USAGE, "there is no number on this line that has a "
			    "history");
	chart = chart_view_of_cells(v->top, v->link, feed_derived(d->feed), &d->row, &row,
				    1, column, err);
	if (chart)
		top_push(v->top, chart);
	return chart != NULL;
}

static bool is_process(const struct view *v)
{
	return ((const struct detail *)v)->schema == &processes_schema;
}

static bool is_port(const struct view *v)
{
	const struct detail *d = (const struct detail *)v;

	return d->key.type == CELL_ID &&
	       (d->schema == &ports_schema || d->schema == &sockets_schema);
}

static bool change(struct view *v, enum change what, struct err *err)
{
	struct detail *d = detail_of(v);
	struct cell name = detail_cell(d, "name");

	if (d->gone)
		return fail(err, ERR_ABSENT, "%.*s is gone", TEXT_ARG(d->view.trail));
	if (!d->row.nrows)
		return fail(err, ERR_CANNOT, "%.*s was not read yet",
			    TEXT_ARG(d->view.trail));
	return write_ask(v, &(struct write){
		.what = what,
		.ids = &d->key.v.num,
		.n = 1,
		.name = name.type == CELL_TEXT ? *name.v.text : (struct text){ 0 },
		.creation = d->creation,
	}, err);
}

/* What other commands do with a process, where there are such. */
static bool has_command(const struct view *v, const char *name)
{
	const struct top_options *o = top_options(v->top);

	return is_process(v) && o->has_command && o->has_command(text_of(name));
}

static bool say_command(struct view *v, const char *name)
{
	top_say(v->top, STYLE_PLAIN, "in another terminal: otoscope %s %.*s --pid '%.*s'",
		name, TEXT_ARG(v->link->name), TEXT_ARG(v->trail));
	return true;
}

static bool has_trace(const struct view *v)
{
	return is_process(v) && !v->link->stored;
}

static bool has_profile(const struct view *v)
{
	return has_command(v, "profile");
}

static bool trace(struct view *v, struct text argument, struct err *err)
{
	struct detail *d = detail_of(v);
	struct cell name = detail_cell(d, "registered_name");
	struct trace_processes whom = { .ids = &d->key.v.num, .n = 1,
				   .creation = d->creation };

	if (d->gone)
		return fail(err, ERR_ABSENT, "%.*s is gone", TEXT_ARG(v->trail));
	if (name.type == CELL_TEXT)
		whom.name = *name.v.text;
	return trace_open(v, &whom, argument, err);
}

static bool profile(struct view *v, struct text argument, struct err *err)
{
	return say_command(v, "profile");
}

static bool collect(struct view *v, struct text argument, struct err *err)
{
	return change(v, CHANGE_COLLECT, err);
}

static bool kill(struct view *v, struct text argument, struct err *err)
{
	return change(v, CHANGE_KILL, err);
}

static bool close_port(struct view *v, struct text argument, struct err *err)
{
	return change(v, CHANGE_CLOSE, err);
}

#define WRITES (ACTION_WRITES | ACTION_LIVE)

static const struct action actions[] = {
	{ "<tab>]", "next-section", NULL, "the next section", ACTION_FOOT, next_section,
	  NULL },
	{ "<s-tab>[", "previous-section", NULL, "the section before", 0,
	  previous_section, NULL },
	{ "123456789", "section", "NAME", "a section by its name or number",
	  ACTION_DIGIT, section, complete_section },
	{ "<up>k", "up", NULL, "the line above", 0, up, NULL },
	{ "<down>j", "down", NULL, "the line below", 0, down, NULL },
	{ "<pageup>B", "page-up", NULL, "a page up", 0, page_up, NULL },
	{ "<pagedown>F", "page-down", NULL, "a page down", 0, page_down, NULL },
	{ "<home>", "first", NULL, "the first line", 0, first, NULL },
	{ "<end>G", "last", NULL, "the last line", 0, last, NULL },
	{ "<enter>", "open", NULL,
	  "the page of the process or port on this line; or opens and closes a term",
	  ACTION_FOOT, open, NULL },
	{ "<right>", "unfold", NULL, "open the term on this line", 0, unfold, NULL },
	{ "<left>", "fold", NULL, "close it, or go to what it is in", 0, fold, NULL },
	{ "<space>", "toggle", NULL, "open or close it", 0, toggle, NULL },
	{ "*+", "unfold-all", NULL, "open it with all that is in it", 0, unfold_all,
	  NULL },
	{ "-", "fold-all", NULL, "close it with all that is in it", 0, fold_all, NULL },
	{ "/", "search", "WORDS", "search in it, also in what is closed", ACTION_FOOT,
	  search, NULL },
	{ "n", "next-match", NULL, "the next place with the words", 0, next_match, NULL },
	{ "N", "previous-match", NULL, "the place with the words before", 0,
	  previous_match, NULL },
	{ "r", "refresh", NULL, "ask again", ACTION_FOOT, refresh, NULL },
	{ "c", "chart", "COLUMN", "the number on this line over time", ACTION_FOOT,
	  chart, NULL },
	{ "m", "more", NULL, "ask for ten times as much of it", 0, more, NULL,
	  has_more },
	{ "t", "trace-this", "EXPRESSION", "trace the calls of this process",
	  ACTION_FOOT | ACTION_LIVE, trace, NULL, has_trace },
	{ "p", "profile", NULL, "find what this process spends its time on", ACTION_LIVE,
	  profile, NULL, has_profile },
	{ "W<f8>", "collect", NULL, "collect the garbage of this process", WRITES,
	  collect, NULL, is_process },
	{ "K<f9>", "kill", NULL, "kill this process", WRITES, kill, NULL, is_process },
	{ "K<f9>", "close", NULL, "close this port", WRITES, close_port, NULL, is_port },
};

const struct view_ops detail_ops = {
	.name = "page",
	.actions = actions,
	.nactions = sizeof(actions) / sizeof(actions[0]),
	.draw = detail_draw,
	.key = detail_key,
	.typing = detail_typing,
	.shown = detail_shown,
	.free = detail_free,
};

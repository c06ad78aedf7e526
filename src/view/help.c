/* Help as a view: what it tells of the view below, its keys. */
#include "view/help.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/tables.h"
#include "tui/input.h"
#include "view/help_lines.h"
#include "view/keys.h"
#include "view/settings.h"
#include "view/table.h"
#include "view/tabs.h"
#include "view/top.h"

struct help {
	struct view view;
	struct help_lines lines;
	struct input word; /* only lines that have it are shown */
	bool typing;       /* it */
	size_t width;      /* that the lines are laid out for; 0: not yet */
	size_t top;
	size_t height; /* lines that there was room for */
};

static struct help *of(struct view *v)
{
	return (struct help *)v;
}

/*
 * What it tells.
 */

static void add_action(struct help *h, const struct action *a)
{
	struct buf keys = { 0 };
	struct buf name = { 0 };
	struct buf help = { 0 };

	keys_print(&keys, a->keys);
	buf_printf(&name, "%s%s%s", a->name, a->argument ? " " : "",
		   a->argument ? a->argument : "");
	buf_printf(&help, "%s%s%s", a->help,
		   a->flags & ACTION_WRITES ? "; with --allow-write only" : "",
		   a->flags & ACTION_LIVE ? "; of a live node only" : "");
	help_lines_add(&h->lines, STYLE_KEY, buf_text(&keys), buf_text(&name),
		       buf_text(&help));
	buf_clear(&keys);
	buf_clear(&name);
	buf_clear(&help);
}

/* Those that a view does not have itself. */
static void add_common(void *ctx, struct view *v, const struct action *a)
{
	for (size_t i = 0; i < v->ops->nactions; i++)
		if (a == &v->ops->actions[i])
			return;
	add_action(ctx, a);
}

static void heading(struct help *h, const char *prefix, const char *name)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s%s", prefix, name);
	help_lines_heading(&h->lines, buf_text(&b));
	buf_clear(&b);
}

static bool is_there(struct view *v, const struct action *a)
{
	return !a->there || a->there(v);
}

static void tell_keys(struct help *h, struct view *about)
{
	if (about->ops->nactions) {
		heading(h, "Keys here: ", about->ops->name);
		for (size_t i = 0; i < about->ops->nactions; i++)
			if (is_there(about, &about->ops->actions[i]))
				add_action(h, &about->ops->actions[i]);
	}
	help_lines_heading(&h->lines, TEXT("Keys everywhere"));
	top_actions(about->top, about, add_common, h);
}

static void tell_columns(struct help *h, const struct schema *s)
{
	heading(h, "Columns of ", s->name);
	help_lines_text(&h->lines, text_of(s->help));
	for (size_t i = 0; i < s->ncolumns; i++) {
		const struct column *c = &s->columns[i];
		struct buf help = { 0 };

		buf_str(&help, c->help);
		if (c->kind == COLUMN_COUNTER)
			buf_printf(&help, "; also %s_rate", c->name);
		else if (c->kind == COLUMN_GAUGE)
			buf_printf(&help, "; also %s_growth", c->name);
		help_lines_add(&h->lines, STYLE_HEADING, text_of(c->title),
			       text_of(c->name), buf_text(&help));
		buf_clear(&help);
	}
}

static void tell_command_line(struct help *h, struct top *t)
{
	const struct tabs *tabs = top_tabs(t);

	help_lines_heading(&h->lines, TEXT("The command line"));
	help_lines_text(&h->lines,
			TEXT("A colon opens it. A word is the name of an action, as "
			     "they stand above, with its argument; a pid, <0.81.0>; or "
			     "a table to go to. Its first letters do where nothing else "
			     "begins so. Tab shows what there is."));
	for (size_t i = 0; i < tabs->n; i++)
		for (size_t k = 0; k < tabs->at[i].ntables; k++) {
			const struct schema *s = tabs->at[i].tables[k];

			help_lines_add(&h->lines, STYLE_LINK, text_of(s->name),
				       text_of(s->command), text_of(s->help));
		}
}

/* What a look means, in that look. */
static const struct {
	enum style style;
	const char *sample;
	const char *help;
} marks[] = {
	{ STYLE_RANKED, "COLUMN",
	  "the rows are ranked by it; an arrow tells the direction" },
	{ STYLE_DIM, "+3", "so many columns have no room: Right shows them" },
	{ STYLE_MARK, "*", "the row is marked" },
	{ STYLE_MARK, "=", "the row is held on its line" },
	{ STYLE_LINK, "<0.81.0>", "can be opened: Enter" },
	{ STYLE_WARN, "81% !", "worth a look" },
	{ STYLE_CRIT, "97% !!", "bad, or soon" },
	{ STYLE_DIM, "-", "there is nothing, or it is not known yet" },
	{ STYLE_MATCH, "text", "was searched for" },
	{ STYLE_CRIT, "reconnecting", "the node is lost: what is shown is the last that "
				      "it told, with its age" },
};

static void tell_marks(struct help *h)
{
	help_lines_heading(&h->lines, TEXT("Marks and colours"));
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		help_lines_add(&h->lines, marks[i].style, text_of(marks[i].sample),
			       (struct text){ 0 }, text_of(marks[i].help));
}

static void tell_thresholds(struct help *h, const struct settings *s)
{
	for (size_t i = THRESHOLD_NONE + 1; i < NTHRESHOLDS; i++) {
		const struct threshold *t = &s->thresholds.of[i];
		struct buf name = { 0 };
		struct buf value = { 0 };

		buf_printf(&name, "threshold.%s", t->name);
		units_human(&value, t->warn, t->unit);
		buf_char(&value, ' ');
		units_human(&value, t->crit, t->unit);
		help_lines_add(&h->lines, STYLE_STRONG, buf_text(&name), buf_text(&value),
			       text_of(t->help));
		buf_clear(&name);
		buf_clear(&value);
	}
}

static void tell_settings(struct help *h, const struct settings *s)
{
	help_lines_heading(&h->lines, TEXT("Settings"));
	if (s->path)
		help_lines_text(&h->lines, text_of(s->path));
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *about = &setting_rows[i];
		struct text value = text_of(about->argument);

		if (!about->rests)
			settings_value(s, text_of(about->name), &value, NULL);
		help_lines_add(&h->lines, STYLE_STRONG, text_of(about->name), value,
			       text_of(about->help));
	}
	tell_thresholds(h, s);
}

static void tell(struct help *h, struct view *about)
{
	tell_keys(h, about);
	if (table_view_is(about))
		tell_columns(h, table_view_schema(about));
	tell_marks(h);
	tell_command_line(h, about->top);
	tell_settings(h, top_settings(about->top));
}

/*
 * Keys.
 */

static void go_to(struct help *h, size_t line)
{
	size_t most = h->lines.n > h->height ? h->lines.n - h->height : 0;

	h->top = line < most ? line : most;
	top_dirty(h->view.top);
}

static bool up(struct view *v, struct text argument, struct err *err)
{
	go_to(of(v), of(v)->top ? of(v)->top - 1 : 0);
	return true;
}

static bool down(struct view *v, struct text argument, struct err *err)
{
	go_to(of(v), of(v)->top + 1);
	return true;
}

static bool page_up(struct view *v, struct text argument, struct err *err)
{
	struct help *h = of(v);

	go_to(h, h->top > h->height ? h->top - h->height : 0);
	return true;
}

static bool page_down(struct view *v, struct text argument, struct err *err)
{
	go_to(of(v), of(v)->top + of(v)->height);
	return true;
}

static bool first(struct view *v, struct text argument, struct err *err)
{
	go_to(of(v), 0);
	return true;
}

static bool last(struct view *v, struct text argument, struct err *err)
{
	go_to(of(v), SIZE_MAX);
	return true;
}

static void changed_word(struct help *h)
{
	h->width = 0;
	h->top = 0;
	top_dirty(h->view.top);
}

static bool search(struct view *v, struct text argument, struct err *err)
{
	of(v)->typing = argument.len == 0;
	input_set(&of(v)->word, argument);
	changed_word(of(v));
	return true;
}

static bool close(struct view *v, struct text argument, struct err *err)
{
	struct help *h = of(v);

	if (input_text(&h->word).len) {
		input_set(&h->word, (struct text){ 0 });
		changed_word(h);
	} else {
		top_pop(v->top);
	}
	return true;
}

static const struct action actions[] = {
	{ "<up>k<wheelup>", "up", NULL, "a line up", 0, up, NULL },
	{ "<down>j<enter><wheeldown>", "down", NULL, "a line down", 0, down, NULL },
	{ "<pageup>b", "page-up", NULL, "a page up", 0, page_up, NULL },
	{ "<pagedown><space>", "page-down", NULL, "a page down", ACTION_FOOT, page_down,
	  NULL },
	{ "<home>g", "first", NULL, "the first line", 0, first, NULL },
	{ "<end>G", "last", NULL, "the last line", 0, last, NULL },
	{ "/<f3>", "search", "WORD", "only the lines that have a word", ACTION_FOOT,
	  search, NULL },
	{ "<esc>?<f1>", "close", NULL, "show all lines again; close help", ACTION_FOOT,
	  close, NULL },
};

static bool typing(const struct view *v)
{
	return ((const struct help *)v)->typing;
}

static bool key(struct view *v, struct key k)
{
	struct help *h = of(v);

	if (!h->typing)
		return false;
	if (input_key(&h->word, k) != INPUT_NOTHING) {
		changed_word(h);
	} else if (k.code == KEY_ENTER) {
		h->typing = false;
	} else if (key_in("<esc><c-c><c-g>", k)) {
		h->typing = false;
		input_set(&h->word, (struct text){ 0 });
		changed_word(h);
	}
	return true;
}

/*
 * Drawing.
 */

static void draw_search(struct help *h, struct pane p)
{
	size_t x = pane_text(p, 0, 0, STYLE_STRONG, TEXT("/"));

	if (h->typing)
		input_draw(&h->word, p, x, 0, p.width, STYLE_PLAIN);
	else
		pane_text(p, x, 0, STYLE_MATCH, input_text(&h->word));
}

static void draw(struct view *v, struct pane p)
{
	struct help *h = of(v);
	struct text word = input_text(&h->word);

	if (h->typing || word.len)
		draw_search(h, pane_bottom(&p, 1));
	if (h->width != p.width)
		help_lines_lay(&h->lines, word, p.width);
	h->width = p.width;
	h->height = p.height;
	if (h->top + p.height > h->lines.n)
		h->top = h->lines.n > p.height ? h->lines.n - p.height : 0;
	help_lines_draw(&h->lines, h->top, p);
	if (word.len && !h->lines.n)
		pane_text(p, 0, 0, STYLE_DIM, TEXT("no line has that"));
}

static void free_view(struct view *v)
{
	struct help *h = of(v);

	help_lines_clear(&h->lines);
	input_clear(&h->word);
	free(h);
}

const struct view_ops help_ops = {
	.name = "help",
	.actions = actions,
	.nactions = sizeof(actions) / sizeof(actions[0]),
	.draw = draw,
	.key = key,
	.typing = typing,
	.free = free_view,
};

bool help_open(struct view *v, struct text word, struct err *err)
{
	struct help *h;

	if (v->ops == &help_ops)
		return search(v, word, err);
	h = mem_zalloc(sizeof(*h));
	h->view = (struct view){ .ops = &help_ops, .top = v->top, .link = v->link };
	input_set(&h->word, word);
	tell(h, v);
	top_push(v->top, &h->view);
	return true;
}

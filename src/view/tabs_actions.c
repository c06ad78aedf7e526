/* From table to table. */
#include "view/tabs_actions.h"

#include "tables/tables.h"
#include "view/tabs.h"
#include "view/top.h"

static bool next_table(struct view *v, struct text argument, struct err *err)
{
	top_step_table(v->top, 1);
	return true;
}

static bool previous_table(struct view *v, struct text argument, struct err *err)
{
	top_step_table(v->top, -1);
	return true;
}

static bool tab(struct view *v, struct text argument, struct err *err)
{
	int64_t n;

	if (text_int(argument, &n) && n > 0 && top_go_to_tab(v->top, (size_t)n - 1))
		return true;
	return fail(err, ERR_USAGE, "there are %zu tabs, '%.*s' is none",
		    top_tabs(v->top)->n, TEXT_ARG(argument));
}

static bool table(struct view *v, struct text argument, struct err *err)
{
	const struct schema *s = tables_find(argument);

	if (!s)
		return fail(err, ERR_USAGE, "there is no table '%.*s'",
			    TEXT_ARG(argument));
	if (!top_show(v->top, s))
		return fail(err, ERR_CANNOT, "'%.*s' has no table '%s'",
			    TEXT_ARG(v->link->name), s->name);
	return true;
}

static void complete_table(struct view *v, struct text before, struct offer *o)
{
	const struct tabs *tabs = top_tabs(v->top);

	for (size_t i = 0; i < tabs->n; i++)
		for (size_t k = 0; k < tabs->at[i].ntables; k++) {
			const struct schema *s = tabs->at[i].tables[k];

			o->take(o, text_of(s->name), text_of(s->help));
		}
}

const struct action tabs_actions[] = {
	{ "<tab>", "next", NULL, "the next table", 0, next_table, NULL },
	{ "<s-tab>", "previous", NULL, "the table before", 0, previous_table, NULL },
	{ "123456789", "tab", "NUMBER",
	  "the tab with this number; again: its next table", ACTION_DIGIT, tab, NULL },
	{ NULL, "table", "TABLE", "the screen of a table", 0, table, complete_table },
};
const size_t tabs_nactions = sizeof(tabs_actions) / sizeof(tabs_actions[0]);

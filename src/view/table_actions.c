/* What can be done on the screen of a table: a row each. */
#include "tables/port.h"
#include "tables/process.h"
#include "view/table_inside.h"
#include "view/trace.h"
#include "view/write.h"

static bool is_processes(const struct view *v)
{
	return table_view_schema(v) == &processes_schema;
}

static bool is_tree(const struct view *v)
{
	return table_view_schema(v)->parent > 0;
}

static bool is_ports(const struct view *v)
{
	return table_view_schema(v) == &ports_schema ||
	       table_view_schema(v) == &sockets_schema;
}

static bool collect(struct view *v, struct text argument, struct err *err)
{
	return write_ask_rows(v, CHANGE_COLLECT, err);
}

static bool kill(struct view *v, struct text argument, struct err *err)
{
	return write_ask_rows(v, CHANGE_KILL, err);
}

static bool close_ports(struct view *v, struct text argument, struct err *err)
{
	return write_ask_rows(v, CHANGE_CLOSE, err);
}

static bool can_trace(const struct view *v)
{
	return is_processes(v) && !v->link->stored;
}

#define WRITES (ACTION_WRITES | ACTION_LIVE)

static const struct action actions[] = {
	{ "<enter>", "open", NULL, "all about this row, or the rows of this group",
	  ACTION_FOOT, table_do_open, NULL },
	{ "/<f4>", "filter", "WORDS", "only rows that have these words; Esc: all again",
	  ACTION_FOOT, table_do_filter, NULL },
	{ "s<f6>", "sort", "COLUMN", "rank by a column, also by a rate or a growth",
	  ACTION_FOOT, table_do_sort, table_complete_sort },
	{ "g", "group", "COLUMN", "count and sum up the rows that are alike",
	  ACTION_FOOT, table_do_group, table_complete_group },
	{ "<f5>", "tree", NULL, "rows under those that started them, or all ranked", 0,
	  table_do_tree, NULL, is_tree },
	{ "*", "open-all", NULL, "of a tree: all below this row, opened or closed", 0,
	  table_do_fold_all, NULL, is_tree },
	{ "c", "chart", "COLUMN",
	  "the ranked number, or another, of the row or the marked ones over time",
	  ACTION_FOOT, table_do_chart, table_complete_sort },
	{ "o<f2>", "columns", "COLUMN,+COLUMN,-COLUMN",
	  "choose what is shown, and the order", 0, table_do_columns,
	  table_complete_columns },
	{ "w", "where", "COLUMN OP VALUE", "only rows for which this holds", 0,
	  table_do_where, table_complete_where },
	{ "<f3>", "search", "WORDS", "the next row that has these words", 0,
	  table_do_search, NULL },
	{ "n", "next", NULL, "search on, downwards", 0, table_do_next, NULL },
	{ "N", "previous", NULL, "search on, upwards", 0, table_do_previous, NULL },
	{ "<lt>", "sort-left", NULL, "rank by the column to the left", 0,
	  table_do_sort_left, NULL },
	{ ">", "sort-right", NULL, "rank by the column to the right", 0,
	  table_do_sort_right, NULL },
	{ "I", "reverse", NULL, "turn the order around", 0, table_do_reverse, NULL },
	{ "r", "by-reductions", NULL, "rank by reductions a second; again: by all", 0,
	  table_do_by_reductions, NULL },
	{ "m", "by-memory", NULL, "rank by memory; again: by its growth", 0,
	  table_do_by_memory, NULL },
	{ "Q", "by-queue", NULL, "rank by message queues; again: by their growth", 0,
	  table_do_by_queue, NULL },
	{ "b", "by-binaries", NULL, "rank by binary memory; again: by its growth", 0,
	  table_do_by_binary, NULL },
	{ "T", "by-heap", NULL, "rank by the total heap; again: by its growth", 0,
	  table_do_by_heap, NULL },
	{ "<space>", "mark", NULL,
	  "mark this row, or not any more; of a tree: open or close", 0, table_do_mark,
	  NULL },
	{ "M", "mark-all", NULL, "mark all rows that are left", 0, table_do_mark_all,
	  NULL },
	{ "U", "unmark", NULL, "mark none", 0, table_do_unmark, NULL },
	{ "h", "hold", NULL, "this row stays on its line, or not any more", 0,
	  table_do_hold, NULL },
	{ "f", "follow", NULL, "go where this row goes when the order changes", 0,
	  table_do_follow, NULL },
	{ "<up>k", "up", NULL, "the row above", 0, table_do_up, NULL },
	{ "<down>j", "down", NULL, "the row below", 0, table_do_down, NULL },
	{ "<pageup>B", "page-up", NULL, "a page up", 0, table_do_page_up, NULL },
	{ "<pagedown>F", "page-down", NULL, "a page down", 0, table_do_page_down, NULL },
	{ "<home>", "first", NULL, "the first row, whichever it is", 0, table_do_first,
	  NULL },
	{ "<end>G", "last", NULL, "the last row", 0, table_do_last, NULL },
	{ "<left>", "left", NULL, "columns back to the right; of a tree: close, or up", 0,
	  table_do_left, NULL },
	{ "<right>", "right", NULL, "columns that are hidden; of a tree: open", 0,
	  table_do_right, NULL },
	{ "t", "trace-this", "EXPRESSION",
	  "trace the calls of the marked processes, or of this one", ACTION_LIVE,
	  trace_open_rows, NULL, can_trace },
	{ "W<f8>", "collect", NULL, "collect the garbage of the marked processes, or of "
	  "this one", WRITES, collect, NULL, is_processes },
	{ "K<f9>", "kill", NULL, "kill the marked processes, or this one", WRITES, kill,
	  NULL, is_processes },
	{ "K<f9>", "close", NULL, "close the marked ports, or this one", WRITES,
	  close_ports, NULL, is_ports },
	{ "<escape>", "back", NULL, "undo the search, filter, group, comparison or hold",
	  0, table_do_back, NULL },
};

const struct view_ops table_view_ops = {
	.name = "table",
	.actions = actions,
	.nactions = sizeof(actions) / sizeof(actions[0]),
	.draw = table_view_draw,
	.key = table_view_take_key,
	.typing = table_view_is_typing,
	.busy = table_view_busy,
	.shown = table_view_shown,
	.free = table_view_free,
};

/* The screens, and what can be done on each. */
#include "view/keys.h"

#include "view/chart.h"
#include "view/choose.h"
#include "view/command.h"
#include "view/detail.h"
#include "view/export.h"
#include "view/help.h"
#include "view/home.h"
#include "view/nodes.h"
#include "view/settings.h"
#include "view/table.h"
#include "view/tabs_actions.h"
#include "view/timeline.h"
#include "view/top.h"
#include "view/trace.h"

const struct keys_group keys_groups[] = {
	{ "Everywhere", NULL, top_everywhere, &top_neverywhere },
	{ "From table to table", NULL, tabs_actions, &tabs_nactions },
	{ "Several sources", NULL, nodes_actions, &nodes_nactions },
	{ "Files", NULL, export_actions, &export_nactions },
	{ "Settings", NULL, settings_actions, &settings_nactions },
	{ "Tables", &table_view_ops, NULL, NULL },
	{ "The page of a row", &detail_ops, NULL, NULL },
	{ "Tracing", NULL, trace_actions, &trace_nactions },
	{ "What is to be traced", &trace_form_ops, NULL, NULL },
	{ "A trace", &trace_view_ops, NULL, NULL },
	{ "A call that was traced", &trace_page_ops, NULL, NULL },
	{ "Charts", &chart_ops, NULL, NULL },
	{ "The numbers of the header", &home_walk_ops, NULL, NULL },
	{ "Recordings", NULL, timeline_actions, &timeline_nactions },
	{ "Lists", &choose_ops, NULL, NULL },
	{ "The command line", &command_ops, NULL, NULL },
	{ "Help", &help_ops, NULL, NULL },
};
const size_t keys_ngroups = sizeof(keys_groups) / sizeof(keys_groups[0]);

/* How many keys in front of a text are one character after the other: "123". */
static size_t in_a_row(struct text t)
{
	struct key first;
	struct key next;
	size_t n = 1;

	if (!key_parse(&t, &first) || first.code != KEY_CHAR || first.mods)
		return 1;
	while (key_parse(&t, &next) && next.code == KEY_CHAR && !next.mods &&
	       next.cp == first.cp + n)
		n++;
	return n;
}

void keys_print(struct buf *out, const char *keys)
{
	struct text rest = text_of(keys);
	struct key k;

	while (rest.len) {
		size_t n = in_a_row(rest);

		if (!key_parse(&rest, &k))
			return;
		if (buf_len(out))
			buf_str(out, ", ");
		key_print(out, k);
		if (n < 4)
			continue;
		while (--n)
			key_parse(&rest, &k);
		buf_str(out, " to ");
		key_print(out, k);
	}
}

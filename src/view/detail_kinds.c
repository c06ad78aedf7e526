/* Rows of which tables have more to tell than their columns. */
#include "tables/apps.h"
#include "view/detail_inside.h"
#include "view/detail_objects.h"
#include "view/detail_port.h"
#include "view/process.h"

static const struct section_about row_sections[] = {
	{ "row", "all that the table knows of it", SECTION_DEMAND, detail_ask_row,
	  detail_make_row, NULL, NULL },
};

/* Its processes are one Enter away. */
static void make_application(struct detail *d, struct section *s)
{
	detail_make_row(d, s);
	for (size_t i = 0; i < s->lines.n; i++) {
		struct detail_line *line = &s->lines.at[i];

		if (!text_is(line->label, "processes"))
			continue;
		line->goal = (struct goal){ .kind = GOAL_MEMBERS, .word = d->view.trail };
		line->style = STYLE_LINK;
	}
}

static const struct section_about application_sections[] = {
	{ "row", "all that the table knows of it", SECTION_DEMAND, detail_ask_row,
	  make_application, NULL, NULL },
};

static const struct detail_kind application_kind = {
	.schema = &applications_schema,
	.sections = application_sections,
	.nsections = 1,
};

static const struct detail_kind row_kind = { .sections = row_sections, .nsections = 1 };

static const struct detail_kind *const kinds[] = {
	&process_kind,
	&application_kind,
	&port_kind,
	&socket_kind,
	&ets_kind,
	&mnesia_kind,
};

const struct detail_kind *detail_kind_of(const struct schema *schema)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i]->schema == schema)
			return kinds[i];
	return &row_kind;
}

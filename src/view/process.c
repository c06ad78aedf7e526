#include "view/process.h"

#include "tables/process.h"
#include "view/process_inside.h"

/* What disturbs it when it is asked for. */
#define FOREIGN (SECTION_LIVE | SECTION_DEMAND)

static const struct section_about sections[] = {
	{ "info", "all that is known of it", 0, process_ask_detail, process_make_info,
	  NULL, NULL },
	{ "links", "links, monitors and ancestors", SECTION_LIVE, process_ask_links,
	  process_make_links, NULL, NULL },
	{ "stack", "the calls that it is in", SECTION_LIVE, process_ask_detail,
	  process_make_stack, NULL, NULL },
	{ "messages", "the first messages of its mailbox", FOREIGN, process_ask_messages,
	  process_make_messages, NULL, process_more_messages },
	{ "dictionary", "its process dictionary", FOREIGN, process_ask_dictionary,
	  process_make_dictionary, NULL, process_more_dictionary },
	{ "state", "what a gen_server or the like holds as its state", FOREIGN,
	  process_ask_state, process_make_state, NULL, process_more_state },
	{ "binaries", "the reference-counted binaries that it refers to",
	  SECTION_DEMAND, process_ask_binaries, process_make_binaries, NULL, NULL },
	{ "trend", "its memory, mailbox and work over time", 0, NULL, NULL,
	  process_draw_trend, NULL },
};

static void clear(void *own)
{
	struct process_page *p = own;

	process_detail_free(p->detail);
	sample_free(p->names);
	for (size_t i = 0; i < PROCESS_NFOREIGN; i++)
		foreign_free(p->foreign[i]);
}

const struct detail_kind process_kind = {
	.schema = &processes_schema,
	.sections = sections,
	.nsections = sizeof(sections) / sizeof(sections[0]),
	.size = sizeof(struct process_page),
	.whole = true,
	.head = process_draw_head,
	.clear = clear,
};

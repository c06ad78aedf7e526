/*
 * What the files of the process page share.
 */
#ifndef VIEW_PROCESS_INSIDE_H
#define VIEW_PROCESS_INSIDE_H

#include "tables/foreign.h"
#include "tables/process_binaries.h"
#include "tables/process_detail.h"
#include "view/process.h"

#define PROCESS_NFOREIGN 3

struct process_page {
	struct process_detail *detail; /* of the last time; NULL: none came yet */
	struct sample *names;          /* of the processes that it names */
	struct foreign *foreign[PROCESS_NFOREIGN]; /* by enum foreign_what */
	size_t times[PROCESS_NFOREIGN]; /* how many times more than usual is asked for */
	struct process_binaries binaries;
	bool recalled;                 /* a recording was asked what its numbers were */
};

static inline struct process_page *process_of(const struct detail *d)
{
	return d->own;
}

/* The sections' functions, as detail_inside.h has them. */
void process_ask_detail(struct detail *d, struct section *s);
void process_ask_links(struct detail *d, struct section *s);
void process_make_info(struct detail *d, struct section *s);
void process_make_links(struct detail *d, struct section *s);
void process_make_stack(struct detail *d, struct section *s);
void process_ask_messages(struct detail *d, struct section *s);
void process_make_messages(struct detail *d, struct section *s);
bool process_more_messages(struct detail *d, struct section *s);
void process_ask_dictionary(struct detail *d, struct section *s);
void process_make_dictionary(struct detail *d, struct section *s);
bool process_more_dictionary(struct detail *d, struct section *s);
void process_ask_state(struct detail *d, struct section *s);
void process_make_state(struct detail *d, struct section *s);
bool process_more_state(struct detail *d, struct section *s);
void process_ask_binaries(struct detail *d, struct section *s);
void process_make_binaries(struct detail *d, struct section *s);
void process_draw_trend(struct detail *d, struct section *s, struct pane p);
/* The same in one line: what they are, and sparklines. */
void process_draw_head(struct detail *d, struct pane p);

#endif

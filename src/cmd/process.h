/*
 * What the commands about one process share: from a word to a process, waiting for what
 * was asked of it, and terms as texts.
 */
#ifndef CMD_PROCESS_H
#define CMD_PROCESS_H

#include "cmd/cmd.h"
#include "tables/foreign.h"
#include "tables/process_detail.h"

/* The process that the first argument names. */
struct cmd_process {
	struct live *live;
	int64_t pid;
	struct text shown; /* "<0.81.0>" */
	struct text name;  /* as the processes table has it; may be empty */
};

/* The live node that is the first source, or that one; NULL with ERR_CANNOT when it is
 * of another kind. */
struct live *cmd_live(struct cmd_context *c, struct err *err);
struct live *cmd_live_of(struct cmd_context *c, struct source *s, struct err *err);

/* ERR_ABSENT: there is no such process. Also false, without an err, when a signal
 * came. */
bool cmd_process_find(struct cmd_context *c, struct cmd_process *out, struct err *err);

/* Asks for what is foreign; free the answer with foreign_free(). NULL as
 * cmd_process_find() returns false. */
struct foreign *cmd_foreign(struct cmd_context *c, const struct cmd_process *p,
			    enum foreign_what what, struct err *err);

/* Asks for all about it; free the answer with process_detail_free(). NULL as above. */
struct process_detail *cmd_process_detail(struct cmd_context *c,
					  const struct cmd_process *p, struct err *err);

/* A term as it is shown: broken into lines at width columns, or on one line with width 0.
 * Lives in the context's arena. */
struct text cmd_term(struct cmd_context *c, const struct live *l, const struct term *t,
		     enum syntax syntax, size_t width);
/* How wide people have it; 0 when the output is not for people. */
size_t cmd_term_width(const struct cmd_context *c);

/* The first fields of an object about a process: pid and name. */
void cmd_process_fields(struct fields *f, const struct cmd_process *p);

/* A list of texts, and under NAME_left_out how many more there are (null: not known);
 * people see that only when it says something. */
void cmd_list_fields(const struct cmd_context *c, struct fields *f, const char *name,
		     const char *left_out, const struct detail_list *list);

/* Writes a text of lines, and an end of line behind it. What would steer a terminal is
 * escaped. */
void cmd_print_line(struct cmd_context *c, struct text t);
void cmd_printf_line(struct cmd_context *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Tells people what "..." means, and how to see more. */
void cmd_print_cut(struct cmd_context *c);
/* A C string in the context's arena. */
const char *cmd_string(struct cmd_context *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

/*
 * What a recording knows of the past, put into the history: the numbers of the header of
 * the first screen, and those that charts ask for. In small steps from the loop: the
 * screen goes on meanwhile.
 */
#ifndef VIEW_RECALL_H
#define VIEW_RECALL_H

#include "view/history.h"
#include "view/home.h"

struct recall;

/* NULL: the link's source keeps no readings. */
struct recall *recall_new(struct top *t, struct link *l);
void recall_free(struct recall *r); /* NULL is fine */

/* Nothing is done by the others for NULL. */

/* The numbers of the header. What is nearest before the moment that is shown comes
 * first; home must live as long. */
void recall_home(struct recall *r, struct home *home);
/* A column of a row; what was asked for once is not read again. */
void recall_series(struct recall *r, const struct schema *schema, struct cell key,
		   const struct series_name *name);

bool recall_busy(const struct recall *r);
double recall_progress(const struct recall *r); /* 0 to 1, of what is being read */

#endif

/*
 * What a column was in all samples of a recording, of one row or at the most of all rows,
 * and when it was at its highest.
 *
 * Looked for in small steps from the loop: the screen goes on meanwhile.
 */
#ifndef VIEW_PEAK_H
#define VIEW_PEAK_H

#include "base/loop.h"
#include "source/recording_walk.h"

struct peak;

struct peak_point {
	int64_t at;
	double value;
};

struct peak_options {
	struct loop *loop;
	struct recording_file *file;
	const struct derived *derived; /* with a window */
	size_t column;          /* of derived: one that has numbers */
	const struct cell *key; /* of the only row; NULL: all */
	int64_t from;           /* the first and the last moment, */
	int64_t to;             /* for the progress */
	void (*changed)(void *ctx); /* called from the loop: it got on, or ended */
	void *ctx;
};

/* Can this column have a peak? ERR_USAGE: it has no numbers. */
bool peak_can(const struct derived *d, size_t column, struct err *err);
struct peak *peak_new(const struct peak_options *o);
void peak_free(struct peak *p); /* NULL is fine */

bool peak_busy(const struct peak *p); /* NULL is not */
void peak_stop(struct peak *p);
double peak_progress(const struct peak *p); /* 0 to 1 */
const struct err *peak_err(const struct peak *p);
/* What was found so far, the oldest first. */
const struct peak_point *peak_points(const struct peak *p, size_t *n);
/* The highest of them, the first of those that are as high; its row. NULL: there is none
 * yet. */
const struct peak_point *peak_best(const struct peak *p, struct cell *key);
const struct derived *peak_derived(const struct peak *p);
size_t peak_column(const struct peak *p);
enum unit peak_unit(const struct peak *p); /* of its values */

#endif

/*
 * Which stored reading a request means.
 */
#ifndef SOURCE_RECORDING_FIND_H
#define SOURCE_RECORDING_FIND_H

#include "base/request.h"
#include "source/recording_file.h"

/* One stored reading of a table. */
struct stored {
	int64_t id;
	int64_t table;
	int64_t run;
	int64_t at;     /* wall clock */
	int64_t whole;  /* the reading that its chain begins with */
	int64_t nrows;
	int64_t missed;
};

/* The reading at the request's moment, or before it. ERR_CANNOT: the file has none. */
bool recording_find(struct recording_file *f, const struct request *rq,
		    struct stored *out, struct err *err);

/* The table's number. ERR_CANNOT: the file has no such table. */
bool recording_find_table(struct recording_file *f, const struct schema *schema,
			  int64_t *id, struct err *err);
/* The newest reading that is not later, or the first that there is. False: there is none,
 * or an err; so with the one that follows another. */
bool recording_find_first(struct recording_file *f, int64_t table, int64_t at,
			  struct stored *out, struct err *err);
bool recording_find_next(struct recording_file *f, const struct stored *before,
			 struct stored *out, struct err *err);

/*
 * What is to be said with a reading that was asked for by its moment: that the target was
 * lost after it, that the table could not be read since. Adds to note, or nothing.
 */
bool recording_remarks(struct recording_file *f, const struct request *rq,
		       const struct stored *which, struct buf *note, struct err *err);

/* Wall clock of the first and the last sample. ERR_CANNOT: there is none. */
bool recording_span(struct recording_file *f, int64_t *first, int64_t *last,
		    struct err *err);
/* Of the first sample that is not earlier; false also when there is none. */
bool recording_next(struct recording_file *f, int64_t from, int64_t *at, struct err *err);

#endif

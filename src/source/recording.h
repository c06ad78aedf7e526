/*
 * The source that is a recording: a file that answers any table from stored rows, knowing
 * only columns.
 *
 * Columns are matched by name: one that the file does not have is null, one that the
 * schema does not have is skipped. A reading that is asked for may be of a moment in the
 * past; nothing waits.
 */
#ifndef SOURCE_RECORDING_H
#define SOURCE_RECORDING_H

#include "base/loop.h"
#include "source/source.h"

/* Is the file a recording, by how it begins? */
bool recording_is(const char *path);

/* NULL with an err: ERR_FORMAT when it is none, or damaged; ERR_SYSTEM. The source's name
 * is the path. */
struct source *recording_open(struct loop *l, const char *path, struct err *err);

/* The recording behind a source; NULL when it is of another kind. */
struct recording *recording_of(struct source *s);

/* One table of the file. */
struct recording_table {
	struct text name;
	int64_t readings;
	int64_t failures;  /* how often it could not be read */
	struct text error; /* the last time that it could not; empty: never */
};

/* What the file says of itself. Lives as long as the source. */
struct recording_info {
	struct text node;        /* "shop@web1" */
	struct text otp_release; /* of the last run; may be empty */
	struct text otoscope;    /* the version that wrote it */
	enum syntax syntax;
	int64_t samples;
	int64_t first_ns;        /* wall clock of the first sample; 0: there is none */
	int64_t last_ns;
	int64_t runs;            /* how often it was begun, or gone on with */
	int64_t ended_ns;        /* 0: it is being written, or its writer was killed */
	bool busy;               /* it is being written, or was when it was opened */
	bool lost;               /* the target was lost */
	struct text why;         /* why the last run ended; may be empty */
	int64_t bytes;           /* of the file */
	struct recording_table *tables; /* [ntables] */
	size_t ntables;
};
/* NULL with an err. */
const struct recording_info *recording_info(struct recording *r, struct err *err);

#endif

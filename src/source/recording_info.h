/*
 * What a recording says of itself.
 */
#ifndef SOURCE_RECORDING_INFO_H
#define SOURCE_RECORDING_INFO_H

#include "base/arena.h"
#include "base/request.h"

struct recording_file;

/* One table of the file. */
struct recording_table {
	struct text name;
	int64_t readings;
	int64_t failures;  /* how often it could not be read */
	struct text error; /* the last time that it could not; empty: never */
};

struct recording_info {
	struct text node;        /* "shop@web1" */
	struct text otp_release; /* of the last run; may be empty */
	struct text otoscope;    /* the version that wrote it */
	enum syntax syntax;      /* that texts are written in */
	int64_t samples;
	int64_t first_ns;        /* wall clock of the first sample; 0: there is none */
	int64_t last_ns;
	int64_t runs;            /* how often it was begun, or gone on with */
	int64_t ended_ns;        /* of the last run; 0: it is being written, or its writer
				  * was killed */
	bool lost;               /* the last run ended since the target was lost */
	struct text why;         /* why the last run ended; may be empty */
	int64_t bytes;           /* of the file */
	struct recording_table *tables; /* [ntables] */
	size_t ntables;
};

/* Of the last run only; the rest stays zero. */
bool recording_info_run(struct recording_file *f, struct recording_info *out,
			struct arena *arena, struct err *err);
/* All of it, which reads the whole list of readings. */
bool recording_info_all(struct recording_file *f, struct recording_info *out,
			struct arena *arena, struct err *err);

#endif

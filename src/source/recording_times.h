/*
 * When the samples of a recording were taken, and in which runs of its writer.
 */
#ifndef SOURCE_RECORDING_TIMES_H
#define SOURCE_RECORDING_TIMES_H

#include "base/arena.h"
#include "source/recording_file.h"

struct recording_time {
	int64_t id;
	int64_t at; /* wall clock */
	int64_t run;
};

/* One run: it was begun, or gone on with. */
struct recording_run {
	int64_t id;
	int64_t began;
	int64_t ended;    /* 0: not yet, or its writer was killed */
	bool lost;        /* it ended since the target was lost */
	struct text life; /* of the target: another one was restarted in between */
	struct text why;  /* it ended; may be empty */
};

/* Of zeros: nothing was read yet. */
struct recording_times {
	struct recording_time *at; /* [n] each later than the one before */
	size_t n;
	size_t cap;
	struct recording_run *runs; /* [nruns] */
	size_t nruns;
	size_t runs_cap;
	struct arena arena;         /* of their texts */
};

void recording_times_clear(struct recording_times *t);
/* Brings it up to date with a file that is being written: reads what is new, and forgets
 * what is gone. *changed: it was not as before. The runs are others in any case. */
bool recording_times_read(struct recording_file *f, struct recording_times *t,
			  bool *changed, struct err *err);
/* The sample that is shown at a moment: the newest that is not later; the first one when
 * there is none. There is at least one. */
size_t recording_times_at(const struct recording_times *t, int64_t at);
/* The one that a reading of this moment is part of: the first that is not earlier. */
size_t recording_times_sample(const struct recording_times *t, int64_t at);
/* The one whose moment is the nearest. */
size_t recording_times_nearest(const struct recording_times *t, int64_t at);
/* NULL: it has no such run. */
const struct recording_run *recording_times_run(const struct recording_times *t,
						int64_t id);

#endif

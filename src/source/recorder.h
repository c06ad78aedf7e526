/*
 * Writes a recording: readings become rows of the file, a sample at a time.
 */
#ifndef SOURCE_RECORDER_H
#define SOURCE_RECORDER_H

#include "source/source.h"

/* What is recorded, told in the file. */
struct recorder_source {
	struct text name;        /* "shop@web1" */
	struct text life;        /* tells this life of it from earlier ones: rows of two
				  * lives are not compared */
	struct text otp_release; /* may be empty */
	enum syntax syntax;      /* that its texts are written in */
	/* One moment by the wall clock and by loop_now(); zeros: now. Times in the file
	 * go by these, and only forward, whatever is done to the clock. */
	int64_t wall_ns;
	int64_t now_ns;
};

struct recorder;

/* Could this file become a recording, or be gone on with, by what it is now? ERR_FORMAT:
 * it is something else. */
bool recorder_may_write(const char *path, struct err *err);
/* Opens the file, or makes it; see recording_file_write(). ERR_CANNOT: it is a recording
 * of another source. max_bytes: the file is to stay below; 0: it may grow. */
struct recorder *recorder_open(const char *path, const struct recorder_source *of,
			       int64_t max_bytes, struct err *err);
/* Adds a reading to the sample that is being made, and takes it over; columns says which
 * of its columns were asked for. */
void recorder_add(struct recorder *r, struct sample *s, uint64_t columns);
/* Adds that a table could not be read. */
void recorder_miss(struct recorder *r, const struct schema *schema, int64_t now_ns,
		   const struct err *why);
/* Writes the sample, all of it or nothing. The oldest ones go when the file would
 * become too large. Without anything added nothing is written. */
bool recorder_write(struct recorder *r, struct err *err);
/* Tells in the file why it ended, and that the target was lost. */
bool recorder_end(struct recorder *r, struct text why, bool lost, int64_t now_ns,
		  struct err *err);
void recorder_close(struct recorder *r); /* NULL is fine */

struct recorder_progress {
	int64_t samples; /* that are in the file */
	int64_t bytes;   /* of the file */
	bool full;       /* even one sample is larger than the file may be */
};
struct recorder_progress recorder_progress(const struct recorder *r);

#endif

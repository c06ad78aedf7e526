/*
 * Room in a recording of bounded size: what is oldest goes.
 */
#ifndef SOURCE_RECORDER_ROOM_H
#define SOURCE_RECORDER_ROOM_H

#include "source/recording_file.h"

/* A segment begins with whole readings, and goes as a whole. It ends when going through
 * it costs more than a new beginning, and has no more samples than this. */
#define SEGMENT_SAMPLES 60

/*
 * Drops the oldest segments until so many bytes more have room; never the one that is
 * being written. Of a table that is in no later segment the last reading stays.
 *
 * max_bytes  that may be in use then
 * segment    number of the first sample of the one that is being written
 * full       out: there is no room all the same
 */
bool recorder_make_room(struct recording_file *f, int64_t bytes, int64_t max_bytes,
			int64_t segment, bool *full, struct err *err);

#endif

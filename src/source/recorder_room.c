/* Room in a recording of bounded size. */
#include "source/recorder_room.h"

/* Bytes that are in use; free pages are used again. */
static bool used_bytes(struct recording_file *f, int64_t *out, struct err *err)
{
	int64_t pages;
	int64_t size;

	if (!recording_file_bytes(f, out, err) ||
	    !recording_file_number(f, "PRAGMA freelist_count", &pages, err) ||
	    !recording_file_number(f, "PRAGMA page_size", &size, err))
		return false;
	*out -= pages * size;
	return true;
}

/* A segment goes by the number of its first sample; 0: there is none. */
static const char oldest_segment[] =
	"SELECT ifnull((SELECT segment FROM samples ORDER BY id LIMIT 1), 0)";

/* The readings before it are of no sample any more. */
static const char oldest_reading[] =
	"SELECT ifnull((SELECT reading FROM samples ORDER BY id LIMIT 1), "
	"9223372036854775807)";

/* Of a table that is in no later segment the last reading stays, and what it rests on. */
static const char drop_readings[] =
	"DELETE FROM readings WHERE id < ? AND ifnull(whole, 0) NOT IN "
	"(SELECT whole FROM readings WHERE id IN (SELECT (SELECT id FROM readings "
	"WHERE tab = t.id AND whole > 0 ORDER BY at DESC LIMIT 1) FROM tables t))";

/* Those that are older than the oldest sample go. */
static bool drop_left_over(struct recording_file *f, struct err *err)
{
	int64_t reading;

	return recording_file_number(f, oldest_reading, &reading, err) &&
	       recording_file_do(f, err, drop_readings, "i", reading);
}

static bool drop_segment(struct recording_file *f, int64_t segment, struct err *err)
{
	return recording_file_do(f, err,
				 "DELETE FROM samples WHERE id < ?1 + ?2 "
				 "AND segment = ?1",
				 "ii", segment, (int64_t)SEGMENT_SAMPLES) &&
	       drop_left_over(f, err);
}

bool recorder_make_room(struct recording_file *f, int64_t bytes, int64_t max_bytes,
			int64_t segment, bool *full, struct err *err)
{
	bool swept = false;
	int64_t used;
	int64_t oldest;

	for (;;) {
		if (!used_bytes(f, &used, err) ||
		    !recording_file_number(f, oldest_segment, &oldest, err))
			return false;
		*full = used + bytes > max_bytes;
		if (!*full)
			return true;
		if (oldest > 0 && oldest < segment) {
			if (!drop_segment(f, oldest, err))
				return false;
		} else if (!swept) {
			swept = true;
			if (!drop_left_over(f, err))
				return false;
		} else {
			return true;
		}
	}
}

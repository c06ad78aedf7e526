#include "source/recording_find.h"

/* Samples are a little early or late: a window of 2 s is to find the one before, with
 * samples every 2 s. */
#define SLACK 16

/* Dates that a file may have, 1823 to 2116: what lies between two of them is a number. */
#define DATE_MOST (((int64_t)1 << 62) - 1)

static bool take_date(struct recording_file *f, sqlite3_stmt *s, int column, int64_t *at,
		      struct err *err)
{
	*at = sqlite3_column_int64(s, column);
	if (sqlite3_column_type(s, column) == SQLITE_INTEGER && *at >= -DATE_MOST &&
	    *at <= DATE_MOST)
		return true;
	return fail(err, ERR_FORMAT, "'%s' is damaged: a date in it is none", f->path);
}

bool recording_find_table(struct recording_file *f, const struct schema *schema,
			  int64_t *id, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err, "SELECT id FROM tables WHERE name = ?", "t",
		text_of(schema->name));

	if (recording_file_next(f, &s, err)) {
		*id = sqlite3_column_int64(s, 0);
		sqlite3_finalize(s);
		return true;
	}
	if (err->kind)
		return false;
	fail(err, ERR_CANNOT, "the recording '%s' has no table '%s'", f->path,
	     schema->name);
	return fail_hint(err, "otoscope info FILE tells which it has; record --tables "
			      "names those that are to be written");
}

#define READING \
	"SELECT id, tab, run, at, whole, nrows, missed FROM readings r "
#define SAME_LIFE                                          \
	"AND (SELECT life FROM runs WHERE id = r.run) IS " \
	"(SELECT life FROM runs WHERE id = ?3) "

static const char first_reading[] =
	READING "WHERE r.tab = ? AND r.whole > 0 ORDER BY r.at LIMIT 1";
static const char reading_at[] =
	READING "WHERE r.tab = ? AND r.at <= ? AND r.whole > 0 "
		"ORDER BY r.at DESC LIMIT 1";
/* The beginning of a window is never of another life of the target. */
static const char reading_before[] =
	READING "WHERE r.tab = ?1 AND r.at <= ?2 AND r.whole > 0 " SAME_LIFE
		"ORDER BY r.at DESC LIMIT 1";
static const char first_before[] =
	READING "WHERE r.tab = ?1 AND r.at < ?2 AND r.whole > 0 " SAME_LIFE
		"ORDER BY r.at LIMIT 1";

static bool take_stored(struct recording_file *f, sqlite3_stmt *s, struct stored *out,
			struct err *err)
{
	if (!recording_file_next(f, &s, err))
		return false;
	*out = (struct stored){
		.id = sqlite3_column_int64(s, 0),
		.table = sqlite3_column_int64(s, 1),
		.run = sqlite3_column_int64(s, 2),
		.whole = sqlite3_column_int64(s, 4),
		.nrows = sqlite3_column_int64(s, 5),
		.missed = sqlite3_column_int64(s, 6),
	};
	take_date(f, s, 3, &out->at, err);
	sqlite3_finalize(s);
	return err->kind == ERR_NONE;
}

bool recording_span(struct recording_file *f, int64_t *first, int64_t *last,
		    struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err,
		"SELECT (SELECT at FROM samples ORDER BY id LIMIT 1), at "
		"FROM samples ORDER BY id DESC LIMIT 1",
		"");

	if (!recording_file_next(f, &s, err))
		return !err->kind &&
		       fail(err, ERR_CANNOT, "the recording '%s' is empty", f->path);
	if (take_date(f, s, 0, first, err))
		take_date(f, s, 1, last, err);
	sqlite3_finalize(s);
	return err->kind == ERR_NONE;
}

bool recording_next(struct recording_file *f, int64_t from, int64_t *at, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err, "SELECT at FROM samples WHERE at >= ? ORDER BY at LIMIT 1", "i",
		from);

	if (!recording_file_next(f, &s, err))
		return false;
	take_date(f, s, 0, at, err);
	sqlite3_finalize(s);
	return err->kind == ERR_NONE;
}

static bool too_early(struct recording_file *f, int64_t table,
		      const struct schema *schema, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(f, err, first_reading, "i", table);
	struct stored first = { 0 };
	struct buf when = { 0 };

	if (!take_stored(f, s, &first, err))
		return !err->kind && fail(err, ERR_CANNOT,
					  "the recording '%s' has no reading of '%s'",
					  f->path, schema->name);
	units_iso8601(&when, first.at);
	fail(err, ERR_CANNOT, "the recording '%s' has nothing of '%s' that early",
	     f->path, schema->name);
	fail_hint(err, "it begins at %s", buf_cstr(&when));
	buf_clear(&when);
	return false;
}

/* The wall clock of the request's moment. */
static bool moment_of(struct recording_file *f, const struct request *rq, int64_t *at,
		      struct err *err)
{
	int64_t first = 0;
	int64_t last = 0;

	*at = INT64_MAX;
	if (rq->at.kind == MOMENT_LAST)
		return true;
	if (!recording_span(f, &first, &last, err))
		return false;
	*at = moment_date(rq->at, last);
	return true;
}

/* The newest reading that is not later. */
static bool find_at(struct recording_file *f, const struct request *rq,
		    struct stored *out, struct err *err)
{
	int64_t at;
	int64_t table = 0;
	sqlite3_stmt *s;

	if (!recording_find_table(f, rq->schema, &table, err) ||
	    !moment_of(f, rq, &at, err))
		return false;
	s = recording_file_ask(f, err, reading_at, "ii", table, at);
	return take_stored(f, s, out, err) ||
	       (!err->kind && too_early(f, table, rq->schema, err));
}

static bool find_before(struct recording_file *f, const struct stored *end,
			int64_t back_ns, struct stored *out, struct err *err)
{
	int64_t until;
	sqlite3_stmt *s;

	if (__builtin_sub_overflow(end->at, back_ns - back_ns / SLACK, &until))
		until = INT64_MIN;
	s = recording_file_ask(f, err, reading_before, "iii", end->table, until,
			       end->run);

	if (take_stored(f, s, out, err))
		return true;
	if (err->kind)
		return false;
	s = recording_file_ask(f, err, first_before, "iii", end->table, end->at,
			       end->run);
	if (take_stored(f, s, out, err))
		return true;
	return !err->kind && fail(err, ERR_CANNOT,
				  "the recording '%s' has no reading before that one",
				  f->path);
}

static const char reading_after[] =
	READING "WHERE r.tab = ? AND r.at > ? AND r.whole > 0 ORDER BY r.at LIMIT 1";

bool recording_find_first(struct recording_file *f, int64_t table, int64_t at,
			  struct stored *out, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(f, err, reading_at, "ii", table, at);

	if (take_stored(f, s, out, err) || err->kind)
		return !err->kind;
	s = recording_file_ask(f, err, first_reading, "i", table);
	return take_stored(f, s, out, err);
}

bool recording_find_next(struct recording_file *f, const struct stored *before,
			 struct stored *out, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(f, err, reading_after, "ii", before->table,
					     before->at);

	return take_stored(f, s, out, err);
}

bool recording_find(struct recording_file *f, const struct request *rq,
		    struct stored *out, struct err *err)
{
	struct stored end = { 0 };

	if (!find_at(f, rq, &end, err))
		return false;
	if (rq->back_ns > 0)
		return find_before(f, &end, rq->back_ns, out, err);
	*out = end;
	return true;
}

/*
 * Remarks.
 */

static void add_line(struct buf *note, const char *before, int64_t at, const char *after,
		     struct text why)
{
	buf_str(note, buf_len(note) ? "; " : "");
	buf_str(note, before);
	units_iso8601(note, at);
	buf_str(note, after);
	buf_text_add(note, why);
}

/* A later attempt that came to nothing. */
static bool remark_failure(struct recording_file *f, const struct stored *which,
			   int64_t until, struct buf *note, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err,
		"SELECT at, error FROM readings WHERE tab = ? AND at > ? AND at <= ? "
		"AND whole IS NULL ORDER BY at DESC LIMIT 1",
		"iii", which->table, which->at, until);

	if (!recording_file_next(f, &s, err))
		return !err->kind;
	add_line(note, "this is of ", which->at, "; later: ", recording_file_text(s, 1));
	sqlite3_finalize(s);
	return true;
}

/* The end of the target, after the last reading that there is of its run. */
static bool remark_loss(struct recording_file *f, const struct stored *which,
			int64_t until, struct buf *note, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err,
		"SELECT ended, why FROM runs WHERE id = ? AND lost AND ended <= ? AND "
		"NOT EXISTS (SELECT 1 FROM readings WHERE tab = ? AND at > ? AND at <= ? "
		"AND whole > 0)",
		"iiiii", which->run, until, which->table, which->at, until);

	if (!recording_file_next(f, &s, err))
		return !err->kind;
	add_line(note, "the last of it, from ", which->at, "; then: ",
		 recording_file_text(s, 1));
	sqlite3_finalize(s);
	return true;
}

bool recording_remarks(struct recording_file *f, const struct request *rq,
		       const struct stored *which, struct buf *note, struct err *err)
{
	int64_t until;

	return moment_of(f, rq, &until, err) &&
	       remark_failure(f, which, until, note, err) &&
	       remark_loss(f, which, until, note, err);
}

#include "source/recorder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/loop.h"
#include "base/mem.h"
#include "source/recorder_room.h"
#include "source/recorder_tables.h"
#include "source/recording_rows.h"

/* A file of bounded size is made of so many segments at least. */
#define SEGMENTS 8
/* Times in the file are multiples of it. */
#define STEP_NS 1000
/* Of the file: SQLite's usual. */
#define PAGE ((int64_t)4096)
/* Seen with processes: the higher ones take twice as long for a few per cent. */
#define ZLIB_LEVEL 2

/* A table in the file. */
struct kept {
	struct kept *next;
	const struct schema *schema;
	int64_t id;
	uint8_t ids[ROWS_COLUMNS]; /* numbers of its columns in the file */
	bool defined;              /* it stands in the file with all of its columns */
	uint64_t columns;          /* that its readings have */
	int64_t whole;             /* the reading that the next one rests on; 0: none */
	int64_t at;                /* of its last reading */
	int64_t last_at;
	struct sample *last; /* it, to tell what changed; NULL: none */
};

/* A reading that is not written yet. */
struct pending {
	struct pending *next;
	struct kept *kept;
	struct sample *sample; /* NULL: it failed */
	struct buf packed;     /* its rows */
	int64_t size;          /* of them, when they are unpacked */
	bool whole;            /* they rest on no other reading */
	bool carried;          /* an earlier one, that the new segment begins with too */
	int64_t at;
	struct text error;
};

struct recorder {
	struct recording_file file;
	struct arena arena;
	struct arena scratch; /* of the sample that is being made */
	struct kept *tables;
	struct pending *first; /* in the order in which they came */
	struct pending **last;
	int64_t at; /* of the last of them */
	int64_t run;
	int64_t began;     /* by the wall clock, */
	int64_t began_now; /* and the same by loop_now() */
	int64_t ended;     /* of the last sample in the file before this run */
	int64_t sample;    /* number of the last one */
	int64_t segment;   /* its first sample; 0: a new one is to begin */
	int64_t segment_samples;
	int64_t whole_bytes; /* of the segment's first sample */
	int64_t more_bytes;  /* of its others */
	int64_t max_bytes;
	struct recorder_progress progress;
};

/* Is it of this source? A new one gets its name. */
static bool check_source(struct recorder *r, const struct recorder_source *of,
			 struct err *err)
{
	struct recording_file *f = &r->file;
	sqlite3_stmt *s = recording_file_ask(
		f, err, "SELECT value FROM source WHERE key = 'name'", "");
	bool there = recording_file_next(f, &s, err);
	bool same = there && text_eq(recording_file_text(s, 0), of->name);

	if (there && !same) {
		fail(err, ERR_CANNOT, "'%s' is a recording of '%.*s', not of '%.*s'",
		     f->path, TEXT_ARG(recording_file_text(s, 0)), TEXT_ARG(of->name));
		fail_hint(err, "name another file");
	}
	sqlite3_finalize(s);
	if (there || err->kind)
		return same;
	return recording_file_do(f, err, "INSERT INTO source VALUES('name', ?)", "t",
				 of->name);
}

static const char last_at[] = "SELECT ifnull(max(at), 0) FROM samples";
static const char last_sample[] = "SELECT ifnull(max(id), 0) FROM samples";
static const char first_sample[] = "SELECT ifnull(min(id), 0) FROM samples";
static const char add_run[] =
	"INSERT INTO runs VALUES(NULL, ?, NULL, 0, NULL, ?, ?, ?, ?)";

static bool begin_run(struct recorder *r, const struct recorder_source *of,
		      struct err *err)
{
	struct recording_file *f = &r->file;
	struct text syntax = of->syntax == SYNTAX_ELIXIR ? TEXT("elixir")
							 : TEXT("erlang");

	if (!check_source(r, of, err) ||
	    !recording_file_number(f, last_at, &r->ended, err) ||
	    !recording_file_number(f, last_sample, &r->sample, err) ||
	    !recording_file_do(f, err, add_run, "itttt", r->began, of->life,
			       of->otp_release, syntax, TEXT(OTOSCOPE_VERSION)))
		return false;
	r->run = sqlite3_last_insert_rowid(f->db);
	return true;
}

static void measure(struct recorder *r)
{
	int64_t first;

	/* their numbers have no gaps */
	recording_file_number(&r->file, first_sample, &first, NULL);
	r->progress.samples = first ? r->sample - first + 1 : 0;
	recording_file_bytes(&r->file, &r->progress.bytes, NULL);
}

bool recorder_may_write(const char *path, struct err *err)
{
	return recording_file_may_write(path, err);
}

struct recorder *recorder_open(const char *path, const struct recorder_source *of,
			       int64_t max_bytes, struct err *err)
{
	struct recorder *r = mem_zalloc(sizeof(*r));

	r->last = &r->first;
	r->max_bytes = max_bytes;
	r->began = of->now_ns ? of->wall_ns : loop_wall();
	r->began_now = of->now_ns ? of->now_ns : loop_now();
	if (!recording_file_write(&r->file, text_cstr(&r->arena, text_of(path)), err)) {
		r->file.lock = -1;
		recorder_close(r);
		return NULL;
	}
	if (!recording_file_run(&r->file, "BEGIN IMMEDIATE", err) ||
	    !begin_run(r, of, err) || !recording_file_run(&r->file, "COMMIT", err)) {
		recorder_close(r);
		return NULL;
	}
	measure(r);
	return r;
}

/*
 * A sample.
 */

static struct kept *kept_of(struct recorder *r, const struct schema *schema)
{
	struct kept *k = r->tables;

	while (k && k->schema != schema)
		k = k->next;
	if (k)
		return k;
	k = arena_new(&r->arena, struct kept);
	*k = (struct kept){ .next = r->tables, .schema = schema };
	return r->tables = k;
}

/* Later than anything of this table that is in the file. Whole microseconds, as moments
 * are shown, so that what is shown can be asked for. */
static int64_t time_of(const struct recorder *r, const struct kept *k, int64_t now)
{
	int64_t at = (r->began + (now - r->began_now)) / STEP_NS * STEP_NS;
	int64_t last = k->at > r->ended ? k->at : r->ended;

	return at > last ? at : last + STEP_NS;
}

static struct pending *add(struct recorder *r, const struct schema *schema, int64_t now)
{
	struct pending *p = arena_new(&r->scratch, struct pending);

	p->kept = kept_of(r, schema);
	r->at = p->kept->at = p->at = time_of(r, p->kept, now);
	*r->last = p;
	r->last = &p->next;
	return p;
}

void recorder_add(struct recorder *r, struct sample *s, uint64_t columns)
{
	struct pending *p = add(r, s->table.schema, s->at_ns);

	p->sample = s;
	/* Other columns than before: what changed can't be told. */
	if (p->kept->columns != columns) {
		p->kept->columns = columns;
		p->kept->whole = 0;
	}
}

void recorder_miss(struct recorder *r, const struct schema *schema, int64_t now_ns,
		   const struct err *why)
{
	struct pending *p = add(r, schema, now_ns);

	p->error = text_dup(&r->scratch, text_of(why->what));
}

static bool squeeze(struct buf *out, struct text raw)
{
	uLongf len = compressBound((uLong)raw.len);
	char *room = buf_room(out, len);

	if (compress2((Bytef *)room, &len, (const Bytef *)raw.p, (uLong)raw.len,
		      ZLIB_LEVEL) != Z_OK)
		return false;
	buf_commit(out, len);
	return true;
}

/* The rows as bytes; a reading that rests on no other begins a chain. */
static bool pack(struct pending *p, struct err *err)
{
	struct kept *k = p->kept;
	struct table *t = &p->sample->table;
	struct buf raw = { 0 };
	bool ok;

	p->whole = k->whole == 0 || !k->last;
	rows_encode(&raw, p->whole ? NULL : &k->last->table, t, k->columns, k->ids);
	p->size = (int64_t)buf_len(&raw);
	ok = t->nrows * ((size_t)__builtin_popcountll(k->columns) + 1) <= ROWS_CELLS &&
	     buf_len(&raw) <= ROWS_BYTES && squeeze(&p->packed, buf_text(&raw));
	buf_clear(&raw);
	return ok || fail(err, ERR_CANNOT, "the table '%s' is too large to be recorded",
			  k->schema->name);
}

static const char add_reading[] =
	"INSERT INTO readings VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, NULL, "
	"?, ?)";
static const char add_failure[] =
	"INSERT INTO readings VALUES(NULL, ?, ?, ?, ?, NULL, NULL, NULL, NULL, ?, "
	"NULL, NULL)";
static const char set_whole[] = "UPDATE readings SET whole = id WHERE id = ?";

static const char drop_reading[] = "DELETE FROM readings WHERE tab = ? AND at = ?";

static bool write_rows(struct recorder *r, struct pending *p, struct err *err)
{
	struct kept *k = p->kept;
	int64_t nrows = (int64_t)p->sample->table.nrows;

	if (p->carried && !recording_file_do(&r->file, err, drop_reading, "ii", k->id,
					     p->at))
		return false;
	if (!recording_file_do(&r->file, err, add_reading, "iiiiiiitib", k->id, r->sample,
			       r->run, p->at, k->whole, nrows, (int64_t)p->sample->missed,
			       p->sample->note, p->size, buf_text(&p->packed)))
		return false;
	*(p->whole ? &r->whole_bytes : &r->more_bytes) += (int64_t)buf_len(&p->packed);
	if (!p->whole)
		return true;
	k->whole = sqlite3_last_insert_rowid(r->file.db);
	return recording_file_do(&r->file, err, set_whole, "i", k->whole);
}

static bool write_one(struct recorder *r, struct pending *p, struct err *err)
{
	if (p->sample)
		return write_rows(r, p, err);
	return recording_file_do(&r->file, err, add_failure, "iiiit", p->kept->id,
				 r->sample, r->run, p->at, p->error);
}

/* Is it time for whole readings? */
static bool segment_over(const struct recorder *r)
{
	int64_t bytes = r->whole_bytes + r->more_bytes;

	return r->segment == 0 || r->segment_samples >= SEGMENT_SAMPLES ||
	       r->more_bytes > r->whole_bytes + 65536 ||
	       (r->max_bytes && bytes > r->max_bytes / SEGMENTS);
}

/* A table that is not read this time is whole in the segment all the same: its last
 * reading moves there. */
static void carry_over(struct recorder *r, struct kept *k)
{
	struct pending *p;

	for (p = r->first; p; p = p->next)
		if (p->kept == k && p->sample)
			return;
	p = arena_new(&r->scratch, struct pending);
	*p = (struct pending){
		.kept = k,
		.sample = k->last,
		.at = k->last_at,
		.carried = true,
	};
	*r->last = p;
	r->last = &p->next;
}

static void begin_segment(struct recorder *r)
{
	r->segment = r->sample;
	r->segment_samples = 0;
	r->whole_bytes = r->more_bytes = 0;
	for (struct kept *k = r->tables; k; k = k->next) {
		k->whole = 0;
		if (k->last)
			carry_over(r, k);
	}
}

/* Pages that a sample takes, and some for what holds them together. */
static int64_t space_for(const struct recorder *r)
{
	int64_t bytes = 4 * PAGE;

	for (const struct pending *p = r->first; p; p = p->next)
		bytes += PAGE / 16 + (int64_t)buf_len(&p->packed) / PAGE * (PAGE + 16) +
			 (buf_len(&p->packed) > PAGE / 4 ? PAGE : PAGE / 8);
	return bytes;
}

static bool define(struct recorder *r, struct kept *k, struct err *err)
{
	k->defined = k->defined ||
		     recorder_define(&r->file, k->schema, &k->id, k->ids, err);
	return k->defined;
}

static bool write_all(struct recorder *r, struct err *err)
{
	r->sample++;
	if (segment_over(r))
		begin_segment(r);
	for (struct pending *p = r->first; p; p = p->next)
		if (!define(r, p->kept, err) || (p->sample && !pack(p, err)))
			return false;
	if (r->max_bytes && !recorder_make_room(&r->file, space_for(r), r->max_bytes,
						r->segment, &r->progress.full, err))
		return false;
	if (!recording_file_do(&r->file, err,
			       "INSERT INTO samples VALUES(?, ?, ?, ?, "
			       "(SELECT ifnull(max(id), 0) + 1 FROM readings))",
			       "iiii", r->sample, r->run, r->segment, r->at))
		return false;
	for (struct pending *p = r->first; p; p = p->next)
		if (!write_one(r, p, err))
			return false;
	r->segment_samples++;
	return true;
}

/* What was written is what the next one is compared with. */
static void settle(struct recorder *r, bool written)
{
	for (struct pending *p = r->first; p; p = p->next) {
		buf_clear(&p->packed);
		if (!p->sample || p->carried)
			continue;
		if (!written) {
			sample_free(p->sample);
			continue;
		}
		sample_free(p->kept->last);
		p->kept->last = p->sample;
		p->kept->last_at = p->at;
	}
	r->first = NULL;
	r->last = &r->first;
	arena_clear(&r->scratch);
}

bool recorder_write(struct recorder *r, struct err *err)
{
	bool ok;

	if (!r->first)
		return true;
	ok = recording_file_run(&r->file, "BEGIN IMMEDIATE", err) && write_all(r, err) &&
	     recording_file_run(&r->file, "COMMIT", err);
	settle(r, ok);
	if (!ok) {
		sqlite3_exec(r->file.db, "ROLLBACK", NULL, NULL, NULL);
		r->segment = 0; /* what is known of the file is no longer true */
		return false;
	}
	/* So that the file alone has nearly all, and what is beside it stays small. */
	sqlite3_wal_checkpoint_v2(r->file.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
				  NULL);
	measure(r);
	return true;
}

bool recorder_end(struct recorder *r, struct text why, bool lost, int64_t now_ns,
		  struct err *err)
{
	int64_t at = r->began + (now_ns - r->began_now);

	return recording_file_do(
		&r->file, err,
		"UPDATE runs SET ended = ?, lost = ?, why = ? WHERE id = ?", "iiti", at,
		(int64_t)lost, why, r->run);
}

void recorder_close(struct recorder *r)
{
	if (!r)
		return;
	settle(r, false);
	for (struct kept *k = r->tables; k; k = k->next)
		sample_free(k->last);
	recording_file_close(&r->file);
	arena_clear(&r->scratch);
	arena_clear(&r->arena);
	free(r);
}

struct recorder_progress recorder_progress(const struct recorder *r)
{
	return r->progress;
}

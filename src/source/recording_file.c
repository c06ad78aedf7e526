#include "source/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

#define PATIENCE_MS 2000
/* The largest value that is read: a reading, see recording_rows.h. */
#define VALUE_BYTES (256 << 20)

/* A byte far behind all that SQLite locks, and behind the end of any file. */
#define LOCK_BYTE ((off_t)1 << 60)

/* Locks of this kind are not lost when another descriptor of the file is closed. */
#ifdef F_OFD_SETLK
#define SETLK F_OFD_SETLK
#define GETLK F_OFD_GETLK
#else
#define SETLK F_SETLK
#define GETLK F_GETLK
#endif

const struct recording_layout recording_layout[] = {
	{ "source", "CREATE TABLE source(key TEXT PRIMARY KEY, value) WITHOUT ROWID" },
	{ "runs", "CREATE TABLE runs(id INTEGER PRIMARY KEY, began INTEGER, "
		  "ended INTEGER, lost INTEGER, why TEXT, life TEXT, otp_release TEXT, "
		  "syntax TEXT, otoscope TEXT)" },
	{ "tables", "CREATE TABLE tables(id INTEGER PRIMARY KEY, name TEXT UNIQUE, "
		    "help TEXT, key TEXT)" },
	{ "columns", "CREATE TABLE columns(tab INTEGER, id INTEGER, name TEXT, "
		     "title TEXT, unit TEXT, kind TEXT, help TEXT, flags INTEGER, "
		     "PRIMARY KEY(tab, id)) WITHOUT ROWID" },
	{ "samples", "CREATE TABLE samples(id INTEGER PRIMARY KEY, run INTEGER, "
		     "segment INTEGER, at INTEGER, reading INTEGER)" },
	{ "readings", "CREATE TABLE readings(id INTEGER PRIMARY KEY, tab INTEGER, "
		      "sample INTEGER, run INTEGER, at INTEGER, whole INTEGER, "
		      "nrows INTEGER, missed INTEGER, note TEXT, error TEXT, "
		      "size INTEGER, rows BLOB)" },
	{ "samples_at", "CREATE INDEX samples_at ON samples(at)" },
	/* has all that looking for a reading and counting them takes */
	{ "readings_at", "CREATE INDEX readings_at ON readings(tab, at, whole)" },
	{ "history",
	  "CREATE VIEW history AS SELECT strftime('%Y-%m-%dT%H:%M:%fZ', "
	  "r.at / 1e9, 'unixepoch') AS time, t.name AS name, r.nrows AS nrows, "
	  "length(r.rows) AS bytes, r.error AS error "
	  "FROM readings r JOIN tables t ON t.id = r.tab" },
};
const size_t recording_layout_size =
	sizeof(recording_layout) / sizeof(recording_layout[0]);

enum recording_kind recording_kind(const char *path)
{
	static const char magic[16] = "SQLite format 3";
	unsigned char head[72];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));

	if (fd >= 0)
		close(fd);
	if (n == 0)
		return RECORDING_EMPTY;
	if (n < (ssize_t)sizeof(head) || memcmp(head, magic, sizeof(magic)) != 0)
		return RECORDING_OTHER;
	/* Source: sqlite.org/fileformat2.html, 1.3: the application id, big-endian. */
	return (unsigned)head[68] << 24 == (RECORDING_APPLICATION & 0xff000000U) &&
			       head[69] == (RECORDING_APPLICATION >> 16 & 0xff) &&
			       head[70] == (RECORDING_APPLICATION >> 8 & 0xff) &&
			       head[71] == (RECORDING_APPLICATION & 0xff)
		       ? RECORDING_OURS
		       : RECORDING_DATABASE;
}

bool recording_file_failed(const struct recording_file *f, const char *what,
			   struct err *err)
{
	int code = f->db ? sqlite3_errcode(f->db) : SQLITE_NOMEM;
	const char *why = f->db ? sqlite3_errmsg(f->db) : "out of memory";
	bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB ||
		       code == SQLITE_ERROR || code == SQLITE_TOOBIG;

	if (damaged)
		return fail(err, ERR_FORMAT, "'%s' is damaged: %s", f->path, why);
	if (code == SQLITE_IOERR && sqlite3_system_errno(f->db))
		why = strerror(sqlite3_system_errno(f->db));
	return fail(err, ERR_SYSTEM, "cannot %s '%s': %s", what, f->path, why);
}

static const char *verb(const struct recording_file *f)
{
	return f->lock < 0 ? "read" : "write";
}

bool recording_file_run(struct recording_file *f, const char *sql, struct err *err)
{
	return sqlite3_exec(f->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       recording_file_failed(f, verb(f), err);
}

static void bind(sqlite3_stmt *s, const char *types, va_list args)
{
	struct text t;

	for (int i = 1; *types; i++, types++) {
		switch (*types) {
		case 'i':
			sqlite3_bind_int64(s, i, va_arg(args, int64_t));
			break;
		case 't':
			t = va_arg(args, struct text);
			sqlite3_bind_text64(s, i, t.p ? t.p : "", t.len, SQLITE_TRANSIENT,
					    SQLITE_UTF8);
			break;
		case 'b':
			t = va_arg(args, struct text);
			sqlite3_bind_blob64(s, i, t.p, t.len, SQLITE_STATIC);
			break;
		default: /* null, as it is */
			break;
		}
	}
}

sqlite3_stmt *recording_file_ask(struct recording_file *f, struct err *err,
				 const char *sql, const char *types, ...)
{
	sqlite3_stmt *s = NULL;
	va_list args;

	if (sqlite3_prepare_v2(f->db, sql, -1, &s, NULL) != SQLITE_OK) {
		recording_file_failed(f, verb(f), err);
		return NULL;
	}
	va_start(args, types);
	bind(s, types, args);
	va_end(args);
	return s;
}

bool recording_file_next(struct recording_file *f, sqlite3_stmt **s, struct err *err)
{
	int code;

	if (!*s)
		return false;
	code = sqlite3_step(*s);
	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		recording_file_failed(f, verb(f), err);
	sqlite3_finalize(*s);
	*s = NULL;
	return false;
}

bool recording_file_finish(struct recording_file *f, sqlite3_stmt *s, struct err *err)
{
	bool ok = s != NULL;

	if (ok && sqlite3_step(s) != SQLITE_DONE)
		ok = recording_file_failed(f, verb(f), err);
	sqlite3_finalize(s);
	return ok;
}

struct text recording_file_text(sqlite3_stmt *s, int column)
{
	const char *p = (const char *)sqlite3_column_text(s, column);
	int n = sqlite3_column_bytes(s, column);

	return p ? (struct text){ p, (size_t)n } : (struct text){ "", 0 };
}

bool recording_file_number(struct recording_file *f, const char *sql, int64_t *out,
			   struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(f, err, sql, "");

	*out = 0;
	if (!recording_file_next(f, &s, err))
		return false;
	*out = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return true;
}

bool recording_file_bytes(struct recording_file *f, int64_t *out, struct err *err)
{
	int64_t size = 0;

	if (!recording_file_number(f, "PRAGMA page_count", out, err) ||
	    !recording_file_number(f, "PRAGMA page_size", &size, err))
		return false;
	*out *= size;
	return true;
}

static const char count_parts[] = "SELECT count(*) FROM sqlite_schema";

/* Is a thing of the layout made as it should be? */
static bool check_part(struct recording_file *f, const struct recording_layout *part,
		       struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err, "SELECT sql FROM sqlite_schema WHERE name = ?", "t",
		text_of(part->name));
	bool there = recording_file_next(f, &s, err);
	bool same = there && text_is(recording_file_text(s, 0), part->sql);

	sqlite3_finalize(s);
	if (same || err->kind)
		return same;
	return fail(err, ERR_FORMAT, "'%s' is damaged: its %s %s", f->path, part->name,
		    there ? "are not what they should be" : "are not there");
}

static bool check_layout(struct recording_file *f, struct err *err)
{
	int64_t format;
	int64_t parts;

	if (!recording_file_number(f, "PRAGMA user_version", &format, err) ||
	    !recording_file_number(f, count_parts, &parts, err))
		return false;
	if (parts == 0)
		return fail(err, ERR_FORMAT, "'%s' is empty: nothing was recorded",
			    f->path);
	if (format > RECORDING_FORMAT) {
		fail(err, ERR_FORMAT,
		     "'%s' has format %lld, and this otoscope reads up to %d", f->path,
		     (long long)format, RECORDING_FORMAT);
		return fail_hint(err, "it was written by a newer otoscope");
	}
	for (size_t i = 0; i < recording_layout_size; i++)
		if (!check_part(f, &recording_layout[i], err))
			return false;
	return true;
}

/* What a file may do to us when it is read. */
static void harden(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_BYTES);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_busy_timeout(db, PATIENCE_MS);
}

/* The file as it is, as a name that SQLite reads options from. */
static char *uri_of(const char *path)
{
	struct buf b = { 0 };
	char *uri;

	for (; *path; path++)
		buf_printf(&b, strchr("%?#", *path) ? "%%%02X" : "%c", *path);
	uri = sqlite3_mprintf("file:%s?immutable=1", buf_cstr(&b));
	buf_clear(&b);
	return uri;
}

/* Does the last of it still stand in the file beside it? */
static bool has_log(const char *path)
{
	struct arena scratch = { 0 };
	struct stat st;
	bool has = stat(text_printf(&scratch, "%s-wal", path).p, &st) == 0 && st.st_size;

	arena_clear(&scratch);
	return has;
}

/* Can it be read? SQLite only finds out when it is. The extended code. */
static int try_read(sqlite3 *db)
{
	int code = sqlite3_exec(db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL);

	return code == SQLITE_OK ? code : sqlite3_extended_errcode(db);
}

/* A writer that was killed in the middle of a transaction left a journal that must be
 * played back, which only who may write can do. */
static void play_back(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
		harden(db);
		try_read(db);
	}
	sqlite3_close(db);
}

static bool reopen(struct recording_file *f, const char *name, int flags)
{
	sqlite3_close(f->db);
	f->db = NULL;
	return sqlite3_open_v2(name, &f->db, SQLITE_OPEN_READONLY | flags, NULL) ==
	       SQLITE_OK;
}

static bool open_read_only(struct recording_file *f, const char *path)
{
	int code;
	char *uri;
	bool ok;

	if (!reopen(f, path, 0))
		return false;
	code = try_read(f->db);
	if (code == SQLITE_READONLY_ROLLBACK) {
		play_back(path);
		return reopen(f, path, 0);
	}
	if ((code & 0xff) != SQLITE_CANTOPEN || has_log(path))
		return true;
	/* In a directory that we may not write to, SQLite can't make the file that its
	 * readers share. Nobody writes there, or that file would be there. */
	uri = uri_of(path);
	ok = uri && reopen(f, uri, SQLITE_OPEN_URI);
	sqlite3_free(uri);
	return ok;
}

bool recording_file_read(struct recording_file *f, const char *path, struct err *err)
{
	*f = (struct recording_file){ .path = path, .lock = -1 };
	if (!open_read_only(f, path)) {
		recording_file_failed(f, "open", err);
		recording_file_close(f);
		return false;
	}
	harden(f->db);
	if (check_layout(f, err))
		return true;
	recording_file_close(f);
	return false;
}

/*
 * Writing.
 */

static struct flock lock_of(short type)
{
	return (struct flock){
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = LOCK_BYTE,
		.l_len = 1,
	};
}

int recording_file_watch(const char *path)
{
	return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool recording_file_busy(int watch)
{
	struct flock lock = lock_of(F_WRLCK);

	return watch >= 0 && fcntl(watch, GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* A recording holds what the target holds: it is its owner's alone. */
static bool take_lock(struct recording_file *f, struct err *err)
{
	struct flock lock = lock_of(F_WRLCK);
	struct stat st;

	f->lock = open(f->path, O_RDWR | O_CREAT | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
		       S_IRUSR | S_IWUSR);
	if (f->lock < 0)
		return fail(err, ERR_SYSTEM, "cannot open '%s': %s", f->path,
			    strerror(errno));
	if (fstat(f->lock, &st) != 0 || !S_ISREG(st.st_mode))
		return fail(err, ERR_FORMAT, "'%s' is no file that could be written",
			    f->path);
	if (fcntl(f->lock, SETLK, &lock) == 0)
		return true;
	fail(err, ERR_SYSTEM, "'%s' is being written by another otoscope", f->path);
	return fail_hint(err, "a recording has one writer; readers are welcome");
}

bool recording_file_may_write(const char *path, struct err *err)
{
	enum recording_kind kind;

	if (access(path, R_OK) != 0)
		return true; /* not there, or opening it says why not */
	kind = recording_kind(path);
	if (kind == RECORDING_OURS || kind == RECORDING_EMPTY)
		return true;
	fail(err, ERR_FORMAT, "'%s' is there and is %s", path,
	     kind == RECORDING_DATABASE ? "another program's database"
					: "not a recording");
	return fail_hint(err, "a file that is not a recording is never overwritten");
}

/* All of it or nothing: killed in the middle, the file is empty as before. */
static bool create(struct recording_file *f, struct err *err)
{
	char *head = sqlite3_mprintf("BEGIN IMMEDIATE; PRAGMA application_id = %d;"
				     "PRAGMA user_version = %d",
				     RECORDING_APPLICATION, RECORDING_FORMAT);
	bool ok = head ? recording_file_run(f, head, err)
		       : recording_file_failed(f, "write", err);

	sqlite3_free(head);
	for (size_t i = 0; ok && i < recording_layout_size; i++)
		ok = recording_file_run(f, recording_layout[i].sql, err);
	return ok && recording_file_run(f, "COMMIT", err);
}

bool recording_file_write(struct recording_file *f, const char *path, struct err *err)
{
	int64_t parts = 0;
	bool ok;

	*f = (struct recording_file){ .path = path, .lock = -1 };
	/* before the lock: where closing a descriptor loses all locks, ours too */
	if (!recording_file_may_write(path, err))
		return false;
	if (!take_lock(f, err)) {
		recording_file_close(f);
		return false;
	}
	ok = sqlite3_open_v2(path, &f->db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK ||
	     recording_file_failed(f, "open", err);
	if (ok)
		harden(f->db);
	/* This also brings in, or takes back, what a killed writer left. */
	ok = ok && recording_file_number(f, count_parts, &parts, err) &&
	     (parts || create(f, err));
	ok = ok && check_layout(f, err) &&
	     recording_file_run(
		     f, "PRAGMA journal_mode = wal; PRAGMA synchronous = normal", err);
	if (!ok)
		recording_file_close(f);
	return ok;
}

void recording_file_close(struct recording_file *f)
{
	/* Readers that are there keep it as it is. */
	if (f->lock >= 0 && f->db) {
		sqlite3_busy_timeout(f->db, 0);
		sqlite3_exec(f->db, "PRAGMA journal_mode = delete", NULL, NULL, NULL);
	}
	sqlite3_close(f->db);
	f->db = NULL;
	if (f->lock >= 0)
		close(f->lock);
	f->lock = -1;
}

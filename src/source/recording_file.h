/*
 * The file of a recording: an SQLite database. What is in it is in doc/recording.md.
 *
 * Knows SQLite and the layout, and nothing of tables and rows.
 */
#ifndef SOURCE_RECORDING_FILE_H
#define SOURCE_RECORDING_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

/* What a file is, by how it begins. */
enum recording_kind {
	RECORDING_OURS,
	RECORDING_EMPTY,    /* no bytes: it can become one */
	RECORDING_DATABASE, /* SQLite, of something else */
	RECORDING_OTHER,
};

/* A file that cannot be read is RECORDING_OTHER. Does not wait for the other end of a
 * pipe. */
enum recording_kind recording_kind(const char *path);

/* The layout. Readers refuse a file whose tables are not made exactly so. */
#define RECORDING_APPLICATION 0x6f746f73 /* "otos" */
#define RECORDING_FORMAT 1
struct recording_layout {
	const char *name;
	const char *sql;
};
extern const struct recording_layout recording_layout[];
extern const size_t recording_layout_size;

struct recording_file {
	sqlite3 *db;
	const char *path; /* the caller's; "" in front of nothing */
	int lock;         /* descriptor that holds the writer's lock, or -1 */
};

/* Opens a file that is a recording, and checks its layout. ERR_FORMAT: it is none, or it
 * is damaged; ERR_SYSTEM. */
bool recording_file_read(struct recording_file *f, const char *path, struct err *err);
/* Is it a recording, or nothing yet? ERR_FORMAT: something else is there. */
bool recording_file_may_write(const char *path, struct err *err);
/*
 * Opens it to be written, and makes it when it is not there or empty; it is then
 * complete, without samples. Only one at a time may: ERR_SYSTEM. A file that is something
 * else is ERR_FORMAT, and is left as it is.
 */
bool recording_file_write(struct recording_file *f, const char *path, struct err *err);
/* A file that was written is one file then, unless somebody else reads it. */
void recording_file_close(struct recording_file *f);

/* A descriptor to ask by; -1: it cannot be opened. To be had before the file is opened,
 * and to be closed after that: where closing one loses all locks. */
int recording_file_watch(const char *path);
/* Is somebody writing it? */
bool recording_file_busy(int watch);

/* What SQLite says of the last failure, by its kind: "cannot WHAT 'path': ...". Returns
 * false. */
bool recording_file_failed(const struct recording_file *f, const char *what,
			   struct err *err);
bool recording_file_run(struct recording_file *f, const char *sql, struct err *err);
/* A statement with its parameters bound: one letter each, i int64_t, t struct text, b
 * struct text as bytes, n nothing. NULL with an err. Bytes must live until it is
 * finished. */
sqlite3_stmt *recording_file_ask(struct recording_file *f, struct err *err,
				 const char *sql, const char *types, ...);
/* The next row. False: there is none; or an err. Frees the statement then, and sets it to
 * NULL. */
bool recording_file_next(struct recording_file *f, sqlite3_stmt **s, struct err *err);
/* A statement that gives no rows. */
#define recording_file_do(f, err, ...) \
	recording_file_finish((f), recording_file_ask((f), (err), __VA_ARGS__), (err))
bool recording_file_finish(struct recording_file *f, sqlite3_stmt *s, struct err *err);
/* The number that a statement gives; 0 when it fails. */
bool recording_file_number(struct recording_file *f, const char *sql, int64_t *out,
			   struct err *err);
/* How large the file is, with its free pages. */
bool recording_file_bytes(struct recording_file *f, int64_t *out, struct err *err);
/* The text of a column of the row; it holds until the next one. */
struct text recording_file_text(sqlite3_stmt *s, int column);

#endif

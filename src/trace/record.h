/*
 * The record definitions of modules, from the debug information in their files on the
 * target: for printing #state{name = x}, and for #state{} in patterns.
 *
 * The target only reads a part of a file and sends it as it is; it is unpacked here, so
 * that it costs the target neither atoms nor heap. A module without debug information
 * (releases are often stripped of it), one that is not loaded from a file, and one of
 * Elixir (Record.defrecord leaves no trace of itself) has none: that is no error.
 */
#ifndef TRACE_RECORD_H
#define TRACE_RECORD_H

#include "match/match.h"
#include "source/live.h"

/* Of more modules than this the others are not asked for. */
#define RECORDS_MODULES_MAX 64
/* Larger debug information stays where it is. */
#define RECORDS_BYTES_MAX ((size_t)2 << 20)

struct records {
	struct arena arena;
	struct match_record *at; /* [n] in the order of the modules */
	size_t n;
	size_t cap;
};

/* The records are the callee's then; never NULL. */
typedef void records_done(void *ctx, struct records *r);

/* modules: names of atoms. Never calls done from inside. */
void records_ask(struct live *l, const struct text *modules, size_t n, int64_t timeout_ns,
		 records_done *done, void *ctx);
void records_free(struct records *r); /* NULL is fine */

/* Adds those that debug information has: the chunk "Dbgi" of a module's file. Whatever it
 * is not what it should be is left out. */
void records_read(struct records *r, struct text module, struct text chunk);

/*
 * Compiles those texts again that waited for a record.
 *
 * matches  [n] of these words; replaced
 *
 * ERR_ABSENT: that record is not known here either.
 */
bool records_compile(const struct records *r, struct arena *a, const struct text *words,
		     struct match *matches, size_t n, struct err *err);

/* For struct term_style: those of one module first. */
struct records_of {
	const struct records *records; /* or NULL */
	struct text module;
};
/* records: a struct records_of */
const struct text *records_fields(const void *records, struct text name, size_t n);

#endif

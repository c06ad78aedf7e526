/*
 * What went wrong: a kind, a sentence, and what to try next.
 *
 * A function that can fail returns bool and takes struct err * last. Below cmd/ nothing
 * prints or exits. The kind is also the exit status of the program.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum err_kind {
	ERR_NONE = 0,
	ERR_ABSENT = 1,  /* a named thing is not there */
	ERR_USAGE = 2,   /* the command line is wrong */
	ERR_CONNECT = 3, /* no connection could be made */
	ERR_REFUSED = 4, /* the target refused us */
	ERR_LOST = 5,    /* timed out, or the connection was lost */
	ERR_CANNOT = 6,  /* this target, source or process cannot do that */
	ERR_FORMAT = 7,  /* bytes are damaged or not what they should be */
	ERR_SYSTEM = 8,  /* the operating system failed us */
};

struct err {
	enum err_kind kind;
	char what[512]; /* "cannot open 'x': No such file or directory"; lower case,
			 * no full stop */
	char line[256]; /* a line that somebody wrote, around the place where it is
			 * wrong; or empty */
	size_t place;   /* columns of line that are in front of that place */
	char hint[512]; /* what to try next, or empty */
};

/* An err of zeros says that nothing failed. fail() always returns false. What does not
 * fit is cut; controls in the finished text, and bytes that are no UTF-8, become '?', so
 * that foreign bytes may be given to %s. err may be NULL, here and below. */
bool fail(struct err *err, enum err_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds what to try next to an err that fail() has filled. Returns false. */
bool fail_hint(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Says where a text that somebody wrote is wrong: line and column (from 1, in code
 * points) go behind the sentence, and what stands there is kept. at: bytes. Returns
 * false. */
bool fail_place(struct err *err, struct text text, size_t at);
/* Puts "prefix: " before the text. Returns false. */
bool fail_prefix(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

/*
 * Reading and writing small files, and the environment: bounded, and never stuck on what
 * only looks like a file.
 */
#ifndef NODE_FILES_H
#define NODE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

/* Reads an open file to its end or to max bytes, whichever is first, and closes it.
 * False with errno. A pipe that gives nothing for PIPE_WAIT_S is not waited for any
 * longer: ETIMEDOUT; nor after a signal: EINTR. */
#define PIPE_WAIT_S 30
bool files_read(int fd, size_t max, struct arena *a, struct text *out);

/* Opens a regular file below a directory (AT_FDCWD is fine) without waiting for a pipe's
 * other end and reads it as above.
 * False with errno; EINVAL when it is no regular file. */
bool files_read_at(int dir, const char *path, size_t max, struct arena *a,
		   struct text *out);

/* Writes all of it, also where a signal comes in between. False with errno. */
bool files_write(int fd, struct text t);

/* The path as the machine has it: root in front when it is absolute. */
const char *files_path(struct arena *a, const char *root, struct text path);

/* The value of a variable in an environment that ends with NULL; empty when it is not
 * there. */
struct text files_env(char *const *env, const char *name);

/* No control characters: fit to be a path that is shown. False for the empty text. */
bool files_printable(struct text t);

#endif

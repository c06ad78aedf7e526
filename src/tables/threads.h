/*
 * The threads table: the runtime's threads as the operating system sees them, which needs
 * neither a cookie nor an answer of the node.
 */
#ifndef TABLES_THREADS_H
#define TABLES_THREADS_H

#include "tables/shares.h"

extern const struct schema threads_schema;

/* Which kind of thread has this name, and its number or -1. OTP 23 to 25 write
 * "1_scheduler", later ones "erts_sched_1". */
enum thread_kind threads_named(struct text name, int64_t *number);

#endif

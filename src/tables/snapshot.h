/*
 * Snapshots of the allocators, in the form of recon_alloc:snapshot_save/1 and
 * snapshot_load/1: {erlang:memory(), [{{Allocator, Number}, Properties}]}. in a file that
 * file:consult/1 reads.
 *
 * Source: recon_alloc of recon 2.5; it brings the properties of newer releases into the
 * shape that its formulas are made for, and reads nothing else.
 */
#ifndef TABLES_SNAPSHOT_H
#define TABLES_SNAPSHOT_H

#include "source/live.h"
#include "source/memory.h"

/* Called once, from the loop: the text of the file, or an err. */
typedef void snapshot_done(void *ctx, struct text text, const struct err *err);

void snapshot_ask(struct live *l, int64_t timeout_ns, snapshot_done *done, void *ctx);

/* The entry of one instance, as it stands in the list: {{Allocator, N}, Properties} with
 * a line feed behind it. False when it is no instance. */
bool snapshot_entry(struct buf *out, struct text allocator, const struct term *instance);

/* May this be the beginning of such a file? */
bool snapshot_begins(struct text head);

/*
 * Puts the tables that can be had of a file into a source: memory, allocators,
 * allocator_instances. Takes what we write, what recon writes, and the plain form that
 * snapshot_load/1 takes too.
 *
 * ERR_FORMAT: it is no snapshot, or damaged; path is for the text of that.
 */
bool snapshot_read(struct source *to, struct text file, const char *path,
		   struct err *err);

#endif

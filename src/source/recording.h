/*
 * The source that is a recording: a file that answers any table from stored rows, knowing
 * only columns.
 *
 * Columns are matched by name: one that the file does not have is null, one that the
 * schema does not have is skipped. A reading that is asked for may be of a moment in the
 * past; nothing waits.
 */
#ifndef SOURCE_RECORDING_H
#define SOURCE_RECORDING_H

#include "base/loop.h"
#include "source/recording_info.h"
#include "source/source.h"

/* Is the file a recording, by how it begins? */
bool recording_is(const char *path);

/* NULL with an err: ERR_FORMAT when it is none, or damaged; ERR_SYSTEM. The source's name
 * is the path. */
struct source *recording_open(struct loop *l, const char *path, struct err *err);

/* The recording behind a source; NULL when it is of another kind. */
struct recording *recording_of(struct source *s);

/* Is somebody writing it? */
bool recording_busy(const struct recording *r);
/* Lives as long as the source. NULL with an err. */
const struct recording_info *recording_info(struct recording *r, struct err *err);
/* Wall clock of its samples: see recording_find.h. */
struct recording_file *recording_file(struct recording *r);

#endif

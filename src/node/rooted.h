/*
 * Reading files below somebody else's root directory (/proc/PID/root), as that somebody
 * sees them: no symbolic link leads out of it, and nothing is read that its user could
 * not read.
 *
 * Who owns a process chooses what lies below its root and in its HOME. Without the first
 * rule a link to /etc in a container would read the host's /etc; without the second a
 * user's beam could make root read, and prove to that user that it knows, a secret of
 * somebody else.
 */
#ifndef NODE_ROOTED_H
#define NODE_ROOTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

#define RIGHTS_GROUPS_MAX 64

/* In whose name we read. Uid 0 may read all; the kernel's own check of us comes on
 * top. */
struct rights {
	uint32_t uid;
	uint32_t groups[RIGHTS_GROUPS_MAX];
	size_t ngroups;
};

/*
 * Reads a regular file, at most max bytes of it.
 *
 * root  a directory (O_PATH is enough)
 * path  seen from root, "a/b" like "/a/b"; links and ".." are walked here, step by step,
 *       and never by the kernel
 *
 * False with errno: EACCES when as may not read it, ELOOP for more than 40 links,
 * ENAMETOOLONG for more than 64 directories, EISDIR for a directory, EINVAL for what else
 * is no regular file.
 */
bool rooted_read(int root, struct text path, const struct rights *as, size_t max,
		 struct arena *a, struct text *out);

#endif

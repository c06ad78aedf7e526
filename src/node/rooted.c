/* A walk down a path that leaves no link to the kernel. */
#include "node/rooted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/files.h"

#ifndef O_PATH
#define O_PATH O_RDONLY
#endif

enum {
	LINKS_MAX = 40, /* as Linux */
	DEPTH_MAX = 64,
};

/* Where the walk stands: every directory from the root down is held open, so that ".." is
 * the one we came through even when somebody moves directories about. */
struct walk {
	const struct rights *as;
	int dirs[DEPTH_MAX]; /* [depth]; dirs[0] is the root, not ours to close */
	size_t depth;
	int links;
	/* What is still to walk, and room to put a link in front of it. */
	char rest[2][PATH_MAX];
	int now; /* which of the two */
};

enum { MAY_READ = 4, MAY_SEARCH = 1 };

static bool may(const struct rights *as, const struct stat *st, unsigned what)
{
	if (as->uid == 0)
		return true;
	if (st->st_uid == as->uid)
		return st->st_mode & (what << 6);
	for (size_t i = 0; i < as->ngroups; i++) {
		if (st->st_gid == as->groups[i])
			return st->st_mode & (what << 3);
	}
	return st->st_mode & what;
}

static bool no(int error)
{
	errno = error;
	return false;
}

static void go_to(struct walk *w, size_t depth)
{
	while (w->depth > depth)
		close(w->dirs[--w->depth]);
}

static bool enter(struct walk *w, const char *name)
{
	struct stat st;
	int fd;

	if (w->depth == DEPTH_MAX)
		return no(ENAMETOOLONG);
	fd = openat(w->dirs[w->depth - 1], name,
		    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	w->dirs[w->depth++] = fd;
	if (fstat(fd, &st) != 0)
		return false;
	return may(w->as, &st, MAY_SEARCH) || no(EACCES);
}

/* Puts the link's text in front of what is still to walk. */
static bool follow(struct walk *w, const char *name, const char *rest)
{
	char *to = w->rest[!w->now];
	ssize_t len = readlinkat(w->dirs[w->depth - 1], name, to, PATH_MAX);

	if (len < 0)
		return false;
	if (++w->links > LINKS_MAX)
		return no(ELOOP);
	if ((size_t)len + 1 + strlen(rest) + 1 > PATH_MAX)
		return no(ENAMETOOLONG);
	to[len] = '/';
	memcpy(to + len + 1, rest, strlen(rest) + 1);
	w->now = !w->now;
	if (to[0] == '/')
		go_to(w, 1);
	return true;
}

static int open_file(struct walk *w, const char *name)
{
	int fd = openat(w->dirs[w->depth - 1], name,
			O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	errno = EACCES;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && may(w->as, &st, MAY_READ))
		return fd;
	close(fd);
	return -1;
}

/* Cuts the first name off what is still to walk; "" at its end. */
static char *next_name(char **rest)
{
	char *name = *rest + strspn(*rest, "/");
	char *end = name + strcspn(name, "/");

	*rest = *end ? end + 1 : end;
	*end = '\0';
	return name;
}

/* What it is comes before it is opened: opening a device can do things. */
static int walk(struct walk *w)
{
	char *rest = w->rest[w->now];
	struct stat st;

	for (;;) {
		char *name = next_name(&rest);

		if (!*name || !strcmp(name, ".")) {
			if (*rest)
				continue;
			errno = EISDIR;
			return -1;
		}
		if (!strcmp(name, "..")) {
			go_to(w, w->depth > 1 ? w->depth - 1 : 1);
			continue;
		}
		if (fstatat(w->dirs[w->depth - 1], name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			return -1;
		if (S_ISLNK(st.st_mode)) {
			if (!follow(w, name, rest))
				return -1;
			rest = w->rest[w->now];
		} else if (S_ISREG(st.st_mode) && !*rest) {
			return open_file(w, name);
		} else if (!S_ISDIR(st.st_mode)) {
			errno = *rest ? ENOTDIR : EINVAL;
			return -1;
		} else if (!enter(w, name)) {
			return -1;
		}
	}
}

bool rooted_read(int root, struct text path, const struct rights *as, size_t max,
		 struct arena *a, struct text *out)
{
	struct walk w = { .as = as, .dirs = { root }, .depth = 1 };

	if (!path.p || path.len >= PATH_MAX || memchr(path.p, '\0', path.len))
		return no(ENOENT);
	memcpy(w.rest[0], path.p, path.len);
	w.rest[0][path.len] = '\0';

	int fd = walk(&w);
	int saved = errno;

	go_to(&w, 1);
	errno = saved;
	return fd >= 0 && files_read(fd, max, a, out);
}

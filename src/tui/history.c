#include "tui/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

#define LINES ((size_t)1000)
/* A file beyond this is shortened. */
#define LARGE ((size_t)256 << 10)
/* And of one beyond this nothing is read: we did not write it. */
#define TOO_LARGE ((size_t)4 << 20)

static bool read_all(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		while (buf_len(out) < TOO_LARGE &&
		       (n = read(fd, buf_room(out, 65536), 65536)) > 0)
			buf_commit(out, (size_t)n);
	}
	close(fd);
	return n == 0;
}

static struct text last_lines(struct text all)
{
	size_t at = all.len;
	size_t n = 0;

	while (at > 0) {
		if (all.p[at - 1] == '\n' && at < all.len && ++n == LINES)
			break;
		at--;
	}
	return text_sub(all, at, all.len);
}

/* Those that are left are written to a file of their own, which takes the other's
 * place. */
static void shorten(const char *path, struct text lines)
{
	struct buf new = { 0 };
	int fd;

	buf_printf(&new, "%s.new", path);
	fd = open(buf_cstr(&new), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd >= 0) {
		bool whole = write(fd, lines.p, lines.len) == (ssize_t)lines.len;

		close(fd);
		if (!whole || rename(buf_cstr(&new), path) != 0)
			unlink(buf_cstr(&new));
	}
	buf_clear(&new);
}

void history_load(const char *path, void (*take)(void *ctx, struct text line), void *ctx)
{
	struct buf all = { 0 };
	struct text rest;
	struct text line;

	if (read_all(path, &all)) {
		rest = last_lines(buf_text(&all));
		if (buf_len(&all) > LARGE)
			shorten(path, rest);
		while (text_cut(&rest, '\n', &line))
			if (line.len)
				take(ctx, line);
	}
	buf_clear(&all);
}

/* ~/.local and ~/.local/state may not be there either. */
static void make_directories(const char *path)
{
	struct arena scratch = { 0 };
	char *copy = text_cstr(&scratch, text_of(path));

	for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(copy, 0700);
		*p = '/';
	}
	arena_clear(&scratch);
}

void history_add(const char *path, struct text line)
{
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW;
	int fd = open(path, flags, 0600);
	struct buf b = { 0 };
	ssize_t written;

	if (fd < 0 && errno == ENOENT) {
		make_directories(path);
		fd = open(path, flags, 0600);
	}
	if (fd < 0)
		return;
	buf_text_add(&b, line);
	buf_char(&b, '\n');
	written = write(fd, buf_text(&b).p, buf_len(&b));
	(void)written; /* it is done without */
	buf_clear(&b);
	close(fd);
}

/* Bounded reading, paths below a machine's root, variables of an environment. */
#include "node/files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

/* Is there something to read, or the end? A pipe may have no writer yet. */
static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n = poll(&p, 1, PIPE_WAIT_S * 1000);

	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0;
}

bool files_read(int fd, size_t max, struct arena *a, struct text *out)
{
	struct buf b = { 0 };
	ssize_t got = 1;

	while (got != 0 && buf_len(&b) < max) {
		size_t want = max - buf_len(&b) < 16384 ? max - buf_len(&b) : 16384;

		got = readable(fd) ? read(fd, buf_room(&b, want), want) : -1;
		if (got < 0 && errno == EAGAIN)
			continue;
		if (got < 0)
			break;
		buf_commit(&b, (size_t)got);
	}

	int saved = errno;

	*out = got < 0 ? (struct text){ 0 } : text_dup(a, buf_text(&b));
	buf_clear(&b);
	close(fd);
	errno = saved;
	return got >= 0;
}

bool files_read_at(int dir, const char *path, size_t max, struct arena *a,
		   struct text *out)
{
	int fd = openat(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return files_read(fd, max, a, out);
	close(fd);
	errno = EINVAL;
	return false;
}

bool files_write(int fd, struct text t)
{
	while (t.len) {
		ssize_t n = write(fd, t.p, t.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		t = text_sub(t, (size_t)n, t.len);
	}
	return true;
}

const char *files_path(struct arena *a, const char *root, struct text path)
{
	if (!text_starts(path, "/"))
		root = "";
	return text_cstr(a, text_printf(a, "%s%.*s", root, TEXT_ARG(path)));
}

struct text files_env(char *const *env, const char *name)
{
	size_t len = strlen(name);

	for (; env && *env; env++) {
		if (strncmp(*env, name, len) == 0 && (*env)[len] == '=')
			return text_of(*env + len + 1);
	}
	return (struct text){ 0 };
}

bool files_printable(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c < 0x20 || c == 0x7f)
			return false;
		if (c == 0xc2 && i + 1 < t.len && (unsigned char)t.p[i + 1] < 0xa0)
			return false; /* a C1 control in UTF-8 */
	}
	return t.len > 0;
}

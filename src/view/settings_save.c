/* Settings that were changed go into their file, in which all else stays as it is. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/files.h"
#include "view/settings.h"
#include "view/settings_text.h"

/* The file may be a link to where somebody keeps such files: that one is written. */
static const char *real_path(const char *path, struct arena *arena)
{
	char *real = realpath(path, NULL);
	const char *copy = path;

	if (real)
		copy = text_cstr(arena, text_of(real));
	free(real);
	return copy;
}

static void make_directories(const char *path, struct arena *arena)
{
	char *copy = text_cstr(arena, text_of(path));

	for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(copy, 0700);
		*p = '/';
	}
}

/* Beside the file, and then in its place. */
static bool replace(const char *path, struct text t, struct arena *arena)
{
	char *new = text_cstr(arena, text_printf(arena, "%s.XXXXXX", path));
	struct stat st;
	int fd = mkstemp(new);
	bool ok;

	if (fd < 0)
		return false;
	if (stat(path, &st) == 0)
		(void)!fchmod(fd, st.st_mode & 0777);
	ok = files_write(fd, t) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	ok = ok && rename(new, path) == 0;
	if (!ok)
		unlink(new);
	return ok;
}

/* The text with those that changed. */
static size_t change(const struct settings *s, struct text old, struct buf *text)
{
	size_t n = 0;

	buf_text_add(text, old);
	for (size_t i = 0; i < s->ngiven; i++) {
		struct buf next = { 0 };

		if (!s->given[i].changed)
			continue;
		settings_text_set(&next, buf_text(text), s->given[i].name,
				  s->given[i].value);
		buf_clear(text);
		*text = next;
		n++;
	}
	return n;
}

static bool save(struct settings *s, size_t *n, struct arena *arena, struct err *err)
{
	const char *path = real_path(s->path, arena);
	struct text old = { 0 };
	struct buf text = { 0 };
	bool ok = true;

	if (!files_read_at(AT_FDCWD, path, SETTINGS_TEXT_MAX, arena, &old) &&
	    errno != ENOENT && errno != ENOTDIR)
		return fail(err, ERR_SYSTEM, "cannot read '%s': %s", path,
			    strerror(errno));
	if (old.len == SETTINGS_TEXT_MAX) /* what is behind that would be lost */
		return fail(err, ERR_CANNOT, "'%s' is too large to be changed", path);
	*n = change(s, old, &text);
	if (*n) {
		make_directories(path, arena);
		ok = replace(path, buf_text(&text), arena) ||
		     fail(err, ERR_SYSTEM, "cannot write '%s': %s", path,
			  strerror(errno));
	}
	buf_clear(&text);
	for (size_t i = 0; ok && i < s->ngiven; i++)
		s->given[i].changed = false;
	return ok;
}

bool settings_save(struct settings *s, size_t *n, struct err *err)
{
	struct arena scratch = { 0 };
	bool ok;

	if (!s->path) {
		fail(err, ERR_CANNOT, "nobody says where settings are kept");
		return fail_hint(err, "set $XDG_CONFIG_HOME or $HOME");
	}
	ok = save(s, n, &scratch, err);
	arena_clear(&scratch);
	return ok;
}

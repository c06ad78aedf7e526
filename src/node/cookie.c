#include "node/cookie.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "node/files.h"

enum {
	COOKIE_MAX = 255,        /* an atom has at most so many characters */
	COOKIE_FILE_MAX = 4096,
};

bool cookie_parse(struct text bytes, struct text *cookie)
{
	size_t len = 0;

	while (len < bytes.len && bytes.p[len] >= ' ' && bytes.p[len] <= '~')
		len++;
	for (size_t i = len; i < bytes.len; i++) {
		if (bytes.p[i] != '\n' && bytes.p[i] != '\r' && bytes.p[i] != ' ')
			return false;
	}
	*cookie = text_sub(bytes, 0, len);
	return len > 0 && len <= COOKIE_MAX;
}

bool cookie_given(const struct machine *m, const struct target_options *o)
{
	return o->cookie_file || files_env(m->environ, "OTOSCOPE_COOKIE").len > 0;
}

/* What the user named may also be a pipe ("--cookie-file <(vault read ...)"). */
static bool from_named_file(const struct machine *m, const char *path, struct arena *a, struct cookie *out,
			    struct err *err)
{
	int fd = open(files_path(a, m->root, text_of(path)), O_RDONLY | O_NOCTTY | O_CLOEXEC);
	struct text bytes;

	if (fd < 0 || !files_read(fd, COOKIE_FILE_MAX, a, &bytes))
		return fail(err, ERR_SYSTEM, "cannot read the cookie file '%s': %s", path, strerror(errno));
	if (!cookie_parse(bytes, &out->value)) {
		fail(err, ERR_FORMAT, "'%s' holds no cookie", path);
		return fail_hint(err, "a cookie file is one line of at most %d printable characters", COOKIE_MAX);
	}
	out->from = text_printf(a, "--cookie-file %s", path);
	return true;
}

static bool from_environment(const struct machine *m, struct cookie *out, struct err *err)
{
	struct text value = files_env(m->environ, "OTOSCOPE_COOKIE");

	if (!cookie_parse(value, &out->value))
		return fail(err, ERR_FORMAT, "$OTOSCOPE_COOKIE is no cookie: one line of at most %d printable characters",
			    COOKIE_MAX);
	out->from = TEXT("$OTOSCOPE_COOKIE");
	return true;
}

static bool from_own_file(const struct machine *m, struct text path, struct arena *a, struct cookie *out)
{
	struct text bytes;

	if (!files_read_at(AT_FDCWD, files_path(a, m->root, path), COOKIE_FILE_MAX, a, &bytes) ||
	    !cookie_parse(bytes, &out->value))
		return false;
	out->from = path;
	return true;
}

/* Source: erl(1) and kernel's auth: $HOME first, then the user_config directory of filename:basedir/2. */
static bool from_own_home(const struct machine *m, struct arena *a, struct cookie *out)
{
	struct text home = files_env(m->environ, "HOME");
	struct text config = files_env(m->environ, "XDG_CONFIG_HOME");

	if (text_starts(home, "/") &&
	    from_own_file(m, text_printf(a, "%.*s/.erlang.cookie", TEXT_ARG(home)), a, out))
		return true;
	if (!config.len && text_starts(home, "/"))
		config = text_printf(a, "%.*s/.config", TEXT_ARG(home));
	return text_starts(config, "/") &&
	       from_own_file(m, text_printf(a, "%.*s/erlang/.erlang.cookie", TEXT_ARG(config)), a, out);
}

bool cookie_find(const struct machine *m, const struct target_options *o, const struct beam *b, struct arena *a,
		 struct cookie *out, struct err *err)
{
	(void)b;
	*out = (struct cookie){ 0 };
	if (o->cookie_file)
		return from_named_file(m, o->cookie_file, a, out, err);
	if (files_env(m->environ, "OTOSCOPE_COOKIE").len > 0)
		return from_environment(m, out, err);
	if (!from_own_home(m, a, out))
		*out = (struct cookie){ 0 };
	return true;
}

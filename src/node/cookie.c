/* The places a cookie may lie, in their order. */
#include "node/cookie.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "node/beam.h"
#include "node/files.h"

enum {
	COOKIE_MAX = 255, /* an atom has at most so many characters */
	COOKIE_FILE_MAX = 4096,
	PASSWD_MAX = 1 << 20,
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
static bool from_named_file(const struct machine *m, const char *path, struct arena *a,
			    struct cookie *out, struct err *err)
{
	int fd = open(files_path(a, m->root, text_of(path)),
		      O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct text bytes;

	if (fd < 0 || !files_read(fd, COOKIE_FILE_MAX, a, &bytes))
		return fail(err, ERR_SYSTEM, "cannot read the cookie file '%s': %s", path,
			    strerror(errno));
	if (!cookie_parse(bytes, &out->value)) {
		fail(err, ERR_FORMAT, "'%s' holds no cookie", path);
		return fail_hint(err, "a cookie file is one line of at most %d printable "
				 "characters", COOKIE_MAX);
	}
	out->from = text_printf(a, "--cookie-file %s", path);
	return true;
}

static bool from_environment(const struct machine *m, struct cookie *out, struct err *err)
{
	struct text value = files_env(m->environ, "OTOSCOPE_COOKIE");

	if (!cookie_parse(value, &out->value))
		return fail(err, ERR_FORMAT, "$OTOSCOPE_COOKIE is no cookie: one line of "
			    "at most %d printable characters", COOKIE_MAX);
	out->from = TEXT("$OTOSCOPE_COOKIE");
	return true;
}

static bool from_own_file(const struct machine *m, struct text path, struct arena *a,
			  struct cookie *out)
{
	struct text bytes;

	if (!files_read_at(AT_FDCWD, files_path(a, m->root, path), COOKIE_FILE_MAX, a,
			   &bytes) ||
	    !cookie_parse(bytes, &out->value))
		return false;
	out->from = path;
	return true;
}

/* Source: erl(1) and kernel's auth: $HOME first, then the user_config directory of
 * filename:basedir/2. */
static bool from_own_home(const struct machine *m, struct arena *a, struct cookie *out)
{
	struct text home = files_env(m->environ, "HOME");
	struct text config = files_env(m->environ, "XDG_CONFIG_HOME");

	if (text_starts(home, "/") &&
	    from_own_file(m, text_printf(a, "%.*s/.erlang.cookie", TEXT_ARG(home)), a,
			  out))
		return true;
	if (!config.len && text_starts(home, "/"))
		config = text_printf(a, "%.*s/.config", TEXT_ARG(home));
	return text_starts(config, "/") &&
	       from_own_file(
		       m, text_printf(a, "%.*s/erlang/.erlang.cookie", TEXT_ARG(config)),
		       a, out);
}

static bool from_its_file(const struct beam *b, struct text dir, const char *file,
			  struct arena *a, struct cookie *out)
{
	struct text path = text_printf(a, "%.*s/%s", TEXT_ARG(dir), file), bytes;

	if (!text_starts(dir, "/") || !beam_read(b, path, COOKIE_FILE_MAX, a, &bytes) ||
	    !cookie_parse(bytes, &out->value))
		return false;
	out->from = text_printf(a, "%.*s of os:%d", TEXT_ARG(path), b->process.pid);
	return true;
}

/* The path without its last part: "/app/releases/1.0" of "/app/releases/1.0/start". */
static struct text parent(struct text path)
{
	size_t at = path.len;

	while (at > 0 && path.p[at - 1] != '/')
		at--;
	return text_sub(path, 0, at > 0 ? at - 1 : 0);
}

/* mix release writes releases/COOKIE; the boot script lies in releases/VERSION. */
static bool from_its_release(const struct beam *b, struct arena *a, struct cookie *out)
{
	return from_its_file(b, environ_get(b->environ, "RELEASE_ROOT"),
			     "releases/COOKIE", a, out) ||
	       from_its_file(b, parent(parent(b->args.boot)), "COOKIE", a, out);
}

/* The home of its user in the passwd of its root. */
static struct text passwd_home(const struct beam *b, struct arena *a)
{
	struct text all, line, field[6];

	if (!beam_read(b, TEXT("/etc/passwd"), PASSWD_MAX, a, &all))
		return (struct text){ 0 };
	while (text_cut(&all, '\n', &line)) {
		size_t n = 0;
		int64_t uid;

		while (n < 6 && text_cut(&line, ':', &field[n]))
			n++;
		if (n == 6 && text_int(field[2], &uid) && uid == b->rights.uid)
			return field[5];
	}
	return (struct text){ 0 };
}

static bool from_its_home(const struct beam *b, struct arena *a, struct cookie *out)
{
	struct text home = b->args.home,
		    config = environ_get(b->environ, "XDG_CONFIG_HOME");

	if (!home.len)
		home = environ_get(b->environ, "HOME");
	if (!home.len)
		home = passwd_home(b, a);
	if (from_its_file(b, home, ".erlang.cookie", a, out))
		return true;
	if (config.len)
		return from_its_file(b, config, "erlang/.erlang.cookie", a, out);
	return from_its_file(b, home, ".config/erlang/.erlang.cookie", a, out);
}

static bool from_process(const struct beam *b, struct arena *a, struct cookie *out)
{
	struct text variable = environ_get(b->environ, "RELEASE_COOKIE");

	if (cookie_parse(b->args.cookie, &out->value)) {
		out->from = text_printf(a, "-setcookie of os:%d", b->process.pid);
		return true;
	}
	if (cookie_parse(variable, &out->value)) {
		out->from = text_printf(a, "RELEASE_COOKIE of os:%d", b->process.pid);
		return true;
	}
	return from_its_release(b, a, out) || from_its_home(b, a, out);
}

bool cookie_find(const struct machine *m, const struct target_options *o,
		 const struct beam *b, struct arena *a, struct cookie *out,
		 struct err *err)
{
	*out = (struct cookie){ 0 };
	if (o->cookie_file)
		return from_named_file(m, o->cookie_file, a, out, err);
	if (files_env(m->environ, "OTOSCOPE_COOKIE").len > 0)
		return from_environment(m, out, err);
	if (!(b && from_process(b, a, out)) && !from_own_home(m, a, out))
		*out = (struct cookie){ 0 };
	out->value = text_dup(a, out->value);
	return true;
}

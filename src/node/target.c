#include "node/target.h"

#include "node/cookie.h"
#include "node/files.h"

/* A port in the environment; what is no port counts as not set. */
static uint16_t port_env(const struct machine *m, const char *name)
{
	int64_t port;

	if (!text_int(files_env(m->environ, name), &port) || port < 1 || port > UINT16_MAX)
		return 0;
	return (uint16_t)port;
}

static bool add_cookie(const struct machine *m, const struct target_options *o, const struct beam *b,
		       struct arena *a, struct target *out, struct err *err)
{
	struct cookie cookie;

	if (!cookie_find(m, o, b, a, &cookie, err))
		return false;
	if (!cookie.value.len) {
		fail(err, ERR_REFUSED, "no cookie found for node '%.*s'", TEXT_ARG(out->name));
		return fail_hint(err, "try --cookie-file or $OTOSCOPE_COOKIE (see otoscope(1), COOKIES)");
	}
	out->cookie = cookie.value;
	out->cookie_from = cookie.from;
	return true;
}

bool target_find(const struct machine *m, const struct target_options *o, struct text source, struct arena *a,
		 struct target *out, struct err *err)
{
	*out = (struct target){
		.name = text_dup(a, source),
		.host = text_dup(a, text_of(o->host)),
		.port = o->port ? o->port : port_env(m, "ERL_DIST_PORT"),
		.epmd_port = port_env(m, "ERL_EPMD_PORT"),
	};
	return add_cookie(m, o, NULL, a, out, err);
}

bool local_nodes(const struct machine *m, const struct target_options *o, struct arena *a,
		 struct local_node **nodes, size_t *n, struct err *err)
{
	(void)m;
	(void)o;
	(void)err;
	*nodes = arena_many(a, 0, struct local_node);
	*n = 0;
	return true;
}

bool target_known(const struct machine *m, const struct target_options *o, struct text name)
{
	(void)m;
	(void)o;
	(void)name;
	return false;
}

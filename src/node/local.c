/* The list of this machine's nodes: what /proc found and what only epmd knows. */
#include "node/beam.h"
#include "node/cookie.h"
#include "node/nodename.h"
#include "node/target.h"

/* A cookie that the user named goes for all, and may be a pipe that can be read once. */
static bool find_cookie(const struct beams *s, const struct beam *b,
			const struct cookie *given, struct cookie *out, struct err *err)
{
	if (given->value.len) {
		*out = *given;
		return true;
	}
	return cookie_find(s->machine, s->options, b, s->arena, out, err);
}

static bool fill(const struct beams *s, const struct beam *b, const struct cookie *given,
		 int64_t boot, struct local_node *out, struct err *err)
{
	struct cookie cookie;

	if (!find_cookie(s, b, given, &cookie, err))
		return false;
	*out = (struct local_node){
		.name = b->name,
		.os_pid = b->process.pid,
		.port = b->port,
		.release = beam_release(b, s->arena),
		.started_wall_ns = process_started(&b->process, boot),
		.cookie = cookie.value.len > 0,
		.cookie_from = cookie.from,
		.other_namespace = b->other_net,
		.tls = b->args.tls,
		.readable = b->readable,
	};
	return true;
}

/* What only the port mapper knows: a node that /proc hides, or whose port is passed on
 * from somewhere else. */
static bool fill_entry(const struct beams *s, const struct epmd_name *entry,
		       const struct cookie *given, struct local_node *out,
		       struct err *err)
{
	struct cookie cookie;

	if (!find_cookie(s, NULL, given, &cookie, err))
		return false;
	*out = (struct local_node){
		.name = entry->name,
		.port = entry->port,
		.cookie = cookie.value.len > 0,
		.cookie_from = cookie.from,
	};
	return true;
}

static bool list(struct beams *s, struct local_node **nodes, size_t *n, struct err *err)
{
	int64_t boot = s->proc >= 0 ? proc_boot_time(s->proc) : 0;
	struct cookie given = { 0 };

	*n = 0;
	if (cookie_given(s->machine, s->options) &&
	    !cookie_find(s->machine, s->options, NULL, s->arena, &given, err))
		return false;
	if (!beams_scan(s, err))
		return false;
	beams_epmd(s);
	*nodes = arena_many(s->arena, s->n + s->nepmd, struct local_node);
	for (size_t i = 0; i < s->n; i++) {
		if (!fill(s, s->at[i], &given, boot, &(*nodes)[(*n)++], err))
			return false;
	}
	for (size_t i = 0; i < s->nepmd; i++) {
		if (beams_of_entry(s, &s->epmd[i]) || !nodename_valid(s->epmd[i].name))
			continue;
		if (!fill_entry(s, &s->epmd[i], &given, &(*nodes)[(*n)++], err))
			return false;
	}
	return true;
}

bool local_nodes(const struct machine *m, const struct target_options *o, struct arena *a,
		 struct local_node **nodes, size_t *n, struct err *err)
{
	struct beams s;

	beams_open(&s, m, o, a);

	bool ok = list(&s, nodes, n, err);

	beams_close(&s);
	return ok;
}

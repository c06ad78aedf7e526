/*
 * For tests of node/target.h before anything is dialled: prints what is found, one JSON
 * object a line.
 *
 *   local nodes
 *   local find SOURCE [--cookie-file F] [--port N] [--host A]
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/target.h"

static json_t *string(struct text t)
{
	return json_stringn(t.p ? t.p : "", t.len);
}

static int finish(json_t *all, int status)
{
	json_dumpf(all, stdout, JSON_SORT_KEYS);
	putchar('\n');
	json_decref(all);
	return status;
}

static int failed(const struct err *err)
{
	return finish(json_pack("{s:i, s:s, s:s}", "status", err->kind, "what", err->what,
				"hint", err->hint),
		      err->kind);
}

static int show_nodes(const struct machine *m, const struct target_options *o,
		      struct arena *a)
{
	struct local_node *nodes;
	struct err err = { 0 };
	json_t *all = json_array();
	size_t n;

	if (!local_nodes(m, o, a, &nodes, &n, &err))
		return failed(&err);
	for (size_t i = 0; i < n; i++) {
		const struct local_node *l = &nodes[i];

		json_array_append_new(
			all,
			json_pack("{s:o, s:i, s:i, s:o, s:I, s:b, s:o, s:b, s:b, s:b}",
				  "name", string(l->name), "os_pid", l->os_pid, "port",
				  l->port, "release", string(l->release), "started",
				  (json_int_t)l->started_wall_ns, "cookie", l->cookie,
				  "cookie_from", string(l->cookie_from),
				  "other_namespace", l->other_namespace, "tls", l->tls,
				  "readable", l->readable));
	}
	return finish(all, 0);
}

static int show_target(const struct machine *m, const struct target_options *o,
		       struct text source, struct arena *a)
{
	struct target t;
	struct err err = { 0 };

	if (!target_find(m, o, source, a, &t, &err))
		return failed(&err);
	return finish(json_pack("{s:o, s:o, s:i, s:i, s:o, s:o, s:i, s:b}", "name",
				string(t.name), "host", string(t.host), "port", t.port,
				"epmd_port", t.epmd_port, "cookie", string(t.cookie),
				"cookie_from", string(t.cookie_from), "netns_pid",
				t.netns_pid, "tls", t.tls),
		      0);
}

int main(int argc, char **argv, char **env)
{
	struct machine m = { .root = "", .environ = env };
	struct target_options o = { 0 };
	struct arena a = { 0 };
	int status = 2;

	for (int i = 3; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--cookie-file"))
			o.cookie_file = argv[i + 1];
		else if (!strcmp(argv[i], "--port"))
			o.port = (uint16_t)atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--host"))
			o.host = argv[i + 1];
	}
	if (argc == 2 && !strcmp(argv[1], "nodes"))
		status = show_nodes(&m, &o, &a);
	else if (argc >= 3 && !strcmp(argv[1], "find"))
		status = show_target(&m, &o, text_of(argv[2]), &a);
	arena_clear(&a);
	return status;
}

/*
 * match: what an expression means as a match specification, without a node.
 */
#include "cmd/commands.h"
#include "match/match.h"

bool match_run(struct cmd_context *c, struct err *err)
{
	struct match_options o = { .syntax = c->options.syntax };
	struct match m;
	struct buf b = { 0 };

	if (!match_compile(c->arena, c->args[0], &o, &m, err))
		return false;
	match_print(&b, &m.spec, m.syntax);
	fprintf(c->out.file, "%.*s\n", TEXT_ARG(buf_text(&b)));
	buf_clear(&b);
	return true;
}

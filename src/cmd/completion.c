#include "cmd/commands.h"
bool completion_run(struct cmd_context *c, struct err *err)
{
	(void)c;
	return fail(err, ERR_CANNOT, "x");
}

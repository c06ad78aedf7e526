/* Statements from stdin. */
#include "cmd/sql.h"

bool sql_prompt(struct sql_session *s, struct err *err)
{
	(void)s;
	return fail(err, ERR_USAGE, "sql needs a statement");
}

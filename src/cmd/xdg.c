#include "cmd/xdg.h"

static const char *path(struct cmd_context *c, const char *variable, const char *below,
			const char *file)
{
	const char *dir = cmd_variable(c, variable);
	const char *home = cmd_variable(c, "HOME");

	if (*dir == '/')
		return text_printf(c->arena, "%s/otoscope/%s", dir, file).p;
	if (*home == '/')
		return text_printf(c->arena, "%s/%s/otoscope/%s", home, below, file).p;
	return NULL;
}

const char *xdg_state(struct cmd_context *c, const char *file)
{
	return path(c, "XDG_STATE_HOME", ".local/state", file);
}

const char *xdg_config(struct cmd_context *c, const char *file)
{
	return path(c, "XDG_CONFIG_HOME", ".config", file);
}

#include <stdio.h>

#include "cmd/cmd.h"

int cmd_main(int argc, char **argv, char **environ)
{
	(void)argc;
	(void)argv;
	(void)environ;
	printf("otoscope " OTOSCOPE_VERSION "\n");
	return 0;
}

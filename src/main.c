#include "cmd/cmd.h"

int main(int argc, char **argv, char **environ_at_start)
{
	return cmd_main(argc, argv, environ_at_start);
}

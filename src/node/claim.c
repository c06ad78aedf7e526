/* A claim is a Unix socket bound in Linux' abstract namespace: it has no file that could
 * be left behind, and ends with its holder. */
#include "node/claim.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef __linux__

bool claim_take(struct text our_name, uint16_t port, int netns_pid, int *fd)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int len;

	*fd = -1;
	/* The first byte is zero: abstract. */
	len = snprintf(at.sun_path + 1, sizeof(at.sun_path) - 1, "otoscope/%d/%u/%.*s",
		       netns_pid, port, TEXT_ARG(our_name));
	if (len < 0 || (size_t)len >= sizeof(at.sun_path) - 1)
		return true;
	*fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return true;
	if (!bind(*fd, (struct sockaddr *)&at,
		  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len)))
		return true;

	bool taken = errno == EADDRINUSE;

	close(*fd);
	*fd = -1;
	return !taken;
}

#else

bool claim_take(struct text our_name, uint16_t port, int netns_pid, int *fd)
{
	*fd = -1;
	return true;
}

#endif

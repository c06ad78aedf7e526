/* Forking, the socket pair between us and the child, and Linux's namespaces. */
#include "node/child.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/mem.h"

/* A child that was forgotten ends by itself after this. */
#define CHILD_LIFE_S 60

struct child {
	struct loop *loop;
	pid_t pid;
	int fd;  /* our end */
	int tag;
	child_reported *done;
	void *ctx;
};

/* The child must hold nothing of ours open: a target would not notice our
 * end as long as it lives. */
static void close_all_but(int keep)
{
	for (int fd = 3; fd < 1024; fd++)
		if (fd != keep)
			close(fd);
}

static void child_free(struct child *c)
{
	loop_fd_forget(c->loop, c->fd);
	close(c->fd);
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(c);
}

static void on_report(void *ctx, int fd, unsigned events)
{
	struct child *c = ctx;
	char bytes[CHILD_REPORT_MAX];
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	int passed = -1;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;

	struct cmsghdr *h = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;

	if (h && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS)
		memcpy(&passed, CMSG_DATA(h), sizeof(passed));

	child_reported *done = c->done;
	void *done_ctx = c->ctx;

	done(done_ctx, bytes, n > 0 ? (size_t)n : 0, passed);
	child_free(c);
}

struct child *child_start(struct loop *l, child_errand *errand, void *errand_ctx, int tag,
			  child_reported *done, void *ctx, struct err *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		fail(err, ERR_SYSTEM, "cannot make a socket pair: %s", strerror(errno));
		return NULL;
	}

	pid_t pid = fork();

	if (pid < 0) {
		fail(err, ERR_SYSTEM, "cannot fork: %s", strerror(errno));
		close(pair[0]);
		close(pair[1]);
		return NULL;
	}
	if (pid == 0) {
		loop_release_signals();
		signal(SIGALRM, SIG_DFL);
		alarm(CHILD_LIFE_S);
		close_all_but(pair[1]);
		errand(errand_ctx, pair[1]);
		_exit(0);
	}
	close(pair[1]);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);

	struct child *c = mem_zalloc(sizeof(*c));

	*c = (struct child){
		.loop = l,
		.pid = pid,
		.fd = pair[0],
		.tag = tag,
		.done = done,
		.ctx = ctx,
	};
	loop_fd(l, c->fd, LOOP_READ, on_report, c);
	return c;
}

int child_tag(const struct child *c)
{
	return c->tag;
}

void child_cancel(struct child *c)
{
	if (!c)
		return;
	kill(c->pid, SIGKILL);
	child_free(c);
}

void child_report(int report, const void *bytes, size_t len, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { .space = { 0 } };
	char copy[CHILD_REPORT_MAX];
	struct iovec part = { .iov_base = copy,
			      .iov_len = len < sizeof(copy) ? len : sizeof(copy) };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };

	memcpy(copy, bytes, part.iov_len);
	if (fd >= 0) {
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);

		struct cmsghdr *h = CMSG_FIRSTHDR(&m);

		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(h), &fd, sizeof(fd));
	}
	while (sendmsg(report, &m, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

#ifdef __linux__

static int namespace_open(int pid, const char *kind)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, kind);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool child_enter_netns(int pid)
{
	int net = namespace_open(pid, "net");

	if (net < 0)
		return false;
	if (setns(net, CLONE_NEWNET) == 0)
		return true;

	/* Without root: whoever owns the process's user
	 * namespace may enter that first. */
	int saved = errno;
	int user = namespace_open(pid, "user");

	if (user >= 0 && setns(user, CLONE_NEWUSER) == 0 && setns(net, CLONE_NEWNET) == 0)
		return true;
	errno = saved;
	return false;
}

bool child_in_our_netns(int pid)
{
	struct stat ours, theirs;
	char path[64];

	if (pid <= 0)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	return stat("/proc/self/ns/net", &ours) == 0 && stat(path, &theirs) == 0 &&
	       ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

#else

bool child_enter_netns(int pid)
{
	errno = ENOSYS;
	return false;
}

bool child_in_our_netns(int pid)
{
	return true;
}

#endif

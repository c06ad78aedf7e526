#include "tui/modes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define PATIENCE_MS 500

static const int fatal[] = {
	SIGSEGV,
	SIGABRT,
	SIGBUS,
	SIGFPE,
	SIGILL,
	SIGSYS,
	SIGTRAP,
	SIGXCPU,
	SIGXFSZ,
	SIGALRM,
	SIGUSR1,
	SIGUSR2,
};

#define NFATAL (sizeof(fatal) / sizeof(fatal[0]))

static struct {
	volatile sig_atomic_t ours;
	volatile sig_atomic_t cut;
	pid_t owner; /* a forked child has nothing to give back */
	int in;
	int out;
	char leave[256];
	size_t leave_len;
	struct termios before;
	struct termios raw;
	struct sigaction actions[NFATAL]; /* what these signals did before */
	bool hooked;
} modes;

/* A signal handler's stack, for when the other one is used up. */
static char stack[32768];

/*
 * The descriptor shares its flags with the shell and with whatever else has this
 * terminal: it must not stay non-blocking when we are stopped or killed.
 */
long modes_write(int fd, const char *bytes, size_t len)
{
	int flags = fcntl(fd, F_GETFL);
	ssize_t n;
	int why;

	if (flags < 0)
		return -1;
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	n = write(fd, bytes, len);
	why = errno;
	fcntl(fd, F_SETFL, flags);
	errno = why;
	return n;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Only calls that a signal handler may make. */
static void write_patiently(const char *bytes, size_t len)
{
	int64_t end = now_ms() + PATIENCE_MS;

	while (len) {
		struct pollfd p = { .fd = modes.out, .events = POLLOUT };
		long n = modes_write(modes.out, bytes, len);
		int64_t left = end - now_ms();

		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
			return;
		}
		if (left <= 0)
			return;
		if (len)
			poll(&p, 1, (int)left);
	}
}

/* Another job has the terminal: what it looks like is that one's business, and we would
 * be stopped for changing it. Without job control nobody has it. */
static bool in_background(void)
{
	pid_t front = tcgetpgrp(modes.out);

	return front > 0 && front != getpgrp();
}

void modes_give_back(void)
{
	int saved = errno;

	if (!modes.ours || getpid() != modes.owner)
		return;
	modes.ours = 0;
	if (!in_background()) {
		if (modes.cut)
			write_patiently(MODES_CANCEL, 1);
		write_patiently(modes.leave, modes.leave_len);
		tcsetattr(modes.in, TCSANOW, &modes.before);
	}
	errno = saved;
}

void modes_cut(bool cut)
{
	modes.cut = cut;
}

static void on_fatal(int number)
{
	modes_give_back();
	for (size_t i = 0; i < NFATAL; i++)
		if (fatal[i] == number)
			sigaction(number, &modes.actions[i], NULL);
	raise(number);
}

static void set_stack(void)
{
	stack_t now, ours = { .ss_sp = stack, .ss_size = sizeof(stack) };

	/* The sanitizers bring their own */
	if (sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE))
		sigaltstack(&ours, NULL);
}

/* Once: afterwards they find that nothing is ours. */
static void hook(void)
{
	struct sigaction action = { .sa_handler = on_fatal, .sa_flags = SA_ONSTACK };

	if (modes.hooked)
		return;
	modes.hooked = true;
	set_stack();
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < NFATAL; i++) {
		sigaction(fatal[i], NULL, &modes.actions[i]);
		if (modes.actions[i].sa_handler != SIG_IGN)
			sigaction(fatal[i], &action, NULL);
	}
	mem_on_exhausted(modes_give_back);
	atexit(modes_give_back);
}

bool modes_take(int in, int out, struct text leave, struct err *err)
{
	if (tcgetattr(in, &modes.before) < 0)
		return fail(err, ERR_SYSTEM, "cannot read the terminal's modes: %s",
			    strerror(errno));
	modes.raw = modes.before;
	cfmakeraw(&modes.raw);
	/* Nothing to read is not waited for */
	modes.raw.c_cc[VMIN] = 0;
	modes.raw.c_cc[VTIME] = 0;
	modes.in = in;
	modes.out = out;
	modes.owner = getpid();
	modes.cut = 0;
	modes.leave_len = leave.len < sizeof(modes.leave) ? leave.len : 0;
	memcpy(modes.leave, leave.p, modes.leave_len);
	hook();
	/* Before: who is ended here gives back what is as it was, which does no harm */
	modes.ours = 1;
	while (tcsetattr(in, TCSANOW, &modes.raw) < 0) {
		if (errno == EINTR)
			continue;
		modes.ours = 0;
		return fail(err, ERR_SYSTEM, "cannot set the terminal's modes: %s",
			    strerror(errno));
	}
	return true;
}

bool modes_again(void)
{
	modes.ours = 1;
	if (tcsetattr(modes.in, TCSANOW, &modes.raw) == 0 || errno != EINTR)
		return true;
	modes.ours = 0;
	return false;
}

void modes_stop(void)
{
	struct sigaction plain = { .sa_handler = SIG_DFL }, before;

	modes_give_back();
	sigemptyset(&plain.sa_mask);
	sigaction(SIGTSTP, &plain, &before);
	kill(0, SIGTSTP); /* all of the job, as the terminal itself does it */
	sigaction(SIGTSTP, &before, NULL);
}

/* Dialling: addresses are collected here or in a child, then
 * tried one after the other. */
#include "node/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "node/child.h"

/* How long one address may take when there is another one to try. */
#define ADDRESS_NS ((int64_t)2000000000)
/* A host that went away without a word is noticed after about half a minute. */
#define KEEPALIVE_IDLE_S 15
#define KEEPALIVE_INTERVAL_S 5
#define KEEPALIVE_PROBES 3

struct dial {
	struct loop *loop;
	struct loop_timer *timer; /* the next address, or the report */
	dialled *done;
	void *ctx;
	char *host;               /* for messages */
	uint16_t port;
	struct addresses list;
	struct addresses *known;  /* the caller's, or NULL */
	size_t next;              /* index of the address to try after this one */
	int fd;                   /* of the attempt; -1 */
	struct child *child;
	struct err err;           /* why the last address did not do */
};

static void address_add(struct addresses *list, const struct sockaddr *sa)
{
	if (list->n >= ADDRESSES_MAX)
		return;
	if (sa->sa_family == AF_INET)
		list->at[list->n++].v4 = *(const struct sockaddr_in *)(const void *)sa;
	else if (sa->sa_family == AF_INET6)
		list->at[list->n++].v6 = *(const struct sockaddr_in6 *)(const void *)sa;
}

static bool is_loopback(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const void *)sa;

		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	}
	return sa->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(
		       &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr);
}

/* Loopback first: that is where nearly every node of this host answers. */
static void addresses_own(struct addresses *list)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
				   .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct ifaddrs *all;

	address_add(list, (struct sockaddr *)&v4);
	address_add(list, (struct sockaddr *)&v6);
	if (getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		if (i->ifa_addr && !is_loopback(i->ifa_addr))
			address_add(list, i->ifa_addr);
	freeifaddrs(all);
}

/* flags: AI_NUMERICHOST where nothing may be asked of a resolver. Returns
 * the error of getaddrinfo. */
static int addresses_find(struct addresses *list, const char *host, int flags)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags };
	struct addrinfo *all;
	int error = getaddrinfo(host, NULL, &hints, &all);

	if (error)
		return error;
	for (const struct addrinfo *i = all; i; i = i->ai_next)
		address_add(list, i->ai_addr);
	freeaddrinfo(all);
	return 0;
}

static void socket_options(int fd)
{
	int on = 1;

	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
#ifdef TCP_KEEPIDLE
	int idle = KEEPALIVE_IDLE_S, interval = KEEPALIVE_INTERVAL_S,
	    probes = KEEPALIVE_PROBES;

	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
#endif
}

/* A socket on its way to address i; -1 with errno. */
static int address_connect(const struct addresses *list, size_t i, uint16_t port)
{
	bool v6 = list->at[i].any.sa_family == AF_INET6;
	struct sockaddr_in6 to6 = list->at[i].v6;
	struct sockaddr_in to4 = list->at[i].v4;
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	socket_options(fd);
	to6.sin6_port = to4.sin_port = htons(port);

	int got = v6 ? connect(fd, (struct sockaddr *)&to6, sizeof(to6))
		     : connect(fd, (struct sockaddr *)&to4, sizeof(to4));

	if (got == 0 || errno == EINPROGRESS)
		return fd;

	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

static int socket_error(int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 ? errno : error;
}

/* What the child says: where it came to, and for a connection
 * the socket along with it. */
struct word {
	/* what failed */
	enum { WORD_DONE, WORD_NAMESPACE, WORD_NAME, WORD_CONNECT } stage;
	int error;              /* errno, for WORD_NAME of getaddrinfo */
	struct addresses list;  /* what the name stands for */
};

struct errand { /* the child's orders */
	const char *host;
	uint16_t port;
	int netns_pid;
};

/* In the child: blocking is allowed. */
static int connect_any(struct word *w, uint16_t port)
{
	for (size_t i = 0; i < w->list.n; i++) {
		struct pollfd p = { .fd = address_connect(&w->list, i, port),
				    .events = POLLOUT };
		bool last = i + 1 == w->list.n;

		w->error = errno;
		if (p.fd < 0)
			continue;
		if (poll(&p, 1, last ? -1 : (int)(ADDRESS_NS / 1000000)) == 1)
			w->error = socket_error(p.fd);
		else
			w->error = ETIMEDOUT;
		if (w->error == 0)
			return p.fd;
		close(p.fd);
	}
	w->stage = WORD_CONNECT;
	return -1;
}

static void child_main(void *ctx, int report)
{
	const struct errand *e = ctx;
	struct word w = { .stage = WORD_DONE };
	int fd = -1;

	if (e->netns_pid && !child_enter_netns(e->netns_pid)) {
		w.stage = WORD_NAMESPACE;
		w.error = errno;
	} else {
		w.error = e->host[0] ? addresses_find(&w.list, e->host, 0) : 0;
		if (!e->host[0])
			addresses_own(&w.list);
		if (w.error)
			w.stage = WORD_NAME;
		else if (e->netns_pid)
			fd = connect_any(&w, e->port);
	}
	child_report(report, &w, sizeof(w), fd);
}

static void finish(struct dial *d, int fd)
{
	dialled *done = d->done;
	void *ctx = d->ctx;
	struct err err = d->err;

	dial_cancel(d);
	done(ctx, fd, fd < 0 ? &err : NULL);
}

static void attempt_end(struct dial *d)
{
	loop_timer_cancel(d->loop, d->timer);
	d->timer = NULL;
	if (d->fd < 0)
		return;
	loop_fd_forget(d->loop, d->fd);
	close(d->fd);
	d->fd = -1;
}

/* Of our own making: nothing is known of the other side then. */
static bool is_ours(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static void connect_failed(struct dial *d, int error)
{
	/* The first address is the one that was meant: its error says most, but "no such
	 * address family" says nothing. */
	if (d->err.kind && d->next > 1)
		return;
	fail(&d->err, is_ours(error) ? ERR_SYSTEM : ERR_CONNECT,
	     "cannot connect to %s%sport %u: %s", d->host, d->host[0] ? " " : "", d->port,
	     strerror(error));
}

static void try_next(struct dial *d);

static void on_timeout(void *ctx)
{
	struct dial *d = ctx;

	d->timer = NULL;
	connect_failed(d, ETIMEDOUT);
	attempt_end(d);
	try_next(d);
}

static void on_writable(void *ctx, int fd, unsigned events)
{
	struct dial *d = ctx;
	int error = socket_error(fd);

	if (error) {
		connect_failed(d, error);
		attempt_end(d);
		try_next(d);
		return;
	}
	loop_fd_forget(d->loop, fd);
	d->fd = -1;
	if (d->known && d->known->n >= d->next) {
		/* The next dial begins with the address that did. */
		d->known->at[d->next - 1] = d->known->at[0];
		d->known->at[0] = d->list.at[d->next - 1];
	}
	finish(d, fd);
}

static void try_next(struct dial *d)
{
	while (d->next < d->list.n) {
		d->fd = address_connect(&d->list, d->next++, d->port);
		if (d->fd >= 0) {
			loop_fd(d->loop, d->fd, LOOP_WRITE, on_writable, d);
			if (d->next < d->list.n)
				d->timer = loop_at(d->loop, loop_now() + ADDRESS_NS,
						   on_timeout, d);
			return;
		}
		connect_failed(d, errno);
	}
	if (!d->err.kind)
		fail(&d->err, ERR_CONNECT, "no address for '%s'", d->host);
	finish(d, -1);
}

static void on_first(void *ctx)
{
	struct dial *d = ctx;

	d->timer = NULL;
	try_next(d);
}

static void word_error(struct dial *d, const struct word *w, int netns_pid)
{
	switch (w->stage) {
	case WORD_NAMESPACE:
		fail(&d->err, ERR_SYSTEM,
		     "cannot enter the network namespace of OS process %d: %s", netns_pid,
		     strerror(w->error));
		fail_hint(&d->err, "run as root, or as the user of that process");
		break;
	case WORD_NAME:
		fail(&d->err, ERR_CONNECT, "cannot find the address of host '%s': %s",
		     d->host, gai_strerror(w->error));
		fail_hint(&d->err, "--host gives another address to dial");
		break;
	default:
		connect_failed(d, w->error);
	}
}

static void child_told(void *ctx, const void *bytes, size_t len, int fd)
{
	struct dial *d = ctx;
	struct word w;
	int netns_pid = child_tag(d->child);

	d->child = NULL; /* it frees itself */
	if (len != sizeof(w)) {
		fail(&d->err, ERR_SYSTEM,
		     "the child that dials for us ended without a word");
		finish(d, -1);
		return;
	}
	memcpy(&w, bytes, sizeof(w));
	if (w.list.n > ADDRESSES_MAX)
		w.list.n = 0;
	if (w.stage != WORD_DONE) {
		word_error(d, &w, netns_pid);
		finish(d, -1);
	} else if (fd >= 0) {
		finish(d, fd);
	} else {
		d->list = w.list;
		if (d->known)
			*d->known = w.list;
		try_next(d);
	}
}

struct dial *dial_start(struct loop *l, const struct dial_to *to, dialled *done,
			void *ctx)
{
	struct dial *d = mem_zalloc(sizeof(*d));

	*d = (struct dial){
		.loop = l,
		.done = done,
		.ctx = ctx,
		.port = to->port,
		.fd = -1,
		.known = to->known,
	};
	d->host = mem_zalloc(to->host.len + 1);
	if (to->host.len)
		memcpy(d->host, to->host.p, to->host.len);

	struct errand e = {
		.host = d->host,
		.port = to->port,
		.netns_pid = to->netns_pid,
	};

	if (child_in_our_netns(e.netns_pid))
		e.netns_pid = 0;
	if (!e.netns_pid) {
		if (d->known && d->known->n)
			d->list = *d->known;
		else if (!d->host[0])
			addresses_own(&d->list);
		else
			addresses_find(&d->list, d->host, AI_NUMERICHOST);
	}
	if (d->list.n == 0)
		d->child = child_start(l, child_main, &e, e.netns_pid, child_told, d,
				       &d->err);
	if (!d->child)
		d->timer = loop_at(l, 0, on_first, d);
	return d;
}

void dial_cancel(struct dial *d)
{
	if (!d)
		return;
	attempt_end(d);
	child_cancel(d->child);
	free(d->host);
	free(d);
}

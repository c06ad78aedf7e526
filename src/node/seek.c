/* The child, and what it reports: the numbers of a target, then its texts. */
#include "node/seek.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "node/child.h"
#include "node/nodename.h"

enum { NAME,
       HOST,
       EPMD_HOST,
       COOKIE,
       COOKIE_FROM,
       NTEXTS };

struct report {
	struct err err; /* kind ERR_NONE: it was found */
	uint16_t port;
	uint16_t epmd_port;
	int netns_pid;
	int os_pid;
	bool tls;
	uint16_t lengths[NTEXTS]; /* of the texts behind it, one after the other */
};

struct seek {
	const struct machine *machine;
	struct child *child;
	seek_found *done;
	void *ctx;
};

struct errand {
	const struct machine *machine;
	const struct target_options *options;
	struct text word;
	struct text other;
};

static bool find(const struct errand *e, struct arena *a, struct target *t,
		 struct err *err)
{
	if (target_find(e->machine, e->options, e->word, a, t, err) &&
	    (!e->other.len || !t->name.len ||
	     text_eq(nodename_head(t->name), nodename_head(e->other))))
		return true;
	return e->other.len &&
	       target_find(e->machine, e->options, e->other, a, t, err);
}

static void in_child(void *ctx, int to)
{
	struct arena arena = { 0 };
	struct report r = { 0 };
	struct target t = { 0 };
	struct buf b = { 0 };

	if (find(ctx, &arena, &t, &r.err)) {
		const struct text texts[NTEXTS] = { t.name, t.host, t.epmd_host, t.cookie,
						    t.cookie_from };

		r.err = (struct err){ 0 };
		r.port = t.port;
		r.epmd_port = t.epmd_port;
		r.netns_pid = t.netns_pid;
		r.os_pid = t.os_pid;
		r.tls = t.tls;
		for (size_t i = 0; i < NTEXTS; i++) {
			r.lengths[i] = (uint16_t)texts[i].len;
			buf_text_add(&b, texts[i]);
		}
	}
	if (sizeof(r) + buf_len(&b) > CHILD_REPORT_MAX) {
		fail(&r.err, ERR_SYSTEM, "what leads to the node is too long");
		buf_reset(&b);
	}

	char bytes[CHILD_REPORT_MAX];

	memcpy(bytes, &r, sizeof(r));
	if (buf_len(&b))
		memcpy(bytes + sizeof(r), buf_text(&b).p, buf_len(&b));
	child_report(to, bytes, sizeof(r) + buf_len(&b), -1);
}

/* False: the child ended before it could say something. */
static bool read_report(const struct seek *s, const char *bytes, size_t len,
			struct report *r, struct target *t)
{
	struct text *const texts[NTEXTS] = { &t->name, &t->host, &t->epmd_host,
					     &t->cookie, &t->cookie_from };
	size_t at = sizeof(*r);

	if (len < sizeof(*r))
		return false;
	memcpy(r, bytes, sizeof(*r));
	*t = (struct target){
		.port = r->port,
		.epmd_port = r->epmd_port,
		.netns_pid = r->netns_pid,
		.os_pid = r->os_pid,
		.tls = r->tls,
		.machine = s->machine,
	};
	for (size_t i = 0; i < NTEXTS && !r->err.kind; i++) {
		if (r->lengths[i] > len - at)
			return false;
		*texts[i] = (struct text){ bytes + at, r->lengths[i] };
		at += r->lengths[i];
	}
	return true;
}

static void reported(void *ctx, const void *bytes, size_t len, int fd)
{
	struct seek *s = ctx;
	struct seek copy = *s;
	struct report r = { 0 };
	struct target t = { 0 };

	free(s);
	if (!read_report(&copy, bytes, len, &r, &t))
		fail(&r.err, ERR_SYSTEM, "looking for the node ended without a word");
	copy.done(copy.ctx, &t, r.err.kind ? &r.err : NULL);
}

struct seek *seek_start(struct loop *l, const struct machine *m,
			const struct target_options *o, struct text word,
			struct text other, seek_found *done, void *ctx, struct err *err)
{
	struct errand e = { .machine = m, .options = o, .word = word, .other = other };
	struct seek *s = mem_zalloc(sizeof(*s));

	*s = (struct seek){ .machine = m, .done = done, .ctx = ctx };
	s->child = child_start(l, in_child, &e, 0, reported, s, err);
	if (s->child)
		return s;
	free(s);
	return NULL;
}

void seek_cancel(struct seek *s)
{
	if (!s)
		return;
	child_cancel(s->child);
	free(s);
}

/*
 * What was seen of a trace, kept for a screen: a row for each call, to which its return
 * is added when it comes, and one for whatever else there was. Bounded in number and in
 * bytes: the oldest rows go.
 */
#ifndef TRACE_KEPT_H
#define TRACE_KEPT_H

#include "trace/event.h"

struct kept_row {
	struct arena arena;  /* of all of it */
	uint64_t place;      /* 0, 1, 2, ... among all rows that there ever were */
	struct event event;
	uint64_t came;       /* 0, 1, 2, ... among all events */
	struct event end;    /* EVENT_RETURN or EVENT_EXCEPTION of this call; or: */
	uint64_t end_came;
	bool ended;          /* there is none yet */
	struct text words;   /* whoever shows it keeps here what it is searched by */
};

struct kept;

struct kept *kept_new(size_t rows, size_t bytes);
void kept_free(struct kept *k); /* NULL is fine */
/* Copies it. The row that it made, or belongs to, until the next kept_add(). */
struct kept_row *kept_add(struct kept *k, const struct event *e);
size_t kept_count(const struct kept *k);
/* i < count; the oldest first. */
struct kept_row *kept_at(const struct kept *k, size_t i);
uint64_t kept_gone(const struct kept *k); /* rows that went */

/* All of it, in an arena. */
struct event event_copy(struct arena *a, const struct event *e);

#endif

/*
 * Where what is shown leads: pids, ports and sockets, in texts, cells and terms, to the
 * page of each.
 */
#ifndef VIEW_DETAIL_GOAL_H
#define VIEW_DETAIL_GOAL_H

#include "base/table.h"
#include "term/term.h"
#include "view/view.h"

enum goal_kind {
	GOAL_NONE,
	GOAL_PROCESS,
	GOAL_PORT,
	GOAL_SOCKET,    /* of the socket module */
	GOAL_NAME,      /* a registered process, to be looked for */
	GOAL_MEMBERS,   /* the processes of an application */
	GOAL_ELSEWHERE, /* a pid, port or reference of another node: not followed */
};

struct goal {
	enum goal_kind kind;
	int64_t id;       /* of a process or port */
	struct text word; /* of a socket: "#Socket<0.1.2.3>"; the name; the application's.
			   * In what was read */
};

/* What a text begins with: "<0.81.0> shop_cache", "#Port<0.5> tcp_inet". */
struct goal goal_read(struct text t);
/* home: the name of the target. */
struct goal goal_of_term(const struct term *t, struct text home);
struct goal goal_of_cell(const struct column *about, struct cell c);

/* Opens its page above a view. ERR_USAGE: it leads nowhere. */
bool goal_open(struct view *from, const struct goal *g, struct err *err);

#endif

/*
 * Which functions of a node are meant: each pattern is looked up in the code that is
 * loaded there. Nothing is loaded for it, and a name that the node does not have becomes
 * no atom there.
 */
#ifndef TRACE_RESOLVE_H
#define TRACE_RESOLVE_H

#include "match/match.h"
#include "source/live.h"

/* Patterns of one trace: bits of a mask. */
#define RESOLVE_MATCHES_MAX 64
/* More functions than this are counted and not kept. */
#define RESOLVE_FUNCTIONS_MAX 20000

struct resolved_function {
	struct text module;
	struct text function;
	int arity;
	uint64_t matches; /* bit i: the pattern i means it */
};

struct resolved {
	struct arena arena;
	/* In the order of modules, names and arities. */
	struct resolved_function *functions; /* [n] */
	size_t n;
	size_t total;     /* may be more than n */
	size_t nmodules;
};

/* Does a pattern say something of calls with so many arguments? One whose heads are lists
 * of another length never matches them. */
bool resolve_takes(const struct match *m, int arity);
/* With how many, if all heads agree; else -1. */
int resolve_arity(const struct match *m);
/* May the function be one of the pattern's? What compilers add (module_info,
 * '-f/1-fun-0-') only when it is named. */
bool resolve_means(const struct match *m, struct text module, struct text function,
		   int arity);

/* resolved: the callee's, to be freed with resolved_free(); NULL with ERR_ABSENT: one of
 * the patterns means no function, and why. */
typedef void resolve_done(void *ctx, struct resolved *resolved, const struct err *err);

/* The matches (n at most RESOLVE_MATCHES_MAX) live until then. Never calls done from
 * inside. */
void resolve(struct live *l, const struct match *matches, size_t n, int64_t timeout_ns,
	     resolve_done *done, void *ctx);
void resolved_free(struct resolved *r); /* NULL is fine */

/*
 * For resolve.c: why a pattern means nothing there.
 */

enum resolve_miss {
	MISS_NO_FUNCTION, /* the module is loaded */
	MISS_UNKNOWN,     /* no such module was ever heard of there */
	MISS_NOT_LOADED,
	MISS_NO_NAME,     /* of any module: no function has that name */
};

struct resolve_why {
	const struct match *match;
	enum resolve_miss miss;
	const char *near;     /* a function of the module that may be meant, or NULL */
	const bool *arities;  /* [256] that the function has, or NULL */
};

/* Asks what more there is to know, and calls done with ERR_ABSENT; from inside when there
 * is nothing to ask. why is copied; what it points to lives until then. */
void resolve_why(struct live *l, const struct resolve_why *why, int64_t timeout_ns,
		 resolve_done *done, void *ctx);

#endif

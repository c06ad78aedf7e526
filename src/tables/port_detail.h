/*
 * One port, or one socket of the socket module, in full: the groups of recon:port_info/1.
 *
 * Everything is bounded: of each list the length and its first parts, of a command its
 * beginning.
 */
#ifndef TABLES_PORT_DETAIL_H
#define TABLES_PORT_DETAIL_H

#include "source/live.h"
#include "tables/process_detail.h"

struct port_item {
	const char *name; /* lives as long as the detail */
	enum unit unit;
	struct cell cell;
};

struct port_items {
	struct port_item *at; /* [n] */
	size_t n;
};

struct port_detail {
	struct arena arena;
	struct text id;               /* "#Port<0.6>" */
	bool nif;                     /* of the socket module */
	bool socket;                  /* inet, statistics and options are there */
	struct port_items meta;       /* name, owner, ... */
	struct detail_list links;     /* these three are empty for the socket module */
	struct detail_list monitors;
	struct detail_list monitored_by;
	struct port_items io;         /* input, output; of the socket module: counters */
	struct port_items memory;
	struct port_items inet;       /* protocol, state, addresses */
	struct port_items statistics; /* inet:getstat/1 */
	struct port_items options;    /* those that it knows */
};

/* What a person calls it. */
struct port_word {
	bool nif;        /* a socket of the socket module */
	int64_t port;    /* its number */
	struct text ref; /* of the socket: "1.2.3"; in the words that were read */
};

/* "#Port<0.6>", "0.6", "port:6", or "#Socket<0.1.2.3>" and "#Ref<0.1.2.3>". ERR_USAGE. */
bool port_word_read(struct text t, struct port_word *out, struct err *err);

/* detail: the callee's; NULL with ERR_ABSENT when it is gone. */
typedef void port_detailed(void *ctx, struct port_detail *detail, const struct err *err);

/* done is called once, never from inside. */
void port_detail_ask(struct live *l, const struct port_word *word, enum syntax syntax,
		     int64_t timeout_ns, port_detailed *done, void *ctx);
void port_detail_free(struct port_detail *d); /* NULL is fine */

#endif

/*
 * Addresses of sockets as people write them: 127.0.0.1:80, [::1]:80, /run/x.sock.
 */
#ifndef TABLES_ADDRESS_H
#define TABLES_ADDRESS_H

#include "base/arena.h"
#include "term/term.h"

struct address {
	struct text whole; /* "[::1]:80"; empty: none */
	struct text host;  /* "::1", or the path; empty: none */
	int64_t port;      /* -1: none */
};

/*
 * What sockname and peername answer: {ok, {Ip, Port}} or {ok, {local, Path}} of the port
 * drivers, {ok, #{family, addr, port, path}} of the socket module, or the address alone.
 *
 * Returns false, with an empty address, for all else: {error, enotconn}, a Unix socket
 * without a name.
 */
bool address_read(struct arena *a, const struct term *t, struct address *out);

#endif

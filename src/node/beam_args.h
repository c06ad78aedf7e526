/*
 * What the command line of an Erlang virtual machine says. Knows only its bytes.
 *
 * The emulator is always started with its own flags, then "--", then "-root DIR" and what
 * erlexec adds, then the flags that Erlang's init reads; a flag takes the words behind it
 * that do not begin with '-'. Source: OTP, erl(1), erlexec.c, init.
 */
#ifndef NODE_BEAM_ARGS_H
#define NODE_BEAM_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/*
 * Is this the virtual machine itself? Its words have "--" and then "-root", and either
 * its executable is called beam or beam.something, or (a binary that was renamed) no word
 * before that is: a debugger or tracer that runs a beam has the same words with the beam
 * among them.
 *
 * cmdline  words that end with 0 bytes, as in /proc/PID/cmdline
 * exe      the path of its executable; empty when it could not be read: then the first
 *          word counts
 */
bool beam_args_is(struct text cmdline, struct text exe);

/* Views into the command line; what is not there is empty or 0. */
struct beam_args {
	struct text name;      /* of -sname or -name as it stands: "shop" or
			        * "shop@web1" */
	bool long_name;        /* it was -name */
	struct text cookie;    /* -setcookie */
	struct text home;      /* -home: where the node looks for its cookie */
	struct text root;      /* -root: where its OTP or release is */
	struct text bindir;    /* -bindir */
	struct text boot;      /* -boot: a path without .boot */
	uint16_t epmd_port;    /* -epmd_port: the port mapper it uses */
	uint16_t fixed_port;   /* -erl_epmd_port, or kernel's erl_epmd_node_listen_port */
	uint16_t listen_min;   /* -kernel inet_dist_listen_min */
	uint16_t listen_max;
	bool tls;              /* -proto_dist inet_tls or inet6_tls */
	bool deaf;             /* -dist_listen false, or a dynamic name: no other
			        * node can connect to it */
	bool shell;            /* -remsh, --remsh: somebody's window onto another node */
};
void beam_args_read(struct text cmdline, struct beam_args *out);

#endif

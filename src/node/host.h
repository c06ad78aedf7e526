/*
 * What this machine is called, and whether a name or an address means it.
 */
#ifndef NODE_HOST_H
#define NODE_HOST_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"
#include "node/target.h"

/* The host's name as the system has it, short or with a domain; empty when unknown. */
struct text host_name(const struct machine *m, struct arena *a);

/*
 * The host part that a node gives itself: up to the first dot for -sname; for -name with
 * the domain of the name itself, of resolv.conf, or of the host's line in /etc/hosts.
 * Source: OTP, kernel's net_kernel, inet_config and inet_db.
 *
 * name         as host_name() gives it
 * resolv_conf  and hosts: the contents of those files, or empty
 */
struct text host_part(struct text name, bool long_name, struct text resolv_conf,
		      struct text hosts, struct arena *a);

/* Does it mean this machine: its own names, localhost, one of its addresses, or a name
 * that /etc/hosts gives to one of those? Asks no DNS. */
bool host_is_here(const struct machine *m, struct text host, struct arena *a);

#endif

/*
 * One handshake at a time under one of our node names, among the otoscopes of this
 * machine.
 *
 * Two that shake hands under one name in the same instant make the target drop the older,
 * and may leave a line in its log ("Net kernel got {dist_ctrlr, ...}"). Those of other
 * machines are not seen here; for them the target's own refusals have to do.
 */
#ifndef NODE_CLAIM_H
#define NODE_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/*
 * False when another holds the claim. *fd: close it to give the claim up, which also
 * the end of the process does; -1 where claims can't be had, which is no reason not to
 * go on.
 *
 * port   where the target listens, in the network namespace of process netns_pid (0:
 *        ours)
 */
bool claim_take(struct text our_name, uint16_t port, int netns_pid, int *fd);

#endif

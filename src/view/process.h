/*
 * The page of one process: what it is, what it is linked to, where it is, what waits in
 * its mailbox, what it holds.
 */
#ifndef VIEW_PROCESS_H
#define VIEW_PROCESS_H

#include "view/detail_inside.h"

extern const struct detail_kind process_kind;

#endif

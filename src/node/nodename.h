/*
 * The names of nodes: "shop@web1", or "shop" alone. Knows only their characters.
 */
#ifndef NODE_NODENAME_H
#define NODE_NODENAME_H

#include <stdbool.h>

#include "base/text.h"

/* The part before '@'; all of it when there is none. */
struct text nodename_head(struct text name);
/* The part behind it; empty when there is none. */
struct text nodename_host(struct text name);
/* Could this be the name of a node, with or without a host part? Graphic ASCII, at
 * most 255 bytes, something before '@' and behind it. */
bool nodename_valid(struct text name);

#endif

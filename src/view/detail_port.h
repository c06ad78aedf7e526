/*
 * The page of a port, or of a socket of the socket module.
 */
#ifndef VIEW_DETAIL_PORT_H
#define VIEW_DETAIL_PORT_H

#include "view/detail_inside.h"

extern const struct detail_kind port_kind;
extern const struct detail_kind socket_kind;

#endif

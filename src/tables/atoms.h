/*
 * The atoms table: the atoms of a node by their place in its atom table, where the node
 * can be asked so (CAP_ATOMS). The newest have the highest number.
 */
#ifndef TABLES_ATOMS_H
#define TABLES_ATOMS_H

#include "base/table.h"

enum atom_column {
	ATOM_INDEX,
	ATOM_NAME,
	ATOM_LENGTH,
};

extern const struct schema atoms_schema;

#endif

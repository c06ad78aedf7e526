/*
 * What changes the target, from a screen: asked for with a question, done when the answer
 * is y, and told at the foot.
 */
#ifndef VIEW_WRITE_H
#define VIEW_WRITE_H

#include "tables/change.h"
#include "view/view.h"

struct write {
	enum change what;
	const int64_t *ids; /* [n] processes, or ports; copied */
	size_t n;
	struct text name;   /* of the only one: "shop_cache"; or empty */
	uint32_t creation;  /* of the node that they were read of */
};

/* Asks, whatever came before, once for all of them. ERR_USAGE: without --allow-write
 * nothing is even asked; ERR_CANNOT, ERR_ABSENT: it cannot be done now. */
bool write_ask(struct view *from, const struct write *w, struct err *err);
/* The same for the rows of a table's screen that are marked, or for the one that the
 * cursor is on. */
bool write_ask_rows(struct view *table, enum change what, struct err *err);

#endif

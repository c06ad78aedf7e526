/*
 * Columns that hold a port of the target: its number, shown as #Port<0.N>.
 */
#ifndef TABLES_PORT_H
#define TABLES_PORT_H

#include "base/table.h"
#include "term/term.h"

struct question;

void port_print(struct buf *out, int64_t id);
/* "#Port<0.6>", "0.6" or "port:6". */
bool port_parse(struct text t, int64_t *id);
/* A port of the target into a cell of such a column; one of another node as text. */
void port_set(struct table *t, size_t row, size_t column, const struct term *value,
	      struct text home);

/* The name of a port, or a path, which the runtime gives as a list of the bytes that it
 * was made of, as a list of code points, or as a binary. Not escaped. */
bool port_bytes(const struct term *t, struct arena *a, struct text *out);

extern const struct schema ports_schema;
extern const struct schema sockets_schema;
extern const struct schema dist_schema;

/* How they are asked; for tests of what answers of any shape do. */
extern const struct question ports_question;
extern const struct question dist_question;

#endif

/*
 * Columns that hold a pid of the target: 64 bits, serial << 32 | id, shown as <0.N.S>.
 */
#ifndef TABLES_PID_H
#define TABLES_PID_H

#include "base/table.h"
#include "term/term.h"

void pid_print(struct buf *out, int64_t id);
bool pid_parse(struct text t, int64_t *id);

/* A pid of the target into a cell of such a column; one of another node as text. */
void pid_set(struct table *t, size_t row, size_t column, const struct term *value, struct text home);

#endif

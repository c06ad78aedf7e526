/*
 * Columns that hold a pid of the target: 64 bits, serial << 32 | id, shown as <0.N.S>.
 */
#ifndef TABLES_PID_H
#define TABLES_PID_H

#include "base/table.h"
#include "term/term.h"

void pid_print(struct buf *out, int64_t id);
bool pid_parse(struct text t, int64_t *id);
/* ERR_ABSENT: the process is gone. Returns false. */
bool pid_gone(int64_t pid, struct err *err);

/* A pid of the target into a cell of such a column; one of another node as text. */
void pid_set(struct table *t, size_t row, size_t column, const struct term *value,
	     struct text home);

/*
 * Where in a table whose column 0 is such a pid the row of a pid is; rows are only added.
 * Zeros: empty.
 */
struct pid_map {
	uint32_t *slots; /* [nslots] row + 1, or 0; open addressing */
	size_t nslots;   /* a power of two, or 0 */
};

void pid_map_clear(struct pid_map *m);
/* The row, or TABLE_NONE. */
size_t pid_map_find(const struct pid_map *m, const struct table *t, int64_t pid);
/* Adds a row for a pid that has none to the table and to the map. */
size_t pid_map_add(struct pid_map *m, struct table *t, int64_t pid);

/*
 * The pids of a column, each once, as keys of a request.
 *
 * counts  of which rows; NULL: of all
 * keys    out: [t->nrows]
 *
 * Returns how many there are.
 */
size_t pid_distinct(const struct table *t, size_t column,
		    bool (*counts)(const struct table *t, size_t row), struct cell *keys);

#endif

/*
 * What is asked of a source: which columns of which table, for which rows, until when.
 */
#ifndef BASE_REQUEST_H
#define BASE_REQUEST_H

#include <stdint.h>

#include "base/moment.h"
#include "base/table.h"

/* How atoms, functions and terms are written inside texts. */
enum syntax {
	SYNTAX_AUTO, /* elixir where the target has Elixir loaded, else erlang */
	SYNTAX_ERLANG,
	SYNTAX_ELIXIR,
};

struct request {
	const struct schema *schema;
	uint64_t columns;         /* mask of column_bit(); the key is always read */
	const struct cell *keys;  /* [nkeys] the rows wanted; NULL: all. A row that is not
				   * there is left out */
	size_t nkeys;
	int64_t timeout_ns;       /* for each request to the target; 0: 5 s */
	enum syntax syntax;
	/* For sources that keep readings (source.h, stored); others answer of now. */
	struct moment at; /* the newest reading that is not later */
	int64_t back_ns;  /* more than 0: the newest reading that is older than that one
			   * by about so much or more; where there is none, the oldest */
};

#endif

/*
 * Cells from terms of the target. A term of another shape than the cell wants leaves it
 * null: what a node sends is never believed.
 */
#ifndef TABLES_CELL_H
#define TABLES_CELL_H

#include "base/request.h"
#include "base/table.h"
#include "term/term.h"

/* An integer. */
void cell_set_int(struct table *t, size_t row, size_t column, const struct term *value);
/* An integer that counts words of the target, in bytes. */
void cell_set_words(struct table *t, size_t row, size_t column, const struct term *value,
		    size_t word_bytes);
/* true or false. */
void cell_set_bool(struct table *t, size_t row, size_t column, const struct term *value);
/* An atom as a name: plain, without quotes and "Elixir.". */
void cell_set_name(struct table *t, size_t row, size_t column, const struct term *value);
/* A text of any bytes, escaped. */
void cell_set_escaped(struct table *t, size_t row, size_t column, struct text value);
/* Characters, a list or a binary, escaped; none at all leave the cell null. */
void cell_set_chars(struct table *t, size_t row, size_t column, const struct term *value);
/* A pid or a port, for columns that hold such numbers; one of another node as text.
 * home: the name of the target. */
void cell_set_id(struct table *t, size_t row, size_t column, const struct term *value,
		 struct text home);
/* {Module, Function, Arity}, or the arguments for the arity. */
void cell_set_mfa(struct table *t, size_t row, size_t column, const struct term *value,
		  enum syntax syntax);

#endif

/*
 * Between the Elixir printer and the structs that Elixir shows in a form of their own.
 */
#ifndef TERM_ELIXIR_H
#define TERM_ELIXIR_H

#include "term/print.h"

/* A list, but never as a charlist: "[]" when it is empty. */
void elixir_list(struct printer *p, const struct term *t);
/* A map with all of its keys, or with a name (an atom) the struct of that name: its keys
 * must then be atoms. */
void elixir_map(struct printer *p, const struct term *t, const struct term *name);
/* Writes a struct as its own Inspect does. False, and nothing is written, when it is none
 * of those known here, or its fields are not what they should be. */
bool elixir_struct(struct printer *p, const struct term *t, struct text name);

/* Fields of a struct as 64-bit integers. */
struct elixir_field {
	const char *name;
	int64_t *value;
};
/* False unless all are there and are integers that fit. */
bool elixir_fields(const struct term *t, const struct elixir_field *fields, size_t n);

/* Elixir's calendar; each as elixir_struct() for its own kind. */
bool elixir_date(struct printer *p, const struct term *t);
bool elixir_time(struct printer *p, const struct term *t);
bool elixir_naive(struct printer *p, const struct term *t);
bool elixir_datetime(struct printer *p, const struct term *t);

#endif

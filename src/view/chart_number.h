/*
 * Numbers of tables as lines of a chart.
 */
#ifndef VIEW_CHART_NUMBER_H
#define VIEW_CHART_NUMBER_H

#include "view/chart.h"

/* Is it one that can be drawn over time, and that is read without being named? */
bool chart_column_is_number(const struct column *c);
/* All that it points to is in arena afterwards. */
struct chart_number chart_number_dup(const struct chart_number *n, struct arena *arena);
/* Another column of the row of a number that has a schema. */
struct chart_number chart_number_beside(const struct chart_number *n, size_t column,
					struct arena *arena);
/* The mask of the column that it is of. */
uint64_t chart_number_columns(const struct chart_number *n);

#endif

/*
 * What the files of the chart screen share.
 */
#ifndef VIEW_CHART_INSIDE_H
#define VIEW_CHART_INSIDE_H

#include "view/chart_number.h"
#include "view/feed.h"
#include "view/top.h"

/* The rows of one table that the chart reads itself. */
struct reading {
	struct chart_view *view;
	const struct schema *schema;
	struct feed *feed;
	size_t readings;
};

struct chart_view {
	struct view view;
	struct arena arena;
	struct chart_number at[CHART_SERIES];
	size_t n;
	size_t chosen;
	struct reading readings[CHART_SERIES];
	size_t nreadings;
	bool shown;
	size_t span;       /* of the spans that there are */
	int64_t end_ns;    /* what the right edge is; 0: it follows the time */
	int64_t cursor_ns; /* the moment that is looked at; 0: none */
	bool from_least;   /* the scale begins at the least value, not at 0 */
	struct pane pane;  /* in which it was drawn the last time */
	size_t npoints;    /* the same */
	int64_t to_ns;     /* the same */
};

enum { CHART_ACTIONS = 16 };
extern const struct action chart_actions[CHART_ACTIONS];

/* A click looks at a moment, the wheel changes how long a time is shown. */
bool chart_key(struct view *v, struct key k);
/* After its numbers changed: reads their rows. */
void chart_read_all(struct chart_view *c);
/* What is known of all its numbers, or may be. False: nothing is. */
bool chart_extent(const struct chart_view *c, int64_t *first, int64_t *last);
int64_t chart_span_ns(const struct chart_view *c);
/* The moment that is looked at: of a recording at first the one that is shown; or 0. */
int64_t chart_looked_at(const struct chart_view *c);
/* A longer one, or a shorter one. */
void chart_zoom(struct chart_view *c, int step);
/* What its number is drawn as. */
enum history_as chart_as(const struct chart_number *n);

#endif

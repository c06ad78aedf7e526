/*
 * What the files of the header share.
 */
#ifndef VIEW_HOME_INSIDE_H
#define VIEW_HOME_INSIDE_H

#include "view/feed.h"
#include "view/home.h"
#include "view/home_item.h"
#include "view/top.h"

/* What is known of an item. */
struct home_value {
	double now;     /* what is shown: the level, or the rate; NAN: not known */
	double limit;   /* NAN: it has none */
	double growth;  /* a second, since the reading before; NAN: not known */
	double raw;     /* the last value, and when it was */
	int64_t raw_ns;
	bool seen;      /* it was known at least once */
};

struct home {
	struct top *top;
	struct link *link;
	struct arena arena;
	const struct thresholds *thresholds;
	struct home_feeding {
		struct home *home;
		enum home_feed which;
		struct feed *feed;
		size_t readings; /* that were taken */
	} feeds[HOME_FEEDS];
	int64_t start_ns;    /* when it was made */
	struct loop_timer *starting; /* its feeds do not run yet */
	struct home_value values[HOME_ITEMS_MAX];
	unsigned generation; /* of the link, whose node our cost is of */
	bool bars;
	bool walking;
	size_t chosen;       /* an item, while somebody walks */
	/* Where the items stand, as drawn the last time, for walking: [n] */
	struct home_place {
		size_t item;
		size_t block, row;
		size_t x, y, width; /* on the canvas */
	} places[HOME_ITEMS_MAX];
	size_t nplaces;
	size_t bar_lines;    /* of the lines that home_height() said */
};

/* Lines of bars on a screen of this size: when they were asked for, and on high ones. */
size_t home_bar_lines(const struct home *h, size_t width, size_t height);
void home_bars_draw(const struct home *h, struct pane p);

/* Is there, or may there be, something to be shown of it? */
bool home_item_there(const struct home *h, size_t item);
/* How it is doing, by the thresholds. */
enum style home_item_style(const struct home *h, size_t item);
/* How much it grows a second, over the last minute if so much is known; NAN: it is not
 * shown, or not known. */
double home_item_trend(const struct home *h, size_t item);
/* ns until the limit is reached; NAN: it is not, or that is not known. */
double home_item_to_limit(const struct home *h, size_t item);

#endif

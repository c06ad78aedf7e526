/*
 * What the files of the time line share.
 */
#ifndef VIEW_TIMELINE_INSIDE_H
#define VIEW_TIMELINE_INSIDE_H

#include "source/recording.h"
#include "source/recording_times.h"
#include "view/peak.h"
#include "view/timeline.h"
#include "view/top.h"

/* Samples of one run, side by side. */
struct timeline_span {
	size_t first;
	size_t last;
	const struct recording_run *run; /* NULL: the file does not know it */
};

struct timeline {
	struct top *top;
	struct link *link;
	struct recording *recording;
	struct recording_times times;
	struct timeline_span *spans; /* [nspans] */
	size_t nspans;
	size_t spans_cap;
	struct err err;     /* why the file's times can't be read */
	size_t now;         /* the sample that is shown; there is one if there are any */
	int64_t now_at;     /* when that was; 0: none was shown yet */
	bool follow;        /* the last one is shown, and then the one that comes */
	bool growing;       /* somebody writes it */
	struct loop_timer *poll;

	bool playing;
	int64_t speed;
	int64_t play_at;    /* of the sample, */
	int64_t play_from;  /* and loop_now() when it came on */
	struct loop_timer *step;

	struct peak *peak;  /* the last one that was looked for; or NULL */

	struct pane track;  /* where it was drawn the last time; width 0: nowhere */
};

/* Shows a sample; what is beyond the end is the last one. */
void timeline_go(struct timeline *t, size_t sample);
void timeline_play(struct timeline *t, bool on);
void timeline_faster(struct timeline *t, int64_t speed);
/* Stops what goes on by itself. False: nothing does. */
bool timeline_stop(struct timeline *t);
/* Goes where it was clicked. False: that is elsewhere. */
bool timeline_click(struct timeline *t, struct key k);
/* Looks for a peak; takes the search over. */
void timeline_search(struct timeline *t, const struct peak_options *o);
/* "REDS/s 4500500 of <0.113.0>": the peak that was found, its value and its row. */
void timeline_print_peak(const struct timeline *t, struct buf *out);

/* "12:00:06", with a fraction where samples lie close. */
void timeline_clock(const struct timeline *t, struct buf *out, int64_t at);

#endif

/* The time line: which sample is shown, and how time goes on. */
#include "view/timeline.h"

#include <stdlib.h>

#include "base/mem.h"
#include "view/timeline_inside.h"

/* So often it is looked whether the file has grown. */
#define POLL_NS INT64_C(1000000000)
/* Samples do not come on faster than this, whatever the speed. */
#define STEP_NS INT64_C(100000000)
/* Nobody waits longer than this for the next one: between two runs may lie days. */
#define WAIT_NS INT64_C(10000000000)

/*
 * The samples.
 */

static const struct recording_run *run_of(const struct timeline *t, size_t sample)
{
	return recording_times_run(&t->times, t->times.at[sample].run);
}

static void add_span(struct timeline *t, size_t first)
{
	t->spans = mem_grow(t->spans, &t->spans_cap, t->nspans + 1, sizeof(*t->spans));
	t->spans[t->nspans++] = (struct timeline_span){
		.first = first,
	};
}

static void find_spans(struct timeline *t)
{
	const struct recording_times *times = &t->times;

	t->nspans = 0;
	for (size_t i = 0; i < times->n; i++) {
		if (i == 0 || times->at[i].run != times->at[i - 1].run)
			add_span(t, i);
		t->spans[t->nspans - 1].last = i;
	}
}

static const struct timeline_span *span_of(const struct timeline *t, size_t sample)
{
	for (size_t i = 0; i < t->nspans; i++)
		if (sample <= t->spans[i].last)
			return &t->spans[i];
	return NULL;
}

/* Of the last sample of a run it is to be said how that ended: so its moment is the end
 * of the run. */
static int64_t moment_of(const struct timeline *t, size_t sample)
{
	const struct timeline_span *span = span_of(t, sample);
	int64_t at = t->times.at[sample].at;
	bool last = sample + 1 == t->times.n;

	if (!span || sample != span->last || !span->run || span->run->ended <= at)
		return at;
	if (!last && span->run->ended >= t->times.at[sample + 1].at)
		return at;
	return span->run->ended;
}

static void tell_loss(struct timeline *t)
{
	const struct timeline_span *span = span_of(t, t->now);

	if (span && span->last == t->now && span->run && span->run->lost)
		top_say(t->top, STYLE_WARN, "the node was lost after this sample: %.*s",
			TEXT_ARG(span->run->why));
}

void timeline_go(struct timeline *t, size_t sample)
{
	bool moved;

	if (t->times.n == 0)
		return;
	t->now = sample < t->times.n ? sample : t->times.n - 1;
	t->follow = t->now + 1 == t->times.n;
	moved = t->now_at != t->times.at[t->now].at;
	t->now_at = t->times.at[t->now].at;
	if (moved)
		tell_loss(t);
	link_go(t->link, (struct moment){ MOMENT_DATE, moment_of(t, t->now) });
	top_dirty(t->top);
}

/* What is new in the file, and what is gone from it. */
static bool read_times(struct timeline *t)
{
	struct recording_file *f = recording_file(t->recording);
	bool growing = recording_busy(t->recording);
	bool changed = growing != t->growing;
	bool news;

	t->growing = growing;
	t->err = (struct err){ 0 };
	if (!recording_times_read(f, &t->times, &news, &t->err))
		news = true;
	if (news)
		find_spans(t);
	for (size_t i = 0; i < t->nspans; i++)
		t->spans[i].run = run_of(t, t->spans[i].first);
	if (changed || news)
		top_dirty(t->top);
	return news;
}

static void poll_file(void *ctx)
{
	struct timeline *t = ctx;
	bool follow = t->follow && !t->playing;

	t->poll = loop_at(top_loop(t->top), loop_now() + POLL_NS, poll_file, t);
	if (!read_times(t) || t->times.n == 0)
		return;
	if (follow)
		timeline_go(t, SIZE_MAX);
	else
		t->now = recording_times_at(&t->times, t->now_at);
	if (t->times.at[t->now].at != t->now_at)
		timeline_go(t, t->now); /* it is gone */
}

/*
 * Playing.
 */

static void set_step(struct timeline *t);

static void step(void *ctx)
{
	struct timeline *t = ctx;
	int64_t now = loop_now();
	int64_t then = t->play_at + (now - t->play_from) * t->speed;
	size_t sample = recording_times_at(&t->times, then);

	t->step = NULL;
	if (sample <= t->now)
		sample = t->now + 1;
	t->play_at = then;
	t->play_from = now;
	timeline_go(t, sample);
	/* after a pause between two runs, or when it came late */
	if (t->times.at[t->now].at > then)
		t->play_at = t->times.at[t->now].at;
	set_step(t);
}

static void set_step(struct timeline *t)
{
	int64_t wait;

	loop_timer_cancel(top_loop(t->top), t->step);
	t->step = NULL;
	if (t->now + 1 >= t->times.n)
		t->playing = false;
	if (!t->playing)
		return;
	wait = (t->times.at[t->now + 1].at - t->play_at) / t->speed;
	if (wait > WAIT_NS)
		wait = WAIT_NS;
	if (wait < STEP_NS)
		wait = STEP_NS;
	t->step = loop_at(top_loop(t->top), t->play_from + wait, step, t);
}

void timeline_play(struct timeline *t, bool on)
{
	if (on && t->now + 1 >= t->times.n)
		timeline_go(t, 0);
	t->playing = on && t->times.n > 1;
	t->play_at = t->now_at;
	t->play_from = loop_now();
	set_step(t);
	top_dirty(t->top);
}

void timeline_faster(struct timeline *t, int64_t speed)
{
	t->speed = speed;
	if (t->playing)
		timeline_play(t, true);
	top_dirty(t->top);
}

/*
 * Peaks.
 */

static void say_peak(struct timeline *t, const struct peak_point *best)
{
	struct buf b = { 0 };

	timeline_print_peak(t, &b);
	buf_str(&b, " was the highest, at ");
	timeline_clock(t, &b, best->at);
	top_say(t->top, STYLE_STRONG, "%s", buf_cstr(&b));
	buf_clear(&b);
}

static void searched(void *ctx)
{
	struct timeline *t = ctx;
	const struct peak_point *best = peak_best(t->peak, NULL);

	top_dirty(t->top);
	if (peak_busy(t->peak))
		return;
	if (peak_err(t->peak)->kind) {
		top_say_err(t->top, peak_err(t->peak));
		return;
	}
	if (!best) {
		top_say(t->top, STYLE_WARN, "the recording has no numbers there");
		return;
	}
	timeline_go(t, recording_times_sample(&t->times, best->at));
	say_peak(t, best);
}

void timeline_search(struct timeline *t, const struct peak_options *o)
{
	struct peak_options ours = *o;

	timeline_play(t, false);
	peak_free(t->peak);
	ours.loop = top_loop(t->top);
	ours.file = recording_file(t->recording);
	ours.from = t->times.at[0].at;
	ours.to = t->times.at[t->times.n - 1].at;
	ours.changed = searched;
	ours.ctx = t;
	t->peak = peak_new(&ours);
	top_dirty(t->top);
}

bool timeline_stop(struct timeline *t)
{
	if (!t->playing && !peak_busy(t->peak))
		return false;
	timeline_play(t, false);
	if (peak_busy(t->peak))
		top_say(t->top, STYLE_PLAIN, "the search was stopped");
	peak_stop(t->peak);
	return true;
}

bool timeline_extent(const struct timeline *t, int64_t *first, int64_t *last)
{
	if (!t || t->times.n == 0)
		return false;
	*first = t->times.at[0].at;
	*last = t->times.at[t->times.n - 1].at;
	return true;
}

int64_t timeline_now(const struct timeline *t)
{
	return t->now_at;
}

void timeline_show(struct timeline *t, int64_t at)
{
	if (t->times.n == 0)
		return;
	timeline_play(t, false);
	timeline_go(t, recording_times_nearest(&t->times, at));
}

bool timeline_busy(const struct timeline *t)
{
	return t && peak_busy(t->peak);
}

bool timeline_key(struct timeline *t, struct key k)
{
	if (!t)
		return false;
	return k.code == KEY_ESCAPE ? timeline_stop(t) : timeline_click(t, k);
}

/*
 * Its life.
 */

/* What was asked for on the command line, where it is. */
static void begin(struct timeline *t)
{
	struct moment at = t->link->at;
	int64_t last;
	int64_t date;

	if (t->times.n == 0)
		return;
	last = t->times.at[t->times.n - 1].at;
	date = moment_date(at, last);
	if (at.kind == MOMENT_LAST) {
		timeline_go(t, SIZE_MAX);
		return;
	}
	timeline_go(t, recording_times_at(&t->times, date));
	if (date > last)
		top_say(t->top, STYLE_WARN,
			"it ends before the moment that was asked for: this is its last "
			"sample");
	else if (date < t->times.at[0].at)
		top_say(t->top, STYLE_WARN,
			"it begins after the moment that was asked for: this is its "
			"first sample");
}

struct timeline *timeline_new(struct top *top, struct link *l)
{
	struct recording *r = l->stored ? recording_of(l->source) : NULL;
	struct timeline *t;

	if (!r)
		return NULL;
	t = mem_zalloc(sizeof(*t));
	*t = (struct timeline){ .top = top, .link = l, .recording = r, .speed = 1 };
	l->back_ns = 1; /* rates are against the reading before, whenever that was */
	t->follow = true;
	read_times(t);
	begin(t);
	t->poll = loop_at(top_loop(top), loop_now() + POLL_NS, poll_file, t);
	return t;
}

void timeline_free(struct timeline *t)
{
	if (!t)
		return;
	loop_timer_cancel(top_loop(t->top), t->poll);
	loop_timer_cancel(top_loop(t->top), t->step);
	peak_free(t->peak);
	recording_times_clear(&t->times);
	free(t->spans);
	free(t);
}

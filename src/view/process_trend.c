/* Memory, mailbox and work of a process over time: a section of its page. */
#include <math.h>

#include "tables/process.h"
#include "view/process_inside.h"

/* What is drawn at least, and at most. */
#define SPAN_LEAST_NS INT64_C(60000000000)
#define SPAN_MOST_NS INT64_C(600000000000)

static const struct trend {
	size_t column;
	const char *name;
	enum history_as as;
	const char *per;
} trends[] = {
	{ PROC_MEMORY, "memory", HISTORY_LEVEL, "" },
	{ PROC_MSGQ, "messages", HISTORY_LEVEL, "" },
	{ PROC_REDUCTIONS, "reductions", HISTORY_RATE, "/s" },
};
#define NTRENDS (sizeof(trends) / sizeof(trends[0]))

static struct series_name series(const struct detail *d, const struct trend *t)
{
	return (struct series_name){
		.link = d->view.link->name,
		.table = text_of(d->schema->name),
		.key = d->view.trail,
		.column = text_of(processes_schema.columns[t->column].name),
	};
}

void process_read_trend(struct detail *d)
{
	struct process_page *p = process_of(d);

	for (size_t i = 0; !d->gone && i < NTRENDS; i++) {
		const struct column *about = &processes_schema.columns[trends[i].column];
		struct series_name name = series(d, &trends[i]);
		struct cell c = detail_cell(d, about->name);

		/* a recording knows what they were */
		if (!p->trend)
			recall_series(top_recall(d->view.top), d->schema, d->key, &name);
		history_put(top_history(d->view.top), &name, feed_wall_ns(d->feed),
			    c.type == CELL_INT ? (double)c.v.num : NAN);
	}
	p->trend |= !d->gone;
}

static struct history_window window(const struct detail *d, const struct trend *t)
{
	struct history_window w = { .to_ns = feed_wall_ns(d->feed), .as = t->as };
	struct series_name name = series(d, t);
	int64_t first = w.to_ns, last;

	history_extent(top_history(d->view.top), &name, &first, &last);
	w.from_ns = first;
	if (w.to_ns - w.from_ns > SPAN_MOST_NS)
		w.from_ns = w.to_ns - SPAN_MOST_NS;
	if (w.to_ns - w.from_ns < SPAN_LEAST_NS)
		w.from_ns = w.to_ns - SPAN_LEAST_NS;
	return w;
}

static void draw_one(const struct detail *d, const struct trend *t, struct pane p)
{
	struct history_window w = window(d, t);
	struct series_name name = series(d, t);
	size_t n = chart_points(p);
	struct arena scratch = { 0 };
	struct chart_point *points = arena_many(&scratch, n, struct chart_point);

	history_read(top_history(d->view.top), &name, &w, points, n, NULL);

	struct chart_series line = {
		.name = text_of(t->name),
		.points = points,
		.unit = processes_schema.columns[t->column].unit,
		.per = t->per,
		.limit = NAN,
	};

	struct chart chart = {
		.series = &line,
		.nseries = 1,
		.npoints = n,
		.from_ns = w.from_ns,
		.to_ns = w.to_ns,
		.from_zero = true,
		.cursor = CHART_NO_POINT,
	};

	if (p.height)
		chart_draw(p, &chart);
	arena_clear(&scratch);
}

void process_draw_trend(struct detail *d, struct section *s, struct pane p)
{
	(void)s;
	if (!process_of(d)->trend) {
		pane_text(p, 1, 0, STYLE_DIM, TEXT("asking ..."));
		return;
	}
	for (size_t i = 0; i < NTRENDS && p.height; i++)
		draw_one(d, &trends[i], pane_top(&p, p.height / (NTRENDS - i)));
}

/* Memory, mailbox and work of a process over time: a section, and the page's head. */
#include <math.h>

#include "tables/process.h"
#include "tui/chart.h"
#include "tui/spark.h"
#include "view/history.h"
#include "view/process_inside.h"
#include "view/recall.h"

/* What is drawn at least, and at most. */
#define SPAN_LEAST_NS INT64_C(60000000000)
#define SPAN_MOST_NS INT64_C(600000000000)
/* A sparkline is no wider; and it is left out where there is less than the least. */
#define SPARK_WIDTH ((size_t)20)
#define SPARK_LEAST ((size_t)4)

static const struct trend {
	size_t column;
	const char *name;
	enum history_as as;
	const char *per;
	const char *shown; /* the column of the row that has it */
} trends[] = {
	{ PROC_MEMORY, "memory", HISTORY_LEVEL, "", "memory" },
	{ PROC_MSGQ, "messages", HISTORY_LEVEL, "", "message_queue_len" },
	{ PROC_REDUCTIONS, "reductions", HISTORY_RATE, "/s", "reductions_rate" },
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

/* A recording knows what they were. */
static void recall(const struct detail *d)
{
	struct process_page *p = process_of(d);

	for (size_t i = 0; !p->recalled && i < NTRENDS; i++) {
		struct series_name name = series(d, &trends[i]);

		recall_series(top_recall(d->view.top), d->schema, d->key, &name);
	}
	p->recalled = true;
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

	history_read(top_history(d->view.top), &name, &w, points, n);
	if (p.height)
		chart_draw(p, &chart);
	arena_clear(&scratch);
}

void process_draw_trend(struct detail *d, struct section *s, struct pane p)
{
	if (!d->row.nrows) {
		pane_text(p, 1, 0, STYLE_DIM, d->gone ? TEXT("nothing is known")
						      : TEXT("asking ..."));
		return;
	}
	recall(d);
	for (size_t i = 0; i < NTRENDS && p.height; i++)
		draw_one(d, &trends[i], pane_top(&p, p.height / (NTRENDS - i)));
}

/* A value a reading, in what is left of the line behind x. */
static void draw_spark(const struct detail *d, const struct trend *t, struct pane p,
		       size_t x)
{
	size_t room = p.width > x + 1 ? p.width - x - 1 : 0;
	size_t width = room < SPARK_WIDTH ? room : SPARK_WIDTH;
	size_t n = spark_values(p.canvas, width);
	struct series_name name = series(d, t);
	struct history_window w = { .to_ns = feed_wall_ns(d->feed), .as = t->as };
	struct arena scratch = { 0 };
	double *values = arena_many(&scratch, n, double);

	w.from_ns = w.to_ns - (int64_t)n * top_interval_ns(d->view.top);
	if (width >= SPARK_LEAST &&
	    history_values(top_history(d->view.top), &name, &w, values, n))
		spark_draw(p, x, 0, width, STYLE_SERIES_1,
			   &(struct spark){ .values = values, .n = n });
	arena_clear(&scratch);
}

/* "memory 1.2 MB ......", in a third of the line each. */
void process_draw_head(struct detail *d, struct pane p)
{
	size_t lane = p.width / NTRENDS;
	struct buf b = { 0 };

	if (d->row.nrows)
		recall(d);
	for (size_t i = 0; i < NTRENDS; i++) {
		const struct trend *t = &trends[i];
		struct pane part = pane_part(p, i * lane, 0, lane, 1);
		double v = cell_number(detail_cell(d, t->shown));
		unsigned style = t->column == PROC_MSGQ && v > 0 ? STYLE_WARN
								 : STYLE_STRONG;
		size_t x = pane_printf(part, 1, 0, STYLE_DIM, "%s ", t->name) + 1;

		buf_reset(&b);
		if (isfinite(v)) {
			units_human(&b, v, processes_schema.columns[t->column].unit);
			buf_str(&b, t->per);
		} else {
			buf_char(&b, '-');
		}
		x += pane_text(part, x, 0, style, buf_text(&b)) + 1;
		draw_spark(d, t, part, x);
	}
	buf_clear(&b);
}

/* The schedulers table: statistics(scheduler_wall_time_all) and the run queues. */
#include "tables/schedulers.h"

enum {
	NAME,
	TYPE,
	ID,
	UTILISATION,
	RUN_QUEUE,
	TASKS,
	ONLINE,
	ACTIVE,
	TOTAL,
	COLUMNS,
};

static const struct column columns[] = {
	[NAME] = { "name", "SCHEDULER", UNIT_NONE, COLUMN_LABEL,
		"type and number of the scheduler" },
	[TYPE] = { "type", "TYPE", UNIT_NONE, COLUMN_LABEL,
		"scheduler, dirty_cpu or dirty_io", COLUMN_WIDE },
	[ID] = { "id", "ID", UNIT_NONE, COLUMN_LABEL,
		"its number among those of its type", COLUMN_WIDE | COLUMN_LEFT },
	[UTILISATION] = { "utilisation", "UTILISATION", UNIT_RATIO, COLUMN_GAUGE,
		"share of the time since the last reading in which it was not idle" },
	[RUN_QUEUE] = { "run_queue", "RUN QUEUE", UNIT_COUNT, COLUMN_GAUGE,
		"processes and ports that wait for it; dirty schedulers "
		"share one queue a type, shown at the first" },
	[TASKS] = { "active_tasks", "TASKS", UNIT_COUNT, COLUMN_GAUGE,
		"those that wait for it or run; of dirty ones as the run queue" },
	[ONLINE] = { "online", "ONLINE", UNIT_NONE, COLUMN_LABEL,
		"whether the runtime uses it" },
	[ACTIVE] = { "active", "ACTIVE", UNIT_COUNT, COLUMN_COUNTER,
		"time that it was not idle, in a unit of the runtime's own",
		COLUMN_WIDE },
	[TOTAL] = { "total", "TOTAL", UNIT_COUNT, COLUMN_COUNTER,
		"all time since the runtime began to count, in the same unit",
		COLUMN_WIDE },
};

/* The places of the counts and the levels of a thread. */
enum { COUNT_ACTIVE, COUNT_TOTAL };
enum { LEVEL_QUEUE, LEVEL_TASKS, LEVEL_ONLINE };

static const char text[] =
	"exit({lists:map(fun erlang:system_info/1, [schedulers, schedulers_online,"
	" dirty_cpu_schedulers, dirty_cpu_schedulers_online, dirty_io_schedulers,"
	" dirty_io_schedulers]),"
	" erlang:statistics(run_queue_lengths_all),"
	" erlang:statistics(active_tasks_all),"
	" erlang:statistics(scheduler_wall_time_all)}).";

/* How many there are of each kind, and how many of them are online. */
struct numbers {
	int64_t all[3];
	int64_t online[3];
};

static bool read_numbers(struct numbers *n, const struct term *list)
{
	if (!term_is_list(list) || list->n != 6)
		return false;
	for (size_t i = 0; i < 6; i++) {
		int64_t *to = i % 2 ? &n->online[i / 2] : &n->all[i / 2];

		if (!term_int(&list->items[i], to) || *to < 0 || *to > UINT16_MAX)
			return false;
	}
	return true;
}

/* One queue for each normal scheduler; behind them those of the dirty ones. */
static int64_t queue_of(const struct term *queues, const struct numbers *n,
			const struct thread *t)
{
	size_t at = (size_t)n->all[0] + (size_t)t->kind - 1;
	int64_t length;

	if (t->kind == THREAD_SCHEDULER)
		at = (size_t)t->id - 1;
	else if (t->id != 1)
		return -1;
	return term_is_list(queues) && at < queues->n &&
			       term_int(&queues->items[at], &length)
		       ? length
		       : -1;
}

/* {Id, Active, Total}: ids go on from one kind to the next. */
static bool read_thread(struct threads *out, const struct term *one,
			const struct numbers *n, const struct term *value)
{
	int64_t id, kind = 0;
	struct thread *t;

	if (!term_is_tuple(one, 3, NULL) || !term_int(&one->items[0], &id) || id < 1)
		return false;
	while (kind < THREAD_DIRTY_IO && id > n->all[kind])
		id -= n->all[kind++];
	t = threads_add(out, (enum thread_kind)kind, id);
	if (!term_int(&one->items[1], &t->counts[COUNT_ACTIVE]) ||
	    !term_int(&one->items[2], &t->counts[COUNT_TOTAL]))
		return false;
	t->levels[LEVEL_QUEUE] = queue_of(term_at(value, 1), n, t);
	t->levels[LEVEL_TASKS] = queue_of(term_at(value, 2), n, t);
	t->levels[LEVEL_ONLINE] = id <= n->online[kind];
	return true;
}

bool schedulers_read(struct threads *out, const struct term *value)
{
	const struct term *all = term_at(value, 3);
	struct numbers n;

	if (!term_is_tuple(value, 4, NULL) || !read_numbers(&n, term_at(value, 0)) ||
	    !term_is_list(all))
		return false;
	for (size_t i = 0; i < all->n; i++)
		if (!read_thread(out, &all->items[i], &n, value))
			return false;
	return true;
}

static void set_row(struct table *t, size_t row, const struct thread *now,
		    const struct thread *before)
{
	int64_t active = thread_grown(now, before, COUNT_ACTIVE);
	int64_t total = thread_grown(now, before, COUNT_TOTAL);

	shares_name(t, row, NAME, now);
	table_set_text(t, row, TYPE, text_of(thread_kind_name(now->kind)));
	table_set_int(t, row, ID, now->id);
	shares_set_share(t, row, UTILISATION, active, total);
	shares_set_known(t, row, RUN_QUEUE, now->levels[LEVEL_QUEUE]);
	shares_set_known(t, row, TASKS, now->levels[LEVEL_TASKS]);
	table_set_bool(t, row, ONLINE, now->levels[LEVEL_ONLINE] == 1);
	shares_set_known(t, row, ACTIVE, now->counts[COUNT_ACTIVE]);
	shares_set_known(t, row, TOTAL, now->counts[COUNT_TOTAL]);
}

static const struct shares_table about = {
	.flag = HOLD_WALL_TIME,
	.text = text,
	.answer_bytes = 256 << 10,
	.read = schedulers_read,
	.row = set_row,
};

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	shares_ask(l, rq, &about, done, ctx);
}

static const struct readers readers = { .live = ask_live };

const struct schema schedulers_schema = {
	.name = "schedulers",
	.tab = "schedulers",
	.help = "how busy the scheduler threads are, and how long their queues",
	.columns = columns,
	.ncolumns = COLUMNS,
	.key = NAME,
	.readers = &readers,
};

/* The system table: facts, counts and limits of the runtime, as rows. */
#include "tables/system.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/question.h"
#include "tables/system_fact.h"

/* Handlers of the logger, mostly one or two. */
#define FAMILY_MAX 32
/* The names of the file descriptors, where the operating system does not count them. */
#define HEAP_WORDS ((size_t)1 << 20)

static const struct column columns[] = {
	[SYSTEM_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
			  "what it is" },
	[SYSTEM_VALUE] = { "value", "VALUE", UNIT_ROW, COLUMN_GAUGE,
			   "a number or a text" },
	[SYSTEM_LIMIT] = { "limit", "LIMIT", UNIT_ROW, COLUMN_LABEL,
			   "the most that it can be" },
	[SYSTEM_USED] = { "used", "USED", UNIT_RATIO, COLUMN_LABEL,
			  "value / limit" },
	[SYSTEM_UNIT] = { "unit", "UNIT", UNIT_NONE, COLUMN_LABEL,
			  "what a number is of: count, bytes or ns", COLUMN_WIDE },
	[SYSTEM_HELP] = { "help", "MEANING", UNIT_NONE, COLUMN_LABEL,
			  "what that means" },
};

static void set_value(struct table *t, size_t row, size_t column,
		      const struct term *value)
{
	struct buf shown = { 0 };
	struct text chars;
	int64_t n;

	if (term_is_atom(value, "undefined") || term_is_atom(value, "unknown"))
		return;
	if (term_int(value, &n)) {
		table_set_int(t, row, column, n);
		return;
	}
	if (value->type == TERM_ATOM)
		term_name(&shown, value->text);
	else if (term_chars(value, t->arena, &chars))
		text_escape(&shown, text_trim(chars));
	else
		return;
	table_set_text(t, row, column, buf_text(&shown));
	buf_clear(&shown);
}

/* A row. limit may be NULL. */
static void add_row(struct table *t, const struct system_fact *fact, struct text name,
		    const struct term *value, const struct term *limit)
{
	size_t row = table_add(t);

	table_set_text(t, row, SYSTEM_NAME, name);
	table_set_text(t, row, SYSTEM_HELP, text_of(fact->help));
	if (fact->unit != UNIT_NONE)
		table_set_text(t, row, SYSTEM_UNIT, text_of(units_name(fact->unit)));
	set_value(t, row, SYSTEM_VALUE, value);
	if (!limit)
		return;
	set_value(t, row, SYSTEM_LIMIT, limit);
	if (table_num(t, row, SYSTEM_LIMIT) > 0 && !table_null(t, row, SYSTEM_VALUE))
		table_set_real(t, row, SYSTEM_USED,
			       (double)table_num(t, row, SYSTEM_VALUE) /
				       (double)table_num(t, row, SYSTEM_LIMIT));
}

/* [{Name, Value, Limit}, ...] */
static void add_family(struct table *t, const struct system_fact *fact,
		       const struct term *list)
{
	struct buf name = { 0 };

	for (size_t i = 0; term_is_list(list) && i < list->n && i < FAMILY_MAX; i++) {
		const struct term *one = &list->items[i];

		if (!term_is_tuple(one, 3, NULL) || one->items[0].type != TERM_ATOM)
			continue;
		buf_reset(&name);
		buf_printf(&name, "%s.", fact->name);
		term_name(&name, one->items[0].text);
		add_row(t, fact, buf_text(&name), &one->items[1], &one->items[2]);
	}
	buf_clear(&name);
}

static void add_fact(struct table *t, const struct system_fact *fact,
		     const struct term *value)
{
	if (fact->family)
		add_family(t, fact, value);
	else if (term_is_tuple(value, 2, NULL))
		add_row(t, fact, text_of(fact->name), &value->items[0],
			&value->items[1]);
	else
		add_row(t, fact, text_of(fact->name), value, NULL);
}

/* A reading under way. */
struct asking {
	struct live_answer to;
	struct sample *sample;
	struct system_set set;
};

/* The answers, in the order of the facts. */
static bool add_facts(struct table *t, const struct system_set *set,
		      const struct term *value)
{
	size_t n = 0;

	for (size_t i = 0; i < system_nfacts; i++)
		n += system_set_has(set, i);
	if (!term_is_list(value) || value->n != n)
		return false;
	n = 0;
	for (size_t i = 0; i < system_nfacts; i++)
		if (system_set_has(set, i))
			add_fact(t, &system_facts[i], &value->items[n++]);
	return true;
}

static void answered(void *ctx, const struct answer *a)
{
	struct asking k = *(struct asking *)ctx;
	struct err err = { 0 };

	free(ctx);
	/* Most of the time since it was asked for may have gone into reading the text,
	 * which the target does before anything else, the first time. */
	sample_set_time(k.sample, loop_now());
	if (a->kind == ANSWER_RETURN &&
	    add_facts(&k.sample->table, &k.set, &a->value)) {
		k.to.done(k.to.ctx, k.sample, NULL);
		return;
	}
	sample_free(k.sample);
	question_failed(a, "read the table 'system'", &err);
	k.to.done(k.to.ctx, NULL, &err);
}

static struct system_set wanted(const struct request *rq)
{
	struct system_set set = { 0 };

	for (size_t i = 0; !rq->keys && i < system_nfacts; i++)
		system_set_add(&set, i);
	for (size_t i = 0; rq->keys && i < rq->nkeys; i++) {
		size_t fact = rq->keys[i].type == CELL_TEXT
				      ? system_fact_of(*rq->keys[i].v.text)
				      : system_nfacts;

		if (fact < system_nfacts)
			system_set_add(&set, fact);
	}
	return set;
}

/* The connection keeps what the target made of a text: each is written once. */
struct texts {
	struct kept {
		struct system_set set;
		const char *text;
		struct kept *next;
	} * first;
};

static const char *text_of_set(struct live *l, const struct system_set *set)
{
	struct texts *texts = live_state(l, &system_schema, sizeof(*texts), NULL);
	struct kept *k = texts->first;

	while (k && memcmp(&k->set, set, sizeof(*set)) != 0)
		k = k->next;
	if (!k) {
		k = arena_new(live_arena(l), struct kept);
		*k = (struct kept){ *set, system_text(set, live_arena(l)), texts->first };
		texts->first = k;
	}
	return k->text;
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.to = { done, ctx },
		.sample = sample_new(live_source(l), rq->schema, 0),
		.set = wanted(rq),
	};
	node_eval(live_node(l), &(struct eval){
					.text = text_of_set(l, &k->set),
					.heap_words = HEAP_WORDS,
					.timeout_ns = rq->timeout_ns,
				},
		  answered, k);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema system_schema = {
	.name = "system",
	.tab = "system",
	.help = "what the runtime says of itself: versions, counts, limits",
	.columns = columns,
	.ncolumns = sizeof(columns) / sizeof(columns[0]),
	.key = SYSTEM_NAME,
	.unit = SYSTEM_UNIT,
	.limited = SYSTEM_VALUE,
	.limit = SYSTEM_LIMIT,
	.readers = &readers,
};

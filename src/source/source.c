#include "source/source.h"

#include <stdlib.h>

#include "base/loop.h"
#include "base/mem.h"

struct sample *sample_new(struct source *src, const struct schema *schema, size_t rows)
{
	struct sample *s = mem_zalloc(sizeof(*s));

	arena_init(&s->arena);
	table_init(&s->table, schema, &s->arena, rows);
	s->source = src;
	s->at_ns = loop_now();
	s->wall_ns = loop_wall();
	return s;
}

void sample_set_time(struct sample *s, int64_t at_ns)
{
	s->wall_ns += at_ns - s->at_ns;
	s->at_ns = at_ns;
}

/* More than these help nobody. */
#define MISSED_NAMED 3

void sample_miss(struct sample *s, struct cell key)
{
	const struct schema *schema = s->table.schema;
	struct buf names = { 0 };

	if (s->missed++ >= MISSED_NAMED)
		return;
	buf_text_add(&names, s->missed_first);
	buf_str(&names, buf_len(&names) ? ", " : "");
	cell_print(&names, &schema->columns[schema->key], key);
	s->missed_first = text_dup(&s->arena, buf_text(&names));
	buf_clear(&names);
}

void sample_free(struct sample *s)
{
	if (!s)
		return;
	arena_clear(&s->arena);
	free(s);
}

void source_ask(struct source *s, const struct request *rq, source_done *done, void *ctx)
{
	s->ops->ask(s, rq, done, ctx);
}

bool source_has(struct source *s, const struct schema *schema)
{
	return !s->ops->has || s->ops->has(s, schema);
}

void source_close(struct source *s)
{
	if (s)
		s->ops->close(s);
}

#include "view/pair.h"

#include "base/loop.h"

/* Rows between two looks at the clock: well below a millisecond. */
#define STEP_ROWS ((size_t)8192)

void pair_clear(struct pair *p)
{
	derivation_free(p->derivation);
	sample_free(p->before);
	sample_free(p->after);
	arena_clear(&p->arena);
	*p = (struct pair){ 0 };
}

void pair_start(struct pair *p, struct sample *before, struct sample *after,
		const struct derived *d)
{
	int64_t span_ns = before ? after->at_ns - before->at_ns : 0;

	*p = (struct pair){ .before = before, .after = after };
	table_init(&p->table, &d->schema, &p->arena, 0);
	p->derivation = derivation_new(&p->table, d, (struct text){ 0 },
				       before ? &before->table : NULL, &after->table,
				       span_ns > 0 ? span_ns : 1);
}

bool pair_step(struct pair *p, int64_t ns)
{
	int64_t end = loop_now() + ns;

	while (p->derivation && !derivation_step(p->derivation, STEP_ROWS))
		if (loop_now() > end)
			return false;
	derivation_free(p->derivation);
	p->derivation = NULL;
	return true;
}

void pair_move(struct pair *to, struct pair *from)
{
	*to = *from;
	to->table.arena = &to->arena; /* it moved with the struct */
	*from = (struct pair){ 0 };
}

size_t pair_find(struct pair *p, struct cell key)
{
	if (!p->table.schema)
		return TABLE_NONE;
	if (!p->index.table)
		table_index_init(&p->index, &p->table, &p->arena);
	return table_index_find(&p->index, key);
}

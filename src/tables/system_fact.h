/*
 * The facts of the system table, and the text that asks for some of them.
 */
#ifndef TABLES_SYSTEM_FACT_H
#define TABLES_SYSTEM_FACT_H

#include "base/arena.h"
#include "base/text.h"
#include "base/units.h"

struct system_fact {
	const char *name;
	enum unit unit;     /* of its number */
	const char *help;   /* one line */
	/* Erlang that gives a value, {Value, Limit}, or for a family a list of
	 * {Name, Value, Limit}, a row each. What fails or is undefined is null: no
	 * release has them all. S(Key) is erlang:system_info/1, T(Key)
	 * erlang:statistics/1; its own variables are A B D E H K L N Q V Y. */
	const char *erlang;
	const char *needs;  /* Erlang that goes before those that share it, or NULL */
	bool family;        /* rows are called NAME.what */
};

extern const struct system_fact system_facts[];
extern const size_t system_nfacts; /* at most 128 */

/* Which facts. */
struct system_set {
	uint64_t bits[2];
};
static inline bool system_set_has(const struct system_set *s, size_t fact)
{
	return s->bits[fact / 64] >> fact % 64 & 1;
}

void system_set_add(struct system_set *s, size_t fact);
/* The fact that the row of this name comes from, or system_nfacts. */
size_t system_fact_of(struct text name);

/* A text for erl_eval that exits with the list of what the facts of the set give, in
 * their order. In arena. */
const char *system_text(const struct system_set *s, struct arena *arena);

#endif

/*
 * From what a person calls a process to its pid.
 */
#ifndef TABLES_PROCESS_FIND_H
#define TABLES_PROCESS_FIND_H

#include "source/live.h"

/* pid: serial << 32 | id of a process of the target that is alive. err: ERR_ABSENT when
 * there is none. */
typedef void process_found(void *ctx, int64_t pid, const struct err *err);

/* ERR_USAGE for a word that can only be meant as a pid, and is none: "<0.81", "81.0". */
bool process_word(struct text word, struct err *err);

/*
 * word  "<0.81.0>", "0.81.0", "#PID<0.81.0>", a registered name in either syntax
 *       (shop_cache, :shop_cache, MyApp.Cache, 'Elixir.MyApp.Cache'), or {global, Name}
 *
 * A name travels as a binary and becomes an atom on the target only when the target has
 * that atom. found is called once, never from inside.
 */
void process_find(struct live *l, struct text word, int64_t timeout_ns,
		  process_found *found, void *ctx);

#endif

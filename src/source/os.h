/*
 * The source that is a process of this machine, as the operating system sees it: for what
 * can be told of a node without asking it, also when it hangs, is stopped, or does not
 * take our cookie.
 */
#ifndef SOURCE_OS_H
#define SOURCE_OS_H

#include "base/loop.h"
#include "node/proc_memory.h"
#include "node/proc_thread.h"
#include "source/source.h"

/*
 * machine_root  where its /proc is: "" for the real one
 * name          what people call it: "shop@web1"
 *
 * NULL with ERR_CONNECT when there is no such process.
 */
struct source *os_open(struct loop *l, const char *machine_root, int pid,
		       struct text name, struct err *err);

/* The one behind a source; NULL when it is of another kind. */
struct os *os_of(struct source *s);
struct source *os_source(struct os *o);
struct loop *os_loop(struct os *o);
const struct process *os_process(const struct os *o);
const char *os_root(const struct os *o);
/* A table's memory of it, as live_state(). */
void *os_state(struct os *o, const void *whose, size_t size,
	       void (*clear)(void *state));

#endif

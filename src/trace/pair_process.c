/* Processes with their open calls. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/pair_inside.h"

static struct pair_process **place(struct pair_processes *s, uint64_t pid)
{
	size_t at = (size_t)((pid * UINT64_C(0x9e3779b97f4a7c15)) >> 32) % PAIR_BUCKETS;
	struct pair_process **p = &s->buckets[at];

	while (*p && (*p)->pid != pid)
		p = &(*p)->next;
	return p;
}

struct pair_process *pair_process(struct pair_processes *s, uint64_t pid, bool add)
{
	struct pair_process **p = place(s, pid);

	if (!*p && add) {
		*p = mem_zalloc(sizeof(**p));
		(*p)->pid = pid;
		(*p)->doubt = PAIR_SURE;
	}
	return *p;
}

static void drop(struct pair_process **p)
{
	struct pair_process *gone = *p;

	*p = gone->next;
	free(gone->calls);
	free(gone->late);
	free(gone);
}

void pair_process_drop(struct pair_processes *s, uint64_t pid)
{
	struct pair_process **p = place(s, pid);

	if (*p)
		drop(p);
}

void pair_processes_clear(struct pair_processes *s)
{
	for (size_t i = 0; i < PAIR_BUCKETS; i++) {
		while (s->buckets[i])
			drop(&s->buckets[i]);
	}
}

/* How many of the first calls have a lower number: they are in order. */
static size_t forget_calls(struct pair_process *p, uint64_t number)
{
	size_t old = 0;

	while (old < p->n && p->calls[old].number < number)
		old++;
	p->n -= old;
	memmove(p->calls, p->calls + old, p->n * sizeof(*p->calls));
	if (p->n > 0)
		p->calls[0].tail = false;
	if (p->doubt != PAIR_SURE)
		p->doubt = p->doubt > old ? p->doubt - old : 0;
	return old;
}

static void forget_late(struct pair_process *p, uint64_t number)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->nlate; i++) {
		if (p->late[i].call.number >= number)
			p->late[kept++] = p->late[i];
	}
	p->nlate = kept;
}

size_t pair_processes_forget(struct pair_processes *s, uint64_t number)
{
	size_t forgotten = 0;

	for (size_t i = 0; i < PAIR_BUCKETS; i++) {
		for (struct pair_process **p = &s->buckets[i]; *p;) {
			forgotten += forget_calls(*p, number);
			forget_late(*p, number);
			if ((*p)->n == 0 && (*p)->nlate == 0)
				drop(p);
			else
				p = &(*p)->next;
		}
	}
	return forgotten;
}

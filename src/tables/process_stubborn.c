/* Processes that did not answer: left alone for a while, a longer one each time. */
#include "tables/process.h"

#define FIRST_NS INT64_C(1000000000)
#define MOST_NS (30 * FIRST_NS)
#define SLOTS (sizeof(((struct process_memory *)0)->stubborn) / \
	       sizeof(struct process_stubborn))

static size_t slot_of(const struct process_memory *m, int64_t pid)
{
	size_t i = 0;

	while (i < SLOTS && (!m->stubborn[i].wait_ns || m->stubborn[i].pid != pid))
		i++;
	return i;
}

/* A free one, else the one that was to be asked again first. */
static size_t slot_for(const struct process_memory *m)
{
	size_t first = 0;

	for (size_t i = 1; i < SLOTS; i++)
		if (m->stubborn[i].until_ns < m->stubborn[first].until_ns)
			first = i;
	return first;
}

void process_stubborn_add(struct process_memory *m, int64_t pid)
{
	size_t at = slot_of(m, pid);
	int64_t wait_ns = FIRST_NS;

	if (process_rests(m, pid))
		return; /* asked about by two requests at once */
	if (at == SLOTS)
		at = slot_for(m);
	else if (2 * m->stubborn[at].wait_ns < MOST_NS)
		wait_ns = 2 * m->stubborn[at].wait_ns;
	else
		wait_ns = MOST_NS;
	m->stubborn[at] = (struct process_stubborn){
		.pid = pid,
		.until_ns = loop_now() + wait_ns,
		.wait_ns = wait_ns,
	};
}

void process_stubborn_take(struct process_memory *m, int64_t pid)
{
	size_t at = slot_of(m, pid);

	if (at < SLOTS)
		m->stubborn[at] = (struct process_stubborn){ 0 };
}

void process_stubborn_tidy(struct process_memory *m, const struct table *all)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct process_stubborn *one = &m->stubborn[i];
		struct cell pid = { CELL_ID, { .num = one->pid } };

		if (one->wait_ns && table_find(all, pid) == TABLE_NONE)
			*one = (struct process_stubborn){ 0 };
	}
}

bool process_is_stubborn(const struct process_memory *m, int64_t pid)
{
	return slot_of(m, pid) < SLOTS;
}

bool process_any_stubborn(const struct process_memory *m)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (m->stubborn[i].wait_ns)
			return true;
	return false;
}

bool process_rests(const struct process_memory *m, int64_t pid)
{
	size_t at = slot_of(m, pid);

	return at < SLOTS && m->stubborn[at].until_ns > loop_now();
}

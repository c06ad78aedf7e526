/*
 * How long a key takes, from when it comes to when the screen is drawn, with so many
 * processes in the table: keys [ROWS]. A line a key, in ms of CPU; the slowest at the
 * end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "source/memory.h"
#include "tables/process.h"
#include "view/top.h"

#define ROWS 500000
#define KINDS 200

static const char keys[] =
	"j<pagedown><pagedown><end><up><home><end><home>rrQmI<end><home><lt><lt><end>"
	"<home>>/worker_49<bs><bs><c-u>zz<c-u><lt>.9<esc><f3>_777<enter>nN<end>n<esc>"
	"hjjhff<space><space>M<space>U<home>:where<space>memory>1M<enter><end><esc>:w"
	"here<space>name~45.$<enter><end><esc>:group<space>status<enter><enter><end>"
	"<esc><esc>:group<space>initial_call<enter>r<end>/4<esc><esc>:group<space>nam"
	"e<enter>r<end><esc>:sort<space>name<enter><end><home>I<pagedown><c-l>";

static void fill(struct table *t, size_t rows, size_t reading)
{
	static const char *const states[] = { "waiting", "waiting", "waiting",
					      "running" };
	char text[64];

	for (size_t i = 0; i < rows; i++) {
		size_t row = table_add(t);
		int n = snprintf(text, sizeof(text), "worker_%zu", i);
		size_t mixed = i * 2654435761U % 1000003;

		table_set_id(t, row, PROC_PID, (int64_t)i + 100);
		table_set_text(t, row, PROC_NAME, (struct text){ text, (size_t)n });
		n = snprintf(text, sizeof(text), "gen_server:loop_%zu/7", i % 7);
		table_set_text(t, row, PROC_CURRENT_FUNCTION,
			       (struct text){ text, (size_t)n });
		n = snprintf(text, sizeof(text), "worker_%zu:init/1", i % KINDS);
		table_set_text(t, row, PROC_INITIAL_CALL,
			       (struct text){ text, (size_t)n });
		table_set_int(t, row, PROC_REDUCTIONS,
			      (int64_t)(mixed * 100 +
					(i % 50 ? 0 : reading * (mixed % 5000))));
		table_set_int(t, row, PROC_MEMORY, (int64_t)(2688 + mixed * 8));
		table_set_int(t, row, PROC_MSGQ, i % 1000 ? 0 : (int64_t)(mixed % 300));
		table_set_text(t, row, PROC_STATUS, text_of(states[i % 4]));
	}
}

static struct source *source(struct loop *l, size_t rows)
{
	struct source *s = memory_open(l, TEXT("crowd"));

	for (size_t reading = 0; reading < 4; reading++) {
		struct arena a = { 0 };
		struct table t;

		table_init(&t, &processes_schema, &a, rows);
		fill(&t, rows, reading);
		memory_put(s, &t);
		arena_clear(&a);
	}
	return s;
}

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* What is asked for comes, and no key waits for it. */
static void settle(struct loop *l, struct top *top)
{
	int64_t end = loop_now() + INT64_C(20000000000);

	do {
		loop_step(l, loop_now() + 1000000);
		top_draw(top);
	} while (!top_settled(top) && loop_now() < end);
	for (int i = 0; i < 20; i++)
		top_draw(top);
}

int main(int argc, char **argv)
{
	size_t rows = argc > 1 ? strtoul(argv[1], NULL, 10) : ROWS;
	struct loop *l = loop_new();
	struct top_source s = { .name = TEXT("crowd"), .source = source(l, rows) };
	struct top_options o = {
		.loop = l,
		.sources = &s,
		.nsources = 1,
		.width = 160,
		.height = 50,
		.interval_ns = INT64_C(700000000),
	};
	struct top *top = top_new(&o);
	struct text rest = text_of(keys);
	struct buf name = { 0 };
	struct key k;
	double most = 0;

	settle(l, top);
	for (int64_t end = loop_now() + INT64_C(3000000000); loop_now() < end;)
		loop_step(l, end);
	settle(l, top);
	link_pause(top_link(top), true);
	while (key_parse(&rest, &k)) {
		double begun = cpu_ms();
		double took;

		top_key(top, k);
		top_draw(top);
		took = cpu_ms() - begun;
		buf_reset(&name);
		key_print(&name, k);
		printf("%8.2f ms  %s\n", took, buf_cstr(&name));
		most = took > most ? took : most;
		settle(l, top);
	}
	printf("%8.2f ms  the slowest\n", most);
	buf_clear(&name);
	top_free(top);
	loop_free(l);
	return 0;
}

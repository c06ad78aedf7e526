/* The screen of a table over a source in memory: where the cursor goes when the order
 * changes, what clicks mean, what is asked of all rows. */

#include "unit.h"

#include <string.h>

#include "base/loop.h"
#include "source/memory.h"
#include "tables/process.h"
#include "view/table.h"
#include "view/top.h"

/* A source that does not know: readings come one after the other. */
#define HEADING "pid,name,reductions,message_queue_len,memory,status,current_function,application\n"

static struct loop *loop;
static struct source *source;
static struct top *top;

static int open_loop(void **state)
{
	loop = loop_new();
	source = memory_open(loop, TEXT("shop@web1"));
	return 0;
}

static int close_loop(void **state)
{
	top_free(top);
	top = NULL;
	loop_free(loop);
	return 0;
}

static void settle(void)
{
	do {
		loop_step(loop, loop_now() + 1000000);
		top_draw(top);
	} while (!top_settled(top));
}

static void begin(const struct table_setup *setup)
{
	struct top_source s = { .name = TEXT("shop@web1"), .source = source };
	struct top_options o = { .loop = loop, .sources = &s, .nsources = 1, .width = 80, .height = 24,
				 .interval_ns = INT64_C(3600000000000), .setup = setup };

	top = top_new(&o);
	top_show(top, &processes_schema);
	settle();
	link_pause(top_link(top), false);
}

static void press(const char *keys)
{
	struct text rest = text_of(keys);
	struct key k;

	while (rest.len) {
		assert_true(key_parse(&rest, &k));
		top_key(top, k);
		top_draw(top);
	}
	settle();
}

static void mouse(enum key_code code, size_t x, size_t y)
{
	top_key(top, (struct key){ .code = code, .x = x, .y = y });
	settle();
}

/* As if the interval were over. */
static void next(void)
{
	link_pause(top_link(top), true);
	link_set_interval(top_link(top), 1);
	link_pause(top_link(top), false);
	loop_step(loop, loop_now() + 1000000);
	link_set_interval(top_link(top), INT64_C(3600000000000));
	settle();
}

static struct text line(struct buf *out, size_t y)
{
	struct text rest;
	struct text one = { 0 };

	buf_reset(out);
	canvas_text(top_draw(top), out);
	rest = buf_text(out);
	for (size_t i = 0; i <= y; i++)
		text_cut(&rest, '\n', &one);
	return one;
}

/* The line of the heading. */
static size_t heading(void)
{
	struct buf b = { 0 };
	size_t y = 0;

	while (y < 23 && !text_starts(text_trim(line(&b, y)), "PID "))
		y++;
	buf_clear(&b);
	return y;
}

/* The names in their order on the screen, "*" in front of a sign, the cursor's in []. */
static void assert_names(const char *want)
{
	struct buf got = { 0 };
	struct buf b = { 0 };
	size_t first = heading() + 1;

	for (size_t y = first; y < 24; y++) {
		struct text rest = line(&b, y);
		const struct canvas *c = top_draw(top);
		struct text word;
		bool chosen = canvas_glyph(c, 0, y)->style & STYLE_CHOSEN;
		bool sign = false;

		if (!text_word(&rest, &word))
			break;
		if (text_is(word, "*") || text_is(word, "=")) {
			sign = true;
			buf_printf(&got, "%s%.*s", buf_len(&got) ? " " : "", TEXT_ARG(word));
			text_word(&rest, &word);
		}
		if (!text_starts(word, "<") || !text_word(&rest, &word))
			break;
		if (!sign && buf_len(&got))
			buf_char(&got, ' ');
		buf_printf(&got, chosen ? "[%.*s]" : "%.*s", TEXT_ARG(word));
	}
	if (!text_is(buf_text(&got), want)) {
		buf_reset(&b);
		canvas_text(top_draw(top), &b);
		fail_msg("%s, and not %s:\n%s", buf_cstr(&got), want, buf_cstr(&b));
	}
	buf_clear(&got);
	buf_clear(&b);
}

static void assert_seen(const char *what)
{
	struct buf b = { 0 };

	canvas_text(top_draw(top), &b);
	if (text_find(buf_text(&b), text_of(what)) == buf_len(&b))
		fail_msg("%s is not on the screen:\n%s", what, buf_cstr(&b));
	buf_clear(&b);
}

static void load(const char *rows)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s%s", HEADING, rows);
	memory_load(source, &processes_schema, buf_cstr(&b));
	buf_clear(&b);
}

/* From now on these are read. */
static void become(const char *rows)
{
	load(rows);
	next(); /* takes the one before for the last time */
	next();
}

#define MEMORY (&(struct table_setup){ .sort = TEXT_INIT("memory") })

static const char three[] = "<0.1.0>,init,10,0,300,waiting,init:loop/1,\n"
			    "<0.2.0>,shop,20,5,200,waiting,gen_server:loop/7,shop\n"
			    "<0.3.0>,till,30,0,100,running,till:sell/2,shop\n";
/* The last one is the first now. */
static const char turned[] = "<0.1.0>,init,10,0,300,waiting,init:loop/1,\n"
			     "<0.2.0>,shop,20,5,250,waiting,gen_server:loop/7,shop\n"
			     "<0.3.0>,till,30,0,1000,running,till:sell/2,shop\n";

static void the_first_line_is_the_first_row(void **state)
{
	load(three);
	begin(MEMORY);
	assert_names("[init] shop till");
	become(turned);
	assert_names("[till] init shop");
}

static void the_cursors_row_keeps_its_line(void **state)
{
	struct cell key;

	load(three);
	begin(MEMORY);
	press("jj");
	assert_names("init shop [till]");
	become(turned);
	assert_names("init shop [till]");
	assert_true(table_view_chosen(top_view(top), &key));
	assert_int_equal(key.v.num, 3);
	press("<home>");
	next();
	assert_names("[till] init shop");
}

static void a_held_row_stays_and_the_cursor_goes(void **state)
{
	load(three);
	begin(MEMORY);
	press("jjhk");
	assert_names("init [shop] =till");
	become(turned);
	assert_names("init [shop] =till");
	press("hj");
	assert_names("init shop [till]");
}

static void following_goes_where_the_row_goes(void **state)
{
	load(three);
	begin(MEMORY);
	press("jjf");
	become(turned);
	assert_names("[till] init shop");
	assert_seen("following");
}

static void a_row_that_is_gone_is_said(void **state)
{
	load(three);
	begin(MEMORY);
	press("j");
	assert_names("init [shop] till");
	become("<0.1.0>,init,10,0,300,waiting,init:loop/1,\n"
	       "<0.3.0>,till,30,0,100,running,till:sell/2,shop\n");
	assert_names("init [till]");
	assert_seen("<0.2.0> is gone");
}

static void marks_stay_with_their_rows(void **state)
{
	size_t n;
	const struct cell *marked;

	load(three);
	begin(MEMORY);
	marked = table_view_marked(top_view(top), &n);
	assert_int_equal(n, 1);
	assert_int_equal(marked[0].v.num, 1);
	press("j<space>");
	assert_names("init *shop [till]");
	press("<home>");
	become(turned);
	assert_names("[till] init *shop");
	marked = table_view_marked(top_view(top), &n);
	assert_int_equal(n, 1);
	assert_int_equal(marked[0].v.num, 2);
	press("/till<enter>M<esc>");
	table_view_marked(top_view(top), &n);
	assert_int_equal(n, 2);
	press("U");
	assert_names("[till] init shop");
}

static void clicks(void **state)
{
	struct cell key;

	load(three);
	begin(MEMORY);
	mouse(KEY_CLICK, 12, heading() + 2);
	assert_names("init [shop] till");
	mouse(KEY_CLICK, 10, heading()); /* NAME */
	assert_names("[till] shop init");
	mouse(KEY_CLICK, 10, heading());
	assert_names("[init] shop till");
	mouse(KEY_WHEEL_DOWN, 10, heading() + 1);
	assert_names("[init] shop till"); /* all are seen */
	mouse(KEY_CLICK, 5, heading() + 9); /* nothing is there */
	assert_true(table_view_chosen(top_view(top), &key));
	mouse(KEY_DOUBLE_CLICK, 5, heading() + 3);
	assert_false(table_view_is(top_view(top)));
}

/* Columns that only rows on the screen need are asked for these; a filter needs all. */
static void many(void)
{
	struct buf b = { 0 };

	buf_str(&b, HEADING);
	for (int i = 0; i < 300; i++)
		buf_printf(&b, "<0.%d.0>,w%d,%d,0,%d,waiting,mod:f%d/0,shop\n", i + 1, i, i * 3, i * 10, i % 7);
	memory_load(source, &processes_schema, buf_cstr(&b));
	buf_clear(&b);
}

static uint64_t last_of_all(void)
{
	const struct memory_ask *asks;
	size_t n = memory_asks(source, &asks);

	while (n-- > 0)
		if (asks[n].schema == &processes_schema && asks[n].all)
			return asks[n].columns;
	return 0;
}

static void asks_dear_columns_of_all_only_while_it_needs_them(void **state)
{
	many();
	begin(NULL);
	assert_false(last_of_all() & column_bit(PROC_CURRENT_FUNCTION));
	assert_true(last_of_all() & column_bit(PROC_REDUCTIONS));
	press("/f3<enter>");
	assert_true(last_of_all() & column_bit(PROC_CURRENT_FUNCTION));
	assert_seen("43 of 300 rows");
	press("<esc>");
	next();
	assert_false(last_of_all() & column_bit(PROC_CURRENT_FUNCTION));
	press("m");
	assert_true(last_of_all() & column_bit(PROC_MEMORY));
	assert_seen("<0.300.0>");
}

static int64_t chosen(void)
{
	struct cell key;

	assert_true(table_view_chosen(top_view(top), &key));
	return key.v.num;
}

/* In the order that is shown: w299 is the first one. */
static void searches(void **state)
{
	many();
	begin(MEMORY);
	press("<f3>w19<enter>");
	assert_int_equal(chosen(), 200);
	press("nn");
	assert_int_equal(chosen(), 198);
	press("NN");
	assert_int_equal(chosen(), 200);
	press("N"); /* the last one: w19 itself */
	assert_int_equal(chosen(), 20);
	assert_seen("again");
	press("<esc><f3>nowhere<enter>");
	assert_seen("is in no other row");
	assert_int_equal(chosen(), 20);
}

/* It works in slices, from one drawing to the next. */
static void a_choice_of_rows_is_awaited(void **state)
{
	struct err err = { 0 };

	many();
	begin(MEMORY);
	assert_true(top_settled(top));
	/* Of a column that was read of all: nobody is asked. */
	assert_true(top_run_action(top, TEXT("where"), TEXT("memory > 100B"), &err));
	assert_false(top_settled(top));
	settle();
	assert_seen("of 300 rows");
}

static void goes_to_the_end_and_back(void **state)
{
	many();
	begin(MEMORY);
	press("<end>");
	assert_seen("<0.1.0>");
	press("<home>");
	assert_seen("<0.300.0>");
	press("<pagedown><pagedown><pageup><pageup>");
	assert_seen("<0.300.0>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_line_is_the_first_row, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(the_cursors_row_keeps_its_line, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(a_held_row_stays_and_the_cursor_goes, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(following_goes_where_the_row_goes, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(a_row_that_is_gone_is_said, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(marks_stay_with_their_rows, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(clicks, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(asks_dear_columns_of_all_only_while_it_needs_them, open_loop,
						close_loop),
		cmocka_unit_test_setup_teardown(searches, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(a_choice_of_rows_is_awaited, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(goes_to_the_end_and_back, open_loop, close_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Lines of pages, and where they lead. */

#include "unit.h"

#include "view/detail_lines.h"

static const struct {
	const char *text;
	enum goal_kind kind;
	int64_t id;
} texts[] = {
	{ "<0.81.0>", GOAL_PROCESS, 81 },
	{ "<0.81.2> shop_cache", GOAL_PROCESS, INT64_C(2) << 32 | 81 },
	{ "#PID<0.81.0> Shop.Cache", GOAL_PROCESS, 81 },
	{ "#Port<0.5> tcp_inet", GOAL_PORT, 5 },
	{ "#Socket<0.1.2.3>", GOAL_SOCKET, 0 },
	{ "<shop@web1.81.0>", GOAL_ELSEWHERE, 0 },
	{ "#PID<shop@web1.81.0> x", GOAL_ELSEWHERE, 0 },
	{ "#Port<shop@web1.5>", GOAL_ELSEWHERE, 0 },
	{ "shop_cache", GOAL_NONE, 0 },
	{ "shop <0.81.0>", GOAL_NONE, 0 },
	{ "<0.81.0", GOAL_NONE, 0 },
	{ "<0.99999999999999999999.0>", GOAL_NONE, 0 },
	{ "<<\"a@b\">>", GOAL_NONE, 0 },
	{ "", GOAL_NONE, 0 },
	{ " ", GOAL_NONE, 0 },
};

static void where_texts_lead(void **state)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct goal g = goal_read(text_of(texts[i].text));

		if (g.kind != texts[i].kind || (texts[i].id && g.id != texts[i].id))
			fail_msg("%s: %d %lld", texts[i].text, g.kind, (long long)g.id);
	}
}

static void where_terms_lead(void **state)
{
	struct term_id id = { .node = TEXT("shop@web1"), .num = 81 };
	struct term pid = { .type = TERM_PID, .id = &id };
	struct term atom = { .type = TERM_ATOM, .text = TEXT("<0.81.0>") };

	assert_int_equal(goal_of_term(&pid, TEXT("shop@web1")).kind, GOAL_PROCESS);
	assert_int_equal(goal_of_term(&pid, TEXT("shop@web1")).id, 81);
	assert_int_equal(goal_of_term(&pid, TEXT("shop@web2")).kind, GOAL_ELSEWHERE);
	assert_int_equal(goal_of_term(&atom, TEXT("shop@web1")).kind, GOAL_NONE);
}

static void a_cell_leads_where_its_text_does(void **state)
{
	struct text far = TEXT("<far@ho.9.0>");
	struct column about = { .name = "owner", .help = "whose it is" };
	struct lines l = { 0 };

	lines_cell(&l, &about, UNIT_NONE,
		   (struct cell){ CELL_TEXT, { .text = &far } }, true);
	assert_int_equal(lines_last(&l)->goal.kind, GOAL_ELSEWHERE);
	assert_int_equal(lines_last(&l)->style, STYLE_DIM);
	assert_true(text_is(lines_last(&l)->help, "whose it is"));
	lines_item(&l, TEXT("<0.5.0> init"));
	assert_int_equal(lines_last(&l)->style, STYLE_LINK);
	assert_int_equal(l.n, 2);
	lines_reset(&l);
	assert_int_equal(l.n, 0);
	lines_clear(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_texts_lead),
		cmocka_unit_test(where_terms_lead),
		cmocka_unit_test(a_cell_leads_where_its_text_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

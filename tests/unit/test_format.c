/* The formats: what comes out for tables and objects, also for hostile texts. */

#include "unit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "format/format.h"
#include "zoo.h"

static const size_t columns[] = { ZOO_ID,  ZOO_NAME, ZOO_STEPS, ZOO_WEIGHT,
				  ZOO_AGE, ZOO_FULL, ZOO_ASLEEP };

static void fill(struct table *t, struct arena *a)
{
	size_t row;

	table_init(t, &zoo, a, 0);
	row = zoo_add(t, 1, "cat", 150000, 1258291);
	table_set_real(t, row, ZOO_FULL, 0.25);
	table_set_bool(t, row, ZOO_ASLEEP, true);
	table_set_int(t, row, ZOO_AGE, 2500000);
	zoo_add(t, 22, NULL, 7, -1);
}

/* Owned by the caller, as all of these. */
static char *print_filtered(const struct table *t, const size_t *at, size_t n,
			    size_t ranked, const bool *filters, size_t width)
{
	struct arena a = { 0 };
	struct rows rows = rows_all(t, &a);
	struct page page = { t, &rows, at, n, ranked, filters };
	struct outlet o = { .width = width };
	char *text = NULL;
	size_t len;

	o.file = open_memstream(&text, &len);
	format_find(TEXT("text"), NULL)->table(&o, &page);
	fclose(o.file);
	arena_clear(&a);
	return text;
}

static char *print_ranked(const struct table *t, const size_t *at, size_t n, size_t ranked,
			  size_t width)
{
	return print_filtered(t, at, n, ranked, NULL, width);
}

static char *print_columns(const char *format, struct outlet o, const struct table *t,
			   const size_t *at, size_t n)
{
	struct arena a = { 0 };
	struct rows rows = rows_all(t, &a);
	struct page page = { t, &rows, at, n, 0 };
	char *text = NULL;
	size_t len;

	o.file = open_memstream(&text, &len);
	format_find(text_of(format), NULL)->table(&o, &page);
	fclose(o.file);
	arena_clear(&a);
	return text;
}

static char *print(const char *format, struct outlet o, const struct table *t)
{
	return print_columns(format, o, t, columns, sizeof(columns) / sizeof(columns[0]));
}

static void assert_prints(const char *format, struct outlet o, const char *want)
{
	struct arena a = { 0 };
	struct table t;
	char *got;

	fill(&t, &a);
	got = print(format, o, &t);
	assert_string_equal(got, want);
	free(got);
	arena_clear(&a);
}

static void text_is_aligned(void **state)
{
	assert_prints("text", (struct outlet){ 0 },
		      "ID   NAME  STEPS  WEIGHT     AGE  FULL  ASLEEP\n"
		      "@1   cat   150 k  1.2 MB  2.5 ms  25 %  true\n"
		      "@22  -         7       -       -     -  -\n");
}

static void columns_without_room_are_left_out_whole(void **state)
{
	static const size_t ranked_last[] = { ZOO_ID, ZOO_NAME, ZOO_WEIGHT, ZOO_STEPS };
	struct arena a = { 0 };
	struct table t;
	char *got;

	assert_prints("text", (struct outlet){ .width = 30, .color = true },
		      "\033[1mID   NAME  STEPS  WEIGHT  +3\033[0m\n"
		      "@1   cat   150 k  1.2 MB\n"
		      "@22  -         7       -\n");
	fill(&t, &a);
	got = print_ranked(&t, ranked_last, 4, ZOO_STEPS, 22);
	assert_string_equal(got, "ID   NAME  STEPS  +1\n"
				 "@1   cat   150 k\n"
				 "@22  -         7\n");
	free(got);
	got = print_ranked(&t, ranked_last, 4, ZOO_STEPS, 15);
	assert_string_equal(got, "ID   STEPS  +2\n"
				 "@1   150 k\n"
				 "@22      7\n");
	free(got);
	arena_clear(&a);
}

static void what_chose_the_rows_is_left_out_last(void **state)
{
	static const size_t at[] = { ZOO_ID, ZOO_NAME, ZOO_WEIGHT, ZOO_STEPS };
	bool filters[ZOO_COLUMNS] = { 0 };
	struct arena a = { 0 };
	struct table t;
	char *got;

	filters[ZOO_STEPS] = true;
	fill(&t, &a);
	got = print_filtered(&t, at, 4, TABLE_NONE, filters, 22);
	assert_string_equal(got, "ID   NAME  STEPS  +1\n"
				 "@1   cat   150 k\n"
				 "@22  -         7\n");
	free(got);
	got = print_filtered(&t, at, 4, ZOO_WEIGHT, filters, 15);
	assert_string_equal(got, "ID   WEIGHT  +2\n"
				 "@1   1.2 MB\n"
				 "@22       -\n");
	free(got);
	arena_clear(&a);
}

static void json_is_one_array(void **state)
{
	assert_prints("json", (struct outlet){ 0 },
		      "[\n {\"id\":\"@1\",\"name\":\"cat\",\"steps\":150000,\"weight\":1258291,"
		      "\"age\":2500000,\"full\":0.25,\"asleep\":true},\n"
		      " {\"id\":\"@22\",\"name\":null,\"steps\":7,\"weight\":null,"
		      "\"age\":null,\"full\":null,\"asleep\":null}\n]\n");
	assert_prints("json", (struct outlet){ .line = true },
		      "[{\"id\":\"@1\",\"name\":\"cat\",\"steps\":150000,\"weight\":1258291,"
		      "\"age\":2500000,\"full\":0.25,\"asleep\":true},"
		      "{\"id\":\"@22\",\"name\":null,\"steps\":7,\"weight\":null,"
		      "\"age\":null,\"full\":null,\"asleep\":null}]\n");
}

static void jsonl_is_a_row_a_line(void **state)
{
	assert_prints("jsonl", (struct outlet){ 0 },
		      "{\"id\":\"@1\",\"name\":\"cat\",\"steps\":150000,\"weight\":1258291,"
		      "\"age\":2500000,\"full\":0.25,\"asleep\":true}\n"
		      "{\"id\":\"@22\",\"name\":null,\"steps\":7,\"weight\":null,"
		      "\"age\":null,\"full\":null,\"asleep\":null}\n");
}

static void csv_has_a_heading(void **state)
{
	assert_prints("csv", (struct outlet){ 0 },
		      "id,name,steps,weight,age,full,asleep\r\n"
		      "@1,cat,150000,1258291,2500000,0.25,true\r\n"
		      "@22,,7,,,,\r\n");
}

/* A table of all sorts of facts: the unit stands in the row. */
static void a_row_may_have_a_unit_of_its_own(void **state)
{
	static const struct column facts_columns[] = {
		{ "name", "NAME", UNIT_NONE, COLUMN_LABEL, "which fact" },
		{ "value", "VALUE", UNIT_ROW, COLUMN_GAUGE, "how much" },
		{ "unit", "UNIT", UNIT_NONE, COLUMN_LABEL, "of what", COLUMN_WIDE },
	};
	static const struct schema facts = {
		.name = "facts", .columns = facts_columns, .ncolumns = 3, .unit = 2,
	};
	static const struct {
		const char *name, *unit;
		int64_t value;
	} rows[] = {
		{ "uptime", "ns", 7500000000 }, { "read", "bytes", 3 << 20 },
		{ "reductions", "count", 1234567 }, { "creation", NULL, 1234567 },
	};
	static const size_t shown[] = { 0, 1 };
	struct arena a = { 0 };
	struct table t;
	char *got;

	table_init(&t, &facts, &a, 0);
	for (size_t i = 0; i < 4; i++) {
		size_t row = table_add(&t);

		table_set_text(&t, row, 0, text_of(rows[i].name));
		table_set_int(&t, row, 1, rows[i].value);
		if (rows[i].unit)
			table_set_text(&t, row, 2, text_of(rows[i].unit));
	}
	got = print_columns("text", (struct outlet){ 0 }, &t, shown, 2);
	assert_string_equal(got, "NAME          VALUE\n"
				 "uptime        7.5 s\n"
				 "read         3.0 MB\n"
				 "reductions    1.2 M\n"
				 "creation    1234567\n");
	free(got);
	got = print_columns("csv", (struct outlet){ 0 }, &t, shown, 2);
	assert_string_equal(got, "name,value\r\nuptime,7500000000\r\nread,3145728\r\n"
				 "reductions,1234567\r\ncreation,1234567\r\n");
	free(got);
	arena_clear(&a);
}

static void an_empty_table_is_a_heading_or_an_empty_array(void **state)
{
	static const char *const want[][2] = {
		{ "text", "ID  NAME  STEPS  WEIGHT  AGE  FULL  ASLEEP\n" },
		{ "json", "[]\n" },
		{ "jsonl", "" },
		{ "csv", "id,name,steps,weight,age,full,asleep\r\n" },
	};
	struct arena a = { 0 };
	struct table t;

	table_init(&t, &zoo, &a, 0);
	for (size_t i = 0; i < 4; i++) {
		char *got = print(want[i][0], (struct outlet){ 0 }, &t);

		assert_string_equal(got, want[i][1]);
		free(got);
	}
	arena_clear(&a);
}

static void csv_quotes_what_must_be(void **state)
{
	struct arena a = { 0 };
	struct table t;
	char *got;

	table_init(&t, &zoo, &a, 0);
	zoo_add(&t, 1, "a,\"b\"\nc\033", -1, -1);
	got = print("csv", (struct outlet){ 0 }, &t);
	assert_string_equal(got, "id,name,steps,weight,age,full,asleep\r\n"
				 "@1,\"a,\"\"b\"\"\nc\\e\",,,,,\r\n");
	free(got);
	arena_clear(&a);
}

static bool clean(const char *s)
{
	struct text t = text_of(s);
	uint32_t cp;

	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &cp);
		if (cp == UTF8_BAD ||
		    (utf8_control(cp) && cp != '\n' && cp != '\r' && cp != '\t'))
			return false;
	}
	return true;
}

static void no_bytes_come_out_raw(void **state)
{
	struct arena a = { 0 };
	struct table t;

	srand(3);
	table_init(&t, &zoo, &a, 0);
	for (int i = 0; i < 3000; i++) {
		char bytes[12];
		size_t row = zoo_add(&t, i, NULL, -1, -1);

		for (size_t b = 0; b < sizeof(bytes); b++)
			bytes[b] = (char)(rand() % 3 ? rand() : rand() % 2 ? 0xc2 : 0x9b);
		table_set_text(&t, row, ZOO_NAME, (struct text){ bytes, sizeof(bytes) });
	}
	for (size_t i = 0; i < nformats; i++) {
		for (int ascii = 0; ascii < 2; ascii++) {
			char *got = print(formats[i]->name,
					  (struct outlet){ .ascii = ascii }, &t);

			assert_true(clean(got));
			for (char *c = got; ascii && *c; c++)
				assert_true(*c > 0 && *c < 127);
			if (strcmp(formats[i]->name, "json") == 0) {
				json_t *parsed = json_loads(got, JSON_ALLOW_NUL, NULL);

				assert_int_equal(json_array_size(parsed), 3000);
				json_decref(parsed);
			}
			free(got);
		}
	}
	arena_clear(&a);
}

static void a_wide_text_leaves_room_for_the_others(void **state)
{
	struct arena a = { 0 };
	struct table t;
	char *got;

	table_init(&t, &zoo, &a, 0);
	zoo_add(&t, 1, "a very long name that nobody would give to a cat, or would they",
		5, 5);
	got = print("text", (struct outlet){ .width = 60 }, &t);
	assert_string_equal(
		got,
		"ID  NAME                    STEPS  WEIGHT  AGE  FULL  ASLEEP\n"
		"@1  a very long name that\xe2\x80\xa6      5     5 B  -    -     -\n");
	free(got);
	arena_clear(&a);
}

static void some_fields(struct fields *f, struct arena *a)
{
	struct fields *inner = arena_new(a, struct fields);
	struct fields *list = arena_new(a, struct fields);

	fields_init(f, a);
	fields_text(f, "name", TEXT("shop"));
	fields_int(f, "heap_size", UNIT_BYTES, 2048);
	fields_null(f, "label");
	fields_init(inner, a);
	fields_int(inner, "total", UNIT_BYTES, 1);
	fields_bool(inner, "ok", true);
	fields_object(f, "after", inner);
	fields_init(list, a);
	fields_text(list, "", TEXT("<0.1.0>"));
	fields_text(list, "", TEXT("<0.2.0>"));
	fields_list(f, "links", list);
	fields_text(f, "db_password", TEXT("hunter2"));
}

static void assert_object(const char *format, struct outlet o, const char *want)
{
	struct arena a = { 0 };
	struct fields f;
	char *got = NULL;
	size_t len;

	some_fields(&f, &a);
	o.file = open_memstream(&got, &len);
	format_find(text_of(format), NULL)->object(&o, f.at, f.n);
	fclose(o.file);
	assert_string_equal(got, want);
	free(got);
	arena_clear(&a);
}

static void objects_too(void **state)
{
	assert_object("text", (struct outlet){ 0 },
		      "name         shop\n"
		      "heap size    2.0 kB\n"
		      "label        -\n"
		      "after\n"
		      "  total  1 B\n"
		      "  ok     true\n"
		      "links        <0.1.0>, <0.2.0>\n"
		      "db password  hunter2\n");
	assert_object("jsonl", (struct outlet){ .redact = true },
		      "{\"name\":\"shop\",\"heap_size\":2048,\"label\":null,"
		      "\"after\":{\"total\":1,\"ok\":true},\"links\":[\"<0.1.0>\",\"<0.2.0>\"],"
		      "\"db_password\":\"[redacted]\"}\n");
	assert_object("csv", (struct outlet){ 0 },
		      "name,heap_size,label,after.total,after.ok,links,db_password\r\n"
		      "shop,2048,,1,true,<0.1.0> <0.2.0>,hunter2\r\n");
	assert_object("json", (struct outlet){ 0 },
		      "{\n  \"name\": \"shop\",\n  \"heap_size\": 2048,\n  \"label\": null,\n"
		      "  \"after\": {\n    \"total\": 1,\n    \"ok\": true\n  },\n"
		      "  \"links\": [\n    \"<0.1.0>\",\n    \"<0.2.0>\"\n  ],\n"
		      "  \"db_password\": \"hunter2\"\n}\n");
}

static void long_lists_go_over_several_lines(void **state)
{
	static const char *const long_ones[] = {
		"gen_server:loop/7 (gen_server.erl:871)",
		"proc_lib:init_p_do_apply/3 (proc_lib.erl:240)",
	};
	struct arena a = { 0 };
	struct fields f, links, stack;
	char *text = NULL;
	size_t len;
	struct outlet o = { .width = 40, .file = open_memstream(&text, &len) };

	fields_init(&f, &a);
	fields_init(&links, &a);
	fields_init(&stack, &a);
	for (int i = 0; i < 5; i++)
		fields_text(&links, "", TEXT("<0.1.0> shop"));
	for (int i = 0; i < 2; i++)
		fields_text(&stack, "", text_of(long_ones[i]));
	fields_list(&f, "links", &links);
	fields_list(&f, "stack", &stack);
	format_find(TEXT("text"), NULL)->object(&o, f.at, f.n);
	fclose(o.file);
	assert_string_equal(text, "links  <0.1.0> shop, <0.1.0> shop,\n"
				  "       <0.1.0> shop, <0.1.0> shop,\n"
				  "       <0.1.0> shop\n"
				  "stack  gen_server:loop/7 (gen_server.er…\n"
				  "       proc_lib:init_p_do_apply/3 (proc…\n");
	free(text);
	arena_clear(&a);
}

static void names_the_formats_that_there_are(void **state)
{
	struct err err = { 0 };

	assert_null(format_find(TEXT("jsn"), &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.hint, "did you mean json?"));
	assert_non_null(strstr(err.hint, "text, json, jsonl, csv"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_aligned),
		cmocka_unit_test(columns_without_room_are_left_out_whole),
		cmocka_unit_test(what_chose_the_rows_is_left_out_last),
		cmocka_unit_test(json_is_one_array),
		cmocka_unit_test(jsonl_is_a_row_a_line),
		cmocka_unit_test(csv_has_a_heading),
		cmocka_unit_test(a_row_may_have_a_unit_of_its_own),
		cmocka_unit_test(an_empty_table_is_a_heading_or_an_empty_array),
		cmocka_unit_test(csv_quotes_what_must_be),
		cmocka_unit_test(no_bytes_come_out_raw),
		cmocka_unit_test(a_wide_text_leaves_room_for_the_others),
		cmocka_unit_test(objects_too),
		cmocka_unit_test(long_lists_go_over_several_lines),
		cmocka_unit_test(names_the_formats_that_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

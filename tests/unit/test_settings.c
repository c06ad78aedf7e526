/* Settings: the lines of their file, what they come to, what is written back. */

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "view/settings.h"
#include "view/settings_text.h"

static char dir[64];
static char path[128];
static struct buf out;
static struct settings *settings;

static int setup(void **state)
{
	snprintf(dir, sizeof(dir), "/tmp/otoscope-settings-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/deep/er/top.conf", dir);
	settings = settings_new(path);
	return 0;
}

static int teardown(void **state)
{
	char command[192];

	settings_free(settings);
	buf_clear(&out);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void write_file(const char *text)
{
	char command[192];
	FILE *f;

	snprintf(command, sizeof(command), "mkdir -p '%s/deep/er'", dir);
	assert_int_equal(system(command), 0);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static const char *file(void)
{
	FILE *f = fopen(path, "r");

	buf_reset(&out);
	if (!f)
		return "";
	buf_commit(&out, fread(buf_room(&out, 4096), 1, 4096, f));
	fclose(f);
	return buf_cstr(&out);
}

static const char *changed(const char *old, const char *name, const char *value)
{
	buf_reset(&out);
	settings_text_set(&out, text_of(old), text_of(name), text_of(value));
	return buf_cstr(&out);
}

static void test_text(void **state)
{
	assert_string_equal(changed("", "a", "1"), "a = 1\n");
	assert_string_equal(changed("b=2", "a", "1"), "b=2\na = 1\n");
	assert_string_equal(changed("# a = 0\n\na=0 # no comment\n b = 2\n", "a", "1"),
			    "# a = 0\n\na = 1\n b = 2\n");
	/* the last one is the one that counts */
	assert_string_equal(changed("a = 0\na = 2\nwhat?\n", "a", "1"),
			    "a = 0\na = 1\nwhat?\n");
}

static void set(const char *name, const char *value)
{
	struct err err = { 0 };

	if (!settings_set(settings, text_of(name), text_of(value), &err))
		fail_msg("%s: %s", name, err.what);
}

static void refused(const char *name, const char *value, const char *what,
		    const char *hint)
{
	struct err err = { 0 };

	assert_false(settings_set(settings, text_of(name), text_of(value), &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.what, what));
	assert_non_null(strstr(err.hint, hint));
}

static void test_values(void **state)
{
	struct text value;

	assert_true(settings->mouse);
	set("mouse", "off");
	assert_false(settings->mouse);
	set("interval", "250ms");
	assert_int_equal(settings->interval_ns, 250000000);
	set("color", "never");
	assert_int_equal(settings->color, COLOR_NEVER);
	set("syntax", "elixir");
	assert_int_equal(settings->syntax, SYNTAX_ELIXIR);
	set("ascii", "on");
	assert_true(settings->ascii);
	set("first", "ets");
	assert_true(text_is(settings->first, "ets"));
	set("columns.processes", "pid,name,memory_growth");
	assert_true(text_is(settings_of_table(settings, "columns", "processes"),
			    "pid,name,memory_growth"));
	set("sort.ets", "+size");
	assert_true(text_is(settings_of_table(settings, "sort", "ets"), "+size"));
	assert_true(text_is(settings_of_table(settings, "sort", "ports"), ""));
	set("threshold.limit", "50% 60%");
	assert_true(settings->thresholds.of[THRESHOLD_LIMIT].warn == 0.5);
	assert_true(settings->thresholds.of[THRESHOLD_LIMIT].crit == 0.6);
	set("threshold.to_limit", "2d 1h");
	assert_true(settings->thresholds.of[THRESHOLD_TO_LIMIT].crit == 3600e9);
	assert_true(settings_value(settings, TEXT("color"), &value, NULL));
	assert_true(text_is(value, "never"));
	assert_false(settings_value(settings, TEXT("colour"), &value, NULL));
}

static void test_refused(void **state)
{
	refused("intervall", "2s", "no setting 'intervall'", "'interval'");
	refused("interval", "1ms", "100ms", "");
	refused("interval", "soon", "soon", "");
	refused("interval", "", "needs a value", "");
	refused("mouse", "maybe", "on or off", "");
	refused("columns.process", "pid", "no table 'process'", "'processes'");
	refused("columns.processes", "pid,nam", "nam", "name");
	refused("sort.processes", "+nam", "nam", "name");
	refused("threshold.limits", "1 2", "no threshold", "'limit'");
	refused("threshold.limit", "70%", "two numbers", "");
	refused("threshold.limit", "70% 80% 90%", "two numbers", "");
	refused("threshold.limit", "70% 60%", "lower", "");
	refused("threshold.to_limit", "1h 2h", "higher", "");
	assert_true(settings->thresholds.of[THRESHOLD_LIMIT].warn == 0.7);
	assert_int_equal(settings->ngiven, 0);
}

static void test_load(void **state)
{
	struct buf wrong = { 0 };

	write_file("# mine\ninterval = 5s\nnonsense\n\ncolour = never\nascii=on\n"
		   "mouse = \xff\x1b[2J\n");
	settings_load(settings, &wrong);
	assert_int_equal(settings->interval_ns, INT64_C(5000000000));
	assert_true(settings->ascii);
	assert_non_null(strstr(buf_cstr(&wrong), "top.conf: line 3: "));
	assert_non_null(strstr(buf_cstr(&wrong), "top.conf: line 5: there is no setting "
						 "'colour': did you mean 'color'?"));
	assert_non_null(strstr(buf_cstr(&wrong), "line 7: 'mouse' is on or off"));
	assert_null(strchr(buf_cstr(&wrong), '\x1b'));
	buf_clear(&wrong);
}

static void test_nothing_there(void **state)
{
	struct buf wrong = { 0 };
	struct settings *none = settings_new(NULL);
	struct settings *file = settings_new("/dev/null/top.conf");
	struct settings *directory = settings_new("/tmp");
	struct err err = { 0 };
	size_t n;

	settings_load(settings, &wrong);
	settings_load(none, &wrong);
	settings_load(file, &wrong);
	assert_int_equal(buf_len(&wrong), 0);
	settings_load(directory, &wrong);
	assert_non_null(strstr(buf_cstr(&wrong), "/tmp: cannot be read"));
	assert_false(settings_save(none, &n, &err));
	assert_int_equal(err.kind, ERR_CANNOT);
	assert_true(settings_set(file, TEXT("mouse"), TEXT("off"), &err));
	assert_false(settings_save(file, &n, &err));
	assert_int_equal(err.kind, ERR_SYSTEM);
	settings_free(none);
	settings_free(file);
	settings_free(directory);
	buf_clear(&wrong);
}

static void saved(size_t expected)
{
	struct err err = { 0 };
	size_t n = 99;

	if (!settings_save(settings, &n, &err))
		fail_msg("%s", err.what);
	assert_int_equal(n, expected);
}

static void test_save(void **state)
{
	struct buf wrong = { 0 };
	struct stat st;

	saved(0);
	assert_string_equal(file(), "");
	set("interval", "5s");
	saved(1);
	assert_string_equal(file(), "interval = 5s\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	write_file("# mine\nfuture = yes\ninterval = 1s\nmouse = off\n");
	chmod(path, 0644);
	settings_load(settings, &wrong);
	set("mouse", "off"); /* as it is */
	set("ascii", "on");
	set("interval", "5s");
	saved(2);
	assert_string_equal(file(), "# mine\nfuture = yes\ninterval = 5s\nmouse = off\n"
				    "ascii = on\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	saved(0);
	buf_clear(&wrong);
}

/* Where it is a link the file that it leads to is written, and it stays a link. */
static void test_save_link(void **state)
{
	char real[160];
	struct stat st;

	write_file("mouse = off\n");
	snprintf(real, sizeof(real), "%s/real.conf", dir);
	assert_int_equal(rename(path, real), 0);
	assert_int_equal(symlink(real, path), 0);
	set("ascii", "on");
	saved(1);
	assert_string_equal(file(), "mouse = off\nascii = on\n");
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_load, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_there, setup, teardown),
		cmocka_unit_test_setup_teardown(test_save, setup, teardown),
		cmocka_unit_test_setup_teardown(test_save_link, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Reading below a foreign root: no link leads out, and nothing is read that the user
 * could not read. */

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/rooted.h"

static char top[64];  /* holds the root and what lies outside of it */
static int root;
static struct arena arena;

static const char *at(const char *path)
{
	static char full[512];

	snprintf(full, sizeof(full), "%s/%s", top, path);
	return full;
}

static void file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(at(path), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(at(path), mode);
}

static void link_to(const char *to, const char *path)
{
	assert_int_equal(symlink(to, at(path)), 0);
}

static int make(void **state)
{
	strcpy(top, "/tmp/otoscope-unit-XXXXXX");
	assert_non_null(mkdtemp(top));
	mkdir(at("r"), 0755);
	mkdir(at("r/d"), 0755);
	mkdir(at("r/d/e"), 0755);
	file("secret", "OUTSIDE", 0644);
	file("r/secret", "INSIDE", 0644);
	root = open(at("r"), O_PATH | O_DIRECTORY);
	return root < 0;
}

static int clear(void **state)
{
	char command[128];

	close(root);
	arena_clear(&arena);
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command);
}

static void reads(const char *path, const char *wanted)
{
	struct rights all = { .uid = 0 };
	struct text out;

	assert_true(rooted_read(root, text_of(path), &all, 100, &arena, &out));
	assert_true(text_is(out, wanted));
}

static void fails(const char *path, int error)
{
	struct rights all = { .uid = 0 };
	struct text out;

	assert_false(rooted_read(root, text_of(path), &all, 100, &arena, &out));
	assert_int_equal(errno, error);
}

static void dots_stay_below_the_root(void **state)
{
	reads("/secret", "INSIDE");
	reads("secret", "INSIDE");
	reads("/../../secret", "INSIDE");
	reads("/d/e/../../../secret", "INSIDE");
	reads("//d/./..//secret", "INSIDE");
}

static void links_stay_below_the_root(void **state)
{
	link_to("/secret", "r/absolute");
	link_to("../../../../secret", "r/d/e/up");
	link_to("/d", "r/dir");
	link_to("dir/e/../e/up", "r/chain");
	link_to("/proc/self/root/secret", "r/magic");
	reads("/absolute", "INSIDE");
	reads("/d/e/up", "INSIDE");
	reads("/dir/e/up", "INSIDE");
	reads("/chain", "INSIDE");
	fails("/magic", ENOENT);
}

static void loops_and_depths_end(void **state)
{
	char deep[PATH_MAX + 10];

	link_to("loop", "r/loop");
	link_to("x/y", "r/x");
	fails("/loop", ELOOP);
	fails("/x", ELOOP);
	deep[0] = 'r';
	for (size_t i = 0; i < 70; i++) {
		memcpy(deep + 1 + 2 * i, "/n", 3);
		mkdir(at(deep), 0755);
	}
	memcpy(deep + 1 + 2 * 70, "/f", 3);
	file(deep, "x", 0644);
	fails(deep + 1, ENAMETOOLONG);
	memset(deep, 'a', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	fails(deep, ENOENT);
}

static void only_regular_files_are_opened(void **state)
{
	mkfifo(at("r/pipe"), 0644);
	fails("/pipe", EINVAL);
	fails("/d", EISDIR);
	fails("/", EISDIR);
	fails("", EISDIR);
	fails("/secret/x", ENOTDIR);
	fails("/none", ENOENT);
}

static void reads_at_most_what_was_asked(void **state)
{
	struct rights all = { .uid = 0 };
	struct text out;

	assert_true(rooted_read(root, TEXT("secret"), &all, 3, &arena, &out));
	assert_true(text_is(out, "INS"));
}

static bool reads_as(uint32_t uid, uint32_t gid, const char *path)
{
	struct rights as = { .uid = uid, .groups = { gid }, .ngroups = 1 };
	struct text out;

	return rooted_read(root, text_of(path), &as, 100, &arena, &out);
}

static void rights_are_those_of_the_user(void **state)
{
	uint32_t me = geteuid(), mine = getegid(), other = me + 1000, others = mine + 1000;

	file("r/own", "x", 0400);
	file("r/group", "x", 0040 | 0400);
	file("r/not-owner", "x", 0044);
	file("r/d/shown", "x", 0444);
	assert_false(reads_as(other, others, "/own"));
	assert_true(reads_as(other, mine, "/group"));
	assert_false(reads_as(other, others, "/group"));
	assert_true(reads_as(other, others, "/secret"));
	assert_true(reads_as(other, others, "/d/shown"));
	chmod(at("r/d"), 0700);
	assert_false(reads_as(other, others, "/d/shown"));
	assert_int_equal(errno, EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(dots_stay_below_the_root, make, clear),
		cmocka_unit_test_setup_teardown(links_stay_below_the_root, make, clear),
		cmocka_unit_test_setup_teardown(loops_and_depths_end, make, clear),
		cmocka_unit_test_setup_teardown(only_regular_files_are_opened, make, clear),
		cmocka_unit_test_setup_teardown(reads_at_most_what_was_asked, make, clear),
		cmocka_unit_test_setup_teardown(rights_are_those_of_the_user, make, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is on the screen is written into a file of its own: another's is replaced only
 * when that was said. */
#include "view/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/format.h"
#include "view/table.h"
#include "view/top.h"

/* The format that the ending of a name means; NULL: err has the endings. */
static const struct format *format_of(struct text name, struct err *err)
{
	size_t dot = name.len;

	while (dot > 0 && name.p[dot - 1] != '.' && name.p[dot - 1] != '/')
		dot--;
	if (dot == 0 || name.p[dot - 1] == '/')
		dot = name.len;
	name = text_sub(name, dot, name.len);
	if (text_is(name, "txt"))
		return format_find(TEXT("text"), NULL);
	for (size_t i = 0; i < nformats; i++)
		if (text_is(name, formats[i]->name) && !formats[i]->human)
			return formats[i];
	fail(err, ERR_USAGE, "the ending of its name says what is written");
	fail_hint(err, "csv, json, jsonl or txt");
	return NULL;
}

/* "~/a.csv" as a shell has it. */
static const char *path_of(struct text name, struct arena *arena)
{
	const char *home = getenv("HOME");

	if (text_starts(name, "~/") && home)
		return text_printf(arena, "%s%.*s", home,
				   TEXT_ARG(text_sub(name, 1, name.len)))
			.p;
	return text_cstr(arena, name);
}

/* Creates the file, or replaces it. */
static FILE *create(const char *path, bool over, struct err *err)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags | (over ? O_TRUNC : O_EXCL), 0644);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (file)
		return file;
	fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
	if (errno == EEXIST)
		fail_hint(err, "'write!' and 'screen!' replace it");
	if (fd >= 0)
		close(fd);
	return NULL;
}

/* Half a file is none; but what is a device, or a pipe, was there before. */
static bool finish(FILE *file, const char *path, struct err *err)
{
	struct stat st;
	bool is_file = fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode);
	bool ok = !ferror(file);

	ok = fclose(file) == 0 && ok;
	if (ok)
		return true;
	fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
	if (is_file)
		unlink(path);
	return false;
}

bool export_file(struct text name, bool over, void (*write)(void *ctx, FILE *file),
		 void *ctx, struct arena *a, const char **path, struct err *err)
{
	FILE *file;

	*path = path_of(name, a);
	file = create(*path, over, err);
	if (!file)
		return false;
	write(ctx, file);
	return finish(file, *path, err);
}

static bool write_table(struct view *v, struct text name, bool over, struct err *err)
{
	const struct format *format;
	struct arena scratch = { 0 };
	struct table_copy copy;
	struct rows rows;
	struct page page;
	FILE *file = NULL;
	const char *path;
	bool ok = false;

	if (!table_view_is(v))
		return fail(err, ERR_CANNOT, "only tables are written; try 'screen'");
	format = format_of(name, err);
	if (!format)
		return false;
	path = path_of(name, &scratch);
	if (table_view_copy(v, &copy, &scratch, err))
		file = create(path, over, err);
	if (file) {
		rows = rows_all(&copy.table, &scratch);
		page = (struct page){ .table = &copy.table,
				      .rows = &rows,
				      .columns = copy.columns,
				      .ncolumns = copy.ncolumns,
				      .ranked = TABLE_NONE };
		format->table(&(struct outlet){ .file = file,
						.redact = top_options(v->top)->redact },
			      &page);
		ok = finish(file, path, err);
	}
	if (ok && copy.unknown)
		top_say(v->top, STYLE_WARN,
			"%zu rows written to %s; %zu cells were not read yet: only rows "
			"on the screen have them",
			rows.n, path, copy.unknown);
	else if (ok)
		top_say(v->top, STYLE_GOOD, "%zu rows written to %s", rows.n, path);
	arena_clear(&scratch);
	return ok;
}

static bool write_screen(struct view *v, struct text name, bool over, struct err *err)
{
	struct arena scratch = { 0 };
	const char *path = path_of(name, &scratch);
	FILE *file = create(path, over, err);
	struct buf b = { 0 };
	bool ok = false;

	if (file) {
		canvas_text(top_draw(v->top), &b);
		fwrite(buf_text(&b).p, 1, buf_len(&b), file);
		ok = finish(file, path, err);
		buf_clear(&b);
	}
	if (ok)
		top_say(v->top, STYLE_GOOD, "the screen was written to %s", path);
	arena_clear(&scratch);
	return ok;
}

static bool named(struct text name, struct err *err)
{
	return name.len || fail(err, ERR_USAGE, "into which file?");
}

static bool do_write(struct view *v, struct text name, struct err *err)
{
	return named(name, err) && write_table(v, name, false, err);
}

static bool do_write_over(struct view *v, struct text name, struct err *err)
{
	return named(name, err) && write_table(v, name, true, err);
}

static bool do_screen(struct view *v, struct text name, struct err *err)
{
	return named(name, err) && write_screen(v, name, false, err);
}

static bool do_screen_over(struct view *v, struct text name, struct err *err)
{
	return named(name, err) && write_screen(v, name, true, err);
}

const struct action export_actions[] = {
	{ NULL, "write", "FILE", "the rows of the table into a .csv, .json or .txt file",
	  0, do_write, NULL },
	{ NULL, "write!", "FILE", "the same, in the place of a file that is there", 0,
	  do_write_over, NULL },
	{ NULL, "screen", "FILE", "the screen as text into a file", 0, do_screen, NULL },
	{ NULL, "screen!", "FILE", "the same, in the place of a file that is there", 0,
	  do_screen_over, NULL },
};
const size_t export_nactions = sizeof(export_actions) / sizeof(export_actions[0]);

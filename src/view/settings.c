/* What was given, and what that comes to. */
#include "view/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "node/files.h"
#include "view/settings_text.h"

struct settings *settings_new(const char *path)
{
	struct settings *s = mem_zalloc(sizeof(*s));

	s->path = path;
	s->mouse = true;
	s->thresholds = threshold_defaults;
	return s;
}

void settings_free(struct settings *s)
{
	if (!s)
		return;
	free(s->given);
	arena_clear(&s->arena);
	free(s);
}

/*
 * One of them.
 */

static bool is_family(const struct setting *about)
{
	return text_ends(text_of(about->name), ".");
}

static bool is_named(const struct setting *about, struct text name)
{
	if (is_family(about))
		return text_starts(name, about->name);
	return text_is(name, about->name);
}

static const struct setting *find(struct text name, struct err *err)
{
	struct near near = { .word = name };

	for (size_t i = 0; i < setting_count; i++) {
		if (is_named(&setting_rows[i], name))
			return &setting_rows[i];
		near_offer(&near, setting_rows[i].name);
	}
	fail(err, ERR_USAGE, "there is no setting '%.*s'", TEXT_ARG(name));
	if (near.best)
		fail_hint(err, "did you mean '%s'?", near.best);
	return NULL;
}

static bool may_be(const struct setting *about, struct text value, struct err *err)
{
	struct text rest = text_of(about->values);
	struct text one;

	if (!value.len)
		return fail(err, ERR_USAGE, "'%s' needs a value: %s", about->name,
			    about->argument);
	if (!rest.len)
		return true;
	while (text_word(&rest, &one))
		if (text_eq(one, value))
			return true;
	return fail(err, ERR_USAGE, "'%s' is %s, not '%.*s'", about->name,
		    about->argument, TEXT_ARG(value));
}

static struct setting_given *given(const struct settings *s, struct text name)
{
	for (size_t i = 0; i < s->ngiven; i++)
		if (text_eq(s->given[i].name, name))
			return &s->given[i];
	return NULL;
}

static void keep(struct settings *s, struct text name, struct text value, bool changed)
{
	struct setting_given *g = given(s, name);

	if (!g) {
		s->given = mem_grow(s->given, &s->cap, s->ngiven + 1, sizeof(*s->given));
		g = &s->given[s->ngiven++];
		*g = (struct setting_given){ .name = text_dup(&s->arena, name) };
	}
	if (changed && text_eq(g->value, value))
		return;
	g->value = value;
	g->changed = changed;
}

static bool set(struct settings *s, struct text name, struct text value, bool changed,
		struct err *err)
{
	const struct setting *about = find(name, err);
	struct text rest;

	if (!about || !may_be(about, value, err))
		return false;
	rest = text_sub(name, strlen(about->name), name.len);
	value = text_dup(&s->arena, value);
	if (!about->set(s, rest, value, err))
		return false;
	keep(s, name, value, changed);
	return true;
}

bool settings_set(struct settings *s, struct text name, struct text value,
		  struct err *err)
{
	return set(s, name, value, true, err);
}

bool settings_value(const struct settings *s, struct text name, struct text *value,
		    struct err *err)
{
	const struct setting_given *g = given(s, name);
	const struct setting *about = find(name, err);

	*value = g ? g->value : text_of(about ? about->usual : NULL);
	return about != NULL;
}

struct text settings_of_table(const struct settings *s, const char *kind,
			      const char *table)
{
	struct arena scratch = { 0 };
	struct text name = text_printf(&scratch, "%s.%s", kind, table);
	struct text value;

	settings_value(s, name, &value, NULL);
	arena_clear(&scratch);
	return value;
}

/*
 * The file.
 */

static void add_wrong(struct buf *out, const struct settings *s, size_t line,
		      const struct err *err)
{
	buf_str(out, s->path);
	if (line)
		buf_printf(out, ": line %zu", line);
	buf_printf(out, ": %s%s%s\n", err->what, err->hint[0] ? ": " : "", err->hint);
}

static void take(struct settings *s, struct text rest, struct buf *wrong)
{
	struct text name;
	struct text value;
	size_t line = 0;

	for (;;) {
		struct err err = { 0 };

		switch (settings_text_next(&rest, &line, &name, &value)) {
		case SETTINGS_END:
			return;
		case SETTINGS_VALUE:
			set(s, name, value, false, &err);
			break;
		case SETTINGS_WRONG:
			fail(&err, ERR_USAGE, "a setting is written 'name = value'");
			break;
		}
		if (err.kind)
			add_wrong(wrong, s, line, &err);
	}
}

void settings_load(struct settings *s, struct buf *wrong)
{
	struct arena scratch = { 0 };
	struct err err = { 0 };
	struct text t;

	if (!s->path)
		return;
	if (files_read_at(AT_FDCWD, s->path, SETTINGS_TEXT_MAX, &scratch, &t)) {
		take(s, t, wrong);
	} else if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
		/* A home that is missing, or somebody else's, has no settings. */
		fail(&err, ERR_SYSTEM, "cannot be read: %s", strerror(errno));
		add_wrong(wrong, s, 0, &err);
	}
	arena_clear(&scratch);
}

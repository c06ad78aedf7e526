/* The sentences of an error: formatted, cut to their room, made fit for a terminal. */
#include "base/err.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* vsnprintf may cut inside a UTF-8 sequence: take the broken end away. */
static void trim_utf8(char *s, size_t size)
{
	size_t len = strlen(s);

	if (len + 1 < size)
		return;
	while (len > 0 && ((unsigned char)s[len - 1] & 0xc0) == 0x80)
		len--;
	if (len > 0 && (unsigned char)s[len - 1] >= 0xc0)
		len--;
	s[len] = '\0';
}

/* Foreign names are told in a short way: '?' for what a terminal would obey. Longer
 * foreign texts go through utf8_show(). */
static void set(char *to, size_t size, const char *format, va_list args)
{
	vsnprintf(to, size, format, args);
	trim_utf8(to, size);
	utf8_tame(to);
}

bool fail(struct err *err, enum err_kind kind, const char *format, ...)
{
	va_list args;

	if (!err)
		return false;
	err->kind = kind;
	err->hint[0] = '\0';
	err->line[0] = '\0';
	va_start(args, format);
	set(err->what, sizeof(err->what), format, args);
	va_end(args);
	return false;
}

bool fail_hint(struct err *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return false;
	va_start(args, format);
	set(err->hint, sizeof(err->hint), format, args);
	va_end(args);
	return false;
}

/* Columns that are shown on each side of a place. */
#define SHOWN ((size_t)48)

/* at: in the line. */
static void show_place(struct err *err, struct text line, size_t at)
{
	struct buf shown = { 0 };
	size_t from = at > SHOWN ? at - SHOWN : 0;

	while (from > 0 && from < at && ((unsigned char)line.p[from] & 0xc0) == 0x80)
		from++;
	buf_str(&shown, from ? "..." : "");
	err->place = (from ? 3 : 0) + utf8_show(&shown, text_sub(line, from, at), false,
						SIZE_MAX);
	utf8_show(&shown, text_sub(line, at, line.len), false, SHOWN);
	snprintf(err->line, sizeof(err->line), "%s", buf_cstr(&shown));
	trim_utf8(err->line, sizeof(err->line));
	buf_clear(&shown);
}

bool fail_place(struct err *err, struct text text, size_t at)
{
	size_t begin = at < text.len ? at : text.len;
	size_t end = begin;
	size_t number = 1;

	if (!err)
		return false;
	while (begin > 0 && text.p[begin - 1] != '\n')
		begin--;
	while (end < text.len && text.p[end] != '\n')
		end++;
	for (size_t i = 0; i < begin; i++)
		number += text.p[i] == '\n';

	struct text line = text_sub(text, begin, end);
	size_t in_line = at - begin < line.len ? at - begin : line.len;
	size_t len = strlen(err->what);

	snprintf(err->what + len, sizeof(err->what) - len, ": line %zu, column %zu",
		 number, utf8_count(text_sub(line, 0, in_line)) + 1);
	show_place(err, line, in_line);
	return false;
}

bool fail_prefix(struct err *err, const char *format, ...)
{
	va_list args;
	char old[sizeof(err->what)];

	if (!err)
		return false;
	memcpy(old, err->what, sizeof(old));
	va_start(args, format);
	set(err->what, sizeof(err->what), format, args);
	va_end(args);

	size_t len = strlen(err->what);

	snprintf(err->what + len, sizeof(err->what) - len, ": %s", old);
	trim_utf8(err->what, sizeof(err->what));
	return false;
}

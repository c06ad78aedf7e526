/* The sentences of an error: formatted, cut to their room, made fit for a terminal. */
#include "base/err.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

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

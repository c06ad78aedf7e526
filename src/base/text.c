/* Comparing, searching, cutting and copying views of bytes. */
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

struct text text_of(const char *s)
{
	return (struct text){ s, s ? strlen(s) : 0 };
}

bool text_eq(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool text_is(struct text a, const char *s)
{
	return text_eq(a, text_of(s));
}

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_same(struct text a, struct text b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (small(a.p[i]) != small(b.p[i]))
			return false;
	return true;
}

int text_cmp(struct text a, struct text b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c < 0 ? -1 : 1;
	return a.len < b.len ? -1 : a.len > b.len;
}

bool text_starts(struct text t, const char *prefix)
{
	size_t n = strlen(prefix);

	return t.len >= n && (n == 0 || memcmp(t.p, prefix, n) == 0);
}

bool text_ends(struct text t, const char *suffix)
{
	size_t n = strlen(suffix);

	return t.len >= n && (n == 0 || memcmp(t.p + t.len - n, suffix, n) == 0);
}

struct text text_sub(struct text t, size_t from, size_t to)
{
	if (to > t.len)
		to = t.len;
	if (from > to)
		from = to;
	return (struct text){ from ? t.p + from : t.p, to - from };
}

size_t text_chr(struct text t, char c)
{
	const char *at = t.len ? memchr(t.p, c, t.len) : NULL;

	return at ? (size_t)(at - t.p) : t.len;
}

size_t text_find(struct text t, struct text needle)
{
	if (needle.len == 0)
		return 0;

	const char *at = t.len ? memmem(t.p, t.len, needle.p, needle.len) : NULL;

	return at ? (size_t)(at - t.p) : t.len;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct text text_trim(struct text t)
{
	size_t from = 0;
	size_t to = t.len;

	while (from < to && blank(t.p[from]))
		from++;
	while (to > from && blank(t.p[to - 1]))
		to--;
	return text_sub(t, from, to);
}

bool text_cut(struct text *rest, char sep, struct text *part)
{
	if (rest->len == 0)
		return false;

	size_t at = text_chr(*rest, sep);

	*part = text_sub(*rest, 0, at);
	*rest = text_sub(*rest, at + 1, rest->len);
	return true;
}

bool text_word(struct text *rest, struct text *word)
{
	size_t from = 0;

	while (from < rest->len && blank(rest->p[from]))
		from++;

	size_t to = from;

	while (to < rest->len && !blank(rest->p[to]))
		to++;
	*word = text_sub(*rest, from, to);
	*rest = text_sub(*rest, to, rest->len);
	return word->len > 0;
}

bool text_int(struct text t, int64_t *out)
{
	bool negative = t.len && t.p[0] == '-';
	size_t i = negative ? 1 : 0;
	int64_t v = 0;

	if (i == t.len)
		return false;
	for (; i < t.len; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;

		int digit = t.p[i] - '0';

		/* Counted below zero, where there is room for INT64_MIN. */
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, digit, &v))
			return false;
	}
	if (!negative && v == INT64_MIN)
		return false;
	*out = negative ? v : -v;
	return true;
}

struct text text_dup(struct arena *a, struct text t)
{
	char *p = arena_alloc(a, t.len + 1);

	if (t.len)
		memcpy(p, t.p, t.len);
	return (struct text){ p, t.len };
}

char *text_cstr(struct arena *a, struct text t)
{
	char *p = arena_alloc(a, t.len + 1);

	if (t.len)
		memcpy(p, t.p, t.len);
	return p;
}

struct text text_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	va_list again;

	assert(format); /* as in buf_vprintf() */
	va_start(args, format);
	va_copy(again, args);

	int n = vsnprintf(NULL, 0, format, args);
	size_t len = n > 0 ? (size_t)n : 0;
	char *p = arena_alloc(a, len + 1);

	vsnprintf(p, len + 1, format, again);
	va_end(again);
	va_end(args);
	return (struct text){ p, len };
}

/* FNV-1a, 64 bit. Source: draft-eastlake-fnv. */
uint64_t text_hash(struct text t)
{
	uint64_t h = 0xcbf29ce484222325U;

	for (size_t i = 0; i < t.len; i++)
		h = (h ^ (unsigned char)t.p[i]) * 0x100000001b3U;
	return h;
}

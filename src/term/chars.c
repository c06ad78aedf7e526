/* Code points, counted and judged. */
#include "term/chars.h"

#include <string.h>

bool chars_is_scalar(int64_t c)
{
	return c >= 0 && (c < 0xd800 || (c > 0xdfff && c <= 0x10ffff));
}

bool chars_ascii(struct text t)
{
	size_t i = 0;

	for (uint64_t word; t.len - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, t.p + i, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			return false;
	}
	for (; i < t.len; i++) {
		if (t.p[i] & 0x80)
			return false;
	}
	return true;
}

size_t chars_count(struct text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.len; i++)
		n += (t.p[i] & 0xc0) != 0x80;
	return n;
}

/* One piece of storage, in which the live bytes move to the
 * front when that makes room. */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void buf_init(struct buf *b)
{
	*b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

void buf_reset(struct buf *b)
{
	b->start = 0;
	b->end = 0;
}

size_t buf_len(const struct buf *b)
{
	return b->end - b->start;
}

struct text buf_text(const struct buf *b)
{
	return (struct text){ b->data ? b->data + b->start : "", b->end - b->start };
}

const char *buf_cstr(struct buf *b)
{
	*buf_room(b, 1) = '\0';
	return b->data + b->start;
}

char *buf_room(struct buf *b, size_t len)
{
	if (len > SIZE_MAX - b->end)
		mem_exhausted();
	if (b->cap - b->end < len) {
		/* Move the live bytes to the front when that alone makes
		 * room and is cheap. */
		if (b->start > b->end / 2 && b->cap - (b->end - b->start) >= len) {
			memmove(b->data, b->data + b->start, b->end - b->start);
			b->end -= b->start;
			b->start = 0;
		} else {
			b->data = mem_grow(b->data, &b->cap, b->end + len, 1);
		}
	}
	return b->data + b->end;
}

void buf_commit(struct buf *b, size_t len)
{
	b->end += len;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	memcpy(buf_room(b, len), bytes, len);
	b->end += len;
}

void buf_text_add(struct buf *b, struct text t)
{
	buf_add(b, t.p, t.len);
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->end++;
}

void buf_fill(struct buf *b, char c, size_t count)
{
	if (count == 0)
		return;
	memset(buf_room(b, count), c, count);
	b->end += count;
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	va_list again;

	assert(format); /* with UBSan gcc looks at the other way too, and warns */
	va_copy(again, args);

	size_t room = 128;
	int n = vsnprintf(buf_room(b, room), room, format, args);
	size_t len = n > 0 ? (size_t)n : 0;

	if (len >= room)
		vsnprintf(buf_room(b, len + 1), len + 1, format, again);
	b->end += len;
	va_end(again);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

void buf_u8(struct buf *b, uint8_t v)
{
	buf_char(b, (char)v);
}

void buf_u16(struct buf *b, uint16_t v)
{
	unsigned char bytes[2] = { (unsigned char)(v >> 8), (unsigned char)v };

	buf_add(b, bytes, sizeof(bytes));
}

void buf_u32(struct buf *b, uint32_t v)
{
	buf_u16(b, (uint16_t)(v >> 16));
	buf_u16(b, (uint16_t)v);
}

void buf_u64(struct buf *b, uint64_t v)
{
	buf_u32(b, (uint32_t)(v >> 32));
	buf_u32(b, (uint32_t)v);
}

void buf_drop(struct buf *b, size_t len)
{
	b->start += len < buf_len(b) ? len : buf_len(b);
	if (b->start == b->end)
		buf_reset(b);
}

void buf_cut(struct buf *b, size_t len)
{
	if (len < buf_len(b))
		b->end = b->start + len;
}

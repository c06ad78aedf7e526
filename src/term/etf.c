/* Writing the external term format piece by piece. */
#include "term/etf.h"

#include <assert.h>
#include <string.h>

#include "term/term.h"

void etf_version(struct buf *b)
{
	buf_u8(b, ETF_VERSION);
}

void etf_uint(struct buf *b, uint64_t v)
{
	if (v <= UINT8_MAX) {
		buf_u8(b, ETF_SMALL_INTEGER);
		buf_u8(b, (uint8_t)v);
	} else if (v <= INT32_MAX) {
		buf_u8(b, ETF_INTEGER);
		buf_u32(b, (uint32_t)v);
	} else {
		etf_big(b, false, v);
	}
}

void etf_int(struct buf *b, int64_t v)
{
	if (v >= 0) {
		etf_uint(b, (uint64_t)v);
	} else if (v >= INT32_MIN) {
		buf_u8(b, ETF_INTEGER);
		buf_u32(b, (uint32_t)v);
	} else {
		etf_big(b, true, -(uint64_t)v);
	}
}

void etf_big(struct buf *b, bool negative, uint64_t magnitude)
{
	char bytes[8];
	size_t n = 0;

	for (; magnitude; magnitude >>= 8)
		bytes[n++] = (char)magnitude;
	buf_u8(b, ETF_SMALL_BIG);
	buf_u8(b, (uint8_t)n);
	buf_u8(b, negative);
	buf_add(b, bytes, n);
}

void etf_float(struct buf *b, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	buf_u8(b, ETF_NEW_FLOAT);
	buf_u64(b, bits);
}

void etf_atom(struct buf *b, struct text name)
{
	assert(name.len <= UINT16_MAX);
	if (name.len <= UINT8_MAX) {
		buf_u8(b, ETF_SMALL_ATOM_UTF8);
		buf_u8(b, (uint8_t)name.len);
	} else {
		buf_u8(b, ETF_ATOM_UTF8);
		buf_u16(b, (uint16_t)name.len);
	}
	buf_text_add(b, name);
}

void etf_atom_s(struct buf *b, const char *name)
{
	etf_atom(b, text_of(name));
}

void etf_binary(struct buf *b, struct text bytes)
{
	assert(bytes.len <= UINT32_MAX);
	buf_u8(b, ETF_BINARY);
	buf_u32(b, (uint32_t)bytes.len);
	buf_text_add(b, bytes);
}

void etf_tuple(struct buf *b, size_t n)
{
	assert(n <= UINT32_MAX);
	if (n <= UINT8_MAX) {
		buf_u8(b, ETF_SMALL_TUPLE);
		buf_u8(b, (uint8_t)n);
	} else {
		buf_u8(b, ETF_LARGE_TUPLE);
		buf_u32(b, (uint32_t)n);
	}
}

void etf_list(struct buf *b, size_t n)
{
	assert(n <= UINT32_MAX);
	if (n == 0)
		return;
	buf_u8(b, ETF_LIST);
	buf_u32(b, (uint32_t)n);
}

void etf_nil(struct buf *b)
{
	buf_u8(b, ETF_NIL);
}

void etf_map(struct buf *b, size_t n)
{
	assert(n <= UINT32_MAX);
	buf_u8(b, ETF_MAP);
	buf_u32(b, (uint32_t)n);
}

void etf_string(struct buf *b, struct text s)
{
	if (s.len == 0) {
		etf_nil(b);
	} else if (s.len <= UINT16_MAX) {
		buf_u8(b, ETF_STRING);
		buf_u16(b, (uint16_t)s.len);
		buf_text_add(b, s);
	} else {
		etf_list(b, s.len);
		for (size_t i = 0; i < s.len; i++)
			etf_uint(b, (unsigned char)s.p[i]);
		etf_nil(b);
	}
}

void etf_pid(struct buf *b, struct text node, uint64_t num, uint32_t creation)
{
	buf_u8(b, ETF_NEW_PID);
	etf_atom(b, node);
	buf_u32(b, (uint32_t)num);
	buf_u32(b, (uint32_t)(num >> 32));
	buf_u32(b, creation);
}

void etf_port(struct buf *b, struct text node, uint64_t num, uint32_t creation)
{
	buf_u8(b, num <= UINT32_MAX ? ETF_NEW_PORT : ETF_V4_PORT);
	etf_atom(b, node);
	if (num > UINT32_MAX)
		buf_u64(b, num);
	else
		buf_u32(b, (uint32_t)num);
	buf_u32(b, creation);
}

void etf_ref(struct buf *b, struct text node, uint32_t creation, const uint32_t *words,
	     size_t n)
{
	assert(n >= 1 && n <= 5);
	buf_u8(b, ETF_NEWER_REFERENCE);
	buf_u16(b, (uint16_t)n);
	etf_atom(b, node);
	buf_u32(b, creation);
	for (size_t i = 0; i < n; i++)
		buf_u32(b, words[i]);
}

void etf_export(struct buf *b, struct text module, struct text function, unsigned arity)
{
	buf_u8(b, ETF_EXPORT);
	etf_atom(b, module);
	etf_atom(b, function);
	etf_uint(b, arity);
}

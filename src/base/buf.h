/*
 * A growing run of bytes: written at the end, taken from the front.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct buf {
	char *data;  /* the storage; the live bytes are data[start..end) */
	size_t start;
	size_t end;
	size_t cap;
};

/* A buf of zeros is a valid, empty buf. */
void buf_init(struct buf *b);
void buf_clear(struct buf *b); /* frees; the buf is then empty and usable */
void buf_reset(struct buf *b); /* empties, keeps the storage */

size_t buf_len(const struct buf *b);
/* The live bytes; the view holds until the next call that changes b. */
struct text buf_text(const struct buf *b);
/* The live bytes as a C string (a 0 is put behind them); it holds as
 * long as buf_text()'s view. */
const char *buf_cstr(struct buf *b);

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_text_add(struct buf *b, struct text t);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_fill(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Big-endian numbers. */
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);

/* Room for at least len bytes at the end; buf_commit() says how many were
 * written there. */
char *buf_room(struct buf *b, size_t len);
void buf_commit(struct buf *b, size_t len);
/* Drops len bytes from the front, or everything that came after the first len bytes. */
void buf_drop(struct buf *b, size_t len);
void buf_cut(struct buf *b, size_t len);

#endif

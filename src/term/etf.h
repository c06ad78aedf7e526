/*
 * The tags of the external term format: for those who read and write its bytes. What
 * puts whole terms together calls the functions of term.h.
 * Source: Erlang/OTP documentation, "External Term Format" (ERTS User's Guide, chapter
 * 12).
 */
#ifndef TERM_ETF_H
#define TERM_ETF_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct text;

enum etf_tag {
	ETF_NEW_FLOAT = 70,
	ETF_BIT_BINARY = 77,
	ETF_COMPRESSED = 80,
	ETF_ATOM_CACHE_REF = 82,
	ETF_NEW_PID = 88,
	ETF_NEW_PORT = 89,
	ETF_NEWER_REFERENCE = 90,
	ETF_SMALL_INTEGER = 97,
	ETF_INTEGER = 98,
	ETF_FLOAT = 99,
	ETF_ATOM = 100,
	ETF_REFERENCE = 101,
	ETF_PORT = 102,
	ETF_PID = 103,
	ETF_SMALL_TUPLE = 104,
	ETF_LARGE_TUPLE = 105,
	ETF_NIL = 106,
	ETF_STRING = 107,
	ETF_LIST = 108,
	ETF_BINARY = 109,
	ETF_SMALL_BIG = 110,
	ETF_LARGE_BIG = 111,
	ETF_NEW_FUN = 112,
	ETF_EXPORT = 113,
	ETF_NEW_REFERENCE = 114,
	ETF_SMALL_ATOM = 115,
	ETF_MAP = 116,
	ETF_FUN = 117,
	ETF_ATOM_UTF8 = 118,
	ETF_SMALL_ATOM_UTF8 = 119,
	ETF_V4_PORT = 120,
	ETF_LOCAL = 121,
	ETF_VERSION = 131,
};

/* An integer that needs more than 32 bits, and a port: the pieces that term.h does not
 * have. */
void etf_big(struct buf *b, bool negative, uint64_t magnitude);
void etf_port(struct buf *b, struct text node, uint64_t num, uint32_t creation);

#endif

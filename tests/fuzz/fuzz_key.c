/* What a terminal sends, in pieces of any size, and keys as people write them. */

#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "tui/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct key k)
{
	assert(k.code > KEY_NONE && k.code <= KEY_PASTE_END);
	assert(k.mods <= (KEY_SHIFT | KEY_ALT | KEY_CTRL));
	if (k.code == KEY_F)
		assert(k.cp >= 1 && k.cp <= 12);
	if (k.code == KEY_CHAR) {
		assert(k.cp <= 0x10ffff && !utf8_control(k.cp));
		assert(!(k.mods & KEY_SHIFT));
	}
}

static void reads(struct text t, size_t piece, bool pauses)
{
	static const struct key_own own[] = { { "\033[214z", 6, { .code = KEY_HOME } } };
	struct key_reader r = { .own = own, .nown = 1 };
	int64_t now_ns = 0;

	for (size_t at = 0; at < t.len; at += piece) {
		struct text in = text_sub(t, at, at + piece);
		struct key k;

		while ((k = key_read(&r, &in, now_ns += 100000000)).code)
			check(k);
		assert(in.len == 0 && r.len <= sizeof(r.bytes));
		for (size_t n = 0; pauses && key_waits(&r); n++) {
			k = key_flush(&r);
			if (k.code)
				check(k);
			assert(n < 3);
		}
	}
}

/* What is shown of a written key is about that key. */
static void written(struct text t)
{
	struct buf shown = { 0 };
	struct key k;

	while (key_parse(&t, &k)) {
		check(k);
		buf_reset(&shown);
		key_print(&shown, k);
		assert(buf_len(&shown) > 0);
	}
	buf_clear(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text t = { (const char *)data, size };

	if (size == 0)
		return 0;
	reads(t, size, false);
	reads(t, 1, false);
	reads(t, 1 + data[0] % 7, true);
	written(t);
	return 0;
}

/*
 * Keys and clicks: read from the bytes that a terminal sends, and as people write
 * them.
 */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

enum key_code {
	KEY_NONE,
	KEY_CHAR, /* cp; with Ctrl a small letter */
	KEY_ENTER,
	KEY_TAB,
	KEY_BACKSPACE,
	KEY_ESCAPE,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_INSERT,
	KEY_DELETE,
	KEY_F, /* cp: 1 to 12 */
	KEY_CLICK,        /* x and y: the left button was pressed there */
	KEY_DOUBLE_CLICK, /* a second time, soon */
	KEY_WHEEL_UP,
	KEY_WHEEL_DOWN,
	KEY_PASTE, /* what follows up to KEY_PASTE_END was not typed */
	KEY_PASTE_END,
};

enum key_mods { KEY_SHIFT = 1, KEY_ALT = 2, KEY_CTRL = 4 };

struct key {
	enum key_code code;
	unsigned mods; /* enum key_mods; of a KEY_CHAR never KEY_SHIFT */
	uint32_t cp;
	size_t x, y;   /* of clicks and the wheel; from 0 */
};

bool key_eq(struct key a, struct key b); /* wherever they were clicked */

/* "j", "<enter>", "<c-c>", "<s-tab>", "<f6>", "<space>", "<lt>": cut off the front of
 * *rest. False: what stands there is none. */
bool key_parse(struct text *rest, struct key *out);
/* Is it one of these, "<up>k"? NULL: there are none. */
bool key_in(const char *keys, struct key k);
/* As help shows it: "j", "Enter", "Ctrl-C", "F6", "Space". */
void key_print(struct buf *out, struct key k);

/* What a terminal sends for a key, and others do not. */
struct key_own {
	char bytes[16];
	size_t len; /* at least 2 */
	struct key key;
};

/*
 * The reader: bytes in, keys out. Any bytes do; an unknown sequence is dropped as a
 * whole. An escape that nothing follows is KEY_ESCAPE, but only the caller knows how long
 * nothing followed.
 */
struct key_reader {
	const struct key_own *own; /* [nown] what this terminal sends; may be NULL */
	size_t nown;
	char bytes[64]; /* begun, and not ended */
	size_t len;
	bool pasting;
	int64_t paste_ns; /* when the last of it came */
	struct key last_click;
	int64_t last_click_ns;
};

/* One key of those that the bytes hold, which are cut off the front of *in; KEY_NONE:
 * they are used up. now_ns: for double clicks. */
struct key key_read(struct key_reader *r, struct text *in, int64_t now_ns);
/* Was something begun that may be the key Escape? Then wait for a moment, and: */
bool key_waits(const struct key_reader *r);
/* Nothing followed. */
struct key key_flush(struct key_reader *r);

#endif

/* Keys: as people write them, and as terminals send them. */

#include "unit.h"

#include <string.h>

#include "tui/key.h"

#define CTRL KEY_CTRL
#define ALT KEY_ALT
#define SHIFT KEY_SHIFT

static void assert_key(struct key got, enum key_code code, unsigned mods, uint32_t cp, const char *what)
{
	struct key want = { .code = code, .mods = mods, .cp = cp };

	if (!key_eq(got, want))
		fail_msg("%s: code %d mods %u cp %x, not code %d mods %u cp %x", what, (int)got.code, got.mods,
			 (unsigned)got.cp, (int)code, mods, (unsigned)cp);
}

/* All keys of these bytes, given in pieces of so many. */
static size_t read_pieces(struct key_reader *r, const char *bytes, size_t len, size_t piece, struct key *keys,
			  size_t max)
{
	size_t n = 0;

	for (size_t at = 0; at < len; at += piece) {
		struct text in = text_sub((struct text){ bytes, len }, at, at + piece);
		struct key k;

		while ((k = key_read(r, &in, 0)).code)
			if (n < max)
				keys[n++] = k;
		assert_int_equal(in.len, 0);
	}
	while (key_waits(r)) {
		struct key k = key_flush(r);

		if (k.code && n < max)
			keys[n++] = k;
	}
	return n;
}

/* One key, or none, however the bytes come. */
static void sends(const char *bytes, enum key_code code, unsigned mods, uint32_t cp)
{
	for (size_t piece = 1; piece <= strlen(bytes); piece++) {
		struct key_reader r = { 0 };
		struct key keys[8];
		size_t n = read_pieces(&r, bytes, strlen(bytes), piece, keys, 8);

		if (n != (code ? 1 : 0))
			fail_msg("%s: %zu keys", bytes + 1, n);
		if (code)
			assert_key(keys[0], code, mods, cp, bytes + (bytes[0] == '\033'));
	}
}

static void reads_what_is_typed(void **state)
{
	sends("j", KEY_CHAR, 0, 'j');
	sends(" ", KEY_CHAR, 0, ' ');
	sends("<", KEY_CHAR, 0, '<');
	sends("\xc3\xa9", KEY_CHAR, 0, 0xe9);
	sends("\xe4\xb8\xad", KEY_CHAR, 0, 0x4e2d);
	sends("\xf0\x9f\x98\x80", KEY_CHAR, 0, 0x1f600);
	sends("\r", KEY_ENTER, 0, 0);
	sends("\t", KEY_TAB, 0, 0);
	sends("\x7f", KEY_BACKSPACE, 0, 0);
	sends("\b", KEY_BACKSPACE, 0, 0);
	sends("\x03", KEY_CHAR, CTRL, 'c');
	sends("\x1a", KEY_CHAR, CTRL, 'z');
	sends("\x1f", KEY_CHAR, CTRL, '_');
}

static void an_escape_alone_is_the_key(void **state)
{
	struct key_reader r = { 0 };
	struct text in = TEXT("\033");
	struct key keys[4];

	sends("\033", KEY_ESCAPE, 0, 0);
	sends("\033x", KEY_CHAR, ALT, 'x');
	sends("\033\xc3\xa9", KEY_CHAR, ALT, 0xe9);
	sends("\033\r", KEY_ENTER, ALT, 0);
	sends("\033\x7f", KEY_BACKSPACE, ALT, 0);
	sends("\033[", KEY_CHAR, ALT, '[');
	sends("\033O", KEY_CHAR, ALT, 'O');
	/* until it is known that nothing follows there is none */
	assert_int_equal(key_read(&r, &in, 0).code, KEY_NONE);
	assert_true(key_waits(&r));
	assert_key(key_flush(&r), KEY_ESCAPE, 0, 0, "flushed");
	assert_false(key_waits(&r));
	/* twice, and then a letter with Alt */
	assert_int_equal(read_pieces(&r, "\033\033", 2, 1, keys, 4), 2);
	assert_key(keys[1], KEY_ESCAPE, 0, 0, "the second");
	assert_int_equal(read_pieces(&r, "\033\033x", 3, 3, keys, 4), 2);
	assert_key(keys[0], KEY_ESCAPE, 0, 0, "the first");
	assert_key(keys[1], KEY_CHAR, ALT, 'x', "the second");
}

static void reads_the_forms_of_many_terminals(void **state)
{
	/* xterm, in both of its modes */
	sends("\033[A", KEY_UP, 0, 0);
	sends("\033OA", KEY_UP, 0, 0);
	sends("\033[1;5C", KEY_RIGHT, CTRL, 0);
	sends("\033[1;2D", KEY_LEFT, SHIFT, 0);
	sends("\033[1;3B", KEY_DOWN, ALT, 0);
	sends("\033[H", KEY_HOME, 0, 0);
	sends("\033OF", KEY_END, 0, 0);
	sends("\033[5~", KEY_PAGE_UP, 0, 0);
	sends("\033[6;5~", KEY_PAGE_DOWN, CTRL, 0);
	sends("\033[3~", KEY_DELETE, 0, 0);
	sends("\033[2~", KEY_INSERT, 0, 0);
	sends("\033[Z", KEY_TAB, SHIFT, 0);
	sends("\033OP", KEY_F, 0, 1);
	sends("\033[1;2P", KEY_F, SHIFT, 1);
	sends("\033[15~", KEY_F, 0, 5);
	sends("\033[24~", KEY_F, 0, 12);
	sends("\033[24;5~", KEY_F, CTRL, 12);
	/* the VT220, tmux, screen: Home and End by numbers */
	sends("\033[1~", KEY_HOME, 0, 0);
	sends("\033[4~", KEY_END, 0, 0);
	/* the Linux console */
	sends("\033[[A", KEY_F, 0, 1);
	sends("\033[[E", KEY_F, 0, 5);
	sends("\033[25~", KEY_F, SHIFT, 1);
	/* rxvt */
	sends("\033[7~", KEY_HOME, 0, 0);
	sends("\033[8~", KEY_END, 0, 0);
	sends("\033[a", KEY_UP, SHIFT, 0);
	sends("\033Oa", KEY_UP, CTRL, 0);
	sends("\033[3$", KEY_DELETE, SHIFT, 0);
	sends("\033[3^", KEY_DELETE, CTRL, 0);
	sends("\033[3@", KEY_DELETE, CTRL | SHIFT, 0);
	sends("\033\033[A", KEY_UP, ALT, 0);
	/* the keypad */
	sends("\033OM", KEY_ENTER, 0, 0);
	sends("\033Oy", KEY_CHAR, 0, '9');
	sends("\033Oj", KEY_CHAR, 0, '*');
	/* newer ones: kitty's, and xterm's modifyOtherKeys */
	sends("\033[97;5u", KEY_CHAR, CTRL, 'a');
	sends("\033[27;5;13~", KEY_ENTER, CTRL, 0);
	sends("\033[27u", KEY_ESCAPE, 0, 0);
	sends("\033[1;1:1A", KEY_UP, 0, 0);
}

static void drops_what_it_does_not_know_as_a_whole(void **state)
{
	sends("\033[99~", KEY_NONE, 0, 0);
	sends("\033[?62;22c", KEY_NONE, 0, 0);
	sends("\033[>0;276;0c", KEY_NONE, 0, 0);
	sends("\033[?2026;2$y", KEY_NONE, 0, 0);
	sends("\033[12;40R", KEY_F, ALT | SHIFT | CTRL, 3);
	sends("\033[I", KEY_NONE, 0, 0);
	sends("\033[O", KEY_NONE, 0, 0);
	sends("\033Oz", KEY_NONE, 0, 0);
	sends("\033[57441u", KEY_NONE, 0, 0);
	sends("\033]11;rgb:0000/0000/0000\007", KEY_NONE, 0, 0);
	sends("\033]0;jjjj\033\\", KEY_NONE, 0, 0);
	sends("\033P1+r544e=787465726d2d323536636f6c6f72544e=787465726d2d323536636f6c6f72\033\\", KEY_NONE, 0, 0);
	sends("\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30q", KEY_NONE, 0, 0);
	sends("\xff", KEY_NONE, 0, 0);
	sends("\x80", KEY_NONE, 0, 0);
	sends("\xc0\x80", KEY_NONE, 0, 0);
	sends("\xed\xa0\x80", KEY_NONE, 0, 0);
	sends("\xc2\x9b", KEY_NONE, 0, 0); /* a control */
}

static void goes_on_after_rubbish(void **state)
{
	struct key_reader r = { 0 };
	struct key keys[8];

	assert_int_equal(read_pieces(&r, "\xe4\xb8j", 3, 1, keys, 8), 1);
	assert_key(keys[0], KEY_CHAR, 0, 'j', "after half a character");
	assert_int_equal(read_pieces(&r, "\033[1\033[B", 6, 1, keys, 8), 1);
	assert_key(keys[0], KEY_DOWN, 0, 0, "after half a sequence");
	assert_int_equal(read_pieces(&r, "\033[999999999999999~k", 19, 1, keys, 8), 1);
	assert_key(keys[0], KEY_CHAR, 0, 'k', "after a large number");
	/* a slow line: what follows later is still no letter */
	assert_int_equal(read_pieces(&r, "\033[1;", 4, 4, keys, 8), 0);
	assert_int_equal(read_pieces(&r, "5A", 2, 1, keys, 8), 1);
	assert_key(keys[0], KEY_UP, CTRL, 0, "a sequence in two pieces");
}

static struct key click_at(struct key_reader *r, const char *bytes, int64_t ms)
{
	struct text in = text_of(bytes);

	return key_read(r, &in, ms * 1000000);
}

static void reads_the_mouse(void **state)
{
	struct key_reader r = { 0 };
	struct key k = click_at(&r, "\033[<0;11;6M", 0);

	assert_key(k, KEY_CLICK, 0, 0, "a click");
	assert_int_equal(k.x, 10);
	assert_int_equal(k.y, 5);
	assert_int_equal(click_at(&r, "\033[<0;11;6m", 50).code, KEY_NONE);
	assert_key(click_at(&r, "\033[<0;11;6M", 300), KEY_DOUBLE_CLICK, 0, 0, "the second");
	assert_key(click_at(&r, "\033[<0;11;6M", 400), KEY_CLICK, 0, 0, "the third");
	assert_key(click_at(&r, "\033[<0;11;6M", 1400), KEY_CLICK, 0, 0, "later");
	assert_key(click_at(&r, "\033[<0;12;6M", 1500), KEY_CLICK, 0, 0, "elsewhere");
	assert_key(click_at(&r, "\033[<64;300;200M", 0), KEY_WHEEL_UP, 0, 0, "the wheel");
	assert_key(click_at(&r, "\033[<65;1;1M", 0), KEY_WHEEL_DOWN, 0, 0, "the wheel");
	assert_key(click_at(&r, "\033[<16;1;1M", 0), KEY_CLICK, CTRL, 0, "with Ctrl");
	assert_int_equal(click_at(&r, "\033[<2;1;1M", 0).code, KEY_NONE);
	assert_int_equal(click_at(&r, "\033[<32;1;1M", 0).code, KEY_NONE); /* moved */
	assert_int_equal(click_at(&r, "\033[<0;0;0M", 0).code, KEY_NONE);
	/* of those that do not know the newer form */
	k = click_at(&r, "\033[M +&", 9000);
	assert_key(k, KEY_CLICK, 0, 0, "the old form");
	assert_int_equal(k.x, 10);
	assert_int_equal(k.y, 5);
	assert_key(click_at(&r, "\033[M`+&", 0), KEY_WHEEL_UP, 0, 0, "the old form");
	assert_key(click_at(&r, "\033[32;3;4M", 20000), KEY_CLICK, 0, 0, "rxvt's form");
}

static void a_paste_is_not_typed(void **state)
{
	struct key_reader r = { 0 };
	struct key keys[16];
	const char *bytes = "\033[200~q\rx\033[A\003\033]y\033[201~z";
	size_t n = read_pieces(&r, bytes, strlen(bytes), 3, keys, 16);

	assert_int_equal(keys[0].code, KEY_PASTE);
	assert_key(keys[1], KEY_CHAR, 0, 'q', "pasted");
	assert_int_equal(keys[2].code, KEY_ENTER);
	assert_key(keys[3], KEY_CHAR, 0, 'x', "pasted");
	assert_int_equal(keys[n - 2].code, KEY_PASTE_END);
	assert_key(keys[n - 1], KEY_CHAR, 0, 'z', "typed");
	/* nothing in it does what a key does */
	for (size_t i = 1; i < n - 2; i++)
		assert_true((keys[i].code == KEY_CHAR && keys[i].mods == 0) || keys[i].code == KEY_ENTER ||
			    keys[i].code == KEY_TAB);
}

static void a_paste_without_an_end_ends(void **state)
{
	struct key_reader r = { 0 };

	assert_int_equal(click_at(&r, "\033[200~", 0).code, KEY_PASTE);
	assert_int_equal(click_at(&r, "\003", 4000).code, KEY_NONE);
	assert_int_equal(click_at(&r, "\003", 9500).code, KEY_PASTE_END);
	assert_key(click_at(&r, "\003", 9500), KEY_CHAR, CTRL, 'c', "typed");
}

static void knows_the_keys_of_its_terminal(void **state)
{
	static const struct key_own own[] = {
		{ "\033[214z", 6, { .code = KEY_HOME } },
		{ "\033[M", 3, { .code = KEY_F, .cp = 1 } },
	};
	struct key_reader r = { .own = own, .nown = 2 };
	struct key keys[4];

	assert_int_equal(read_pieces(&r, "\033[214zj", 7, 1, keys, 4), 2);
	assert_key(keys[0], KEY_HOME, 0, 0, "Sun's");
	assert_int_equal(read_pieces(&r, "\033[Mj", 4, 4, keys, 4), 2);
	assert_key(keys[0], KEY_F, 0, 1, "FreeBSD's");
	assert_int_equal(read_pieces(&r, "\033[215zj", 7, 7, keys, 4), 1);
	assert_int_equal(read_pieces(&r, "\033", 1, 1, keys, 4), 1);
	assert_key(keys[0], KEY_ESCAPE, 0, 0, "which begins them all");
}

static void writes(const char *written, enum key_code code, unsigned mods, uint32_t cp, const char *shown)
{
	struct text rest = text_of(written);
	struct buf out = { 0 };
	struct key k;

	if (!key_parse(&rest, &k))
		fail_msg("%s is no key", written);
	assert_key(k, code, mods, cp, written);
	assert_int_equal(rest.len, 0);
	key_print(&out, k);
	assert_string_equal(buf_cstr(&out), shown);
	buf_clear(&out);
}

static void people_write_keys(void **state)
{
	writes("j", KEY_CHAR, 0, 'j', "j");
	writes("J", KEY_CHAR, 0, 'J', "J");
	writes("\xc3\xa9", KEY_CHAR, 0, 0xe9, "\xc3\xa9");
	writes(">", KEY_CHAR, 0, '>', ">");
	writes("<lt>", KEY_CHAR, 0, '<', "<");
	writes("<space>", KEY_CHAR, 0, ' ', "Space");
	writes("<enter>", KEY_ENTER, 0, 0, "Enter");
	writes("<esc>", KEY_ESCAPE, 0, 0, "Esc");
	writes("<s-tab>", KEY_TAB, SHIFT, 0, "Shift-Tab");
	writes("<c-c>", KEY_CHAR, CTRL, 'c', "Ctrl-C");
	writes("<c-C>", KEY_CHAR, CTRL, 'c', "Ctrl-C");
	writes("<a-x>", KEY_CHAR, ALT, 'x', "Alt-x");
	writes("<c-a-up>", KEY_UP, CTRL | ALT, 0, "Ctrl-Alt-Up");
	writes("<c-space>", KEY_CHAR, CTRL, ' ', "Ctrl-Space");
	writes("<c->>", KEY_CHAR, CTRL, '>', "Ctrl->");
	writes("<f6>", KEY_F, 0, 6, "F6");
	writes("<s-f12>", KEY_F, SHIFT, 12, "Shift-F12");
	writes("<pgdn>", KEY_PAGE_DOWN, 0, 0, "PgDn");
	writes("<click:10,5>", KEY_CLICK, 0, 0, "click");
	writes("<wheeldown:0,0>", KEY_WHEEL_DOWN, 0, 0, "wheel down");
}

static void refuses_what_is_no_key(void **state)
{
	static const char *const words[] = {
		"", "<", "<x>", "<>", "<f0>", "<f13>", "<f>", "<s-x>", "<c-", "<hello>", "<x-y>", "<enter:1,2>",
		"<click:1>", "<click:1,99999>", "<c-ab>", "\n", "\033", "\xff", "<c-\xff>", "<c->",
	};
	struct text rest = TEXT("<esc>jk");
	struct key k;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct text t = text_of(words[i]);

		if (key_parse(&t, &k))
			fail_msg("'%s' is a key", words[i]);
		assert_int_equal(t.len, strlen(words[i]));
	}
	assert_true(key_parse(&rest, &k));
	assert_true(text_is(rest, "jk"));
	assert_true(key_in("<up>k<c-c>", (struct key){ .code = KEY_CHAR, .mods = CTRL, .cp = 'c' }));
	assert_true(key_in("<up>k<c-c>", (struct key){ .code = KEY_UP }));
	assert_false(key_in("<up>k<c-c>", (struct key){ .code = KEY_CHAR, .cp = 'c' }));
	assert_false(key_in(NULL, (struct key){ .code = KEY_UP }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_typed),
		cmocka_unit_test(an_escape_alone_is_the_key),
		cmocka_unit_test(reads_the_forms_of_many_terminals),
		cmocka_unit_test(drops_what_it_does_not_know_as_a_whole),
		cmocka_unit_test(goes_on_after_rubbish),
		cmocka_unit_test(reads_the_mouse),
		cmocka_unit_test(a_paste_is_not_typed),
		cmocka_unit_test(a_paste_without_an_end_ends),
		cmocka_unit_test(knows_the_keys_of_its_terminal),
		cmocka_unit_test(people_write_keys),
		cmocka_unit_test(refuses_what_is_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

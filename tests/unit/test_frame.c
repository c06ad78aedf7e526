/* Frames: cut at every byte, the atom cache, fragments of several senders, and what a hostile peer may try. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "node/frame.h"

/* What a peer would send, written piece by piece. */
static void begin(struct buf *b, size_t *mark)
{
	*mark = buf_len(b);
	buf_u32(b, 0);
}

static void end(struct buf *b, size_t mark)
{
	size_t len = buf_len(b) - mark - 4;

	for (int i = 0; i < 4; i++)
		b->data[b->start + mark + (size_t)i] = (char)(len >> (24 - 8 * i));
}

/* 131, 68 and atoms: each "new" one is text, each "old" one NULL; slots count up from first. */
static void header(struct buf *b, size_t n, const char *const *atoms, size_t first)
{
	unsigned char flags[129] = { 0 };

	buf_u8(b, (uint8_t)n);
	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		unsigned bits = (unsigned)((first + i) >> 8 & 7) | (atoms[i] ? 8U : 0U);

		flags[i / 2] |= (unsigned char)(bits << (i % 2 * 4));
	}
	buf_add(b, flags, n / 2 + 1);
	for (size_t i = 0; i < n; i++) {
		buf_u8(b, (uint8_t)(first + i));
		if (atoms[i]) {
			buf_u8(b, (uint8_t)strlen(atoms[i]));
			buf_str(b, atoms[i]);
		}
	}
}

static void message(struct buf *b, size_t n, const char *const *atoms, size_t first, const char *payload)
{
	size_t mark;

	begin(b, &mark);
	buf_add(b, "\x83\x44", 2);
	header(b, n, atoms, first);
	buf_str(b, payload);
	end(b, mark);
}

/* number: fragments left; total when it is the first one. */
static void fragment(struct buf *b, bool first, uint64_t id, uint64_t number, const char *payload)
{
	static const char *const atom[] = { "frag" };
	size_t mark;

	begin(b, &mark);
	buf_add(b, first ? "\x83\x45" : "\x83\x46", 2);
	buf_u64(b, id);
	buf_u64(b, number);
	if (first)
		header(b, 1, atom, 7);
	buf_str(b, payload);
	end(b, mark);
}

static struct frames frames;
static struct buf in;

static int setup(void **state)
{
	frames_init(&frames);
	return 0;
}

static int teardown(void **state)
{
	frames_clear(&frames);
	buf_clear(&in);
	return 0;
}

static void feed(void)
{
	frame_feed(&frames, buf_text(&in));
	buf_reset(&in);
}

static void expect_message(const char *payload, size_t natoms)
{
	struct err err = { 0 };
	struct frame f;

	assert_int_equal(frame_next(&frames, &f, &err), FRAME_MESSAGE);
	assert_true(text_is(f.bytes, payload));
	assert_int_equal(f.atoms.n, natoms);
}

static void expect(enum frame_result want)
{
	struct err err = { 0 };
	struct frame f;

	assert_int_equal(frame_next(&frames, &f, &err), want);
	if (want == FRAME_BAD)
		assert_int_equal(err.kind, ERR_FORMAT);
}

static void split_at_every_byte(void **state)
{
	static const char *const names[] = { "ok", "error" };
	struct text all;

	message(&in, 2, names, 0, "one");
	buf_u32(&in, 0);
	fragment(&in, true, 1, 2, "two ");
	fragment(&in, false, 1, 1, "parts");
	all = buf_text(&in);
	for (size_t cut = 0; cut <= all.len; cut++) {
		struct buf got = { 0 };
		struct err err = { 0 };
		struct frame f;

		frames_clear(&frames);
		for (size_t part = 0; part < 2; part++) {
			frame_feed(&frames, part ? text_sub(all, cut, all.len) : text_sub(all, 0, cut));
			for (;;) {
				enum frame_result r = frame_next(&frames, &f, &err);

				assert_int_not_equal(r, FRAME_BAD);
				if (r == FRAME_MORE)
					break;
				if (r == FRAME_MESSAGE)
					buf_text_add(&got, f.bytes);
				buf_char(&got, '|');
			}
		}
		assert_string_equal(buf_cstr(&got), "one||two parts|");
		buf_clear(&got);
	}
}

static void ticks(void **state)
{
	buf_u32(&in, 0);
	buf_u32(&in, 0);
	feed();
	expect(FRAME_TICK);
	expect(FRAME_TICK);
	expect(FRAME_MORE);
}

static void atom_cache(void **state)
{
	static const char *const new_atoms[] = { "alpha", "beta", "gamma" };
	static const char *const old_atoms[] = { NULL, "delta", NULL };
	struct err err = { 0 };
	struct frame f;

	/* across a segment's end: slots 255, 256, 257 */
	message(&in, 3, new_atoms, 255, "x");
	message(&in, 3, old_atoms, 255, "y");
	feed();
	expect_message("x", 3);
	assert_int_equal(frame_next(&frames, &f, &err), FRAME_MESSAGE);
	assert_int_equal(f.atoms.n, 3);
	assert_true(text_is(f.atoms.at[0], "alpha"));
	assert_true(text_is(f.atoms.at[1], "delta"));
	assert_true(text_is(f.atoms.at[2], "gamma"));
	assert_false(f.version);
}

static void atom_lengths_of_two_bytes(void **state)
{
	struct err err = { 0 };
	struct frame f;
	size_t mark;

	begin(&in, &mark);
	buf_add(&in, "\x83\x44\x01\x18", 4); /* one atom: new, and in the last half byte "long" */
	buf_u8(&in, 9);
	buf_u16(&in, 300);
	buf_fill(&in, 'a', 300);
	buf_str(&in, "rest");
	end(&in, mark);
	feed();
	assert_int_equal(frame_next(&frames, &f, &err), FRAME_MESSAGE);
	assert_int_equal(f.atoms.at[0].len, 300);
	assert_true(text_is(f.bytes, "rest"));
}

/* Two new atoms for one slot in one header. */
static void slot_named_twice(void **state)
{
	struct err err = { 0 };
	struct frame f;
	size_t mark;

	begin(&in, &mark);
	buf_add(&in, "\x83\x44\x02\x88\x00\x09\x01" "a\x09\x02" "bb", 12);
	end(&in, mark);
	feed();
	assert_int_equal(frame_next(&frames, &f, &err), FRAME_MESSAGE);
	assert_int_equal(f.atoms.n, 2);
	assert_true(text_is(f.atoms.at[0], "bb"));
	assert_true(text_is(f.atoms.at[1], "bb"));
}

static void atom_that_was_never_sent(void **state)
{
	static const char *const old[] = { NULL };

	message(&in, 1, old, 5, "x");
	feed();
	expect(FRAME_BAD);
}

static void header_cut_at_every_byte(void **state)
{
	static const char *const names[] = { "ok", "error", "x" };
	struct text all;

	message(&in, 3, names, 0, "");
	all = buf_text(&in);
	for (size_t len = 5; len < all.len; len++) {
		struct buf cut = { 0 };

		frames_clear(&frames);
		buf_u32(&cut, (uint32_t)(len - 4));
		buf_text_add(&cut, text_sub(all, 4, len));
		frame_feed(&frames, buf_text(&cut));
		expect(FRAME_BAD);
		buf_clear(&cut);
	}
}

static void pass_through(void **state)
{
	struct err err = { 0 };
	struct frame f;
	size_t mark;

	begin(&in, &mark);
	buf_str(&in, "phello");
	end(&in, mark);
	feed();
	assert_int_equal(frame_next(&frames, &f, &err), FRAME_MESSAGE);
	assert_true(f.version);
	assert_true(text_is(f.bytes, "hello"));
}

static void unknown_kinds(void **state)
{
	static const char *const kinds[] = { "q", "\x83", "\x83\x43", "\x83\x47", "\x83x" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t mark;

		frames_clear(&frames);
		begin(&in, &mark);
		buf_str(&in, kinds[i]);
		end(&in, mark);
		feed();
		expect(FRAME_BAD);
	}
}

static void longest_frame(void **state)
{
	buf_u32(&in, FRAME_MAX);
	feed();
	expect(FRAME_MORE);
	frames_clear(&frames);
	buf_u32(&in, FRAME_MAX + 1);
	feed();
	expect(FRAME_BAD);
}

static void fragments_of_three_senders(void **state)
{
	static const char *const other[] = { "other" };
	struct err err = { 0 };
	struct frame f;

	fragment(&in, true, 1, 3, "a1");
	fragment(&in, true, 2, 2, "b1");
	message(&in, 1, other, 7, "whole"); /* takes the slot of the atom that the fragments use */
	fragment(&in, false, 1, 2, "a2");
	fragment(&in, true, 3, 1, "c1");
	fragment(&in, false, 2, 1, "b2");
	fragment(&in, false, 1, 1, "a3");
	feed();
	expect_message("whole", 1);
	expect_message("c1", 1);
	assert_int_equal(frame_next(&frames, &f, &err), FRAME_MESSAGE);
	assert_true(text_is(f.bytes, "b1b2"));
	assert_true(text_is(f.atoms.at[0], "frag"));
	expect_message("a1a2a3", 1);
	expect(FRAME_MORE);
	assert_int_equal(frames.nopen, 0);
	assert_int_equal(frames.open_bytes, 0);
}

static void fragments_without_sense(void **state)
{
	fragment(&in, false, 1, 1, "no beginning");
	feed();
	expect(FRAME_BAD);

	frames_clear(&frames);
	fragment(&in, true, 1, 3, "a");
	fragment(&in, false, 1, 1, "one left out");
	feed();
	expect(FRAME_BAD);

	frames_clear(&frames);
	fragment(&in, true, 1, 3, "a");
	fragment(&in, true, 1, 3, "twice");
	feed();
	expect(FRAME_BAD);

	frames_clear(&frames);
	fragment(&in, true, 1, 0, "none at all");
	feed();
	expect(FRAME_BAD);
}

static void too_many_sequences(void **state)
{
	for (uint64_t id = 1; id <= FRAGMENTS_MAX; id++)
		fragment(&in, true, id, 2, "x");
	feed();
	expect(FRAME_MORE);
	fragment(&in, true, FRAGMENTS_MAX + 1, 2, "x");
	feed();
	expect(FRAME_BAD);
}

/* The control term stays, the payload goes, and the others are not hurt. */
static void too_many_bytes(void **state)
{
	struct err err = { 0 };
	struct frame f;

	frames.limit = 20;
	fragment(&in, true, 1, 4, "control.");
	fragment(&in, true, 2, 2, "small");
	fragment(&in, false, 1, 3, "5555");
	fragment(&in, false, 1, 2, "over the limit");
	fragment(&in, false, 1, 1, "more");
	fragment(&in, false, 2, 1, "er");
	feed();
	assert_int_equal(frame_next(&frames, &f, &err), FRAME_MESSAGE);
	assert_true(f.cut);
	assert_true(text_is(f.bytes, "control."));
	assert_int_equal(frame_next(&frames, &f, &err), FRAME_MESSAGE);
	assert_false(f.cut);
	assert_true(text_is(f.bytes, "smaller"));
	assert_int_equal(frames.open_bytes, 0);
}

/* A new one gets its room from the largest. */
static void room_for_a_new_sequence(void **state)
{
	struct err err = { 0 };
	struct frame f;

	frames.limit = 20;
	fragment(&in, true, 1, 2, "a");
	fragment(&in, true, 2, 3, "b");
	fragment(&in, false, 2, 2, "0123456789abcdef");
	fragment(&in, true, 3, 2, "cccc");
	fragment(&in, false, 3, 1, "d");
	fragment(&in, false, 2, 1, "b");
	fragment(&in, false, 1, 1, "a");
	feed();
	expect_message("ccccd", 1);
	assert_int_equal(frame_next(&frames, &f, &err), FRAME_MESSAGE);
	assert_true(f.cut);
	assert_true(text_is(f.bytes, "b"));
	expect_message("aa", 1);
	fragment(&in, true, 4, 2, "a first one that is too long by itself");
	feed();
	expect(FRAME_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(split_at_every_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(ticks, setup, teardown),
		cmocka_unit_test_setup_teardown(atom_cache, setup, teardown),
		cmocka_unit_test_setup_teardown(atom_lengths_of_two_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(slot_named_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(atom_that_was_never_sent, setup, teardown),
		cmocka_unit_test_setup_teardown(header_cut_at_every_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(pass_through, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(longest_frame, setup, teardown),
		cmocka_unit_test_setup_teardown(fragments_of_three_senders, setup, teardown),
		cmocka_unit_test_setup_teardown(fragments_without_sense, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_sequences, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(room_for_a_new_sequence, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

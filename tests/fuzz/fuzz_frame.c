/* Any bytes as frames: cut into pieces of a length that the first byte gives. */
#include "node/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned sum;

/* Every byte that is given out is read, so that the sanitizer sees it. */
static void touch(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		sum += (unsigned char)t.p[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frames f;
	struct frame frame;
	struct err err = { 0 };
	enum frame_result r = FRAME_MORE;

	if (size < 1)
		return 0;

	size_t step = data[0] ? data[0] : size;

	frames_init(&f);
	f.limit = 4096;
	for (size_t at = 1; at < size && r != FRAME_BAD; at += step) {
		size_t len = size - at < step ? size - at : step;

		frame_feed(&f, (struct text){ (const char *)data + at, len });
		while ((r = frame_next(&f, &frame, &err)) == FRAME_TICK || r == FRAME_MESSAGE) {
			if (r == FRAME_TICK)
				continue;
			touch(frame.bytes);
			for (size_t i = 0; i < frame.atoms.n; i++)
				touch(frame.atoms.at[i]);
		}
	}
	frames_clear(&f);
	return 0;
}

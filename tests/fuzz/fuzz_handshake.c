/* Any bytes as the answers of a peer in the handshake. */
#include "node/handshake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum handshake_result r = HANDSHAKE_MORE;
	struct handshake h;
	struct err err = { 0 };

	if (size < 1)
		return 0;

	const struct handshake_start start = {
		.our_name = TEXT("otoscope-1@otoscope"),
		.our_challenge = 1,
		.cookie = TEXT("cookie"),
		.length_size = data[0] & 1 ? 4 : 2,
	};

	handshake_init(&h, &start);

	size_t step = data[0] >> 1 ? data[0] >> 1 : size;

	for (size_t at = 1; at < size && r == HANDSHAKE_MORE; at += step) {
		size_t len = size - at < step ? size - at : step;
		size_t used;

		r = handshake_feed(&h, (struct text){ (const char *)data + at, len }, &used, &err);
		if (r == HANDSHAKE_MORE && used != len)
			__builtin_trap();
		if (r == HANDSHAKE_DONE) /* nobody here knows the cookie */
			__builtin_trap();
		if (r == HANDSHAKE_FAILED && !err.kind)
			__builtin_trap();
	}
	handshake_closed(&h, TEXT("node"), TEXT("here"), &err);
	handshake_clear(&h);
	return 0;
}

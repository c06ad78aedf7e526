/* Fuzz target: the values of settings, from which secrets are taken out. */
#include <assert.h>
#include <string.h>

#include "base/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A name, a line end, a value. What follows the name of a secret is not seen. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = { (const char *)data, size };
	struct buf value = { 0 };
	struct buf out = { 0 };
	struct text name = { "", 0 };

	text_cut(&rest, '\n', &name);
	secret_mask(&out, name, rest, size & 1);
	buf_reset(&out);
	buf_text_add(&value, rest);
	buf_str(&value, " password=hunter2");
	secret_mask(&out, TEXT("x"), buf_text(&value), false);
	assert(!strstr(buf_cstr(&out), "hunter2") ||
	       text_find(rest, TEXT("hunter2")) < rest.len);
	buf_clear(&value);
	buf_clear(&out);
	return 0;
}

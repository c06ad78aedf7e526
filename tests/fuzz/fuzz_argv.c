/* Any command line is understood or refused: words separated by line ends, without a
 * network and without an end. */

#include <assert.h>
#include <string.h>

#include "cmd/words.h"

#define WORDS 64

/* Half of all names are known. */
static bool known(void *ctx, struct text name)
{
	return text_hash(name) & 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct cmd_context c = { .arena = &arena, .machine = { .root = "/nowhere" } };
	struct err err = { 0 };
	char *argv[WORDS];
	int argc = 0;
	struct text rest = { (const char *)data, size };
	struct text word;

	while (argc < WORDS && text_cut(&rest, '\n', &word))
		argv[argc++] = text_cstr(&arena, word);
	if (words_understand(&c, argc, argv, known, NULL, &err))
		assert(err.kind == ERR_NONE);
	else
		assert(err.kind == ERR_USAGE && err.what[0]);
	arena_clear(&arena);
	return 0;
}

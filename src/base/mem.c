/* malloc and its family, and the end of the program when they have nothing left. */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

static void (*exhausted_hook)(void);

void mem_on_exhausted(void (*hook)(void))
{
	exhausted_hook = hook;
}

void mem_exhausted(void)
{
	static const char message[] = "otoscope: out of memory\n";
	ssize_t written;

	if (exhausted_hook)
		exhausted_hook();
	written = write(STDERR_FILENO, message, sizeof(message) - 1);
	(void)written; /* there is nowhere else to say it */
	_exit(ERR_SYSTEM);
}

void *mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *mem_zalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *mem_realloc(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (!p)
		mem_exhausted();
	return p;
}

void *mem_grow(void *old, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap;

	if (need <= n)
		return old;
	n += n / 2 + 8;
	if (n < need)
		n = need;
	if (n > SIZE_MAX / size)
		mem_exhausted();
	*cap = n;
	return mem_realloc(old, n * size);
}

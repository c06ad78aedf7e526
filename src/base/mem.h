/*
 * malloc that does not fail: without memory the program ends here, with exit status 8,
 * after the hook has put the terminal back.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Called once before the end for want of memory; NULL for none. Must not allocate. */
void mem_on_exhausted(void (*hook)(void));

void *mem_alloc(size_t size);                                  /* not zeroed */
void *mem_zalloc(size_t size);                                 /* zeroed */
void *mem_realloc(void *old, size_t size);
/* Makes room for at least need items in an array of *cap items of size bytes;
 * grows by half. */
void *mem_grow(void *old, size_t *cap, size_t need, size_t size);
/* Ends the program: also for sizes that no memory could have. */
_Noreturn void mem_exhausted(void);

#endif

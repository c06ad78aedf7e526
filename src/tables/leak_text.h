/*
 * What the texts of leak.c and leak_find.c share.
 */
#ifndef TABLES_LEAK_TEXT_H
#define TABLES_LEAK_TEXT_H

/* The binaries of a process as the runtime counts them for its garbage collections, in
 * words. L: its garbage_collection_info. */
#define LEAK_VHEAP \
	"(erlang:element(2, lists:keyfind(bin_vheap_size, 1, L))" \
	" + erlang:element(2, lists:keyfind(bin_old_vheap_size, 1, L)))"

#endif

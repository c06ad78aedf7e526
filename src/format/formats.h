/*
 * What the files of this folder share: the formats themselves, and masked cells.
 */
#ifndef FORMAT_FORMATS_H
#define FORMAT_FORMATS_H

#include "format/format.h"

extern const struct format format_text;
extern const struct format format_json;
extern const struct format format_jsonl;
extern const struct format format_csv;

/* The cell of a page, by its place there; masked when --redact asks. */
struct cell page_cell(const struct outlet *o, const struct page *p, size_t row,
		      size_t column);
struct cell format_masked(const struct outlet *o, const char *name, struct cell c);

/* Writes what the buf holds and empties it. */
void outlet_flush(const struct outlet *o, struct buf *b);

#endif

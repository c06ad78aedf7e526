/* Text wrapped between words, for help and for what a trace is going to do. */
#include "cmd/wrap.h"

void wrap_print(FILE *out, struct buf *b, struct text text, size_t width)
{
	size_t indent = buf_len(b), column = indent;

	for (size_t at = 0; at < text.len;) {
		struct text word = text_sub(text, at, text.len);

		word.len = text_chr(word, ' ');
		at += word.len + 1;
		if (column > indent && column + 1 + word.len > width) {
			buf_printf(b, "\n%*s", (int)indent, "");
			column = indent;
		}
		buf_printf(b, "%s%.*s", column > indent ? " " : "", TEXT_ARG(word));
		column += (column > indent) + word.len;
	}
	fprintf(out, "%s\n", buf_cstr(b));
	buf_clear(b);
}

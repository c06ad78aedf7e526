/* Text wrapped between words, for help and for what a trace is going to do. */
#include "cmd/wrap.h"

static size_t word_end(const char *text, size_t at)
{
	while (text[at] && text[at] != ' ')
		at++;
	return at;
}

void wrap_print(FILE *out, struct buf *b, const char *text, size_t width)
{
	size_t indent = buf_len(b), column = indent;

	for (size_t at = 0, end; text[at]; at = end + (text[end] == ' ')) {
		end = word_end(text, at);
		if (column > indent && column + 1 + end - at > width) {
			buf_printf(b, "\n%*s", (int)indent, "");
			column = indent;
		}
		buf_printf(b, "%s%.*s", column > indent ? " " : "", (int)(end - at),
			   text + at);
		column += (column > indent) + end - at;
	}
	fprintf(out, "%s\n", buf_cstr(b));
	buf_clear(b);
}

#include "base/json.h"

#include "base/utf8.h"

void json_string(struct buf *out, struct text t, bool ascii)
{
	uint32_t cp;

	buf_char(out, '"');
	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &cp);
		if (cp == UTF8_BAD)
			cp = 0xfffd;
		if (cp == '"' || cp == '\\')
			buf_printf(out, "\\%c", (char)cp);
		else if (cp == '\n')
			buf_str(out, "\\n");
		else if (cp == '\t')
			buf_str(out, "\\t");
		else if (ascii && cp > 0xffff)
			buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (cp >> 10)),
				   (unsigned)(0xdc00 + (cp & 0x3ff)));
		else if (utf8_control(cp) || (ascii && cp > 0x7e))
			buf_printf(out, "\\u%04x", (unsigned)cp);
		else
			utf8_add(out, cp);
	}
	buf_char(out, '"');
}

#include "view/settings_text.h"

/* What a line says. */
static enum settings_line read_line(struct text line, struct text *name,
				    struct text *value)
{
	size_t equals;

	line = text_trim(line);
	if (line.len == 0 || line.p[0] == '#')
		return SETTINGS_END;
	equals = text_chr(line, '=');
	*name = text_trim(text_sub(line, 0, equals));
	*value = text_trim(text_sub(line, equals + 1, line.len));
	return equals < line.len && name->len ? SETTINGS_VALUE : SETTINGS_WRONG;
}

enum settings_line settings_text_next(struct text *rest, size_t *line, struct text *name,
				      struct text *value)
{
	struct text one;

	while (text_cut(rest, '\n', &one)) {
		enum settings_line kind = read_line(one, name, value);

		++*line;
		if (kind != SETTINGS_END)
			return kind;
	}
	return SETTINGS_END;
}

/* The number of the last line of a setting; 0: there is none. */
static size_t last_line(struct text t, struct text wanted)
{
	struct text name;
	struct text value;
	size_t line = 0;
	size_t last = 0;

	for (enum settings_line kind;
	     (kind = settings_text_next(&t, &line, &name, &value)) != SETTINGS_END;)
		if (kind == SETTINGS_VALUE && text_eq(name, wanted))
			last = line;
	return last;
}

static void add(struct buf *out, struct text name, struct text value)
{
	buf_text_add(out, name);
	buf_str(out, " = ");
	buf_text_add(out, value);
	buf_char(out, '\n');
}

void settings_text_set(struct buf *out, struct text old, struct text name,
		       struct text value)
{
	size_t last = last_line(old, name);
	size_t line = 0;
	struct text one;

	while (text_cut(&old, '\n', &one)) {
		if (++line == last) {
			add(out, name, value);
			continue;
		}
		buf_text_add(out, one);
		buf_char(out, '\n');
	}
	if (!last)
		add(out, name, value);
}

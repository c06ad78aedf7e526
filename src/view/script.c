#include "view/script.h"

#include <ctype.h>

#include "base/units.h"
#include "base/utf8.h"

struct script {
	struct top *top;
	const struct script_options *o;
	size_t line;
};

static void write_screen(struct script *s)
{
	struct buf b = { 0 };

	canvas_text(top_draw(s->top), &b);
	buf_str(&b, "--\n");
	fwrite(buf_text(&b).p, 1, buf_len(&b), s->o->out);
	fflush(s->o->out);
	buf_clear(&b);
}

/* What a style is written as; in capitals, or '#', where the cursor is. */
static const char letters[NSTYLES] = {
	[STYLE_PLAIN] = '.',
	[STYLE_DIM] = 'd',
	[STYLE_STRONG] = 's',
	[STYLE_TITLE] = 'i',
	[STYLE_HEADING] = 'h',
	[STYLE_RANKED] = 'r',
	[STYLE_TAB] = 't',
	[STYLE_TAB_OPEN] = 'o',
	[STYLE_KEY] = 'k',
	[STYLE_ACTION] = 'a',
	[STYLE_LINK] = 'l',
	[STYLE_MATCH] = 'm',
	[STYLE_MARK] = 'x',
	[STYLE_GOOD] = 'g',
	[STYLE_WARN] = 'w',
	[STYLE_CRIT] = 'c',
	[STYLE_SERIES_1] = '1',
	[STYLE_SERIES_2] = '2',
	[STYLE_SERIES_3] = '3',
	[STYLE_SERIES_4] = '4',
	[STYLE_SERIES_5] = '5',
	[STYLE_SERIES_6] = '6',
};

static char letter_of(const struct glyph *g)
{
	bool chosen = g->style & STYLE_CHOSEN;
	char c = letters[g->style & ~(unsigned)STYLE_CHOSEN];

	if (!chosen)
		return c ? c : '?';
	return c == '.' ? '#' : (char)toupper((unsigned char)c);
}

static void write_styles(struct script *s)
{
	const struct canvas *c = top_draw(s->top);
	FILE *out = s->o->out;

	for (size_t y = 0; y < c->height; y++) {
		size_t end = c->width;

		while (end > 0 && letter_of(canvas_glyph(c, end - 1, y)) == '.')
			end--;
		for (size_t x = 0; x < end; x++)
			fputc(letter_of(canvas_glyph(c, x, y)), out);
		fputc('\n', out);
	}
	fputs("--\n", out);
	fflush(out);
}

static bool on_screen(struct script *s, struct text wanted)
{
	struct buf b = { 0 };
	bool there;

	canvas_text(top_draw(s->top), &b);
	there = text_find(buf_text(&b), wanted) < buf_len(&b);
	buf_clear(&b);
	return there;
}

static bool reached(struct script *s, struct text wanted)
{
	/* Drawing may ask for more. */
	return wanted.len ? on_screen(s, wanted)
			  : (top_draw(s->top), top_settled(s->top));
}

static bool wait(struct script *s, struct text wanted, struct err *err)
{
	int64_t end = loop_now() + s->o->patience_ns;

	while (!reached(s, wanted)) {
		if (loop_signal(s->o->loop) || top_ended(s->top))
			return true;
		if (loop_now() > end) {
			write_screen(s);
			return fail(err, ERR_LOST, "%s: line %zu: '%.*s' did not come",
				    s->o->name, s->line, TEXT_ARG(wanted));
		}
		loop_step(s->o->loop, end);
	}
	return true;
}

static bool pass(struct script *s, struct text time, struct err *err)
{
	int64_t ns;

	if (!units_duration(time, &ns, err))
		return false;
	for (int64_t end = loop_now() + ns; loop_now() < end && !top_ended(s->top) &&
					    !loop_signal(s->o->loop);)
		loop_step(s->o->loop, end);
	return true;
}

static bool press(struct script *s, struct text keys, struct err *err)
{
	while (keys.len && !top_ended(s->top)) {
		struct key k;

		if (!key_parse(&keys, &k))
			return fail(err, ERR_USAGE, "%s: line %zu: '%.*s' is no key",
				    s->o->name, s->line, TEXT_ARG(keys));
		top_key(s->top, k);
	}
	return true;
}

static void type(struct script *s, struct text t)
{
	size_t at = 0;

	while (at < t.len && !top_ended(s->top)) {
		struct key k = { .code = KEY_CHAR };

		at += utf8_next(t, at, &k.cp);
		top_key(s->top, k);
	}
}

static bool resize(struct script *s, struct text size, struct err *err)
{
	struct text width;
	int64_t w;
	int64_t h;

	if (!text_cut(&size, 'x', &width) || !text_int(width, &w) ||
	    !text_int(size, &h) || w < 1 || h < 1)
		return fail(err, ERR_USAGE, "%s: line %zu: a size is like 80x24",
			    s->o->name, s->line);
	top_resize(s->top, (size_t)w, (size_t)h);
	return true;
}

static bool run_line(struct script *s, struct text line, struct err *err)
{
	struct text rest = line;
	struct text word;

	if (!text_word(&rest, &word) || text_starts(word, "#"))
		return true;
	rest = text_trim(rest);
	if (text_is(word, "size"))
		return resize(s, rest, err);
	if (text_is(word, "key"))
		return press(s, rest, err);
	if (text_is(word, "wait"))
		return wait(s, rest, err);
	if (text_is(word, "pass"))
		return pass(s, rest, err);
	if (text_is(word, "type"))
		type(s, rest);
	else if (text_is(word, "screen"))
		write_screen(s);
	else if (text_is(word, "still"))
		top_still(s->top);
	else if (text_is(word, "styles"))
		write_styles(s);
	else
		return fail(err, ERR_USAGE, "%s: line %zu: there is no '%.*s'",
			    s->o->name, s->line, TEXT_ARG(word));
	return true;
}

bool script_run(struct top *t, const struct script_options *o, struct err *err)
{
	struct script s = { .top = t, .o = o };
	struct text rest = o->text;
	struct text line;

	while (!top_ended(t) && !loop_signal(o->loop) && text_cut(&rest, '\n', &line)) {
		s.line++;
		if (!run_line(&s, line, err))
			return false;
	}
	return true;
}

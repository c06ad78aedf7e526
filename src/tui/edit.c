/* The one <histedit.h>. */
#include "tui/edit.h"

#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/utf8.h"

#define HISTORY_LINES 1000
/* Candidates that are listed; more help nobody. */
#define LISTED ((size_t)200)

struct edit {
	struct edit_options o;
	EditLine *el;
	HistoryW *history;
	wchar_t prompt[32];
	int why; /* why a line could not be read */
	/* What libedit says against the terminal. */
	FILE *errors;
	char *said;
	size_t said_len;
};

static struct edit *edit_of(EditLine *el)
{
	void *e = NULL;

	el_wget(el, EL_CLIENTDATA, &e);
	return e;
}

static wchar_t *get_prompt(EditLine *el)
{
	return edit_of(el)->prompt;
}

/* How many bytes follow this first one of a code point. */
static size_t continued(int byte)
{
	return byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
}

/* libedit asks for the next letter here. */
static int get_letter(EditLine *el, wchar_t *out)
{
	struct edit *e = edit_of(el);
	char bytes[4];
	size_t n = 0;
	size_t want = 1;
	uint32_t cp;

	while (n < want) {
		int byte = e->o.byte(e->o.ctx);

		if (byte < 0) {
			e->why = byte;
			errno = 0;
			return byte == EDIT_END ? 0 : -1;
		}
		bytes[n++] = (char)byte;
		if (n == 1)
			want += continued(byte);
	}
	utf8_next((struct text){ bytes, n }, 0, &cp);
	*out = cp == UTF8_BAD ? L'?' : (wchar_t)cp;
	return 1;
}

static void add_wide(struct buf *out, const wchar_t *from, const wchar_t *to)
{
	for (; from < to; from++)
		utf8_add(out, (uint32_t)*from);
}

static wchar_t *wide(struct arena *a, struct text t)
{
	wchar_t *w = arena_many(a, t.len + 1, wchar_t);
	size_t n = 0;
	uint32_t cp;

	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &cp);
		w[n++] = cp == UTF8_BAD ? L'?' : (wchar_t)cp;
	}
	return w;
}

/*
 * Completion
 */

struct candidates {
	struct line_offer offer; /* first */
	struct arena arena;
	struct text *at; /* [n] */
	size_t n;
	size_t cap;
};

static void take(struct line_offer *o, struct text word)
{
	struct candidates *c = (struct candidates *)o;

	for (size_t i = 0; i < c->n; i++)
		if (text_eq(c->at[i], word))
			return;
	c->at = mem_grow(c->at, &c->cap, c->n + 1, sizeof(*c->at));
	c->at[c->n++] = text_dup(&c->arena, word);
}

static size_t common(const struct candidates *c)
{
	size_t len = c->at[0].len;

	for (size_t i = 1; i < c->n; i++) {
		size_t same = 0;

		while (same < len && same < c->at[i].len &&
		       c->at[i].p[same] == c->at[0].p[same])
			same++;
		len = same;
	}
	return len;
}

/* Below the line that is being edited, which is then drawn anew. */
static void list(const struct edit *e, const struct candidates *c)
{
	size_t width = 0;
	size_t at = 0;

	for (size_t i = 0; i < c->n; i++)
		width = c->at[i].len > width ? c->at[i].len : width;
	fputc('\n', e->o.out);
	for (size_t i = 0; i < c->n && i < LISTED; i++) {
		if (at && at + width > 78) {
			fputc('\n', e->o.out);
			at = 0;
		}
		fprintf(e->o.out, "%-*.*s  ", (int)width, TEXT_ARG(c->at[i]));
		at += width + 2;
	}
	fputs(c->n > LISTED ? "\n...\n" : "\n", e->o.out);
}

static unsigned char complete_with(struct edit *e, struct candidates *c, size_t word)
{
	struct arena scratch = { 0 };
	unsigned char result = CC_REFRESH;
	size_t len;

	if (c->n == 0)
		return CC_REFRESH_BEEP;
	len = common(c);
	if (len < word || (len == word && c->n > 1)) {
		list(e, c);
		return CC_REDISPLAY;
	}
	el_wdeletestr(e->el, (int)word);
	if (el_winsertstr(e->el, wide(&scratch, text_sub(c->at[0], 0, len))) < 0)
		result = CC_ERROR;
	if (c->n == 1 && c->at[0].p[len - 1] != '.')
		el_winsertstr(e->el, L" ");
	arena_clear(&scratch);
	return result;
}

static unsigned char complete(EditLine *el, int letter)
{
	struct edit *e = edit_of(el);
	const LineInfoW *line = el_wline(el);
	struct candidates c = { .offer = { take } };
	struct buf before = { 0 };
	unsigned char result;
	size_t word;

	add_wide(&before, line->buffer, line->cursor);
	word = e->o.complete(e->o.complete_ctx, buf_text(&before), &c.offer);
	result = complete_with(e, &c, word);
	buf_clear(&before);
	free(c.at);
	arena_clear(&c.arena);
	return result;
}

/*
 * Opening
 */

/* Letters beyond ASCII need a locale that knows them; without any they are shown as
 * numbers. */
static void set_locale(void)
{
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* Without a description of the terminal libedit goes on with one that can do nothing, and
 * says so. */
static bool terminal_known(struct edit *e)
{
	fflush(e->errors);
	return e->said_len == 0;
}

static bool open_el(struct edit *e)
{
	HistEventW event;

	e->errors = open_memstream(&e->said, &e->said_len);
	if (!e->errors)
		return false;
	set_locale();
	e->el = el_init("otoscope", e->o.in, e->o.out, e->errors);
	if (!e->el || !terminal_known(e))
		return false;
	e->history = history_winit();
	if (!e->history)
		return false;
	history_w(e->history, &event, H_SETSIZE, HISTORY_LINES);
	history_w(e->history, &event, H_SETUNIQUE, 1);
	el_wset(e->el, EL_CLIENTDATA, e);
	el_wset(e->el, EL_EDITOR, L"emacs");
	el_wset(e->el, EL_PROMPT, get_prompt);
	el_wset(e->el, EL_HIST, history_w, e->history);
	el_wset(e->el, EL_GETCFN, get_letter);
	el_wset(e->el, EL_BIND, L"^R", L"em-inc-search-prev", NULL);
	if (e->o.complete) {
		el_wset(e->el, EL_ADDFN, L"complete", L"complete the word", complete);
		el_wset(e->el, EL_BIND, L"^I", L"complete", NULL);
	}
	return true;
}

struct edit *edit_open(const struct edit_options *o)
{
	struct edit *e = mem_zalloc(sizeof(*e));

	e->o = *o;
	if (open_el(e))
		return e;
	edit_close(e);
	return NULL;
}

void edit_close(struct edit *e)
{
	if (!e)
		return;
	if (e->el)
		el_end(e->el);
	if (e->history)
		history_wend(e->history);
	if (e->errors)
		fclose(e->errors);
	free(e->said);
	free(e);
}

bool edit_read(struct edit *e, const char *prompt, struct buf *line, int *why)
{
	const wchar_t *got;
	size_t i;
	int n = 0;

	for (i = 0; prompt[i] && i + 1 < sizeof(e->prompt) / sizeof(e->prompt[0]); i++)
		e->prompt[i] = (wchar_t)prompt[i];
	e->prompt[i] = L'\0';
	e->why = EDIT_END;
	el_resize(e->el);
	/* Before the prompt is seen, so that what is typed then is not echoed twice. */
	el_wset(e->el, EL_PREP_TERM, 1);
	got = el_wgets(e->el, &n);
	*why = e->why;
	if (!got || n <= 0)
		return false;
	while (n > 0 && (got[n - 1] == L'\n' || got[n - 1] == L'\r'))
		n--;
	add_wide(line, got, got + n);
	return true;
}

void edit_remember(struct edit *e, struct text line)
{
	struct arena scratch = { 0 };
	HistEventW event;

	history_w(e->history, &event, H_ENTER, wide(&scratch, line));
	arena_clear(&scratch);
}

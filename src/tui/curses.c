/* The one <term.h>: what terminfo knows of a terminal. */
#include "tui/curses.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "tui/entries.h"

/* What keys are called in terminfo. Source: terminfo(5). The other names are of keys that
 * all terminals send alike. It stands here since <curses.h> means other numbers by these
 * words. */
static const struct {
	const char *name;
	struct key key;
} keys[] = {
	{ "kcuu1", { .code = KEY_UP } },
	{ "kcud1", { .code = KEY_DOWN } },
	{ "kcub1", { .code = KEY_LEFT } },
	{ "kcuf1", { .code = KEY_RIGHT } },
	{ "khome", { .code = KEY_HOME } },
	{ "kfnd", { .code = KEY_HOME } },
	{ "kend", { .code = KEY_END } },
	{ "kslt", { .code = KEY_END } },
	{ "kpp", { .code = KEY_PAGE_UP } },
	{ "knp", { .code = KEY_PAGE_DOWN } },
	{ "kich1", { .code = KEY_INSERT } },
	{ "kdch1", { .code = KEY_DELETE } },
	{ "kcbt", { .code = KEY_TAB, .mods = KEY_SHIFT } },
	{ "kent", { .code = KEY_ENTER } },
	{ "kf1", { .code = KEY_F, .cp = 1 } },
	{ "kf2", { .code = KEY_F, .cp = 2 } },
	{ "kf3", { .code = KEY_F, .cp = 3 } },
	{ "kf4", { .code = KEY_F, .cp = 4 } },
	{ "kf5", { .code = KEY_F, .cp = 5 } },
	{ "kf6", { .code = KEY_F, .cp = 6 } },
	{ "kf7", { .code = KEY_F, .cp = 7 } },
	{ "kf8", { .code = KEY_F, .cp = 8 } },
	{ "kf9", { .code = KEY_F, .cp = 9 } },
	{ "kf10", { .code = KEY_F, .cp = 10 } },
	{ "kf11", { .code = KEY_F, .cp = 11 } },
	{ "kf12", { .code = KEY_F, .cp = 12 } },
};

#define NKEYS (sizeof(keys) / sizeof(keys[0]))

#include <curses.h>
#include <term.h>

/* Names that begin so, and that neither the host nor we know, mean terminals that
 * understand what one does that we know. */
static const struct {
	const char *begins;
	const char *as;
} families[] = {
	{ "xterm", "xterm-256color" },
	{ "tmux", "tmux-256color" },
	{ "screen", "screen-256color" },
	{ "rxvt", "rxvt-unicode-256color" },
	{ "linux", "linux" },
	{ "vt1", "vt100" },
	{ "vt", "vt220" },
	{ "alacritty", "xterm-256color" },
	{ "contour", "xterm-256color" },
	{ "eterm", "ansi" },
	{ "foot", "xterm-256color" },
	{ "ghostty", "xterm-256color" },
	{ "gnome", "xterm-256color" },
	{ "iterm", "xterm-256color" },
	{ "kitty", "xterm-256color" },
	{ "konsole", "xterm-256color" },
	{ "mintty", "xterm-256color" },
	{ "ms-terminal", "xterm-256color" },
	{ "nsterm", "xterm-256color" },
	{ "putty", "xterm-256color" },
	{ "rio", "xterm-256color" },
	{ "st-", "xterm-256color" },
	{ "vscode", "xterm-256color" },
	{ "vte", "xterm-256color" },
	{ "wezterm", "xterm-256color" },
};

/* setupterm() finds an entry that it is to take as a whole only in the environment, which
 * is afterwards as it was. */
static bool set_up_with(const char *term, const char *terminfo)
{
	struct arena scratch = { 0 };
	const char *before = getenv("TERMINFO");
	char *kept = before ? text_cstr(&scratch, text_of(before)) : NULL;
	int why;
	bool ok;

	setenv("TERMINFO", terminfo, 1);
	ok = setupterm(term, STDOUT_FILENO, &why) == OK;
	if (kept)
		setenv("TERMINFO", kept, 1);
	else
		unsetenv("TERMINFO");
	arena_clear(&scratch);
	return ok;
}

static bool set_up(const char *term)
{
	int why;

	return setupterm(term, STDOUT_FILENO, &why) == OK;
}

static bool set_up_built_in(const char *term)
{
	for (size_t i = 0; i < nentries; i++)
		if (strcmp(entries[i].name, term) == 0)
			return set_up_with(term, entries[i].terminfo);
	return false;
}

static bool set_up_family(const char *term)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const char *begins = families[i].begins;

		if (strncasecmp(term, begins, strlen(begins)) == 0)
			return set_up_built_in(families[i].as);
	}
	return false;
}

bool curses_old(const char *term)
{
	static const char *const old[] = {
		"vt", "ansi", "sun", "cons25", "pcansi", "mach",
	};

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		if (strncmp(term, old[i], strlen(old[i])) == 0)
			return strncmp(term, "vte", 3) != 0;
	return false;
}

/* A capability, or NULL. */
static const char *string_of(const char *name)
{
	const char *s = tigetstr(name);

	return (intptr_t)s == -1 ? NULL : s; /* no such name */
}

/* Without its delays, "$<5>", which no terminal needs now. */
static void copy(char *to, size_t size, const char *name)
{
	const char *s = string_of(name);
	size_t n = 0;

	while (s && *s && n + 1 < size) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

		if (end)
			s = end + 1;
		else
			to[n++] = *s++;
	}
	to[s && *s ? 0 : n] = '\0';
}

/* All that we write is in the form of ECMA-48; the cursor's move shows whether the
 * terminal knows it. */
static bool understands_us(void)
{
	const char *cup = string_of("cup");
	const char *moved = cup ? tparm(cup, 4, 9, 0, 0, 0, 0, 0, 0, 0) : NULL;

	return moved && strncmp(moved, "\033[5;10H", 7) == 0;
}

static void read_keys(struct curses *c)
{
	for (size_t i = 0; i < NKEYS && c->nkeys < CURSES_KEYS; i++) {
		struct key_own *k = &c->keys[c->nkeys];
		const char *s = string_of(keys[i].name);

		/* What may begin other keys says nothing that is not known */
		if (!s || s[0] != '\033' || strlen(s) < 3 || strlen(s) > sizeof(k->bytes))
			continue;
		k->len = strlen(s);
		memcpy(k->bytes, s, k->len);
		k->key = keys[i].key;
		c->nkeys++;
	}
}

static void read_all(struct curses *c)
{
	int width = tigetnum("cols"), height = tigetnum("lines");
	int colors = tigetnum("colors");

	c->colors = colors > 0 ? colors : 0;
	c->mouse = string_of("kmous") != NULL;
	c->width = width > 0 ? (size_t)width : 80;
	c->height = height > 0 ? (size_t)height : 24;
	copy(c->enter, sizeof(c->enter), "smcup");
	copy(c->leave, sizeof(c->leave), "rmcup");
	read_keys(c);
	c->modern = strstr(c->enter, "\033[?1049h") != NULL;
	if (!c->modern)
		return;
	/* Not what stands beside it: xterm's keeps the title, which we do not change */
	strcpy(c->enter, "\033[?1049h");
	strcpy(c->leave, "\033[?1049l");
}

/* What is true of all that are in use. */
static void assume(struct curses *c, const char *term)
{
	*c = (struct curses){ .colors = 8, .width = 80, .height = 24 };
	if (strstr(term, "256"))
		c->colors = 256;
}

bool curses_read(struct curses *c, const char *term, struct err *err)
{
	TERMINAL *before;
	bool ok = true;

	if (!term || !*term) {
		fail(err, ERR_CANNOT, "it is not known what terminal this is");
		return fail_hint(err, "set $TERM, for example to xterm-256color");
	}
	*c = (struct curses){ 0 };
	before = set_curterm(NULL);
	if (set_up(term) || set_up_built_in(term) || set_up_family(term)) {
		ok = understands_us();
		if (ok)
			read_all(c);
		del_curterm(cur_term);
	} else {
		assume(c, term);
	}
	set_curterm(before);
	if (ok)
		return true;
	fail(err, ERR_CANNOT, "screens cannot be shown on a terminal of the kind '%s'",
	     term);
	return fail_hint(err, "if it is another one, set $TERM, for example to "
			      "xterm-256color");
}

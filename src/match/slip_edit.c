/* Slips that can be seen by what is open, missing or twice. */
#include <string.h>

#include "match/slip.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void slip_add(struct slip_edits *e, struct slip_edit edit)
{
	if (e->n < SLIP_EDITS_MAX)
		e->all[e->n++] = edit;
}

void slip_offer(struct slip_edits *e, size_t from, size_t to, struct text instead,
		const char *what)
{
	slip_add(e, (struct slip_edit){
			    .from = from,
			    .to = to,
			    .instead = instead,
			    .what = what });
}

void slip_guess(struct slip_edits *e, size_t from, size_t to, struct text instead,
		const char *what)
{
	slip_add(e, (struct slip_edit){
			    .from = from,
			    .to = to,
			    .instead = instead,
			    .what = what,
			    .alone = true });
}

/* The brackets that are open, the innermost first, up to the one that is closed here. */
static struct text closers(const struct slip *s, char here)
{
	struct text all = TEXT("");

	for (size_t i = s->nopen; i > 0 && s->open[i - 1] != here; i--)
		all = text_printf(s->a, "%.*s%s%c", TEXT_ARG(all),
				  s->open[i - 1] == '>' ? ">" : "", s->open[i - 1]);
	return all;
}

static void offer_closers(const struct slip *s, struct slip_edits *e)
{
	char c = slip_char(s->t, s->at);
	bool closes = c && strchr(")]}>", c);

	if (s->nopen > 0 && s->at < s->t.len)
		slip_guess(e, s->last, s->last, closers(s, closes ? c : '\0'), NULL);
	if (s->nopen > 0 && s->at == s->t.len)
		slip_offer(e, s->last, s->last, closers(s, '\0'), NULL);
	if (s->nopen > 0 && s->fun && (s->place & SLIP_END))
		slip_offer(e, s->last, s->last,
			   text_printf(s->a, "%.*s end", TEXT_ARG(closers(s, '\0'))),
			   NULL);
	if (s->fun && s->place == (SLIP_BODY | SLIP_END))
		slip_offer(e, s->last, s->last, TEXT(" end"), NULL);
	if (closes && s->nopen > 0 && s->open[s->nopen - 1] != '>')
		slip_guess(e, s->at, s->at + 1,
			   text_printf(s->a, "%c", s->open[s->nopen - 1]),
			   "this bracket does not close the one that is open");
	if (closes)
		slip_guess(e, s->at, s->at + 1, TEXT(""), "this bracket closes nothing");
}

/* Where a quoted text may end that nothing ends: in front of what follows a value. */
static void offer_quote(const struct slip *s, struct slip_edits *e)
{
	char quote = slip_char(s->t, s->at);
	size_t at = s->at + 1;

	if (quote != '"' && quote != '\'')
		return;

	size_t from = s->at;

	while (from > 0 && slip_is_word(s->t.p[from - 1]))
		from--;
	if (from < s->at)
		slip_guess(e, from, from, text_sub(s->t, s->at, s->at + 1),
			   "a quote is not opened");
	if (s->at > 0 && s->t.p[s->at - 1] == quote)
		slip_guess(e, s->at, s->at + 1, TEXT(""), "this quote is one too many");
	for (; at <= s->t.len && e->n < SLIP_EDITS_MAX - 2; at++) {
		char c = slip_char(s->t, at);

		if (at == s->t.len || strchr(",)]}>:( ", c))
			slip_guess(e, at, at, text_sub(s->t, s->at, s->at + 1), NULL);
	}
}

/* f X, Y -> ...; fun [X] -> ...: arguments without their brackets. */
static void offer_brackets(const struct slip *s, struct slip_edits *e)
{
	size_t end = s->at;
	char c = slip_char(s->t, s->at);

	if (!slip_is_word(c) && (c == '\0' || !strchr("[{\"':%#?$~", c)))
		return;
	if (s->place & SLIP_GUARD) {
		end += slip_word(s->t, s->at).len;
	} else {
		while (end < s->t.len && !slip_word_is(s->t, end, "when") &&
		       !text_starts(text_sub(s->t, end, s->t.len), "->"))
			end++;
		while (end > s->at && slip_is_blank(s->t.p[end - 1]))
			end--;
	}
	slip_guess(e, s->last, end,
		   text_printf(s->a, "(%.*s)", TEXT_ARG(text_sub(s->t, s->at, end))),
		   "arguments stand in brackets");
}

/* X => 1 in a guard: what follows is no action. */
static void offer_compare(const struct slip *s, struct slip_edits *e)
{
	size_t at = s->at + 2;

	while (at < s->t.len && slip_is_blank(s->t.p[at]))
		at++;

	char c = slip_char(s->t, at);

	struct text here = text_sub(s->t, s->at, s->t.len);

	if (s->place == SLIP_GUARD && text_starts(here, "=>") &&
	    (is_digit(c) || c == '-' || (c >= 'A' && c <= 'Z' && !s->elixir)))
		slip_offer(e, s->at, s->at + 2, TEXT(">="), "'=>' does not compare");
}

/* %{...} in Erlang, where it is a comment. */
static void offer_map(const struct slip *s, struct slip_edits *e)
{
	size_t at = text_find(s->t, TEXT("%{"));

	if (!s->elixir && (s->place & SLIP_END) && at < s->t.len)
		slip_offer(e, at, at + 1, TEXT("#"), "'%' begins a comment in Erlang");
}

/* X is_atom */
static void offer_turned(const struct slip *s, struct slip_edits *e)
{
	size_t from = s->last;
	struct text word = slip_word(s->t, s->at);

	while (from > 0 && slip_is_word(s->t.p[from - 1]))
		from--;
	if (from < s->last && word.len > 0)
		slip_guess(e, from, s->at + word.len,
			   text_printf(s->a, "%.*s(%.*s)", TEXT_ARG(word),
				       TEXT_ARG(text_sub(s->t, from, s->last))),
			   "arguments stand behind a function, in brackets");
}

/* A module and a function that nothing joins, or what the other language joins them by.
 * In which language the arguments are written shows in their capitals. */
static void offer_joint(const struct slip *s, struct slip_edits *e)
{
	struct text t = s->t;
	size_t bracket = text_chr(t, '(');
	bool capital = false;
	bool small = false;
	char c = slip_char(t, s->at);

	for (size_t at = bracket + 1; at < t.len && t.p[at] != ')'; at++) {
		if (slip_is_word(t.p[at - 1]))
			continue;
		capital |= t.p[at] >= 'A' && t.p[at] <= 'Z';
		small |= t.p[at] >= 'a' && t.p[at] <= 'z' && t.p[at - 1] != ':';
	}
	if (s->fun || s->at > bracket || s->last == 0)
		return;
	if (c == '.' && !s->elixir && small && !capital)
		slip_offer(e, 0, 0, TEXT(":"), NULL);
	if (c == '.' && !s->elixir)
		slip_offer(e, s->at, s->at + 1, TEXT(":"), NULL);
	if (c == ':' && s->elixir && capital && t.p[0] == ':')
		slip_offer(e, 0, 1, TEXT(""), NULL);
	if (c == ':' && s->elixir)
		slip_offer(e, s->at, s->at + 1, TEXT("."), NULL);
	if (slip_is_word(c) && s->last < s->at && text_chr(t, ':') >= s->at &&
	    text_chr(t, '.') >= s->at)
		slip_guess(e, s->last, s->at, s->elixir ? TEXT(".") : TEXT(":"),
			   "a module and a function stand together");
}

/* A separator behind all. */
static void offer_trailing(const struct slip *s, struct slip_edits *e)
{
	char c = slip_char(s->t, s->at);

	if (text_trim(text_sub(s->t, s->at, s->t.len)).len == 1 && strchr(",;", c))
		slip_offer(e, s->at, s->t.len, TEXT(""),
			   c == ',' ? "nothing follows the comma"
				    : "nothing follows the ';'");
}

/* Words that are actions: return behind a function has lost its arrow. */
static void offer_arrow(const struct slip *s, struct slip_edits *e)
{
	if (s->place & (SLIP_BEHIND | SLIP_GUARD))
		slip_guess(e, s->at, s->at, TEXT("-> "),
			   "'->' is missing in front of it");
}

/* f/2(X, Y) */
static void offer_arity(const struct slip *s, struct slip_edits *e)
{
	size_t from = s->at;

	if (slip_char(s->t, s->at) != '(')
		return;
	while (from > 0 && is_digit(s->t.p[from - 1]))
		from--;
	if (from > 0 && from < s->at && s->t.p[from - 1] == '/')
		slip_offer(e, from - 1, s->at, TEXT(""),
			   "an arity and arguments: one of them is enough");
}

/* All that is typographic becomes what was typed. */
static void offer_plain(const struct slip *s, struct slip_edits *e)
{
	struct text plain = TEXT("");
	struct text typed;
	struct text what;
	size_t len;
	size_t from = 0;

	if (slip_typographic(s->t, s->at, s->elixir, &len).len == 0)
		return;
	for (size_t at = 0; at < s->t.len; at++) {
		typed = slip_typographic(s->t, at, s->elixir, &len);
		if (typed.len == 0)
			continue;
		plain = text_printf(s->a, "%.*s%.*s%.*s", TEXT_ARG(plain),
				    TEXT_ARG(text_sub(s->t, from, at)), TEXT_ARG(typed));
		from = at + len;
	}
	plain = text_printf(s->a, "%.*s%.*s", TEXT_ARG(plain),
			    TEXT_ARG(text_sub(s->t, from, s->t.len)));
	typed = slip_typographic(s->t, s->at, s->elixir, &len);
	what = text_printf(s->a, "'%.*s' is a typographic character: %s%.*s%s is meant",
			   TEXT_ARG(text_sub(s->t, s->at, s->at + len)),
			   text_is(typed, "'") ? "" : "'", TEXT_ARG(typed),
			   text_is(typed, "'") ? "" : "'");
	slip_add(e, (struct slip_edit){
			    .to = s->t.len,
			    .instead = plain,
			    .what = what.p,
			    .words = "quotes, blanks, dashes and arrows are \" ' - ->",
		    });
}

/* dbg:fun2ms(fun(...) -> ... end) */
static void offer_inside(const struct slip *s, struct slip_edits *e)
{
	struct text t = text_trim(s->t);
	bool call = text_starts(t, "dbg:fun2ms(") || text_starts(t, "ets:fun2ms(");

	if (call && text_ends(t, ")"))
		slip_offer(e, 0, s->t.len, text_sub(t, 11, t.len - 1),
			   "the fun is enough, without the call");
}

/* fun mod:f(X) -> ... end */
static void offer_without_fun(const struct slip *s, struct slip_edits *e)
{
	struct text t = text_trim(s->t);

	if (s->fun && text_ends(t, "end") && s->place == SLIP_BEHIND)
		slip_guess(e, 0, s->t.len,
			   text_trim(text_sub(t, s->elixir ? 2 : 3, t.len - 3)),
			   "a fun has no name");
}

void slip_offer_first(const struct slip *s, struct slip_edits *e)
{
	static const char *const actions[] = { "return", "stack", "time", "count" };

	offer_map(s, e);
	offer_compare(s, e);
	offer_trailing(s, e);
	offer_plain(s, e);
	offer_arity(s, e);
	offer_inside(s, e);
	if (s->place == SLIP_BEHIND)
		offer_joint(s, e);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (slip_word_is(s->t, s->at, actions[i]))
			offer_arrow(s, e);
	}
}

void slip_offer_last(const struct slip *s, struct slip_edits *e)
{
	struct text here = text_sub(s->t, s->at, s->t.len);
	char c = slip_char(s->t, s->at);
	bool begins = s->at == 0 || !slip_is_word(s->t.p[s->at - 1]);

	offer_closers(s, e);
	if (s->place == SLIP_HEAD && s->last < s->at)
		slip_guess(e, s->last, s->last, TEXT(","), NULL);
	if ((s->place & (SLIP_BEHIND | SLIP_GUARD)) && begins &&
	    !text_starts(here, "->"))
		offer_brackets(s, e);
	if (s->place == SLIP_GUARD && begins)
		offer_turned(s, e);
	if (slip_is_word(c) && begins && s->place == SLIP_BEHIND)
		offer_arrow(s, e);
	if (s->place == SLIP_BEHIND)
		offer_without_fun(s, e);
	if (s->place == SLIP_BODY && slip_is_word(c) && begins && !s->fun)
		slip_offer(e, s->last, s->last, TEXT(";"),
			   "';' is missing in front of it");
	offer_quote(s, e);
}

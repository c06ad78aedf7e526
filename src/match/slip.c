/* Slips by what stands where reading stopped; and which of all edits is right. */
#include "match/slip.h"

#include <string.h>

#include "base/near.h"

/* Texts that are tried for one error. */
#define TRIES_MAX 64
/* Slips of one text. */
#define SLIPS_MAX 6
/* Longer texts are not shown again. */
#define SHOWN_MAX 200

enum { ERLANG = 32,
       ELIXIR = 64,
       BOTH = ERLANG | ELIXIR };
/* what is typed in front of the place, blanks in between */
enum { IN_FRONT = 128 };

#define ALL (SLIP_HEAD | SLIP_BEHIND | SLIP_GUARD | SLIP_BODY)
#define WHEN "a guard begins with 'when'"
#define ARROW "actions stand behind '->'"
#define MISSING "a condition is missing in front of '->'"
#define COLON "an arity stands behind '/'"

static const char keys[] =
	"keys and values of Erlang's maps are joined by ':=' and '=>'";

/* typed: a blank is any number of them. Longer ones come first. */
static const struct row {
	unsigned where;
	const char *typed;
	const char *instead;
	const char *what;
	const char *words; /* said also when no edit compiles; or NULL */
} rows[] = {
	{ BOTH | SLIP_BEHIND, "if", "when", WHEN, "write when in its place" },
	{ BOTH | SLIP_BEHIND, "where", "when", WHEN, "write when in its place" },
	{ BOTH | SLIP_BEHIND, "with", "when", WHEN, "write when in its place" },
	{ BOTH | SLIP_BEHIND, "WHEN", "when", WHEN, "write when in its place" },
	{ BOTH | SLIP_BEHIND, "When", "when", WHEN, "write when in its place" },
	{ BOTH | SLIP_BEHIND, "andalso", "when", WHEN, NULL },
	{ BOTH | SLIP_BEHIND, "and", "when", WHEN, NULL },
	{ BOTH | SLIP_BEHIND, "&&", "when", WHEN, NULL },
	{ BOTH | SLIP_BEHIND, ",", " when", WHEN, NULL },

	{ BOTH | SLIP_BEHIND | SLIP_GUARD, "do", "->", ARROW, "write ->" },
	{ BOTH | SLIP_GUARD, "when ->", "->", "a condition is missing behind 'when'",
	  NULL },
	{ BOTH | SLIP_GUARD, " andalso ->", " ->", MISSING, NULL },
	{ BOTH | SLIP_GUARD, " orelse ->", " ->", MISSING, NULL },
	{ BOTH | SLIP_GUARD, " and ->", " ->", MISSING, NULL },
	{ BOTH | SLIP_GUARD, " or ->", " ->", MISSING, NULL },
	{ BOTH | SLIP_GUARD, " , ->", " ->", MISSING, NULL },
	{ BOTH | SLIP_GUARD, " ; ->", " ->", MISSING, NULL },
	{ BOTH | SLIP_BEHIND | SLIP_BODY, "; end", " end", "no clause follows the ';'",
	  NULL },
	{ BOTH | SLIP_HEAD, ";", ",",
	  "what stands in brackets is separated by ','", NULL },
	{ BOTH | SLIP_BEHIND | SLIP_GUARD, "==>", "->", ARROW, "write ->" },
	{ BOTH | SLIP_BEHIND | SLIP_GUARD, "-->", "->", ARROW, "write ->" },
	{ BOTH | SLIP_BEHIND | SLIP_GUARD, "=>", "->", ARROW, "write ->" },
	{ BOTH | SLIP_BEHIND | SLIP_GUARD, "~>", "->", ARROW, "write ->" },
	{ BOTH | SLIP_BEHIND | SLIP_GUARD, ">-", "->", ARROW, "write ->" },
	{ BOTH | SLIP_BEHIND | SLIP_GUARD, "- >", "->", ARROW, "write ->" },
	{ BOTH | SLIP_BEHIND | SLIP_GUARD, "|>", "->", ARROW, NULL },
	{ BOTH | SLIP_BODY, "-> ->", "->", "'->' stands here twice", NULL },
	{ ERLANG | SLIP_BODY | IN_FRONT, "->", ":",
	  "a module and a function are joined by ':'", NULL },

	{ ERLANG | SLIP_BEHIND, "::", ":", "one ':' joins a module and a function",
	  NULL },
	{ ERLANG | SLIP_BEHIND, " : ", ":", "blanks around a ':'", NULL },
	{ BOTH | SLIP_BEHIND, ":", "/", COLON, NULL },
	{ BOTH | ALL, "*", "_", "'*' means nothing here", "anything is written _" },
	{ BOTH | SLIP_HEAD, "...", NULL, "'...' means nothing here",
	  "one argument is written _; whatever there are of them: the name alone" },
	{ BOTH | ALL, ", )", ")", "nothing follows the comma", NULL },
	{ BOTH | ALL, ", ]", "]", "nothing follows the comma", NULL },
	{ BOTH | ALL, ", }", "}", "nothing follows the comma", NULL },
	{ BOTH | ALL, ", ,", ", _,", "something is missing between the commas",
	  "anything is written _" },
	{ BOTH | SLIP_END, ",", "", "nothing follows the comma", NULL },
	{ BOTH | SLIP_END, ";", "", "nothing follows the ';'", NULL },
	{ BOTH | SLIP_END, "when", "", "a condition is missing behind 'when'", NULL },
	{ BOTH | SLIP_END, "->", "-> return_trace() end", NULL, NULL },
	{ BOTH | SLIP_END, "->", "-> return", NULL, NULL },
	{ ELIXIR | ALL, ".", "", "Elixir has no dot at the end", NULL },

	{ ELIXIR | SLIP_GUARD, "is not", "!=", "'is not' is no operator", NULL },
	{ ERLANG | SLIP_GUARD, "is not", "=/=", "'is not' is no operator", NULL },
	{ ERLANG | SLIP_GUARD, "AND", "andalso", "'AND' is no operator",
	  "write andalso" },
	{ ERLANG | SLIP_GUARD, "OR", "orelse", "'OR' is no operator", "write orelse" },
	{ ERLANG | SLIP_GUARD, "is", "=:=", "'is' is no operator", "write =:=" },
	{ ERLANG | SLIP_GUARD, "&", "andalso", "'&' is no operator of Erlang",
	  "write andalso, or band of numbers" },
	{ ERLANG | SLIP_GUARD, "|", "orelse", "'|' is no operator of Erlang",
	  "write orelse, or bor of numbers" },
	{ ERLANG | SLIP_GUARD, "<>", "=/=", "'<>' is no operator of Erlang",
	  "write =/=" },
	{ ERLANG | SLIP_GUARD, "~=", "=/=", "'~=' is no operator of Erlang",
	  "write =/=" },
	{ ERLANG | SLIP_GUARD, " when", ";", "alternatives are joined by ';'",
	  "write ; in its place" },
	{ ERLANG | SLIP_GUARD, "in", NULL, "'in' is no operator of Erlang",
	  "write (X =:= a orelse X =:= b)" },
	{ ERLANG | SLIP_GUARD, ".", NULL, "a field can't be asked for with '.'",
	  "write map_get(key, Map), or X#record.field" },
	/* the parsers know what these are: for texts with several slips */
	{ ERLANG | SLIP_GUARD, "!==", "=/=", NULL, NULL },
	{ ERLANG | SLIP_GUARD, "===", "=:=", NULL, NULL },
	{ ERLANG | SLIP_GUARD, "!=", "=/=", NULL, NULL },
	{ ERLANG | SLIP_GUARD, "<=", "=<", NULL, NULL },
	{ ERLANG | SLIP_GUARD, "&&", "andalso", NULL, NULL },
	{ ERLANG | SLIP_GUARD, "||", "orelse", NULL, NULL },
	{ ERLANG | SLIP_GUARD, "!", "not ", NULL, NULL },
	{ ELIXIR | SLIP_GUARD, "=:=", "===", NULL, NULL },
	{ ELIXIR | SLIP_GUARD, "=/=", "!==", NULL, NULL },
	{ ELIXIR | SLIP_GUARD, "=<", "<=", NULL, NULL },
	{ ELIXIR | SLIP_GUARD, "/=", "!=", NULL, NULL },
	{ ELIXIR | SLIP_GUARD, "&&", "and", NULL, NULL },
	{ ELIXIR | SLIP_GUARD, "||", "or", NULL, NULL },
	{ ELIXIR | SLIP_GUARD, "!", "not ", NULL, NULL },

	{ ERLANG | SLIP_HEAD | IN_FRONT, ":", " :=", keys,
	  "a map is written #{key := Value}" },
	{ ERLANG | SLIP_GUARD | SLIP_BODY | IN_FRONT, ":", " =>", keys,
	  "a map is written #{key => Value}" },
	{ ERLANG | SLIP_HEAD, "=", ":=", keys, NULL },
	{ ERLANG | SLIP_GUARD | SLIP_BODY, "=", "=>", keys, NULL },
	{ ERLANG | (ALL & ~SLIP_BEHIND), ":", "",
	  "a ':' in front of an atom is Elixir's", NULL },

	{ ELIXIR | SLIP_GUARD, "AND", "and", "'AND' is no operator", "write and" },
	{ ELIXIR | SLIP_GUARD, "OR", "or", "'OR' is no operator", "write or" },
	{ ELIXIR | SLIP_GUARD, "is", "==", "'is' is no operator", "write ==" },
	{ ELIXIR | SLIP_GUARD, ",", " and",
	  "',' is Erlang's: conditions are joined by 'and'", "write and" },
	{ ELIXIR | SLIP_GUARD, ";", " when",
	  "';' is Erlang's: alternatives are joined by 'when'", "write when" },
	{ ELIXIR | SLIP_GUARD, "andalso", "and", "'andalso' is Erlang's", "write and" },
	{ ELIXIR | SLIP_GUARD, "orelse", "or", "'orelse' is Erlang's", "write or" },
	{ ELIXIR | SLIP_GUARD, "&", "and", "'&' is no operator", "write and" },
	{ ELIXIR | SLIP_GUARD, "|", "or", "'|' is no operator here", "write or" },
	{ ELIXIR | SLIP_GUARD, "<>", "!=", "'<>' joins texts: it does not compare",
	  "write !=" },
	{ ELIXIR | SLIP_HEAD, " =", ":", "keys of Elixir's maps are joined by ':'",
	  NULL },
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Does it stand there, as a whole word if it is one? *end: out. */
static bool stands(struct text t, size_t from, const char *typed, size_t *end)
{
	size_t at = from;

	if (is_letter(typed[0]) && from > 0 && slip_word(t, from - 1).len > 0)
		return false;
	for (const char *c = typed; *c; c++) {
		if (*c == ' ') {
			while (at < t.len && slip_is_blank(t.p[at]))
				at++;
		} else if (at < t.len && t.p[at] == *c) {
			at++;
		} else {
			return false;
		}
	}
	*end = at;
	return !is_letter(typed[strlen(typed) - 1]) || slip_word(t, at).len == 0;
}

/* Where it stands, at the place or around it. */
static bool find(const struct slip *s, const struct row *r, size_t *from, size_t *end)
{
	size_t to = r->where & (SLIP_END | IN_FRONT) ? s->last : s->at + 1;

	for (size_t back = 0; back < 12 && back <= to; back++) {
		*from = to - back;
		if (*from < s->t.len && stands(s->t, *from, r->typed, end) &&
		    (r->where & (SLIP_END | IN_FRONT) ? *end == s->last : *end > s->at))
			break;
		*from = s->t.len;
	}
	while (r->typed[0] == ' ' && *from > 0 && slip_is_blank(s->t.p[*from - 1]))
		--*from;
	return *from <= s->at && *from < s->t.len;
}

static void offer_rows(const struct slip *s, struct slip_edits *e)
{
	unsigned language = s->elixir ? ELIXIR : ERLANG;
	size_t from;
	size_t end = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];

		if (!(r->where & language) || !(r->where & s->place) ||
		    !find(s, r, &from, &end) ||
		    (r->instead &&
		     text_is(text_sub(s->t, from, end), r->instead)))
			continue;
		if (r->what == keys && (s->nopen == 0 || s->open[s->nopen - 1] != '}'))
			continue;
		slip_add(e, (struct slip_edit){
				    .from = from,
				    .to = end,
				    .instead = r->instead ? text_of(r->instead)
							  : text_sub(s->t, from, end),
				    .what = r->what,
				    .words = r->words,
			    });
	}
}

/* A word that is nearly "when". */
static void offer_near(const struct slip *s, struct slip_edits *e)
{
	struct text word = slip_word(s->t, s->at);
	struct near near = { .word = word };

	near_offer(&near, "when");
	if (s->place == SLIP_BEHIND && near.best)
		slip_offer(e, s->at, s->at + word.len, TEXT("when"), WHEN);
}

static struct text apply(const struct slip *s, const struct slip_edit *e)
{
	return text_printf(s->a, "%.*s%.*s%.*s", TEXT_ARG(text_sub(s->t, 0, e->from)),
			   TEXT_ARG(e->instead),
			   TEXT_ARG(text_sub(s->t, e->to, s->t.len)));
}

struct search {
	const struct slip_trial *trial;
	size_t tries;
};

static void look(struct slip *s, struct slip_edits *e)
{
	slip_look(s);
	e->n = 0;
	slip_offer_first(s, e);
	offer_rows(s, e);
	offer_near(s, e);
	slip_offer_last(s, e);
}

/* The text with an edit, and with more of them behind it: one that compiles. */
static bool mend(struct search *search, const struct slip *s, const struct slip_edit *e,
		 size_t slips, struct text *out)
{
	struct text t = apply(s, e);
	struct slip next = { .a = s->a, .t = t };
	struct slip_edits edits;

	if (text_eq(t, s->t) || search->tries == 0)
		return false;
	search->tries--;
	*out = t;
	if (e->alone && slips < SLIPS_MAX)
		return false;
	if (search->trial->compiles(search->trial->ctx, t, &next.at, &next.elixir))
		/* only what stands in front can make it one of the other language */
		return next.elixir == s->elixir || (e->from == 0 && e->to <= 1);
	/* in front of the edit nothing was wrong before */
	bool all = e->from == 0 && e->to == s->t.len;

	if (slips == 1 || e->alone || (!all && next.at < e->from + e->instead.len))
		return false;
	look(&next, &edits);
	for (size_t i = 0; i < edits.n; i++) {
		if (mend(search, &next, &edits.all[i], slips - 1, out))
			return true;
	}
	return false;
}

static void say(struct err *err, const struct slip_edit *e)
{
	if (e->what)
		fail(err, err->kind, "%s", e->what);
}

static const struct {
	unsigned where;
	const char *words;
} forms[] = {
	{ ERLANG | SLIP_BEHIND, "calls are written f(X, Y) when X > Y -> return" },
	{ ELIXIR | SLIP_BEHIND, "calls are written f(x, y) when x > y -> return" },
	{ ERLANG | SLIP_GUARD,
	  "conditions are joined by ',', 'andalso', 'orelse', alternatives by ';'" },
	{ ELIXIR | SLIP_GUARD,
	  "conditions are joined by 'and', 'or', alternatives by 'when'" },
};

/* What may follow, where nothing is known of what does. */
static void say_what_follows(const struct slip *s, struct err *err)
{
	unsigned where = s->place | (s->elixir ? ELIXIR : ERLANG);

	if (strcmp(err->what, SLIP_LEFT_OVER) != 0 || s->t.p[0] == '[' ||
	    (s->fun && s->place == SLIP_BEHIND))
		return;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (forms[i].where == where)
			fail_hint(err, "%s", forms[i].words);
	}
}

/* On one line, as hints are. False: a comment would end it there. */
static bool on_one_line(const struct slip *s, struct text *t)
{
	struct text line = text_dup(s->a, text_trim(*t));
	bool comments = text_chr(line, s->elixir ? '#' : '%') < line.len;

	if (comments && text_chr(line, '\n') < line.len)
		return false;
	for (size_t i = 0; i < line.len; i++) {
		if (slip_is_blank(line.p[i]))
			((char *)line.p)[i] = ' ';
	}
	*t = line;
	return true;
}

void slip_say(struct arena *a, struct text t, bool elixir, const struct slip_trial *trial,
	      size_t *at, struct err *err)
{
	struct search search = { .trial = trial, .tries = TRIES_MAX };
	struct slip s = { .a = a, .t = t, .at = *at, .elixir = elixir };
	struct slip_edits edits;
	struct text right;

	if (t.len > SHOWN_MAX)
		return;
	look(&s, &edits);
	for (size_t i = 0; i < edits.n && !s.commented; i++) {
		const struct slip_edit *e = &edits.all[i];

		if (!mend(&search, &s, e, SLIPS_MAX, &right) ||
		    !on_one_line(&s, &right))
			continue;
		say(err, e);
		if (e->what && e->from > 0 && e->from < s.at)
			*at = e->from;
		while (*at < t.len && e->what && slip_is_blank(t.p[*at]) && *at < s.at)
			++*at;
		fail_hint(err, "write %.*s", TEXT_ARG(right));
		return;
	}
	for (size_t i = 0; i < edits.n; i++) {
		if (edits.all[i].words) {
			say(err, &edits.all[i]);
			fail_hint(err, "%s", edits.all[i].words);
			return;
		}
	}
	say_what_follows(&s, err);
}

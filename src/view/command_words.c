/* From the words of a command line to what is done. */
#include "view/command_words.h"

#include <string.h>

#include "base/near.h"
#include "tables/tables.h"
#include "view/detail_goal.h"
#include "view/tabs.h"

/* All first words that there are, offered to f: actions, tabs, tables. */
struct first {
	struct text name;
	struct text help;
	const struct action *action; /* or: */
	const struct schema *schema; /* where it goes to */
};

struct firsts {
	void (*f)(void *ctx, const struct first *w);
	void *ctx;
};

static void give_action(void *ctx, struct view *v, const struct action *a)
{
	struct firsts *to = ctx;
	struct first w = { text_of(a->name), text_of(a->help), a, NULL };

	to->f(to->ctx, &w);
}

static void give_tab(struct firsts *to, const struct tab *tab)
{
	struct first w = { .name = text_of(tab->name), .schema = tab->tables[0] };

	w.help = text_of(w.schema->help);
	to->f(to->ctx, &w);
	for (size_t i = 0; i < tab->ntables; i++) {
		w.schema = tab->tables[i];
		w.help = text_of(w.schema->help);
		w.name = text_of(w.schema->name);
		to->f(to->ctx, &w);
		w.name = text_of(w.schema->command);
		if (w.name.len)
			to->f(to->ctx, &w);
	}
}

static void all_firsts(struct view *v, void (*f)(void *ctx, const struct first *w),
		       void *ctx)
{
	struct firsts to = { f, ctx };
	const struct tabs *tabs = top_tabs(v->top);

	top_actions(v->top, v, give_action, &to);
	for (size_t i = 0; i < tabs->n; i++)
		give_tab(&to, &tabs->at[i]);
}

/*
 * Which of them a word is.
 */

struct search {
	struct text word;
	struct first exact; /* name.len 0: none */
	struct first begun; /* the first that begins so */
	bool several;       /* that begin so, and mean different things */
	struct near near;
};

static bool same(const struct first *a, const struct first *b)
{
	return a->action == b->action && a->schema == b->schema;
}

static bool starts(struct text t, struct text prefix)
{
	return t.len >= prefix.len && memcmp(t.p, prefix.p, prefix.len) == 0;
}

static void search_one(void *ctx, const struct first *w)
{
	struct search *s = ctx;

	near_offer(&s->near, w->name.p);
	if (text_eq(w->name, s->word) && !s->exact.name.len)
		s->exact = *w;
	if (!starts(w->name, s->word))
		return;
	if (!s->begun.name.len)
		s->begun = *w;
	else if (!same(&s->begun, w))
		s->several = true;
}

static bool unknown(const struct search *s, struct err *err)
{
	if (s->several)
		return fail(err, ERR_USAGE, "'%.*s' may mean several things: go on",
			    TEXT_ARG(s->word));
	fail(err, ERR_USAGE, "there is no '%.*s' here", TEXT_ARG(s->word));
	if (s->near.best)
		return fail_hint(err, "did you mean '%s'?", s->near.best);
	return fail_hint(err, "Tab shows what there is, ? what it does");
}

static const struct first *which(const struct search *s)
{
	if (s->exact.name.len)
		return &s->exact;
	if (!s->begun.name.len || s->several)
		return NULL;
	if (s->begun.action && s->begun.action->flags & ACTION_WRITES)
		return NULL;
	return &s->begun;
}

bool command_run(struct top *t, struct text line, struct err *err)
{
	struct search s = { 0 };
	const struct first *w;
	struct goal goal;

	line = text_trim(line);
	if (line.len == 0)
		return true;
	goal = goal_read(line);
	if (goal.kind != GOAL_NONE)
		return goal_open(top_view(t), &goal, err);
	text_word(&line, &s.word);
	s.near.word = s.word;
	all_firsts(top_view(t), search_one, &s);
	w = which(&s);
	if (!w)
		return unknown(&s, err);
	if (w->action)
		return top_run_action(t, w->name, text_trim(line), err);
	if (text_trim(line).len)
		return fail(err, ERR_USAGE, "nothing can follow '%.*s'",
			    TEXT_ARG(s.word));
	top_show(t, w->schema);
	return true;
}

/*
 * Completion.
 */

static void offer_one(void *ctx, const struct first *w)
{
	struct offer *o = ctx;
	struct buf help = { 0 };

	if (w->action && w->action->argument)
		buf_printf(&help, "%s: ", w->action->argument);
	buf_text_add(&help, w->help);
	o->take(o, w->name, buf_text(&help));
	buf_clear(&help);
}

size_t command_word(struct text before)
{
	size_t at = before.len;

	while (at > 0 && before.p[at - 1] != ' ' && before.p[at - 1] != ',')
		at--;
	return before.len - at;
}

void command_offer(struct view *v, struct text before, struct offer *o)
{
	struct search s = { 0 };
	size_t blank;

	while (text_starts(before, " "))
		before = text_sub(before, 1, before.len);
	blank = text_chr(before, ' ');
	if (blank == before.len) {
		all_firsts(v, offer_one, o);
		return;
	}
	s.word = text_sub(before, 0, blank);
	all_firsts(v, search_one, &s);
	if (s.exact.action && s.exact.action->complete)
		s.exact.action->complete(v, text_sub(before, blank + 1, before.len), o);
}

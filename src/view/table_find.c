/* What chooses rows of a table: words that are typed, comparisons, a search. */
#include "view/table_inside.h"

static void find_words(struct table_view *t)
{
	table_view_words(t);
	t->hold = t->hold == HOLD_LINE ? HOLD_LINE : HOLD_NONE;
	table_view_to_top(t);
	table_view_stale(t, STALE_CHOICE);
}

static void set_filter(struct table_view *t, struct text text)
{
	needle_init(&t->filter, text);
	find_words(t);
}

/*
 * Comparisons.
 */

static void clear_where(struct table_where *w)
{
	predicate_free(w->predicate);
	arena_clear(&w->arena);
	*w = (struct table_where){ 0 };
}

bool table_view_add_where(struct table_view *t, struct text text, struct err *err)
{
	struct table_where w = { 0 };

	if (t->nwhere == TABLE_WHERES)
		return fail(err, ERR_USAGE, "that is one comparison too many");
	w.text = text_dup(&w.arena, text_trim(text));
	w.predicate = predicate_parse(w.text, &t->d->schema, &w.arena, err);
	if (!w.predicate) {
		clear_where(&w);
		return false;
	}
	t->where[t->nwhere++] = w;
	find_words(t);
	return true;
}

void table_view_drop_where(struct table_view *t)
{
	clear_where(&t->where[--t->nwhere]);
	find_words(t);
}

bool table_do_where(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);

	if (argument.len)
		return table_view_add_where(t, argument, err);
	t->typing = TYPING_WHERE;
	input_set(&t->input, (struct text){ 0 });
	top_dirty(v->top);
	return true;
}

void table_complete_where(struct view *v, struct text before, struct offer *o)
{
	struct table_view *t = table_view_of(v);

	table_view_offer(&t->d->schema, o);
}

/*
 * Searching: the next row in the order that has it.
 */

struct found {
	size_t best;  /* place; TABLE_NONE: none yet */
	size_t first; /* the first of all: it goes on at the other end */
};

static void take(struct found *f, size_t place, size_t cursor, bool down)
{
	bool ahead = down ? place > cursor : place < cursor;

	if (ahead && (f->best == TABLE_NONE || (place < f->best) == down))
		f->best = place;
	if (f->first == TABLE_NONE || (place < f->first) == down)
		f->first = place;
}

/* The best and the first of those that match, without ranking them all: a row's place is
 * a matter of one pass, so only the best one's is asked for. */
static void find_ranked(struct table_view *t, struct filter *f, bool down,
			struct found *out)
{
	const struct ranking *r = &t->ranking;
	size_t here = t->cursor < r->n ? table_view_row(t, t->cursor) : 0;
	size_t best = TABLE_NONE;
	size_t first = TABLE_NONE;

	for (size_t i = 0; i < r->n; i++) {
		uint32_t row = r->at[i].row;

		if (row == here || !filter_holds(f, row))
			continue;
		if (ranking_before(r, (uint32_t)here, row) == down &&
		    (best == TABLE_NONE ||
		     ranking_before(r, row, (uint32_t)best) == down))
			best = row;
		if (first == TABLE_NONE ||
		    ranking_before(r, row, (uint32_t)first) == down)
			first = row;
	}
	out->best = best == TABLE_NONE ? TABLE_NONE : table_view_place(t, best);
	out->first = first == TABLE_NONE ? TABLE_NONE : table_view_place(t, first);
}

static void find_ordered(struct table_view *t, struct filter *f, bool down,
			 struct found *out)
{
	for (size_t i = 0; i < table_view_count(t); i++)
		if (i != t->cursor && filter_holds(f, table_view_row(t, i)))
			take(out, i, t->cursor, down);
}

bool table_view_words_known(const struct table_view *t)
{
	const struct table *rows = feed_table(t->feed);

	for (size_t i = 0; rows && i < t->nwords; i++)
		if (!rows->types[t->words[i]])
			return false;
	return rows != NULL;
}

static bool find(struct table_view *t, bool down, struct err *err)
{
	static const size_t value = GROUP_VALUE;
	bool groups = t->group != TABLE_NONE;
	struct found found = { TABLE_NONE, TABLE_NONE };
	struct filter *f;
	struct arena scratch = { 0 };

	table_view_update(t);
	if (!t->search.len)
		return fail(err, ERR_USAGE, "nothing was searched for yet");
	if (!groups && !table_view_words_known(t) && feed_busy(t->feed) && !t->sought) {
		t->sought = down ? 1 : -1;
		top_say(t->view.top, STYLE_DIM, "still reading");
		return true;
	}
	t->sought = 0;
	if (!table_view_table(t) || !table_view_count(t))
		return true;
	f = arena_new(&scratch, struct filter);
	filter_init(f, &t->search, table_view_table(t), groups ? &value : t->words,
		    groups ? 1 : t->nwords);
	/* As read, a row's number is its place. */
	if (t->tree_rows.at || t->lay->sort == TABLE_NONE)
		find_ordered(t, f, down, &found);
	else
		find_ranked(t, f, down, &found);
	filter_clear(f);
	arena_clear(&scratch);
	if (found.best != TABLE_NONE) {
		table_view_move(t, found.best);
	} else if (found.first != TABLE_NONE) {
		table_view_move(t, found.first);
		top_say(t->view.top, STYLE_DIM, "the last one: again from the %s",
			down ? "top" : "end");
	} else {
		return fail(err, ERR_ABSENT, "'%.*s' is in no other row",
			    (int)t->search.len, t->search.bytes);
	}
	return true;
}

void table_view_search_on(struct table_view *t)
{
	struct err err = { 0 };

	if (t->sought && !find(t, t->sought > 0, &err))
		top_say_err(t->view.top, &err);
}

bool table_do_next(struct view *v, struct text argument, struct err *err)
{
	return find(table_view_of(v), true, err);
}

bool table_do_previous(struct view *v, struct text argument, struct err *err)
{
	return find(table_view_of(v), false, err);
}

static void search_for(struct table_view *t, struct text text)
{
	needle_init(&t->search, text);
	table_view_words(t);
	table_view_stale(t, 0);
}

bool table_do_search(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);

	if (argument.len) {
		search_for(t, argument);
		return find(t, true, err);
	}
	t->typing = TYPING_SEARCH;
	input_set(&t->input, (struct text){ 0 });
	top_dirty(v->top);
	return true;
}

bool table_do_filter(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);

	if (argument.len) {
		set_filter(t, argument);
		return true;
	}
	t->typing = TYPING_FILTER;
	input_set(&t->input, needle_text(&t->filter));
	top_dirty(v->top);
	return true;
}

/*
 * What is typed.
 */

static void entered(struct table_view *t)
{
	enum table_typing typing = t->typing;
	struct err err = { 0 };
	bool ok = true;

	t->typing = TYPING_NONE;
	if (typing == TYPING_SEARCH && input_text(&t->input).len) {
		search_for(t, input_text(&t->input));
		ok = find(t, true, &err);
	} else if (typing == TYPING_WHERE && text_trim(input_text(&t->input)).len) {
		ok = table_view_add_where(t, input_text(&t->input), &err);
		if (!ok)
			t->typing = TYPING_WHERE; /* it can be mended */
	}
	if (!ok)
		top_say_err(t->view.top, &err);
}

bool table_view_typed(struct table_view *t, struct key k)
{
	top_dirty(t->view.top);
	if (!t->input.pasting && key_in("<esc><c-c>", k)) {
		if (t->typing == TYPING_FILTER)
			set_filter(t, (struct text){ 0 });
		t->typing = TYPING_NONE;
	} else if (!t->input.pasting && k.code == KEY_ENTER) {
		entered(t);
	} else if (input_key(&t->input, k) == INPUT_CHANGED) {
		if (t->typing == TYPING_FILTER)
			set_filter(t, input_text(&t->input));
	} else if (k.code == KEY_UP || k.code == KEY_DOWN) {
		table_view_update(t);
		table_view_move(t, k.code == KEY_DOWN ? t->cursor + 1
				   : t->cursor        ? t->cursor - 1
						      : 0);
	}
	return true;
}

/* Takes one step back. False: there is none. */
static bool step_back(struct table_view *t)
{
	if (t->search.len) {
		search_for(t, (struct text){ 0 });
	} else if (t->filter.len) {
		set_filter(t, (struct text){ 0 });
	} else if (t->inside && t->nwhere) {
		table_view_leave_group(t);
	} else if (t->group != TABLE_NONE) {
		table_view_group(t, TABLE_NONE);
	} else if (t->nwhere) {
		table_view_drop_where(t);
	} else if (t->hold != HOLD_NONE) {
		t->hold = HOLD_NONE;
		top_dirty(t->view.top);
	} else {
		return false;
	}
	return true;
}

bool table_do_back(struct view *v, struct text argument, struct err *err)
{
	if (!step_back(table_view_of(v)))
		top_pop(v->top);
	return true;
}

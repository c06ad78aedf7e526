#include "view/fold_pane.h"

/* How far lines move to the right for each level. */
#define INDENT ((size_t)2)

void fold_pane_clear(struct fold_pane *p)
{
	fold_free(p->fold);
	input_clear(&p->typed);
	*p = (struct fold_pane){ 0 };
}

static size_t count(const struct fold_pane *p)
{
	return p->fold ? fold_count(p->fold) : 0;
}

/* The cursor stays on its place, wherever that is now. */
static void follow(struct fold_pane *p)
{
	p->scroll.cursor = fold_find(p->fold, p->at);
}

static void go(struct fold_pane *p, size_t line)
{
	p->scroll.cursor = line;
	p->at = fold_id(p->fold, line);
}

void fold_pane_set(struct fold_pane *p, const struct fold_style *style,
		   const struct term *t)
{
	if (!p->fold)
		p->fold = fold_new(style);
	p->home = style->home;
	fold_set(p->fold, t);
	follow(p);
}

/* Where the words are in what was drawn from x on. */
static void mark_matches(const struct fold_pane *p, struct pane pane, size_t x, size_t y,
			 unsigned chosen, struct text t)
{
	size_t len = fold_words(p->fold).len;

	for (size_t at = fold_match(p->fold, t, 0); at < t.len;
	     at = fold_match(p->fold, t, at + len))
		pane_restyle(pane, x + canvas_width(pane.canvas, text_sub(t, 0, at)), y,
			     canvas_width(pane.canvas, text_sub(t, at, at + len)),
			     STYLE_MATCH | chosen);
}

static size_t draw_part(const struct fold_pane *p, struct pane pane, size_t x, size_t y,
			unsigned style, struct text t)
{
	size_t width = pane_text(pane, x, y, style, t);

	mark_matches(p, pane, x, y, style & STYLE_CHOSEN, t);
	return x + width;
}

static unsigned value_style(const struct fold_pane *p, const struct fold_line *l)
{
	enum goal_kind kind =
		l->term ? goal_of_term(l->term, p->home).kind : GOAL_NONE;

	if (kind == GOAL_PROCESS || kind == GOAL_PORT)
		return STYLE_LINK;
	return l->cut || l->masked || kind == GOAL_ELSEWHERE ? STYLE_DIM : STYLE_PLAIN;
}

static void draw_line(const struct fold_pane *p, size_t line, struct pane pane, size_t y)
{
	unsigned chosen = line == p->scroll.cursor ? STYLE_CHOSEN : 0;
	struct arena scratch = { 0 };
	struct fold_line l;
	size_t x;

	fold_at(p->fold, line, &scratch, &l);
	x = l.depth * INDENT < pane.width / 2 ? l.depth * INDENT : pane.width / 2;
	pane_fill(pane_part(pane, 0, y, pane.width, 1), STYLE_PLAIN | chosen);
	if (l.opens)
		pane_text(pane, x, y, STYLE_KEY | chosen,
			  l.open ? TEXT("-") : TEXT("+"));
	x += INDENT;
	x = draw_part(p, pane, x, y, (l.numbered ? STYLE_DIM : STYLE_STRONG) | chosen,
		      l.label);
	x = draw_part(p, pane, x, y, value_style(p, &l) | chosen, l.value);
	if (l.start.len)
		draw_part(p, pane, x + 2, y, STYLE_DIM | chosen, l.start);
	arena_clear(&scratch);
}

/* "/needle" while it is typed. */
static void draw_typed(struct fold_pane *p, struct pane pane)
{
	size_t x = pane_text(pane, 0, 0, STYLE_KEY, TEXT("/"));

	if (x < pane.width)
		input_draw(&p->typed, pane, x, 0, pane.width - x,
			   p->nowhere ? STYLE_WARN : STYLE_PLAIN);
}

void fold_pane_draw(struct fold_pane *p, struct pane pane)
{
	if (p->typing)
		draw_typed(p, pane_bottom(&pane, 1));
	scroll_fit(&p->scroll, count(p), pane.height);
	for (size_t y = 0; y < pane.height && p->scroll.top + y < count(p); y++)
		draw_line(p, p->scroll.top + y, pane, y);
}

void fold_pane_move(struct fold_pane *p, ptrdiff_t lines)
{
	if (!count(p))
		return;
	scroll_by(&p->scroll, lines, count(p));
	go(p, p->scroll.cursor);
}

void fold_pane_open(struct fold_pane *p, bool open)
{
	size_t line = p->scroll.cursor;

	if (!count(p))
		return;
	if (!open && !fold_is_open(p->fold, line))
		go(p, fold_parent(p->fold, line));
	else if (open && fold_is_open(p->fold, line))
		fold_pane_move(p, 1);
	else
		fold_open(p->fold, line, open);
}

void fold_pane_toggle(struct fold_pane *p)
{
	size_t line = p->scroll.cursor;

	if (count(p))
		fold_open(p->fold, line, !fold_is_open(p->fold, line));
}

void fold_pane_all(struct fold_pane *p, bool open)
{
	if (count(p))
		fold_open_all(p->fold, p->scroll.cursor, open);
}

struct goal fold_pane_goal(const struct fold_pane *p)
{
	struct arena scratch = { 0 };
	struct goal g = { 0 };
	struct fold_line l;

	if (!count(p))
		return g;
	fold_at(p->fold, p->scroll.cursor, &scratch, &l);
	if (l.term)
		g = goal_of_term(l.term, p->home);
	arena_clear(&scratch);
	return g;
}

void fold_pane_search(struct fold_pane *p)
{
	if (!count(p))
		return;
	input_set(&p->typed, (struct text){ 0 });
	p->from = p->at;
	p->typing = true;
	p->nowhere = false;
}

/* From where one was when the words were begun. */
static void search(struct fold_pane *p)
{
	size_t from = fold_find(p->fold, p->from);
	size_t line;

	fold_look_for(p->fold, input_text(&p->typed));
	line = fold_next(p->fold, from, false, true);
	p->nowhere = line == TABLE_NONE && input_text(&p->typed).len;
	go(p, line == TABLE_NONE ? from : line);
}

void fold_pane_key(struct fold_pane *p, struct key k)
{
	if (k.code == KEY_ENTER && !p->typed.pasting) {
		p->typing = false;
		return;
	}
	if (k.code == KEY_ESCAPE ||
	    (k.code == KEY_BACKSPACE && !input_text(&p->typed).len)) {
		input_set(&p->typed, (struct text){ 0 });
		p->typing = false;
	} else if (input_key(&p->typed, k) != INPUT_CHANGED) {
		return;
	}
	search(p);
}

bool fold_pane_next(struct fold_pane *p, bool back)
{
	size_t line = count(p) ? fold_next(p->fold, p->scroll.cursor, back, false)
			       : TABLE_NONE;

	if (line == TABLE_NONE)
		return false;
	go(p, line);
	return true;
}

/* The command line as a view: its keys, its candidates, the lines of before. */
#include "view/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/input.h"
#include "view/command_words.h"
#include "view/past.h"
#include "view/top.h"

/* Lines of candidates that are shown at most. */
#define SHOWN_MAX ((size_t)10)

struct candidate {
	struct text word;
	struct text help;
};

struct command {
	struct view view;
	struct input input;
	struct past *past;
	size_t line;      /* of past, that is shown; its count: what is being typed */
	struct buf typed; /* that, while another line is shown */

	struct offer offer;   /* who takes candidates */
	struct arena arena;   /* of candidates */
	struct text stem;     /* what they begin as */
	struct candidate *at; /* [n] */
	size_t n;
	size_t cap;
	size_t chosen; /* one of them; n: none */
	size_t word;   /* bytes in front of the cursor that it replaces */
};

/*
 * Candidates.
 */

static bool is_there(const struct command *c, struct text word)
{
	for (size_t i = 0; i < c->n; i++)
		if (text_eq(c->at[i].word, word))
			return true;
	return false;
}

static void take_candidate(struct offer *o, struct text word, struct text help)
{
	struct command *c = (struct command *)((char *)o -
					       offsetof(struct command, offer));

	if (word.len < c->stem.len || memcmp(word.p, c->stem.p, c->stem.len) != 0 ||
	    is_there(c, word))
		return;
	c->at = mem_grow(c->at, &c->cap, c->n + 1, sizeof(*c->at));
	c->at[c->n++] = (struct candidate){ text_dup(&c->arena, word),
					    text_dup(&c->arena, help) };
}

/* The view that the line is about. */
static struct view *subject(const struct command *c)
{
	return c->view.below;
}

static int by_word(const void *a, const void *b)
{
	return text_cmp(((const struct candidate *)a)->word,
			((const struct candidate *)b)->word);
}

static void look_for(struct command *c)
{
	struct text before = input_before(&c->input);
	struct text stem;

	arena_clear(&c->arena);
	c->n = 0;
	c->stem = (struct text){ 0 };
	c->offer.take = take_candidate;
	c->word = command_word(before);
	stem = text_sub(before, before.len - c->word, before.len);
	c->stem = text_dup(&c->arena, stem);
	command_offer(subject(c), before, &c->offer);
	if (c->n)
		qsort(c->at, c->n, sizeof(*c->at), by_word);
	c->chosen = c->n;
}

/* The next one, or the one before, takes the place of the word. */
static void choose(struct command *c, size_t step)
{
	struct text word;

	if (c->n == 0)
		return;
	c->chosen = c->chosen == c->n ? (step == 1 ? 0 : c->n - 1)
				      : (c->chosen + step) % c->n;
	word = c->at[c->chosen].word;
	input_replace(&c->input, c->word, word);
	c->word = word.len;
	if (c->n > 1 || text_chr(input_text(&c->input), ' ') < input_text(&c->input).len)
		return;
	input_replace(&c->input, 0, TEXT(" "));
	look_for(c);
}

/*
 * Keys.
 */

static void show_line(struct command *c, size_t line)
{
	if (line > past_count(c->past))
		return;
	if (c->line == past_count(c->past)) {
		buf_reset(&c->typed);
		buf_text_add(&c->typed, input_text(&c->input));
	}
	c->line = line;
	input_set(&c->input, line < past_count(c->past) ? past_at(c->past, line)
						      : buf_text(&c->typed));
	look_for(c);
}

/* The line goes before it is run: what it does may open a view, or close all. What was
 * mistyped comes back, to be mended. */
static void run_it(struct command *c)
{
	struct top *t = c->view.top;
	struct arena scratch = { 0 };
	struct text line = text_dup(&scratch, text_trim(input_text(&c->input)));
	struct err err = { 0 };

	past_add(c->past, line);
	top_pop(t);
	if (!command_run(t, line, &err)) {
		if (err.kind == ERR_USAGE)
			command_open(top_view(t), line, NULL);
		top_say_err(t, &err);
	}
	arena_clear(&scratch);
}

static bool run_action(struct view *v, struct text argument, struct err *err)
{
	run_it((struct command *)v);
	return true;
}

static bool close(struct view *v, struct text argument, struct err *err)
{
	top_pop(v->top);
	return true;
}

static bool complete(struct view *v, struct text argument, struct err *err)
{
	choose((struct command *)v, 1);
	return true;
}

static bool complete_back(struct view *v, struct text argument, struct err *err)
{
	struct command *c = (struct command *)v;

	choose(c, c->n - 1);
	return true;
}

static bool earlier(struct view *v, struct text argument, struct err *err)
{
	struct command *c = (struct command *)v;

	show_line(c, c->line ? c->line - 1 : 0);
	return true;
}

static bool later(struct view *v, struct text argument, struct err *err)
{
	struct command *c = (struct command *)v;

	show_line(c, c->line + 1);
	return true;
}

static const struct action actions[] = {
	{ "<enter>", "run", NULL, "do what the line says", ACTION_FOOT, run_action,
	  NULL },
	{ "<tab>", "complete", NULL, "the next word that it may become", ACTION_FOOT,
	  complete, NULL },
	{ "<s-tab>", "complete-back", NULL, "the one before", 0, complete_back, NULL },
	{ "<up><c-p>", "earlier", NULL, "the line before", ACTION_FOOT, earlier, NULL },
	{ "<down><c-n>", "later", NULL, "the line after", 0, later, NULL },
	{ "<esc><c-c><c-g>", "close", NULL, "do nothing", ACTION_FOOT, close, NULL },
};
#define NACTIONS (sizeof(actions) / sizeof(actions[0]))

/* Keys that are none of the input's. */
static void own_key(struct command *c, struct key k)
{
	for (size_t i = 0; i < NACTIONS; i++)
		if (key_in(actions[i].keys, k)) {
			actions[i].run(&c->view, (struct text){ 0 }, NULL);
			return;
		}
}

static bool key(struct view *v, struct key k)
{
	struct command *c = (struct command *)v;
	bool empty = input_text(&c->input).len == 0;

	/* As in a shell's: what is not there can't be rubbed out. */
	if (empty && k.code == KEY_BACKSPACE && !c->input.pasting) {
		top_pop(c->view.top);
		return true;
	}
	switch (input_key(&c->input, k)) {
	case INPUT_NOTHING:
		own_key(c, k);
		break;
	case INPUT_CHANGED:
	case INPUT_MOVED:
		look_for(c);
		break;
	}
	return true;
}

static bool typing(const struct view *v)
{
	return true;
}

/*
 * Drawing.
 */

static size_t widest(const struct command *c, const struct canvas *canvas)
{
	size_t most = 0;

	for (size_t i = 0; i < c->n; i++) {
		size_t width = canvas_width(canvas, c->at[i].word);

		most = width > most ? width : most;
	}
	return most;
}

static void draw_candidates(const struct command *c, struct pane p)
{
	size_t chosen = c->chosen < c->n ? c->chosen : 0;
	size_t first = chosen < p.height ? 0 : chosen - p.height + 1;
	size_t width = widest(c, p.canvas);

	for (size_t y = 0; y < p.height; y++) {
		const struct candidate *at = &c->at[first + y];
		unsigned on = first + y == c->chosen ? STYLE_CHOSEN : 0;

		pane_lane(p, 0, y, p.width, STYLE_PLAIN | on, (struct text){ 0 });
		pane_text(p, 1, y, STYLE_KEY | on, at->word);
		pane_text(p, width + 3, y, STYLE_ACTION | on, at->help);
	}
}

static void draw(struct view *v, struct pane p)
{
	struct command *c = (struct command *)v;
	struct pane line = pane_bottom(&p, 1);
	size_t n = c->n < SHOWN_MAX ? c->n : SHOWN_MAX;

	draw_candidates(c, pane_bottom(&p, n < p.height / 2 ? n : p.height / 2));
	pane_text(line, 0, 0, STYLE_STRONG, TEXT(":"));
	input_draw(&c->input, line, 1, 0, line.width, STYLE_PLAIN);
}

static void free_view(struct view *v)
{
	struct command *c = (struct command *)v;

	input_clear(&c->input);
	buf_clear(&c->typed);
	arena_clear(&c->arena);
	free(c->at);
	free(c);
}

const struct view_ops command_ops = {
	.name = "command line",
	.actions = actions,
	.nactions = NACTIONS,
	.over = true,
	.draw = draw,
	.key = key,
	.typing = typing,
	.free = free_view,
};

bool command_open(struct view *v, struct text begun, struct err *err)
{
	struct command *c = mem_zalloc(sizeof(*c));

	c->view = (struct view){ .ops = &command_ops, .top = v->top, .link = v->link };
	c->past = top_past(v->top);
	c->line = past_count(c->past);
	input_set(&c->input, begun);
	top_push(v->top, &c->view);
	look_for(c);
	return true;
}

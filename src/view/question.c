#include "view/question.h"

#include <stdlib.h>

#include "base/mem.h"
#include "view/top.h"

struct question_view {
	struct view view;
	struct arena arena;
	struct question_options o;
	bool answered;
	bool pasting; /* what comes now was not typed */
};

static struct question_view *of(struct view *v)
{
	return (struct question_view *)v;
}

static bool yes(struct view *v, struct text argument, struct err *err)
{
	struct question_options o = of(v)->o;

	if (of(v)->pasting)
		return true;
	of(v)->answered = true;
	top_pop(v->top);
	o.yes(o.ctx);
	return true;
}

static bool no(struct view *v, struct text argument, struct err *err)
{
	struct top *t = v->top;

	if (of(v)->pasting)
		return true;
	top_pop(t);
	top_say(t, STYLE_PLAIN, "nothing was done");
	return true;
}

static bool key(struct view *v, struct key k)
{
	if (k.code == KEY_PASTE || k.code == KEY_PASTE_END)
		of(v)->pasting = k.code == KEY_PASTE;
	return true;
}

static void draw(struct view *v, struct pane p)
{
	struct pane line = pane_bottom(&p, 1);

	pane_fill(line, STYLE_CRIT);
	pane_printf(line, 1, 0, STYLE_CRIT, "%.*s? y/n",
		    TEXT_ARG(of(v)->o.text));
}

static void free_view(struct view *v)
{
	struct question_view *q = of(v);

	if (!q->answered)
		q->o.no(q->o.ctx);
	arena_clear(&q->arena);
	free(q);
}

static const struct action actions[] = {
	{ "y", "yes", NULL, "do it", ACTION_FOOT, yes, NULL },
	{ "n<escape><enter>", "no", NULL, "leave it", ACTION_FOOT, no, NULL },
};

static const struct view_ops ops = {
	.name = "question",
	.actions = actions,
	.nactions = sizeof(actions) / sizeof(actions[0]),
	.over = true,
	.draw = draw,
	.key = key,
	.free = free_view,
};

void question_push(struct view *from, const struct question_options *o)
{
	struct question_view *q = mem_zalloc(sizeof(*q));

	q->view = (struct view){ .ops = &ops, .top = from->top, .link = from->link };
	q->o = *o;
	q->o.text = text_dup(&q->arena, o->text);
	top_push(from->top, &q->view);
}

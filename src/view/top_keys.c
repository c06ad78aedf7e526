/*
 * Keys and clicks, on their way to what they mean.
 */
#include "view/home.h"
#include "view/top_inside.h"

/* A click on a key at the foot is that key. */
static struct key clicked(struct top *t, struct key k)
{
	struct frame f = top_frame(t);
	struct key at = frame_key_at(&f, pane_whole(t->canvas), k.x, k.y);

	return at.code ? at : k;
}

/* A click on a tab opens it. */
static bool clicked_tab(struct top *t, struct key k)
{
	struct frame f = top_frame(t);

	return k.code == KEY_CLICK &&
	       top_go_to_tab(t, frame_tab_at(&f, pane_whole(t->canvas), k.x, k.y));
}

/* What is pasted goes where something is typed, as one line, and does nothing else.
 * False: nowhere. */
static bool pasted(struct top *t, struct key *k)
{
	const struct view *v = t->view;

	if (k->code == KEY_PASTE || k->code == KEY_PASTE_END)
		t->pasting = k->code == KEY_PASTE;
	else if (!t->pasting)
		return true;
	if (k->code == KEY_ENTER || k->code == KEY_TAB)
		*k = (struct key){ .code = KEY_CHAR, .cp = ' ' };
	return v->ops->typing && v->ops->typing(v);
}

static bool clicked_header(struct top *t, struct key k)
{
	struct place *p = place_of(t);

	return tabs_at_home(&p->tabs) && home_click(p->home, k);
}

/* What a terminal does by itself elsewhere: also while something is typed. */
static bool of_terminal(struct key k)
{
	return k.code == KEY_CHAR && k.mods == KEY_CTRL && (k.cp == 'z' || k.cp == 'l');
}

static void act(struct top *t, const struct action *a, struct key k)
{
	char digit = (char)k.cp;
	struct text argument = { &digit, a->flags & ACTION_DIGIT ? 1 : 0 };
	struct err err = { 0 };

	if (!top_do(t, a, argument, &err))
		top_say_err(t, &err);
}

/* A key that means nothing here; what a mouse does beside everything is no mistake. */
static void none_such(struct top *t, struct key k)
{
	struct buf b = { 0 };

	if (k.code < KEY_CHAR || k.code > KEY_F)
		return;
	key_print(&b, k);
	top_say(t, STYLE_PLAIN, "%.*s does nothing here; ? tells what does",
		TEXT_ARG(buf_text(&b)));
	buf_clear(&b);
}

void top_key(struct top *t, struct key k)
{
	struct view *v = t->view;
	const struct action *a;

	if (!pasted(t, &k))
		return;
	if (k.code == KEY_CLICK)
		k = clicked(t, k);
	t->said[0] = '\0';
	top_dirty(t);
	if (v->ops->typing && v->ops->typing(v) && !of_terminal(k)) {
		v->ops->key(v, k);
		return;
	}
	if (timeline_key(top_timeline(t), k) || clicked_tab(t, k) ||
	    clicked_header(t, k))
		return;
	a = top_action_of(t, k);
	if (a)
		act(t, a, k);
	else if (!v->ops->key || !v->ops->key(v, k))
		none_such(t, k);
}

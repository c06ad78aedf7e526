/* What is foreign in a process: its messages, its dictionary, its state, as trees. */
#include <inttypes.h>

#include "view/process_inside.h"

static struct fold_style style_of(struct detail *d, const struct foreign *f,
				  enum foreign_what what)
{
	return (struct fold_style){
		.syntax = f->syntax,
		.home = detail_home(d),
		.redact = top_options(d->view.top)->redact,
		.pairs = what == FOREIGN_DICTIONARY,
		.things = what == FOREIGN_MESSAGES || f->handlers,
	};
}

/* A list of terms that live in the arena of f. */
static const struct term *list_of(struct foreign *f)
{
	struct term *list = arena_new(&f->arena, struct term);
	struct term *items = arena_many(&f->arena, f->nparts + 1, struct term);

	for (size_t i = 0; i < f->nparts; i++)
		items[i] = f->parts[i].term;
	items[f->nparts] = (struct term){ .type = TERM_LIST };
	*list = (struct term){ .type = TERM_LIST, .n = (uint32_t)f->nparts,
			       .items = items };
	return list;
}

static const struct term *term_of(struct foreign *f, enum foreign_what what)
{
	if (what == FOREIGN_MESSAGES || f->handlers)
		return list_of(f);
	return f->nparts ? &f->parts[0].term : NULL;
}

static void take(struct detail_ask *a, enum foreign_what what, struct foreign *f,
		 const struct err *err)
{
	struct detail *d;
	struct section *s;

	if (!detail_ask_end(a, err, &d, &s)) {
		foreign_free(f);
		return;
	}
	if (!f)
		return;

	struct process_page *p = process_of(d);
	struct fold_style style = style_of(d, f, what);

	fold_pane_set(&s->fold, &style, term_of(f, what));
	foreign_free(p->foreign[what]);
	p->foreign[what] = f;
}

static void messages(void *ctx, struct foreign *f, const struct err *err)
{
	take(ctx, FOREIGN_MESSAGES, f, err);
}

static void dictionary(void *ctx, struct foreign *f, const struct err *err)
{
	take(ctx, FOREIGN_DICTIONARY, f, err);
}

static void state(void *ctx, struct foreign *f, const struct err *err)
{
	take(ctx, FOREIGN_STATE, f, err);
}

static void ask(struct detail *d, struct section *s, enum foreign_what what,
		foreign_done *done)
{
	const struct top_options *o = top_options(d->view.top);
	size_t times = process_of(d)->times[what];
	struct foreign_request rq = {
		.what = what,
		.terms = times ? FOREIGN_TERMS_DEFAULT * times : 0,
		.count = times ? FOREIGN_COUNT_DEFAULT * times : 0,
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
	};

	foreign_ask(detail_live(d), d->key.v.num, &rq, done, detail_ask_new(d, s));
}

void process_ask_messages(struct detail *d, struct section *s)
{
	ask(d, s, FOREIGN_MESSAGES, messages);
}

void process_ask_dictionary(struct detail *d, struct section *s)
{
	ask(d, s, FOREIGN_DICTIONARY, dictionary);
}

void process_ask_state(struct detail *d, struct section *s)
{
	ask(d, s, FOREIGN_STATE, state);
}

static bool more(struct detail *d, enum foreign_what what, size_t most)
{
	size_t *times = &process_of(d)->times[what];

	if (*times >= most)
		return false;
	*times = *times ? *times * 10 : 10;
	return true;
}

bool process_more_messages(struct detail *d, struct section *s)
{
	return more(d, FOREIGN_MESSAGES, FOREIGN_COUNT_MAX / FOREIGN_COUNT_DEFAULT);
}

bool process_more_dictionary(struct detail *d, struct section *s)
{
	return more(d, FOREIGN_DICTIONARY, FOREIGN_TERMS_MAX / FOREIGN_TERMS_DEFAULT);
}

bool process_more_state(struct detail *d, struct section *s)
{
	return more(d, FOREIGN_STATE, FOREIGN_TERMS_MAX / FOREIGN_TERMS_DEFAULT);
}

/*
 * Lines above the trees.
 */

static void add_cut(struct section *s, const struct foreign *f)
{
	for (size_t i = 0; i < f->nparts; i++)
		if (f->parts[i].cut) {
			lines_text(&s->lines, STYLE_DIM,
				   "... stands for what was left out; m asks for more");
			return;
		}
}

void process_make_messages(struct detail *d, struct section *s)
{
	struct foreign *f = process_of(d)->foreign[FOREIGN_MESSAGES];
	struct foreign_count *counts;
	size_t n;

	if (!f)
		return;
	lines_text(&s->lines, f->queue_len ? STYLE_WARN : STYLE_GOOD,
		   "%" PRId64 " message%s", f->queue_len, f->queue_len == 1 ? "" : "s");
	if (f->how == FOREIGN_WITHHELD)
		lines_text(&s->lines, STYLE_WARN, "none is shown: %s",
			   foreign_withheld(f));
	else if (foreign_left_out(f))
		lines_text(&s->lines, STYLE_DIM,
			   "the first %zu are shown; m asks for more", f->nparts);
	n = foreign_shapes(&s->lines.arena, f, &counts);
	for (size_t i = 0; i < n; i++)
		lines_text(&s->lines, STYLE_PLAIN, "%6" PRId64 " x %.*s",
			   counts[i].count, TEXT_ARG(counts[i].shape));
	add_cut(s, f);
}

void process_make_dictionary(struct detail *d, struct section *s)
{
	struct foreign *f = process_of(d)->foreign[FOREIGN_DICTIONARY];

	if (!f)
		return;
	if (f->how == FOREIGN_WITHHELD)
		lines_text(&s->lines, STYLE_WARN,
			   "it is not shown: the process is too large for that to be "
			   "copied safely");
	add_cut(s, f);
}

void process_make_state(struct detail *d, struct section *s)
{
	struct foreign *f = process_of(d)->foreign[FOREIGN_STATE];

	if (!f)
		return;
	if (f->handlers)
		lines_text(&s->lines, STYLE_PLAIN, "%zu handler%s: {Module, Id, State}",
			   f->nparts, f->nparts == 1 ? "" : "s");
	add_cut(s, f);
}

#include "view/write.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/pid.h"
#include "tables/port.h"
#include "view/question.h"
#include "view/table.h"
#include "view/top.h"

static const struct {
	const char *verb;    /* "kill <0.81.0>" */
	const char *things;
	const char *done;    /* "<0.81.0> was killed" */
	void (*print)(struct buf *out, int64_t id);
} words[] = {
	[CHANGE_COLLECT] = { "collect the garbage of", "processes", "collected",
			     pid_print },
	[CHANGE_KILL] = { "kill", "processes", "killed", pid_print },
	[CHANGE_CLOSE] = { "close", "ports", "closed", port_print },
};

/* Outlives the views: it is freed when it was answered. */
struct writing {
	struct top *top;
	struct link *link;
	enum change what;
	uint32_t creation;
	int64_t *ids; /* [n] */
	size_t n;
	struct buf subject; /* "<0.81.0> shop_cache", "12 processes" */
};

static void writing_free(void *ctx)
{
	struct writing *w = ctx;

	buf_clear(&w->subject);
	free(w->ids);
	free(w);
}

static void say_collected(struct writing *w, const struct change_result *r)
{
	struct buf b = { 0 };

	units_human(&b, (double)r->before_bytes, UNIT_BYTES);
	buf_str(&b, " before, ");
	units_human(&b, (double)r->after_bytes, UNIT_BYTES);
	buf_str(&b, " after");
	top_say(w->top, STYLE_GOOD, "%s: garbage collected, %s",
		buf_cstr(&w->subject), buf_cstr(&b));
	buf_clear(&b);
}

static void say(struct writing *w, const struct change_result *r)
{
	const char *subject = buf_cstr(&w->subject);

	if (r->gone && r->done)
		top_say(w->top, STYLE_WARN, "%zu were %s, %zu were gone already", r->done,
			words[w->what].done, r->gone);
	else if (r->gone)
		top_say(w->top, STYLE_WARN, "%s: gone already, nothing was done",
			subject);
	else if (w->what == CHANGE_COLLECT)
		say_collected(w, r);
	else
		top_say(w->top, STYLE_GOOD, "%s: %s", subject, words[w->what].done);
}

static void done(void *ctx, const struct change_result *r, const struct err *err)
{
	struct writing *w = ctx;

	w->link->asks--;
	if (err)
		top_say_err(w->top, err);
	else
		say(w, r);
	writing_free(w);
}

static void yes(void *ctx)
{
	struct writing *w = ctx;
	struct live *l = link_live(w->link);
	struct err err = { 0 };

	if (!l)
		fail(&err, ERR_LOST, "'%.*s' is lost: nothing was done",
		     TEXT_ARG(w->link->name));
	else if (change_ask(l, w->what, w->creation, w->ids, w->n,
			    top_options(w->top)->timeout_ns, done, w, &err)) {
		w->link->asks++;
		return;
	}
	top_say_err(w->top, &err);
	writing_free(w);
}

static void put_subject(struct writing *w, struct text name)
{
	if (w->n > 1) {
		buf_printf(&w->subject, "%zu %s", w->n, words[w->what].things);
		return;
	}
	words[w->what].print(&w->subject, w->ids[0]);
	if (name.len) {
		buf_char(&w->subject, ' ');
		buf_text_add(&w->subject, name);
	}
}

bool write_ask(struct view *from, const struct write *w, struct err *err)
{
	struct live *l = link_live(from->link);
	struct buf text = { 0 };
	struct writing *k;

	if (!top_options(from->top)->allow_write) {
		fail(err, ERR_USAGE, "otoscope only reads");
		return fail_hint(err, "--allow-write allows to %s", words[w->what].verb);
	}
	if (!l)
		return fail(err, ERR_CANNOT, "that needs a live node");
	if (w->creation != node_creation(live_node(l)))
		return fail(err, ERR_ABSENT, "the node was restarted since this was "
			    "read");
	if (w->n == 0 || w->n > CHANGE_MAX)
		return fail(err, ERR_CANNOT, "%zu %s at once: 1 to %zu can be",
			    w->n, words[w->what].things, CHANGE_MAX);
	k = mem_zalloc(sizeof(*k));
	*k = (struct writing){
		.top = from->top,
		.link = from->link,
		.what = w->what,
		.creation = w->creation,
		.ids = mem_alloc(w->n * sizeof(*w->ids)),
		.n = w->n,
	};
	memcpy(k->ids, w->ids, w->n * sizeof(*w->ids));
	put_subject(k, w->name);
	buf_printf(&text, "%s %s on '%.*s'", words[w->what].verb, buf_cstr(&k->subject),
		   TEXT_ARG(from->link->name));
	question_push(from, &(struct question_options){ buf_text(&text), yes,
							writing_free, k });
	buf_clear(&text);
	return true;
}

bool write_ask_rows(struct view *table, enum change what, struct err *err)
{
	struct write w = { .what = what };
	const struct cell *keys = table_view_marked(table, &w.n);
	int64_t *ids;
	bool asked;

	if (!keys || w.n == 0)
		return fail(err, ERR_USAGE, "there is no row here");
	ids = mem_alloc(w.n * sizeof(*ids));
	for (size_t i = 0; i < w.n; i++) {
		if (keys[i].type != CELL_ID) {
			free(ids);
			return fail(err, ERR_CANNOT, "sockets of the socket module "
				    "cannot be closed from outside");
		}
		ids[i] = keys[i].v.num;
	}
	w.ids = ids;
	w.creation = table_view_creation(table);
	asked = write_ask(table, &w, err);
	free(ids);
	return asked;
}

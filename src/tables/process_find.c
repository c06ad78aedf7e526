/* Finds the pid of what a person calls a process. */
#include "tables/process_find.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/question.h"

struct search {
	struct live *live;
	process_found *found;
	void *ctx;
	struct arena arena;
	struct text word;
};

/* A: the name in the external format. Local pids are looked up too: one that is no more
 * is no process. */
static const char find_text[] =
	"N = try erlang:binary_to_term(A, [safe]) catch error:_ -> {} end,"
	"W = fun(P) when erlang:is_pid(P), erlang:node(P) =:= erlang:node() ->"
	" case erlang:is_process_alive(P) of true -> P; false -> undefined end;"
	" (P) -> P end,"
	"exit(case N of"
	" {global, G} -> W(try global:whereis_name(G) catch _:_ -> undefined end);"
	" P when erlang:is_pid(P) -> W(P);"
	" R when erlang:is_atom(R) -> W(erlang:whereis(R));"
	" _ -> undefined end).";

static void search_end(struct search *s, int64_t pid, const struct err *err)
{
	process_found *found = s->found;
	void *ctx = s->ctx;

	found(ctx, pid, err);
	arena_clear(&s->arena);
	free(s);
}

/* The value is no pid of the target. */
static bool fail_absent(const struct search *s, const struct term *value, struct err *err)
{
	struct text target = node_name(live_node(s->live));

	if (value->type == TERM_PORT)
		return fail(err, ERR_ABSENT, "'%.*s' is a port, not a process",
			    TEXT_ARG(s->word));
	if (value->type == TERM_PID) {
		fail(err, ERR_ABSENT,
		     "process '%.*s' lives on node '%.*s', not on '%.*s'",
		     TEXT_ARG(s->word), TEXT_ARG(value->id->node), TEXT_ARG(target));
		return fail_hint(err, "attach to '%.*s'", TEXT_ARG(value->id->node));
	}
	fail(err, ERR_ABSENT, "no process '%.*s' on node '%.*s'", TEXT_ARG(s->word),
	     TEXT_ARG(target));
	return fail_hint(err, "'otoscope ps' lists pids and names");
}

static void found_on_target(void *ctx, const struct answer *a)
{
	struct search *s = ctx;
	const struct term *v = &a->value;
	bool told = a->kind == ANSWER_RETURN &&
		    (v->type == TERM_PID || v->type == TERM_PORT ||
		     term_is_atom(v, "undefined"));
	struct err err = { 0 };

	if (told && v->type == TERM_PID &&
	    text_eq(v->id->node, node_name(live_node(s->live)))) {
		search_end(s, (int64_t)v->id->num, NULL);
		return;
	}
	if (told)
		fail_absent(s, v, &err);
	else
		question_failed(a, text_printf(&s->arena, "look for process '%.*s'",
					       TEXT_ARG(s->word)).p, &err);
	search_end(s, 0, &err);
}

/* A word that is no literal may still be a name: my-server. */
static void read_word(struct search *s, struct term *out)
{
	bool elixir = s->word.len > 0 && (s->word.p[0] == ':' ||
		(s->word.p[0] >= 'A' && s->word.p[0] <= 'Z'));
	size_t at;

	if (s->word.len > 0 && (s->word.p[0] == '{' || s->word.p[0] == '\'' || elixir) &&
	    term_parse(&s->arena, s->word, elixir ? SYNTAX_ELIXIR : SYNTAX_ERLANG, out,
		       &at, NULL))
		return;
	if (s->word.len > 0 && s->word.p[0] == '{' &&
	    term_parse(&s->arena, s->word, SYNTAX_ELIXIR, out, &at, NULL))
		return;
	*out = (struct term){ .type = TERM_ATOM, .text = s->word };
}

static bool all_digits_and_dots(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.p[i] != '.' && (t.p[i] < '0' || t.p[i] > '9'))
			return false;
	return true;
}

bool process_word(struct text word, struct err *err)
{
	struct text w = text_trim(word);
	uint64_t num;

	if (!w.len || term_parse_pid(w, &num) ||
	    (w.p[0] != '<' && w.p[0] != '#' && !all_digits_and_dots(w)))
		return true;
	fail(err, ERR_USAGE, "'%.*s' is neither a pid nor a name", TEXT_ARG(w));
	return fail_hint(err, "a pid is written <0.81.0> or 0.81.0; 'otoscope ps' lists "
			 "pids and names");
}

void process_find(struct live *l, struct text word, int64_t timeout_ns,
		  process_found *found, void *ctx)
{
	struct search *s = mem_zalloc(sizeof(*s));
	struct buf inner = { 0 };
	struct buf bindings = { 0 };
	uint64_t num;

	*s = (struct search){ .live = l, .found = found, .ctx = ctx };
	s->word = text_dup(&s->arena, text_trim(word));
	etf_version(&inner);
	if (term_parse_pid(s->word, &num)) {
		question_pid(&inner, l, (int64_t)num);
	} else {
		struct term name;
		struct err err = { 0 };

		read_word(s, &name);
		if (name.type == TERM_ATOM && name.text.len > 255 * 4)
			/* No atom is longer: it will not be found */
			name.text.len = 255 * 4;
		if (!term_encode(&inner, &name, &err))
			buf_reset(&inner);
	}
	etf_list(&bindings, 1);
	question_bind(&bindings, "A");
	etf_binary(&bindings, buf_text(&inner));
	etf_nil(&bindings);
	node_eval(live_node(l), &(struct eval){
		.text = find_text,
		.bindings = buf_text(&bindings),
		.timeout_ns = timeout_ns,
	}, found_on_target, s);
	buf_clear(&bindings);
	buf_clear(&inner);
}

/* From the exit of a helper to the answer of its call. */
#include "node/inside.h"

/* {error, Reason} or {error, Reason, Stack}, as ANSWER_ERROR's {Reason, Stack}. */
static struct term error_pair(const struct term *reason, struct arena *arena)
{
	struct term *pair = arena_many(arena, 2, struct term);

	pair[0] = *term_at(reason, 2);
	pair[1] = (struct term){ .type = TERM_LIST };
	if (reason->n > 3)
		pair[1] = *term_at(reason, 3);
	return (struct term){ .type = TERM_TUPLE, .n = 2, .items = pair };
}

/* {1, return | throw | exit, Value}, {1, error, Reason} or {1, error, Reason, Stack}, as
 * erpc:execute_call/4 exits; the 1 is dist_spawn_request()'s. */
static bool read_reason(const struct term *reason, bool eval, struct arena *arena,
			struct answer *a)
{
	const struct term *how = term_at(reason, 1);

	if (reason->type != TERM_TUPLE || reason->n < 3 ||
	    term_num(term_at(reason, 0)) != 1)
		return false;
	a->value = *term_at(reason, 2);
	if (term_is_atom(how, "return")) {
		a->kind = ANSWER_RETURN;
		/* erl_eval:exprs/3 gives {value, Value, Bindings} */
		if (eval && term_is_tuple(&a->value, 3, "value"))
			a->value = *term_at(&a->value, 1);
	} else if (term_is_atom(how, "throw")) {
		a->kind = ANSWER_THROW;
	} else if (term_is_atom(how, "exit")) {
		a->kind = eval ? ANSWER_RETURN : ANSWER_EXIT;
	} else if (term_is_atom(how, "error")) {
		a->kind = ANSWER_ERROR;
		a->value = error_pair(reason, arena);
	} else {
		return false;
	}
	return true;
}

/* The frame is gone with the next read; an answer may be kept. */
static struct frame frame_keep(const struct frame *f, struct arena *arena)
{
	struct text *atoms = arena_many(arena, f->atoms.n, struct text);
	struct frame copy = *f;

	for (size_t i = 0; i < f->atoms.n; i++)
		atoms[i] = text_dup(arena, f->atoms.at[i]);
	copy.bytes = text_dup(arena, f->bytes);
	copy.atoms.at = atoms;
	return copy;
}

static bool exit_reason(struct arena *arena, const struct frame *f,
			const struct dist_control *c, struct term *out, struct err *err)
{
	struct frame kept = frame_keep(f, arena);
	struct dist_control again;

	if (c->payload)
		return dist_payload(arena, &kept, c, NULL, out, err);
	if (!dist_control(arena, &kept, &again, err))
		return false;
	*out = *again.result;
	return true;
}

void answer_undecodable(const char *part, struct err *err)
{
	/* Not ERR_FORMAT: no file is damaged, the target is not what it should be. */
	err->kind = ERR_CANNOT;
	fail_prefix(err, "%s cannot be read", part);
}

void answer_read(const struct asked *what, const struct frame *f,
		 const struct dist_control *c, struct arena *arena, struct answer *a,
		 struct err *err)
{
	struct term reason;

	*a = (struct answer){ .kind = ANSWER_FAILED, .arena = arena, .err = err };
	if (f->cut)
		fail(err, ERR_CANNOT, "the answer is too large");
	else if (!exit_reason(arena, f, c, &reason, err))
		answer_undecodable("the answer", err);
	else if (term_is_atom(&reason, "killed"))
		a->kind = ANSWER_KILLED;
	else if (!read_reason(&reason, what->eval, arena, a))
		fail(err, ERR_CANNOT,
		     "the process that was to answer ended without doing so");
}

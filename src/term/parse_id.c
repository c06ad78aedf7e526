/* Pids, ports and references as a node prints its own. */
#include <string.h>

#include "term/parse.h"

/* "0.a.b>": n numbers behind the 0, or as many as there are, up to max. */
static bool read_numbers(struct lex *l, uint64_t limit, size_t least, size_t most,
			 uint64_t *v, size_t *n)
{
	uint64_t channel;
	size_t from = l->at;

	if (!lex_small(l, UINT32_MAX, &channel))
		return false;
	if (channel != 0) {
		l->at = from;
		return lex_fail(l, "another node's number means nothing here");
	}
	for (*n = 0; *n < most && lex_peek(l) == '.'; ++*n) {
		l->at++;
		if (!lex_small(l, limit, &v[*n]))
			return false;
	}
	if (*n < least)
		return lex_fail(l, "'.' was expected");
	if (lex_peek(l) != '>')
		return lex_fail(l, "'>' was expected");
	l->at++;
	return true;
}

static const struct {
	const char *prefix;
	uint8_t type;
} forms[] = {
	{ "<", TERM_PID },     { "#PID<", TERM_PID },       { "#Port<", TERM_PORT },
	{ "#Ref<", TERM_REF }, { "#Reference<", TERM_REF },
};

bool parse_id(struct lex *l, struct term *out)
{
	size_t i = 0;
	uint64_t v[5] = { 0 };
	size_t n = 0;

	while (i < sizeof(forms) / sizeof(forms[0]) && !lex_is(l, forms[i].prefix))
		i++;
	if (i == sizeof(forms) / sizeof(forms[0]))
		return lex_fail(l, lex_is(l, "#Fun") ? "a fun can't be written"
						     : "a term was expected");
	l->at += strlen(forms[i].prefix);

	struct term_id *id = arena_new(l->arena, struct term_id);

	out->type = (enum term_type)forms[i].type;
	out->id = id;
	switch (out->type) {
	case TERM_PID:
		if (!read_numbers(l, UINT32_MAX, 2, 2, v, &n))
			return false;
		id->num = v[1] << 32 | v[0];
		return true;
	case TERM_PORT:
		if (!read_numbers(l, UINT64_MAX, 1, 1, v, &n))
			return false;
		id->num = v[0];
		return true;
	default:
		if (!read_numbers(l, UINT32_MAX, 1, 5, v, &n))
			return false;
		id->nwords = (uint32_t)n;
		for (size_t k = 0; k < n; k++)
			id->words[k] = (uint32_t)v[n - 1 - k];
		return true;
	}
}

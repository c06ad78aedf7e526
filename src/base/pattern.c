#include "base/pattern.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"

struct pattern {
	regex_t regex;
};

/* The most parts that repetitions may make of a part: the library copies what is
 * repeated, as often as {2,9} says and once for a '+', and the copies with what
 * is around them. What it does with each '+' in another one costs more than
 * that: it counts as four. */
#define REPEATS 1000
/* The most brackets that may be open: the library recurses for each. */
#define BRACKETS 100

/* The larger number of {2,9}, at least 1; *at goes to the closing brace. */
static double largest_bound(struct text pattern, size_t *at)
{
	double number = 0;
	double largest = 1;

	for (size_t i = *at + 1; i < pattern.len; i++) {
		char c = pattern.p[i];

		number = isdigit((unsigned char)c) ? number * 10 + (c - '0') : 0;
		if (number > largest)
			largest = number;
		*at = i;
		if (c == '}')
			break;
	}
	return largest;
}

/* The last character of a set like []a-z[:digit:]]. */
static size_t set_end(struct text pattern, size_t at)
{
	size_t i = at + 1;

	i += i < pattern.len && pattern.p[i] == '^';
	i += i < pattern.len && pattern.p[i] == ']';
	for (; i < pattern.len && pattern.p[i] != ']'; i++) {
		if (pattern.p[i] == '[' && i + 1 < pattern.len && pattern.p[i + 1] == ':')
			for (i += 2; i + 1 < pattern.len && pattern.p[i] != ':'; i++)
				;
		if (pattern.p[i] == ':' && i + 1 < pattern.len && pattern.p[i + 1] == ']')
			i++;
	}
	return i;
}

/* Would the library's copies of a pattern, or its recursion, know no bounds? */
static bool is_too_large(struct text pattern)
{
	/* parts of each bracket that is open, up to its last one */
	double before[BRACKETS + 1] = { 0 };
	double last = 0; /* parts of the last one, which may be repeated */
	size_t depth = 0;

	for (size_t i = 0; i < pattern.len && last <= REPEATS; i++) {
		char c = pattern.p[i];

		if (c == '+') {
			last *= 4;
		} else if (c == '{') {
			last *= largest_bound(pattern, &i);
		} else if (c == ')' && depth > 0) {
			last += before[depth--] + 1;
		} else if (c == '(') {
			before[depth++] += last;
			if (depth > BRACKETS)
				return true;
			before[depth] = last = 0;
		} else if (c != '*' && c != '?') {
			before[depth] += last;
			last = 1;
			if (c == '[')
				i = set_end(pattern, i);
			i += c == '\\';
		}
	}
	return last > REPEATS;
}

/* \1 to \9, which are none of POSIX's extended expressions: the library tries all ways
 * there are to match them, and they are without number. */
static bool refers_back(struct text pattern)
{
	for (size_t i = 0; i + 1 < pattern.len; i++)
		if (pattern.p[i] == '\\' && isdigit((unsigned char)pattern.p[++i]))
			return true;
	return false;
}

struct pattern *pattern_new(struct text t, struct err *err)
{
	struct pattern *p;
	struct arena scratch = { 0 };
	char why[128];
	int code;

	if (is_too_large(t)) {
		fail(err, ERR_USAGE, "'%.*s' repeats more than %d times, or has "
		     "more than %d brackets in each other", TEXT_ARG(t), REPEATS,
		     BRACKETS);
		return NULL;
	}
	if (refers_back(t)) {
		fail(err, ERR_USAGE, "'%.*s' refers back to what it matched, "
		     "which is not supported", TEXT_ARG(t));
		return NULL;
	}
	p = mem_zalloc(sizeof(*p));
	code = regcomp(&p->regex, text_cstr(&scratch, t), REG_EXTENDED | REG_NOSUB);
	arena_clear(&scratch);
	if (code == 0)
		return p;
	regerror(code, &p->regex, why, sizeof(why));
	free(p);
	why[0] = (char)tolower((unsigned char)why[0]);
	fail(err, ERR_USAGE, "'%.*s' is not a regular expression: %s", TEXT_ARG(t), why);
	return NULL;
}

void pattern_free(struct pattern *p)
{
	if (!p)
		return;
	regfree(&p->regex);
	free(p);
}

bool pattern_matches(const struct pattern *p, struct text t)
{
	struct buf copy = { 0 };
	bool found;

	buf_text_add(&copy, t);
	found = regexec(&p->regex, buf_cstr(&copy), 0, NULL, 0) == 0;
	buf_clear(&copy);
	return found;
}

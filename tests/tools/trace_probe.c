/*
 * What a trace sends and what becomes of it, for the live tests: between match
 * specifications of a real node and src/trace.
 *
 *   trace_probe make WORD... CLAUSE   prints {Head, Message} of message_make() as Erlang,
 *                                     and how many nodes there are
 *   trace_probe show WORD...          reads lines of what {message, ...} gave, prints what
 *                                     is read out of it
 *   trace_probe check WORD...         reads lines of {Arguments, what {message, ...} gave}:
 *                                     says whether what is shown is a right prefix
 *
 * Lines are in hexadecimal, of the external format with its version byte. A word is
 * depth=N arity=N (-1: any) sent part caller caller_line stack dump extra=TERM keys=LIST.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "trace/event.h"
#include "trace/message.h"

struct probe {
	struct arena arena;
	struct trace_message message;
	int arity;
	struct term extra;
};

static void stop(const char *what)
{
	fprintf(stderr, "trace_probe: %s\n", what);
	exit(2);
}

static struct term parsed(struct probe *p, const char *text)
{
	struct term t;
	struct err err;
	size_t at;

	if (!term_parse(&p->arena, text_of(text), SYNTAX_ERLANG, &t, &at, &err))
		stop(err.what);
	return t;
}

static const struct {
	const char *word;
	size_t at;
} flags[] = {
	{ "sent", offsetof(struct trace_message, sent) },
	{ "part", offsetof(struct trace_message, binary_part) },
	{ "caller", offsetof(struct trace_message, caller) },
	{ "caller_line", offsetof(struct trace_message, caller_line) },
	{ "stack", offsetof(struct trace_message, stack) },
	{ "dump", offsetof(struct trace_message, dump) },
};

static void word(struct probe *p, const char *w)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (strcmp(w, flags[i].word) == 0) {
			*(bool *)((char *)&p->message + flags[i].at) = true;
			return;
		}
	}
	if (strncmp(w, "depth=", 6) == 0) {
		p->message.depth = (unsigned)atoi(w + 6);
	} else if (strncmp(w, "arity=", 6) == 0) {
		p->arity = atoi(w + 6);
	} else if (strncmp(w, "extra=", 6) == 0) {
		p->message.extra = true;
		p->extra = parsed(p, w + 6);
	} else if (strncmp(w, "keys=", 5) == 0) {
		struct term keys = parsed(p, w + 5);

		p->message.keys = keys.items;
		p->message.nkeys = keys.n;
	} else if (strcmp(w, "whole") == 0) {
		p->message.args = ARGS_WHOLE;
	} else {
		stop(w);
	}
}

static void print(const char *before, const struct term *t, const char *after)
{
	struct buf out = { 0 };

	term_print(&out, t, &(struct term_style){ .syntax = SYNTAX_ERLANG });
	printf("%s%s%s", before, buf_cstr(&out), after);
	buf_clear(&out);
}

static void make(struct probe *p, const char *text)
{
	struct term clause = parsed(p, text);
	struct buf etf = { 0 };
	struct term head, message;

	if (!message_make(&p->arena, &p->message, &clause, p->arity,
			  p->message.extra ? &p->extra : NULL, &head, &message)) {
		puts("{nothing}");
		return;
	}
	term_encode(&etf, &message, NULL);
	print("{", &head, ",");
	print("", &message, "");
	printf(",%zu,%zu}\n", message_nodes(&p->message, p->arity), buf_len(&etf));
	buf_clear(&etf);
}

static int digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	if (!at)
		stop("no hexadecimal number");
	return (int)(at - digits);
}

static struct term next(struct probe *p, const char *line)
{
	size_t n = strcspn(line, "\n") / 2;
	char *bytes = arena_alloc(&p->arena, n);
	struct term t;
	struct err err;

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(digit(line[2 * i]) << 4 | digit(line[2 * i + 1]));
	if (!term_decode(&p->arena, (struct text){ bytes, n }, true, NULL, NULL, NULL, &t,
			 &err))
		stop(err.what);
	return t;
}

static void print_function(const char *name, const struct event_function *f)
{
	if (f->module.len == 0)
		return;
	printf(" %s %.*s:%.*s/%d", name, TEXT_ARG(f->module), TEXT_ARG(f->function),
	       f->arity);
	if (f->file.len > 0)
		printf(" %.*s:%lld", TEXT_ARG(f->file), (long long)f->line);
}

static void show(struct probe *p, const struct term *sent)
{
	struct event e = { 0 };

	if (!message_read(&p->arena, &p->message, sent, &e)) {
		puts("no");
		return;
	}
	if (e.args == ARGS_CUT)
		print("", p->message.sent ? &e.value : &e.arguments, "");
	print_function("caller", &e.caller);
	for (size_t i = 0; i < e.nstack; i++)
		print_function("stack", &e.stack[i]);
	if (e.has_extra)
		print(" extra ", &e.extra, "");
	puts("");
}

/*
 * Is what is shown the beginning of what was there, with the right counts?
 */
static bool right(const struct term *shown, const struct term *whole);

static bool right_items(const struct term *shown, const struct term *whole, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!right(&shown->items[i], &whole->items[i]))
			return false;
	}
	return true;
}

static bool right_cut(const struct term *cut, size_t shown, size_t n)
{
	return cut->cut->count == (int64_t)(n - shown) && n > shown;
}

static bool right_tuple(const struct term *shown, const struct term *whole)
{
	size_t n = shown->n;

	if (n > 0 && shown->items[n - 1].type == TERM_CUT &&
	    shown->items[n - 1].cut->what.len == 0 &&
	    (n > whole->n || shown->items[n - 1].cut->count >= 0)) {
		n--;
		return right_cut(&shown->items[n], n, whole->n) &&
		       right_items(shown, whole, n);
	}
	return n == whole->n && right_items(shown, whole, n);
}

static bool right_list(const struct term *shown, const struct term *whole)
{
	const struct term *tail = shown->n ? &shown->items[shown->n] : NULL;
	size_t n = shown->n;

	if (n == 0 || whole->n == 0)
		return n == whole->n;
	if (n == 1 && shown->items[0].type == TERM_CUT && shown->items[0].cut->what.len == 0) {
		tail = &shown->items[0];
		n = 0;
	}
	if (n > whole->n || !right_items(shown, whole, n))
		return false;
	if (tail->type != TERM_CUT)
		return n == whole->n && term_is_list(whole) && term_is_nil(tail);
	return term_is_list(whole) ? right_cut(tail, n, whole->n) : tail->cut->count == -1;
}

static const struct term *value_of(const struct term *map, const struct term *key)
{
	for (size_t i = 0; i < map->n; i++) {
		if (term_eq(&map->items[2 * i], key))
			return &map->items[2 * i + 1];
	}
	return NULL;
}

static bool right_map(const struct term *shown, const struct term *whole)
{
	for (size_t i = 0; i < shown->n; i++) {
		const struct term *key = &shown->items[2 * i];
		const struct term *there;

		if (key->type == TERM_CUT)
			return i + 1 == shown->n && right_cut(key, i, whole->n);
		there = value_of(whole, key);
		if (!there || !right(key + 1, there))
			return false;
	}
	return shown->n == whole->n;
}

static bool right(const struct term *shown, const struct term *whole)
{
	if (shown->type == TERM_CUT)
		return whole->type == TERM_FUN || whole->type == TERM_EXPORT;
	if (shown->type == TERM_BINARY && whole->type == TERM_BITS && shown->n > 0)
		return shown->text.len + shown->n == whole->text.len;
	if (shown->type != whole->type)
		return false;
	switch (shown->type) {
	case TERM_TUPLE:
		return right_tuple(shown, whole);
	case TERM_LIST:
		return right_list(shown, whole);
	case TERM_MAP:
		return right_map(shown, whole);
	case TERM_BINARY:
		return shown->text.len + shown->n == whole->text.len &&
		       text_eq(shown->text, text_sub(whole->text, 0, shown->text.len));
	default:
		return term_eq(shown, whole);
	}
}

static void check(struct probe *p, const struct term *pair)
{
	const struct term *sent = term_at(pair, 1);
	struct event e = { 0 };

	if (!message_read(&p->arena, &p->message, sent, &e)) {
		print("nothing was read: ", pair, "\n");
		return;
	}

	const struct term *shown = p->message.sent ? &e.value : &e.arguments;

	if (right(shown, term_at(pair, 0)))
		return;
	print("wrong: ", shown, "");
	print(" of ", term_at(pair, 0), "");
	print(" from ", sent, "\n");
}

int main(int argc, char **argv)
{
	struct probe p = { .message = { .args = ARGS_CUT, .depth = 2 }, .arity = 1 };
	bool making = argc > 2 && strcmp(argv[1], "make") == 0;
	bool checking = argc > 1 && strcmp(argv[1], "check") == 0;
	char *line = NULL;
	size_t cap = 0;
	size_t lines = 0;

	if (argc < 2)
		stop("make, show or check");
	for (int i = 2; i < argc - making; i++)
		word(&p, argv[i]);
	if (making)
		make(&p, argv[argc - 1]);
	while (!making && getline(&line, &cap, stdin) > 0) {
		struct arena_mark mark = arena_mark(&p.arena);
		struct term t = next(&p, line);

		if (checking)
			check(&p, &t);
		else
			show(&p, &t);
		arena_rewind(&p.arena, mark);
		lines++;
	}
	if (checking)
		printf("%zu checked\n", lines);
	free(line);
	arena_clear(&p.arena);
	return 0;
}

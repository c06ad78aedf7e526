/* Erlang's operators and reserved words. */
#include <string.h>

#include "base/utf8.h"
#include "match/erlang.h"

/* Source: Erlang Reference Manual, "Operator Precedence". Longer ones first. */
static const struct erlang_op infix[] = {
	{ "=:=", 200, 0 },
	{ "=/=", 200, 0 },
	{ "==", 200, 0 },
	{ "/=", 200, 0 },
	{ "=<", 200, 0 },
	{ ">=", 200, 0 },
	{ "++", 300, 1 },
	{ "--", 300, 1 },
	{ "<", 200, 0 },
	{ ">", 200, 0 },
	{ "=", 100, 1 },
	{ "!", 100, 1 },
	{ "+", 400, -1 },
	{ "-", 400, -1 },
	{ "*", 500, -1 },
	{ "/", 500, -1 },
	{ "andalso", 160, 1 },
	{ "orelse", 150, 1 },
	{ "and", 500, -1 },
	{ "or", 400, -1 },
	{ "xor", 400, -1 },
	{ "div", 500, -1 },
	{ "rem", 500, -1 },
	{ "band", 500, -1 },
	{ "bor", 400, -1 },
	{ "bxor", 400, -1 },
	{ "bsl", 400, -1 },
	{ "bsr", 400, -1 },
};

static const struct erlang_op prefix[] = {
	{ "+", 600, 1 },
	{ "-", 600, 1 },
	{ "not", 600, 1 },
	{ "bnot", 600, 1 },
};

/* What looks like one of them and is none. */
static const char *const no_ops[] = { "=>", "->", "<-", "<=", "=>",
				      ">>", "<<", "!=", "===", "!==" };

struct text erlang_word(const struct lex *l)
{
	size_t at = l->at;
	uint32_t c;

	while (at < l->t.len) {
		size_t len = utf8_next(l->t, at, &c);
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			      (c >= '0' && c <= '9') || c == '_' || c == '@' ||
			      (c >= 0xc0 && c <= 0xff && c != 0xd7 && c != 0xf7);

		if (!letter)
			break;
		at += len;
	}
	return text_sub(l->t, l->at, at);
}

bool erlang_take_word(struct lex *l, const char *word)
{
	lex_blanks(l);
	if (!text_is(erlang_word(l), word))
		return false;
	l->at += strlen(word);
	return true;
}

static bool stands_here(const struct lex *l, struct text word, const char *name)
{
	if (name[0] >= 'a' && name[0] <= 'z')
		return text_is(word, name);
	return lex_is(l, name);
}

static const struct erlang_op *find(const struct lex *l, const struct erlang_op *ops,
				    size_t n)
{
	struct text word = erlang_word(l);

	for (size_t i = 0; i < sizeof(no_ops) / sizeof(no_ops[0]); i++) {
		if (lex_is(l, no_ops[i]))
			return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		if (stands_here(l, word, ops[i].name))
			return &ops[i];
	}
	return NULL;
}

const struct erlang_op *erlang_infix(const struct lex *l)
{
	return find(l, infix, sizeof(infix) / sizeof(infix[0]));
}

const struct erlang_op *erlang_prefix(const struct lex *l)
{
	return find(l, prefix, sizeof(prefix) / sizeof(prefix[0]));
}

struct foreign {
	const char *text;
	const char *what;
	const char *hint;
};

static const struct foreign words[] = {
	{ "case", "'case' has no place in a match specification",
	  "write a clause for each case: fun([X]) when X > 1 -> ...; ([X]) -> ... end" },
	{ "if", "'if' has no place in a match specification",
	  "write a clause for each case: fun([X]) when X > 1 -> ...; ([X]) -> ... end" },
	{ "fun", "a fun has no place in a match specification", NULL },
	{ "begin", "'begin' has no place in a match specification",
	  "separate actions by commas" },
	{ "receive", "'receive' has no place in a match specification", NULL },
	{ "try", "'try' has no place in a match specification",
	  "a guard that fails does not match: 'try' is not needed" },
	{ "catch", "'catch' has no place in a match specification",
	  "a guard that fails does not match: 'catch' is not needed" },
	{ "maybe", "'maybe' is a reserved word", "the atom is written 'maybe'" },
	{ "else", "'else' is a reserved word", "the atom is written 'else'" },
	{ "after", "'after' is a reserved word", "the atom is written 'after'" },
	{ "cond", "'cond' is a reserved word", "the atom is written 'cond'" },
	{ "let", "'let' is a reserved word", "the atom is written 'let'" },
	{ "of", "'of' is a reserved word", "the atom is written 'of'" },
	{ "end", "a term was expected in front of 'end'", NULL },
	{ "when", "a term was expected in front of 'when'", NULL },
};

static const struct foreign signs[] = {
	{ "!==", "'!==' is no operator of Erlang", "write =/=" },
	{ "===", "'===' is no operator of Erlang", "write =:=" },
	{ "!=", "'!=' is no operator of Erlang", "write /= or =/=" },
	{ "<=", "'<=' is no operator of Erlang", "write =<" },
	{ "&&", "'&&' is no operator of Erlang", "write andalso" },
	{ "||", "a list comprehension, or '||', has no place in a match specification",
	  "to say 'or', write orelse" },
	{ "**", "'**' is no operator of Erlang", NULL },
	{ "!", "'!' sends in Erlang, and sending has no place here", NULL },
	{ "?", "macros are not known here", "write what it stands for" },
};

static bool fail_foreign(struct match_parse *p, const struct foreign *f)
{
	match_fail_at(p, p->lex.at, "%s", f->what);
	return f->hint ? fail_hint(p->lex.err, "%s", f->hint) : false;
}

bool erlang_value_here(struct match_parse *p)
{
	struct text word = erlang_word(&p->lex);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (text_is(word, words[i].text))
			return fail_foreign(p, &words[i]);
	}
	return erlang_no_sign(p);
}

bool erlang_no_sign(struct match_parse *p)
{
	lex_blanks(&p->lex);
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (lex_is(&p->lex, signs[i].text))
			return fail_foreign(p, &signs[i]);
	}
	return true;
}

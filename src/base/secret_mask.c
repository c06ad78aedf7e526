/* Secrets in the values of settings. */
#include <ctype.h>
#include <string.h>

#include "base/secret.h"

#define MASK "[redacted]"

/* Words of which a name is made, when it is that of a secret. */
static const char *const words[] = {
	"key", "keys", "auth", "salt", "jwt", "pat", "pin", "psk", "cred", "creds",
	"bearer", "private", "hmac", "signature", "pass", "pwd", "pw", "userpass",
};

/* What these hold is where we are. */
static const char *const harmless[] = { "PWD", "OLDPWD" };

/* What the tokens of well-known services begin with; from their own documentation. */
static const char *const tokens[] = {
	"AKIA",   "ASIA",  "AIza",        "ghp_", "gho_", "ghu_",   "ghs_",    "ghr_",
	"glpat-", "xox",   "github_pat_", "npm_", "hvs.", "shpat_", "dop_v1_", "SG.",
	"eyJ",    "sk-",   "sk_",         "rk_",  "FlyV1", "pypi-", "whsec_",
	"pk_live_",
};

static bool is_word_char(unsigned char c)
{
	return isalnum(c) || c >= 0x80;
}

static bool is_name_char(unsigned char c)
{
	return is_word_char(c) || c == '_' || c == '-' || c == '.';
}

static bool is_listed(struct text word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_same(word, text_of(words[i])))
			return true;
	return false;
}

/* A word ends where letters and digits do, and at a capital behind a small letter. */
static size_t word_end(struct text name, size_t from)
{
	size_t at = from;

	while (at < name.len && is_word_char((unsigned char)name.p[at]) &&
	       !(at > from && isupper((unsigned char)name.p[at]) &&
		 islower((unsigned char)name.p[at - 1])))
		at++;
	return at > from ? at : from + 1;
}

static bool ends(struct text name, const char *with)
{
	size_t n = strlen(with);

	return name.len >= n &&
	       text_same(text_sub(name, name.len - n, name.len), text_of(with));
}

bool secret_setting(struct text name)
{
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (text_is(name, harmless[i]))
			return false;
	if (secret_name(name) || ends(name, "pass") || ends(name, "pwd"))
		return true;
	for (size_t at = 0; at < name.len;) {
		size_t end = word_end(name, at);

		if (is_listed(text_sub(name, at, end)))
			return true;
		at = end;
	}
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_blanks(struct text t, size_t at)
{
	while (at < t.len && is_blank(t.p[at]))
		at++;
	return at;
}

/* The end of what stands in quotes; a quote behind a backslash is part of it. */
static size_t quoted_end(struct text t, size_t at)
{
	char quote = t.p[at++];

	while (at < t.len && t.p[at] != quote)
		at += t.p[at] == '\\' && at + 1 < t.len ? 2 : 1;
	return at < t.len ? at + 1 : t.len;
}

static size_t run_end(struct text t, size_t at, const char *stops)
{
	while (at < t.len && !is_blank(t.p[at]) && !strchr(stops, t.p[at]))
		at++;
	return at;
}

static bool is_scheme(struct text word)
{
	static const char *const schemes[] = { "basic", "bearer", "token", "digest" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (text_same(word, text_of(schemes[i])))
			return true;
	return false;
}

/* A run of bytes in a text. */
struct span {
	size_t from;
	size_t to;
};

/* The value that begins at a place: in quotes, or up to a blank or one of the stops; with
 * the word behind it when it is a way to authorize. */
static struct span value_at(struct text t, size_t at, const char *stops)
{
	struct span s = { .from = skip_blanks(t, at) };
	size_t in = s.from;

	while (in < t.len && strchr("<[{(", t.p[in]))
		in++;
	if (in < t.len && (t.p[in] == '"' || t.p[in] == '\'')) {
		s.to = quoted_end(t, in);
		return s;
	}
	s.to = run_end(t, in, stops);
	if (is_scheme(text_sub(t, in, s.to)))
		s.to = run_end(t, skip_blanks(t, s.to), stops);
	return s;
}

/*
 * The secret that follows a name at from..to; empty when none does.
 *
 * Between a name and its value there is '=', ':' or "=>", maybe a quote that ends the
 * name; a ',' in a tuple or a list of arguments; or only blanks.
 */
static struct span secret_after(struct text t, size_t from, size_t to)
{
	bool quoted = to < t.len && (t.p[to] == '"' || t.p[to] == '\'');
	size_t at = skip_blanks(t, to + quoted);

	if (at == t.len || !secret_setting(text_sub(t, from, to)))
		return (struct span){ to, to };
	if (t.p[at] == '=' || t.p[at] == ':') {
		while (at < t.len && strchr("=:>", t.p[at]))
			at++;
		return value_at(t, at, "&;,}])");
	}
	if (t.p[at] == ',' && from > 0)
		return value_at(t, at + 1, "}])");
	if (at > to && !quoted)
		return value_at(t, at, "");
	return (struct span){ to, to };
}

/* The '@' behind a "://": in what follows up to a blank or a quote the last one, since a
 * password may hold anything. 0: there is none. */
static size_t user_end(struct text t, size_t at)
{
	size_t last = 0;

	for (; at < t.len && !is_blank(t.p[at]) && !strchr("\"'<>", t.p[at]); at++)
		if (t.p[at] == '@')
			last = at;
	return last;
}

static bool is_token(struct text word)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		if (text_starts(word, tokens[i]) && word.len >= strlen(tokens[i]) + 8)
			return true;
	return false;
}

static bool is_url(struct text t, size_t at)
{
	return text_starts(text_sub(t, at, t.len), "://");
}

/* Writes a name, or any other word, with the secret that it is or is followed by; returns
 * where that ends. */
static size_t mask_word(struct buf *out, struct text t, size_t at)
{
	struct span secret;
	size_t to = at;

	while (to < t.len && is_name_char((unsigned char)t.p[to]))
		to++;
	if (is_token(text_sub(t, at, to))) {
		buf_str(out, MASK);
		return run_end(t, to, "\"'&;,}])");
	}
	secret = is_url(t, to) ? (struct span){ to, to } : secret_after(t, at, to);
	buf_text_add(out, text_sub(t, at, secret.from));
	if (secret.to > secret.from)
		buf_str(out, MASK);
	return secret.to > secret.from ? secret.to : secret.from;
}

/* Writes "://" with what belongs to a user masked; returns where that ends. */
static size_t mask_user(struct buf *out, struct text t, size_t at, bool cut)
{
	size_t end = user_end(t, at + 3);
	bool open = cut && run_end(t, at + 3, "\"'<>") == t.len;

	buf_str(out, "://");
	if (!end && !open)
		return at + 3;
	buf_str(out, MASK);
	return end ? end : t.len;
}

void secret_mask(struct buf *out, struct text name, struct text value, bool cut)
{
	struct text key = TEXT("PRIVATE KEY");
	size_t at = 0;

	if (value.len && (secret_setting(name) || text_find(value, key) < value.len)) {
		buf_str(out, MASK);
		return;
	}
	while (at < value.len) {
		if (is_url(value, at))
			at = mask_user(out, value, at, cut);
		else if (is_name_char((unsigned char)value.p[at]))
			at = mask_word(out, value, at);
		else
			buf_char(out, value.p[at++]);
	}
}

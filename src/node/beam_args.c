/* A walk over the words of a command line, as erlexec and init read them. */
#include "node/beam_args.h"

#include <stddef.h>

#include "node/listener.h"
#include "node/nodename.h"

/* The next word of a command line. */
static bool next_word(struct text *rest, struct text *word)
{
	return text_cut(rest, '\0', word);
}

static struct text base_name(struct text path)
{
	for (size_t i = path.len; i > 0; i--) {
		if (path.p[i - 1] == '/')
			return text_sub(path, i, path.len);
	}
	return path;
}

/* "beam", "beam.smp", "beam.debug.smp", and "beam.smp (deleted)" after an upgrade. */
static bool named_beam(struct text path)
{
	struct text base = base_name(path);

	return text_is(base, "beam") || text_starts(base, "beam.");
}

/* Programs that become what they run: a dynamic loader, an emulator of another
 * processor. */
static bool loads_beam(struct text exe)
{
	static const char *const loaders[] = { "ld-", "ld.so", "qemu-", "rosetta",
					       "box64" };
	struct text base = base_name(exe);

	for (size_t i = 0; i < sizeof(loaders) / sizeof(loaders[0]); i++) {
		if (text_starts(base, loaders[i]))
			return true;
	}
	return false;
}

bool beam_args_is(struct text cmdline, struct text exe)
{
	struct text rest = cmdline, word, first, before = { 0 };
	bool wrapped = false;

	if (!next_word(&rest, &first))
		return false;
	if (!exe.len)
		exe = first;
	while (next_word(&rest, &word)) {
		if (text_is(before, "--") && text_is(word, "-root"))
			return named_beam(exe) || !wrapped || loads_beam(exe);
		wrapped |= named_beam(word);
		before = word;
	}
	return false;
}

/* How far a walk over the words of init has come. */
struct reader {
	struct text rest;
	struct text values[16]; /* of the flag at hand; more are counted only */
	size_t nvalues;
};

static bool is_flag(struct text word)
{
	return text_starts(word, "-");
}

/* Reads the values up to the next flag; a "--" ends them and is dropped. */
static void read_values(struct reader *r)
{
	struct text before = r->rest, word;

	r->nvalues = 0;
	while (next_word(&r->rest, &word)) {
		if (is_flag(word)) {
			if (!text_is(word, "--"))
				r->rest = before;
			return;
		}
		if (r->nvalues < sizeof(r->values) / sizeof(r->values[0]))
			r->values[r->nvalues] = word;
		r->nvalues++;
		before = r->rest;
	}
}

/* -kernel key value key value ... */
static void read_kernel(const struct reader *r, struct beam_args *out)
{
	size_t n = sizeof(r->values) / sizeof(r->values[0]);

	n = r->nvalues < n ? r->nvalues : n;
	for (size_t i = 0; i + 1 < n; i += 2) {
		struct text key = r->values[i], value = r->values[i + 1];

		if (text_is(key, "inet_dist_listen_min"))
			out->listen_min = listener_port(value);
		else if (text_is(key, "inet_dist_listen_max"))
			out->listen_max = listener_port(value);
		else if (text_is(key, "erl_epmd_node_listen_port"))
			out->fixed_port = listener_port(value);
	}
}

/* Flags of one value, of which the first counts. */
static const struct {
	const char *flag;
	size_t at;
} texts[] = {
	{ "-home", offsetof(struct beam_args, home) },
	{ "-root", offsetof(struct beam_args, root) },
	{ "-bindir", offsetof(struct beam_args, bindir) },
	{ "-boot", offsetof(struct beam_args, boot) },
};

/* What several flags say together is known at the end. */
struct seen {
	struct text sname, name;
	size_t cookies; /* -setcookie with at most one value */
	bool proto;
};

static void read_flag(struct text flag, const struct reader *r, struct beam_args *out,
		      struct seen *seen)
{
	struct text value = r->nvalues ? r->values[0] : (struct text){ 0 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct text *to = (struct text *)((char *)out + texts[i].at);

		if (text_is(flag, texts[i].flag) && !to->len)
			*to = value;
	}
	if (text_is(flag, "-sname") && !seen->sname.len) {
		seen->sname = value;
	} else if (text_is(flag, "-name") && !seen->name.len) {
		seen->name = value;
	} else if (text_is(flag, "-setcookie") && r->nvalues <= 1) {
		seen->cookies++;
		out->cookie = value;
	} else if (text_is(flag, "-epmd_port")) {
		out->epmd_port = listener_port(value);
	} else if (text_is(flag, "-erl_epmd_port")) {
		out->fixed_port = listener_port(value);
	} else if (text_is(flag, "-kernel")) {
		read_kernel(r, out);
	} else if (text_is(flag, "-proto_dist") && !seen->proto) {
		seen->proto = true;
		out->tls = text_is(value, "inet_tls") || text_is(value, "inet6_tls");
	} else if (text_is(flag, "-dist_listen")) {
		out->deaf = text_is(value, "false");
	} else if (text_is(flag, "-remsh")) {
		out->shell = true;
	}
}

static void finish(struct beam_args *out, const struct seen *seen)
{
	out->name = seen->sname.len ? seen->sname : seen->name;
	out->long_name = !seen->sname.len && seen->name.len;
	if (text_is(out->name, "undefined")) /* a name that the first peer gives */
		out->deaf = true;
	if (!nodename_valid(out->name) || out->deaf)
		out->name = (struct text){ 0 };
	/* Source: kernel's auth: with more than one the node reads its file, as if
	 * there were none. */
	if (seen->cookies != 1)
		out->cookie = (struct text){ 0 };
}

/* "-S" takes all words that are left, unless a "--" ends them. */
static bool takes_all(struct text rest)
{
	struct text word;

	while (next_word(&rest, &word)) {
		if (text_is(word, "--"))
			return false;
	}
	return true;
}

void beam_args_read(struct text cmdline, struct beam_args *out)
{
	struct reader r = { .rest = cmdline };
	struct seen seen = { 0 };
	struct text word = { 0 };

	*out = (struct beam_args){ 0 };
	while (!text_is(word, "--")) { /* the emulator's own flags */
		if (!next_word(&r.rest, &word))
			return;
	}
	while (next_word(&r.rest, &word)) {
		if (text_is(word, "-extra") || (text_is(word, "-S") && takes_all(r.rest)))
			break;
		if (!is_flag(word) || text_is(word, "--"))
			continue;
		read_values(&r);
		read_flag(word, &r, out, &seen);
	}
	while (next_word(&r.rest, &word)) /* IEx has it among the plain words */
		out->shell |= text_is(word, "--remsh");
	finish(out, &seen);
}

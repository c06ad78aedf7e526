#include "cmd/opt.h"

#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"

#define AT(field) offsetof(struct options, field)

const struct option option_rows[] = {
	{ "source", "SOURCE", "look at this source; may be repeated",
	  OPTIONS_SOURCE, OPTION_LIST, AT(sources),
	  .complete = COMPLETE_SOURCE },
	{ "cookie-file", "FILE", "read the cookie from this file",
	  OPTIONS_SOURCE, OPTION_STRING, AT(cookie_file),
	  .complete = COMPLETE_FILE },
	{ "host", "ADDRESS", "dial this address instead of the host in SOURCE",
	  OPTIONS_SOURCE, OPTION_STRING, AT(host) },
	{ "port", "N", "dial this distribution port, without asking epmd",
	  OPTIONS_SOURCE, OPTION_PORT, AT(port) },
	{ "timeout", "D", "give up on a request to the target after this time (5s)",
	  OPTIONS_SOURCE, OPTION_DURATION, AT(timeout_ns) },
	{ "sort", "COL",
	  "rank by this column, numbers from the top; +COL from the bottom",
	  OPTIONS_TABLE | OPTIONS_TOP, OPTION_TEXT, AT(sort),
	  .complete = COMPLETE_COLUMN },
	{ "n", "N",
	  "show at most N rows (0: all), terms or messages; trace: end after N calls, "
	  "messages and events",
	  OPTIONS_TABLE | OPTIONS_COUNT | OPTIONS_TRACE, OPTION_COUNT, AT(limit),
	  .letter = 'n' },
	{ "rows", "N", "show the first N objects of an ETS table (0: 1000)",
	  OPTIONS_ROWS, OPTION_COUNT, AT(rows) },
	{ "whole", NULL,
	  "read objects of a large ETS table whole, whatever they take",
	  OPTIONS_ROWS, OPTION_FLAG, AT(whole) },
	{ "where", "'COL OP VALUE'",
	  "show only rows for which this holds (= != < > ~); may be repeated",
	  OPTIONS_TABLE | OPTIONS_TOP, OPTION_LIST, AT(where),
	  .complete = COMPLETE_COLUMN },
	{ "columns", "COL,COL", "show these columns, in this order",
	  OPTIONS_TABLE | OPTIONS_TOP, OPTION_COMMAS, AT(columns),
	  .complete = COMPLETE_COLUMN },
	{ "window", "D", "read twice, this far apart, and add rates and growths",
	  OPTIONS_SAMPLE, OPTION_DURATION, AT(window_ns) },
	{ "watch", "D", "read again at this interval, until Ctrl-C",
	  OPTIONS_SAMPLE, OPTION_DURATION, AT(watch_ns) },
	{ "at", "TIME",
	  "of a recording: as it was then (2026-11-23T07:52:00Z, 07:52, -90s)",
	  OPTIONS_PAST, OPTION_MOMENT, AT(at) },
	{ "every", "D", "take a sample at this interval (2s)",
	  OPTIONS_RECORD | OPTIONS_TOP, OPTION_DURATION, AT(every_ns) },
	{ "budget", "PERCENT",
	  "of a core of the target: what reading large tables may take (20)",
	  OPTIONS_TOP, OPTION_PERCENT, AT(budget) },
	{ "for", "D", "end after this time",
	  OPTIONS_RECORD, OPTION_DURATION, AT(for_ns) },
	{ "tables", "NAME,NAME", "record these tables only",
	  OPTIONS_RECORD, OPTION_COMMAS, AT(tables),
	  .complete = COMPLETE_TABLE },
	{ "max-size", "SIZE",
	  "record: keep the file below this size; trace: print so much of a term (1k)",
	  OPTIONS_RECORD | OPTIONS_TRACE, OPTION_SIZE, AT(max_bytes) },
	{ "rate", "N/D",
	  "end when more than N come within D (as many as -n a second)",
	  OPTIONS_TRACE, OPTION_TEXT, AT(rate) },
	{ "throttle", NULL, "leave out calls above --rate instead of ending",
	  OPTIONS_TRACE, OPTION_FLAG, AT(throttle) },
	{ "time", "D", "end after this time (30s)",
	  OPTIONS_TRACE, OPTION_DURATION, AT(trace_ns) },
	{ "queue", "N", "end when N events wait for the tracer (1000 or more)",
	  OPTIONS_TRACE, OPTION_COUNT, AT(queue) },
	{ "pid", "P",
	  "of this process only: a pid, a name, all, new or existing; may be repeated",
	  OPTIONS_TRACE, OPTION_LIST, AT(pids) },
	{ "app", "NAME", "of the processes of this application; may be repeated",
	  OPTIONS_TRACE, OPTION_LIST, AT(apps) },
	{ "initial-call", "M:F/A",
	  "of the processes that began with this function; may be repeated",
	  OPTIONS_TRACE, OPTION_LIST, AT(initial_calls) },
	{ "children", NULL, "and of the processes that they start",
	  OPTIONS_TRACE, OPTION_FLAG, AT(children) },
	{ "args", NULL, "show arguments whole: copies them in the target",
	  OPTIONS_TRACE, OPTION_FLAG, AT(args) },
	{ "arity", NULL, "show how many arguments there are, and not what they are",
	  OPTIONS_TRACE, OPTION_FLAG, AT(arity) },
	{ "stack", NULL, "show the calls that led to each",
	  OPTIONS_TRACE, OPTION_FLAG, AT(stack) },
	{ "caller", NULL, "show the function that called",
	  OPTIONS_TRACE, OPTION_FLAG, AT(caller) },
	{ "return-to", NULL, "show where calls return to",
	  OPTIONS_TRACE, OPTION_FLAG, AT(return_to) },
	{ "send", "'PATTERN'", "messages sent that match; _ for all",
	  OPTIONS_TRACE, OPTION_LIST, AT(send) },
	{ "receive", "'PATTERN'", "messages received that match; _ for all",
	  OPTIONS_TRACE, OPTION_LIST, AT(receive) },
	{ "events", "NAME,NAME", "what happens to processes: procs, running, ports",
	  OPTIONS_TRACE, OPTION_COMMAS, AT(events),
	  .complete = COMPLETE_VALUES, .values = "procs running ports" },
	{ "count", NULL, "count the calls of each function, and show none",
	  OPTIONS_TRACE, OPTION_FLAG, AT(count) },
	{ "time-spent", NULL, "sum the time that each function takes",
	  OPTIONS_TRACE, OPTION_FLAG, AT(time_spent) },
	{ "memory-spent", NULL, "sum the memory that each function allocates (OTP 26)",
	  OPTIONS_TRACE, OPTION_FLAG, AT(memory_spent) },
	{ "histogram", NULL, "how long calls take, as a histogram",
	  OPTIONS_TRACE, OPTION_FLAG, AT(histogram) },
	{ "by", "ARG", "the most frequent values of an argument: its number or variable",
	  OPTIONS_TRACE, OPTION_TEXT, AT(by) },
	{ "template", "TEXT", "print events so: '{time} {pid} {mfa}'",
	  OPTIONS_TRACE, OPTION_TEXT, AT(template) },
	{ "dry-run", NULL, "say what would be traced, and do not",
	  OPTIONS_TRACE, OPTION_FLAG, AT(dry_run) },
	{ "force", NULL, "trace also very many functions, and in spite of a stale trace",
	  OPTIONS_TRACE, OPTION_FLAG, AT(force) },
	{ "format", "FORMAT", "print as text, json, jsonl or csv",
	  OPTIONS_OUTPUT, OPTION_FORMAT, AT(format),
	  .complete = COMPLETE_VALUES, .values = "text json jsonl csv" },
	{ "syntax", "SYNTAX", "write terms and functions as erlang or elixir does",
	  OPTIONS_TERMS, OPTION_SYNTAX, AT(syntax),
	  .complete = COMPLETE_VALUES, .values = "erlang elixir" },
	{ "redact", NULL, "mask values under names like password, secret, token",
	  OPTIONS_OUTPUT | OPTIONS_TOP, OPTION_FLAG, AT(redact) },
	{ "color", "WHEN", "use colour: auto, always or never",
	  OPTIONS_OUTPUT | OPTIONS_TOP, OPTION_WHEN, AT(color),
	  .complete = COMPLETE_VALUES, .values = "auto always never" },
	{ "ascii", NULL, "write nothing beyond ASCII",
	  OPTIONS_OUTPUT | OPTIONS_TOP, OPTION_FLAG, AT(ascii) },
	{ "script", "FILE", "type what this file says, and print the screens as text",
	  OPTIONS_TOP, OPTION_STRING, AT(script), .complete = COMPLETE_FILE },
	{ "active", NULL, "ask the supervisors too: each is sent some messages",
	  OPTIONS_ACTIVE, OPTION_FLAG, AT(active) },
	{ "likely", NULL, "only processes whose binaries come to 64 kB or more",
	  OPTIONS_LEAKS, OPTION_FLAG, AT(likely) },
	{ "allow-write", NULL, "allow changes to the target",
	  OPTIONS_WRITE, OPTION_FLAG, AT(allow_write) },
	{ "yes", NULL, "do not ask before changing the target",
	  OPTIONS_WRITE, OPTION_FLAG, AT(yes) },
	{ "verbose", NULL, "say on stderr what is done, and what it costs the target",
	  OPTIONS_ANY, OPTION_FLAG, AT(verbose) },
	{ "help", NULL, "show help on the command",
	  OPTIONS_ANY, OPTION_FLAG, AT(help),
	  .letter = 'h' },
	{ "version", NULL, "show otoscope's version",
	  OPTIONS_ANY, OPTION_FLAG, AT(version) },
};
const size_t option_count = sizeof(option_rows) / sizeof(option_rows[0]);

_Static_assert(sizeof(option_rows) / sizeof(option_rows[0]) <= OPTIONS_MAX,
	       "options.given has room for each");

void words_add(struct words *w, struct text word, struct arena *arena)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 8;
		struct text *at = arena_many(arena, cap, struct text);

		if (w->n)
			memcpy(at, w->at, w->n * sizeof(*at));
		w->at = at;
		w->cap = cap;
	}
	w->at[w->n++] = word;
}

bool options_given(const struct options *o, const char *name)
{
	for (size_t i = 0; i < option_count; i++)
		if (strcmp(option_rows[i].name, name) == 0)
			return o->given[i];
	return false;
}

/* As it is written on the command line; in a buffer of the caller. */
static const char *spelled(const struct option *row, char *room, size_t size)
{
	snprintf(room, size, "%s%s", row->name[1] ? "--" : "-", row->name);
	return room;
}

static bool one_of(struct text value, const char *const *names, size_t n, int *which,
		   struct err *err)
{
	struct buf list = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (text_is(value, names[i])) {
			*which = (int)i;
			buf_clear(&list);
			return true;
		}
		buf_printf(&list, "%s%s",
			   i == 0       ? ""
			   : i + 1 == n ? " or "
					: ", ",
			   names[i]);
	}
	fail(err, ERR_USAGE, "'%.*s' is not %s", TEXT_ARG(value), buf_cstr(&list));
	buf_clear(&list);
	return false;
}

static bool take_commas(struct words *w, struct text value, struct arena *arena,
			struct err *err)
{
	struct text part;

	if (value.len == 0 || text_ends(value, ","))
		return fail(err, ERR_USAGE, "a name is missing in '%.*s'",
			    TEXT_ARG(value));
	while (text_cut(&value, ',', &part)) {
		if (text_trim(part).len == 0)
			return fail(err, ERR_USAGE, "a name is missing before ','");
		words_add(w, text_trim(part), arena);
	}
	return true;
}

static bool take_number(struct text value, int64_t least, int64_t most, int64_t *number,
			struct err *err)
{
	if (text_int(value, number) && *number >= least && *number <= most)
		return true;
	return fail(err, ERR_USAGE, "'%.*s' is not a number from %lld to %lld",
		    TEXT_ARG(value), (long long)least, (long long)most);
}

static bool take_duration(struct text value, int64_t *ns, struct err *err)
{
	if (!units_duration(value, ns, err))
		return false;
	return *ns > 0 ||
	       fail(err, ERR_USAGE, "'%.*s' is no time at all", TEXT_ARG(value));
}

static bool take_bytes(struct text value, int64_t *bytes, struct err *err)
{
	double number;

	if (!units_number(value, UNIT_BYTES, &number, err))
		return false;
	if ((number != 0 && number < 1) || number >= 0x1p62)
		return fail(err, ERR_USAGE, "'%.*s' is no size", TEXT_ARG(value));
	*bytes = (int64_t)number;
	return true;
}

static bool take(struct options *o, const struct option *row, struct text value,
		 struct arena *arena, struct err *err)
{
	static const char *const syntaxes[] = { "erlang", "elixir" };
	static const char *const whens[] = { "auto", "always", "never" };
	void *at = (char *)o + row->offset;
	int64_t number = 0;
	int which = 0;
	bool ok = true;

	switch (row->type) {
	case OPTION_FLAG:
		*(bool *)at = true;
		break;
	case OPTION_TEXT:
		*(struct text *)at = value;
		ok = value.len > 0 || fail(err, ERR_USAGE, "the value is empty");
		break;
	case OPTION_STRING:
		*(const char **)at = text_cstr(arena, value);
		ok = value.len > 0 || fail(err, ERR_USAGE, "the value is empty");
		break;
	case OPTION_LIST:
		words_add(at, value, arena);
		ok = value.len > 0 || fail(err, ERR_USAGE, "the value is empty");
		break;
	case OPTION_COMMAS:
		ok = take_commas(at, value, arena, err);
		break;
	case OPTION_COUNT:
		ok = take_number(value, 0, UINT32_MAX, &number, err);
		*(size_t *)at = (size_t)number;
		break;
	case OPTION_PORT:
		ok = take_number(value, 1, UINT16_MAX, &number, err);
		*(uint16_t *)at = (uint16_t)number;
		break;
	case OPTION_PERCENT:
		ok = take_number(value, 1, 100, &number, err);
		*(unsigned *)at = (unsigned)number;
		break;
	case OPTION_DURATION:
		ok = take_duration(value, at, err);
		break;
	case OPTION_SIZE:
		ok = take_bytes(value, at, err);
		break;
	case OPTION_MOMENT:
		ok = moment_parse(value, at, err);
		break;
	case OPTION_FORMAT:
		*(const struct format **)at = format_find(value, err);
		ok = *(const struct format **)at;
		break;
	case OPTION_SYNTAX:
		ok = one_of(value, syntaxes, 2, &which, err);
		*(enum syntax *)at = which == 0 ? SYNTAX_ERLANG : SYNTAX_ELIXIR;
		break;
	case OPTION_WHEN:
		ok = one_of(value, whens, 3, &which, err);
		*(enum when *)at = (enum when)which;
		break;
	}
	return ok;
}

static bool unknown(struct text word, struct err *err)
{
	struct near near = { .word = text_sub(word, 2, word.len) };

	fail(err, ERR_USAGE, "there is no option '%.*s'", TEXT_ARG(word));
	for (size_t i = 0; i < option_count && text_starts(word, "--"); i++)
		if (option_rows[i].name[1])
			near_offer(&near, option_rows[i].name);
	if (text_starts(text_sub(word, 2, word.len), "cookie") &&
	    (!near.best || word.len == strlen("--cookie")))
		return fail_hint(err, "a cookie in a command line is seen by everybody: "
				      "use --cookie-file or $OTOSCOPE_COOKIE");
	if (near.best)
		return fail_hint(err, "did you mean --%s?", near.best);
	return fail_hint(err, "otoscope help lists the options");
}

/* Splits "--name=value", "-nVALUE"; value.p is NULL when there is none. */
static const struct option *find(struct text word, struct text *value)
{
	bool is_long = text_starts(word, "--");
	size_t equals = text_chr(word, '=');
	struct text name = text_sub(word, 2, equals);

	*value = (struct text){ 0 };
	for (size_t i = 0; i < option_count; i++) {
		const struct option *row = &option_rows[i];

		if (is_long && row->name[1] && text_is(name, row->name)) {
			if (equals < word.len)
				*value = text_sub(word, equals + 1, word.len);
			return row;
		}
		if (!is_long && row->letter == word.p[1] &&
		    (word.len == 2 || row->argument)) {
			if (word.len > 2)
				*value = text_sub(word, word.p[2] == '=' ? 3 : 2,
						  word.len);
			return row;
		}
	}
	return NULL;
}

/* One option, at argv[*at]; *at moves on to its last word. */
static bool parse_one(struct options *o, int argc, char **argv, int *at,
		      struct arena *arena, struct err *err)
{
	struct text value;
	const struct option *row = find(text_of(argv[*at]), &value);
	char room[40];

	if (!row)
		return unknown(text_of(argv[*at]), err);
	if (!row->argument && value.p)
		return fail(err, ERR_USAGE, "%s takes no value",
			    spelled(row, room, sizeof(room)));
	if (row->argument && !value.p) {
		if (*at + 1 == argc)
			return fail(err, ERR_USAGE, "%s needs a value: %s",
				    spelled(row, room, sizeof(room)), row->argument);
		value = text_of(argv[++*at]);
	}
	o->given[row - option_rows] = true;
	return take(o, row, value, arena, err) ||
	       fail_prefix(err, "%s", spelled(row, room, sizeof(room)));
}

bool options_parse(struct options *o, int argc, char **argv, struct words *words,
		   struct arena *arena, struct err *err)
{
	bool ended = false;

	*o = (struct options){ 0 };
	*words = (struct words){ 0 };
	for (int i = 0; i < argc; i++) {
		struct text word = text_of(argv[i]);

		if (!ended && text_is(word, "--"))
			ended = true;
		else if (ended || word.len < 2 || word.p[0] != '-')
			words_add(words, word, arena);
		else if (!parse_one(o, argc, argv, &i, arena, err))
			return false;
	}
	return true;
}

bool options_check(const struct options *o, const char *command, unsigned groups,
		   struct err *err)
{
	char room[40];

	for (size_t i = 0; i < option_count; i++) {
		if (!o->given[i] ||
		    option_rows[i].groups & (groups | OPTIONS_ANY))
			continue;
		fail(err, ERR_USAGE, "%s does not take %s", command,
		     spelled(&option_rows[i], room, sizeof(room)));
		return fail_hint(err, "otoscope help %s lists its options", command);
	}
	return true;
}

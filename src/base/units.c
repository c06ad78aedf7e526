/* Durations, sizes, counts and dates, read and written. */
#include "base/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A suffix that may stand behind a number, and what it multiplies by. */
struct suffix {
	const char *name;
	double factor;
};

static const struct suffix spans[] = {
	{ "ns", 1 },   { "us", 1e3 },   { "ms", 1e6 },    { "s", 1e9 },
	{ "m", 60e9 }, { "h", 3600e9 }, { "d", 86400e9 },
};

static const struct suffix bytes[] = {
	{ "B", 1 },
	{ "k", 0x1p10 }, { "kB", 0x1p10 }, { "KiB", 0x1p10 },
	{ "M", 0x1p20 }, { "MB", 0x1p20 }, { "MiB", 0x1p20 },
	{ "G", 0x1p30 }, { "GB", 0x1p30 }, { "GiB", 0x1p30 },
	{ "T", 0x1p40 }, { "TB", 0x1p40 }, { "TiB", 0x1p40 },
};

static const struct suffix counts[] = { { "k", 1e3 },
					{ "M", 1e6 },
					{ "G", 1e9 },
					{ "T", 1e12 } };

static const struct suffix ratios[] = { { "%", 0.01 } };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Digits with at most one point among them, an optional sign in front; the rest is what
 * follows. */
static bool read_number(struct text t, double *value, struct text *rest)
{
	char copy[64];
	size_t i = 0;
	size_t digits = 0;
	size_t points = 0;

	if (i < t.len && (t.p[i] == '-' || t.p[i] == '+'))
		i++;
	for (; i < t.len; i++) {
		if (t.p[i] >= '0' && t.p[i] <= '9')
			digits++;
		else if (t.p[i] != '.' || points++)
			break;
	}
	if (digits == 0 || i >= sizeof(copy))
		return false;
	memcpy(copy, t.p, i);
	copy[i] = '\0';
	*value = strtod(copy, NULL);
	*rest = text_trim(text_sub(t, i, t.len));
	return true;
}

/* exact: case matters (5M is no minute). */
static bool factor_of(struct text name, const struct suffix *rows, size_t n, bool exact,
		      double *factor)
{
	for (size_t i = 0; i < n; i++) {
		if (exact ? text_is(name, rows[i].name)
			  : text_same(name, text_of(rows[i].name))) {
			*factor = rows[i].factor;
			return true;
		}
	}
	return false;
}

/* A number of ns, also a negative one; a bare number is seconds. */
static bool read_span(struct text t, double *ns, struct err *err)
{
	struct text rest;
	double factor = 1e9;

	if (!read_number(text_trim(t), ns, &rest) ||
	    (rest.len && !factor_of(rest, spans, COUNT(spans), true, &factor))) {
		fail(err, ERR_USAGE, "'%.*s' is not a duration", TEXT_ARG(t));
		return fail_hint(err, "write it like 250ms, 2s or 1m");
	}
	*ns *= factor;
	return true;
}

bool units_duration(struct text t, int64_t *ns, struct err *err)
{
	double v;

	if (!read_span(t, &v, err))
		return false;
	if (v < 0 || v >= 0x1p63) {
		fail(err, ERR_USAGE, "'%.*s' is not a duration that can be waited for",
		     TEXT_ARG(t));
		return fail_hint(err, "write it like 250ms, 2s or 1m");
	}
	*ns = (int64_t)llround(v);
	return true;
}

static const char *examples_of(enum unit unit)
{
	switch (unit) {
	case UNIT_BYTES:
		return "100, 64k, 10MB or 1.5GB";
	case UNIT_RATIO:
		return "0.25 or 25%";
	default:
		return "100, 64k or 1.5M";
	}
}

bool units_number(struct text t, enum unit unit, double *value, struct err *err)
{
	struct text rest;
	double factor = 1;
	bool known = true;

	if (unit == UNIT_NS)
		return read_span(t, value, err);
	if (!read_number(text_trim(t), value, &rest))
		return fail(err, ERR_USAGE, "'%.*s' is not a number", TEXT_ARG(t));
	if (rest.len && unit == UNIT_BYTES)
		known = factor_of(rest, bytes, COUNT(bytes), false, &factor);
	else if (rest.len && unit == UNIT_RATIO)
		known = factor_of(rest, ratios, COUNT(ratios), true, &factor);
	else if (rest.len)
		known = factor_of(rest, counts, COUNT(counts), false, &factor);
	if (!known) {
		fail(err, ERR_USAGE, "'%.*s' is not a number with a unit that fits",
		     TEXT_ARG(t));
		return fail_hint(err, "write it like %s", examples_of(unit));
	}
	*value *= factor;
	return true;
}

/* Three digits at most: "1.2", "12.3", "123". */
static void add_scaled(struct buf *out, double v, double base, const char *const *units,
		       size_t n)
{
	size_t i = 0;

	/* 999.5 would be printed as 1000. */
	while (i + 1 < n && v >= (i == 0 ? 1000 : 999.5)) {
		v /= base;
		i++;
	}
	if (v >= 1e7)
		buf_printf(out, "%.1e", v);
	else
		buf_printf(out, v < 99.95 && (i > 0 || v != floor(v)) ? "%.1f" : "%.0f",
			   v);
	buf_str(out, units[i]);
}

static void add_span(struct buf *out, double ns)
{
	static const char *const small[] = { " ns", " us", " ms", " s" };
	double s = ns / 1e9;

	if (s < 99.95) {
		add_scaled(out, ns, 1000, small, COUNT(small));
		return;
	}
	if (s < 3600)
		buf_printf(out, "%dm %02ds", (int)(s / 60), (int)s % 60);
	else if (s < 86400)
		buf_printf(out, "%dh %02dm", (int)(s / 3600), (int)(s / 60) % 60);
	else if (s < 86400 * 1000.0)
		buf_printf(out, "%dd %02dh", (int)(s / 86400), (int)(s / 3600) % 24);
	else
		buf_printf(out, s < 86400 * 1e6 ? "%.0f d" : "%.0e d", s / 86400);
}

/* Counts stay exact as long as they are short. */
static void add_count(struct buf *out, double v)
{
	static const char *const names[] = { "", " k", " M", " G", " T", " P", " E" };

	if (v < 100000 && v == floor(v))
		buf_printf(out, "%.0f", v);
	else if (v >= 1000 && v < 99999.5)
		buf_printf(out, "%.0f", v);
	else
		add_scaled(out, v, 1000, names, COUNT(names));
}

static const char *const row_units[] = {
	[UNIT_COUNT] = "count",
	[UNIT_BYTES] = "bytes",
	[UNIT_NS] = "ns",
};

enum unit units_named(struct text name)
{
	for (size_t i = UNIT_COUNT; i < COUNT(row_units); i++)
		if (text_is(name, row_units[i]))
			return (enum unit)i;
	return UNIT_NONE;
}

const char *units_name(enum unit unit)
{
	return unit < COUNT(row_units) ? row_units[unit] : NULL;
}

void units_human(struct buf *out, double value, enum unit unit)
{
	static const char *const names[] = { " B",  " kB", " MB", " GB",
					     " TB", " PB", " EB" };

	if (unit == UNIT_TIME) {
		size_t from = buf_len(out);

		units_iso8601(out, value >= 0x1p63   ? INT64_MAX
				   : value > -0x1p63 ? (int64_t)value
						     : INT64_MIN);
		buf_cut(out, from + strlen("2026-11-23T07:52:00"));
		buf_char(out, 'Z');
		return;
	}
	if (value < 0) {
		buf_char(out, '-');
		value = -value;
	}
	switch (unit) {
	case UNIT_BYTES:
		add_scaled(out, value, 1024, names, COUNT(names));
		break;
	case UNIT_NS:
		add_span(out, value);
		break;
	case UNIT_RATIO:
		buf_printf(out, value > 0 && value < 0.0995 ? "%.1f %%" : "%.0f %%",
			   value * 100);
		break;
	case UNIT_COUNT:
	case UNIT_NONE:
	case UNIT_TIME:
	case UNIT_ROW:
		add_count(out, value);
		break;
	}
}

void units_iso8601(struct buf *out, int64_t wall_ns)
{
	int64_t ns = wall_ns % 1000000000;
	time_t s = (time_t)(wall_ns / 1000000000);
	struct tm tm;
	char date[32];

	if (ns < 0) {
		ns += 1000000000;
		s--;
	}
	if (!gmtime_r(&s, &tm))
		return;
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(out, "%s.%06" PRId64 "Z", date, ns / 1000);
}

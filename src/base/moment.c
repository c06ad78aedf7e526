/* Moments: dates, times of day, and so long ago. */
#include "base/moment.h"

#include "base/units.h"

#define SECOND INT64_C(1000000000)
#define DAY (86400 * SECOND)

/* Takes exactly digits digits off the front. */
static bool take_digits(struct text *t, size_t digits, int64_t *out)
{
	int64_t n = 0;

	if (t->len < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (t->p[i] < '0' || t->p[i] > '9')
			return false;
		n = n * 10 + (t->p[i] - '0');
	}
	*out = n;
	*t = text_sub(*t, digits, t->len);
	return true;
}

static bool take_char(struct text *t, const char *any)
{
	for (; t->len && *any; any++) {
		if (t->p[0] != *any)
			continue;
		*t = text_sub(*t, 1, t->len);
		return true;
	}
	return false;
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar. Source: Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool take_date(struct text *t, int64_t *ns)
{
	static const int8_t lengths[] = { 31, 28, 31, 30, 31, 30,
					  31, 31, 30, 31, 30, 31 };
	struct text rest = *t;
	int64_t year;
	int64_t month;
	int64_t day;

	if (!take_digits(&rest, 4, &year) || !take_char(&rest, "-") ||
	    !take_digits(&rest, 2, &month) || !take_char(&rest, "-") ||
	    !take_digits(&rest, 2, &day))
		return false;

	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	/* ns since 1970 fit 64 bits until 2262 */
	if (year < 1970 || year > 2261 || month < 1 || month > 12 || day < 1 ||
	    day > lengths[month - 1] + (month == 2 && leap))
		return false;
	*ns = days_of(year, month, day) * DAY;
	*t = rest;
	return true;
}

static int64_t take_fraction(struct text *t)
{
	int64_t ns = 0;
	int64_t unit = SECOND / 10;
	int64_t digit;

	if (!take_char(t, ".,"))
		return 0;
	for (; take_digits(t, 1, &digit); unit /= 10)
		ns += digit * unit;
	return ns;
}

static bool take_clock(struct text *t, int64_t *ns)
{
	struct text rest = *t;
	int64_t hour;
	int64_t minute;
	int64_t second = 0;

	if (!take_digits(&rest, 2, &hour) || !take_char(&rest, ":") ||
	    !take_digits(&rest, 2, &minute) || hour > 23 || minute > 59)
		return false;
	if (take_char(&rest, ":") && (!take_digits(&rest, 2, &second) || second > 59))
		return false;
	*ns = (hour * 3600 + minute * 60 + second) * SECOND + take_fraction(&rest);
	*t = rest;
	return true;
}

/* Takes "Z" or "+02:00"; nothing is UTC too. *ns: what is to be taken off. */
static bool take_zone(struct text *t, int64_t *ns)
{
	bool west = text_starts(*t, "-");
	int64_t hours;
	int64_t minutes = 0;

	*ns = 0;
	if (t->len == 0 || take_char(t, "Zz"))
		return true;
	if (!take_char(t, "+-") || !take_digits(t, 2, &hours) || hours > 23)
		return false;
	take_char(t, ":");
	if (t->len && (!take_digits(t, 2, &minutes) || minutes > 59))
		return false;
	*ns = (hours * 60 + minutes) * 60 * SECOND * (west ? -1 : 1);
	return true;
}

static bool parse_date(struct text t, struct moment *out)
{
	int64_t day;
	int64_t clock = 0;
	int64_t zone;

	if (!take_date(&t, &day))
		return false;
	if (t.len && (!take_char(&t, "Tt ") || !take_clock(&t, &clock)))
		return false;
	if (!take_zone(&t, &zone) || t.len)
		return false;
	*out = (struct moment){ MOMENT_DATE, day + clock - zone };
	return true;
}

static bool parse_clock(struct text t, struct moment *out)
{
	int64_t clock;
	int64_t zone;

	if (!take_clock(&t, &clock) || !take_zone(&t, &zone) || t.len)
		return false;
	*out = (struct moment){ MOMENT_CLOCK, ((clock - zone) % DAY + DAY) % DAY };
	return true;
}

bool moment_parse(struct text t, struct moment *out, struct err *err)
{
	*out = (struct moment){ .kind = MOMENT_BACK };
	if (text_starts(t, "-"))
		return units_duration(text_sub(t, 1, t.len), &out->ns, err);
	if (parse_date(t, out) || parse_clock(t, out))
		return true;
	fail(err, ERR_USAGE, "'%.*s' is not a moment", TEXT_ARG(t));
	return fail_hint(err, "a date is 2026-11-23T07:52:00Z, a time of day 07:52:00, "
			      "both in UTC; -90s is so long before the end");
}

int64_t moment_date(struct moment m, int64_t end_ns)
{
	switch (m.kind) {
	case MOMENT_DATE:
		return m.ns;
	case MOMENT_CLOCK: {
		int64_t date = end_ns / DAY * DAY + m.ns;

		return date > end_ns ? date - DAY : date;
	}
	case MOMENT_BACK:
		return end_ns > m.ns ? end_ns - m.ns : 0;
	case MOMENT_LAST:
		break;
	}
	return end_ns;
}

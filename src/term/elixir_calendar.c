/*
 * Dates, times and both together as inspect/2 shows them: ~D[2026-11-23]. Source: what
 * Elixir 1.18 prints (tests/diff).
 */
#include <stdlib.h>

#include "term/atom.h"
#include "term/elixir.h"

struct date {
	int64_t year, month, day;
};

struct clock {
	int64_t hour, minute, second;
	int64_t micro;     /* 0 to 999999 */
	int64_t precision; /* digits of micro that count, 0 to 6 */
};

static bool is_iso(const struct term *t)
{
	const struct term *calendar = term_get(t, "calendar");

	return calendar && term_is_atom(calendar, "Elixir.Calendar.ISO");
}

static bool get_date(const struct term *t, struct date *d)
{
	const struct elixir_field fields[] = {
		{ "year", &d->year },
		{ "month", &d->month },
		{ "day", &d->day },
	};

	return is_iso(t) && elixir_fields(t, fields, 3) && d->month >= 1 &&
	       d->month <= 12 && d->day >= 1 && d->day <= 31;
}

/* Years that ISO 8601 has four digits for. */
static bool has_iso_year(const struct date *d)
{
	return d->year >= -9999 && d->year <= 9999;
}

static bool get_clock(const struct term *t, struct clock *c)
{
	const struct elixir_field fields[] = {
		{ "hour", &c->hour },
		{ "minute", &c->minute },
		{ "second", &c->second },
	};
	const struct term *micro = term_get(t, "microsecond");

	if (!is_iso(t) || !elixir_fields(t, fields, 3) || !micro ||
	    !term_is_tuple(micro, 2, NULL))
		return false;
	if (micro->items[0].type != TERM_INT || micro->items[1].type != TERM_INT)
		return false;
	c->micro = micro->items[0].num;
	c->precision = micro->items[1].num;
	return c->hour >= 0 && c->hour < 24 && c->minute >= 0 && c->minute < 60 &&
	       c->second >= 0 && c->second < 60 && c->micro >= 0 && c->micro < 1000000 &&
	       c->precision >= 0 && c->precision <= 6;
}

static void put_date(struct buf *out, const struct date *d)
{
	buf_printf(out, "%s%04lld-%02d-%02d", d->year < 0 ? "-" : "", llabs(d->year),
		   (int)d->month, (int)d->day);
}

static void put_clock(struct buf *out, const struct clock *c)
{
	buf_printf(out, "%02d:%02d:%02d", (int)c->hour, (int)c->minute, (int)c->second);
	if (c->precision > 0) {
		buf_printf(out, ".%06d", (int)c->micro);
		buf_cut(out, buf_len(out) - (size_t)(6 - c->precision));
	}
}

bool elixir_date(struct printer *p, const struct term *t)
{
	struct date d;

	if (!get_date(t, &d))
		return false;
	if (has_iso_year(&d)) {
		buf_str(p->out, "~D[");
		put_date(p->out, &d);
		buf_char(p->out, ']');
	} else {
		buf_printf(p->out, "Date.new!(%lld, %d, %d)", (long long)d.year,
			   (int)d.month, (int)d.day);
	}
	return true;
}

bool elixir_time(struct printer *p, const struct term *t)
{
	struct clock c;

	if (!get_clock(t, &c))
		return false;
	buf_str(p->out, "~T[");
	put_clock(p->out, &c);
	buf_char(p->out, ']');
	return true;
}

bool elixir_naive(struct printer *p, const struct term *t)
{
	struct date d;
	struct clock c;

	if (!get_date(t, &d) || !get_clock(t, &c))
		return false;
	if (has_iso_year(&d)) {
		buf_str(p->out, "~N[");
		put_date(p->out, &d);
		buf_char(p->out, ' ');
		put_clock(p->out, &c);
		buf_char(p->out, ']');
	} else {
		buf_printf(p->out,
			   "NaiveDateTime.new!(%lld, %d, %d, %d, %d, %d, {%d, %d})",
			   (long long)d.year, (int)d.month, (int)d.day, (int)c.hour,
			   (int)c.minute, (int)c.second, (int)c.micro, (int)c.precision);
	}
	return true;
}

static void put_offset(struct buf *out, int64_t seconds)
{
	int64_t minutes = (seconds < 0 ? -seconds : seconds) / 60;

	buf_printf(out, "%c%02d:%02d", seconds < 0 ? '-' : '+', (int)(minutes / 60),
		   (int)(minutes % 60));
}

bool elixir_datetime(struct printer *p, const struct term *t)
{
	struct date d;
	struct clock c;
	int64_t utc, std;
	const struct elixir_field offsets[] = {
		{ "utc_offset", &utc },
		{ "std_offset", &std },
	};
	const struct term *zone = term_get(t, "time_zone");
	const struct term *abbr = term_get(t, "zone_abbr");

	if (!get_date(t, &d) || !get_clock(t, &c) || !elixir_fields(t, offsets, 2) ||
	    !zone || !abbr || zone->type != TERM_BINARY || abbr->type != TERM_BINARY)
		return false;
	if (utc < -86400 || utc > 86400 || std < -86400 || std > 86400)
		return false;

	bool in_utc = text_is(zone->text, "Etc/UTC");
	bool plain = in_utc && utc == 0 && std == 0;
	bool sigil = plain && has_iso_year(&d);

	buf_str(p->out, sigil ? "~U[" : "#DateTime<");
	put_date(p->out, &d);
	buf_char(p->out, ' ');
	put_clock(p->out, &c);
	if (plain)
		buf_char(p->out, 'Z');
	else
		put_offset(p->out, utc + std);
	if (!in_utc) {
		buf_char(p->out, ' ');
		escape_elixir(p->out, abbr->text, '"');
		buf_char(p->out, ' ');
		escape_elixir(p->out, zone->text, '"');
	}
	buf_char(p->out, sigil ? ']' : '>');
	return true;
}

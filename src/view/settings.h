/*
 * Settings: what somebody wants to be so each time, in a file of their own. A row each in
 * settings_rows.c: reading, ":set", help and the man page's check know no others.
 */
#ifndef VIEW_SETTINGS_H
#define VIEW_SETTINGS_H

#include "base/arena.h"
#include "base/request.h"
#include "view/threshold.h"
#include "view/view.h"

enum settings_color { COLOR_AUTO,
		      COLOR_ALWAYS,
		      COLOR_NEVER };

/* One that was given, in the file or on the screen. */
struct setting_given {
	struct text name;
	struct text value;
	bool changed; /* since the file was read */
};

struct settings {
	const char *path; /* of the file; NULL: there is none */
	struct arena arena;
	struct setting_given *given; /* [ngiven] */
	size_t ngiven;
	size_t cap;

	/* What they come to. */
	int64_t interval_ns;
	unsigned budget;   /* 0: the default */
	struct text first; /* the tab or table that is shown first; or empty */
	bool mouse;
	enum settings_color color;
	bool ascii;
	enum syntax syntax;
	struct thresholds thresholds;
};

/* A kind of setting. */
struct setting {
	const char *name;     /* "interval"; "columns." stands in front of a table */
	const char *argument; /* "DURATION" */
	const char *usual;    /* what it is when nobody says; NULL: it depends */
	const char *values;   /* "on off": what it may be; NULL: see argument */
	const char *help;
	/* rest: of the name, behind its dot. ERR_USAGE: it cannot be that. */
	bool (*set)(struct settings *s, struct text rest, struct text value,
		    struct err *err);
	/* Offers what may stand behind the dot; NULL: there is none. */
	void (*rests)(const struct setting *about, struct offer *o);
};

extern const struct setting setting_rows[];
extern const size_t setting_count;

/* All as usual. */
struct settings *settings_new(const char *path);
void settings_free(struct settings *s); /* NULL is fine */

/* Reads the file; one that is not there says nothing. What is wrong goes to wrong, a line
 * each, "FILE: line 3: ...", and the rest is taken. */
void settings_load(struct settings *s, struct buf *wrong);
/* ERR_USAGE: there is no such setting, or it cannot be that. */
bool settings_set(struct settings *s, struct text name, struct text value,
		  struct err *err);
/* What one is: as it was given, or as usual; empty: not given. ERR_USAGE: there is no
 * such setting. */
bool settings_value(const struct settings *s, struct text name, struct text *value,
		    struct err *err);
/* The same of one that belongs to a table: "columns" of "processes". */
struct text settings_of_table(const struct settings *s, const char *kind,
			      const char *table);
/* Writes those that changed into the file, in which all else stays; all at once, or
 * nothing. *n: how many. ERR_SYSTEM; ERR_CANNOT: nobody says where home is. */
bool settings_save(struct settings *s, size_t *n, struct err *err);

/* What can be done with them on the screens. */
extern const struct action settings_actions[];
extern const size_t settings_nactions;

#endif

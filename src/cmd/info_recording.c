/*
 * info of a recording: what it is of, from when, and how it ended.
 */
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "cmd/info.h"
#include "source/recording.h"

/* How it stands with the last run. */
static struct text state_of(const struct recording *r, const struct recording_info *i)
{
	if (i->ended_ns == 0)
		return recording_busy(r) ? TEXT("being written")
					 : TEXT("its writer was ended from outside");
	return i->lost ? TEXT("the node was lost") : TEXT("complete");
}

static void add_time(struct fields *f, const char *name, int64_t ns)
{
	if (ns)
		fields_int(f, name, UNIT_TIME, ns);
	else
		fields_null(f, name);
}

/* A title must not steer a terminal. */
static const char *title(struct cmd_context *c, struct text name)
{
	char *shown = arena_alloc(c->arena, name.len + 1);

	memcpy(shown, name.p, name.len);
	shown[name.len] = '\0';
	utf8_tame(shown);
	return shown;
}

/* For people a line each; for programs a list of objects. */
static void add_table(struct cmd_context *c, struct fields *list,
		      const struct recording_table *t)
{
	struct fields *one = fields_new(c->arena);

	if (c->format->human && t->failures) {
		fields_text(list, title(c, t->name),
			    text_printf(c->arena, "%" PRId64 "; %" PRId64 " failed: %.*s",
					t->readings, t->failures, TEXT_ARG(t->error)));
	} else if (c->format->human) {
		fields_int(list, title(c, t->name), UNIT_COUNT, t->readings);
	} else {
		fields_text(one, "name", t->name);
		fields_int(one, "readings", UNIT_COUNT, t->readings);
		fields_int(one, "failures", UNIT_COUNT, t->failures);
		fields_text_or_null(one, "error", t->error);
		fields_object(list, "", one);
	}
}

bool recording_info_add(struct cmd_context *c, struct recording *r, struct fields *all,
			struct err *err)
{
	const struct recording_info *info = recording_info(r, err);
	struct fields *list = fields_new(c->arena);
	if (!info)
		return false;
	fields_text(all, "name", info->node);
	fields_text(all, "kind", TEXT("recording"));
	fields_text_or_null(all, "otp_release", info->otp_release);
	fields_text(all, "syntax",
		    info->syntax == SYNTAX_ELIXIR ? TEXT("elixir") : TEXT("erlang"));
	add_time(all, "from", info->first_ns);
	add_time(all, "to", info->last_ns);
	fields_int(all, "samples", UNIT_COUNT, info->samples);
	fields_int(all, "runs", UNIT_COUNT, info->runs);
	fields_text(all, "state", state_of(r, info));
	add_time(all, "ended", info->ended_ns);
	fields_text_or_null(all, "why", info->why);
	fields_int(all, "size", UNIT_BYTES, info->bytes);
	fields_text_or_null(all, "otoscope_version", info->otoscope);
	for (size_t i = 0; i < info->ntables; i++)
		add_table(c, list, &info->tables[i]);
	(c->format->human ? fields_object : fields_list)(all, "tables", list);
	return true;
}

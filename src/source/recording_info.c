#include "source/recording_info.h"

#include "source/recording_file.h"

static struct text keep(struct arena *arena, sqlite3_stmt *s, int column)
{
	return text_dup(arena, recording_file_text(s, column));
}

bool recording_info_run(struct recording_file *f, struct recording_info *info,
			struct arena *arena, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err,
		"SELECT (SELECT value FROM source WHERE key = 'name'), otp_release, "
		"otoscope, syntax, ended, lost, why, (SELECT count(*) FROM runs) "
		"FROM runs ORDER BY id DESC LIMIT 1",
		"");

	if (!recording_file_next(f, &s, err))
		return !err->kind; /* it was only just made */
	info->node = keep(arena, s, 0);
	info->otp_release = keep(arena, s, 1);
	info->otoscope = keep(arena, s, 2);
	info->syntax = text_is(recording_file_text(s, 3), "elixir") ? SYNTAX_ELIXIR
								    : SYNTAX_ERLANG;
	info->ended_ns = sqlite3_column_int64(s, 4);
	info->lost = sqlite3_column_int64(s, 5) != 0;
	info->why = keep(arena, s, 6);
	info->runs = sqlite3_column_int64(s, 7);
	sqlite3_finalize(s);
	return true;
}

static bool read_samples(struct recording_file *f, struct recording_info *info,
			 struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err,
		"SELECT count(*), ifnull(min(at), 0), ifnull(max(at), 0) FROM samples",
		"");

	if (!recording_file_next(f, &s, err))
		return false;
	info->samples = sqlite3_column_int64(s, 0);
	info->first_ns = sqlite3_column_int64(s, 1);
	info->last_ns = sqlite3_column_int64(s, 2);
	sqlite3_finalize(s);
	return recording_file_bytes(f, &info->bytes, err);
}

/* More tables than that no otoscope has. */
#define TABLES_MOST 1000

static bool read_tables(struct recording_file *f, struct recording_info *info,
			struct arena *arena, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err,
		"SELECT t.name, count(r.whole), count(r.tab) - count(r.whole), "
		"(SELECT error FROM readings WHERE tab = t.id "
		"AND whole IS NULL ORDER BY at DESC LIMIT 1) "
		"FROM tables t LEFT JOIN readings r ON r.tab = t.id GROUP BY t.id "
		"ORDER BY t.id LIMIT ?",
		"i", (int64_t)TABLES_MOST);

	info->tables = arena_many(arena, TABLES_MOST, struct recording_table);
	info->ntables = 0;
	while (recording_file_next(f, &s, err))
		info->tables[info->ntables++] = (struct recording_table){
			.name = keep(arena, s, 0),
			.readings = sqlite3_column_int64(s, 1),
			.failures = sqlite3_column_int64(s, 2),
			.error = keep(arena, s, 3),
		};
	return !err->kind;
}

bool recording_info_all(struct recording_file *f, struct recording_info *out,
			struct arena *arena, struct err *err)
{
	return recording_info_run(f, out, arena, err) && read_samples(f, out, err) &&
	       read_tables(f, out, arena, err);
}

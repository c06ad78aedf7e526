#include "view/detail_goal.h"

#include "tables/pid.h"
#include "tables/port.h"
#include "tables/process.h"
#include "tables/socket.h"
#include "view/detail.h"
#include "view/find.h"
#include "view/table.h"
#include "view/top.h"

/* "<shop@web1.81.0>", "#Port<shop@web1.5>" */
static bool is_elsewhere(struct text word)
{
	static const char *const begins[] = { "<", "#PID<", "#Port<", "#Ref<",
					      "#Reference<" };

	if (!text_ends(word, ">") || text_starts(word, "<<") ||
	    text_chr(word, '@') == word.len)
		return false;
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (text_starts(word, begins[i]))
			return true;
	return false;
}

struct goal goal_read(struct text t)
{
	struct goal g = { 0 };
	struct text word;
	uint64_t pid;

	if (!text_word(&t, &word) || text_chr(word, '<') == word.len)
		return g;
	if (text_starts(word, "#Socket<0."))
		g = (struct goal){ .kind = GOAL_SOCKET, .word = word };
	else if (text_starts(word, "#Port<") && port_parse(word, &g.id))
		g.kind = GOAL_PORT;
	else if (term_parse_pid(word, &pid))
		g = (struct goal){ .kind = GOAL_PROCESS, .id = (int64_t)pid };
	else if (is_elsewhere(word))
		g.kind = GOAL_ELSEWHERE;
	return g;
}

struct goal goal_of_term(const struct term *t, struct text home)
{
	struct goal g = { 0 };

	if (t->type != TERM_PID && t->type != TERM_PORT)
		return g;
	if (t->id->node.len && home.len && !text_eq(t->id->node, home))
		g.kind = GOAL_ELSEWHERE;
	else
		g = (struct goal){
			.kind = t->type == TERM_PID ? GOAL_PROCESS : GOAL_PORT,
			.id = (int64_t)t->id->num,
		};
	return g;
}

struct goal goal_of_cell(const struct column *about, struct cell c)
{
	struct goal g = { 0 };

	if (c.type == CELL_TEXT)
		return goal_read(*c.v.text);
	if (c.type != CELL_ID)
		return g;
	g.id = c.v.num;
	if (about->print == pid_print)
		g.kind = GOAL_PROCESS;
	else if (about->print == port_print)
		g.kind = GOAL_PORT;
	return g;
}

/* The table of processes, of this application alone. */
static bool open_members(struct view *from, struct text application, struct err *err)
{
	struct view *v = table_view_new(from->top, from->link, &processes_schema);
	struct buf b = { 0 };
	struct text where;
	bool ok;

	buf_printf(&b, "application = '%.*s'", TEXT_ARG(application));
	where = buf_text(&b);
	ok = table_view_set(v, &(struct table_setup){ .where = &where, .nwhere = 1 },
			    err);
	buf_clear(&b);
	if (ok)
		top_push(from->top, v);
	else
		v->ops->free(v);
	return ok;
}

bool goal_open(struct view *from, const struct goal *g, struct err *err)
{
	struct cell id = { CELL_ID, { .num = g->id } };

	switch (g->kind) {
	case GOAL_PROCESS:
		return detail_open(from, &processes_schema, id, err);
	case GOAL_PORT:
		return detail_open(from, &ports_schema, id, err);
	case GOAL_SOCKET:
		return detail_open(from, &sockets_schema,
				   (struct cell){ CELL_TEXT, { .text = &g->word } }, err);
	case GOAL_NAME:
		return find_process(from, g->word, err);
	case GOAL_MEMBERS:
		return open_members(from, g->word, err);
	case GOAL_ELSEWHERE:
		return fail(err, ERR_USAGE, "that is of another node");
	default:
		return fail(err, ERR_USAGE, "there is nothing to be opened");
	}
}

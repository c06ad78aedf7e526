/* Names as the tables show them: atoms as plain text, functions, pids. */
#include "base/utf8.h"
#include "term/atom.h"
#include "term/number.h"
#include "term/term.h"

void text_escape(struct buf *out, struct text t)
{
	utf8_show(out, t, false, SIZE_MAX);
}

void term_name(struct buf *out, struct text atom)
{
	bool alias = text_starts(atom, "Elixir.") && atom.len > 7;

	utf8_show(out, alias ? text_sub(atom, 7, atom.len) : atom, false, SIZE_MAX);
}

void term_mfa(struct buf *out, struct text module, struct text function, int arity,
	      enum syntax syntax)
{
	/* A module of Elixir is shown as Elixir does, whatever the syntax. */
	if (syntax == SYNTAX_ELIXIR || atom_is_alias(module)) {
		atom_elixir(out, module);
		buf_char(out, '.');
		atom_elixir_call(out, function);
	} else {
		atom_erlang(out, module);
		buf_char(out, ':');
		atom_erlang(out, function);
	}
	if (arity >= 0) {
		buf_char(out, '/');
		number_int(out, arity);
	}
}

void term_print_pid(struct buf *out, uint64_t num)
{
	buf_str(out, "<0.");
	number_uint(out, num & UINT32_MAX);
	buf_char(out, '.');
	number_uint(out, num >> 32);
	buf_char(out, '>');
}

static bool cut_u32(struct text *t, uint64_t *out)
{
	struct text part;
	int64_t v;

	if (!text_cut(t, '.', &part) || !text_int(part, &v) || v < 0 || v > UINT32_MAX)
		return false;
	*out = (uint64_t)v;
	return true;
}

bool term_parse_pid(struct text t, uint64_t *num)
{
	uint64_t node, id, serial;

	if (text_starts(t, "#PID<"))
		t = text_sub(t, 4, t.len);
	if (text_starts(t, "<") && text_ends(t, ">"))
		t = text_sub(t, 1, t.len - 1);
	if (text_ends(t, ".") || !cut_u32(&t, &node) || !cut_u32(&t, &id) ||
	    !cut_u32(&t, &serial))
		return false;
	/* The first number is 0 for the node's own; what others have is known to that
	 * node alone. */
	if (t.len > 0 || node != 0)
		return false;
	*num = serial << 32 | id;
	return true;
}

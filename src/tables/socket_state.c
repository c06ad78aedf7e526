/* The state of a socket, in the words of inet:i/0. */
#include "tables/socket.h"

static bool has(const struct term *flags, const char *flag)
{
	if (!flags || flags->type != TERM_LIST)
		return false;
	for (size_t i = 0; i < flags->n; i++)
		if (term_is_atom(&flags->items[i], flag))
			return true;
	return false;
}

const char *socket_port_state(const struct term *status)
{
	static const struct {
		const char *flag;
		const char *state;
	} states[] = {
		{ "accepting", "ACCEPTING" },
		{ "connected", "CONNECTED" },
		{ "connecting", "CONNECTING" },
		{ "listen", "LISTEN" },
		{ "bound", "BOUND" },
		{ "open", "IDLE" },
	};
	const struct term *flags = term_at(status, 1);

	if (!term_is_tuple(status, 2, "ok") || flags->type != TERM_LIST)
		return NULL;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (has(flags, states[i].flag))
			return states[i].state;
	return "CLOSED";
}

/* Before OTP 27 a connection that was accepted is not said to be connected, but it has a
 * peer. */
const char *socket_nif_state(const struct socket_signs *s)
{
	if (has(s->rstates, "closed"))
		return "CLOSED";
	if (has(s->rstates, "closing") || has(s->wstates, "closing"))
		return "CLOSING";
	if (s->acceptors && term_num(s->acceptors) > 0)
		return "ACCEPTING";
	if (has(s->rstates, "listening") ||
	    (s->listening && term_is_tuple(s->listening, 2, "ok") &&
	     term_is_atom(&s->listening->items[1], "true")))
		return "LISTEN";
	if (s->peer)
		return "CONNECTED";
	if (has(s->wstates, "connecting"))
		return "CONNECTING";
	return s->local || has(s->rstates, "bound") ? "BOUND" : "IDLE";
}

/* What the atoms of both languages have in common. */
#include "term/atom.h"

bool atom_in(const char *const *words, size_t n, struct text t)
{
	for (size_t i = 0; i < n; i++) {
		if (t.len > 0 && words[i][0] == t.p[0] && text_is(t, words[i]))
			return true;
	}
	return false;
}

char atom_escape(uint32_t c)
{
	switch (c) {
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	case '\v':
		return 'v';
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case 0x1b:
		return 'e';
	case 0x7f:
		return 'd';
	default:
		return 0;
	}
}

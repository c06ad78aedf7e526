/* The two parts of a node's name, and which names there can be. */
#include "node/nodename.h"

#define NAME_BYTES_MAX 255 /* an atom has at most so many characters */

struct text nodename_head(struct text name)
{
	return text_sub(name, 0, text_chr(name, '@'));
}

struct text nodename_host(struct text name)
{
	return text_sub(name, text_chr(name, '@') + 1, name.len);
}

bool nodename_valid(struct text name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] <= ' ' || name.p[i] > '~')
			return false;
	}
	return name.len > 0 && name.len <= NAME_BYTES_MAX && text_chr(name, '@') > 0 &&
	       !text_ends(name, "@");
}

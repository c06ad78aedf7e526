/* The names that secrets go by, and what is made of a name before it is compared. */
#include "base/secret.h"

#include <strings.h>

/* In small letters, without '_' and '-'. */
static const char *const words[] = {
	"password", "passwd",     "passphrase", "secret",     "token",         "cookie",
	"apikey",   "privatekey", "accesskey",  "credential", "authorization",
};

static bool begins(struct text name, const char *word)
{
	for (size_t at = 0; *word; at++) {
		if (at == name.len)
			return false;
		if (name.p[at] == '_' || name.p[at] == '-')
			continue;
		if (strncasecmp(&name.p[at], word++, 1) != 0)
			return false;
	}
	return true;
}

bool secret_name(struct text name)
{
	for (size_t at = 0; at < name.len; at++)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (begins(text_sub(name, at, name.len), words[i]))
				return true;
	return false;
}

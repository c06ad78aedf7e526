/*
 * Which names are those of secrets: what stands under them is masked by --redact,
 * wherever it is shown. And the secrets in settings (environment variables, flags), which
 * are never shown.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/text.h"

/* Has the name a word like password, secret, token or api_key in it? Case, '_' and '-' do
 * not count. */
bool secret_name(struct text name);

/* Is a setting of this name kept to itself? Wider: also what ends in pass or pwd, and
 * what has a word like key, auth or salt in it ("STRIPE_KEY", "dbAuth"). */
bool secret_setting(struct text name);

/*
 * Writes the value of a setting with "[redacted]" in place of secrets: all of it under
 * the name of a secret; otherwise what stands in front of '@' in a URL, what follows the
 * name of a secret ("token=x", "--password x", {password,"x"}, "secret": "x"), and what
 * looks like a private key or one of the tokens that well-known services give out. When
 * in doubt it masks too much.
 *
 * cut  the value goes on where it ends here: what may be the beginning of a secret is
 *      masked
 */
void secret_mask(struct buf *out, struct text name, struct text value, bool cut);

#endif

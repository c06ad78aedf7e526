/*
 * Which names are those of secrets: what stands under them is masked by --redact,
 * wherever it is shown.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>

#include "base/text.h"

/* Has the name a word like password, secret, token or api_key in it? Case, '_' and '-' do
 * not count. */
bool secret_name(struct text name);

#endif

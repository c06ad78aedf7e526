#include "tables/tables.h"

const struct schema *const tables[] = {
	NULL,
};
const size_t ntables = 0;

const struct schema *tables_find(struct text name)
{
	for (size_t i = 0; i < ntables; i++)
		if (text_is(name, tables[i]->name) ||
		    (tables[i]->command && text_is(name, tables[i]->command)))
			return tables[i];
	return NULL;
}

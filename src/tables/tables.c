#include "tables/tables.h"

#include "tables/allocators.h"
#include "tables/apps.h"
#include "tables/atoms.h"
#include "tables/environment.h"
#include "tables/ets.h"
#include "tables/memory.h"
#include "tables/mnesia.h"
#include "tables/modules.h"
#include "tables/os_memory.h"
#include "tables/port.h"
#include "tables/process.h"
#include "tables/schedulers.h"
#include "tables/supervisors.h"
#include "tables/system.h"
#include "tables/threads.h"

const struct schema *const tables[] = {
	&processes_schema,
	&applications_schema,
	&supervisors_schema,
	&children_schema,
	&modules_schema,
	&memory_schema,
	&os_memory_schema,
	&allocators_schema,
	&allocator_instances_schema,
	&ets_schema,
	&mnesia_schema,
	&mnesia_system_schema,
	&schedulers_schema,
	&msacc_schema,
	&threads_schema,
	&system_schema,
	&environment_schema,
	&atoms_schema,
	&ports_schema,
	&sockets_schema,
	&dist_schema,
};
const size_t ntables = sizeof(tables) / sizeof(tables[0]);

const struct schema *tables_find(struct text name)
{
	for (size_t i = 0; i < ntables; i++)
		if (text_is(name, tables[i]->name) ||
		    (tables[i]->command && text_is(name, tables[i]->command)))
			return tables[i];
	return NULL;
}

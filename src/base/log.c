/* One switch, and lines with the time since it was turned on. */
#include "base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/loop.h"
#include "base/utf8.h"

static bool enabled;
static int64_t started_ns;

void log_enable(bool on)
{
	enabled = on;
	started_ns = loop_now();
}

bool log_enabled(void)
{
	return enabled;
}

void log_line(const char *format, ...)
{
	va_list args;
	char line[1024];

	if (!enabled)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	utf8_tame(line);
	fprintf(stderr, "otoscope: %9.3f ms  %s\n",
		(double)(loop_now() - started_ns) / 1e6, line);
}

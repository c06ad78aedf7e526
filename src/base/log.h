/*
 * What --verbose shows on stderr: one line a thought, with the milliseconds since it was
 * enabled. Never a cookie, never foreign bytes raw.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

void log_enable(bool on);
bool log_enabled(void);
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

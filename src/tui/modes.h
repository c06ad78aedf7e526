/*
 * The modes of the terminal: ours while we use it, and those of before whatever ends us:
 * a return, exit(), a signal, a crash, the want of memory.
 *
 * There is one terminal a process: what a signal handler needs lies in globals.
 */
#ifndef TUI_MODES_H
#define TUI_MODES_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

/* Ends a sequence or a character that was begun. Source: ECMA-48, CAN */
#define MODES_CANCEL "\x18"

/*
 * Takes the terminal: each byte as it is typed, nothing echoed, nothing translated. In
 * the background it waits, stopped, as the shell expects.
 *
 * leave  what is written to give its screen back; at most 256 bytes, copied
 */
bool modes_take(int in, int out, struct text leave, struct err *err);
/* Gives it back; nothing when it is not ours. Waits at most half a second for a
 * terminal that takes no bytes. */
void modes_give_back(void);
/* Something was written to it only in part: what comes next may be taken for the rest. */
void modes_cut(bool cut);
/* Gives it back and stops us as Ctrl-Z does, until we are continued. */
void modes_stop(void);
/* Takes it again: something else may have changed the modes. Waits, stopped, while we are
 * in the background. False: a signal came meanwhile. */
bool modes_again(void);

/* As write(2) on a terminal that is not to be waited for: EAGAIN. */
long modes_write(int fd, const char *bytes, size_t len);

#endif

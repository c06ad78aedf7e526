/*
 * The commands: one row each in cmd/list.c; help, completion and the man page's check read the same rows.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

/* Runs the program; returns its exit status. environ: our environment, NULL at its end. */
int cmd_main(int argc, char **argv, char **environ);

#endif

/*
 * ask - a secret that a person types or another program hands over.
 *
 * Calls err, file.  Nothing keeps a copy; the caller wipes text.  max is its
 * size, the NUL included.
 */
#ifndef NT_ASK_H
#define NT_ASK_H

#include <stddef.h>

#include "nt/err.h"

/*
 * Asks on the terminal that the process belongs to, wherever its standard
 * streams go, and shows nothing of what is typed.  The terminal is as before
 * when this returns, and also when a signal ends the process meanwhile.  0, or
 * -1: there is no terminal, or the line is too long or was not finished.
 */
int nt_ask_terminal(const char *question, char *text, size_t max,
    struct nt_err *err);

/*
 * Reads a line from fd, and nothing behind it, so that another reader can go
 * on there; the end of input ends it as well.  0, or -1.
 */
int nt_ask_fd(int fd, char *text, size_t max, struct nt_err *err);

#endif

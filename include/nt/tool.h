/*
 * tool - what every executable does the same way.
 *
 * Calls err, mem, file.  The only place below cmd that prints or exits.
 */
#ifndef NT_TOOL_H
#define NT_TOOL_H

#include <getopt.h>
#include <stdint.h>

#include "nt/err.h"

enum {
	NT_EXIT_OK = 0,		/* done, all of it */
	NT_EXIT_NO = 1,		/* the answer is no */
	NT_EXIT_TROUBLE = 2,	/* usage, bad input, disk, a bug */
	NT_EXIT_AGAIN = 75	/* trouble that time may cure */
};

/*
 * An option of a tool: the table stands on top of the tool's file, --help is
 * printed from it and getopt_long(3) is fed from it.  The table ends with an
 * entry whose name is NULL.  --help and --version need no entry.
 */
struct nt_option {
	int letter;		/* 'o', or a number over 255: long only */
	const char *name;	/* "output" */
	const char *arg;	/* "FILE", or NULL: takes none; "[=HOW]":
				   may be left out, only of a long one */
	const char *help;	/* one line, lower case, no full stop */
};

/* What --help shows besides the options. */
struct nt_usage {
	const char *name;	/* "notion-pack" */
	const char *synopsis;	/* "[options] [file]" */
	const char *purpose;	/* one line, as in the man page's NAME */
	const struct nt_option *options;
};

/*
 * Starts a tool: fds 0 to 2 are open, SIGPIPE has its default, core dumps are
 * off (memory may hold a token), messages carry the name.
 */
void nt_tool_start(const struct nt_usage *usage);

/* For tools that change the world: a reader that left is an EPIPE error. */
void nt_tool_ignore_sigpipe(void);

/*
 * Steps through the options like getopt_long(3): the letter, optarg set; -1
 * after the last, optind at the first operand.  --help and --version print
 * and exit 0; an unknown or incomplete option says so and exits 2.
 */
int nt_tool_option(int argc, char *argv[]);

/* Says the sentence after the tool's name, prints the usage hint, exits 2. */
_Noreturn void nt_tool_usage(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/* "notion-pack: SENTENCE" on stderr, one line, one write(2). */
void nt_tool_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Prints the error and returns the exit status for its kind: 2, or 75. */
int nt_tool_fail(const struct nt_err *err);

/*
 * Reads a whole number within bounds, with no sign, space or rest; the option
 * is named in the usage error otherwise.
 */
uint64_t nt_tool_number(const char *option, const char *text, uint64_t min,
    uint64_t max);

/* The same with a unit behind it: k M G (1000), Ki Mi Gi (1024) for bytes. */
uint64_t nt_tool_size(const char *option, const char *text, uint64_t max);

/* The same in milliseconds: a number and ms, s, m, h or d; bare is seconds. */
uint64_t nt_tool_duration(const char *option, const char *text, uint64_t max);

/*
 * SIGINT and SIGTERM only set a flag from here on; nt_tool_stopping() tells
 * which came, 0 for none.  A second one has its default effect.
 */
void nt_tool_catch_stop(void);
int nt_tool_stopping(void);

/*
 * Progress on stderr: --progress says "auto", the default (when it is a
 * terminal), "always" or "never".  Then nt_tool_progress() rewrites one line, at
 * most five times a second, and nt_tool_progress_done() removes it.
 */
void nt_tool_progress_mode(const char *mode);
int nt_tool_progress_wanted(void);
int nt_tool_progress_due(void);		/* 1: it would be seen now */
void nt_tool_progress(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));
void nt_tool_progress_done(void);

#endif

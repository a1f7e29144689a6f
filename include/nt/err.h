/*
 * err - what went wrong, said once.
 *
 * Calls mem.  A library function that fails returns -1 and fills the caller's
 * struct nt_err with a kind and a finished sentence, made where the facts
 * are; the tool adds its name and prints it.  Nothing here prints.
 */
#ifndef NT_ERR_H
#define NT_ERR_H

#include <stdarg.h>
#include <stddef.h>

#define NT_ERR_TEXT_MAX 512

enum nt_err_kind {
	NT_SYS = 1,	/* the system said no: disk, descriptor, permission */
	NT_DATA,	/* input is not what it must be */
	NT_LIMIT,	/* input is larger than a named limit */
	NT_AGAIN,	/* time may cure it: rate limit, timeout, lock held */
	NT_DENIED,	/* the service refused us: token, capability */
	NT_DAMAGED	/* input was what it must be, and was changed since */
};

struct nt_err {
	enum nt_err_kind kind;
	char text[NT_ERR_TEXT_MAX];
};

/*
 * Fills *err; always returns -1, so that "return nt_err_set(...)" reads well.
 * Text that does not fit is cut at a character, control bytes become '?'.
 * err may be NULL: then only the -1 remains.
 */
int nt_err_set(struct nt_err *err, enum nt_err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "cannot create out.zip: No space left on device", of the present errno. */
int nt_err_sys(struct nt_err *err, const char *verb, const char *name);

/* Puts a place before the sentence: "line 12: " + what was there. */
int nt_err_at(struct nt_err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Control bytes, which a terminal would obey, become '?' in any text. */
void nt_err_plain(char *text, size_t len);

#endif

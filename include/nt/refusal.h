/*
 * refusal - why the service would not do it, in its own words (api 1.3).
 *
 * Calls base.  What goes wrong with a request is an answer, not a fault of
 * ours, so it has its own shape and may run over several lines.
 */
#ifndef NT_REFUSAL_H
#define NT_REFUSAL_H

#include "nt/mem.h"

#define NT_REFUSAL_TEXT_MAX 4096

struct nt_refusal {
	int status;		/* of HTTP */
	const char *code;	/* "validation_error"; never freed */
	char message[NT_REFUSAL_TEXT_MAX];
};

/*
 * Fills *why and returns -1.  code must be a literal.  What does not fit is
 * cut at a character.
 */
int nt_refuse(struct nt_refusal *why, int status, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same for 400 validation_error, much the most frequent. */
int nt_refuse_form(struct nt_refusal *why, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif

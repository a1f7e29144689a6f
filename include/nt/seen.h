/*
 * seen - a set of ids of which only two things are asked: is this one new, and
 * it is in from now on.
 *
 * Calls id, spool.  For millions: memory is 3 to 6 bytes an id, the ids
 * themselves are in a spool, where a doubtful answer is looked up.
 */
#ifndef NT_SEEN_H
#define NT_SEEN_H

#include <stdint.h>

#include "nt/err.h"
#include "nt/id.h"

struct nt_seen;

struct nt_seen *nt_seen_new(void);

/*
 * Adds an id of a space; a page and a block may have one id and are two.  1 if
 * it is new, 0 if it was there, -1 (NT_SYS: the temporary file).
 */
int nt_seen_add(struct nt_seen *s, uint8_t space, const struct nt_id *id,
    struct nt_err *err);

/* 1 if it is there, 0 if not, -1 (NT_SYS). */
int nt_seen_has(struct nt_seen *s, uint8_t space, const struct nt_id *id,
    struct nt_err *err);

/* NULL is allowed. */
void nt_seen_free(struct nt_seen *s);

#endif

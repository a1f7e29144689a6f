/*
 * spool - bytes put aside, in memory while they are few and on disk after.
 *
 * Calls buf, err, file.  For lists that grow with the input but are wanted
 * only at the end, so that memory stays flat.  Sizes are bytes.
 */
#ifndef NT_SPOOL_H
#define NT_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "nt/err.h"

#define NT_SPOOL_MEMORY ((size_t)256 << 10)	/* kept in memory up to this */

struct nt_spool;

struct nt_spool *nt_spool_new(void);

/* Appends: 0, or -1 (NT_SYS: the temporary file). */
int nt_spool_add(struct nt_spool *s, const void *p, size_t len,
    struct nt_err *err);

/* How much is there; where the next byte will stand. */
uint64_t nt_spool_size(const struct nt_spool *s);

/* Copies len bytes from at, which must be there, to p: 0, or -1. */
int nt_spool_read(struct nt_spool *s, uint64_t at, void *p, size_t len,
    struct nt_err *err);

/* Forgets the content; the file, if there is one, is written over. */
void nt_spool_clear(struct nt_spool *s);

/* NULL is allowed. */
void nt_spool_free(struct nt_spool *s);

#endif

/*
 * zstd - bytes into one zstd frame and back, for who keeps many small ones.
 *
 * Part of room archive, the one door to libzstd.  Calls base.  Sizes are
 * bytes.  A frame is that of RFC 8878 with the size of its content and a
 * checksum; equal input gives equal frames.  On -1, *err says why; nothing
 * here prints.
 */
#ifndef NT_ZSTD_H
#define NT_ZSTD_H

#include <stddef.h>

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/mem.h"

#define NT_ZSTD_LEVEL 3			/* of 1 to 19: speed first */
#define NT_ZSTD_PREFIX_MAX ((size_t)64 << 20)

/* Memory that packing and unpacking reuse; for one thread at a time. */
struct nt_zstd;

struct nt_zstd *nt_zstd_new(void);

/* NULL is allowed. */
void nt_zstd_free(struct nt_zstd *z);

/*
 * Appends the frame of bytes to out.  prefix is content that the bytes are
 * like, an earlier state of them, or { NULL, 0 }; whoever unpacks the frame
 * must give the same.  0, or -1 (NT_LIMIT): out would pass its limit, and is
 * what it was.
 */
int nt_zstd_pack(struct nt_zstd *z, struct nt_buf *out, struct nt_str bytes,
    struct nt_str prefix, int level, struct nt_err *err);

/*
 * Appends the content of one frame, no more than max bytes, to out.  Refused,
 * and out is what it was: what is no frame, is cut short or damaged, does not
 * say its size, has bytes behind it (NT_DATA), claims more than max or more
 * than out may hold (NT_LIMIT), and another prefix than it was packed with
 * (NT_DATA).
 */
int nt_zstd_unpack(struct nt_zstd *z, struct nt_buf *out, struct nt_str frame,
    struct nt_str prefix, size_t max, struct nt_err *err);

#endif

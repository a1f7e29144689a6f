/* snapshot, private: what its files share. */
#ifndef NT_SNAPSHOT_INTERNAL_H
#define NT_SNAPSHOT_INTERNAL_H

#include "nt/snapshot.h"

/* As nt_snapshot_open() of what was found, which is taken over. */
int snapshot_open_found(struct nt_snapshot **out, const char *path,
    const struct nt_found *found, const struct nt_snapshot_how *how,
    struct nt_err *err);

#endif

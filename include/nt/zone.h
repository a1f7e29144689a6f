/*
 * zone - what the clocks of a time zone show, from the bytes of its file.
 *
 * Calls base; pure.  The format is TZif (RFC 8536), as in /usr/share/zoneinfo,
 * where the name of a zone is the path of its file.
 */
#ifndef NT_ZONE_H
#define NT_ZONE_H

#include <stdint.h>

#include "nt/mem.h"

/* 1 if the name may be the path of a zone's file: no way up or out. */
int nt_zone_name_ok(struct nt_str name);

/*
 * The offset from UTC, in minutes, when clocks there show local_ms
 * (milliseconds since 1970, as if in UTC): 1, or 0 if the bytes do not say.
 * Of two moments at which they show it the earlier counts; a time that is
 * skipped is taken as if the clocks had not been put forward yet.
 */
int nt_zone_offset(struct nt_str tzif, int64_t local_ms, int *minutes);

#endif

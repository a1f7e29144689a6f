/*
 * What the files of this room share: where faults go, and the records of a
 * stream, one after the other.
 */
#ifndef NT_VERIFY_INTERNAL_H
#define NT_VERIFY_INTERNAL_H

#include <stdint.h>

#include "nt/id.h"
#include "nt/json.h"
#include "nt/stream.h"
#include "nt/verify.h"

/* ---- report.c ---- */

/* Where faults go, and what was found besides. */
struct report {
	const struct nt_verify_how *how;
	struct nt_verified *found;
};

/* Says a fault. */
void report_fault(struct report *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Says it if err is a fault of what was read: 0; else -1. */
int report_err(struct report *r, const struct nt_err *err);

/* 0, or -1 if somebody asked us to stop. */
int report_stop(struct report *r, struct nt_err *err);

/* ---- stream.c, tree.c: what is in fd, or in a folder ---- */

int verify_stream(int fd, struct report *report, struct nt_err *err);
int verify_tree_file(int fd, struct report *report, struct nt_err *err);
int verify_tree_folder(const char *path, struct report *report,
    struct nt_err *err);

/* ---- records.c ---- */

/* What the records must agree with, and among each other. */
struct records;

/*
 * assets maps the first half of each hash to the size of its file; NULL if the
 * bytes are not there to be looked at.  It must outlive this; the highest bit
 * of a size is set when a record names the file.
 */
struct records *records_new(struct report *report, struct nt_id_map *assets);

#define ASSET_NAMED ((uint64_t)1 << 63)

/* The snapshot, before the first record. */
void records_snapshot(struct records *r, struct nt_value snapshot);

/* The next record of the stream: 0, or -1. */
int records_add(struct records *r, enum nt_kind kind, struct nt_value value,
    struct nt_err *err);

/* After the last one; end is the end record, or none. */
int records_end(struct records *r, struct nt_value end, struct nt_err *err);

/* NULL is allowed. */
void records_free(struct records *r);

#endif

/*
 * change - what has to happen to turn one snapshot into another, and making it
 * happen; notion-change(5).
 *
 * Calls stream, model (kinds), json, crypto and base.  Pure: the same answer to
 * the same arguments, no files, no clock.  On -1, *err says why; nothing here
 * prints.
 */
#ifndef NT_CHANGE_H
#define NT_CHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/json.h"
#include "nt/mem.h"
#include "nt/stream.h"

/* ---- patches, RFC 6902 ---- */

/*
 * Appends value as it is after the patch, an array of operations, canonical;
 * changes made to either value are not seen.  0, or -1: what cannot be done
 * to the letter is refused, "/patch/N: ..." names the operation.
 */
int nt_patch_apply(struct nt_value value, struct nt_value patch,
    struct nt_buf *out, struct nt_err *err);

/*
 * Appends the patch that makes b of a, both read from canonical text, as short
 * as we can find: "[]" if they are equal.  Changes made to them are not seen.
 * It only adds, removes and replaces, and never replaces the whole.
 */
void nt_patch_make(struct nt_value a, struct nt_value b, struct nt_buf *out);

/* ---- what changes by itself ---- */

enum nt_grade {
	NT_GRADE_OWN,		/* only who changes the record changes it */
	NT_GRADE_COMPUTED,	/* follows from something else: a formula */
	NT_GRADE_VOLATILE	/* differs whenever anything was touched, or
				   from read to read */
};

/* Of the value at a pointer in the record, which has it. */
enum nt_grade nt_grade_at(struct nt_value record, struct nt_str pointer);

/*
 * Drops from the record, as nt_value_drop() does, all that is of this grade or
 * a higher one; links to hosted files lose their signature.
 */
void nt_grade_strip(struct nt_value record, enum nt_grade from);

#define NT_BASE_TEXT (7 + NT_DIGEST_TEXT)	/* "sha256:", digits, NUL */

/*
 * The "base" of a change to the record: "sha256:" and the SHA-256 in hex of the
 * canonical form of what in it is NT_GRADE_OWN.  Changes made to the record are
 * not seen.
 */
void nt_change_digest(struct nt_value record, char base[NT_BASE_TEXT]);

#endif

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

/* ---- change records ---- */

enum nt_change_op {
	NT_CHANGE_CREATE,
	NT_CHANGE_MOVE,
	NT_CHANGE_UNTRASH,
	NT_CHANGE_UPDATE,
	NT_CHANGE_TRASH,
	NT_CHANGE_DELETE,
	NT_CHANGE_OPS
};

/* The word in "op", and back (NT_CHANGE_OPS if it is none). */
const char *nt_change_op_name(enum nt_change_op op);
enum nt_change_op nt_change_op_named(struct nt_str name);

/*
 * A change, its parts as JSON text; p is NULL for a part that the operation
 * does not have.  All of it is lent.
 */
struct nt_change {
	enum nt_change_op op;
	enum nt_kind kind;
	struct nt_str object;	/* the word in "kind", with its quotes */
	struct nt_str id;	/* "null" where there is none */
	struct nt_str owner, pointer;	/* of an asset */
	struct nt_str parent, after;
	struct nt_str behind;	/* of what cannot be told from others */
	struct nt_str base, patch, value;
	struct nt_str was, is;	/* the whole record in A and in B; not part
				   of the record that is written */
};

/* Appends the change as a canonical record, without a newline. */
void nt_change_write(const struct nt_change *c, struct nt_buf *out);

/*
 * Appends the change as lines for a person, each with its newline, in colours
 * of a terminal if colour is not 0.  was and is must be there.  0, or -1: they
 * are no JSON.
 */
int nt_change_show(const struct nt_change *c, int colour, struct nt_buf *out,
    struct nt_err *err);

/* ---- what a restore made of it ---- */

/*
 * What the journal of a restore tells, and what cannot be the same after one.
 * The steps: new, the journal's lines, translate, nt_diff() of the old snapshot
 * with what was handed out, losses.
 */
struct nt_restored;

struct nt_restored *nt_restored_new(void);

/*
 * The same for a restore in place that was before: a is what is there, b what
 * was restored to it, of which some was made anew and has other ids in a.  All
 * of b is handed out, in the ids of a; there is nothing to be lenient about.
 */
struct nt_restored *nt_restored_new_back(void);

/* Takes a line of the journal: 0, or -1 if it is none. */
int nt_restored_journal(struct nt_restored *r, struct nt_value line,
    struct nt_err *err);

/*
 * Hands out the records of b, the text of what was read after the restore, that
 * belong to what was restored of a, in the ids of a: 0, or -1.
 */
int nt_restored_translate(struct nt_restored *r, struct nt_str a,
    struct nt_str b, int (*line)(void *arg, struct nt_str line,
    struct nt_err *err), void *arg, struct nt_err *err);

/* Hands out a loss record for each way in which the two differed, counted. */
int nt_restored_losses(struct nt_restored *r, int (*loss)(void *arg,
    struct nt_str line, struct nt_err *err), void *arg, struct nt_err *err);

/* NULL is allowed. */
void nt_restored_free(struct nt_restored *r);

/* ---- what differs ---- */

/* How two snapshots are compared. */
struct nt_diff_how {
	const char *name_a, *name_b;	/* for messages */
	int strict;		/* what is volatile counts, and any order */
	uint64_t kinds;		/* 1 << kind of those to tell of; 0: all */
	struct nt_restored *restored;	/* b is what a restore made of a: what
				   it cannot keep does not count; or NULL */
	const char *const *ignore;	/* JSON pointers of what does not count,
				   ended by NULL; or NULL */
	/* Called when all was compared and before the first change: 0, or -1
	   with *err, which ends it. */
	int (*compared)(void *arg, struct nt_err *err);
	/* Called for each change, in the order of notion-change(5): 0, or -1
	   with *err, which ends it. */
	int (*change)(void *arg, const struct nt_change *c,
	    struct nt_err *err);
	void *arg;
};

/*
 * Tells what makes the snapshot b of the snapshot a.  Both are the text of
 * the records, each a canonical line with its newline, without the control
 * records.  About 48 bytes a record are needed, whatever its size.  0, or -1.
 */
int nt_diff(struct nt_str a, struct nt_str b, const struct nt_diff_how *how,
    struct nt_err *err);

/* ---- making it so ---- */

struct nt_amend;

/*
 * Makes ready to change the snapshot whose records are in text, as nt_diff()
 * takes them, which must outlive it.  force takes changes that were made from
 * other records than are there.  name is that of the snapshot, for messages.
 * 0, or -1.
 */
int nt_amend_new(struct nt_amend **a, struct nt_str text, const char *name,
    int force, struct nt_err *err);

/*
 * Does what a change record says: 1; 0 if that is refused, for what is there is
 * not what the change was made from, and *err says why; or -1 if it is no good
 * change record.  After 0 and -1 all is as before.
 */
int nt_amend_change(struct nt_amend *a, struct nt_value change,
    struct nt_err *err);

/*
 * Hands out the records as they are now, in the order of notion-stream(5): 0,
 * or -1 of the callback.
 */
int nt_amend_records(struct nt_amend *a, int (*record)(void *arg,
    enum nt_kind kind, struct nt_str line, struct nt_err *err), void *arg,
    struct nt_err *err);

/* NULL is allowed. */
void nt_amend_free(struct nt_amend *a);

#endif

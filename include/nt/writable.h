/*
 * writable - from the form that is read and kept to the form that may be
 * written (api 3.4 to 3.8, 4.2, 4.3, 8.1): the way back of stored.h.
 *
 * Calls json and base; pure: what has to be looked up in the workspace that
 * is written to is asked of the caller through struct nt_target.  Results are
 * JSON text, appended to a buffer; it is valid, and such that nt_form_check()
 * lets a body made of it pass, but not canonical.  Characters are UTF-16 code
 * units.
 *
 * Nothing is left out in silence: whatever the written form cannot keep is
 * told to target->loss(), with a JSON pointer into the record.  What the
 * service would refuse (nt_form_check()) is not written, and is such a loss.
 */
#ifndef NT_WRITABLE_H
#define NT_WRITABLE_H

#include "nt/buf.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/kinds.h"

/*
 * What comes of a conversion.  LATER: it names something that is not there
 * yet, so nothing was appended and no loss was told; ask again.  All that it
 * names has been asked for, so the caller knows of all that is missing.
 * NEVER: there is no form to write it in, nothing was appended, and the loss
 * was told.
 */
enum nt_writable {
	NT_WRITABLE_NEVER = -1,
	NT_WRITABLE_LATER = 0,
	NT_WRITABLE_NOW = 1
};

enum nt_loss_class {
	NT_LOSS_EXPECTED,	/* api 8.1: no client could keep it */
	NT_LOSS_WARNING		/* a person should look at it */
};

/*
 * The workspace that is written to.  A function that is NULL knows nothing:
 * ids stay as they are, files are not there, losses are not told.
 */
struct nt_target {
	void *of;	/* handed to each function */

	/*
	 * Under which id a page, database, data source, block or discussion
	 * of the snapshot is there: NOW and *to, LATER, or NEVER (it will not
	 * be; a mention of it becomes text).
	 */
	enum nt_writable (*id)(void *of, const struct nt_id *from,
	    struct nt_id *to);

	/* The same of a user (never LATER), and of a custom emoji. */
	enum nt_writable (*user)(void *of, const struct nt_id *from,
	    struct nt_id *to);
	enum nt_writable (*emoji)(void *of, const struct nt_id *from,
	    struct nt_id *to);

	/*
	 * The upload that holds the bytes of a hosted file, which is at that
	 * pointer in the record (as in asset records: "/image/file",
	 * "/properties/Files/files/0/file"): NOW and its id, LATER (it has to
	 * be uploaded first), or NEVER (there are no bytes).
	 */
	enum nt_writable (*file)(void *of, struct nt_str pointer,
	    struct nt_id *upload);

	/*
	 * The id that a property of that id has there, appended to out.
	 * Filters and sorts may name a property instead; then its name.
	 */
	enum nt_writable (*property)(void *of, struct nt_str id,
	    struct nt_buf *out);

	/*
	 * A link, to whatever place, which may be something of the snapshot:
	 * NOW and the URL to write appended to out, LATER; NEVER: it stays.
	 */
	enum nt_writable (*link)(void *of, struct nt_str url,
	    struct nt_buf *out);

	/* What is lost; pointer and reason are lent for the call. */
	void (*loss)(void *of, const char *pointer, enum nt_loss_class class,
	    const char *reason);

	/*
	 * The name of a property, by its id (or that encoded, as
	 * nt_prop_find() takes both) and its data source in the snapshot; nil
	 * is that of the property being written.  Formulas are read with ids
	 * in them (api 3.6), and written with the names appended to out.
	 * LATER if the formula has to wait for that property.
	 */
	enum nt_writable (*name)(void *of, const struct nt_id *source,
	    struct nt_str id, struct nt_buf *out);
};

/*
 * An array of rich text, at most 100 items of at most 2,000 characters:
 * neighbours that look the same are joined first, what is still too long is
 * split between characters, and what is over 100 items loses its styles
 * before it loses its characters.  pointer is where it stands in the record.
 */
enum nt_writable nt_writable_text(const struct nt_target *target,
    struct nt_value items, const char *pointer, struct nt_buf *out);

/* An icon or cover; null for none.  pointer: "/icon", "/cover". */
enum nt_writable nt_writable_icon(const struct nt_target *target,
    struct nt_value icon, const char *pointer, struct nt_buf *out);
enum nt_writable nt_writable_cover(const struct nt_target *target,
    struct nt_value cover, const char *pointer, struct nt_buf *out);

/*
 * A block to be created, {"type":…,<type>:{…}}.  children is JSON of an array
 * to be put into it, or p NULL.  Of a text of over 100 items, or of so many
 * bytes that a request could not hold it, more than one block is made
 * (separated by commas), the children are in the last; *count says how many.
 * child_page and child_database are NEVER, without a loss: the caller makes
 * what they stand for.  table and column_list cannot be made without children
 * (api 4.3), which is for the caller to see to.  A copy of a synced block gets
 * none; if its original will not be there it is written as an original.
 */
enum nt_writable nt_writable_block(const struct nt_target *target,
    struct nt_value block, struct nt_str children, struct nt_buf *out,
    size_t *count);

/*
 * The body of a PATCH that turns the block old into the block new, both of one
 * type: {<type>: {…}} with the members that differ.  NEVER where the type
 * cannot be changed in that way (api 4.2, Up), without a loss: the block has
 * to be made anew.  If nothing of it differs, "{}".
 */
enum nt_writable nt_writable_block_update(const struct nt_target *target,
    struct nt_value old, struct nt_value new, struct nt_buf *out);

/* Which properties of a page. */
enum nt_writable_part {
	NT_WRITABLE_PLAIN,	/* all but relations */
	NT_WRITABLE_RELATIONS,
	NT_WRITABLE_BOTH
};

/*
 * {name: {<type>: value}} of a page's properties that can be written and hold
 * something; with schema (the "properties" of the target's data source, or
 * none) only those that it has, in its type, the others are losses.  Computed
 * ones are left out without a loss.  `old`, or none, are properties
 * of the same page: then only what differs from them, empty values included,
 * for a PATCH.  NEVER if there is nothing to be written ("{}" is not
 * appended); a loss is told of each value that was cut.
 *
 * Of a relation of over 100 targets the first 100 are written, and the rest
 * is a loss, unless the schema has it as a dual one: that is left out, to be
 * written from the other side by the caller, who is told by *crowded, which is
 * 1 then, else 0 (NULL is allowed).
 */
enum nt_writable nt_writable_properties(const struct nt_target *target,
    struct nt_value schema, struct nt_value properties, struct nt_value old,
    enum nt_writable_part part, int *crowded, struct nt_buf *out);

/*
 * The configuration of one property in a schema write, {"type":…,<type>:{…},
 * "description":…}: NEVER for what cannot be created (api 3.6).  Of a select
 * with over 100 options the first 100.  Options of a status name their group,
 * which not every service takes (api 0, D4); "status":{} is the way out then.
 * A dual relation is written as such; whose side is made first is the caller's
 * business.  A formula's or rollup's names are those of the snapshot.
 */
enum nt_writable nt_writable_property(const struct nt_target *target,
    struct nt_value entry, const char *pointer, struct nt_buf *out);

/*
 * The members of a database that POST and PATCH take, {"title":…,
 * "description":…,"is_inline":…,"icon":…,"cover":…}; those of a data source,
 * {"title":…,"icon":…}.  Empty ones are left out.
 */
enum nt_writable nt_writable_database(const struct nt_target *target,
    struct nt_value database, struct nt_buf *out);
enum nt_writable nt_writable_source(const struct nt_target *target,
    struct nt_value source, struct nt_buf *out);

/*
 * The members of a view that POST takes beside its parents, {"name":…,
 * "type":…,"filter":…,"sorts":…,"quick_filters":…,"configuration":…}; for a
 * PATCH without "type".  Parts that cannot be written are losses (api 3.8:
 * dashboard rows, names of properties, form questions).
 */
enum nt_writable nt_writable_view(const struct nt_target *target,
    struct nt_value view, int patch, struct nt_buf *out);

/*
 * The members of a comment beside where it stands: {"rich_text":…,
 * "attachments":…,"display_name":…}.  author is the name to show, since the
 * author cannot be kept; p NULL: as the integration.
 */
enum nt_writable nt_writable_comment(const struct nt_target *target,
    struct nt_value comment, struct nt_str author, struct nt_buf *out);

#endif

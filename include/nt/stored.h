/*
 * stored - from the form that is written to the form that is kept and
 * answered (api 10.2).
 *
 * Calls json and base; pure: what has to be looked up or made in the workspace
 * is asked of the caller through struct nt_world.  Bodies are those that
 * nt_form_check() let pass.  Results are JSON text, appended to a buffer; it
 * is complete but not canonical.  On -1 *why is filled and the buffer may hold
 * a beginning.
 */
#ifndef NT_STORED_H
#define NT_STORED_H

#include <stdint.h>

#include "nt/buf.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/kinds.h"
#include "nt/refusal.h"

/*
 * The workspace as far as a write can ask.  Each look-up returns 1 and appends
 * to its buffers, or 0 if there is no such thing (or none the caller may
 * see).  A function that is NULL finds nothing.
 */
struct nt_world {
	void *of;	/* handed to each function */

	/* Of a page, database or data source: title as plain text, and URL. */
	int (*page)(void *of, const struct nt_id *id, struct nt_buf *title,
	    struct nt_buf *url);

	/* A user or group: its name as text, the object as JSON. */
	int (*user)(void *of, const struct nt_id *id, struct nt_buf *name,
	    struct nt_buf *json);

	/* A custom emoji: {"id":…,"name":…,"url":…}. */
	int (*emoji)(void *of, const struct nt_id *id, struct nt_buf *json);

	/*
	 * A file upload that may be attached: its file name as text, and what
	 * takes the place of the reference: {"url":…,"expiry_time":…}.
	 */
	int (*upload)(void *of, const struct nt_id *id, struct nt_buf *name,
	    struct nt_buf *file);

	/* A new id for an option or property, unlike any before; required. */
	void (*key)(void *of, char text[NT_ID_TEXT]);

	/*
	 * The offset from UTC, in minutes, of an IANA time zone when its
	 * clocks show local_ms (milliseconds since 1970, as if in UTC).
	 */
	int (*zone)(void *of, struct nt_str name, int64_t local_ms,
	    int *minutes);
};

/*
 * An array of rich text: annotations, plain_text and href complete (api 3.5).
 * Empty text items are dropped, neighbours that look the same are joined.  A
 * mention of a page that is not found keeps its id and reads "Untitled", of a
 * user "@Anonymous".
 */
int nt_stored_text(const struct nt_world *world, struct nt_value items,
    struct nt_buf *out, struct nt_refusal *why);

/* An icon or cover; null, or none, is "null". */
int nt_stored_icon(const struct nt_world *world, struct nt_value icon,
    struct nt_buf *out, struct nt_refusal *why);
int nt_stored_cover(const struct nt_world *world, struct nt_value cover,
    struct nt_buf *out, struct nt_refusal *why);

/*
 * The payload of a new block, defaults filled in, without "children" (which
 * the caller walks by nt_block_children()).
 */
int nt_stored_block(const struct nt_world *world, struct nt_value block,
    struct nt_buf *out, struct nt_refusal *why);

/*
 * The payload of a block of that type after a PATCH of it: the members of the
 * patch replace those of the old one.  Refuses a patch for another type.  When
 * the body has no type key (in_trash only) the result is the old payload.
 */
int nt_stored_block_update(const struct nt_world *world, enum nt_block type,
    struct nt_value old, struct nt_value body, struct nt_buf *out,
    struct nt_refusal *why);

/* ---- pages in a data source ---- */

/* What computed properties show; a page knows it outside its properties. */
struct nt_page_facts {
	const char *created_time;	/* NULL: such values are left as they */
	const char *last_edited_time;	/* are, or null */
	struct nt_str created_by;	/* JSON of the user; p NULL: likewise */
	struct nt_str last_edited_by;
	int64_t number;			/* unique_id; 0: likewise */
};

/*
 * The whole "properties" of a page, {name: {"id","type",<type>}}, of the
 * schema's properties in its order: what is given (by name or id, each checked
 * against the schema) over what was there over what is empty.  given and old
 * may be none.  A status without a value gets the first option of the first
 * group.
 *
 * A select or multi_select value that names no option makes one: then the
 * whole schema with it is appended to new_schema, which stays as it was
 * otherwise; it may be NULL where options may not be made, and then that is
 * refused.
 */
int nt_stored_properties(const struct nt_world *world, struct nt_value schema,
    struct nt_value given, struct nt_value old,
    const struct nt_page_facts *facts, struct nt_buf *out,
    struct nt_buf *new_schema, struct nt_refusal *why);

/* The same for a page that is in no data source: only "title" is allowed. */
int nt_stored_title_only(const struct nt_world *world, struct nt_value given,
    struct nt_value old, struct nt_buf *out, struct nt_refusal *why);

/*
 * A page's properties under a changed schema, matched by id: renamed ones take
 * their new name, removed ones go, new ones are empty, a changed type keeps
 * what can be read in the new one (api 2.3).  Never refuses.
 */
void nt_stored_reshape(struct nt_value schema, struct nt_value properties,
    struct nt_buf *out);

/* The text of a rich text array: its plain_texts, one after another. */
void nt_plain_text(struct nt_value items, struct nt_buf *out);

/* The title of a page, database or data source object, as plain text. */
void nt_title_text(struct nt_value object, struct nt_buf *out);

#endif

/*
 * schema - the properties of a data source, made and changed (api 2.3, 3.6).
 *
 * Calls json and base; pure, see stored.h for the world and for what a result
 * is.
 */
#ifndef NT_SCHEMA_H
#define NT_SCHEMA_H

#include "nt/stored.h"

/*
 * The "properties" of a data source after a write: {name: {"id","name",
 * "description","type",<type>: config}}.
 *
 * old is what is there, or none for a new data source: then there must be
 * exactly one title property, and given may be none, which makes "Name".
 * Otherwise keys of given are names or ids, null removes, {"name"} renames, a
 * type key changes or adds.  Option lists are complete: what is missing goes.
 *
 * Ids of properties and options come from world->key().  A relation that
 * becomes dual has dual_property without synced_property_id: the caller makes
 * the counterpart and fills that in.  A relation's target is asked of
 * world->page(); its database_id is the caller's to add, and so is of a rollup
 * whichever of rollup_property_name and rollup_property_id was not given.
 */
int nt_schema_write(const struct nt_world *world, struct nt_value old,
    struct nt_value given, struct nt_buf *out, struct nt_refusal *why);

#endif

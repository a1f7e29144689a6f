/*
 * Which pages, databases and data sources are known: who is listed by the
 * search, with the place in the spool where that is kept, and who was claimed
 * for reading, so that nothing is read twice.  A search lists some ten
 * thousands at most, but there may be millions of rows; so who was claimed and
 * is not listed is one of those seen, which takes less memory than the map.
 */
#include "internal.h"

#include <string.h>

#define CLAIMED UINT64_C(1)
#define LISTED UINT64_C(2)
#define PLACE_SHIFT 2
#define CLAIMS NT_KIND_COUNT	/* among what was seen: not of records */

static uint64_t
look_up(const struct nt_walk *w, const struct nt_id *id)
{
	uint64_t value = 0;

	nt_id_map_get(w->known, id, &value);
	return value;
}

int
known_claim(struct nt_walk *w, const struct nt_id *id)
{
	uint64_t value = look_up(w, id);

	if ((value & LISTED) == 0)
		return walk_first(w, CLAIMS, id);
	if ((value & CLAIMED) != 0)
		return 0;
	nt_id_map_put(w->known, id, value | CLAIMED);
	return 1;
}

int
known_claimed(struct nt_walk *w, const struct nt_id *id)
{
	uint64_t value = look_up(w, id);
	struct nt_err err;
	int seen;

	if ((value & LISTED) != 0)
		return (value & CLAIMED) != 0;
	if ((seen = nt_seen_has(w->seen, CLAIMS, id, &err)) == -1)
		walk_fail(w, &err);
	return seen == 1;
}

int
known_listed(const struct nt_walk *w, const struct nt_id *id)
{
	return (look_up(w, id) & LISTED) != 0;
}

enum inside
known_parent(struct nt_value v, enum nt_kind kind, struct nt_id *parent)
{
	struct nt_value p = nt_value_get(v, kind == NT_KIND_DATA_SOURCE ?
	    "database_parent" : "parent");

	if (member_id(p, "page_id", parent))
		return INSIDE_PAGE;
	if (member_id(p, "data_source_id", parent))
		return INSIDE_SOURCE;
	if (member_id(p, "block_id", parent))
		return INSIDE_BLOCK;
	if (member_id(p, "database_id", parent))
		return INSIDE_DATABASE;
	memset(parent, 0, sizeof *parent);
	return INSIDE_NOTHING;
}

int
known_add(struct nt_walk *w, struct nt_value v, enum nt_kind kind,
    const struct nt_id *id, int keep)
{
	struct nt_str raw = nt_value_raw(v);
	uint64_t at = nt_spool_size(w->listed);
	struct listed l;
	struct nt_err err;

	if (known_listed(w, id))
		return 0;
	memset(&l, 0, sizeof l);
	l.id = *id;
	l.kind = (uint8_t)kind;
	l.created = member_time(v, "created_time");
	l.edited = member_time(v, "last_edited_time");
	if (kind == NT_KIND_PAGE && w->base != NULL)
		l.title = title_hash(v);
	l.trashed = (uint8_t)nt_value_true(nt_value_get(v, "in_trash"));
	l.len = keep ? (uint32_t)raw.len : 0;
	if (kind == NT_KIND_DATA_SOURCE)
		member_id(nt_value_get(v, "parent"), "database_id",
		    &l.database);
	l.inside = (uint8_t)known_parent(v, kind, &l.parent);
	if (nt_spool_add(w->listed, &l, sizeof l, &err) == -1 ||
	    nt_spool_add(w->listed, raw.p, l.len, &err) == -1) {
		walk_fail(w, &err);
		return 0;
	}
	nt_id_map_put(w->known, id, (known_claimed(w, id) ? CLAIMED : 0) |
	    LISTED | at << PLACE_SHIFT);
	w->stats.listed += kind == NT_KIND_PAGE;
	return 1;
}

static int
read_listed(struct nt_walk *w, uint64_t value, struct listed *l)
{
	struct nt_err err;

	if ((value & LISTED) == 0)
		return 0;
	if (nt_spool_read(w->listed, value >> PLACE_SHIFT, l, sizeof *l,
	    &err) == 0)
		return 1;
	walk_fail(w, &err);
	return 0;
}

int
known_get(struct nt_walk *w, const struct nt_id *id, struct listed *l)
{
	return read_listed(w, look_up(w, id), l);
}

int
known_each(struct nt_walk *w, size_t *at, int unread, struct listed *l)
{
	struct nt_id id;
	uint64_t value;

	while (nt_id_map_each(w->known, at, &id, &value))
		if (!(unread && (value & CLAIMED) != 0) &&
		    read_listed(w, value, l))
			return 1;
	return 0;
}

int
known_object(struct nt_walk *w, const struct nt_id *id, struct nt_value *v)
{
	uint64_t value = look_up(w, id);
	struct listed l;
	struct nt_err err;
	char *to;

	if (!read_listed(w, value, &l) || l.len == 0)
		return 0;
	nt_buf_clear(&w->text);
	to = nt_buf_reserve(&w->text, l.len);
	if (to == NULL)
		return 0;
	nt_buf_grew(&w->text, l.len);
	if (nt_spool_read(w->listed, (value >> PLACE_SHIFT) + sizeof l, to,
	    l.len, &err) == -1 ||
	    nt_json_parse(w->doc, to, l.len, v, &err) == -1) {
		walk_fail(w, &err);
		return 0;
	}
	return 1;
}

/*
 * The names of pages in the text of a block.  The service writes there what
 * the page is called now, and a new name does not move the page of the text.
 */
#include "internal.h"

#include <string.h>

#define HASH_START UINT64_C(0xCBF29CE484222325)	/* FNV-1a */
#define HASH_FACTOR UINT64_C(0x100000001B3)

static uint64_t
hash_more(uint64_t hash, struct nt_str text)
{
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.p[i]) * HASH_FACTOR;
	return hash;
}

uint64_t
title_hash(struct nt_value page)
{
	struct nt_value p, e;
	uint64_t hash = HASH_START;

	p = nt_value_first(nt_value_get(page, "properties"));
	while (nt_value_there(p) &&
	    !nt_value_text_is(nt_value_get(p, "type"), "title"))
		p = nt_value_next(p);
	if (!nt_value_there(p))
		return 0;
	for (e = nt_value_first(nt_value_get(p, "title")); nt_value_there(e);
	    e = nt_value_next(e))
		hash = hash_more(hash, nt_value_text(nt_value_get(e,
		    "plain_text")));
	return hash;
}

/* 1 if the item of a rich text names a page by what it is called no more. */
static int
is_stale(struct nt_walk *w, struct nt_value item)
{
	struct nt_value page = nt_value_get(nt_value_get(item, "mention"),
	    "page");
	struct nt_str name = nt_value_text(nt_value_get(item, "plain_text"));
	struct listed l;
	struct nt_id id;

	return member_id(page, "id", &id) && known_get(w, &id, &l) &&
	    l.title != 0 && !base_saw(w, l.edited) &&
	    l.title != hash_more(HASH_START, name);
}

/* Depth is bounded by the reader's NT_JSON_DEPTH_MAX. */
static int
any_stale(struct nt_walk *w, struct nt_value v)
{
	struct nt_value e;
	int found = nt_value_is(v, NT_JSON_OBJECT) && is_stale(w, v);

	if (nt_value_is(v, NT_JSON_OBJECT) || nt_value_is(v, NT_JSON_ARRAY))
		for (e = nt_value_first(v); !found && nt_value_there(e);
		    e = nt_value_next(e))
			found = any_stale(w, e);
	return found;
}

/* A quick look that spares most blocks the search. */
static int
mentions_any(struct nt_str raw)
{
	static const char word[] = "\"mention\"";
	const char *p = raw.p, *end = raw.p + raw.len;

	while ((p = memchr(p, 'm', (size_t)(end - p))) != NULL &&
	    end - p >= 8) {
		if (p > raw.p && memcmp(p - 1, word, 9) == 0)
			return 1;
		p++;
	}
	return 0;
}

int
mentions_are_stale(struct nt_walk *w, struct nt_value block)
{
	return mentions_any(nt_value_raw(block)) && any_stale(w, block);
}

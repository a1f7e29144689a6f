/* What a journal tells, and what came of the comparison with it. */
#include "restored.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

/* Where what is left out stands, and why it cannot be the same (api 8.1). */
static const struct {
	const char *pointer, *reason;
} told[RULE_COUNT] = {
	[RULE_ID] = { "/id", "ids are the service's" },
	[RULE_CREATED_TIME] = { "/created_time", "times are the service's" },
	[RULE_CREATED_BY] = { "/created_by", "authors are the service's" },
	[RULE_EDITED_TIME] = { "/last_edited_time",
	    "times are the service's" },
	[RULE_EDITED_BY] = { "/last_edited_by",
	    "authors are the service's" },
	[RULE_URL] = { "/url", "addresses are the service's" },
	[RULE_PUBLIC_URL] = { "/public_url",
	    "the API publishes nothing" },
	[RULE_PARENT] = { "/parent", "what stood at the top stands below "
	    "the page that it was restored to" },
	[RULE_DATABASE_PARENT] = { "/database_parent",
	    "it follows from where the database is" },
	[RULE_HAS_CHILDREN] = { "/has_children",
	    "it follows from what is there" },
	[RULE_SOURCES] = { "/data_sources",
	    "it follows from what is there" },
	[RULE_DISCUSSION] = { "/discussion_id", "ids are the service's" },
	[RULE_DISPLAY_NAME] = { "/display_name",
	    "comments are those of the connection" },
	[RULE_DASHBOARD] = { "/dashboard_view_id", "ids are the service's" },
	[RULE_VIEW_SOURCE] = { "/data_source_id",
	    "a dashboard is made with a data source" },
	[RULE_VIEW_DEFAULT] = { "/configuration",
	    "it says no more than the type does" },
	[RULE_ASSET_NAME] = { "/name",
	    "equal bytes are uploaded once, under one name" },
	[RULE_COVER] = { "/cover", "it cannot be set" },
	[RULE_DESCRIPTION] = { "/description", "it cannot be set" },
	[RULE_PROPERTY_NAME] = { "/*/property_name",
	    "it follows from the data source" },
	[RULE_PROPERTY_ID] = { "/properties/*/id", "ids are the service's" },
	[RULE_OPTION_ID] = { "/properties/*/*/id", "ids are the service's" },
	[RULE_COMPUTED] = { "/properties/*/*",
	    "the service computes the value" },
	[RULE_VERIFICATION] = { "/properties/*/verification",
	    "who verifies is the connection" },
	[RULE_GROUPS] = { "/properties/*/status/groups",
	    "groups of a status cannot be set" },
	[RULE_FORMULA] = { "/properties/*/formula/expression",
	    "it names properties by ids" },
	[RULE_RELATION_ORDER] = { "/properties/*/relation",
	    "a relation has no order" },
	[RULE_LIST_START] = { "/numbered_list_item/list_start_index",
	    "it cannot be set" },
	[RULE_LIST_FORMAT] = { "/numbered_list_item/list_format",
	    "it cannot be set" },
	[RULE_FILE_URL] = { "/*/file/url", "files are uploaded anew" },
	[RULE_ITEMS] = { "/*/rich_text",
	    "runs of one look are cut elsewhere" },
	[RULE_SHOWN] = { "/*/rich_text/*/plain_text",
	    "it follows from what is mentioned" },
	[RULE_USER] = { "/*/user", "it follows from the user" },
	[RULE_EMOJI] = { "/*/custom_emoji", "it follows from the emoji" },
	[RULE_ANNOUNCED] = { "", "the journal tells that it is lost" }
};

struct nt_restored *
nt_restored_new(void)
{
	struct nt_restored *r = nt_alloc(sizeof *r);

	r->old_of = nt_id_map_new();
	r->new_of = nt_id_map_new();
	r->lost = nt_id_map_new();
	r->losses = 1;
	return r;
}

struct nt_restored *
nt_restored_new_back(void)
{
	struct nt_restored *r = nt_restored_new();

	r->back = 1;
	return r;
}

void
nt_restored_free(struct nt_restored *r)
{
	if (r == NULL)
		return;
	for (size_t n = 1; n < r->losses; n++)
		free(r->announced[n].pointer);
	free(r->announced);
	free(r->old);
	free(r->new);
	nt_id_map_free(r->lost);
	nt_id_map_free(r->new_of);
	nt_id_map_free(r->old_of);
	free(r);
}

void
restored_pair(struct nt_restored *r, const struct nt_id *old,
    const struct nt_id *new)
{
	if (r->pairs == r->pair_room) {
		r->pair_room = r->pair_room == 0 ? 256 : 2 * r->pair_room;
		r->old = nt_realloc_array(r->old, r->pair_room,
		    sizeof *r->old);
		r->new = nt_realloc_array(r->new, r->pair_room,
		    sizeof *r->new);
	}
	r->old[r->pairs] = *old;
	r->new[r->pairs] = *new;
	nt_id_map_put(r->new_of, old, r->pairs);
	nt_id_map_put(r->old_of, new, r->pairs);
	r->pairs++;
}

/* ---- the journal ---- */

static void
take_map(struct nt_restored *r, struct nt_value map)
{
	struct nt_id old, new;

	for (struct nt_value e = nt_value_first(map); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_id_scan(nt_value_key(e), &old) == 0 &&
		    nt_id_scan(nt_value_text(e), &new) == 0)
			restored_pair(r, r->back ? &new : &old,
			    r->back ? &old : &new);
}

static void
take_loss(struct nt_restored *r, struct nt_value loss)
{
	struct nt_str pointer = nt_value_text(nt_value_get(loss, "pointer"));
	struct nt_id id;
	uint64_t first = 0;

	if (nt_id_scan(nt_value_text(nt_value_get(loss, "id")), &id) == -1 ||
	    pointer.p == NULL)
		return;
	if (r->losses >= r->loss_room) {
		r->loss_room = r->loss_room == 0 ? 64 : 2 * r->loss_room;
		r->announced = nt_realloc_array(r->announced, r->loss_room,
		    sizeof *r->announced);
	}
	nt_id_map_get(r->lost, &id, &first);
	r->announced[r->losses] = (struct announced){
	    nt_strndup(pointer.p, pointer.len), first };
	nt_id_map_put(r->lost, &id, r->losses++);
}

int
nt_restored_journal(struct nt_restored *r, struct nt_value line,
    struct nt_err *err)
{
	struct nt_value object = nt_value_get(line, "object"), e;

	if (nt_value_text_is(object, "journal")) {
		if (nt_value_int(nt_value_get(line, "format")) == 1)
			return 0;
		return nt_err_set(err, NT_DATA, "the journal is of another "
		    "format, expected 1");
	}
	if (nt_value_text_is(object, "outcome"))
		take_map(r, nt_value_get(line, "map"));
	else if (nt_value_text_is(object, "loss"))
		take_loss(r, line);
	else if (!nt_value_text_is(object, "intent"))
		return nt_err_set(err, NT_DATA, "it is no line of a journal, "
		    "expected an intent, an outcome or a loss");
	for (e = nt_value_first(nt_value_get(line, "losses"));
	    nt_value_there(e); e = nt_value_next(e))
		take_loss(r, e);
	return 0;
}

uint64_t
restored_losses(const struct nt_restored *r, const struct nt_id *id)
{
	uint64_t first = 0;

	return nt_id_map_get(r->lost, id, &first) ? first : 0;
}

int
restored_lost(const struct nt_restored *r, const struct nt_id *id,
    const char *pointer)
{
	uint64_t n = restored_losses(r, id);

	for (; n != 0; n = r->announced[n].next) {
		const char *lost = r->announced[n].pointer;
		size_t len = strlen(lost);

		if (strncmp(pointer, lost, len) == 0 &&
		    (pointer[len] == '\0' || pointer[len] == '/'))
			return 1;
	}
	return 0;
}

int
restored_is_split(const struct nt_restored *r, const struct nt_id *id,
    struct nt_str type)
{
	char pointer[64];

	snprintf(pointer, sizeof pointer, "/%.*s/rich_text",
	    type.len < 40 ? (int)type.len : 40, type.p);
	return restored_lost(r, id, pointer);
}

int
restored_is_compared(const struct nt_restored *r, unsigned kind)
{
	switch (kind) {
	case NT_KIND_PAGE:
	case NT_KIND_DATABASE:
	case NT_KIND_DATA_SOURCE:
	case NT_KIND_BLOCK:
	case NT_KIND_COMMENT:
	case NT_KIND_VIEW:
		return 1;
	case NT_KIND_ASSET:
		return !r->without_assets;
	default:
		return 0;
	}
}

int
restored_is_gone(const struct nt_restored *r, const struct side *a, uint32_t n)
{
	for (int i = 0; i < CLIMB_MAX && n != 0; i++) {
		if (restored_lost(r, &a->row[n].id, ""))
			return 1;
		n = a->row[n].up;
	}
	return 0;
}

/* ---- what came of it ---- */

void
restored_count(struct nt_restored *r, unsigned kind, enum rule rule)
{
	r->count[kind][rule]++;
}

int
nt_restored_losses(struct nt_restored *r, int (*loss)(void *arg,
    struct nt_str line, struct nt_err *err), void *arg, struct nt_err *err)
{
	struct nt_buf line;
	int got = 0;

	nt_buf_init(&line, NT_RECORD_MAX);
	for (int kind = 0; kind < NT_KIND_COUNT; kind++)
		for (int rule = 0; rule < RULE_COUNT && got == 0; rule++) {
			if (r->count[kind][rule] == 0 ||
			    told[rule].reason == NULL)
				continue;
			nt_buf_clear(&line);
			nt_buf_fmt(&line, "{\"class\":\"expected\","
			    "\"count\":%" PRIu64 ",\"id\":null,"
			    "\"kind\":\"%s\",\"object\":\"loss\","
			    "\"pointer\":\"%s\",\"reason\":\"%s\"}",
			    r->count[kind][rule], nt_kind_name(kind),
			    told[rule].pointer, told[rule].reason);
			got = loss(arg, nt_buf_view(&line), err);
		}
	nt_buf_free(&line);
	return got;
}

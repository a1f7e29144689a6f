/*
 * Results that are paged through.
 *
 * A query or search is answered once: the rows it found are kept under the
 * hash of the question and the state of the workspace it was asked in, and a
 * cursor is both with an offset.  So paging is linear, and stable while others
 * write.  A result that was forgotten is found again in the present state.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define LISTS 64	/* results kept; at 10,000 rows 5 MB in all */

struct nt_lists {
	struct {
		struct nt_list_key key;
		struct nt_result result;
		uint64_t used;		/* when; 0: never */
	} slot[LISTS];
	uint64_t uses;
};

struct nt_lists *
nt_lists_new(void)
{
	return nt_alloc(sizeof(struct nt_lists));
}

void
nt_lists_free(struct nt_lists *lists)
{
	if (lists == NULL)
		return;
	for (size_t i = 0; i < LISTS; i++)
		free(lists->slot[i].result.rows);
	free(lists);
}

const struct nt_result *
nt_lists_get(struct nt_lists *lists, const struct nt_list_key *key)
{
	for (size_t i = 0; i < LISTS; i++)
		if (lists->slot[i].used != 0 &&
		    lists->slot[i].key.generation == key->generation &&
		    memcmp(lists->slot[i].key.hash, key->hash,
		    sizeof key->hash) == 0) {
			lists->slot[i].used = ++lists->uses;
			return &lists->slot[i].result;
		}
	return NULL;
}

const struct nt_result *
nt_lists_put(struct nt_lists *lists, const struct nt_list_key *key,
    const struct nt_result *result)
{
	size_t oldest = 0;

	for (size_t i = 1; i < LISTS; i++)
		if (lists->slot[i].used < lists->slot[oldest].used)
			oldest = i;
	free(lists->slot[oldest].result.rows);
	lists->slot[oldest].key = *key;
	lists->slot[oldest].result = *result;
	lists->slot[oldest].used = ++lists->uses;
	return &lists->slot[oldest].result;
}

void
nt_lists_drop(struct nt_lists *lists, const struct nt_list_key *key)
{
	if (nt_lists_get(lists, key) == NULL)
		return;
	for (size_t i = 0; i < LISTS; i++)
		if (lists->slot[i].used == lists->uses)
			lists->slot[i].used = 0;
}

void
nt_result_add(struct nt_result *r, int64_t row)
{
	/* Grows by doubling: a power of two is full. */
	if ((r->count & (r->count - 1)) == 0)
		r->rows = nt_realloc_array(r->rows,
		    r->count == 0 ? 1 : 2 * r->count, sizeof *r->rows);
	r->rows[r->count++] = row;
}

/* A cursor reads like an id: 8 bytes of hash, 4 of generation, 4 of offset. */
void
nt_cursor_format(const struct nt_list_key *key, size_t offset,
    char text[NT_ID_TEXT])
{
	struct nt_id id;
	uint32_t at = (uint32_t)offset;

	memcpy(id.b, key->hash, 8);
	for (size_t i = 0; i < 4; i++) {
		id.b[8 + i] = (uint8_t)(key->generation >> (24 - 8 * i));
		id.b[12 + i] = (uint8_t)(at >> (24 - 8 * i));
	}
	nt_id_format(&id, text);
}

int
nt_cursor_scan(const char *text, struct nt_list_key *key, size_t *offset)
{
	struct nt_id id;
	uint32_t at = 0;

	if (nt_id_scan(nt_str_of(text), &id) == -1)
		return -1;
	memcpy(key->hash, id.b, 8);
	key->generation = 0;
	for (size_t i = 0; i < 4; i++) {
		key->generation = key->generation << 8 | id.b[8 + i];
		at = at << 8 | id.b[12 + i];
	}
	*offset = at;
	return 0;
}

/* The result the cursor belongs to, or that of a new question. */
static const struct nt_result *
find_result(struct nt_turn *t, struct nt_list_key *key, nt_result_make *make,
    void *arg)
{
	const struct nt_result *kept = nt_lists_get(t->svc->lists, key);
	struct nt_result made = { 0 };

	if (kept != NULL)
		return kept;
	if (make(t, arg, &made) == -1) {
		free(made.rows);
		return NULL;
	}
	return nt_lists_put(t->svc->lists, key, &made);
}

static void
put_objects(struct nt_turn *t, const struct nt_result *r, size_t from,
    size_t to)
{
	struct nt_stmt *hold;
	struct nt_object o;

	nt_list_open(t);
	for (size_t i = from; i < to; i++) {
		if (nt_store_get_row(t->db, r->rows[i], &o, &hold)) {
			nt_list_next(t);
			nt_render(t, &o);
		}
		nt_stmt_done(hold);
	}
}

int
nt_list_answer(struct nt_turn *t, const uint8_t hash[8],
    nt_result_make *make, void *arg)
{
	struct nt_list_key key;
	struct nt_page_of page;
	const struct nt_result *r;
	size_t from = 0, to;
	char next[NT_ID_TEXT];

	if (nt_turn_paging(t, &page) == -1)
		return -1;
	memcpy(key.hash, hash, sizeof key.hash);
	key.generation = (uint32_t)t->svc->generation;
	if (page.cursor[0] != '\0' &&
	    (nt_cursor_scan(page.cursor, &key, &from) == -1 ||
	    memcmp(key.hash, hash, sizeof key.hash) != 0))
		return nt_refuse_cursor(t, page.cursor);
	if ((r = find_result(t, &key, make, arg)) == NULL)
		return -1;
	if (from > r->count)
		from = r->count;
	to = r->count - from > page.size ? from + page.size : r->count;
	put_objects(t, r, from, to);
	nt_cursor_format(&key, to, next);
	nt_list_close(t, "page_or_data_source", to < r->count ? next : NULL);
	t->out->len--;
	nt_buf_fmt(t->out, ",\"request_status\":{%s}}", !r->incomplete ?
	    "\"type\":\"complete\"" : "\"type\":\"incomplete\","
	    "\"incomplete_reason\":\"query_result_limit_reached\"");
	return 0;
}

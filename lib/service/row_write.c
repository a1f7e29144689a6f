/*
 * Writing the properties of a page that is in a data source (api 3.6): what
 * only the workspace can tell of them.
 */
#include <string.h>

#include "internal.h"

/* The next number of a data source's unique_id; counts trashed rows, too. */
static int64_t
next_number(struct nt_turn *t, int64_t source)
{
	struct nt_stmt *s = nt_db_stmt(t->db,
	    "SELECT last FROM served_counter WHERE row = ?1");
	struct nt_json *doc = nt_json_new();
	int64_t last = 0;
	int known;

	nt_stmt_int(s, 1, source);
	known = nt_stmt_step(s);
	if (known)
		last = nt_stmt_col_int(s, 0);
	nt_stmt_done(s);
	s = nt_db_stmt(t->db, "SELECT json FROM served_object"
	    " WHERE parent = ?1 AND kind = 1");
	nt_stmt_int(s, 1, source);
	while (!known && nt_stmt_step(s)) {
		struct nt_str json = nt_stmt_col_str(s, 0);
		struct nt_value v = NT_VALUE_NONE;

		nt_json_parse(doc, json.p, json.len, &v, NULL);
		v = nt_value_get(v, "properties");
		for (struct nt_value p = nt_value_first(v); nt_value_there(p);
		    p = nt_value_next(p)) {
			int64_t n = nt_value_int(nt_value_at(p,
			    "/unique_id/number"));

			if (n > last)
				last = n;
		}
	}
	nt_stmt_done(s);
	nt_json_free(doc);
	s = nt_db_stmt(t->db,
	    "INSERT OR REPLACE INTO served_counter VALUES(?1, ?2)");
	nt_stmt_int(s, 1, source);
	nt_stmt_int(s, 2, last + 1);
	nt_stmt_run(s);
	return last + 1;
}

static int
has_type(struct nt_value schema, enum nt_prop type)
{
	for (struct nt_value e = nt_value_first(schema); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_prop_of(e) == type)
			return 1;
	return 0;
}

/* Refuses links to pages that are no rows of the relation's data source. */
static int
check_links(struct nt_turn *t, struct nt_value entry, struct nt_value list)
{
	struct nt_stmt *hold;
	struct nt_object o;
	struct nt_id source, id;
	int64_t home = 0;
	int elsewhere;

	if (nt_id_scan(nt_value_text(nt_value_at(entry,
	    "/relation/data_source_id")), &source) == 0)
		home = nt_store_row(t->db, &source, NT_A_DATA_SOURCE);
	for (struct nt_value e = nt_value_first(list); home != 0 &&
	    nt_value_there(e); e = nt_value_next(e)) {
		if (nt_id_scan(nt_value_text(nt_value_get(e, "id")),
		    &id) == -1)
			continue;
		elsewhere = !nt_store_get(t->db, &id, NT_A_PAGE, &o, &hold) ||
		    o.parent != home;
		nt_stmt_done(hold);
		if (elsewhere)
			return nt_refuse_form(&t->why, "Page %.*s is not in "
			    "the data source that the relation is to.",
			    (int)nt_value_text(nt_value_get(e, "id")).len,
			    nt_value_text(nt_value_get(e, "id")).p);
	}
	return 0;
}

/* The same for all relations of a page that the request gives. */
static int
check_relations(struct nt_turn *t, struct nt_value schema,
    struct nt_value given)
{
	for (struct nt_value e = nt_value_first(given); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_value entry = nt_prop_find(schema, nt_value_key(e));
		struct nt_value list = nt_value_get(e, "relation");

		if (nt_prop_of(entry) == NT_PROP_RELATION && check_links(t,
		    entry, nt_value_there(list) ? list : e) == -1)
			return -1;
	}
	return 0;
}

/* The stored url that a link to a hosted file was made of, or p NULL. */
static struct nt_str
stored_url(struct nt_turn *t, struct nt_value files, struct nt_str link)
{
	const char *query = memchr(link.p, '?', link.len);
	size_t base = strlen(t->svc->base);

	if (query != NULL)
		link.len = (size_t)(query - link.p);
	if (link.len > base && memcmp(link.p, t->svc->base, base) == 0)
		link = (struct nt_str){ link.p + base, link.len - base };
	for (struct nt_value e = nt_value_first(files); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str url = nt_value_text(nt_value_get(
		    nt_hosted_file(e), "url"));

		if (url.p != NULL && nt_str_eq(url, link))
			return url;
	}
	return (struct nt_str){ NULL, 0 };
}

/*
 * A hosted file that is given is one that stays (api 3.4): it becomes what is
 * stored of it.  One that the property does not have is refused: its link
 * would die.
 */
static int
keep_files(struct nt_turn *t, struct nt_value given, struct nt_value old)
{
	struct nt_buf text;
	int got = 0;

	nt_buf_init(&text, NT_BUF_MAX);
	for (struct nt_value e = nt_value_first(given); got == 0 &&
	    nt_value_there(e); e = nt_value_next(e)) {
		struct nt_value file = nt_hosted_file(e);
		struct nt_str link = nt_value_text(nt_value_get(file, "url"));
		struct nt_str url;

		if (link.p == NULL)
			continue;
		url = stored_url(t, old, link);
		if (url.p == NULL) {
			got = nt_refuse_form(&t->why, "%.*s is no file that "
			    "the property has. Upload it instead.",
			    (int)(link.len < 200 ? link.len : 200), link.p);
			break;
		}
		nt_buf_clear(&text);
		nt_buf_str(&text, "{\"url\":");
		nt_json_quote(&text, url);
		nt_buf_char(&text, '}');
		nt_value_replace(file, nt_buf_view(&text));
	}
	nt_buf_free(&text);
	return got;
}

static int
keep_all_files(struct nt_turn *t, struct nt_value schema,
    struct nt_value given, struct nt_value old)
{
	for (struct nt_value e = nt_value_first(given); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_value entry = nt_prop_find(schema, nt_value_key(e));
		struct nt_value list = nt_value_get(e, "files");

		if (nt_prop_of(entry) == NT_PROP_FILES && keep_files(t,
		    nt_value_there(list) ? list : e, nt_value_get(nt_prop_find(
		    old, nt_value_text(nt_value_get(entry, "id"))),
		    "files")) == -1)
			return -1;
	}
	return 0;
}

int
nt_source_properties(struct nt_turn *t, struct nt_held *source,
    const struct nt_held *page, struct nt_value given, struct nt_buf *out)
{
	struct nt_world world = nt_world_of(t);
	struct nt_value schema = nt_value_get(source->v, "properties");
	struct nt_value old = page == NULL ? NT_VALUE_NONE :
	    nt_value_get(page->v, "properties");
	struct nt_buf options;
	struct nt_page_facts facts = {
		.created_time = page == NULL ? t->minute : NULL,
		.last_edited_time = t->minute,
		.last_edited_by = nt_buf_view(&t->svc->me_json),
	};
	int got;

	if (keep_all_files(t, schema, given, old) == -1)
		return -1;
	if (page == NULL) {
		facts.created_by = nt_buf_view(&t->svc->me_json);
		if (has_type(schema, NT_PROP_UNIQUE_ID))
			facts.number = next_number(t, source->o.row);
	}
	nt_buf_init(&options, NT_BUF_MAX);
	got = nt_stored_properties(&world, schema, given, old, &facts, out,
	    &options, &t->why);
	if (got == 0)
		got = check_relations(t, schema, given);
	if (got == 0 && options.len > 0) {
		nt_value_put(source->v, "properties", nt_buf_view(&options));
		nt_save(t, source);
	}
	nt_buf_free(&options);
	return got;
}

/* ---- what a row tells of itself ---- */

/* The user as a property shows one, of a page's created_by. */
static void
put_user(struct nt_turn *t, struct nt_value partial, struct nt_buf *out)
{
	struct nt_world world = nt_world_of(t);
	struct nt_buf name;
	struct nt_id id;

	nt_buf_init(&name, NT_BUF_MAX);
	if (nt_id_scan(nt_value_text(nt_value_get(partial, "id")), &id) == -1 ||
	    !world.user(t, &id, &name, out))
		nt_json_canonical(partial, out);
	nt_buf_free(&name);
}

/* The value of a property that is there as of today, or nothing. */
static void
put_own_value(struct nt_turn *t, int64_t source, const struct nt_held *page,
    struct nt_value entry, struct nt_buf *out)
{
	const char *name = nt_prop_kind(nt_prop_of(entry))->name;
	struct nt_value prefix = nt_value_at(entry, "/unique_id/prefix");

	switch (nt_prop_of(entry)) {
	case NT_PROP_CREATED_TIME:
	case NT_PROP_LAST_EDITED_TIME:
		nt_json_canonical(nt_value_get(page->v, name), out);
		break;
	case NT_PROP_CREATED_BY:
	case NT_PROP_LAST_EDITED_BY:
		put_user(t, nt_value_get(page->v, name), out);
		break;
	case NT_PROP_UNIQUE_ID:
		nt_buf_fmt(out, "{\"number\":%lld,\"prefix\":",
		    (long long)next_number(t, source));
		if (nt_value_there(prefix))
			nt_json_canonical(prefix, out);
		else
			nt_buf_str(out, "null");
		nt_buf_char(out, '}');
		break;
	default:
		break;
	}
}

void
nt_fill_row(struct nt_turn *t, const struct nt_held *source,
    struct nt_held *page)
{
	struct nt_value properties = nt_value_get(page->v, "properties");
	struct nt_buf text;
	int filled = 0;

	nt_buf_init(&text, NT_BUF_MAX);
	for (struct nt_value p = nt_value_first(properties);
	    nt_value_there(p); p = nt_value_next(p)) {
		const char *name = nt_prop_kind(nt_prop_of(p))->name;
		struct nt_value v = nt_value_get(p, name);

		if (!nt_value_is(v, NT_JSON_NULL) && !nt_value_is(
		    nt_value_get(v, "number"), NT_JSON_NULL))
			continue;
		nt_buf_clear(&text);
		put_own_value(t, source->o.row, page, nt_prop_find(
		    nt_value_get(source->v, "properties"), nt_value_text(
		    nt_value_get(p, "id"))), &text);
		if (text.len > 0) {
			nt_value_put(p, name, nt_buf_view(&text));
			filled = 1;
		}
	}
	nt_buf_free(&text);
	if (filled)
		nt_save(t, page);
}

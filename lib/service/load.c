/*
 * A stream into the store, in one transaction.
 *
 * Records come in walk order, so what holds a record has been seen before it;
 * one whose parent is not in the stream is a root.  The line number is the
 * position: order in the stream is order among siblings.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/filter.h"
#include "nt/stream.h"

#include "internal.h"

struct loader {
	struct nt_service *svc;
	const struct nt_service_source *from;
	struct nt_id parent_id;	/* the parent looked up last, and its row */
	enum nt_what parent_what;
	int64_t parent_row;
	struct nt_buf title;
	struct nt_buf text;
};

static const struct {
	const char *type;	/* of "parent", and the member with the id */
	enum nt_what what;
} parents[] = {
	/* A row has data_source_id and database_id: the first one counts. */
	{ "data_source_id", NT_A_DATA_SOURCE },
	{ "page_id", NT_A_PAGE },
	{ "block_id", NT_A_BLOCK },
	{ "database_id", NT_A_DATABASE },
};

static int64_t
time_of(struct nt_value v, const char *name)
{
	struct nt_str text = nt_value_text(nt_value_get(v, name));
	int64_t ms;

	return nt_time_parse(text.p, text.len, &ms) == 0 ? ms : 0;
}

int
nt_object_of(struct nt_value v, enum nt_what what, struct nt_object *o,
    struct nt_err *err)
{
	struct nt_str id = nt_value_text(nt_value_get(v, "id"));

	memset(o, 0, sizeof *o);
	o->what = what;
	if (nt_id_scan(id, &o->id) == -1)
		return nt_err_set(err, NT_DATA, "id is \"%.*s\", expected a "
		    "UUID", (int)(id.len < 60 ? id.len : 60), id.p);
	o->created = time_of(v, "created_time");
	o->edited = time_of(v, "last_edited_time");
	if (nt_value_true(nt_value_get(v, "in_trash")))
		o->state = NT_TRASHED;
	else if (nt_value_true(nt_value_get(v, "is_archived")))
		o->state = NT_ARCHIVED;
	if (what == NT_A_VIEW || what == NT_A_COMMENT)
		nt_id_scan(nt_value_text(nt_value_get(v, what == NT_A_VIEW ?
		    "data_source_id" : "discussion_id")), &o->link);
	return 0;
}

static int64_t
parent_row(struct loader *l, struct nt_value v)
{
	struct nt_value parent = nt_value_get(v, "parent");
	struct nt_id id;

	for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
		struct nt_value held = nt_value_get(parent, parents[i].type);

		if (nt_id_scan(nt_value_text(held), &id) == -1)
			continue;
		if (parents[i].what != l->parent_what ||
		    !nt_id_eq(&id, &l->parent_id)) {
			l->parent_row = nt_store_row(l->svc->db, &id,
			    parents[i].what);
			/* Of a linked database there is but its block. */
			if (l->parent_row == 0 &&
			    parents[i].what == NT_A_DATABASE)
				l->parent_row = nt_store_row(l->svc->db, &id,
				    NT_A_BLOCK);
			l->parent_id = id;
			l->parent_what = parents[i].what;
		}
		return l->parent_row;
	}
	return 0;
}

/* What search looks at. */
struct nt_str
nt_object_title(struct nt_value v, enum nt_what what, struct nt_buf *room)
{
	struct nt_buf plain;

	if (what != NT_A_PAGE && what != NT_A_DATA_SOURCE)
		return (struct nt_str){ NULL, 0 };
	nt_buf_init(&plain, NT_RECORD_MAX);
	nt_title_text(v, &plain);
	nt_buf_clear(room);
	nt_fold(nt_buf_view(&plain), room);
	nt_buf_free(&plain);
	return nt_buf_view(room);
}

static int
add(struct loader *l, const struct nt_record *rec, enum nt_what what,
    struct nt_err *err)
{
	struct nt_object o;

	if (nt_object_of(rec->value, what, &o, err) == -1)
		return -1;
	o.json = (struct nt_str){ rec->line, rec->len };
	o.parent = parent_row(l, rec->value);
	o.position = (int64_t)rec->number;
	o.shape = nt_render_shape(what, o.json, rec->value);
	if (!nt_store_add(l->svc->db, &o, nt_object_title(rec->value, what,
	    &l->title)) && !nt_db_failed(l->svc->db, NULL))
		return nt_err_set(err, NT_DATA, "%s %.36s stands twice in the "
		    "stream", nt_kind_name(rec->kind),
		    nt_value_text(nt_value_get(rec->value, "id")).p);
	return 0;
}

/* ---- assets ---- */

static int
is_sha256(struct nt_str text)
{
	if (text.len != 64)
		return 0;
	for (size_t i = 0; i < text.len; i++)
		if (strchr("0123456789abcdef", text.p[i]) == NULL)
			return 0;
	return 1;
}

/* The string with the URL that the asset's pointer means, hosted ones only. */
static struct nt_value
hosted_url(struct nt_value owner, struct nt_str pointer)
{
	char *path = nt_strndup(pointer.p, pointer.len);
	struct nt_value v = nt_value_at(owner, path);
	struct nt_value inside = nt_value_get(v, "file");

	free(path);
	if (nt_value_there(inside))
		v = inside;
	if (nt_value_is(v, NT_JSON_OBJECT))
		v = nt_value_get(v, "url");
	return nt_value_is(v, NT_JSON_STRING) ? v : NT_VALUE_NONE;
}

/* What stands behind the last '/' of a URL, without its query. */
static struct nt_str
name_of(struct nt_str url)
{
	size_t from = 0, end = 0;

	while (end < url.len && url.p[end] != '?' && url.p[end] != '#')
		if (url.p[end++] == '/')
			from = end;
	return (struct nt_str){ url.p + from, end - from };
}

static enum nt_what
what_of(enum nt_kind kind)
{
	switch (kind) {
	case NT_KIND_USER:
		return NT_A_USER;
	case NT_KIND_PAGE:
		return NT_A_PAGE;
	case NT_KIND_DATABASE:
		return NT_A_DATABASE;
	case NT_KIND_DATA_SOURCE:
		return NT_A_DATA_SOURCE;
	case NT_KIND_BLOCK:
		return NT_A_BLOCK;
	case NT_KIND_COMMENT:
		return NT_A_COMMENT;
	case NT_KIND_VIEW:
		return NT_A_VIEW;
	case NT_KIND_CUSTOM_EMOJI:
		return NT_AN_EMOJI;
	default:
		return 0;
	}
}

/*
 * An asset whose bytes are here: the owner's link becomes one to ourselves.
 * Any other is left pointing where it pointed.
 */
static int
link_asset(struct loader *l, const struct nt_record *rec, struct nt_err *err)
{
	struct nt_value owner = nt_value_get(rec->value, "owner");
	struct nt_str sha = nt_value_text(nt_value_get(rec->value, "sha256"));
	struct nt_str pointer = nt_value_text(nt_value_get(owner, "pointer"));
	enum nt_what what = what_of(nt_kind_of(nt_value_text(nt_value_get(
	    owner, "object"))));
	struct nt_object o;
	struct nt_stmt *hold;
	struct nt_value v, url;
	struct nt_id id;
	int got;

	if (!is_sha256(sha))
		return nt_err_set(err, NT_DATA,
		    "sha256 of an asset is not 64 hex digits");
	if (what == 0 || nt_id_scan(nt_value_text(nt_value_get(owner, "id")),
	    &id) == -1)
		return nt_err_set(err, NT_DATA,
		    "owner of an asset is not an object with an id");
	if ((got = nt_asset_keep(l->svc, l->from, sha, nt_value_text(
	    nt_value_get(rec->value, "content_type")), err)) != 1)
		return got;
	got = -1;
	if (nt_store_get(l->svc->db, &id, what, &o, &hold) == 0) {
		got = nt_err_set(err, NT_DATA,
		    "owner of an asset does not stand before it");
		goto done;
	}
	if (nt_json_parse(l->svc->doc, o.json.p, o.json.len, &v, err) == -1)
		goto done;
	got = 0;
	url = hosted_url(v, pointer);
	if (!nt_value_there(url))
		goto done;
	nt_buf_clear(&l->text);
	nt_buf_char(&l->text, '"');
	nt_file_path(&l->text, sha.p, name_of(nt_value_text(url)));
	nt_buf_char(&l->text, '"');
	nt_value_replace(url, nt_buf_view(&l->text));
	nt_buf_clear(&l->title);
	nt_json_canonical(v, &l->title);
	struct nt_stmt *s = nt_db_stmt(l->svc->db,
	    "UPDATE served_object SET json = ?2 WHERE row = ?1");
	nt_stmt_int(s, 1, o.row);
	nt_stmt_blob(s, 2, l->title.p, l->title.len);
	nt_stmt_run(s);
done:
	nt_stmt_done(hold);
	return got;
}

static int
load_record(struct loader *l, const struct nt_record *rec, struct nt_err *err)
{
	enum nt_what what = what_of(rec->kind);

	if (rec->kind == NT_KIND_ASSET)
		return link_asset(l, rec, err);
	if (what == 0)
		return 0;	/* error, loss and the like: nothing to serve */
	return add(l, rec, what, err);
}

/* Keeps the workspace's id and name, which users/me tells. */
static void
keep_source(struct loader *l, struct nt_str snapshot)
{
	struct nt_stmt *s;

	if (snapshot.p == NULL)
		return;
	s = nt_db_stmt(l->svc->db,
	    "INSERT OR REPLACE INTO served VALUES('snapshot', ?1)");
	nt_stmt_blob(s, 1, snapshot.p, snapshot.len);
	nt_stmt_run(s);
}

static int
load_all(struct loader *l, struct nt_err *err)
{
	struct nt_record rec;
	int got;

	while ((got = l->from->next(l->from->arg, &rec, err)) == 1)
		if (load_record(l, &rec, err) == -1)
			return nt_err_at(err, "line %lu: ", rec.number);
	if (got == -1)
		return -1;
	keep_source(l, l->from->head(l->from->arg));
	return 0;
}

int
nt_service_load(struct nt_service *svc, const struct nt_service_source *from,
    struct nt_err *err)
{
	struct loader l = { .svc = svc, .from = from };
	int got;

	nt_buf_init(&l.title, NT_RECORD_MAX);
	nt_buf_init(&l.text, NT_RECORD_MAX);
	got = nt_db_begin(svc->db, err);
	if (got == 0) {
		got = load_all(&l, err);
		nt_store_mark(svc);
		if (got == 0)
			got = nt_db_commit(svc->db, err);
		else
			nt_db_rollback(svc->db);
	}
	nt_buf_free(&l.title);
	nt_buf_free(&l.text);
	if (got == 0)
		nt_user_find_me(svc);
	svc->generation++;
	return got;
}

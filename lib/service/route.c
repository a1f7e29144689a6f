/*
 * The endpoints (api 2): method, path, what the query string may hold, which
 * form the body has, who answers, and what the token must be allowed to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define PAGING "start_cursor page_size"
#define SELECT "filter_properties filter_properties[]"
#define ANY NT_NO_FORM

static const struct nt_route routes[] = {
	{ "GET", "/v1/pages/{page_id}", nt_on_page_get, SELECT, ANY, 0,
	    NT_MAY_READ },
	{ "GET", "/v1/pages/{page_id}/properties/{property_id}",
	    nt_on_page_property, PAGING, ANY, 0, NT_MAY_READ },
	{ "POST", "/v1/pages", nt_on_page_create, SELECT, NT_FORM_PAGE_CREATE,
	    1, NT_MAY_INSERT },
	{ "PATCH", "/v1/pages/{page_id}", nt_on_page_update, SELECT,
	    NT_FORM_PAGE_UPDATE, 1, NT_MAY_UPDATE },
	{ "POST", "/v1/pages/{page_id}/move", nt_on_page_move, "",
	    NT_FORM_PAGE_MOVE, 1, NT_MAY_UPDATE },
	{ "PATCH", "/v1/blocks/{block_id}", nt_on_block_update, "",
	    NT_FORM_BLOCK_UPDATE, 1, NT_MAY_UPDATE },
	{ "DELETE", "/v1/blocks/{block_id}", nt_on_block_delete, "", ANY, 1,
	    NT_MAY_UPDATE },
	{ "PATCH", "/v1/blocks/{block_id}/children", nt_on_block_append, "",
	    NT_FORM_APPEND, 1, NT_MAY_INSERT },
	{ "POST", "/v1/databases", nt_on_database_create, "",
	    NT_FORM_DATABASE_CREATE, 1, NT_MAY_INSERT },
	{ "PATCH", "/v1/databases/{database_id}", nt_on_database_update, "",
	    NT_FORM_DATABASE_UPDATE, 1, NT_MAY_UPDATE },
	{ "POST", "/v1/data_sources", nt_on_source_create, "",
	    NT_FORM_SOURCE_CREATE, 1, NT_MAY_INSERT },
	{ "PATCH", "/v1/data_sources/{data_source_id}", nt_on_source_update,
	    "", NT_FORM_SOURCE_UPDATE, 1, NT_MAY_UPDATE },
	{ "POST", "/v1/comments", nt_on_comment_create, "",
	    NT_FORM_COMMENT_CREATE, 1, NT_MAY_INSERT_COMMENTS },
	{ "PATCH", "/v1/comments/{comment_id}", nt_on_comment_update, "",
	    NT_FORM_COMMENT_UPDATE, 1, NT_MAY_INSERT_COMMENTS },
	{ "DELETE", "/v1/comments/{comment_id}", nt_on_comment_delete, "", ANY,
	    1, NT_MAY_INSERT_COMMENTS },
	{ "POST", "/v1/file_uploads", nt_on_upload_create, "",
	    NT_FORM_UPLOAD_CREATE, 1, 0 },
	{ "GET", "/v1/file_uploads", nt_on_upload_list, PAGING " status", ANY,
	    1, 0 },
	{ "GET", "/v1/file_uploads/{file_upload_id}", nt_on_upload_get, "",
	    ANY, 1, 0 },
	{ "POST", "/v1/file_uploads/{file_upload_id}/send", nt_on_upload_send,
	    "", NT_NO_JSON, 1, 0 },
	{ "POST", "/v1/file_uploads/{file_upload_id}/complete",
	    nt_on_upload_complete, "", ANY, 1, 0 },
	{ "GET", "/v1/blocks/{block_id}", nt_on_block_get, "", ANY, 0,
	    NT_MAY_READ },
	{ "GET", "/v1/blocks/{block_id}/children", nt_on_block_children,
	    PAGING, ANY, 0, NT_MAY_READ },
	{ "GET", "/v1/databases/{database_id}", nt_on_database_get, "", ANY, 0,
	    NT_MAY_READ },
	{ "GET", "/v1/data_sources/{data_source_id}", nt_on_source_get, "",
	    ANY, 0, NT_MAY_READ },
	{ "POST", "/v1/data_sources/{data_source_id}/query", nt_on_query,
	    SELECT, NT_FORM_QUERY, 0, NT_MAY_READ },
	{ "GET", "/v1/data_sources/{data_source_id}/templates",
	    nt_on_source_templates, PAGING " name", ANY, 0, NT_MAY_READ },
	{ "POST", "/v1/search", nt_on_search, "", NT_FORM_SEARCH, 0,
	    NT_MAY_READ },
	{ "GET", "/v1/users", nt_on_user_list, PAGING, ANY, 0,
	    NT_MAY_SEE_USERS },
	{ "GET", "/v1/users/me", nt_on_user_me, "", ANY, 0, 0 },
	{ "GET", "/v1/users/{user_id}", nt_on_user_get, "", ANY, 0,
	    NT_MAY_SEE_USERS },
	{ "GET", "/v1/custom_emojis", nt_on_emoji_list, PAGING " name", ANY, 0,
	    NT_MAY_READ },
	{ "GET", "/v1/comments", nt_on_comment_list, PAGING " block_id", ANY,
	    0, NT_MAY_READ_COMMENTS },
	{ "GET", "/v1/comments/{comment_id}", nt_on_comment_get, "", ANY, 0,
	    NT_MAY_READ_COMMENTS },
	{ "GET", "/v1/views", nt_on_view_list,
	    PAGING " database_id data_source_id", ANY, 0, NT_MAY_READ },
	{ "GET", "/v1/views/{view_id}", nt_on_view_get, "", ANY, 0,
	    NT_MAY_READ },
	{ "POST", "/v1/views", nt_on_view_create, "", NT_FORM_VIEW_CREATE, 1,
	    NT_MAY_INSERT },
	{ "PATCH", "/v1/views/{view_id}", nt_on_view_update, "",
	    NT_FORM_VIEW_UPDATE, 1, NT_MAY_UPDATE },
	{ "DELETE", "/v1/views/{view_id}", nt_on_view_delete, "", ANY, 1,
	    NT_MAY_UPDATE },
	{ "POST", "/v1/views/{view_id}/queries", nt_on_view_query, "",
	    NT_FORM_VIEW_QUERY, 0, NT_MAY_READ },
	{ "GET", "/v1/views/{view_id}/queries/{query_id}", nt_on_view_results,
	    PAGING, ANY, 0, NT_MAY_READ },
	{ "DELETE", "/v1/views/{view_id}/queries/{query_id}",
	    nt_on_view_forget, "", ANY, 0, NT_MAY_READ },
	{ "GET", "/v1/pages/{page_id}/markdown", nt_on_markdown_get,
	    "include_transcript markdown_version", ANY, 0, NT_MAY_READ },
};

/* The next part of a path, without its slashes; len 0 at the end. */
static struct nt_str
next_part(const char **path)
{
	struct nt_str part;

	while (**path == '/')
		(*path)++;
	part.p = *path;
	part.len = strcspn(*path, "/");
	*path += part.len;
	return part;
}

static int
part_fits(struct nt_str want, struct nt_str got)
{
	if (got.len == 0 || want.len == 0)
		return got.len == want.len;
	return want.p[0] == '{' || nt_str_eq(want, got);
}

static int
route_fits(const struct nt_route *route, const char *method, const char *path)
{
	const char *pattern = route->pattern;
	struct nt_str want, got;

	if (strcmp(route->method, method) != 0)
		return 0;
	do {
		want = next_part(&pattern);
		got = next_part(&path);
		if (!part_fits(want, got))
			return 0;
	} while (want.len > 0);
	return 1;
}

const struct nt_route *
nt_route_find(struct nt_turn *t)
{
	/* A fixed word stands before a {name} that would take it, too. */
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
		if (route_fits(&routes[i], t->request->method,
		    t->request->path))
			return &routes[i];
	return NULL;
}

/* An id of the path, or the refusal that names it (api 10.3). */
static int
take_id(struct nt_turn *t, size_t n, struct nt_str name, struct nt_str part)
{
	char where[64];

	snprintf(where, sizeof where, "path.%.*s", (int)name.len, name.p);
	return nt_turn_id(t, where, part, &t->id[n]);
}

int
nt_route_path(struct nt_turn *t)
{
	const char *pattern = t->route->pattern, *path = t->request->path;
	struct nt_str want;
	size_t ids = 0;

	while ((want = next_part(&pattern)).len > 0) {
		struct nt_str got = next_part(&path);

		if (want.p[0] != '{')
			continue;
		want.p++;
		want.len -= 2;
		if (nt_str_is(want, "property_id"))
			t->part = nt_strndup(got.p, got.len);
		else if (take_id(t, ids++, want, got) == -1)
			return -1;
	}
	return 0;
}

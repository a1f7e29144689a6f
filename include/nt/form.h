/*
 * form - which request bodies are well formed (api 1.3, 1.5, 2, 3, 4.4, 10.3).
 *
 * Calls json and base; pure.  A form is checked without the workspace: keys,
 * types, enums, lengths, levels of blocks.  What needs the schema or other
 * objects is refused by stored.h, schema.h and filter.h, in the same words.
 */
#ifndef NT_FORM_H
#define NT_FORM_H

#include "nt/json.h"
#include "nt/kinds.h"
#include "nt/refusal.h"

enum nt_form {
	NT_FORM_PAGE_CREATE,	/* POST /v1/pages */
	NT_FORM_PAGE_UPDATE,	/* PATCH /v1/pages/{id} */
	NT_FORM_PAGE_MOVE,	/* POST /v1/pages/{id}/move */
	NT_FORM_MARKDOWN_UPDATE,/* PATCH /v1/pages/{id}/markdown */
	NT_FORM_APPEND,		/* PATCH /v1/blocks/{id}/children */
	NT_FORM_BLOCK_UPDATE,	/* PATCH /v1/blocks/{id} */
	NT_FORM_DATABASE_CREATE,/* POST /v1/databases */
	NT_FORM_DATABASE_UPDATE,/* PATCH /v1/databases/{id} */
	NT_FORM_SOURCE_CREATE,	/* POST /v1/data_sources */
	NT_FORM_SOURCE_UPDATE,	/* PATCH /v1/data_sources/{id} */
	NT_FORM_QUERY,		/* POST /v1/data_sources/{id}/query */
	NT_FORM_SEARCH,		/* POST /v1/search */
	NT_FORM_COMMENT_CREATE,	/* POST /v1/comments */
	NT_FORM_COMMENT_UPDATE,	/* PATCH /v1/comments/{id} */
	NT_FORM_UPLOAD_CREATE,	/* POST /v1/file_uploads */
	NT_FORM_VIEW_CREATE,	/* POST /v1/views */
	NT_FORM_VIEW_UPDATE,	/* PATCH /v1/views/{id} */
	NT_FORM_VIEW_QUERY,	/* POST /v1/views/{id}/queries */
	NT_FORM_COUNT
};

/*
 * Checks a body: 0, or -1 and *why with a sentence such as "body failed
 * validation: body.children.length should be ≤ `100`, instead was `101`.".
 *
 * Left open: the values in a page's "properties" beyond what their own type
 * key says (nt_stored_properties() goes by the schema), and what is inside
 * "filter" and "sorts" (nt_filter_new() does).
 */
int nt_form_check(enum nt_form form, enum nt_version version,
    struct nt_value body, struct nt_refusal *why);

/* UTF-16 code units of UTF-8 text: how the service counts characters. */
size_t nt_utf16_len(struct nt_str text);

#endif

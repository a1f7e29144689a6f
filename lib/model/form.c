/* The shape of each request body, by its form (api 2). */
#include "internal.h"

static const struct {
	const struct shape *of;
	int update;
} forms[NT_FORM_COUNT] = {
	[NT_FORM_PAGE_CREATE] = { &nt_shape_page_create, 0 },
	[NT_FORM_PAGE_UPDATE] = { &nt_shape_page_update, 1 },
	[NT_FORM_PAGE_MOVE] = { &nt_shape_page_move, 0 },
	[NT_FORM_MARKDOWN_UPDATE] = { &nt_shape_markdown_update, 0 },
	[NT_FORM_APPEND] = { &nt_shape_append, 0 },
	[NT_FORM_BLOCK_UPDATE] = { &nt_shape_block_update, 1 },
	[NT_FORM_DATABASE_CREATE] = { &nt_shape_database_create, 0 },
	[NT_FORM_DATABASE_UPDATE] = { &nt_shape_database_update, 1 },
	[NT_FORM_SOURCE_CREATE] = { &nt_shape_source_create, 0 },
	[NT_FORM_SOURCE_UPDATE] = { &nt_shape_source_update, 1 },
	[NT_FORM_QUERY] = { &nt_shape_query, 0 },
	[NT_FORM_SEARCH] = { &nt_shape_search, 0 },
	[NT_FORM_COMMENT_CREATE] = { &nt_shape_comment_create, 0 },
	[NT_FORM_COMMENT_UPDATE] = { &nt_shape_comment_update, 1 },
	[NT_FORM_UPLOAD_CREATE] = { &nt_shape_upload_create, 0 },
	[NT_FORM_VIEW_CREATE] = { &nt_shape_view_create, 0 },
	[NT_FORM_VIEW_UPDATE] = { &nt_shape_view_update, 1 },
	[NT_FORM_VIEW_QUERY] = { &nt_shape_view_query, 0 }
};

int
nt_form_check(enum nt_form form, enum nt_version version,
    struct nt_value body, struct nt_refusal *why)
{
	return nt_check_body(forms[form].of, version, forms[form].update, body,
	    why);
}

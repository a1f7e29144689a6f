/*
 * Users, the bot that the token is, and custom emojis (api 2.5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* The bot of a workspace that brought none along. */
#define BOT_ID "5e7e0000-0000-4000-8000-000000000b07"
#define BOT_NAME "notion-serve"

/* Makes the bot up, of the workspace that the snapshot came from. */
static void
make_me(struct nt_service *svc)
{
	struct nt_stmt *s = nt_db_stmt(svc->db,
	    "SELECT value FROM served WHERE key = 'snapshot'");
	struct nt_value v = NT_VALUE_NONE;
	struct nt_json_out o;

	if (nt_stmt_step(s)) {
		struct nt_str text = nt_stmt_col_str(s, 0);

		nt_json_parse(svc->doc, text.p, text.len, &v, NULL);
	}
	v = nt_value_get(v, "source");
	nt_json_out_init(&o, &svc->me_json);
	nt_json_open(&o, NULL, '{');
	nt_json_put_null(&o, "avatar_url");
	nt_json_open(&o, "bot", '{');
	nt_json_put_raw(&o, "owner",
	    NT_STR("{\"type\":\"workspace\",\"workspace\":true}"));
	if (nt_value_is(nt_value_get(v, "workspace_id"), NT_JSON_STRING))
		nt_json_put_value(&o, "workspace_id",
		    nt_value_get(v, "workspace_id"));
	else
		nt_json_put_text(&o, "workspace_id",
		    "5e7e0000-0000-4000-8000-000000000000");
	nt_json_put_raw(&o, "workspace_limits",
	    NT_STR("{\"max_file_upload_size_in_bytes\":5368709120}"));
	if (nt_value_is(nt_value_get(v, "workspace_name"), NT_JSON_STRING))
		nt_json_put_value(&o, "workspace_name",
		    nt_value_get(v, "workspace_name"));
	else
		nt_json_put_text(&o, "workspace_name", "Workspace");
	nt_json_close(&o, '}');
	nt_json_put_text(&o, "id", BOT_ID);
	nt_json_put_text(&o, "name", BOT_NAME);
	nt_json_put_text(&o, "object", "user");
	nt_json_put_text(&o, "type", "bot");
	nt_json_close(&o, '}');
	nt_stmt_done(s);
	nt_id_scan(NT_STR(BOT_ID), &svc->me);
	svc->me_name = nt_strdup(BOT_NAME);
}

void
nt_user_find_me(struct nt_service *svc)
{
	struct nt_stmt *s = nt_db_stmt(svc->db, "SELECT " NT_OBJECT_COLUMNS
	    " FROM served_object WHERE parent = 0 AND kind = 7"
	    " ORDER BY position");
	struct nt_object o;
	struct nt_value v;
	int found = 0;

	nt_buf_clear(&svc->me_json);
	free(svc->me_name);
	svc->me_name = NULL;
	/* Only the bot that asked is shown with its workspace. */
	while (!found && nt_stmt_step(s)) {
		nt_store_read(s, &o);
		if (nt_json_parse(svc->doc, o.json.p, o.json.len, &v,
		    NULL) == -1 || !nt_value_there(nt_value_at(v,
		    "/bot/workspace_id")))
			continue;
		struct nt_str name = nt_value_text(nt_value_get(v, "name"));

		found = 1;
		svc->me = o.id;
		svc->me_name = nt_strndup(name.p != NULL ? name.p : "",
		    name.len);
		nt_buf_add(&svc->me_json, o.json.p, o.json.len);
	}
	nt_stmt_done(s);
	if (!found)
		make_me(svc);
}

int
nt_on_user_me(struct nt_turn *t)
{
	nt_buf_add(t->out, t->svc->me_json.p, t->svc->me_json.len);
	nt_turn_stamp(t);
	return 0;
}

int
nt_on_user_get(struct nt_turn *t)
{
	if (nt_id_eq(&t->id[0], &t->svc->me))
		return nt_on_user_me(t);
	return nt_answer_found(t, NT_A_USER);
}

/* ---- lists of what has no parent ---- */

static int
list_all(struct nt_turn *t, enum nt_what what, const char *type,
    const char *name)
{
	struct nt_page_of page;
	struct nt_object start;
	struct nt_stmt *s;

	if (nt_turn_paging(t, &page) == -1 ||
	    nt_list_start(t, &page, what, &start) == -1)
		return -1;
	s = nt_db_stmt(t->db, "SELECT " NT_OBJECT_COLUMNS " FROM served_object"
	    " WHERE parent = 0 AND kind = ?1 AND state = 0 AND position >= ?2"
	    " ORDER BY position");
	nt_stmt_int(s, 1, what);
	nt_stmt_int(s, 2, start.position);
	nt_list_rows(t, s, page.size, type, name);
	return 0;
}

int
nt_on_user_list(struct nt_turn *t)
{
	return list_all(t, NT_A_USER, "user", NULL);
}

int
nt_on_emoji_list(struct nt_turn *t)
{
	return list_all(t, NT_AN_EMOJI, "custom_emoji",
	    nt_turn_arg(t, "name"));
}

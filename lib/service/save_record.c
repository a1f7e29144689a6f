/* A record as a fetch would write it, with those of its files. */
#include <string.h>

#include "nt/files.h"
#include "nt/stream.h"

#include "internal.h"

static const enum nt_kind kinds[] = {
	[NT_A_PAGE] = NT_KIND_PAGE, [NT_A_DATABASE] = NT_KIND_DATABASE,
	[NT_A_DATA_SOURCE] = NT_KIND_DATA_SOURCE, [NT_A_BLOCK] = NT_KIND_BLOCK,
	[NT_A_VIEW] = NT_KIND_VIEW, [NT_A_COMMENT] = NT_KIND_COMMENT,
	[NT_A_USER] = NT_KIND_USER, [NT_AN_EMOJI] = NT_KIND_CUSTOM_EMOJI,
};

/* Where the records go. */
struct saving {
	struct nt_turn *t;
	struct nt_writer *out;
	struct nt_err *err;
};

/* A link of ours is told without the port, any without its signature. */
static void
clean_file(struct nt_value file)
{
	struct nt_str url = nt_value_text(nt_value_get(file, "url"));
	const char *query = memchr(url.p, '?', url.len);
	struct nt_buf whole, text;

	if (query != NULL)
		url.len = (size_t)(query - url.p);
	nt_buf_init(&whole, NT_BUF_MAX);
	nt_buf_init(&text, NT_BUF_MAX);
	if (nt_file_is_ours(url))
		nt_buf_str(&whole, NT_SAVED_BASE);
	nt_buf_add(&whole, url.p, url.len);
	nt_buf_str(&text, "{\"url\":");
	nt_json_quote(&text, nt_buf_view(&whole));
	nt_buf_char(&text, '}');
	nt_value_replace(file, nt_buf_view(&text));
	nt_buf_free(&whole);
	nt_buf_free(&text);
}

/* Depth is bounded by the parser's NT_JSON_DEPTH_MAX. */
static void
clean_files(struct nt_value v)
{
	struct nt_value file = nt_hosted_file(v);

	if (nt_value_there(file))
		clean_file(file);
	for (struct nt_value e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_value_count(e) > 0 && e.at != file.at)
			clean_files(e);
}

/* Relations do not show what is in the trash. */
static void
drop_hidden(struct nt_turn *t, struct nt_value properties)
{
	for (struct nt_value p = nt_value_first(properties);
	    nt_value_there(p); p = nt_value_next(p)) {
		struct nt_value e = nt_value_first(nt_value_get(p,
		    "relation"));

		for (; nt_value_there(e); e = nt_value_next(e))
			if (nt_trash_hides(t, e))
				nt_value_drop(e);
	}
}

/* The record of a file whose bytes are here. */
static int
put_asset(const struct saving *w, const struct nt_held *owner,
    const struct nt_found_file *file, struct nt_str sha)
{
	struct nt_stmt *s = nt_db_stmt(w->t->db, "SELECT type, size"
	    " FROM served_file WHERE sha256 = ?1");
	struct nt_json_out o;
	struct nt_buf line;
	char id[NT_ID_TEXT];
	int got = 0;

	nt_id_format(&owner->o.id, id);
	nt_buf_init(&line, NT_BUF_MAX);
	nt_stmt_text(s, 1, sha);
	if (nt_stmt_step(s)) {
		nt_json_out_init(&o, &line);
		nt_json_open(&o, NULL, '{');
		nt_json_put_str(&o, "content_type", nt_stmt_col_str(s, 0));
		nt_json_put_text(&o, "name", file->name);
		nt_json_put_text(&o, "object", "asset");
		nt_json_open(&o, "owner", '{');
		nt_json_put_text(&o, "id", id);
		nt_json_put_text(&o, "object",
		    nt_kind_name(kinds[owner->o.what]));
		nt_json_put_text(&o, "pointer", file->pointer);
		nt_json_close(&o, '}');
		nt_json_put_str(&o, "sha256", sha);
		nt_json_put_int(&o, "size", nt_stmt_col_int(s, 1));
		nt_json_close(&o, '}');
		got = nt_writer_record(w->out, NT_KIND_ASSET,
		    nt_buf_view(&line), w->err);
	}
	nt_stmt_done(s);
	nt_buf_free(&line);
	return got;
}

static int
put_assets(const struct saving *w, const struct nt_held *owner)
{
	struct nt_found_file *file = nt_files_find(owner->v, 0);
	int got = 0;

	while (file != NULL) {
		struct nt_found_file *next = file->next;
		struct nt_str sha;

		if (got == 0 && nt_file_sha(nt_str_of(file->url), &sha))
			got = put_asset(w, owner, file, sha);
		nt_files_free(file);
		file = next;
	}
	return got;
}

int
nt_record_write(struct nt_turn *t, struct nt_writer *out, struct nt_held *h,
    struct nt_err *err)
{
	struct saving w = { t, out, err };
	struct nt_buf line;
	int got;

	if (h->o.shape & NT_SHAPE_LINKS)
		drop_hidden(t, nt_value_get(h->v, "properties"));
	if (h->o.shape & NT_SHAPE_FILES)
		clean_files(h->v);
	nt_buf_init(&line, NT_RECORD_MAX);
	nt_json_canonical(h->v, &line);
	got = nt_buf_check(&line, "a record", err);
	if (got == 0)
		got = nt_writer_record(out, kinds[h->o.what],
		    nt_buf_view(&line), err);
	nt_buf_free(&line);
	if (got == 0 && (h->o.shape & NT_SHAPE_FILES))
		got = put_assets(&w, h);
	return got;
}

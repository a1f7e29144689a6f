/*
 * File uploads (api 2.7): create, send, complete, look at.
 *
 * The bytes lie in the table part until all are there, then in file, by their
 * hash, which is where links to them go.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nt/crypto.h"

#include "internal.h"

#define LIFE_MS ((int64_t)3600 * 1000)
#define SEND_MAX ((size_t)20 << 20)
#define PART_MIN ((size_t)5 << 20)	/* of all parts but the last */

/* ---- names and types ---- */

static const struct {
	const char *extension, *type;
} types[] = {
	{ "aac", "audio/aac" }, { "avi", "video/x-msvideo" },
	{ "bmp", "image/bmp" }, { "csv", "text/csv" },
	{ "doc", "application/msword" },
	{ "docx", "application/vnd.openxmlformats-officedocument"
	    ".wordprocessingml.document" },
	{ "flac", "audio/flac" }, { "gif", "image/gif" },
	{ "heic", "image/heic" }, { "html", "text/html" },
	{ "ico", "image/vnd.microsoft.icon" }, { "ics", "text/calendar" },
	{ "jpeg", "image/jpeg" }, { "jpg", "image/jpeg" },
	{ "json", "application/json" }, { "m4a", "audio/mp4" },
	{ "m4v", "video/x-m4v" }, { "md", "text/markdown" },
	{ "mkv", "video/x-matroska" }, { "mov", "video/quicktime" },
	{ "mp3", "audio/mpeg" }, { "mp4", "video/mp4" },
	{ "mpeg", "video/mpeg" }, { "oga", "audio/ogg" },
	{ "ogg", "audio/ogg" },
	{ "pdf", "application/pdf" }, { "png", "image/png" },
	{ "ppt", "application/vnd.ms-powerpoint" },
	{ "pptx", "application/vnd.openxmlformats-officedocument"
	    ".presentationml.presentation" },
	{ "svg", "image/svg+xml" }, { "tif", "image/tiff" },
	{ "tiff", "image/tiff" }, { "txt", "text/plain" },
	{ "wav", "audio/wav" }, { "webm", "video/webm" },
	{ "webp", "image/webp" }, { "xls", "application/vnd.ms-excel" },
	{ "xlsx", "application/vnd.openxmlformats-officedocument"
	    ".spreadsheetml.sheet" },
	{ "zip", "application/zip" },
};

/* The type that the extension means, or NULL. */
static const char *
type_of(struct nt_str name)
{
	size_t dot = name.len;

	while (dot > 0 && name.p[dot - 1] != '.')
		dot--;
	for (size_t i = 0; dot > 0 && i < sizeof types / sizeof *types; i++)
		if (strlen(types[i].extension) == name.len - dot &&
		    strncasecmp(types[i].extension, name.p + dot,
		    name.len - dot) == 0)
			return types[i].type;
	return NULL;
}

/* 1 if files of that type are taken; families have no list (api 2.7). */
static int
is_supported(struct nt_str type)
{
	static const char *const families[] = { "audio/", "image/", "text/",
	    "video/" };
	size_t len = 0;

	while (len < type.len && type.p[len] != ';' && type.p[len] != ' ')
		len++;
	type.len = len;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (type.len > strlen(families[i]) && strncasecmp(type.p,
		    families[i], strlen(families[i])) == 0)
			return 1;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (nt_str_is(type, types[i].type))
			return 1;
	return 0;
}

/* ---- create ---- */

static void
put_times(struct nt_turn *t, struct nt_buf *out)
{
	char expiry[NT_TIME_TEXT], me[NT_ID_TEXT];

	nt_time_format(t->now - t->now % 60000 + LIFE_MS, expiry);
	nt_id_format(&t->svc->me, me);
	nt_buf_fmt(out, "\"created_time\":\"%s\",\"last_edited_time\":\"%s\","
	    "\"expiry_time\":\"%s\",\"created_by\":{\"id\":\"%s\",\"type\":"
	    "\"bot\"},\"in_trash\":false,", t->minute, t->minute, expiry, me);
}

static void
put_urls(struct nt_turn *t, const struct nt_id *id, int64_t parts,
    struct nt_buf *out)
{
	char text[NT_ID_TEXT];

	nt_id_format(id, text);
	nt_buf_fmt(out, "\"upload_url\":\"%s/v1/file_uploads/%s/send\"",
	    t->svc->base, text);
	if (parts > 0)
		nt_buf_fmt(out, ",\"complete_url\":\"%s/v1/file_uploads/%s/"
		    "complete\",\"number_of_parts\":{\"sent\":0,\"total\":"
		    "%lld}", t->svc->base, text, (long long)parts);
}

/* Refuses a name without a type, and a type that we do not know of. */
static int
find_type(struct nt_turn *t, struct nt_buf *type)
{
	struct nt_str given = nt_value_text(nt_value_get(t->body,
	    "content_type"));
	struct nt_str name = nt_value_text(nt_value_get(t->body, "filename"));
	const char *known = name.p != NULL ? type_of(name) : NULL;

	if (given.p != NULL && !is_supported(given))
		return nt_refuse_form(&t->why, "Provided `content_type` "
		    "%.*s is not supported for the File Upload API.",
		    (int)(given.len < 100 ? given.len : 100), given.p);
	if (given.p != NULL)
		nt_json_quote(type, given);
	else if (known != NULL)
		nt_json_quote(type, nt_str_of(known));
	else if (name.p != NULL)
		return nt_refuse_form(&t->why, "Provided `filename` has an "
		    "extension that is not supported for the File Upload "
		    "API.");
	else
		nt_buf_str(type, "null");
	return 0;
}

int
nt_on_upload_create(struct nt_turn *t)
{
	struct nt_value mode = nt_value_get(t->body, "mode");
	struct nt_value name = nt_value_get(t->body, "filename");
	int64_t parts = nt_value_int(nt_value_get(t->body,
	    "number_of_parts"));
	struct nt_object o = { 0 };
	struct nt_buf text, type;
	struct nt_id id;
	char id_text[NT_ID_TEXT];
	int got;

	if (nt_value_text_is(mode, "external_url"))
		return nt_refuse(&t->why, 400, "invalid_request", "Unsupported "
		    "request: files are not fetched from other hosts here.");
	if (!nt_value_text_is(mode, "multi_part"))
		parts = 0;
	nt_id_random(&id);
	nt_id_format(&id, id_text);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&type, NT_BUF_MAX);
	got = find_type(t, &type);
	if (got == 0) {
		nt_buf_fmt(&text, "{\"object\":\"file_upload\",\"id\":\"%s\",",
		    id_text);
		put_times(t, &text);
		nt_buf_str(&text, "\"status\":\"pending\",\"filename\":");
		if (nt_value_is(name, NT_JSON_STRING))
			nt_json_quote(&text, nt_value_text(name));
		else
			nt_buf_str(&text, "null");
		nt_buf_fmt(&text, ",\"content_type\":%s,"
		    "\"content_length\":null,", type.p);
		put_urls(t, &id, parts, &text);
		nt_buf_char(&text, '}');
		nt_create(t, NT_AN_UPLOAD, 0, nt_position_last(t, 0,
		    NT_AN_UPLOAD), nt_buf_view(&text), &o);
	}
	nt_buf_free(&text);
	nt_buf_free(&type);
	return got == 0 ? nt_answer_row(t, o.row) : -1;
}

/* ---- states ---- */

void
nt_upload_expire(struct nt_turn *t, struct nt_held *h)
{
	struct nt_str text = nt_value_text(nt_value_get(h->v, "expiry_time"));
	int64_t end;

	if (text.p == NULL || nt_time_parse(text.p, text.len, &end) == -1 ||
	    t->now < end)
		return;
	nt_value_put(h->v, "status", NT_STR("\"expired\""));
	nt_save(t, h);
}

static int
hold_pending(struct nt_turn *t, struct nt_held *h)
{
	struct nt_str status;

	if (nt_hold(t, &t->id[0], NT_AN_UPLOAD, h) == -1)
		return -1;
	nt_upload_expire(t, h);
	status = nt_value_text(nt_value_get(h->v, "status"));
	if (nt_str_is(status, "pending"))
		return 0;
	nt_refuse_form(&t->why, "File upload has a status of `%.*s`, expected "
	    "`pending`.", (int)status.len, status.p);
	nt_release(h);
	return -1;
}

/* Which bytes it is; known once it is uploaded. */
static void
sha_of(struct nt_turn *t, const struct nt_held *h, char sha[NT_SHA256_TEXT])
{
	struct nt_stmt *s = nt_db_stmt(t->db,
	    "SELECT sha256 FROM served_sent WHERE upload = ?1");
	struct nt_str text;

	sha[0] = '\0';
	nt_stmt_int(s, 1, h->o.row);
	if (nt_stmt_step(s)) {
		text = nt_stmt_col_str(s, 0);
		if (text.len == NT_SHA256_TEXT - 1)
			snprintf(sha, NT_SHA256_TEXT, "%.*s", (int)text.len,
			    text.p);
	}
	nt_stmt_done(s);
}

void
nt_upload_path(struct nt_turn *t, const struct nt_held *h,
    struct nt_buf *path)
{
	struct nt_str name = nt_value_text(nt_value_get(h->v, "filename"));
	char sha[NT_SHA256_TEXT];

	sha_of(t, h, sha);
	nt_file_path(path, sha, name.p != NULL ? name : NT_STR("file"));
}

/* All bytes are there: keeps them as a file and says so. */
static void
settle(struct nt_turn *t, struct nt_held *h, struct nt_str bytes,
    struct nt_str type)
{
	char sha[NT_SHA256_TEXT], text[64];
	struct nt_sha256 hash;
	struct nt_stmt *s;

	nt_sha256_init(&hash);
	nt_sha256_add(&hash, bytes.p, bytes.len);
	nt_sha256_hex(&hash, sha);
	s = nt_db_stmt(t->db,
	    "INSERT OR IGNORE INTO served_file VALUES(?1, ?2, ?3, ?4)");
	nt_stmt_text(s, 1, nt_str_of(sha));
	nt_stmt_text(s, 2, type);
	nt_stmt_int(s, 3, (int64_t)bytes.len);
	nt_stmt_blob(s, 4, bytes.p, bytes.len);
	nt_stmt_run(s);
	nt_value_put(h->v, "status", NT_STR("\"uploaded\""));
	snprintf(text, sizeof text, "%zu", bytes.len);
	nt_value_put(h->v, "content_length", nt_str_of(text));
	nt_value_drop(nt_value_get(h->v, "upload_url"));
	nt_value_drop(nt_value_get(h->v, "complete_url"));
	nt_save(t, h);
	s = nt_db_stmt(t->db, "INSERT INTO served_sent VALUES(?1, ?2)");
	nt_stmt_int(s, 1, h->o.row);
	nt_stmt_text(s, 2, nt_str_of(sha));
	nt_stmt_run(s);
}

/* ---- send ---- */

struct sent {
	struct nt_form_part parts[4];
	size_t count;
	const struct nt_form_part *file;
	int64_t number;		/* part_number, 0 if none */
};

static int
read_sent(struct nt_turn *t, struct sent *sent)
{
	memset(sent, 0, sizeof *sent);
	if (nt_multipart(t->request->content_type, t->request->body,
	    sent->parts, sizeof sent->parts / sizeof *sent->parts,
	    &sent->count) == -1)
		return nt_refuse_form(&t->why, "The request should be "
		    "multipart/form-data with a `file`.");
	for (size_t i = 0; i < sent->count; i++) {
		const struct nt_form_part *part = &sent->parts[i];
		char number[8];

		if (nt_str_is(part->name, "file"))
			sent->file = part;
		else if (nt_str_is(part->name, "part_number") &&
		    part->bytes.len < sizeof number) {
			memcpy(number, part->bytes.p, part->bytes.len);
			number[part->bytes.len] = '\0';
			sent->number = atoi(number);
		} else
			return nt_refuse_form(&t->why, "body failed "
			    "validation: body.%.*s should be not present.",
			    (int)(part->name.len < 60 ? part->name.len : 60),
			    part->name.p);
	}
	if (sent->file == NULL)
		return nt_refuse_form(&t->why, "body failed validation: "
		    "body.file should be defined, instead was `undefined`.");
	if (sent->file->bytes.len > SEND_MAX)
		return nt_refuse_form(&t->why, "A file or part may have 20 "
		    "MiB, this one has %zu bytes.", sent->file->bytes.len);
	return 0;
}

/* What was said of the file at its creation and what is said now agree. */
static int
settle_single(struct nt_turn *t, struct nt_held *h, const struct sent *sent)
{
	struct nt_str said = nt_value_text(nt_value_get(h->v,
	    "content_type"));
	struct nt_str type = sent->file->type;
	struct nt_buf text;

	if (type.p == NULL)
		type = said.p != NULL ? said :
		    NT_STR("application/octet-stream");
	if (said.p == NULL && !is_supported(type))
		return nt_refuse_form(&t->why, "The content type %.*s is not "
		    "supported for the File Upload API.",
		    (int)(type.len < 100 ? type.len : 100), type.p);
	if (said.p != NULL && (type.len < said.len ||
	    memcmp(type.p, said.p, said.len) != 0))
		return nt_refuse_form(&t->why, "The content type of the file "
		    "is `%.*s`, expected `%.*s`.", (int)type.len, type.p,
		    (int)said.len, said.p);
	nt_buf_init(&text, NT_BUF_MAX);
	if (said.p == NULL) {
		nt_json_quote(&text, type);
		nt_value_put(h->v, "content_type", nt_buf_view(&text));
	}
	if (nt_value_is(nt_value_get(h->v, "filename"), NT_JSON_NULL) &&
	    sent->file->filename.p != NULL) {
		nt_buf_clear(&text);
		nt_json_quote(&text, sent->file->filename);
		nt_value_put(h->v, "filename", nt_buf_view(&text));
	}
	nt_buf_free(&text);
	settle(t, h, sent->file->bytes, type);
	return 0;
}

static int64_t
count_parts(struct nt_turn *t, int64_t upload)
{
	struct nt_stmt *s = nt_db_stmt(t->db,
	    "SELECT count(*) FROM served_part WHERE upload = ?1");
	int64_t n = 0;

	nt_stmt_int(s, 1, upload);
	if (nt_stmt_step(s))
		n = nt_stmt_col_int(s, 0);
	nt_stmt_done(s);
	return n;
}

static int
keep_part(struct nt_turn *t, struct nt_held *h, const struct sent *sent,
    int64_t total)
{
	struct nt_stmt *s;
	char text[80];

	if (sent->number < 1 || sent->number > total)
		return nt_refuse_form(&t->why, "body failed validation: "
		    "body.part_number should be between `1` and `%lld`, "
		    "instead was `%lld`.", (long long)total,
		    (long long)sent->number);
	if (sent->number < total && sent->file->bytes.len < PART_MIN)
		return nt_refuse_form(&t->why, "All parts but the last should "
		    "have at least 5 MiB, part %lld has %zu bytes.",
		    (long long)sent->number, sent->file->bytes.len);
	s = nt_db_stmt(t->db,
	    "INSERT OR REPLACE INTO served_part VALUES(?1, ?2, ?3)");
	nt_stmt_int(s, 1, h->o.row);
	nt_stmt_int(s, 2, sent->number);
	nt_stmt_blob(s, 3, sent->file->bytes.p, sent->file->bytes.len);
	nt_stmt_run(s);
	snprintf(text, sizeof text, "{\"sent\":%lld,\"total\":%lld}",
	    (long long)count_parts(t, h->o.row), (long long)total);
	nt_value_put(h->v, "number_of_parts", nt_str_of(text));
	nt_save(t, h);
	return 0;
}

int
nt_on_upload_send(struct nt_turn *t)
{
	struct nt_held h;
	struct sent sent;
	int64_t total;
	int got;

	if (hold_pending(t, &h) == -1)
		return -1;
	total = nt_value_int(nt_value_at(h.v, "/number_of_parts/total"));
	got = read_sent(t, &sent);
	if (got == 0)
		got = total > 0 ? keep_part(t, &h, &sent, total) :
		    settle_single(t, &h, &sent);
	if (got == 0)
		nt_answer_row(t, h.o.row);
	nt_release(&h);
	return got;
}

/* ---- complete, look ---- */

int
nt_on_upload_complete(struct nt_turn *t)
{
	struct nt_stmt *s;
	struct nt_held h;
	struct nt_buf bytes;
	struct nt_str type;
	int64_t total, sent;

	if (hold_pending(t, &h) == -1)
		return -1;
	total = nt_value_int(nt_value_at(h.v, "/number_of_parts/total"));
	sent = count_parts(t, h.o.row);
	if (total == 0 || sent != total) {
		nt_release(&h);
		return nt_refuse_form(&t->why, "File upload has %lld of %lld "
		    "parts; all have to be sent before it is completed.",
		    (long long)sent, (long long)total);
	}
	nt_buf_init(&bytes, NT_BUF_MAX);
	s = nt_db_stmt(t->db,
	    "SELECT data FROM served_part WHERE upload = ?1 ORDER BY number");
	nt_stmt_int(s, 1, h.o.row);
	while (nt_stmt_step(s))
		nt_buf_add(&bytes, nt_stmt_col_str(s, 0).p,
		    nt_stmt_col_str(s, 0).len);
	nt_stmt_done(s);
	s = nt_db_stmt(t->db, "DELETE FROM served_part WHERE upload = ?1");
	nt_stmt_int(s, 1, h.o.row);
	nt_stmt_run(s);
	type = nt_value_text(nt_value_get(h.v, "content_type"));
	settle(t, &h, nt_buf_view(&bytes), type.p != NULL ? type :
	    NT_STR("application/octet-stream"));
	nt_buf_free(&bytes);
	nt_answer_row(t, h.o.row);
	nt_release(&h);
	return 0;
}

int
nt_on_upload_get(struct nt_turn *t)
{
	struct nt_held h;

	if (nt_hold(t, &t->id[0], NT_AN_UPLOAD, &h) == -1)
		return -1;
	nt_upload_expire(t, &h);
	nt_answer_row(t, h.o.row);
	nt_release(&h);
	return 0;
}

/* The newest comes first: positions fall. */
int
nt_on_upload_list(struct nt_turn *t)
{
	const char *status = nt_turn_arg(t, "status");
	struct nt_page_of page;
	struct nt_stmt *s;
	struct nt_held h;
	struct nt_object o, start;
	char next[NT_ID_TEXT];
	size_t n = 0;

	if (nt_turn_paging(t, &page) == -1 ||
	    nt_list_start(t, &page, NT_AN_UPLOAD, &start) == -1)
		return -1;
	if (page.cursor[0] == '\0')
		start.position = INT64_MAX;
	s = nt_db_stmt(t->db, "SELECT row FROM served_object WHERE parent = 0"
	    " AND kind = 9 AND state = 0 AND position <= ?1"
	    " ORDER BY position DESC");
	nt_stmt_int(s, 1, start.position);
	nt_list_open(t);
	while (n <= page.size && nt_stmt_step(s)) {
		if (!nt_hold_row(t, nt_stmt_col_int(s, 0), &h))
			continue;
		nt_upload_expire(t, &h);
		if (status != NULL && !nt_value_text_is(nt_value_get(h.v,
		    "status"), status)) {
			nt_release(&h);
			continue;
		}
		if (n++ == page.size)
			nt_id_format(&h.o.id, next);
		else {
			o = h.o;
			o.json = nt_buf_view(&h.text);
			nt_list_next(t);
			nt_render(t, &o);
		}
		nt_release(&h);
	}
	nt_stmt_done(s);
	nt_list_close(t, "file_upload", n > page.size ? next : NULL);
	return 0;
}

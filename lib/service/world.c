/*
 * The workspace as room model may ask it: titles, users, emojis, uploads; and
 * what the clocks of a time zone show.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "nt/file.h"
#include "nt/zone.h"

#define ZONES "/usr/share/zoneinfo/"
#define ZONE_BYTES_MAX ((size_t)64 << 10)

/* The bytes of a member's text, appended. */
static void
add_text(struct nt_value object, const char *name, struct nt_buf *out)
{
	struct nt_str text = nt_value_text(nt_value_get(object, name));

	if (text.p != NULL)
		nt_buf_add(out, text.p, text.len);
}

static int
page(void *of, const struct nt_id *id, struct nt_buf *title,
    struct nt_buf *url)
{
	static const enum nt_what kinds[] = { NT_A_PAGE, NT_A_DATABASE,
	    NT_A_DATA_SOURCE };
	struct nt_turn *t = of;
	struct nt_held h;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!nt_hold_id(t, id, kinds[i], &h))
			continue;
		nt_title_text(h.v, title);
		add_text(h.v, "url", url);
		nt_release(&h);
		return 1;
	}
	return 0;
}

static int
user(void *of, const struct nt_id *id, struct nt_buf *name,
    struct nt_buf *json)
{
	struct nt_turn *t = of;
	struct nt_held h;

	if (nt_id_eq(id, &t->svc->me)) {
		nt_buf_str(name, t->svc->me_name);
		nt_buf_add(json, t->svc->me_json.p, t->svc->me_json.len);
		return 1;
	}
	if (!nt_hold_id(t, id, NT_A_USER, &h))
		return 0;
	add_text(h.v, "name", name);
	nt_buf_add(json, h.text.p, h.text.len);
	nt_release(&h);
	return 1;
}

static int
emoji(void *of, const struct nt_id *id, struct nt_buf *json)
{
	struct nt_turn *t = of;
	struct nt_json_out o;
	struct nt_held h;

	if (!nt_hold_id(t, id, NT_AN_EMOJI, &h))
		return 0;
	nt_json_out_init(&o, json);
	nt_json_open(&o, NULL, '{');
	nt_json_put_value(&o, "id", nt_value_get(h.v, "id"));
	nt_json_put_value(&o, "name", nt_value_get(h.v, "name"));
	nt_json_put_value(&o, "url", nt_value_get(h.v, "url"));
	nt_json_close(&o, '}');
	nt_release(&h);
	return 1;
}

/* It is there, but no bytes are: better said than "not found". */
static void
note_unready(struct nt_turn *t, const struct nt_held *h)
{
	struct nt_str status = nt_value_text(nt_value_get(h->v, "status"));
	char id[NT_ID_TEXT];

	nt_id_format(&h->o.id, id);
	snprintf(t->unready, sizeof t->unready, "File upload %s has a status "
	    "of `%.*s`, expected `uploaded`.", id,
	    (int)(status.len < 20 ? status.len : 20), status.p);
}

/* The first attachment of an upload takes away its end (api 2.7). */
static int
upload(void *of, const struct nt_id *id, struct nt_buf *name,
    struct nt_buf *file)
{
	struct nt_turn *t = of;
	struct nt_buf path;
	struct nt_held h;
	int there;

	if (!nt_hold_id(t, id, NT_AN_UPLOAD, &h))
		return 0;
	nt_upload_expire(t, &h);
	there = nt_value_text_is(nt_value_get(h.v, "status"), "uploaded");
	if (there) {
		nt_buf_init(&path, NT_BUF_MAX);
		nt_upload_path(t, &h, &path);
		add_text(h.v, "filename", name);
		nt_buf_str(file, "{\"url\":");
		nt_json_quote(file, nt_buf_view(&path));
		nt_buf_char(file, '}');
		nt_buf_free(&path);
		nt_value_put(h.v, "expiry_time", NT_STR("null"));
		nt_save(t, &h);
	} else
		note_unready(t, &h);
	nt_release(&h);
	return there;
}

static void
key(void *of, char text[NT_ID_TEXT])
{
	struct nt_id id;

	(void)of;
	nt_id_random(&id);
	nt_id_format(&id, text);
}

/* From the system's files, where it has them. */
static int
zone(void *of, struct nt_str name, int64_t local_ms, int *minutes)
{
	char path[sizeof ZONES + 64];
	struct nt_buf tzif;
	int known;

	(void)of;
	if (!nt_zone_name_ok(name))
		return 0;
	snprintf(path, sizeof path, ZONES "%.*s", (int)name.len, name.p);
	nt_buf_init(&tzif, ZONE_BYTES_MAX);
	known = nt_file_slurp(path, &tzif, NULL) == 0 &&
	    nt_zone_offset(nt_buf_view(&tzif), local_ms, minutes);
	nt_buf_free(&tzif);
	return known;
}

struct nt_world
nt_world_of(struct nt_turn *t)
{
	return (struct nt_world){ .of = t, .page = page, .user = user,
	    .emoji = emoji, .upload = upload, .key = key, .zone = zone };
}

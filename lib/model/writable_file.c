/* Files, icons and covers to be written (api 3.4). */
#include "writable.h"

#include <string.h>

int
nt_ask_file(struct writing *w, char upload[NT_ID_TEXT])
{
	enum nt_writable answer = NT_WRITABLE_NEVER;
	size_t back = nt_enter(w, "file");
	struct nt_id id = { { 0 } };

	if (w->target->file != NULL)
		answer = w->target->file(w->target->of, nt_buf_view(&w->at),
		    &id);
	nt_leave(w, back);
	w->later |= answer == NT_WRITABLE_LATER;
	nt_id_format(&id, upload);
	return answer != NT_WRITABLE_NEVER;
}

static int
put_upload(struct writing *w, const char **why)
{
	char id[NT_ID_TEXT];

	*why = "its file is not in the backup";
	if (!nt_ask_file(w, id))
		return 0;
	nt_json_put_text(&w->o, "type", "file_upload");
	nt_json_open(&w->o, "file_upload", '{');
	nt_json_put_text(&w->o, "id", id);
	nt_json_close(&w->o, '}');
	return 1;
}

int
nt_put_writable_file(struct writing *w, struct nt_value file, const char **why)
{
	struct nt_value external = nt_value_get(file, "external");
	struct nt_value url = nt_value_get(external, "url");

	if (nt_value_is(nt_value_get(file, "file"), NT_JSON_OBJECT))
		return put_upload(w, why);
	*why = "it has no file";
	if (!nt_value_is(url, NT_JSON_STRING))
		return 0;
	*why = "the address of its file is longer than 2000 characters";
	if (nt_utf16_len(nt_value_text(url)) > NT_URL_MAX)
		return 0;
	nt_json_put_text(&w->o, "type", "external");
	nt_json_open(&w->o, "external", '{');
	nt_json_put_value(&w->o, "url", url);
	nt_json_close(&w->o, '}');
	return 1;
}

/* ---- icons ---- */

static int
put_emoji(struct writing *w, struct nt_value emoji, const char **why)
{
	*why = "its emoji is none";
	if (!nt_is_emoji(nt_value_text(emoji)))
		return 0;
	nt_json_put_text(&w->o, "type", "emoji");
	nt_json_put_value(&w->o, "emoji", emoji);
	return 1;
}

static int
put_custom_emoji(struct writing *w, struct nt_value emoji, const char **why)
{
	char id[NT_ID_TEXT];

	*why = "its emoji is not there";
	if (!nt_ask(w, w->target->emoji, nt_value_get(emoji, "id"), id))
		return 0;
	nt_json_put_text(&w->o, "type", "custom_emoji");
	nt_json_open(&w->o, "custom_emoji", '{');
	nt_json_put_text(&w->o, "id", id);
	nt_json_close(&w->o, '}');
	return 1;
}

static int
put_built_in(struct writing *w, struct nt_value icon, const char **why)
{
	struct nt_value name = nt_value_get(icon, "name");
	struct nt_value color = nt_value_get(icon, "color");
	size_t len = nt_utf16_len(nt_value_text(name));

	*why = "it has no name";
	if (len < 1 || len > NT_ICON_NAME_MAX)
		return 0;
	nt_json_put_text(&w->o, "type", "icon");
	nt_json_open(&w->o, "icon", '{');
	nt_json_put_value(&w->o, "name", name);
	if (nt_is_word_of(&nt_shape_icon_color, color))
		nt_json_put_value(&w->o, "color", color);
	else if (nt_value_is(color, NT_JSON_STRING))
		nt_lose(w, NT_LOSS_WARNING, "the colour of an icon is none "
		    "that can be written");
	nt_json_close(&w->o, '}');
	return 1;
}

/* The members of an icon: 1, or 0 and *why. */
static int
put_any_icon(struct writing *w, struct nt_value icon, const char **why)
{
	struct nt_value emoji = nt_value_get(icon, "emoji");
	struct nt_value custom = nt_value_get(icon, "custom_emoji");
	struct nt_value built_in = nt_value_get(icon, "icon");

	if (nt_value_there(emoji))
		return put_emoji(w, emoji, why);
	if (nt_value_there(custom))
		return put_custom_emoji(w, custom, why);
	if (nt_value_there(built_in))
		return put_built_in(w, built_in, why);
	return nt_put_writable_file(w, icon, why);
}

typedef int put_members(struct writing *w, struct nt_value v,
    const char **why);

/* The whole of it: 1, or 0 with the loss told and nothing written. */
static int
put_object(struct writing *w, const char *key, struct nt_value icon,
    put_members *put)
{
	struct writing_mark mark = nt_mark(w);
	const char *why;
	int good;

	nt_json_open(&w->o, key, '{');
	good = put(w, icon, &why);
	nt_json_close(&w->o, '}');
	if (good)
		return 1;
	nt_take_back(w, &mark);
	nt_lose(w, nt_value_there(nt_value_get(icon, "custom_emoji")) ?
	    NT_LOSS_EXPECTED : NT_LOSS_WARNING, "%s", why);
	return 0;
}

static int
put_member(struct writing *w, const char *key, struct nt_value v,
    put_members *put)
{
	size_t back = nt_enter(w, key);
	int good = nt_value_is(v, NT_JSON_OBJECT) &&
	    put_object(w, key, v, put);

	nt_leave(w, back);
	return good;
}

int
nt_put_writable_icon(struct writing *w, const char *key, struct nt_value icon)
{
	return put_member(w, key, icon, put_any_icon);
}

int
nt_put_writable_cover(struct writing *w, const char *key,
    struct nt_value cover)
{
	return put_member(w, key, cover, nt_put_writable_file);
}

/* Alone: here "null" is what stands for none. */
static enum nt_writable
write_alone(const struct nt_target *target, struct nt_value v,
    const char *pointer, struct nt_buf *out, put_members *put)
{
	struct writing w;

	nt_writing_begin(&w, target, pointer);
	if (!nt_value_is(v, NT_JSON_OBJECT))
		nt_json_put_null(&w.o, NULL);
	else
		w.never = !put_object(&w, NULL, v, put);
	return nt_writing_end(&w, out);
}

enum nt_writable
nt_writable_icon(const struct nt_target *target, struct nt_value icon,
    const char *pointer, struct nt_buf *out)
{
	return write_alone(target, icon, pointer, out, put_any_icon);
}

enum nt_writable
nt_writable_cover(const struct nt_target *target, struct nt_value cover,
    const char *pointer, struct nt_buf *out)
{
	return write_alone(target, cover, pointer, out, nt_put_writable_file);
}

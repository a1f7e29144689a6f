/* Comments to be written (api 2.5, 3.4). */
#include "writable.h"

/* A file of a comment may have a type of its own around it, or none. */
static int
put_attachment(struct writing *w, struct nt_value attachment)
{
	struct nt_value file = nt_value_get(attachment, "file");
	size_t back = w->at.len;
	char id[NT_ID_TEXT];
	int good;

	if (nt_value_there(nt_value_get(file, "type")))
		back = nt_enter(w, "file");
	good = nt_ask_file(w, id);
	nt_leave(w, back);
	if (!good)
		return 0;
	nt_json_open(&w->o, NULL, '{');
	nt_json_put_text(&w->o, "type", "file_upload");
	nt_json_put_text(&w->o, "file_upload_id", id);
	nt_json_close(&w->o, '}');
	return 1;
}

static void
put_attachments(struct writing *w, struct nt_value list)
{
	size_t back = nt_enter(w, "attachments"), i = 0, put = 0;
	struct nt_value e;

	nt_json_open(&w->o, "attachments", '[');
	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		size_t here = nt_enter_element(w, i++);

		if (put == NT_ATTACHMENTS_MAX)
			nt_lose(w, NT_LOSS_WARNING, "more than %d files in "
			    "one comment", NT_ATTACHMENTS_MAX);
		else if (put_attachment(w, e))
			put++;
		else
			nt_lose(w, NT_LOSS_WARNING,
			    "its file is not in the backup");
		nt_leave(w, here);
	}
	nt_json_close(&w->o, ']');
	nt_leave(w, back);
}

static void
put_display_name(struct writing *w, struct nt_str author)
{
	author.len = nt_utf16_cut(author, NT_CONTENT_MAX);
	nt_json_open(&w->o, "display_name", '{');
	nt_json_put_text(&w->o, "type", "custom");
	nt_json_open(&w->o, "custom", '{');
	nt_json_put_str(&w->o, "name", author);
	nt_json_close(&w->o, '}');
	nt_json_close(&w->o, '}');
}

enum nt_writable
nt_writable_comment(const struct nt_target *target, struct nt_value comment,
    struct nt_str author, struct nt_buf *out)
{
	struct nt_value files = nt_value_get(comment, "attachments");
	struct writing w;
	size_t back;

	nt_writing_begin(&w, target, "");
	nt_json_open(&w.o, NULL, '{');
	back = nt_enter(&w, "rich_text");
	nt_put_writable_text(&w, "rich_text",
	    nt_value_get(comment, "rich_text"));
	nt_leave(&w, back);
	if (nt_value_count(files) > 0)
		put_attachments(&w, files);
	if (author.len > 0)
		put_display_name(&w, author);
	nt_json_close(&w.o, '}');
	return nt_writing_end(&w, out);
}

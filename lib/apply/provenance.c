/*
 * Times and authors are the service's (api 8.1).  Where that is wanted, those
 * of the snapshot are kept in properties of their own.
 */
#include "internal.h"

static const struct {
	const char *name;
	const char *member;	/* of the page's record */
	int time;
} kept[] = {
	{ "Original created time", "created_time", 1 },
	{ "Original created by", "created_by", 0 },
	{ "Original last edited time", "last_edited_time", 1 },
	{ "Original last edited by", "last_edited_by", 0 }
};
#define KEPT (sizeof kept / sizeof kept[0])

void
nt_provenance_schema(struct nt_job *job, uint32_t source, int comma,
    struct nt_buf *out)
{
	for (size_t i = 0; i < KEPT; i++) {
		const char *type = kept[i].time ? "date" : "rich_text";
		struct nt_buf pointer;

		nt_buf_fmt(out, "%s\"%s\":{\"type\":\"%s\",\"%s\":{}}",
		    comma || i > 0 ? "," : "", kept[i].name, type, type);
		nt_buf_init(&pointer, NT_BUF_MAX);
		nt_property_pointer(&pointer,
		    nt_str_of(kept[i].name));
		nt_tell_loss(job, source, pointer.p, NT_LOSS_EXPECTED,
		    "added to keep what only the service sets");
		nt_buf_free(&pointer);
	}
}

static void
put_user(struct nt_apply *a, struct nt_value user, struct nt_buf *out)
{
	struct nt_str text = nt_value_text(nt_value_get(user, "id"));
	struct nt_buf name;
	struct nt_id id;

	nt_buf_init(&name, NT_BUF_MAX);
	if (nt_id_scan(text, &id) == 0)
		nt_user_name(a, &id, &name);
	if (name.len == 0)
		nt_buf_add(&name, text.p, text.len);
	nt_buf_str(out, "{\"rich_text\":[{\"text\":{\"content\":");
	nt_json_quote(out, nt_buf_view(&name));
	nt_buf_str(out, "}}]}");
	nt_buf_free(&name);
}

void
nt_provenance_values(struct nt_apply *a, uint32_t page, struct nt_buf *out)
{
	int first = out->p[out->len - 2] == '{';

	nt_buf_cut(out, out->len - 1);
	for (size_t i = 0; i < KEPT; i++) {
		/* Names of users are records, too: it is read each time. */
		struct nt_value v = nt_value_get(nt_node_record(a, page),
		    kept[i].member);

		nt_buf_fmt(out, "%s\"%s\":", first ? "" : ",", kept[i].name);
		first = 0;
		if (kept[i].time) {
			nt_buf_str(out, "{\"date\":{\"start\":");
			nt_json_quote(out, nt_value_text(v));
			nt_buf_str(out, "}}");
		} else {
			put_user(a, v, out);
		}
	}
	nt_buf_char(out, '}');
}

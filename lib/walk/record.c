/* Records of texts: the service's own, and ours for what went wrong. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"

void
record_line(struct nt_buf *out, enum nt_kind kind, struct nt_str line,
    unsigned flags)
{
	struct frame frame;

	memset(&frame, 0, sizeof frame);
	frame.len = (uint32_t)line.len;
	frame.kind = (uint8_t)kind;
	frame.flags = (uint8_t)flags;
	nt_buf_add(out, &frame, sizeof frame);
	nt_buf_add(out, line.p, line.len);
}

void
record_value(struct nt_buf *out, enum nt_kind kind, struct nt_value v,
    unsigned flags)
{
	size_t at = out->len;
	struct frame frame;

	memset(&frame, 0, sizeof frame);
	frame.kind = (uint8_t)kind;
	frame.flags = (uint8_t)flags;
	nt_buf_add(out, &frame, sizeof frame);
	nt_json_canonical(v, out);
	frame.len = (uint32_t)(out->len - at - sizeof frame);
	memcpy(out->p + at, &frame, sizeof frame);
}

static void
put_id(struct nt_json_out *o, const char *key, const struct nt_id *id)
{
	char text[NT_ID_TEXT];

	if (id == NULL || nt_id_is_nil(id)) {
		nt_json_put_null(o, key);
		return;
	}
	nt_id_format(id, text);
	nt_json_put_text(o, key, text);
}

static void
put_parent(struct nt_json_out *o, const struct subject *s)
{
	if (s->parent_type == NULL || s->parent == NULL) {
		nt_json_put_null(o, "parent");
		return;
	}
	nt_json_open(o, "parent", '{');
	put_id(o, s->parent_type, s->parent);
	nt_json_put_text(o, "type", s->parent_type);
	nt_json_close(o, '}');
}

static void
put_text_or_null(struct nt_json_out *o, const char *key, const char *text)
{
	if (text == NULL || *text == '\0')
		nt_json_put_null(o, key);
	else
		nt_json_put_text(o, key, text);
}

/* The members stand in canonical order already. */
static void
put_error(struct nt_buf *out, const struct subject *s, const char *code,
    const char *message, const char *request_id, int status, unsigned flags)
{
	struct nt_json_out o;
	struct nt_buf line;

	nt_buf_init(&line, NT_BUF_MAX);
	nt_json_out_init(&o, &line);
	nt_json_open(&o, NULL, '{');
	put_text_or_null(&o, "code", code);
	put_id(&o, "id", s->id);
	nt_json_put_text(&o, "kind", s->kind);
	nt_json_put_text(&o, "message", message);
	nt_json_put_text(&o, "object", "error");
	put_parent(&o, s);
	put_text_or_null(&o, "request_id", request_id);
	nt_json_put_int(&o, "status", status);
	nt_json_close(&o, '}');
	record_line(out, NT_KIND_ERROR,
	    nt_buf_view(&line), flags);
	nt_buf_free(&line);
}

void
error_reply(struct nt_buf *out, const struct subject *s,
    const struct nt_reply *reply)
{
	put_error(out, s, reply->code, reply->message, reply->request_id,
	    reply->status, reply->again ? 0 : FRAME_LASTING);
}

void
error_text(struct nt_buf *out, const struct subject *s, const char *code,
    const char *message)
{
	put_error(out, s, code, message, NULL, 0, FRAME_LASTING);
}

void
loss_text(struct nt_buf *out, const struct subject *s, const char *pointer,
    const char *reason, unsigned flags)
{
	struct nt_json_out o;
	struct nt_buf line;

	nt_buf_init(&line, NT_BUF_MAX);
	nt_json_out_init(&o, &line);
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "class", "expected");
	put_id(&o, "id", s->id);
	nt_json_put_text(&o, "kind", s->kind);
	nt_json_put_text(&o, "object", "loss");
	nt_json_put_text(&o, "pointer", pointer);
	nt_json_put_text(&o, "reason", reason);
	nt_json_close(&o, '}');
	record_line(out, NT_KIND_LOSS,
	    nt_buf_view(&line), flags);
	nt_buf_free(&line);
}

int
member_id(struct nt_value v, const char *name, struct nt_id *id)
{
	return nt_id_scan(nt_value_text(nt_value_get(v, name)), id) == 0;
}

int64_t
member_time(struct nt_value v, const char *name)
{
	struct nt_str text = nt_value_text(nt_value_get(v, name));
	int64_t ms;

	return nt_time_parse(text.p, text.len, &ms) == 0 ? ms : 0;
}

int
object_is(struct nt_value v, enum nt_kind kind, struct nt_id *id)
{
	return nt_value_text_is(nt_value_get(v, "object"),
	    nt_kind_name(kind)) && member_id(v, "id", id);
}

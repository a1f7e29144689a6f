/*
 * What the write forms ask of the workspace that is written to: under which
 * ids things are there by now.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- ids ---- */

/* Of a node: where it is, or whether it can still come to be there. */
static enum nt_writable
node_id(struct nt_apply *a, uint32_t n, struct nt_id *to)
{
	const struct nt_node *node = nt_node(a, n);

	if (!nt_id_is_nil(&node->to)) {
		*to = node->to;
		return NT_WRITABLE_NOW;
	}
	if (node->state == NT_NODE_LOST || node->state == NT_NODE_REFUSED ||
	    (a->last && node->state == NT_NODE_WANTED))
		return NT_WRITABLE_NEVER;
	if (node->state == NT_NODE_DONE)
		a->ids_wanted = n;
	if (!a->blind)
		return NT_WRITABLE_LATER;
	*to = nt_node(a, 0)->to;
	return NT_WRITABLE_NOW;
}

static uint32_t
find_node(struct nt_apply *a, const struct nt_id *id)
{
	uint32_t n = nt_node_thing(a, id);

	return n != 0 ? n : nt_node_block(a, id);
}

/* What is not of the snapshot stands where it did. */
static enum nt_writable
ask_id(void *of, const struct nt_id *from, struct nt_id *to)
{
	struct nt_apply *a = of;
	uint32_t n = find_node(a, from);

	if (n != 0)
		return node_id(a, n, to);
	if (!nt_node_other(a, from, to))
		*to = *from;
	return NT_WRITABLE_NOW;
}

static enum nt_writable
ask_user(void *of, const struct nt_id *from, struct nt_id *to)
{
	return nt_user_there(of, from, to);
}

static enum nt_writable
ask_emoji(void *of, const struct nt_id *from, struct nt_id *to)
{
	return nt_emoji_there(of, from, to);
}

/* ---- files ---- */

int
nt_asset_hash(struct nt_value asset, char sha256[NT_DIGEST_TEXT])
{
	struct nt_str hash = nt_value_text(nt_value_get(asset, "sha256"));

	for (size_t i = 0; i < hash.len; i++)
		if (nt_hex_digit(hash.p[i]) == -1)
			return 0;
	if (hash.len != NT_DIGEST_TEXT - 1)
		return 0;
	memcpy(sha256, hash.p, hash.len);
	sha256[hash.len] = '\0';
	return 1;
}

char *
nt_asset_path(const struct nt_apply *a, const char *sha256)
{
	struct nt_buf path;

	nt_buf_init(&path, NT_BUF_MAX);
	nt_buf_fmt(&path, "%s/%s", a->plan.assets, sha256);
	return nt_buf_take(&path);
}

/* The asset record of the owner's file at that pointer: its node, or 0. */
static uint32_t
find_asset(struct nt_apply *a, uint32_t owner, struct nt_str pointer,
    char sha256[NT_DIGEST_TEXT])
{
	/* Its own document: the owner's record is being read. */
	struct nt_json *doc = a->asset_doc;
	uint32_t i;

	for (i = nt_node(a, owner)->first; i != 0; i = nt_node(a, i)->next) {
		struct nt_value v;

		if (nt_node(a, i)->kind != NT_KIND_ASSET)
			continue;
		v = nt_node_read(a, i, doc, &a->asset_line);
		v = nt_value_get(v, "value");
		if (!nt_str_eq(nt_value_text(nt_value_at(v,
		    "/owner/pointer")), pointer))
			continue;
		return nt_asset_hash(v, sha256) ? i : 0;
	}
	return 0;
}

static enum nt_writable
ask_file(void *of, struct nt_str pointer, struct nt_id *upload)
{
	struct nt_apply *a = of;
	char sha256[NT_DIGEST_TEXT];
	uint32_t asset = find_asset(a, a->owner, pointer, sha256);

	if (asset == 0 || a->plan.assets == NULL)
		return NT_WRITABLE_NEVER;
	if (nt_upload_ready(a, sha256, upload))
		return NT_WRITABLE_NOW;
	if (nt_upload_of(a, sha256)->failed)
		return NT_WRITABLE_NEVER;
	/* The text is thrown away, but tells what else is wanted. */
	nt_upload_want(a->job, asset, sha256);
	a->files_wanted = 1;
	memset(upload, 1, sizeof *upload);
	return NT_WRITABLE_NOW;
}

/* ---- properties, links ---- */

static enum nt_writable
ask_property(void *of, struct nt_str id, struct nt_buf *out)
{
	struct nt_apply *a = of;
	struct nt_source *s = a->asked_source;

	for (size_t i = 0; s != NULL && i < s->count; i++) {
		const struct nt_prop_state *p = &s->props[i];
		int by_id = p->id != NULL && nt_str_is(id, p->id);

		if (!by_id && !nt_str_is(id, p->name))
			continue;
		if (p->new_id == NULL)
			return NT_WRITABLE_NEVER;
		nt_buf_str(out, by_id ? p->new_id : p->name);
		return NT_WRITABLE_NOW;
	}
	if (s != NULL)
		return NT_WRITABLE_NEVER;
	nt_buf_add(out, id.p, id.len);
	return NT_WRITABLE_NOW;
}

/*
 * Of the data source that it is said to be of; where that is not known it can
 * only be of the one that is being made.
 */
static enum nt_writable
ask_name(void *of, const struct nt_id *source, struct nt_str id,
    struct nt_buf *out)
{
	struct nt_apply *a = of;
	uint32_t n = nt_id_is_nil(source) ? 0 : nt_node_thing(a, source);
	struct nt_source *s = nt_source_of(a, n == 0 ? a->owner : n);

	for (size_t i = 0; s != NULL && i < s->count; i++)
		if (s->props[i].id != NULL &&
		    nt_str_is(id, s->props[i].id)) {
			nt_buf_str(out, s->props[i].name);
			return NT_WRITABLE_NOW;
		}
	return NT_WRITABLE_NEVER;
}

/* The length of an id that begins at p, dashed or not; 0: none does. */
static size_t
id_length(const char *p, size_t len, struct nt_id *id)
{
	if (len >= 36 && nt_id_scan((struct nt_str){ p, 36 }, id) == 0)
		return 36;
	if (len >= 32 && nt_id_scan((struct nt_str){ p, 32 }, id) == 0 &&
	    (len == 32 || nt_hex_digit(p[32]) == -1))
		return 32;
	return 0;
}

/*
 * Ids of the snapshot in a link become those that the things have now, in the
 * same form; who serves it is not looked at (api 1.2).
 */
static enum nt_writable
ask_link(void *of, struct nt_str url, struct nt_buf *out)
{
	struct nt_apply *a = of;
	size_t start = out->len, at = 0, len;
	int changed = 0;

	while (at < url.len) {
		char text[NT_ID_TEXT];
		struct nt_id id, to;
		uint32_t n;

		len = at == 0 || nt_hex_digit(url.p[at - 1]) == -1 ?
		    id_length(url.p + at, url.len - at, &id) : 0;
		n = len == 0 ? 0 : find_node(a, &id);
		if (n == 0) {
			nt_buf_char(out, url.p[at++]);
			continue;
		}
		switch (node_id(a, n, &to)) {
		case NT_WRITABLE_LATER:
			nt_buf_cut(out, start);
			return NT_WRITABLE_LATER;
		case NT_WRITABLE_NEVER:
			to = id;
			break;
		case NT_WRITABLE_NOW:
			changed = 1;
			break;
		}
		if (len == 36)
			nt_id_format(&to, text);
		else
			nt_id_format_plain(&to, text);
		nt_buf_str(out, text);
		at += len;
	}
	if (changed)
		return NT_WRITABLE_NOW;
	nt_buf_cut(out, start);
	return NT_WRITABLE_NEVER;
}

/* ---- losses ---- */

void
nt_property_pointer(struct nt_buf *pointer, struct nt_str name)
{
	nt_buf_str(pointer, "/properties");
	nt_pointer_add(pointer, name);
}

void
nt_tell_loss(struct nt_job *job, uint32_t node, const char *pointer,
    enum nt_loss_class class, const char *reason)
{
	const struct nt_node *n = nt_node(job->a, node);
	struct nt_buf *out = &job->step->losses;
	char id[NT_ID_TEXT];
	struct nt_json_out o;

	nt_id_format(&n->id, id);
	nt_json_out_init(&o, out);	/* members in their sorted order */
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "class", class == NT_LOSS_EXPECTED ? "expected" :
	    "warning");
	nt_json_put_text(&o, "id", id);
	nt_json_put_text(&o, "kind", nt_kind_name((enum nt_kind)n->kind));
	nt_json_put_text(&o, "object", "loss");
	nt_json_put_text(&o, "pointer", pointer);
	nt_json_put_text(&o, "reason", reason);
	nt_json_close(&o, '}');
	nt_buf_char(out, '\n');
}

static void
on_loss(void *of, const char *pointer, enum nt_loss_class class,
    const char *reason)
{
	struct nt_apply *a = of;

	nt_tell_loss(a->job, a->owner, pointer, class, reason);
}

int
nt_losses_told(struct nt_apply *a, struct nt_str lines, struct nt_err *err)
{
	static const char expected[] = "{\"class\":\"expected\"";
	const char *p = lines.p, *end = p + lines.len, *eol;

	for (; p < end; p = eol + 1) {
		struct nt_str line;

		eol = memchr(p, '\n', (size_t)(end - p));
		line = (struct nt_str){ p, (size_t)(eol - p) };
		if (line.len > sizeof expected &&
		    memcmp(line.p, expected, sizeof expected - 1) == 0)
			a->stats.expected++;
		else
			a->stats.warnings++;
		if (nt_writer_record(a->out, NT_KIND_LOSS, line, err) == -1)
			return -1;
	}
	return 0;
}

const struct nt_target *
nt_target_for(struct nt_job *job, uint32_t node)
{
	struct nt_apply *a = job->a;

	a->job = job;
	a->owner = node;
	a->ids_wanted = 0;
	a->target = (struct nt_target){ .of = a, .id = ask_id,
	    .user = ask_user, .emoji = ask_emoji, .file = ask_file,
	    .property = ask_property,
	    .link = ask_link, .loss = on_loss, .name = ask_name };
	return &a->target;
}

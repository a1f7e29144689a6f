/* A page: a glance at its records, then one after the other. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- the glance ---- */

/* The inside of a JSON string that has no escapes. */
static struct nt_str
inside(struct nt_str raw)
{
	return raw.len < 2 || raw.p[0] != '"' ? (struct nt_str){ NULL, 0 } :
	    (struct nt_str){ raw.p + 1, raw.len - 2 };
}

static enum md_kind
kind_of(struct nt_str object)
{
	static const struct {
		const char *name;
		enum md_kind kind;
	} kinds[] = {
		{ "block", MD_BLOCK }, { "page", MD_PAGE },
		{ "comment", MD_COMMENT }, { "asset", MD_ASSET },
		{ "error", MD_ERROR }, { "loss", MD_LOSS }
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (nt_str_is(object, kinds[i].name))
			return kinds[i].kind;
	return MD_OTHER;
}

/* The id in a parent; nil if there is none. */
static struct nt_id
parent_of(struct nt_str parent)
{
	static const char *const names[] = { "block_id", "page_id" };
	struct nt_id id = { { 0 } };
	struct nt_str found[2];

	if (parent.p != NULL && parent.p[0] == '{' &&
	    nt_json_glance(parent.p, parent.len, names, 2, found) > 0)
		nt_id_scan(inside(found[found[0].p == NULL ? 1 : 0]), &id);
	return id;
}

static int
add_entry(struct nt_markdown *m, struct nt_str line, size_t number,
    struct nt_err *err)
{
	static const char *const names[] = { "id", "object", "parent" };
	struct nt_str found[3] = { { NULL, 0 } };
	struct md_entry *e;

	if (nt_json_glance(line.p, line.len, names, 3, found) == -1)
		return nt_err_set(err, NT_DATA, "line %zu: expected a JSON "
		    "object", number);
	if (m->entries == m->entry_room) {
		m->entry_room = m->entry_room * 2 + 64;
		m->entry = nt_realloc_array(m->entry, m->entry_room,
		    sizeof *m->entry);
	}
	e = &m->entry[m->entries++];
	*e = (struct md_entry){ .line = line, .number = number,
	    .kind = kind_of(inside(found[1])) };
	if (e->kind == MD_BLOCK || e->kind == MD_PAGE)
		nt_id_scan(inside(found[0]), &e->id);
	if (e->kind == MD_BLOCK || e->kind == MD_ERROR)
		e->parent = parent_of(found[2]);
	return 0;
}

static int
glance(struct nt_markdown *m, struct nt_str records, struct nt_err *err)
{
	size_t number = 1;

	while (records.len > 0) {
		const char *end = memchr(records.p, '\n', records.len);
		size_t len = end == NULL ? records.len :
		    (size_t)(end - records.p);

		if (add_entry(m, (struct nt_str){ records.p, len }, number++,
		    err) == -1)
			return -1;
		len += end != NULL;
		records = (struct nt_str){ records.p + len,
		    records.len - len };
	}
	return 0;
}

/* ---- the records ---- */

/* 1 if the next block, or what is there for one, hangs on this one. */
static int
is_nested(const struct nt_markdown *m, const struct md_entry *block)
{
	size_t i = m->next;

	while (i < m->entries && m->entry[i].kind != MD_BLOCK &&
	    m->entry[i].kind != MD_ERROR)
		i++;
	return i < m->entries && !nt_id_is_nil(&block->id) &&
	    nt_id_eq(&m->entry[i].parent, &block->id);
}

static void
put_block(struct nt_markdown *m, const struct md_entry *e,
    struct nt_value record)
{
	struct md_block b = { .entry = e, .record = record };

	b.type = nt_value_text(md_get(record, "type"));
	b.payload = nt_value_get_n(record, b.type.p, b.type.len);
	b.nested = is_nested(m, e);
	md_close_to(m, &e->parent);
	md_block_put(m, &b);
	md_other_assets(m);
}

/* A record of another kind, which has no place in a page. */
static void
put_other(struct nt_markdown *m, struct nt_value record)
{
	md_begin(m);
	nt_buf_str(m->out, "<unknown");
	md_put_attribute(m->out, "object",
	    nt_value_text(md_get(record, "object")));
	md_put_attribute(m->out, "id",
	    nt_value_text(md_get(record, "id")));
	nt_buf_str(m->out, " />");
}

static int
put_record(struct nt_markdown *m, const struct md_entry *e, struct nt_err *err)
{
	struct nt_value record;

	if (e->kind == MD_ASSET || e->kind == MD_COMMENT)
		return 0;	/* read with their owner; come last */
	if (nt_json_parse(m->doc, e->line.p, e->line.len, &record,
	    err) == -1)
		return nt_err_at(err, "line %zu: ", e->number);
	if (md_assets_read(m, err) == -1)
		return -1;
	switch (e->kind) {
	case MD_PAGE:
		if (m->page.len > 0) {	/* there is one already */
			put_other(m, record);
			break;
		}
		md_front(m, record);
		m->frame[0].id = e->id;
		md_other_assets(m);
		break;
	case MD_BLOCK:
		put_block(m, e, record);
		break;
	case MD_ERROR:
		if (!nt_id_is_nil(&e->parent))
			md_close_to(m, &e->parent);
		md_error(m, record);
		break;
	case MD_LOSS:
		md_loss(m, record);
		break;
	default:
		put_other(m, record);
	}
	return 0;
}

static int
put_records(struct nt_markdown *m, struct nt_err *err)
{
	md_push(m, NULL, NULL);
	m->fresh = 1;
	for (size_t i = 0; i < m->entries; i++) {
		m->next = i + 1;
		if (put_record(m, &m->entry[i], err) == -1)
			return -1;
	}
	md_close_all(m);
	if (md_comments(m, err) == -1)
		return -1;
	if (!m->fresh)
		nt_buf_char(m->out, '\n');
	return 0;
}

struct nt_markdown *
nt_markdown_new(const struct nt_markdown_links *links)
{
	struct nt_markdown *m = nt_alloc(sizeof *m);

	m->links = links;
	m->out = &m->page;
	nt_buf_init(&m->page, NT_BUF_MAX);
	nt_buf_init(&m->asset_text, NT_BUF_MAX);
	nt_buf_init(&m->key, NT_BUF_MAX);
	nt_buf_init(&m->scratch, NT_BUF_MAX);
	nt_buf_init(&m->path, NT_BUF_MAX);
	m->doc = nt_json_new();
	m->side = nt_json_new();
	return m;
}

void
nt_markdown_free(struct nt_markdown *m)
{
	if (m == NULL)
		return;
	nt_json_free(m->doc);
	nt_json_free(m->side);
	free(m->entry);
	free(m->frame);
	free(m->asset);
	free(m->piece);
	nt_buf_free(&m->page);
	nt_buf_free(&m->asset_text);
	nt_buf_free(&m->key);
	nt_buf_free(&m->scratch);
	nt_buf_free(&m->path);
	free(m);
}

int
nt_markdown_page(struct nt_markdown *m, struct nt_buf *out,
    struct nt_str records, struct nt_err *err)
{
	nt_buf_clear(&m->page);
	m->entries = m->frames = 0;
	if (glance(m, records, err) == -1 || put_records(m, err) == -1 ||
	    nt_buf_check(&m->page, "a page as Markdown", err) == -1)
		return -1;
	nt_buf_add(out, m->page.p, m->page.len);
	return nt_buf_check(out, "a page as Markdown", err);
}

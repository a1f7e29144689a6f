/* Where things are: files of the tree, or the service. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

void
md_put_page_url(struct nt_buf *out, const struct nt_id *id)
{
	char text[NT_ID_TEXT];

	nt_id_format_plain(id, text);
	nt_buf_fmt(out, "%s%s", MD_SERVICE, text);
}

/* 1 if the byte may stand in a path as it is. */
static int
is_path_byte(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c >= 0x80 ||
	    (c != '\0' && strchr("-._/+,@=!';", c) != NULL);
}

void
md_put_relative(struct nt_buf *out, struct nt_str path)
{
	static const char here[] = "pages/";
	size_t skip = sizeof here - 1;

	if (path.len > skip && memcmp(path.p, here, skip) == 0)
		path = (struct nt_str){ path.p + skip, path.len - skip };
	else
		nt_buf_str(out, "../");
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.p[i];

		if (is_path_byte(c))
			nt_buf_char(out, (char)c);
		else
			nt_buf_fmt(out, "%%%02X", c);
	}
}

struct nt_str
md_file_of_id(struct nt_markdown *m, const struct nt_id *id)
{
	struct nt_buf file;
	int found;

	nt_buf_clear(&m->path);
	if (m->links->file == NULL || nt_id_is_nil(id))
		return (struct nt_str){ NULL, 0 };
	nt_buf_init(&file, NT_BUF_MAX);
	found = m->links->file(m->links->arg, id, &file);
	if (found)
		md_put_relative(&m->path, nt_buf_view(&file));
	nt_buf_free(&file);
	return found ? nt_buf_view(&m->path) : (struct nt_str){ NULL, 0 };
}

struct nt_str
md_file_of(struct nt_markdown *m, struct nt_value id)
{
	struct nt_id found;

	if (nt_id_scan(nt_value_text(id), &found) == -1)
		return (struct nt_str){ NULL, 0 };
	return md_file_of_id(m, &found);
}

/* The id that a URL of the service's pages ends in: 0, or -1. */
static int
scan_page_url(struct nt_str url, struct nt_id *id)
{
	static const char *const hosts[] = {
		"https://www.notion.so/", "https://notion.so/",
		"https://app.notion.com/", "https://www.notion.com/", "/"
	};
	size_t len = 0, digits = 32;

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts && len == 0; i++)
		if (url.len > strlen(hosts[i]) &&
		    memcmp(url.p, hosts[i], strlen(hosts[i])) == 0)
			len = strlen(hosts[i]);
	if (len == 0)
		return -1;
	while (len < url.len && url.p[len] != '?' && url.p[len] != '#')
		len++;
	if (len < digits)
		return -1;
	return nt_id_scan((struct nt_str){ url.p + len - digits, digits }, id);
}

struct nt_str
md_target(struct nt_markdown *m, struct nt_str url)
{
	struct nt_str file;
	struct nt_id id;

	if (scan_page_url(url, &id) == -1)
		return url;
	file = md_file_of_id(m, &id);
	if (file.p == NULL && url.p[0] == '/') {
		md_put_page_url(&m->path, &id);
		file = nt_buf_view(&m->path);
	}
	return file.p == NULL ? url : file;
}

void
md_link_open(struct md_text *t, struct nt_str url)
{
	t->linked = 1;
	if (t->form == MD_HTML) {
		nt_buf_str(t->out, "<a");
		md_put_attribute(t->out, "href", url);
		md_text_markup(t, ">");
	} else
		md_text_markup(t, "[");
}

void
md_link_close(struct md_text *t, struct nt_str url)
{
	t->linked = 0;
	if (t->form == MD_HTML) {
		md_text_markup(t, "</a>");
		return;
	}
	nt_buf_str(t->out, "](");
	md_put_destination(t->out, url);
	md_text_markup(t, ")");
}

/* ---- assets ---- */

static size_t
keep(struct nt_buf *text, struct nt_str s)
{
	size_t at = text->len;

	nt_buf_add(text, s.p, s.len);
	return at;
}

static void
add_asset(struct nt_markdown *m, struct nt_value record)
{
	struct nt_str pointer = nt_value_text(nt_value_at(record,
	    "/owner/pointer"));
	struct nt_str name = nt_value_text(md_get(record, "name"));
	struct md_asset *a;
	struct nt_buf file;

	if (m->assets == m->asset_room) {
		m->asset_room = m->asset_room * 2 + 8;
		m->asset = nt_realloc_array(m->asset, m->asset_room,
		    sizeof *m->asset);
	}
	a = &m->asset[m->assets++];
	*a = (struct md_asset){ .pointer_len = pointer.len,
	    .name_len = name.len };
	a->pointer = keep(&m->asset_text, pointer);
	a->name = keep(&m->asset_text, name);
	a->path = m->asset_text.len;
	if (m->links->asset == NULL)
		return;
	nt_buf_init(&file, NT_BUF_MAX);
	if (m->links->asset(m->links->arg, record, &file))
		md_put_relative(&m->asset_text, nt_buf_view(&file));
	a->path_len = m->asset_text.len - a->path;
	a->file = keep(&m->asset_text, nt_buf_view(&file));
	a->file_len = file.len;
	nt_buf_free(&file);
}

static int
by_pointer(const void *a, const void *b)
{
	const struct md_asset *x = a, *y = b;

	return nt_str_cmp(x->key, y->key);
}

/* Sorts what was read, so that each is found at once. */
static void
sort_assets(struct nt_markdown *m)
{
	for (size_t i = 0; i < m->assets; i++)
		m->asset[i].key = (struct nt_str){ m->asset_text.p +
		    m->asset[i].pointer, m->asset[i].pointer_len };
	if (m->assets > 1)
		qsort(m->asset, m->assets, sizeof *m->asset, by_pointer);
}

int
md_assets_read(struct nt_markdown *m, struct nt_err *err)
{
	m->assets = 0;
	nt_buf_clear(&m->asset_text);
	for (size_t i = m->next; i < m->entries && m->entry[i].kind ==
	    MD_ASSET; i++) {
		const struct md_entry *e = &m->entry[i];
		struct nt_value record;

		if (nt_json_parse(m->side, e->line.p, e->line.len, &record,
		    err) == -1)
			return nt_err_at(err, "line %zu: ", e->number);
		add_asset(m, record);
	}
	sort_assets(m);
	return 0;
}

/* "file" or "external"; where it is not said, by what is there. */
static struct nt_str
type_of(struct nt_value file)
{
	struct nt_str type = nt_value_text(md_get(file, "type"));

	return type.p != NULL ? type :
	    nt_value_there(md_get(file, "file")) ? NT_STR("file") :
	    NT_STR("external");
}

struct md_asset *
md_asset_of(struct nt_markdown *m, struct nt_value file, const char *pointer)
{
	struct nt_str type = type_of(file);
	struct md_asset wanted, *found;

	if (m->assets == 0)
		return NULL;
	nt_buf_clear(&m->key);
	nt_buf_fmt(&m->key, "%s/", pointer);
	nt_buf_add(&m->key, type.p, type.len);
	wanted.key = nt_buf_view(&m->key);
	found = bsearch(&wanted, m->asset, m->assets, sizeof *m->asset,
	    by_pointer);
	if (found == NULL || found->path_len == 0)
		return NULL;
	found->used = 1;
	return found;
}

struct nt_str
md_source(struct nt_markdown *m, struct nt_value file, const char *pointer,
    struct nt_str *name)
{
	const struct md_asset *a = md_asset_of(m, file, pointer);
	struct nt_str type = type_of(file);

	if (a == NULL)
		return nt_value_text(md_get(nt_value_get_n(file, type.p,
		    type.len), "url"));
	if (name != NULL && name->len == 0)
		*name = (struct nt_str){ m->asset_text.p + a->name,
		    a->name_len };
	return (struct nt_str){ m->asset_text.p + a->path, a->path_len };
}

void
md_other_assets(struct nt_markdown *m)
{
	for (size_t i = 0; i < m->assets; i++) {
		const struct md_asset *a = &m->asset[i];
		struct nt_str path = { m->asset_text.p + a->path,
		    a->path_len };
		struct nt_str name = { m->asset_text.p + a->name,
		    a->name_len };
		struct md_text t;

		if (a->used || a->path_len == 0)
			continue;
		md_begin(m);
		nt_buf_str(m->out, "<asset");
		md_put_attribute(m->out, "source", path);
		nt_buf_char(m->out, '>');
		md_text_start(&t, m->out, MD_TEXT, md_top(m)->indent);
		md_link_open(&t, path);
		md_text_put(&t, name.len > 0 ? name : path, 0);
		md_link_close(&t, path);
		nt_buf_str(m->out, "</asset>");
	}
}

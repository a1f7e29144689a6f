/* The front matter: what a page is, then its properties. */
#include "internal.h"

#include <string.h>

#include "property.h"
#include "yaml.h"

#define DOCUMENT ".md"

void
md_person(struct nt_markdown *m, struct nt_value user, struct nt_buf *out)
{
	struct nt_str name = nt_value_text(md_get(user, "name"));
	struct nt_str text = nt_value_text(md_get(user, "id"));
	struct nt_id id;

	if (name.len > 0)
		nt_buf_add(out, name.p, name.len);
	else if (m->links->person == NULL || nt_id_scan(text, &id) == -1 ||
	    !m->links->person(m->links->arg, &id, out))
		nt_buf_add(out, text.p, text.len);
}

void
md_yaml_person(struct nt_markdown *m, struct md_yaml *y, struct nt_value user)
{
	nt_buf_clear(&m->scratch);
	md_person(m, user, &m->scratch);
	if (m->scratch.len > 0)
		md_yaml_text(y, nt_buf_view(&m->scratch));
	else
		md_yaml_word(y, "null");
}

/*
 * "[[name]]" of a file, which Obsidian takes for a link; the path where the
 * name has something that ends such a link early.
 */
void
md_yaml_path(struct nt_markdown *m, struct md_yaml *y, struct nt_str path)
{
	const char *p = path.p + path.len;
	struct nt_str name;
	size_t end = sizeof DOCUMENT - 1;

	while (p > path.p && p[-1] != '/')
		p--;
	name = (struct nt_str){ p, path.len - (size_t)(p - path.p) };
	if (name.len > end && memcmp(name.p + name.len - end, DOCUMENT,
	    end) == 0)
		name.len -= end;
	nt_buf_clear(&m->scratch);
	nt_buf_str(&m->scratch, "[[");
	nt_buf_add(&m->scratch, name.p, name.len);
	nt_buf_str(&m->scratch, "]]");
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] != '\0' && strchr("[]|#^", name.p[i]) != NULL) {
			nt_buf_clear(&m->scratch);
			md_put_relative(&m->scratch, path);
			break;
		}
	md_yaml_text(y, nt_buf_view(&m->scratch));
}

void
md_yaml_reference(struct nt_markdown *m, struct md_yaml *y, struct nt_value id)
{
	struct nt_str text = nt_value_text(id);
	struct nt_buf file;
	struct nt_id found;

	nt_buf_init(&file, NT_BUF_MAX);
	if (m->links->file != NULL && nt_id_scan(text, &found) == 0 &&
	    m->links->file(m->links->arg, &found, &file))
		md_yaml_path(m, y, nt_buf_view(&file));
	else
		md_yaml_text(y, text);
	nt_buf_free(&file);
}

/* ---- the page ---- */

/* Names that are ours; properties called so stand apart. */
static const struct nt_str reserved[] = {
	MD_NAME("id"), MD_NAME("parent"), MD_NAME("url"),
	MD_NAME("public_url"), MD_NAME("icon"), MD_NAME("cover"),
	MD_NAME("created_time"), MD_NAME("created_by"),
	MD_NAME("last_edited_time"), MD_NAME("last_edited_by"),
	MD_NAME("in_trash"), MD_NAME("archived"), MD_NAME("is_archived"),
	MD_NAME("is_locked"), MD_NAME("properties")
};

int
md_is_reserved(struct nt_str name)
{
	if (name.len == 0 || *name.p < 'a' || *name.p > 'z')
		return 0;	/* as most are */
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (*name.p == *reserved[i].p && nt_str_eq(name, reserved[i]))
			return 1;
	return 0;
}

static void
put_parent(struct nt_markdown *m, struct md_yaml *y, struct nt_value parent)
{
	struct nt_str type = nt_value_text(md_get(parent, "type"));
	struct nt_value id = nt_value_get_n(parent, type.p, type.len);

	if (nt_value_is(id, NT_JSON_STRING))
		md_yaml_reference(m, y, id);
	else if (type.len > 0)
		md_yaml_text(y, type);
	else
		md_yaml_word(y, "null");
}

/* An emoji, ":name:" of one of the workspace's own or built in, or a file. */
static void
put_icon(struct nt_markdown *m, struct md_yaml *y, struct nt_value icon)
{
	struct nt_str emoji = nt_value_text(md_get(icon, "emoji"));
	struct nt_value named = md_get(icon, "custom_emoji");
	struct nt_str name;

	if (!nt_value_there(named))
		named = md_get(icon, "icon");
	name = nt_value_text(md_get(named, "name"));
	if (emoji.len > 0)
		md_yaml_text(y, emoji);
	else if (name.len > 0) {
		nt_buf_clear(&m->scratch);
		nt_buf_char(&m->scratch, ':');
		nt_buf_add(&m->scratch, name.p, name.len);
		nt_buf_char(&m->scratch, ':');
		md_yaml_text(y, nt_buf_view(&m->scratch));
	} else
		md_yaml_file(m, y, icon, "/icon");
}

static void
put_times(struct nt_markdown *m, struct md_yaml *y, struct nt_value page,
    const char *time, const char *by)
{
	struct nt_value v = nt_value_get(page, time);

	if (nt_value_is(v, NT_JSON_STRING)) {
		md_yaml_text(y, nt_str_of(time));
		md_yaml_moment(y, nt_value_text(v));
	}
	v = nt_value_get(page, by);
	if (nt_value_is(v, NT_JSON_OBJECT)) {
		md_yaml_text(y, nt_str_of(by));
		md_yaml_person(m, y, v);
	}
}

static void
put_head(struct nt_markdown *m, struct md_yaml *y, struct nt_value page)
{
	static const char *const flags[] = { "in_trash", "archived",
	    "is_archived", "is_locked" };
	struct nt_value v = md_get(page, "public_url");

	md_yaml_text(y, NT_STR("id"));
	md_yaml_text(y, nt_value_text(md_get(page, "id")));
	md_yaml_text(y, NT_STR("parent"));
	put_parent(m, y, md_get(page, "parent"));
	md_yaml_text(y, NT_STR("url"));
	md_yaml_string(y, md_get(page, "url"));
	if (nt_value_is(v, NT_JSON_STRING)) {
		md_yaml_text(y, NT_STR("public_url"));
		md_yaml_string(y, v);
	}
	md_yaml_text(y, NT_STR("icon"));
	put_icon(m, y, md_get(page, "icon"));
	md_yaml_text(y, NT_STR("cover"));
	md_yaml_file(m, y, md_get(page, "cover"), "/cover");
	put_times(m, y, page, "created_time", "created_by");
	put_times(m, y, page, "last_edited_time", "last_edited_by");
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (nt_value_true(nt_value_get(page, flags[i]))) {
			md_yaml_text(y, nt_str_of(flags[i]));
			md_yaml_word(y, "true");
		}
}

void
md_front(struct nt_markdown *m, struct nt_value page)
{
	struct md_yaml *y = md_yaml_new();

	put_head(m, y, page);
	md_properties(m, y, md_get(page, "properties"));
	nt_buf_str(m->out, "---\n");
	md_yaml_close(y, m->out);
	nt_buf_str(m->out, "---\n");
}

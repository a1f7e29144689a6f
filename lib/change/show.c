/*
 * A change as a person reads it: a line that says what happened to what, and
 * under it a line or two for each value that is another.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/kinds.h"
#include "nt/mem.h"

#define SHOWN_MAX 160		/* bytes of a value */
#define TITLE_MAX 60

struct show {
	struct nt_buf *out;
	int colour;
};

static const struct look {
	const char *mark, *colour, *word;
} looks[NT_CHANGE_OPS] = {
	[NT_CHANGE_CREATE] = { "+", "32", "new" },
	[NT_CHANGE_MOVE] = { ">", "36", "moved" },
	[NT_CHANGE_UNTRASH] = { "+", "32", "out of the trash" },
	[NT_CHANGE_UPDATE] = { "~", "33", "" },
	[NT_CHANGE_TRASH] = { "-", "31", "into the trash" },
	[NT_CHANGE_DELETE] = { "-", "31", "gone" }
};

static void
paint(struct show *s, const char *colour)
{
	if (s->colour)
		nt_buf_fmt(s->out, "\033[%sm", colour);
}

/* Text for a terminal: nothing that could steer it, and not too much. */
static void
put_text(struct show *s, struct nt_str text, size_t max)
{
	size_t len = text.len;

	if (len > max)
		for (len = max; len > 0 &&
		    ((unsigned char)text.p[len] & 0xc0) == 0x80; len--)
			continue;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == 0xc2 && i + 1 < len &&
		    (unsigned char)text.p[i + 1] < 0xa0) {
			nt_buf_char(s->out, '?');
			i++;
		} else {
			nt_buf_char(s->out, c < ' ' || c == 0x7f ? '?' :
			    (char)c);
		}
	}
	if (len < text.len)
		nt_buf_str(s->out, "…");
}

/* ---- what it is called ---- */

static void
add_plain(struct nt_value texts, struct nt_buf *out)
{
	for (struct nt_value e = nt_value_first(texts); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str text = nt_value_text(nt_value_get(e,
		    "plain_text"));

		nt_buf_add(out, text.p, text.len);
	}
}

static void
add_page_title(struct nt_value record, struct nt_buf *out)
{
	struct nt_value e = nt_value_first(nt_value_get(record,
	    "properties"));

	for (; nt_value_there(e); e = nt_value_next(e))
		if (nt_prop_of(e) == NT_PROP_TITLE)
			add_plain(nt_value_get(e, "title"), out);
}

/* The first of these members that says something. */
static void
add_any(struct nt_value v, struct nt_buf *out)
{
	static const char *const names[] = { "title", "rich_text", "name",
	    "url", "expression", "caption", "message" };

	for (size_t i = 0; i < sizeof names / sizeof *names &&
	    out->len == 0; i++) {
		struct nt_value member = nt_value_get(v, names[i]);
		struct nt_str text = nt_value_text(member);

		nt_buf_add(out, text.p, text.len);
		add_plain(member, out);
	}
}

/* Kind, type and title of the record. */
static void
put_name(struct show *s, const struct nt_change *c, struct nt_value record)
{
	struct nt_str type = nt_value_text(nt_value_get(record, "type"));
	struct nt_buf title;

	nt_buf_init(&title, NT_RECORD_MAX);
	put_text(s, unquoted(c->object), TITLE_MAX);
	if (c->kind == NT_KIND_BLOCK && type.len > 0) {
		nt_buf_char(s->out, ' ');
		put_text(s, type, TITLE_MAX);
		add_any(nt_block_payload(record), &title);
	} else if (c->kind == NT_KIND_PAGE) {
		add_page_title(record, &title);
	} else {
		add_any(record, &title);
	}
	if (title.len > 0) {
		nt_buf_str(s->out, " “");
		put_text(s, nt_buf_view(&title), TITLE_MAX);
		nt_buf_str(s->out, "”");
	}
	nt_buf_free(&title);
}

/* ---- what is new in it ---- */

static void
put_value(struct show *s, const char *mark, const char *colour,
    struct nt_value v)
{
	paint(s, colour);
	nt_buf_fmt(s->out, "      %s ", mark);
	put_text(s, nt_value_is(v, NT_JSON_STRING) ? nt_value_text(v) :
	    nt_value_raw(v), SHOWN_MAX);
	paint(s, "0");
	nt_buf_char(s->out, '\n');
}

/*
 * An operation: where, what was there, what is there.  straight says that the
 * operations before did not shift what the path names.
 */
static void
put_operation(struct show *s, struct nt_value op, struct nt_value was,
    int straight)
{
	struct nt_str path = nt_value_text(nt_value_get(op, "path"));
	struct nt_value value = nt_value_get(op, "value"), old;
	char *pointer = nt_strndup(path.p, path.len);

	old = straight && strlen(pointer) == path.len ?
	    nt_value_at(was, pointer) : NT_VALUE_NONE;
	nt_buf_str(s->out, "    ");
	put_text(s, path, SHOWN_MAX);
	if (nt_value_text_is(nt_value_get(op, "op"), "remove") &&
	    !nt_value_there(old))
		nt_buf_str(s->out, ": removed");
	nt_buf_char(s->out, '\n');
	if (nt_value_there(old) && !nt_value_text_is(nt_value_get(op, "op"),
	    "add"))
		put_value(s, "-", "31", old);
	if (nt_value_there(value))
		put_value(s, "+", "32", value);
	free(pointer);
}

static int
put_patch(struct show *s, struct nt_str patch, struct nt_value was,
    struct nt_err *err)
{
	struct nt_json *doc = nt_json_new();
	int got, straight = 1;
	struct nt_value op;

	got = nt_json_parse(doc, patch.p, patch.len, &op, err);
	for (op = nt_value_first(op); got == 0 && nt_value_there(op);
	    op = nt_value_next(op)) {
		put_operation(s, op, was, straight);
		straight = straight && nt_value_text_is(nt_value_get(op,
		    "op"), "replace");
	}
	nt_json_free(doc);
	return got;
}

int
nt_change_show(const struct nt_change *c, int colour, struct nt_buf *out,
    struct nt_err *err)
{
	struct show s = { out, colour };
	struct nt_str line = c->is.p != NULL ? c->is : c->was;
	const struct look *look = &looks[c->op];
	struct nt_json *doc = nt_json_new();
	struct nt_value record;
	int got = nt_json_parse(doc, line.p, line.len, &record, err);

	if (got == 0) {
		paint(&s, look->colour);
		nt_buf_fmt(out, "%s ", look->mark);
		put_name(&s, c, record);
		paint(&s, "0");
		nt_buf_fmt(out, "%s%s  ", *look->word != '\0' ? " " : "",
		    look->word);
		put_text(&s, c->id.p != NULL && *c->id.p == '"' ?
		    unquoted(c->id) : c->id, TITLE_MAX);
		nt_buf_char(out, '\n');
	}
	if (got == 0 && c->patch.p != NULL &&
	    (got = nt_json_parse(doc, c->was.p, c->was.len, &record,
	    err)) == 0)
		got = put_patch(&s, c->patch, record, err);
	nt_json_free(doc);
	return got;
}

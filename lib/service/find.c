/*
 * Finding what an id means, and saying what is wrong when it means nothing or
 * something else (api 1.3, 10.3); answering with it, or with a list of such.
 */
#include "internal.h"

static const struct {
	enum nt_what what;
	const char *name;	/* in "Could not find NAME with ID" */
	const char *kind;	/* in "is a KIND, not a" */
} names[] = {
	{ NT_A_PAGE, "page", "page" },
	{ NT_A_DATABASE, "database", "database" },
	/* The service says database here, too. */
	{ NT_A_DATA_SOURCE, "database", "data source" },
	{ NT_A_BLOCK, "block", "block" },
	{ NT_A_VIEW, "view", "view" },
	{ NT_A_COMMENT, "comment", "comment" },
	{ NT_A_USER, "user", "user" },
	{ NT_AN_UPLOAD, "file upload", "file upload" },
};

#define NAMES (sizeof names / sizeof *names)

static size_t
name_of(enum nt_what what)
{
	size_t i = 0;

	while (i < NAMES - 1 && names[i].what != what)
		i++;
	return i;
}

/* The first three can be taken for each other. */
static int
is_mixed_up(struct nt_turn *t, const struct nt_id *id, enum nt_what what)
{
	char text[NT_ID_TEXT];

	nt_id_format(id, text);
	for (size_t i = 0; what <= NT_A_DATA_SOURCE && i < 3; i++)
		if (names[i].what != what &&
		    nt_store_row(t->db, id, names[i].what) != 0) {
			nt_refuse_form(&t->why, "Provided ID %s is a %s, not "
			    "a %s. Use the retrieve %s API instead.", text,
			    names[i].kind, names[name_of(what)].kind,
			    names[i].kind);
			return 1;
		}
	return 0;
}

int
nt_find(struct nt_turn *t, const struct nt_id *id, enum nt_what what,
    struct nt_object *o, struct nt_stmt **hold)
{
	if (nt_store_get(t->db, id, what, o, hold))
		return 0;
	nt_stmt_done(*hold);
	if (is_mixed_up(t, id, what))
		return -1;
	return nt_refuse_missing(t, names[name_of(what)].name, id);
}

int
nt_answer_found(struct nt_turn *t, enum nt_what what)
{
	struct nt_stmt *hold;
	struct nt_object o;

	if (nt_find(t, &t->id[0], what, &o, &hold) == -1)
		return -1;
	nt_turn_object(t, &o);
	nt_stmt_done(hold);
	return 0;
}

int
nt_list_start(struct nt_turn *t, const struct nt_page_of *page,
    enum nt_what what, struct nt_object *start)
{
	struct nt_stmt *hold;
	struct nt_id id;
	int found;

	*start = (struct nt_object){ .created = INT64_MIN,
	    .position = INT64_MIN };
	if (page->cursor[0] == '\0')
		return 0;
	if (nt_id_scan(nt_str_of(page->cursor), &id) == -1)
		return nt_refuse_cursor(t, page->cursor);
	found = nt_store_get(t->db, &id, what, start, &hold);
	nt_stmt_done(hold);
	return found ? 0 : nt_refuse_cursor(t, page->cursor);
}

/* 1 if the object is called so, or no name was asked for. */
static int
is_named(struct nt_turn *t, const struct nt_object *o, const char *name)
{
	struct nt_value v;

	return name == NULL || (nt_json_parse(t->svc->doc, o->json.p,
	    o->json.len, &v, NULL) == 0 &&
	    nt_value_text_is(nt_value_get(v, "name"), name));
}

void
nt_list_rows(struct nt_turn *t, struct nt_stmt *s, size_t size,
    const char *type, const char *name)
{
	struct nt_object o;
	char next[NT_ID_TEXT];
	size_t n = 0;

	nt_list_open(t);
	while (n <= size && nt_stmt_step(s)) {
		nt_store_read(s, &o);
		if (!is_named(t, &o, name))
			continue;
		if (n++ == size)
			nt_id_format(&o.id, next);
		else {
			nt_list_next(t);
			nt_render(t, &o);
		}
	}
	nt_stmt_done(s);
	nt_list_close(t, type, n > size ? next : NULL);
}

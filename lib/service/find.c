/*
 * Finding what an id means, and saying what is wrong when it means nothing or
 * something else (api 1.3, 10.3).
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

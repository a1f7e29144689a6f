/*
 * People, and custom emojis: who and which of the snapshot is in the workspace.
 * Users keep their ids within a workspace; in another they are found by what
 * --map-users says of their ids and email addresses.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "internal.h"
#include "nt/file.h"

#define MAP_MAX ((size_t)4 << 20)	/* bytes of a file of pairs */

/* "old=new", each an id or an email address. */
struct nt_pair {
	char *from, *to;
};

/* A user of the workspace by the email address, an emoji by the name. */
struct nt_person {
	struct nt_id id;
	char *name;	/* NULL: not told */
};

/* ---- what the command line says ---- */

static int
add_pair(struct nt_apply *a, const char *p, size_t len, struct nt_err *err)
{
	const char *sign = memchr(p, '=', len);
	struct nt_pair *pair;

	if (sign == NULL)	/* as feature requests have it: old:new */
		sign = memchr(p, ':', len);
	if (sign == NULL || sign == p || sign + 1 == p + len)
		return nt_err_set(err, NT_DATA, "users are mapped by "
		    "\"%.*s\", expected OLD=NEW", (int)len, p);
	a->pairs = nt_realloc_array(a->pairs, a->npairs + 1,
	    sizeof *a->pairs);
	pair = &a->pairs[a->npairs++];
	pair->from = nt_strndup(p, (size_t)(sign - p));
	pair->to = nt_strndup(sign + 1, len - (size_t)(sign + 1 - p));
	return 0;
}

/* Pairs with commas, blanks or line ends between. */
static int
add_pairs(struct nt_apply *a, const char *p, struct nt_err *err)
{
	while (*(p += strspn(p, ", \t\r\n")) != '\0') {
		size_t len = strcspn(p, ", \t\r\n");

		if (add_pair(a, p, len, err) == -1)
			return -1;
		p += len;
	}
	return 0;
}

int
nt_users_read(struct nt_apply *a, struct nt_err *err)
{
	const char *users = a->plan.users;
	struct nt_buf text;
	int got;

	if (users == NULL)
		return 0;
	if (strpbrk(users, "=:") != NULL)
		return add_pairs(a, users, err);
	nt_buf_init(&text, MAP_MAX);
	got = nt_file_slurp(users, &text, err);
	if (got == 0)
		got = add_pairs(a, text.p, err);
	nt_buf_free(&text);
	return got;
}

/* ---- who is there ---- */

void
nt_users_take(struct nt_apply *a, struct nt_value list)
{
	struct nt_value e;

	if (a->users == NULL)
		a->users = nt_id_map_new();
	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str email = nt_value_text(nt_value_at(e,
		    "/person/email"));
		struct nt_person *p;
		struct nt_id id;

		if (nt_id_scan(nt_value_text(nt_value_get(e, "id")), &id) ==
		    -1)
			continue;
		nt_id_map_put(a->users, &id, a->npeople);
		a->people = nt_realloc_array(a->people, a->npeople + 1,
		    sizeof *a->people);
		p = &a->people[a->npeople++];
		p->id = id;
		p->name = email.p == NULL ? NULL :
		    nt_strndup(email.p, email.len);
	}
}

/* The user of the workspace that is meant by an id or an address. */
static int
find_person(const struct nt_apply *a, const char *text, struct nt_id *id)
{
	if (nt_id_scan(nt_str_of(text), id) == 0)
		return 1;
	for (size_t i = 0; i < a->npeople; i++)
		if (a->people[i].name != NULL &&
		    strcasecmp(a->people[i].name, text) == 0) {
			*id = a->people[i].id;
			return 1;
		}
	return 0;
}

static int
is_called(struct nt_str email, const char *text)
{
	return email.len == strlen(text) &&
	    strncasecmp(email.p, text, email.len) == 0;
}

/* The pair that speaks of a user of the snapshot, by address or id. */
static const struct nt_pair *
find_pair(struct nt_apply *a, const struct nt_id *id, struct nt_str email)
{
	for (size_t i = 0; i < a->npairs; i++) {
		struct nt_id from;

		if (nt_id_scan(nt_str_of(a->pairs[i].from), &from) == 0 ?
		    nt_id_eq(&from, id) :
		    email.p != NULL && is_called(email, a->pairs[i].from))
			return &a->pairs[i];
	}
	return NULL;
}

/* All users of the snapshot that a pair speaks of get their other id. */
void
nt_users_match(struct nt_apply *a)
{
	for (uint32_t n = 1; a->npairs > 0 && n < a->count; n++) {
		const struct nt_pair *pair;
		struct nt_value record;
		struct nt_id to;

		if (nt_node(a, n)->kind != NT_KIND_USER ||
		    nt_node(a, n)->op != NT_OP_CREATE)
			continue;
		record = nt_node_record(a, n);
		pair = find_pair(a, &nt_node(a, n)->id, nt_value_text(
		    nt_value_at(record, "/person/email")));
		if (pair != NULL && find_person(a, pair->to, &to))
			nt_node(a, n)->to = to;
	}
}

enum nt_writable
nt_user_there(struct nt_apply *a, const struct nt_id *from, struct nt_id *to)
{
	const struct nt_pair *pair = find_pair(a, from,
	    (struct nt_str){ NULL, 0 });
	uint32_t n = nt_node_user(a, from);

	if (n != 0 && !nt_id_is_nil(&nt_node(a, n)->to))
		*to = nt_node(a, n)->to;
	else if (pair == NULL || !find_person(a, pair->to, to))
		*to = *from;
	return a->users == NULL || nt_id_map_get(a->users, to, NULL) ?
	    NT_WRITABLE_NOW : NT_WRITABLE_NEVER;
}

void
nt_user_name(struct nt_apply *a, const struct nt_id *id, struct nt_buf *out)
{
	uint32_t n = nt_node_user(a, id);
	struct nt_str name;

	if (n == 0)
		return;
	name = nt_value_text(nt_value_get(nt_node_record(a, n), "name"));
	nt_buf_add(out, name.p, name.len);
}

void
nt_users_free(struct nt_apply *a)
{
	for (size_t i = 0; i < a->npairs; i++) {
		free(a->pairs[i].from);
		free(a->pairs[i].to);
	}
	for (size_t i = 0; i < a->npeople; i++)
		free(a->people[i].name);
	for (size_t i = 0; i < a->nemojis; i++)
		free(a->emojis[i].name);
	free(a->pairs);
	free(a->people);
	free(a->emojis);
	nt_id_map_free(a->users);
}

/* ---- custom emojis: the same id, or another of the same name ---- */

void
nt_emojis_take(struct nt_apply *a, struct nt_value list)
{
	struct nt_value e;

	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str name = nt_value_text(nt_value_get(e, "name"));
		struct nt_person *p;
		struct nt_id id;

		if (nt_id_scan(nt_value_text(nt_value_get(e, "id")), &id) ==
		    -1 || name.p == NULL)
			continue;
		a->emojis = nt_realloc_array(a->emojis, a->nemojis + 1,
		    sizeof *a->emojis);
		p = &a->emojis[a->nemojis++];
		p->id = id;
		p->name = nt_strndup(name.p, name.len);
	}
}

enum nt_writable
nt_emoji_there(struct nt_apply *a, const struct nt_id *from, struct nt_id *to)
{
	uint32_t n = nt_node_user(a, from);
	struct nt_str name;

	*to = *from;
	for (size_t i = 0; i < a->nemojis; i++)
		if (nt_id_eq(&a->emojis[i].id, from))
			return NT_WRITABLE_NOW;
	if (n == 0 || a->nemojis == 0)
		return a->nemojis == 0 ? NT_WRITABLE_NOW : NT_WRITABLE_NEVER;
	name = nt_value_text(nt_value_get(nt_value_get(nt_node_read(a, n,
	    a->asset_doc, &a->asset_line), "value"), "name"));
	for (size_t i = 0; i < a->nemojis; i++)
		if (nt_str_is(name, a->emojis[i].name)) {
			*to = a->emojis[i].id;
			return NT_WRITABLE_NOW;
		}
	return NT_WRITABLE_NEVER;
}

/* What a record says of itself: kind, id, parent. */
#include "internal.h"

#include <string.h>

#include "nt/crypto.h"
#include "nt/mem.h"

struct nt_str
unquoted(struct nt_str raw)
{
	if (raw.len < 2 || *raw.p != '"')
		return (struct nt_str){ NULL, 0 };
	return (struct nt_str){ raw.p + 1, raw.len - 2 };
}

uint64_t
text_sum(struct nt_str text)
{
	static const uint8_t key[NT_SUM_KEY];	/* any: nobody attacks it */

	return text.p == NULL ? 0 : nt_sum64(key, text.p, text.len);
}

int
facts_of(struct nt_str line, struct facts *f, struct nt_err *err)
{
	static const char *const names[] = { "object", "id", "parent", "owner",
	    "data_source_id" };
	static const char *const of_owner[] = { "pointer" };
	struct nt_str found[5];

	if (nt_json_glance(line.p, line.len, names, 5, found) == -1)
		return nt_err_set(err, NT_DATA,
		    "the line is no record, expected a JSON object");
	*f = (struct facts){ .object = found[0], .id = found[1],
	    .parent = found[2], .owner = found[3], .source = found[4] };
	if (unquoted(f->object).p == NULL)
		return nt_err_set(err, NT_DATA, "the record has no "
		    "\"object\", expected the name of a kind");
	f->kind = nt_kind_of(unquoted(f->object));
	if (f->kind == NT_KIND_ASSET && f->owner.p != NULL)
		nt_json_glance(f->owner.p, f->owner.len, of_owner, 1,
		    &f->pointer);
	return 0;
}

/* A key of what has no id of its own: a hash of the texts. */
static void
hash_key(struct nt_str a, struct nt_str b, struct key *key)
{
	uint8_t hash[NT_SHA256_BYTES];
	struct nt_sha256 h;

	nt_sha256_init(&h);
	nt_sha256_add(&h, a.p, a.len);
	nt_sha256_add(&h, "", 1);
	nt_sha256_add(&h, b.p, b.len);
	nt_sha256_done(&h, hash);
	memcpy(key->id.b, hash, sizeof key->id.b);
}

void
key_of(enum nt_kind kind, struct nt_str id, struct key *key)
{
	key->kind = kind;
	if (nt_id_scan(unquoted(id), &key->id) == -1)
		hash_key(id, NT_STR(""), key);
}

int
facts_key(const struct facts *f, struct key *key)
{
	key->kind = f->kind;
	if (f->kind == NT_KIND_ERROR || f->kind == NT_KIND_LOSS)
		return 0;
	if (f->kind == NT_KIND_ASSET && f->owner.p != NULL) {
		hash_key(f->object, f->owner, key);
		return 1;
	}
	if (unquoted(f->id).p == NULL)
		return 0;
	if (f->kind == NT_KIND_OTHER)
		hash_key(f->object, f->id, key);
	else
		key_of(f->kind, f->id, key);
	return 1;
}

/* Kinds by the member that names one as a parent (api 3.3). */
static const struct {
	const char *member;
	enum nt_kind kind;
} parents[] = {
	{ "page_id", NT_KIND_PAGE },
	{ "block_id", NT_KIND_BLOCK },
	{ "data_source_id", NT_KIND_DATA_SOURCE },
	{ "database_id", NT_KIND_DATABASE }
};

#define PARENTS (sizeof parents / sizeof *parents)

int
facts_parent(struct nt_str parent, struct key *key)
{
	static const char *const names[] = { "page_id", "block_id",
	    "data_source_id", "database_id", "type" };
	struct nt_str found[PARENTS + 1], type;

	if (parent.p == NULL || nt_json_glance(parent.p, parent.len, names,
	    PARENTS + 1, found) < 1)
		return 0;
	type = unquoted(found[PARENTS]);
	for (size_t i = 0; i < PARENTS; i++)
		if (unquoted(found[i]).p != NULL && (type.p == NULL ||
		    nt_str_is(type, parents[i].member))) {
			key_of(parents[i].kind, found[i], key);
			return 1;
		}
	return 0;
}

int
facts_up(const struct facts *f, struct key *key)
{
	static const char *const names[] = { "object", "id" };
	struct nt_str found[2];

	if (f->kind != NT_KIND_ASSET)
		return facts_parent(f->parent, key);
	if (f->owner.p == NULL || nt_json_glance(f->owner.p, f->owner.len,
	    names, 2, found) != 2)
		return 0;
	key_of(nt_kind_of(unquoted(found[0])), found[1], key);
	return 1;
}

int
same_parent(const struct facts *a, const struct facts *b)
{
	struct key x, y;
	int known = facts_parent(a->parent, &x);

	if (known != facts_parent(b->parent, &y))
		return 0;
	if (known)
		return x.kind == y.kind && nt_id_eq(&x.id, &y.id);
	return nt_str_eq(a->parent, b->parent);
}

/* Bytes of assets out of the tree. */
#include "internal.h"

#include <string.h>

#include "nt/crypto.h"
#include "nt/file.h"
#include "nt/mem.h"

/* Writes the member to fd and checks its hash. */
static int
copy_asset(struct member *m, int fd, const char *path, struct nt_str name,
    struct nt_str sha256, struct nt_err *err)
{
	struct nt_sha256 hash;
	char found[NT_SHA256_TEXT], part[16384];
	ssize_t n;

	nt_sha256_init(&hash);
	while ((n = member_read(m, part, sizeof part, err)) > 0) {
		nt_sha256_add(&hash, part, (size_t)n);
		if (nt_write_all(fd, part, (size_t)n) == -1) {
			n = nt_err_sys(err, "write", path);
			break;
		}
	}
	nt_sha256_hex(&hash, found);
	if (n == -1)
		return -1;
	if (!nt_str_is(sha256, found))
		return nt_err_set(err, NT_DATA, "%.*s was changed: its "
		    "SHA-256 is not the one in the manifest",
		    (int)name.len, name.p);
	return 0;
}

static int
is_asset(struct nt_str name)
{
	return name.len >= strlen("assets/") &&
	    memcmp(name.p, "assets/", strlen("assets/")) == 0;
}

/* ---- all of them, to a folder ---- */

struct destination {
	struct origin *from;
	const char *folder;
};

static int
write_asset(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	const struct destination *t = arg;
	struct member m = { 0 };
	struct nt_draft d;
	struct entry e;
	struct nt_buf path;
	int got = -1;

	if (!is_asset(file->name))
		return 0;
	if (!t->from->calls->find(t->from, file->name, &e))
		return nt_err_set(err, NT_DATA, "the manifest was changed "
		    "while it was read");
	if (member_open(&m, t->from, e.number, err) == -1)
		return -1;
	nt_buf_init(&path, NT_BUF_MAX);
	nt_buf_fmt(&path, "%s/%s", t->folder, file->sha256);
	if (nt_draft_open(&d, path.p, err) == 0) {
		got = copy_asset(&m, d.fd, d.path, file->name,
		    nt_str_of(file->sha256), err);
		if (got == 0)
			got = nt_draft_commit(&d, err);
		nt_draft_free(&d);
	}
	nt_buf_free(&path);
	member_close(&m);
	return got;
}

int
extract_all(struct origin *from, const char *folder, struct nt_err *err)
{
	struct destination t = { from, folder };

	if (nt_dir_make(folder, err) == -1)
		return -1;
	return origin_walk(from, write_asset, &t, err);
}

/* ---- one of them ---- */

/* By the first half of their SHA-256, which the copying compares whole. */
static int
asset_key(struct nt_str sha256, struct nt_id *key)
{
	return sha256.len == NT_SHA256_TEXT - 1 ?
	    nt_id_scan((struct nt_str){ sha256.p, 32 }, key) : -1;
}

struct search {
	struct origin *from;
	struct nt_id_map *found;
};

static int
note_asset(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	const struct search *s = arg;
	struct nt_id key;
	struct entry e;

	(void)err;
	if (is_asset(file->name) &&
	    asset_key(nt_str_of(file->sha256), &key) == 0 &&
	    s->from->calls->find(s->from, file->name, &e))
		nt_id_map_put(s->found, &key, e.number);
	return 0;
}

int
extract_find(struct origin *from, struct nt_id_map **found, struct nt_err *err)
{
	struct search s = { from, nt_id_map_new() };

	*found = s.found;
	return origin_walk(from, note_asset, &s, err);
}

int
extract_one(struct origin *from, const struct nt_id_map *found,
    struct nt_str sha256, int fd, struct nt_err *err)
{
	struct member m = { 0 };
	struct nt_id key;
	struct entry e;
	uint64_t number;
	int got;

	if (asset_key(sha256, &key) == -1 ||
	    !nt_id_map_get(found, &key, &number))
		return 0;
	from->calls->entry(from, (size_t)number, &e);
	if (member_open(&m, from, e.number, err) == -1)
		return -1;
	got = copy_asset(&m, fd, "a temporary file", e.name, sha256, err);
	member_close(&m);
	return got == -1 ? -1 : 1;
}

/*
 * The bytes of assets: into parts, once for each content, and out again.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/mem.h"

#define HEX (2 * NT_SHA256_BYTES)

struct keeper {
	struct nt_repo *repo;
	const char *folder;	/* NULL: none was given */
	int (*give)(void *arg, struct nt_str sha256, int fd,
	    struct nt_err *err);	/* NULL: not asked */
	void *arg;		/* of give */
	int partial;
	uint64_t missing;
	char *part;
};

struct keeper *
keeper_new(struct nt_repo *r, const char *folder, int partial)
{
	struct keeper *a = nt_alloc(sizeof *a);

	a->repo = r;
	a->folder = folder;
	a->partial = partial;
	a->part = nt_alloc(PART_BYTES);
	return a;
}

void
keeper_from(struct keeper *a, int (*give)(void *arg, struct nt_str sha256,
    int fd, struct nt_err *err), void *arg)
{
	a->give = give;
	a->arg = arg;
}

void
keeper_free(struct keeper *a)
{
	if (a == NULL)
		return;
	free(a->part);
	free(a);
}

uint64_t
keeper_missing(const struct keeper *a)
{
	return a->missing;
}

/* Reads 64 hex digits of lower case: 0, or -1. */
static int
scan_sha256(struct nt_str text, uint8_t hash[NT_SHA256_BYTES])
{
	if (text.len != HEX)
		return -1;
	for (size_t i = 0; i < HEX; i++) {
		int digit = nt_hex_digit(text.p[i]);

		if (digit == -1 || (text.p[i] >= 'A' && text.p[i] <= 'F'))
			return -1;
		hash[i / 2] = (uint8_t)(hash[i / 2] << 4 | digit);
	}
	return 0;
}

static void
print_sha256(const uint8_t *hash, char text[HEX + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < NT_SHA256_BYTES; i++) {
		text[2 * i] = digits[hash[i] >> 4];
		text[2 * i + 1] = digits[hash[i] & 15];
	}
	text[HEX] = '\0';
}

/* ---- in ---- */

/* Its number, and whether its bytes are there; 0 if nobody ever named it. */
static int64_t
known(struct nt_repo *r, const uint8_t *hash, int *whole)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "SELECT id, whole FROM asset WHERE sha256 = ?");
	int64_t number = 0;

	*whole = 0;
	nt_stmt_blob(s, 1, hash, NT_SHA256_BYTES);
	if (nt_stmt_step(s)) {
		number = nt_stmt_col_int(s, 0);
		*whole = nt_stmt_col_int(s, 1) == 1;
	}
	nt_stmt_done(s);
	return number;
}

static int64_t
name_asset(struct nt_repo *r, const uint8_t *hash)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "INSERT INTO asset(sha256, size, whole) VALUES (?, 0, 0)");

	nt_stmt_blob(s, 1, hash, NT_SHA256_BYTES);
	nt_stmt_run(s);
	return nt_db_last_row(r->db);
}

static void
put_part(struct nt_repo *r, int64_t asset, int64_t part, const char *p,
    size_t len)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "INSERT INTO asset_part(asset, part, data) VALUES (?, ?, ?)");

	nt_stmt_int(s, 1, asset);
	nt_stmt_int(s, 2, part);
	nt_stmt_blob(s, 3, p, len);
	nt_stmt_run(s);
}

/* Copies the file into parts, hashing it: 0 and *size, or -1. */
static int
copy_in(struct keeper *a, int fd, const char *path, int64_t asset,
    uint64_t *size, uint8_t hash[NT_SHA256_BYTES], struct nt_err *err)
{
	struct nt_sha256 h;
	int64_t part = 0;
	ssize_t n;

	*size = 0;
	nt_sha256_init(&h);
	while ((n = nt_read_all(fd, a->part, PART_BYTES)) > 0) {
		nt_sha256_add(&h, a->part, (size_t)n);
		put_part(a->repo, asset, part++, a->part, (size_t)n);
		*size += (size_t)n;
	}
	nt_sha256_done(&h, hash);
	if (n == -1)
		return nt_err_sys(err, "read", path);
	return nt_db_failed(a->repo->db, err) ? -1 : 0;
}

/* Is what was copied what the record says? */
static int
compare(const uint8_t *want, const uint8_t *found, struct nt_value record,
    uint64_t size, const char *path, struct nt_err *err)
{
	struct nt_value says = nt_value_get(record, "size");

	if (memcmp(want, found, NT_SHA256_BYTES) != 0)
		return nt_err_set(err, NT_DATA,
		    "%s has not the hash that its name says", path);
	if (nt_value_is(says, NT_JSON_NUMBER) &&
	    nt_value_int(says) != (int64_t)size)
		return nt_err_set(err, NT_DATA,
		    "%s has %ju bytes, expected %jd", path, (uintmax_t)size,
		    (intmax_t)nt_value_int(says));
	return 0;
}

static void
mark_whole(struct nt_repo *r, int64_t asset, uint64_t size)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "UPDATE asset SET size = ?, whole = 1 WHERE id = ?");

	nt_stmt_int(s, 1, (int64_t)size);
	nt_stmt_int(s, 2, asset);
	nt_stmt_run(s);
}

static void
drop_parts(struct nt_repo *r, int64_t asset)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "DELETE FROM asset_part WHERE asset = ?");

	nt_stmt_int(s, 1, asset);
	nt_stmt_run(s);
}

/* A temporary file with the bytes, at its start; or -1. */
static int
open_given(struct keeper *a, const char *name, struct nt_err *err)
{
	int fd = nt_file_temp(err), got;

	if (fd == -1)
		return -1;
	got = a->give(a->arg, nt_str_of(name), fd, err);
	if (got == 0)
		nt_err_set(err, NT_DATA, "%s is not here", name);
	if (got == 1 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Takes the bytes: 0, also if they are missing and may be; or -1. */
static int
take_bytes(struct keeper *a, int64_t asset, const uint8_t *hash,
    struct nt_value record, struct nt_err *err)
{
	uint8_t found[NT_SHA256_BYTES];
	char name[HEX + 1];
	struct nt_buf path;
	struct nt_str title = nt_value_text(nt_value_get(record, "name"));
	uint64_t size;
	int fd, got = -1;

	print_sha256(hash, name);
	nt_buf_init(&path, NT_BUF_MAX);
	if (a->folder != NULL)
		nt_buf_fmt(&path, "%s/", a->folder);
	nt_buf_str(&path, name);
	fd = a->give != NULL ? open_given(a, name, err) :
	    nt_file_open(path.p, err);
	if (fd != -1) {
		got = copy_in(a, fd, path.p, asset, &size, found, err);
		close(fd);
	}
	if (got == 0)
		got = compare(hash, found, record, size, path.p, err);
	nt_buf_free(&path);
	if (nt_db_failed(a->repo->db, err))
		return -1;
	if (got == 0) {
		mark_whole(a->repo, asset, size);
		return 0;
	}
	drop_parts(a->repo, asset);
	a->missing++;
	return a->partial ? 0 : nt_err_at(err, "the asset \"%.*s\": ",
	    (int)(title.len < 80 ? title.len : 80),
	    title.p != NULL ? title.p : "");
}

int
keeper_take(struct keeper *a, struct nt_value record, int64_t *number,
    struct nt_err *err)
{
	struct nt_str text = nt_value_text(nt_value_get(record, "sha256"));
	uint8_t hash[NT_SHA256_BYTES];
	int whole;

	*number = 0;
	if (text.p == NULL)		/* never fetched: a loss says why */
		return 0;
	if (scan_sha256(text, hash) == -1)
		return a->folder == NULL ? 0 : nt_err_set(err, NT_DATA,
		    "an asset's sha256 is \"%.*s\", expected 64 hex digits",
		    (int)(text.len < 80 ? text.len : 80), text.p);
	*number = known(a->repo, hash, &whole);
	if (*number == 0)
		*number = name_asset(a->repo, hash);
	if (nt_db_failed(a->repo->db, err))
		return -1;
	return whole || (a->folder == NULL && a->give == NULL) ? 0 :
	    take_bytes(a, *number, hash, record, err);
}

int64_t
asset_number(struct nt_repo *r, struct nt_str sha256)
{
	uint8_t hash[NT_SHA256_BYTES];
	int whole;

	return scan_sha256(sha256, hash) == -1 ? -1 : known(r, hash, &whole);
}

/* ---- out ---- */

/* Writes the parts one after the other: 0, or -1. */
static int
copy_out(struct nt_repo *r, int64_t asset, int fd, const char *path,
    uint8_t hash[NT_SHA256_BYTES], struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "SELECT data FROM asset_part "
	    "WHERE asset = ? ORDER BY part");
	struct nt_sha256 h;
	int got = 0;

	nt_sha256_init(&h);
	nt_stmt_int(s, 1, asset);
	while (got == 0 && nt_stmt_step(s)) {
		struct nt_str part = nt_stmt_col_str(s, 0);

		nt_sha256_add(&h, part.p, part.len);
		if (fd != -1 && nt_write_all(fd, part.p, part.len) == -1)
			got = nt_err_sys(err, "write", path);
	}
	nt_stmt_done(s);
	nt_sha256_done(&h, hash);
	return got == 0 && nt_db_failed(r->db, err) ? -1 : got;
}

int
asset_check(struct nt_repo *r, int64_t asset, const uint8_t *want,
    struct nt_err *err)
{
	uint8_t found[NT_SHA256_BYTES];
	char name[HEX + 1];

	if (copy_out(r, asset, -1, NULL, found, err) == -1)
		return -1;
	if (memcmp(found, want, sizeof found) == 0)
		return 0;
	print_sha256(want, name);
	return nt_err_set(err, NT_DATA, "the bytes of asset %s are damaged",
	    name);
}

/* Writes one to folder/SHA256, in one step. */
static int
give(struct nt_repo *r, const char *folder, int64_t asset,
    const uint8_t *want, struct nt_err *err)
{
	uint8_t found[NT_SHA256_BYTES];
	char name[HEX + 1];
	struct nt_draft d;
	struct nt_buf path;
	int got;

	print_sha256(want, name);
	nt_buf_init(&path, NT_BUF_MAX);
	nt_buf_fmt(&path, "%s/%s", folder, name);
	if ((got = nt_draft_open(&d, path.p, err)) == 0) {
		got = copy_out(r, asset, d.fd, path.p, found, err);
		if (got == 0 && memcmp(found, want, sizeof found) != 0)
			got = nt_err_set(err, NT_DATA,
			    "the bytes of asset %s are damaged", name);
		if (got == 0)
			got = nt_draft_commit(&d, err);
		nt_draft_free(&d);
	}
	nt_buf_free(&path);
	return got;
}

/* Those of one unit at one snapshot. */
static int
give_of_unit(struct nt_repo *r, int64_t unit, int64_t snapshot,
    const char *folder, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "SELECT a.id, a.sha256, a.whole "
	    "FROM asset_use u JOIN asset a ON a.id = u.asset "
	    "WHERE u.unit = ?1 AND u.first = (SELECT max(first) FROM version "
	    "WHERE unit = ?1 AND first <= ?2)");
	int got = 0;

	nt_stmt_int(s, 1, unit);
	nt_stmt_int(s, 2, snapshot);
	while (got == 0 && nt_stmt_step(s)) {
		struct nt_str hash = nt_stmt_col_str(s, 1);
		uint8_t want[NT_SHA256_BYTES];

		if (hash.len != sizeof want || nt_stmt_col_int(s, 2) != 1) {
			got = nt_err_set(err, NT_DATA, "%s holds no bytes of "
			    "some assets: they were not given to it", r->path);
			break;
		}
		memcpy(want, hash.p, sizeof want);
		got = give(r, folder, nt_stmt_col_int(s, 0), want, err);
	}
	nt_stmt_done(s);
	return got == 0 && nt_db_failed(r->db, err) ? -1 : got;
}

int
nt_repo_assets(struct nt_repo *r, int64_t number, const char *folder,
    struct nt_err *err)
{
	struct order order = { .units = { NULL, 0, 0 } };
	int got = nt_dir_make(folder, err);

	if (got == 0)
		got = order_read(r, number, &order, err);
	for (size_t i = 0; i < order.units.count && got == 0; i++)
		got = give_of_unit(r, order.units.at[i], number, folder, err);
	order_free(&order);
	return got;
}

int
nt_repo_asset(struct nt_repo *r, struct nt_str sha256, int fd,
    struct nt_err *err)
{
	uint8_t want[NT_SHA256_BYTES], found[NT_SHA256_BYTES];
	int64_t asset;
	int whole;

	if (scan_sha256(sha256, want) == -1)
		return 0;
	asset = known(r, want, &whole);
	if (nt_db_failed(r->db, err))
		return -1;
	if (!whole)
		return 0;
	if (copy_out(r, asset, fd, "a temporary file", found, err) == -1)
		return -1;
	if (memcmp(found, want, sizeof found) != 0)
		return nt_err_set(err, NT_DATA, "the bytes of asset %.*s are "
		    "damaged", (int)sha256.len, sha256.p);
	return 1;
}

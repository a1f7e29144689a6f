/*
 * The bytes of assets that came with a stream: in the folder that was named,
 * in the tables, or, where nothing outlives us, in one file without a name.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "nt/crypto.h"
#include "nt/file.h"

#include "internal.h"

#define COPY_BYTES ((size_t)64 << 10)
#define IN_STATE_MAX ((off_t)512 << 20)	/* bytes, they pass through memory */

/* The file in the folder: fd and *size, or -1. */
static int
open_in_folder(const struct nt_service *svc, struct nt_str sha, off_t *size)
{
	char path[4096];
	int fd;

	if (svc->config.assets == NULL || snprintf(path, sizeof path,
	    "%s/%.64s", svc->config.assets, sha.p) >= (int)sizeof path)
		return -1;
	if ((fd = nt_file_open(path, NULL)) == -1)
		return -1;
	if (!nt_file_regular(fd, size)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int
is_kept(struct nt_service *svc, struct nt_str sha)
{
	struct nt_stmt *s = nt_db_stmt(svc->db,
	    "SELECT 1 FROM served_file WHERE sha256 = ?1");
	int got;

	nt_stmt_text(s, 1, sha);
	got = nt_stmt_step(s);
	nt_stmt_done(s);
	return got;
}

/* Notes the file; data of p NULL: its bytes are elsewhere. */
static void
note(struct nt_service *svc, struct nt_str sha, struct nt_str type,
    off_t size, struct nt_str data)
{
	struct nt_stmt *s = nt_db_stmt(svc->db,
	    "INSERT OR IGNORE INTO served_file VALUES(?1, ?2, ?3, ?4)");

	nt_stmt_text(s, 1, sha);
	nt_stmt_text(s, 2, type.len > 0 ? type :
	    NT_STR("application/octet-stream"));
	nt_stmt_int(s, 3, size);
	if (data.p != NULL)
		nt_stmt_blob(s, 4, data.p, data.len);
	else
		nt_stmt_null(s, 4);
	nt_stmt_run(s);
}

/* Half of the hash finds where its bytes stand. */
static struct nt_id
key_of(struct nt_str sha)
{
	struct nt_id key = { { 0 } };

	nt_id_scan((struct nt_str){ sha.p, 32 }, &key);
	return key;
}

/* Behind the others, in the file without a name. */
static int
keep_aside(struct nt_service *svc, const struct nt_service_source *from,
    struct nt_str sha, struct nt_str type, struct nt_err *err)
{
	struct nt_id key = key_of(sha);
	off_t at, end;
	int got;

	if (svc->aside == -1 && (svc->aside = nt_file_temp(err)) == -1)
		return -1;
	at = lseek(svc->aside, 0, SEEK_CUR);
	if ((got = from->asset(from->arg, sha, svc->aside, err)) != 1)
		return got;
	end = lseek(svc->aside, 0, SEEK_CUR);
	nt_id_map_put(svc->places, &key, (uint64_t)at);
	note(svc, sha, type, end - at, (struct nt_str){ NULL, 0 });
	return 1;
}

static int
copy_into_state(struct nt_service *svc, int fd, struct nt_str sha,
    struct nt_str type, struct nt_err *err)
{
	off_t size = lseek(fd, 0, SEEK_CUR);
	char *bytes;
	int got = 1;

	if (size > IN_STATE_MAX)
		return nt_err_set(err, NT_LIMIT, "asset %.*s has %jd bytes, a "
		    "repository takes %jd here: unpack the assets and "
		    "name their folder with --assets", (int)sha.len, sha.p,
		    (intmax_t)size, (intmax_t)IN_STATE_MAX);
	bytes = nt_alloc((size_t)size);
	if (nt_pread_all(fd, bytes, (size_t)size, 0) == -1)
		got = nt_err_sys(err, "read", "a temporary file");
	else
		note(svc, sha, type, size,
		    (struct nt_str){ bytes, (size_t)size });
	free(bytes);
	return got;
}

static int
keep_in_state(struct nt_service *svc, const struct nt_service_source *from,
    struct nt_str sha, struct nt_str type, struct nt_err *err)
{
	int fd = nt_file_temp(err), got;

	if (fd == -1)
		return -1;
	got = from->asset(from->arg, sha, fd, err);
	if (got == 1)
		got = copy_into_state(svc, fd, sha, type, err);
	close(fd);
	return got;
}

int
nt_asset_keep(struct nt_service *svc, const struct nt_service_source *from,
    struct nt_str sha, struct nt_str type, struct nt_err *err)
{
	off_t size;
	int fd;

	if (is_kept(svc, sha))
		return 1;
	if ((fd = open_in_folder(svc, sha, &size)) != -1) {
		close(fd);
		note(svc, sha, type, size, (struct nt_str){ NULL, 0 });
		return 1;
	}
	if (from->asset == NULL)
		return 0;
	return svc->config.state == NULL ?
	    keep_aside(svc, from, sha, type, err) :
	    keep_in_state(svc, from, sha, type, err);
}

int
nt_asset_open(struct nt_service *svc, struct nt_str sha, off_t *at)
{
	struct nt_id key = key_of(sha);
	uint64_t place;
	off_t size;

	*at = 0;
	if (!nt_id_map_get(svc->places, &key, &place))
		return open_in_folder(svc, sha, &size);
	*at = (off_t)place;
	return fcntl(svc->aside, F_DUPFD_CLOEXEC, 0);
}

/* Copies all that can be read from one descriptor to another. */
static int
copy(int from, int to, struct nt_err *err)
{
	char *block = nt_alloc(COPY_BYTES);
	ssize_t n;
	int got = 0;

	while (got == 0 && (n = nt_read_all(from, block, COPY_BYTES)) != 0)
		if (n == -1 || nt_write_all(to, block, (size_t)n) == -1)
			got = nt_err_sys(err, "copy", "a file");
	free(block);
	return got;
}

int
nt_service_asset(struct nt_service *svc, struct nt_str sha, int fd,
    struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(svc->db,
	    "SELECT data FROM served_file WHERE sha256 = ?1");
	int got = 0, from = -1;
	off_t at;

	nt_stmt_text(s, 1, sha);
	if (nt_stmt_step(s)) {
		struct nt_str data = nt_stmt_col_str(s, 0);

		got = 1;
		if (!nt_stmt_col_is_null(s, 0)) {
			if (nt_write_all(fd, data.p, data.len) == -1)
				got = nt_err_sys(err, "write", "a file");
		} else if ((from = nt_asset_open(svc, sha, &at)) == -1) {
			got = 0;
		} else if (copy(from, fd, err) == -1) {
			got = -1;
		}
	}
	nt_stmt_done(s);
	if (from != -1)
		close(from);
	return nt_db_failed(svc->db, err) ? -1 : got;
}

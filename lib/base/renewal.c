#include "renewal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt/file.h"

#define PATIENCE_MS 1000	/* with who reads the former state */
#define PART 16384

/* ---- opening ---- */

static int
open_folder(struct nt_renewal *r, struct nt_err *err)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

	r->fd = open(r->path, flags);
	if (r->fd == -1 && errno == ENOENT) {
		if (nt_dir_make(r->path, err) == -1)
			return -1;
		r->made = 1;
		r->fd = open(r->path, flags);
	}
	if (r->fd == -1)
		return nt_err_sys(err, "open the folder", r->path);
	spot_open(&r->place, r->fd);
	return 0;
}

/* What a former renewal left: put in place, or removed. */
static int
clear_staging(struct nt_renewal *r, struct nt_err *err)
{
	int got = staging_committed(r, err);

	if (got == 1)
		got = settle(r, PATIENCE_MS, err);
	return got == -1 ? -1 : staging_sweep(r, err);
}

struct nt_renewal *
nt_renewal_open(const char *path, struct nt_err *err)
{
	struct nt_renewal *r = nt_alloc(sizeof *r);

	r->path = nt_strdup(path);
	r->fd = r->staging = r->lock = r->old = r->out = -1;
	if (open_folder(r, err) == -1)
		goto fail;
	if (staging_open(r, err) == -1 || clear_staging(r, err) == -1) {
		if (err != NULL && err->kind != NT_AGAIN)
			nt_err_at(err, "%s: ", path);
		goto fail;
	}
	return r;

fail:
	nt_renewal_free(r);
	return NULL;
}

static void
close_file(struct nt_renewal *r)
{
	if (r->old != -1)
		close(r->old);
	if (r->out != -1)
		close(r->out);
	free(r->name);
	r->name = NULL;
	r->old = r->out = -1;
}

void
nt_renewal_free(struct nt_renewal *r)
{
	if (r == NULL)
		return;
	close_file(r);
	staging_close(r);
	if (r->fd != -1) {
		spot_close(&r->place);
		close(r->fd);
	}
	if (r->made && !r->committed)
		rmdir(r->path);		/* stays if it holds something */
	for (size_t i = 0; i < r->count; i++)
		free(r->names[i].name);
	free(r->names);
	free(r->path);
	free(r);
}

int
nt_renewal_former(struct nt_renewal *r, struct nt_str name, int *fd,
    struct nt_err *err)
{
	char *path;
	int got;

	if (spot_check(name, err) == -1)
		return -1;
	path = nt_strndup(name.p, name.len);
	got = spot_read(&r->place, path, fd, err);
	free(path);
	return got;
}

struct nt_renewed
nt_renewal_done(const struct nt_renewal *r)
{
	return r->done;
}

/* ---- names ---- */

static struct listed *
add_name(struct nt_renewal *r, struct nt_str name)
{
	if (r->count == r->room) {
		r->room = r->room == 0 ? 64 : 2 * r->room;
		r->names = nt_realloc_array(r->names, r->room,
		    sizeof *r->names);
	}
	r->names[r->count] = (struct listed){
	    .name = nt_strndup(name.p, name.len) };
	return &r->names[r->count++];
}

int
nt_renewal_had(struct nt_renewal *r, struct nt_str name, struct nt_err *err)
{
	if (spot_check(name, err) == -1)
		return -1;
	add_name(r, name)->had = 1;
	r->former = r->count;
	return 0;
}

/* Names that differ by the case of ASCII letters only are neighbours. */
static int
compare(const void *a, const void *b)
{
	const char *one = ((const struct listed *)a)->name;
	const char *two = ((const struct listed *)b)->name;
	int order = strcasecmp(one, two);

	return order != 0 ? order : strcmp(one, two);
}

static int
compare_folded(const void *a, const void *b)
{
	return strcasecmp(((const struct listed *)a)->name,
	    ((const struct listed *)b)->name);
}

/* The name in the former state, or NULL. */
static struct listed *
find_former(struct nt_renewal *r, char *name,
    int (*order)(const void *, const void *))
{
	const struct listed key = { .name = name };

	if (!r->sorted && r->former > 0)
		qsort(r->names, r->former, sizeof *r->names, compare);
	r->sorted = 1;
	return r->former == 0 ? NULL :
	    bsearch(&key, r->names, r->former, sizeof key, order);
}

/* No two names that were put may meet. */
static int
check_names(struct nt_renewal *r, struct nt_err *err)
{
	const struct listed *last = NULL;

	if (r->count > 0)
		qsort(r->names, r->count, sizeof *r->names, compare);
	for (size_t i = 0; i < r->count; i++) {
		if (!r->names[i].put)
			continue;
		if (last != NULL && compare_folded(last, &r->names[i]) == 0)
			return nt_err_set(err, NT_DATA, "%s and %s would be "
			    "one file where case does not count", last->name,
			    r->names[i].name);
		last = &r->names[i];
	}
	return 0;
}

/* ---- files ---- */

/* Files move into this folder after the commit, so it must let them. */
static int
check_place(struct nt_renewal *r, const char *name, struct nt_err *err)
{
	int place = spot_find(&r->place, name, 0);
	struct stat here, there;

	if (place == -1)
		return errno == ENOENT ? 0 :
		    nt_err_sys(err, "open the folder of", name);
	if (fstat(r->fd, &here) == -1 || fstat(place, &there) == -1)
		return nt_err_sys(err, "look at the folder of", name);
	if (here.st_dev != there.st_dev)
		return nt_err_set(err, NT_SYS, "the folder of %s is on another "
		    "file system than %s, so that they cannot be renewed as "
		    "one", name, r->path);
	if (faccessat(place, ".", W_OK | X_OK, AT_EACCESS) == -1)
		return nt_err_sys(err, "write in the folder of", name);
	return 0;
}

/* Makes the file's staged twin. */
static int
stage(struct nt_renewal *r, const char *name, struct nt_err *err)
{
	int folder = spot_find(&r->staged, name, 1);

	if (folder == -1)
		return nt_err_sys(err, "make the folder of", name);
	r->out = openat(folder, spot_last(name), O_RDWR | O_CREAT | O_EXCL |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (r->out != -1)
		return 0;
	if (errno == EEXIST)
		return nt_err_set(err, NT_DATA, "%s is there already, perhaps "
		    "in another case", name);
	return nt_err_sys(err, "create", name);
}

/* What stands there is another: writes what both begin with, and goes on. */
static int
differ(struct nt_renewal *r, struct nt_err *err)
{
	char part[PART];
	uint64_t at = 0;
	int got = 0;

	if (r->foreign)
		return nt_err_set(err, NT_DATA, "%s is there and is not ours: "
		    "the folder's manifest does not list it", r->name);
	if (check_place(r, r->name, err) == -1 ||
	    stage(r, r->name, err) == -1)
		return -1;
	while (got == 0 && at < r->same) {
		size_t len = r->same - at < sizeof part ?
		    (size_t)(r->same - at) : sizeof part;

		if (nt_pread_all(r->old, part, len, (off_t)at) == -1)
			got = nt_err_sys(err, "read", r->name);
		else if (nt_write_all(r->out, part, len) == -1)
			got = nt_err_sys(err, "write", r->name);
		at += len;
	}
	r->done.bytes += r->same;
	close(r->old);
	r->old = -1;
	return got;
}

/* Opens what stands there, if it may turn out to be the same. */
static int
look(struct nt_renewal *r, struct nt_err *err)
{
	struct listed *former = find_former(r, r->name, compare);
	int got = spot_read(&r->place, r->name, &r->old, err);

	if (former != NULL)
		former->put = 1;
	else
		add_name(r, nt_str_of(r->name))->put = 1;
	if (got == -1)
		return -1;
	r->foreign = got == 1 && former == NULL;
	if (got == 1 && former == NULL &&
	    find_former(r, r->name, compare_folded) != NULL) {
		close(r->old);	/* one of ours whose name changes its case */
		r->old = -1;
		r->foreign = 0;
	}
	return 0;
}

int
nt_renewal_begin(struct nt_renewal *r, struct nt_str name, struct nt_err *err)
{
	if (spot_check(name, err) == -1)
		return -1;
	r->name = nt_strndup(name.p, name.len);
	r->same = 0;
	if (nt_str_is(name, NT_FOLDER_MANIFEST)) {
		r->manifest = 1;
		return stage(r, STAGED_MANIFEST, err);
	}
	if (look(r, err) == -1)
		return -1;
	if (r->old != -1)
		return 0;
	return check_place(r, r->name, err) == -1 ? -1 :
	    stage(r, r->name, err);
}

/* 1 if the bytes are the next ones of the file that stands there, or 0, -1. */
static int
still_same(struct nt_renewal *r, const char *p, size_t len, struct nt_err *err)
{
	char part[PART];

	for (size_t at = 0; at < len; ) {
		size_t n = len - at < sizeof part ? len - at : sizeof part;
		ssize_t got = nt_read_all(r->old, part, n);

		if (got == -1)
			return nt_err_sys(err, "read", r->name);
		if ((size_t)got != n || memcmp(part, p + at, n) != 0)
			return 0;
		at += n;
	}
	r->same += len;
	return 1;
}

int
nt_renewal_write(struct nt_renewal *r, const void *p, size_t len,
    struct nt_err *err)
{
	int got = r->old == -1 ? 0 : still_same(r, p, len, err);

	if (got != 0)
		return got == 1 ? 0 : -1;
	if (r->old != -1 && differ(r, err) == -1)
		return -1;
	if (nt_write_all(r->out, p, len) == -1)
		return nt_err_sys(err, "write", r->name);
	r->done.bytes += len;
	return 0;
}

/* Nothing may stand behind the bytes that were the same. */
static int
end_same(struct nt_renewal *r, struct nt_err *err)
{
	char more;
	ssize_t n = nt_read_all(r->old, &more, 1);

	if (n == -1)
		return nt_err_sys(err, "read", r->name);
	if (n == 1)
		return differ(r, err);
	r->done.kept++;
	return 0;
}

int
nt_renewal_end(struct nt_renewal *r, struct nt_err *err)
{
	int got = r->old == -1 ? 0 : end_same(r, err);

	if (got == 0 && r->out != -1) {
		int fd = r->out;

		r->out = -1;
		r->done.written++;
		got = nt_file_close(fd, r->name, err);
	}
	close_file(r);
	return got;
}

/* ---- committing ---- */

static int
write_gone(struct nt_renewal *r, const struct nt_buf *gone,
    struct nt_err *err)
{
	int fd;

	if (stage(r, STAGED_GONE, err) == -1)
		return -1;
	if (nt_write_all(r->out, gone->p, gone->len) == -1)
		return nt_err_sys(err, "write", STAGED_GONE);
	fd = r->out;
	r->out = -1;
	return nt_file_close(fd, STAGED_GONE, err);
}

/* Writes down what is to go, which must be possible then. */
static int
list_gone(struct nt_renewal *r, struct nt_err *err)
{
	struct nt_buf gone;
	int got = 0;

	nt_buf_init(&gone, NT_BUF_MAX);
	for (size_t i = 0; got == 0 && i < r->count; i++) {
		if (r->names[i].put)
			continue;
		got = check_place(r, r->names[i].name, err);
		nt_buf_add(&gone, r->names[i].name,
		    strlen(r->names[i].name) + 1);
		r->done.removed++;
	}
	if (got == 0)
		got = nt_buf_check(&gone, "the list of what goes", err);
	if (got == 0 && gone.len > 0)
		got = write_gone(r, &gone, err);
	nt_buf_free(&gone);
	return got;
}

/* 1 if the two hold the same bytes, 0 if not, or -1 and errno. */
static int
same_bytes(int a, int b)
{
	char one[PART], two[PART];
	ssize_t n, m;

	do {
		if ((n = nt_read_all(a, one, sizeof one)) == -1 ||
		    (m = nt_read_all(b, two, sizeof two)) == -1)
			return -1;
		if (n != m || memcmp(one, two, (size_t)n) != 0)
			return 0;
	} while (n > 0);
	return 1;
}

/* 1 if the manifest is the one that stands there, 0 if not, or -1. */
static int
manifest_same(struct nt_renewal *r, struct nt_err *err)
{
	int old, new, got;

	got = spot_read(&r->place, NT_FOLDER_MANIFEST, &old, err);
	if (got != 1)
		return got;
	new = openat(r->staging, STAGED_MANIFEST, O_RDONLY | O_CLOEXEC);
	if (new == -1 || (got = same_bytes(old, new)) == -1)
		got = nt_err_sys(err, "read", NT_FOLDER_MANIFEST);
	if (new != -1)
		close(new);
	close(old);
	return got;
}

/* The folder's own name is durable, if it was not there before. */
static int
sync_parent(struct nt_renewal *r, struct nt_err *err)
{
	int parent, got;

	if (!r->made)
		return 0;
	parent = openat(r->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	got = parent == -1 || fsync(parent) == -1 ?
	    nt_err_sys(err, "write the folder of", r->path) : 0;
	if (parent != -1)
		close(parent);
	return got;
}

/* Everything before the commit: 1, 0 if there is nothing to do, or -1. */
static int
prepare(struct nt_renewal *r, struct nt_err *err)
{
	int same;

	if (!r->manifest)
		return nt_err_set(err, NT_DATA, "it has no manifest");
	r->done.written--;
	if (check_names(r, err) == -1 || list_gone(r, err) == -1 ||
	    (same = manifest_same(r, err)) == -1)
		return -1;
	if (same && r->done.written == 0 && r->done.removed == 0)
		return 0;
	return sync_parent(r, err) == -1 || staging_sync(r, err) == -1 ?
	    -1 : 1;
}

/* From here on the new state is the one that is read. */
static int
commit(struct nt_renewal *r, struct nt_err *err)
{
	if (renameat(r->staging, STAGED_MANIFEST, r->staging,
	    NT_FOLDER_MANIFEST) == -1)
		return nt_err_sys(err, "rename", NT_FOLDER_MANIFEST);
	r->committed = 1;
	return fsync(r->staging) == -1 ?
	    nt_err_sys(err, "write the folder", NT_FOLDER_STAGING) : 0;
}

int
nt_renewal_commit(struct nt_renewal *r, struct nt_err *err)
{
	struct nt_err why = { .kind = NT_SYS };
	int got = prepare(r, err);

	if (got == 1 && commit(r, err) == -1)
		got = -1;
	if (got == 1 && settle(r, PATIENCE_MS, &why) == -1) {
		r->done.waiting = why.kind == NT_AGAIN;
		if (!r->done.waiting)
			got = nt_err_set(err, why.kind, "%s", why.text);
	}
	if (got != -1)
		return 0;
	return nt_err_at(err, r->committed ? "%s is renewed, but not all of it "
	    "is in its place before the next renewal: " : "%s: ", r->path);
}

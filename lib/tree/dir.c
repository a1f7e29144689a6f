#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/folder.h"

#define PART_BYTES ((size_t)64 << 10)

/* A source that reads an open file, and what to call it in errors. */
struct reading {
	int fd;
	const char *name;
};

static ssize_t
read_file(void *arg, void *p, size_t len, struct nt_err *err)
{
	const struct reading *r = arg;
	ssize_t n = nt_read_some(r->fd, p, len);

	return n == -1 ? nt_err_sys(err, "read", r->name) : n;
}

/* ---- the tree goes into a folder ---- */

struct dir_target {
	struct target as_target;
	struct nt_renewal *renewal;
};

static struct nt_renewal *
renewal_of(struct target *t)
{
	return ((struct dir_target *)t)->renewal;
}

static int
put(struct nt_renewal *r, const char *name, const struct nt_buf *bytes,
    struct nt_err *err)
{
	if (nt_renewal_begin(r, nt_str_of(name), err) == -1 ||
	    nt_renewal_write(r, bytes->p, bytes->len, err) == -1)
		return -1;
	return nt_renewal_end(r, err);
}

static int
add(struct target *t, const char *name, struct nt_maker maker,
    struct nt_err *err)
{
	struct nt_buf made;
	int got;

	nt_buf_init(&made, NT_MEMBER_MADE);
	got = maker.make(maker.arg, &made, err);
	if (got == 0)
		got = put(renewal_of(t), name, &made, err);
	if (maker.done(maker.arg, got == 0 ? &made : NULL, err) == -1)
		got = -1;
	nt_buf_free(&made);
	return got;
}

static int
settle(struct target *t, struct nt_err *err)
{
	(void)t;		/* each is made at once */
	(void)err;
	return 0;
}

static int
add_source(struct target *t, const char *name, struct nt_source source,
    uint64_t size, struct nt_err *err)
{
	struct nt_renewal *r = renewal_of(t);
	int got = nt_renewal_begin(r, nt_str_of(name), err);
	char *part = nt_alloc(PART_BYTES);
	ssize_t n;

	(void)size;	/* is found out on the way */
	while (got == 0 &&
	    (n = source.read(source.arg, part, PART_BYTES, err)) != 0)
		got = n == -1 ? -1 : nt_renewal_write(r, part, (size_t)n, err);
	free(part);
	return got == 0 ? nt_renewal_end(r, err) : -1;
}

static int
store(struct target *t, const char *name, struct nt_source source,
    uint64_t size, uint32_t crc, struct nt_err *err)
{
	(void)crc;	/* is for containers that keep it */
	return add_source(t, name, source, size, err);
}

static int
finish(struct target *t, struct nt_err *err)
{
	int got = nt_renewal_commit(renewal_of(t), err);

	t->waiting = nt_renewal_done(renewal_of(t)).waiting;
	return got;
}

static void
free_target(struct target *t)
{
	nt_renewal_free(renewal_of(t));
	free(t);
}

static int
tell_former(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	return nt_renewal_had(arg, file->name, err);
}

/* Tells the renewal what is ours in the folder: what its manifest lists. */
static int
tell_formers(struct nt_renewal *r, struct nt_err *err)
{
	struct reading reading = { .name = NT_TREE_MANIFEST };
	struct nt_source source = { read_file, NULL, &reading };
	int got = nt_renewal_former(r, nt_str_of(NT_TREE_MANIFEST),
	    &reading.fd, err);

	if (got != 1)
		return got;
	got = manifest_walk(source, tell_former, r, err);
	close(reading.fd);
	return got == 0 ? 0 : nt_err_at(err, "the folder is not changed, for "
	    "what is ours in it cannot be told: ");
}

struct target *
target_dir(const char *path, struct nt_err *err)
{
	static const struct target_calls calls = { add, settle, add_source,
	    store, finish, free_target };
	struct nt_renewal *r = nt_renewal_open(path, err);
	struct dir_target *t;

	if (r == NULL)
		return NULL;
	if (tell_formers(r, err) == -1) {
		nt_err_at(err, "%s: ", path);
		nt_renewal_free(r);
		return NULL;
	}
	t = nt_alloc(sizeof *t);
	t->as_target.calls = &calls;
	t->renewal = r;
	return &t->as_target;
}

/* ---- the tree comes from a folder ---- */

/* What is listed and there; its place among the others is its number. */
struct found {
	char *name;
	uint64_t size;
};

struct dir_origin {
	struct origin as_origin;
	struct nt_folder *folder;	/* for one thread at a time */
	pthread_mutex_t one;
	enum dir_mode mode;
	struct found *files;	/* sorted by name, each once */
	size_t count, room;
};

static size_t
count(const struct origin *o)
{
	return ((const struct dir_origin *)o)->count;
}

static void
entry(const struct origin *o, size_t n, struct entry *to)
{
	const struct found *f = &((const struct dir_origin *)o)->files[n];

	*to = (struct entry){ nt_str_of(f->name), f->size, n };
}

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct found *)a)->name,
	    ((const struct found *)b)->name);
}

static int
find(const struct origin *o, struct nt_str name, struct entry *to)
{
	const struct dir_origin *d = (const struct dir_origin *)o;
	struct found key = { nt_strndup(name.p, name.len), 0 };
	const struct found *f = bsearch(&key, d->files, d->count, sizeof key,
	    compare);

	free(key.name);
	if (f == NULL || strlen(f->name) != name.len)
		return 0;
	entry(o, (size_t)(f - d->files), to);
	return 1;
}

struct dir_member {
	struct reading reading;
	uint64_t size, at;
};

static void *
open_member(struct origin *o, size_t n, struct nt_err *err)
{
	struct dir_origin *d = (struct dir_origin *)o;
	struct dir_member *m = nt_alloc(sizeof *m);
	int got;

	m->reading.name = d->files[n].name;
	m->size = d->files[n].size;
	pthread_mutex_lock(&d->one);
	got = nt_folder_file(d->folder, nt_str_of(m->reading.name),
	    &m->reading.fd, err);
	pthread_mutex_unlock(&d->one);
	if (got == 1)
		return m;
	if (got == 0)
		nt_err_set(err, NT_DATA, "%s is gone", m->reading.name);
	free(m);
	return NULL;
}

static ssize_t
read_member(void *member, void *p, size_t len, struct nt_err *err)
{
	struct dir_member *m = member;
	ssize_t n = read_file(&m->reading, p, len, err);

	if (n == -1)
		return -1;
	m->at += (uint64_t)n;
	if (m->at > m->size || (n == 0 && len > 0 && m->at < m->size))
		return nt_err_set(err, NT_DATA, "%s changes while it is read",
		    m->reading.name);
	return n;
}

static void
close_member(void *member)
{
	struct dir_member *m = member;

	close(m->reading.fd);
	free(m);
}

static void
free_origin(struct origin *o)
{
	struct dir_origin *d = (struct dir_origin *)o;

	nt_folder_close(d->folder);
	pthread_mutex_destroy(&d->one);
	for (size_t i = 0; i < d->count; i++)
		free(d->files[i].name);
	free(d->files);
	free(d);
}

/* Keeps the file if it is there: 0, or -1. */
static int
keep(struct dir_origin *d, struct nt_str name, struct nt_err *err)
{
	off_t size;
	int fd, got = nt_folder_file(d->folder, name, &fd, err);

	if (got == -1 && d->mode == DIR_LENIENT && err->kind == NT_DATA)
		return 0;
	if (got != 1)
		return got;
	nt_file_regular(fd, &size);
	close(fd);
	if (d->count == d->room) {
		d->room = d->room == 0 ? 64 : 2 * d->room;
		d->files = nt_realloc_array(d->files, d->room,
		    sizeof *d->files);
	}
	d->files[d->count++] = (struct found){
	    nt_strndup(name.p, name.len), (uint64_t)size };
	return 0;
}

static int
keep_listed(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	if (nt_member_name_check(file->name, err) == -1)
		return -1;
	return keep(arg, file->name, err);
}

/* Sorts what was kept; of what is listed twice, one is kept. */
static void
sort_files(struct dir_origin *d)
{
	size_t n = 0;

	if (d->count > 0)
		qsort(d->files, d->count, sizeof *d->files, compare);
	for (size_t i = 0; i < d->count; i++)
		if (n > 0 && compare(&d->files[n - 1], &d->files[i]) == 0)
			free(d->files[i].name);
		else
			d->files[n++] = d->files[i];
	d->count = n;
}

static int
read_list(struct dir_origin *d, struct nt_err *err)
{
	const struct nt_str name = nt_str_of(NT_TREE_MANIFEST);
	struct reading reading = { .name = NT_TREE_MANIFEST };
	struct nt_source source = { read_file, NULL, &reading };
	int got = nt_folder_file(d->folder, name, &reading.fd, err);

	if (got == 0)
		return nt_err_set(err, NT_DATA, "the folder has no "
		    NT_TREE_MANIFEST ": it is incomplete or not one of ours");
	if (got == -1)
		return -1;
	got = manifest_walk(source, keep_listed, d, err);
	close(reading.fd);
	if (got == 0)
		got = keep(d, name, err);
	sort_files(d);
	return got;
}

struct origin *
origin_dir(const char *path, enum dir_mode mode, struct nt_err *err)
{
	static const struct origin_calls calls = { count, entry, find,
	    open_member, read_member, close_member, free_origin };
	struct nt_folder *folder = nt_folder_open(path, err);
	struct dir_origin *d;

	if (folder == NULL)
		return NULL;
	d = nt_alloc(sizeof *d);
	d->as_origin.calls = &calls;
	d->folder = folder;
	d->mode = mode;
	pthread_mutex_init(&d->one, NULL);
	if (read_list(d, err) == -1) {
		free_origin(&d->as_origin);
		return NULL;
	}
	return &d->as_origin;
}

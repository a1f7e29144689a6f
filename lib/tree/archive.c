#include "internal.h"

#include <stdlib.h>

struct archive_origin {
	struct origin as_origin;
	struct nt_archive *archive;
};

static struct nt_archive *
archive_of(const struct origin *o)
{
	return ((const struct archive_origin *)o)->archive;
}

static size_t
count(const struct origin *o)
{
	return nt_archive_count(archive_of(o));
}

static void
put_entry(struct entry *to, const struct nt_entry *e)
{
	*to = (struct entry){ e->name, e->size, e->number };
}

static void
entry(const struct origin *o, size_t n, struct entry *to)
{
	struct nt_entry e;

	nt_archive_entry(archive_of(o), n, &e);
	put_entry(to, &e);
}

static int
find(const struct origin *o, struct nt_str name, struct entry *to)
{
	struct nt_entry e;
	int got = nt_archive_find(archive_of(o), name, &e);

	if (got)
		put_entry(to, &e);
	return got;
}

static void *
open_member(struct origin *o, size_t n, struct nt_err *err)
{
	struct nt_entry e;

	nt_archive_entry(archive_of(o), n, &e);
	return nt_member_open(archive_of(o), &e, err);
}

static ssize_t
read_member(void *member, void *p, size_t len, struct nt_err *err)
{
	return nt_member_read(member, p, len, err);
}

static void
close_member(void *member)
{
	nt_member_close(member);
}

static void
free_origin(struct origin *o)
{
	nt_archive_close(archive_of(o));
	free(o);
}

struct origin *
origin_archive(int fd, struct nt_err *err)
{
	static const struct origin_calls calls = { count, entry, find,
	    open_member, read_member, close_member, free_origin };
	struct nt_archive *archive = nt_archive_open(fd, err);
	struct archive_origin *o;

	if (archive == NULL)
		return NULL;
	o = nt_alloc(sizeof *o);
	o->as_origin.calls = &calls;
	o->archive = archive;
	return &o->as_origin;
}

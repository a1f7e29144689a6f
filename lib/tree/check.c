/* Files looked at one by one, so that each one that is wrong can be named. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

#define PART_BYTES ((size_t)64 << 10)
#define NAME_SHOWN 120

struct check {
	struct origin *from;
	int quick;			/* sizes only */
	int others;			/* only what holds no records */
	uint8_t *seen;			/* listed, by number in the origin */
	char *part;
	void (*fault)(void *arg, const char *sentence);
	void *arg;
};

/* Says what is wrong with a file. */
static int
wrong(const struct check *c, struct nt_str name, const char *what)
{
	struct nt_err err;

	nt_err_set(&err, NT_DATA, "%.*s %s", (int)(name.len < NAME_SHOWN ?
	    name.len : NAME_SHOWN), name.p, what);
	c->fault(c->arg, err.text);
	return 0;
}

/*
 * 0 if err was a fault, and is told; else -1.  What a container says of one of
 * its members begins with the name.
 */
static int
tell(const struct check *c, struct nt_str name, const struct nt_err *err)
{
	size_t len = name.len < NAME_SHOWN ? name.len : NAME_SHOWN;

	if (err->kind != NT_DATA && err->kind != NT_LIMIT)
		return -1;
	if (strncmp(err->text, name.p, len) != 0)
		return wrong(c, name, err->text);
	c->fault(c->arg, err->text);
	return 0;
}

/* Reads the file to its end and compares its hash. */
static int
check_content(struct check *c, const struct nt_tree_file *file, size_t number,
    struct nt_err *err)
{
	struct member m = { 0 };
	struct nt_sha256 hash;
	char found[NT_SHA256_TEXT];
	ssize_t n = -1;

	nt_sha256_init(&hash);
	if (member_open(&m, c->from, number, err) == 0)
		while ((n = member_read(&m, c->part, PART_BYTES, err)) > 0)
			nt_sha256_add(&hash, c->part, (size_t)n);
	member_close(&m);
	nt_sha256_hex(&hash, found);
	if (n == -1)
		return tell(c, file->name, err);
	return strcmp(found, file->sha256) == 0 ? 0 : wrong(c, file->name,
	    "was changed: its SHA-256 is not the one in the manifest");
}

static int
check_file(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	struct check *c = arg;
	struct entry e;
	char what[80];

	if (c->others && file->number != -1)
		return 0;
	if (!c->from->calls->find(c->from, file->name, &e))
		return wrong(c, file->name, "is missing");
	if (c->seen != NULL && c->seen[e.number])
		return wrong(c, file->name, "is listed twice");
	if (c->seen != NULL)
		c->seen[e.number] = 1;
	if (e.size != file->size) {
		snprintf(what, sizeof what, "was changed: it has %ju bytes, "
		    "expected %ju", (uintmax_t)e.size, (uintmax_t)file->size);
		return wrong(c, file->name, what);
	}
	return c->quick ? 0 : check_content(c, file, e.number, err);
}

/* What is there and not listed. */
static void
check_strangers(const struct check *c)
{
	struct entry e;

	for (size_t i = 0; i < c->from->calls->count(c->from); i++) {
		c->from->calls->entry(c->from, i, &e);
		if (!c->seen[i] && e.name.p[e.name.len - 1] != '/' &&
		    !nt_str_is(e.name, NT_TREE_MANIFEST))
			wrong(c, e.name, "is not listed in the manifest");
	}
}

/* Takes the tree over; NULL is one that could not be opened. */
static int
look(struct origin *from, int quick, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_err *err)
{
	struct check c = { .from = from, .quick = quick, .fault = fault,
	    .arg = arg };
	int got;

	if (from == NULL)
		return -1;
	c.part = nt_alloc(PART_BYTES);
	c.seen = nt_alloc_array(from->calls->count(from), 1);
	got = origin_walk(from, check_file, &c, err);
	if (got == 0)
		check_strangers(&c);
	free(c.seen);
	free(c.part);
	from->calls->free(from);
	return got;
}

int
nt_tree_look_file(int fd, int quick, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_err *err)
{
	return look(origin_archive(fd, err), quick, fault, arg, err);
}

int
nt_tree_look_folder(const char *path, int quick, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_err *err)
{
	return look(origin_dir(path, DIR_LENIENT, err), quick, fault, arg,
	    err);
}

int
check_others(struct origin *from, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_err *err)
{
	struct check c = { .from = from, .others = 1, .fault = fault,
	    .arg = arg };
	int got;

	c.part = nt_alloc(PART_BYTES);
	got = origin_walk(from, check_file, &c, err);
	free(c.part);
	return got;
}

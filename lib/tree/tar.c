#include "internal.h"

#include <stdlib.h>

struct tar_target {
	struct target as_target;
	struct nt_tar *tar;
};

static struct nt_tar *
tar_of(struct target *t)
{
	return ((struct tar_target *)t)->tar;
}

static int
add(struct target *t, const char *name, struct nt_maker maker,
    struct nt_err *err)
{
	return nt_tar_add_made(tar_of(t), name, maker, err);
}

static int
settle(struct target *t, struct nt_err *err)
{
	return nt_tar_settle(tar_of(t), err);
}

static int
add_source(struct target *t, const char *name, struct nt_source source,
    uint64_t size, struct nt_err *err)
{
	(void)size;	/* is found out by reading it once before */
	return nt_tar_add_source(tar_of(t), name, source, err);
}

static int
store(struct target *t, const char *name, struct nt_source source,
    uint64_t size, uint32_t crc, struct nt_err *err)
{
	return nt_tar_store(tar_of(t), name, source, size, crc, err);
}

static int
finish(struct target *t, struct nt_err *err)
{
	return nt_tar_finish(tar_of(t), err);
}

static void
free_target(struct target *t)
{
	nt_tar_free(tar_of(t));
	free(t);
}

struct target *
target_tar(int fd, enum nt_codec codec)
{
	static const struct target_calls calls = { add, settle, add_source,
	    store, finish, free_target };
	struct tar_target *t = nt_alloc(sizeof *t);

	t->as_target.calls = &calls;
	t->tar = nt_tar_new(fd, codec);
	return &t->as_target;
}

#include "internal.h"

#include <stdlib.h>

#define PROBE_BYTES ((size_t)64 << 10)	/* by which we tell what packing pays */

struct zip_target {
	struct target as_target;
	struct nt_zip *zip;
};

static struct nt_zip *
zip_of(struct target *t)
{
	return ((struct zip_target *)t)->zip;
}

static int
add(struct target *t, const char *name, struct nt_maker maker,
    struct nt_err *err)
{
	return nt_zip_add_made(zip_of(t), name, maker, err);
}

static int
settle(struct target *t, struct nt_err *err)
{
	return nt_zip_settle(zip_of(t), err);
}

static int
add_source(struct target *t, const char *name, struct nt_source source,
    uint64_t size, struct nt_err *err)
{
	(void)size;	/* is found out while it is packed */
	return nt_zip_add_source(zip_of(t), name, source, err);
}

/* 1 if the beginning of what source gives tells that packing pays, or -1. */
static int
worth(struct nt_source source, struct nt_err *err)
{
	char *start = nt_alloc(PROBE_BYTES);
	size_t len = 0;
	ssize_t n;
	int got;

	while (len < PROBE_BYTES && (n = source.read(source.arg, start + len,
	    PROBE_BYTES - len, err)) != 0 && n != -1)
		len += (size_t)n;
	got = n == -1 ? -1 : nt_zip_worth(start, len);
	free(start);
	source.rewind(source.arg);
	return got;
}

static int
store(struct target *t, const char *name, struct nt_source source,
    uint64_t size, uint32_t crc, struct nt_err *err)
{
	int got = worth(source, err);

	if (got == 0)
		return nt_zip_store(zip_of(t), name, source, size, crc, err);
	return got == 1 ? add_source(t, name, source, size, err) : -1;
}

static int
finish(struct target *t, struct nt_err *err)
{
	return nt_zip_finish(zip_of(t), err);
}

static void
free_target(struct target *t)
{
	nt_zip_free(zip_of(t));
	free(t);
}

struct target *
target_zip(int fd)
{
	static const struct target_calls calls = { add, settle, add_source,
	    store, finish, free_target };
	struct zip_target *t = nt_alloc(sizeof *t);

	t->as_target.calls = &calls;
	t->zip = nt_zip_new(fd);
	return &t->as_target;
}

/*
 * Preloaded into a tool, makes one of its calls fail:
 *
 *	NT_FAIL=write:3:ENOSPC LD_PRELOAD=fail.so notion-pack ...
 *
 * fails the third write(2) and every later one ("write:3!:ENOSPC" only that).
 * The calls: write pwrite read pread open close mkdir unlink rename stat
 * access truncate flock opendir readdir syncfs fsync (fdatasync, too) malloc,
 * and "any" for all of these but malloc.  Calls on descriptors 0 to 2 count
 * only for "write" when NT_FAIL_STDOUT is set.  KILL in place of the error
 * ends the process there as SIGKILL would.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static const struct {
	const char *name;
	int value;
} errors[] = {
	{ "ENOSPC", ENOSPC }, { "EIO", EIO }, { "ENOMEM", ENOMEM },
	{ "EDQUOT", EDQUOT }, { "EACCES", EACCES }, { "EXDEV", EXDEV },
	{ "EROFS", EROFS }, { "ENOSYS", ENOSYS }, { "KILL", 0 },
};

/* 1 if this call of the given name is to fail; errno is set. */
static int
fails(const char *call)
{
	static __thread int inside;
	static long seen;
	const char *plan;
	char name[16], error[16];
	long nth, now;
	int once;

	if (inside)
		return 0;
	inside = 1;
	plan = getenv("NT_FAIL");
	once = plan != NULL && strchr(plan, '!') != NULL;
	if (plan == NULL || (sscanf(plan, "%15[a-z]:%ld%*[!]:%15[A-Z]", name,
	    &nth, error) != 3 && sscanf(plan, "%15[a-z]:%ld:%15[A-Z]", name,
	    &nth, error) != 3) || (strcmp(name, call) != 0 &&
	    (strcmp(name, "any") != 0 || strcmp(call, "malloc") == 0))) {
		inside = 0;
		return 0;
	}
	inside = 0;
	now = __atomic_add_fetch(&seen, 1, __ATOMIC_RELAXED);
	if (once ? now != nth : now < nth)
		return 0;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (strcmp(error, errors[i].name) == 0) {
			if (errors[i].value == 0)
				raise(SIGKILL);
			errno = errors[i].value;
		}
	return 1;
}

/* The C library's own function of that name. */
#define REAL(type, name) ((type)dlsym(RTLD_NEXT, name))

static int
counts(int fd)
{
	return fd > 2 || getenv("NT_FAIL_STDOUT") != NULL;
}

ssize_t
write(int fd, const void *p, size_t len)
{
	typedef ssize_t call(int, const void *, size_t);

	if (counts(fd) && fails("write"))
		return -1;
	return REAL(call *, "write")(fd, p, len);
}

ssize_t
pwrite(int fd, const void *p, size_t len, off_t at)
{
	typedef ssize_t call(int, const void *, size_t, off_t);

	if (fails("pwrite"))
		return -1;
	return REAL(call *, "pwrite")(fd, p, len, at);
}

/* SQLite's own door; off_t is as wide here. */
ssize_t
pwrite64(int fd, const void *p, size_t len, off_t at)
{
	typedef ssize_t call(int, const void *, size_t, off_t);

	if (fails("pwrite"))
		return -1;
	return REAL(call *, "pwrite64")(fd, p, len, at);
}

ssize_t
read(int fd, void *p, size_t len)
{
	typedef ssize_t call(int, void *, size_t);

	if (counts(fd) && fails("read"))
		return -1;
	return REAL(call *, "read")(fd, p, len);
}

int
fsync(int fd)
{
	typedef int call(int);

	if (fails("fsync"))
		return -1;
	return REAL(call *, "fsync")(fd);
}

int
fdatasync(int fd)
{
	typedef int call(int);

	if (fails("fsync"))
		return -1;
	return REAL(call *, "fdatasync")(fd);
}

int
renameat(int olddir, const char *from, int newdir, const char *to)
{
	typedef int call(int, const char *, int, const char *);

	if (fails("rename"))
		return -1;
	return REAL(call *, "renameat")(olddir, from, newdir, to);
}

ssize_t
pread(int fd, void *p, size_t len, off_t at)
{
	typedef ssize_t call(int, void *, size_t, off_t);

	if (fails("pread"))
		return -1;
	return REAL(call *, "pread")(fd, p, len, at);
}

/* The mode, if there is one to hand on. */
static mode_t
mode_of(int flags, va_list ap)
{
	return (flags & O_CREAT) != 0 ? va_arg(ap, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	typedef int call(const char *, int, mode_t);
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	if (fails("open"))
		return -1;
	return REAL(call *, "open")(path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	typedef int call(int, const char *, int, mode_t);
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	if (fails("open"))
		return -1;
	return REAL(call *, "openat")(dir, path, flags, mode);
}

/* Closed in any case, as the system does. */
int
close(int fd)
{
	typedef int call(int);
	int got = REAL(call *, "close")(fd);

	return counts(fd) && fails("close") ? -1 : got;
}

int
mkdir(const char *path, mode_t mode)
{
	typedef int call(const char *, mode_t);

	if (fails("mkdir"))
		return -1;
	return REAL(call *, "mkdir")(path, mode);
}

int
mkdirat(int dir, const char *path, mode_t mode)
{
	typedef int call(int, const char *, mode_t);

	if (fails("mkdir"))
		return -1;
	return REAL(call *, "mkdirat")(dir, path, mode);
}

int
unlinkat(int dir, const char *path, int flags)
{
	typedef int call(int, const char *, int);

	if (fails("unlink"))
		return -1;
	return REAL(call *, "unlinkat")(dir, path, flags);
}

int
fstat(int fd, struct stat *st)
{
	typedef int call(int, struct stat *);

	if (fails("stat"))
		return -1;
	return REAL(call *, "fstat")(fd, st);
}

int
fstatat(int dir, const char *path, struct stat *st, int flags)
{
	typedef int call(int, const char *, struct stat *, int);

	if (fails("stat"))
		return -1;
	return REAL(call *, "fstatat")(dir, path, st, flags);
}

int
faccessat(int dir, const char *path, int mode, int flags)
{
	typedef int call(int, const char *, int, int);

	if (fails("access"))
		return -1;
	return REAL(call *, "faccessat")(dir, path, mode, flags);
}

int
ftruncate(int fd, off_t size)
{
	typedef int call(int, off_t);

	if (fails("truncate"))
		return -1;
	return REAL(call *, "ftruncate")(fd, size);
}

int
flock(int fd, int how)
{
	typedef int call(int, int);

	if (fails("flock"))
		return -1;
	return REAL(call *, "flock")(fd, how);
}

int
syncfs(int fd)
{
	typedef int call(int);

	if (fails("syncfs"))
		return -1;
	return REAL(call *, "syncfs")(fd);
}

DIR *
fdopendir(int fd)
{
	typedef DIR *call(int);

	if (fails("opendir"))
		return NULL;
	return REAL(call *, "fdopendir")(fd);
}

struct dirent *
readdir(DIR *d)
{
	typedef struct dirent *call(DIR *);

	if (fails("readdir"))
		return NULL;
	return REAL(call *, "readdir")(d);
}

void *
malloc(size_t size)
{
	extern void *__libc_malloc(size_t);

	if (fails("malloc"))
		return NULL;
	return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	extern void *__libc_calloc(size_t, size_t);

	if (fails("malloc"))
		return NULL;
	return __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
	extern void *__libc_realloc(void *, size_t);

	if (fails("malloc"))
		return NULL;
	return __libc_realloc(old, size);
}

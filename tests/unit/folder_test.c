/*
 * folder: a renewal leaves the former state or the new one, whatever fails or
 * kills it, and whoever reads meanwhile.
 *
 * The program runs itself as "folder_test renew FOLDER STATE" under the shim
 * that makes one system call fail.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "nt/buf.h"
#include "nt/file.h"
#include "nt/folder.h"

static const char *self;	/* how this program was called */
static char scratch[64];

/* ---- states of a folder ---- */

struct file {
	const char *name, *text;
};

/* The manifest names the others, a line each. */
static const struct file one[] = {
	{ "metadata.json", "one" },
	{ "blocks/1.json", "stays as it is" },
	{ "blocks/2.json", "begins alike, one" },
	{ "blocks/5.json", "shorter" },
	{ "databases/x.json", "goes with its folder" },
	{ "databases/deep/y.json", "goes, too" },
	{ "manifest.json", "metadata.json\nblocks/1.json\nblocks/2.json\n"
	    "blocks/5.json\ndatabases/x.json\ndatabases/deep/y.json\n" },
	{ NULL, NULL }
};
static const struct file two[] = {
	{ "metadata.json", "two" },
	{ "blocks/1.json", "stays as it is" },
	{ "blocks/2.json", "begins alike, two" },
	{ "blocks/3.json", "comes" },
	{ "blocks/5.json", "short" },
	{ "pages/p.md", "comes with its folder" },
	{ "manifest.json", "metadata.json\nblocks/1.json\nblocks/2.json\n"
	    "blocks/3.json\nblocks/5.json\npages/p.md\n" },
	{ NULL, NULL }
};
static const struct file foreign[] = {
	{ ".git/config", "[core]" },
	{ "blocks/notes.txt", "mine" },
	{ "notes/metadata.json", "mine, too" },
	{ NULL, NULL }
};

/* The path of the file, or of the folder if name is NULL. */
static char *
path_to(const char *folder, const char *name)
{
	struct nt_buf b;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_fmt(&b, "%s/%s", scratch, folder);
	if (name != NULL)
		nt_buf_fmt(&b, "/%s", name);
	return nt_buf_take(&b);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
	char *path = path_to(folder, name), *slash = strrchr(path, '/');
	int fd;

	*slash = '\0';
	assert_int_equal(nt_dir_make(path, NULL), 0);
	*slash = '/';
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_not_equal(fd, -1);
	assert_int_equal(nt_write_all(fd, text, strlen(text)), 0);
	close(fd);
	free(path);
}

static void
write_files(const char *folder, const struct file *files)
{
	for (; files->name != NULL; files++)
		write_file(folder, files->name, files->text);
}

/* Counts the files below, and removes everything if asked to. */
static int
files_below(const char *path, int removing)
{
	char name[512];
	DIR *d = opendir(path);
	struct dirent *e;
	int count = 0, entries = 0;

	if (d == NULL)
		return 0;
	while ((e = readdir(d)) != NULL) {
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof name, "%s/%s", path, e->d_name);
		assert_int_equal(lstat(name, &st), 0);
		entries++;
		if (S_ISDIR(st.st_mode)) {
			count += files_below(name, removing);
		} else {
			count++;
			assert_true(!removing || unlink(name) == 0);
		}
	}
	closedir(d);
	if (!removing && entries == 0)
		fail_msg("%s is empty", path);
	assert_true(!removing || rmdir(path) == 0);
	return count;
}

static void
clear(const char *folder)
{
	char *path = path_to(folder, NULL);

	files_below(path, 1);
	free(path);
}

/* The folder in its first state, with what is not ours in it. */
static void
make_one(const char *folder)
{
	clear(folder);
	write_files(folder, one);
	write_files(folder, foreign);
}

/* 1 if fd, which is closed, holds the text. */
static int
holds(int fd, const char *text)
{
	char found[256];
	ssize_t n = nt_read_all(fd, found, sizeof found);

	close(fd);
	return n == (ssize_t)strlen(text) &&
	    memcmp(found, text, (size_t)n) == 0;
}

/* 1 if a reader finds the file with that text. */
static int
reads(struct nt_folder *f, const char *name, const char *text)
{
	struct nt_err err = { .text = "" };
	int fd, got = nt_folder_file(f, nt_str_of(name), &fd, &err);

	if (got == -1)
		fail_msg("%s: %s", name, err.text);
	return got == 1 && holds(fd, text);
}

/* 1 if a reader finds all files of the state; of none, no manifest. */
static int
is_state(const char *folder, const struct file *files)
{
	struct nt_err err = { .text = "" };
	char *path = path_to(folder, NULL);
	struct nt_folder *f = nt_folder_open(path, &err);
	int same = 1;

	if (f == NULL)
		fail_msg("%s", err.text);
	if (files->name == NULL)
		same = !reads(f, NT_FOLDER_MANIFEST, two[6].text);
	for (; files->name != NULL; files++)
		same = same && reads(f, files->name, files->text);
	nt_folder_close(f);
	free(path);
	return same;
}

/* Exactly these files are in their places, besides what is not ours. */
static void
assert_in_place(const char *folder, const struct file *files)
{
	char *path = path_to(folder, NULL);
	int count = 0;

	for (int set = 0; set < 2; set++)
		for (const struct file *f = set ? foreign : files;
		    f->name != NULL; f++, count++) {
			char *file = path_to(folder, f->name);
			int fd = open(file, O_RDONLY);

			if (fd == -1 || !holds(fd, f->text))
				fail_msg("%s is not as it should be", file);
			free(file);
		}
	assert_int_equal(files_below(path, 0), count);
	free(path);
}

/* ---- renewing ---- */

/* Tells the renewal what the manifest in the folder names. */
static int
name_former(struct nt_renewal *r, struct nt_err *err)
{
	char text[1024], *line, *end;
	ssize_t n;
	int fd, got;

	got = nt_renewal_former(r, NT_STR("manifest.json"), &fd, err);
	if (got != 1)
		return got;
	n = nt_read_all(fd, text, sizeof text - 1);
	close(fd);
	if (n == -1)
		return nt_err_sys(err, "read", "manifest.json");
	text[n] = '\0';
	for (line = text; (end = strchr(line, '\n')) != NULL; line = end + 1)
		if (nt_renewal_had(r, (struct nt_str){ line,
		    (size_t)(end - line) }, err) == -1)
			return -1;
	return 0;
}

/* Puts the text in pieces of three bytes. */
static int
put(struct nt_renewal *r, const char *name, const char *text,
    struct nt_err *err)
{
	if (nt_renewal_begin(r, nt_str_of(name), err) == -1)
		return -1;
	for (size_t len; (len = strlen(text)) > 0; text += len) {
		if (len > 3)
			len = 3;
		if (nt_renewal_write(r, text, len, err) == -1)
			return -1;
	}
	return nt_renewal_end(r, err);
}

/* Renews the folder to the state, all in all. */
static int
renew(const char *path, const struct file *files, struct nt_renewed *done,
    struct nt_err *err)
{
	struct nt_renewal *r = nt_renewal_open(path, err);
	int got;

	if (r == NULL)
		return -1;
	got = name_former(r, err);
	for (; got == 0 && files->name != NULL; files++)
		got = put(r, files->name, files->text, err);
	if (got == 0)
		got = nt_renewal_commit(r, err);
	if (got == 0)
		*done = nt_renewal_done(r);
	nt_renewal_free(r);
	return got;
}

static struct nt_renewed
renew_well(const char *folder, const struct file *files)
{
	struct nt_err err = { .text = "" };
	struct nt_renewed done = { 0 };
	char *path = path_to(folder, NULL);

	if (renew(path, files, &done, &err) == -1)
		fail_msg("%s", err.text);
	free(path);
	return done;
}

/* The folder is refused in words that hold these. */
static void
assert_refused(const char *folder, const struct file *files,
    enum nt_err_kind kind, const char *words)
{
	struct nt_err err = { .text = "" };
	struct nt_renewed done;
	char *path = path_to(folder, NULL);

	assert_int_equal(renew(path, files, &done, &err), -1);
	if (err.kind != kind || strstr(err.text, words) == NULL)
		fail_msg("%s", err.text);
	free(path);
}

/* ---- tests ---- */

static void
what_differs_is_written(void **state)
{
	struct nt_renewed done;
	struct stat before, after;
	char *kept = path_to("d", "blocks/1.json");

	(void)state;
	make_one("d");
	assert_int_equal(stat(kept, &before), 0);
	done = renew_well("d", two);
	assert_in_place("d", two);
	assert_int_equal(done.written, 5);
	assert_int_equal(done.kept, 1);
	assert_int_equal(done.removed, 2);
	assert_int_equal(done.bytes, 3 + 17 + 5 + 5 + 21 + strlen(
	    two[6].text));
	assert_int_equal(stat(kept, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	done = renew_well("d", two);
	assert_int_equal(done.written, 0);
	assert_int_equal(done.kept, 6);
	assert_in_place("d", two);
	renew_well("d", one);
	assert_in_place("d", one);
	free(kept);
}

/* A file that somebody changed is put right, though its manifest is not new. */
static void
damage_is_mended(void **state)
{
	(void)state;
	make_one("d");
	write_file("d", "blocks/1.json", "stays as it was");
	assert_int_equal(renew_well("d", one).written, 1);
	assert_in_place("d", one);
}

static void
a_folder_is_made(void **state)
{
	char *path = path_to("new", NULL), *inner = path_to("new/in", NULL);

	(void)state;
	clear("new");
	renew_well("new/in", one);
	assert_true(is_state("new/in", one));
	clear("new/in");
	assert_refused("new/in", two + 7, NT_DATA, "no manifest");
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(access(inner, F_OK), -1);
	free(path);
	free(inner);
}

static void
what_is_not_ours_stays(void **state)
{
	static const struct file meets[] = {
		{ "blocks/notes.txt", "ours" }, { "manifest.json", "" },
		{ NULL, NULL }
	};
	static const struct file alike[] = {
		{ "blocks/notes.txt", "mine" }, { "manifest.json", "" },
		{ NULL, NULL }
	};

	(void)state;
	make_one("d");
	assert_refused("d", meets, NT_DATA, "blocks/notes.txt is there and is "
	    "not ours");
	assert_in_place("d", one);
	renew_well("d", alike);
	write_file("d", "blocks/notes.txt", "mine");
}

static void
no_link_is_followed(void **state)
{
	char *from = path_to("d", "pages"), *to = path_to("else", NULL);
	char *file = path_to("d", "metadata.json");

	(void)state;
	make_one("d");
	clear("else");
	write_file("else", "kept", "here");
	assert_int_equal(symlink(to, from), 0);
	assert_refused("d", two, NT_SYS, "the folder of pages/p.md");
	assert_int_equal(unlink(from), 0);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(symlink("notes/metadata.json", file), 0);
	assert_refused("d", two, NT_DATA, "metadata.json is a link");
	assert_int_equal(unlink(file), 0);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_refused("d", two, NT_DATA, "metadata.json is no regular file");
	assert_int_equal(unlink(file), 0);
	free(from);
	from = path_to("d", NT_FOLDER_STAGING);
	assert_int_equal(symlink(to, from), 0);
	assert_refused("d", two, NT_SYS, NT_FOLDER_STAGING);
	free(from);
	free(to);
	free(file);
}

static void
names_that_leave_are_refused(void **state)
{
	static const char *const bad[] = { "", "/etc/passwd", "../x", "a/../x",
	    "a//b", "a/", ".", "./a", ".nt-pack/x", "a/.NT-x",
	    "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17" };
	char *path = path_to("d", NULL);
	struct nt_folder *f;
	struct nt_err err;
	int fd;

	(void)state;
	make_one("d");
	assert_non_null(f = nt_folder_open(path, &err));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(nt_folder_file(f, nt_str_of(bad[i]), &fd,
		    &err), -1);
		assert_int_equal(err.kind, NT_DATA);
	}
	assert_int_equal(nt_folder_file(f, NT_STR("a\0b"), &fd, &err), -1);
	assert_int_equal(nt_folder_file(f, NT_STR("no/such"), &fd, &err), 0);
	nt_folder_close(f);
	free(path);
}

static void
names_that_meet_are_refused(void **state)
{
	static const struct file cases[] = {
		{ "pages/a.md", "1" }, { "pages/A.md", "2" },
		{ "manifest.json", "" }, { NULL, NULL }
	};
	static const struct file twice[] = {
		{ "pages/a.md", "1" }, { "pages/a.md", "1" },
		{ "manifest.json", "" }, { NULL, NULL }
	};
	static const struct file renamed[] = {
		{ "Metadata.json", "two" },
		{ "manifest.json", "Metadata.json\n" }, { NULL, NULL }
	};

	(void)state;
	make_one("d");
	assert_refused("d", cases, NT_DATA, "pages/A.md and pages/a.md would "
	    "be one file");
	assert_refused("d", twice, NT_DATA, "pages/a.md");
	assert_in_place("d", one);
	renew_well("d", renamed);
	assert_in_place("d", renamed);
}

static void
one_renews_at_a_time(void **state)
{
	char *path = path_to("d", NULL), pid[32];
	struct nt_renewal *r;
	struct nt_err err;

	(void)state;
	make_one("d");
	assert_non_null(r = nt_renewal_open(path, &err));
	snprintf(pid, sizeof pid, "by process %ld", (long)getpid());
	assert_refused("d", two, NT_AGAIN, pid);
	assert_int_equal(put(r, "pages/p.md", "never", &err), 0);
	nt_renewal_free(r);
	assert_in_place("d", one);
	renew_well("d", two);
	free(path);
}

/* Who began to read the former state reads all of it. */
static void
readers_keep_their_state(void **state)
{
	char *path = path_to("d", NULL);
	struct nt_folder *before, *after;
	struct nt_err err;

	(void)state;
	make_one("d");
	assert_non_null(before = nt_folder_open(path, &err));
	assert_int_equal(renew_well("d", two).waiting, 1);
	assert_non_null(after = nt_folder_open(path, &err));
	for (const struct file *f = one; f->name != NULL; f++)
		assert_true(reads(before, f->name, f->text));
	for (const struct file *f = two; f->name != NULL; f++)
		assert_true(reads(after, f->name, f->text));
	nt_folder_close(before);
	assert_refused("d", one, NT_AGAIN, "being read");
	nt_folder_close(after);
	assert_true(is_state("d", two));
	assert_int_equal(renew_well("d", two).written, 0);
	assert_in_place("d", two);
	free(path);
}

/* ---- every call fails, every call is the last ---- */

#if defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Runs this program under the shim; its exit status, or 256 + signal. */
static int
renew_under(const char *folder, const char *plan, char *said, size_t room)
{
	char shim[512], *path = path_to(folder, NULL);
	int out[2], status;
	ssize_t n;
	pid_t pid;

	snprintf(shim, sizeof shim, "%.*s/fail.so",
	    (int)(strrchr(self, '/') - self), self);
	assert_int_equal(pipe(out), 0);
	if ((pid = fork()) == 0) {
		dup2(out[1], STDOUT_FILENO);
		setenv("LD_PRELOAD", shim, 1);
		setenv("NT_FAIL", plan, 1);
		execl(self, self, "renew", path, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	n = nt_read_all(out[0], said, room - 1);
	said[n > 0 ? n : 0] = '\0';
	close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	free(path);
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

/*
 * What begin leaves is renewed while the Nth call is as in the plan, for each
 * N up to the number of calls, which must be at least that.
 */
static void
every_call(const char *plan, void (*begin)(void), const struct file *former,
    int least)
{
	char text[64], said[NT_ERR_TEXT_MAX];
	int n = 0, status, old, new, unhurt = 0;

	while (unhurt < 9) {	/* some calls may fail and nothing is amiss */
		snprintf(text, sizeof text, "any:%d%s", ++n, plan);
		begin();
		status = renew_under("d", text, said, sizeof said);
		old = is_state("d", former);
		new = is_state("d", two);
		if ((!old && !new) || (status == 0 && !new) ||
		    (strstr(said, "is renewed") != NULL && !new) ||
		    (status == 1 && *said == '\0'))
			fail_msg("%s: status %d, %s", text, status, said);
		unhurt = status == 0 ? unhurt + 1 : 0;
		renew_well("d", two);
		assert_in_place("d", two);
	}
	assert_true(n > least);
}

static void
begin_with_one(void)
{
	make_one("d");
}

/* No state at all, but something foreign. */
static const struct file none[] = { { NULL, NULL } };

static void
begin_with_none(void)
{
	clear("d");
	write_files("d", foreign);
}

/* A renewal that was committed, and no more. */
static void
begin_committed(void)
{
	static const char gone[] = "databases/deep/y.json\0databases/x.json";
	char *path = path_to("d", NT_FOLDER_STAGING "/.nt-gone");
	int fd;

	make_one("d");
	for (const struct file *f = two; f->name != NULL; f++)
		if (strcmp(f->name, "blocks/1.json") != 0)
			write_file("d/" NT_FOLDER_STAGING, f->name, f->text);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(nt_write_all(fd, gone, sizeof gone), 0);
	close(fd);
	free(path);
}

static void
every_call_may_fail(void **state)
{
	char said[NT_ERR_TEXT_MAX];

	(void)state;
	if (SANITIZED)
		skip();
	make_one("d");	/* a system without that call */
	assert_int_equal(renew_under("d", "syncfs:1:ENOSYS", said,
	    sizeof said), 0);
	assert_in_place("d", two);
	every_call("!:EIO", begin_with_one, one, 150);
	every_call(":ENOSPC", begin_with_one, one, 150);
	every_call("!:EROFS", begin_with_none, none, 100);
	every_call("!:EACCES", begin_committed, two, 100);
}

static void
every_call_may_be_the_last(void **state)
{
	(void)state;
	if (SANITIZED)
		skip();
	every_call("!:KILL", begin_with_one, one, 150);
	every_call("!:KILL", begin_with_none, none, 100);
	every_call("!:KILL", begin_committed, two, 100);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs_is_written),
		cmocka_unit_test(damage_is_mended),
		cmocka_unit_test(a_folder_is_made),
		cmocka_unit_test(what_is_not_ours_stays),
		cmocka_unit_test(no_link_is_followed),
		cmocka_unit_test(names_that_leave_are_refused),
		cmocka_unit_test(names_that_meet_are_refused),
		cmocka_unit_test(one_renews_at_a_time),
		cmocka_unit_test(readers_keep_their_state),
		cmocka_unit_test(every_call_may_fail),
		cmocka_unit_test(every_call_may_be_the_last),
	};
	struct nt_renewed done;
	struct nt_err err;
	int failed;

	if (argc == 3 && strcmp(argv[1], "renew") == 0) {
		if (renew(argv[2], two, &done, &err) == 0)
			return 0;
		return nt_write_all(STDOUT_FILENO, err.text,
		    strlen(err.text)) == -1 ? 2 : 1;
	}
	self = argv[0];
	snprintf(scratch, sizeof scratch, "%s/nt-folder-%ld",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
	    (long)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	files_below(scratch, 1);
	return failed;
}

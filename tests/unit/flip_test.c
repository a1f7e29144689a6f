/*
 * Every bit of a small archive of each form, flipped, is found by verify; the
 * bytes that no sum covers are listed here, as in notion-unpack(1).
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "nt/crypto.h"
#include "nt/file.h"
#include "nt/json.h"
#include "nt/stream.h"
#include "nt/tree.h"
#include "nt/verify.h"

/* A sanitized program takes ten times as long and looks at fewer bytes. */
#if defined __SANITIZE_ADDRESS__
#define STEP 13
#else
#define STEP 1
#endif

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define ID(n) "00000000-0000-4000-8000-00000000000" #n

static const char content[] = "the bytes of an asset";

/* A workspace with one of each thing that hangs on another. */
static const char *const records[] = {
	"{\"id\":\"" ID(1) "\",\"object\":\"user\"}",
	"{\"id\":\"" ID(2) "\",\"object\":\"page\",\"parent\":"
	    "{\"type\":\"workspace\",\"workspace\":true}}",
	"{\"name\":\"a.txt\",\"object\":\"asset\",\"owner\":{\"id\":\"" ID(2)
	    "\",\"object\":\"page\",\"pointer\":\"/icon/file\"},"
	    "\"sha256\":\"%s\",\"size\":21}",
	"{\"has_children\":true,\"id\":\"" ID(3) "\",\"object\":\"block\","
	    "\"parent\":{\"page_id\":\"" ID(2) "\",\"type\":\"page_id\"},"
	    "\"type\":\"toggle\"}",
	"{\"has_children\":false,\"id\":\"" ID(4) "\",\"object\":\"block\","
	    "\"parent\":{\"block_id\":\"" ID(3) "\",\"type\":\"block_id\"},"
	    "\"type\":\"divider\"}",
	"{\"has_children\":true,\"id\":\"" ID(5) "\",\"object\":\"block\","
	    "\"parent\":{\"page_id\":\"" ID(2) "\",\"type\":\"page_id\"},"
	    "\"type\":\"child_page\"}",
	"{\"id\":\"" ID(5) "\",\"object\":\"page\",\"parent\":{\"page_id\":\""
	    ID(2) "\",\"type\":\"page_id\"}}",
	"{\"id\":\"" ID(6) "\",\"object\":\"database\",\"parent\":"
	    "{\"type\":\"workspace\",\"workspace\":true}}",
	"{\"id\":\"" ID(7) "\",\"object\":\"data_source\",\"parent\":"
	    "{\"database_id\":\"" ID(6) "\",\"type\":\"database_id\"}}",
	"{\"id\":\"" ID(8) "\",\"object\":\"page\",\"parent\":"
	    "{\"data_source_id\":\"" ID(7) "\",\"type\":\"data_source_id\"}}",
};

static char scratch[64];

/* ---- making them ---- */

/* The folder of assets, with the one there is, whose hash goes to sha256. */
static char *
make_asset(char sha256[NT_SHA256_TEXT])
{
	struct nt_sha256 hash;
	struct nt_buf path;
	int fd;

	nt_sha256_init(&hash);
	nt_sha256_add(&hash, content, sizeof content - 1);
	nt_sha256_hex(&hash, sha256);
	nt_buf_init(&path, 200);
	nt_buf_fmt(&path, "%s/assets", scratch);
	assert_int_equal(nt_dir_make(path.p, NULL), 0);
	nt_buf_fmt(&path, "/%s", sha256);
	fd = open(path.p, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(nt_write_all(fd, content, sizeof content - 1), 0);
	close(fd);
	*strrchr(path.p, '/') = '\0';
	return nt_buf_take(&path);
}

/* Writes the stream to fd. */
static void
write_stream(int fd, const char *sha256)
{
	struct nt_writer *out = nt_writer_new(fd);
	struct nt_json *doc = nt_json_new();
	struct nt_value v;
	struct nt_buf line;

	assert_int_equal(nt_writer_snapshot(out, nt_str_of(
	    "{\"scope\":{\"roots\":[]},\"started\":"
	    "\"2026-01-05T10:20:00.000Z\",\"tool\":\"t\"}"), NULL), 0);
	nt_buf_init(&line, 10000);
	for (size_t i = 0; i < COUNT(records); i++) {
		const char *hole = strstr(records[i], "%s");

		nt_buf_clear(&line);
		if (hole == NULL)
			nt_buf_str(&line, records[i]);
		else
			nt_buf_fmt(&line, "%.*s%s%s", (int)(hole - records[i]),
			    records[i], sha256, hole + 2);
		assert_int_equal(nt_json_parse(doc, line.p, line.len, &v,
		    NULL), 0);
		assert_int_equal(nt_writer_value(out, v, NULL), 0);
	}
	assert_int_equal(nt_writer_end(out, 1, (struct nt_str){ NULL, 0 },
	    NULL), 0);
	assert_int_equal(nt_writer_close(out, NULL), 0);
	nt_buf_free(&line);
	nt_json_free(doc);
}

static void
fill(struct nt_packer *p, int stream)
{
	struct nt_reader *in = nt_reader_of_fd(stream, NULL, NT_READ_WHOLE,
	    NULL);
	struct nt_err err = { .text = "" };
	struct nt_record rec;
	int got;

	while ((got = nt_reader_next(in, &rec, &err)) == 1)
		assert_int_equal(nt_packer_record(p, &rec, &err), 0);
	if (got == -1 || nt_packer_finish(p, nt_reader_snapshot(in),
	    nt_reader_end(in), nt_reader_complete(in), &err) == -1)
		fail_msg("%s", err.text);
	nt_packer_free(p);
	nt_reader_free(in);
}

static int
make_stream(struct nt_pack_how *how)
{
	char sha256[NT_SHA256_TEXT];
	int fd = nt_file_temp(NULL);

	how->assets = make_asset(sha256);
	write_stream(fd, sha256);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* ---- flipping ---- */

/* A file of an archive, and how that archive is looked at. */
struct victim {
	const char *name;
	int fd;
	const char *folder;	/* that it is in, or NULL */
	int all_bits;		/* are flipped in each byte, or one of them */
	/*
	 * 1 if what the byte says, or how it says it, means nothing for what
	 * is in the archive, or it has no sum; NULL: no byte is like that.
	 */
	int (*free)(const uint8_t *all, size_t len, size_t at);
	unsigned percent;	/* of the flips may go unseen there, at most */
};

static void
ignore(void *arg, const char *sentence)
{
	(void)arg;
	(void)sentence;
}

static void
show(void *arg, const char *sentence)
{
	(void)arg;
	print_message("%s\n", sentence);
}

/* How many faults are found. */
static uint64_t
faults(const struct victim *v, void (*fault)(void *, const char *))
{
	struct nt_verify_how how = { .fault = fault };
	struct nt_verified found;
	struct nt_err err;
	int got = v->folder == NULL ?
	    nt_verify_file(v->fd, &how, &found, &err) :
	    nt_verify_folder(v->folder, &how, &found, &err);

	if (got == -1)
		fail_msg("%s: %s", v->name, err.text);
	return found.faults;
}

/* What came of flips that were not seen. */
struct unseen {
	size_t free, bad;
};

static void
flip_byte(const struct victim *v, const uint8_t *all, size_t len, size_t at,
    struct unseen *unseen)
{
	for (unsigned bit = 0; bit < 8; bit++) {
		uint8_t now = all[at] ^ (uint8_t)(1 << bit);

		if (!v->all_bits && bit != at % 8)
			continue;
		assert_int_equal(nt_pwrite_all(v->fd, &now, 1, (off_t)at), 0);
		if (faults(v, ignore) > 0)
			continue;
		if (v->free != NULL && v->free(all, len, at)) {
			unseen->free++;
			continue;
		}
		print_message("%s: byte %zu of %zu, bit %u: 0x%02x is not "
		    "seen\n", v->name, at, len, bit, now);
		unseen->bad++;
	}
	assert_int_equal(nt_pwrite_all(v->fd, &all[at], 1, (off_t)at), 0);
}

static void
flip_all(const struct victim *v)
{
	struct unseen unseen = { 0, 0 };
	size_t len, flips;
	uint8_t *all;
	off_t size;

	assert_int_equal(nt_file_regular(v->fd, &size), 1);
	len = (size_t)size;
	flips = v->all_bits ? 8 * len : len;
	all = nt_alloc(len);
	assert_int_equal(nt_pread_all(v->fd, all, len, 0), 0);
	assert_int_equal(faults(v, show), 0);
	for (size_t at = 0; at < len; at += STEP)
		flip_byte(v, all, len, at, &unseen);
	assert_int_equal(faults(v, show), 0);
	free(all);
	if (unseen.bad > 0 || (STEP == 1 &&
	    unseen.free * 100 > v->percent * flips))
		fail_msg("%s: of %zu flips %zu were not seen, and %zu where "
		    "that may be", v->name, flips, unseen.bad, unseen.free);
}

/* ---- each form ---- */

static void
flip_form(struct victim v, enum nt_tree_form form)
{
	struct nt_pack_how how = { .partial = 0 };
	int stream = make_stream(&how);

	v.fd = nt_file_temp(NULL);
	fill(nt_packer_new(v.fd, form, &how), stream);
	flip_all(&v);
	close(v.fd);
	close(stream);
	free((char *)how.assets);
}

/* A field of a header, by its first byte and the one behind it. */
struct field {
	size_t from, to;
};

static int
in_field(const struct field *fields, size_t count, size_t at)
{
	for (size_t i = 0; i < count; i++)
		if (at >= fields[i].from && at < fields[i].to)
			return 1;
	return 0;
}

static unsigned
get16(const uint8_t *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

/*
 * In a zip: what made it and what it takes to read it, times, attributes; and
 * the bits between the end of deflated data and the next whole byte.
 */
static int
free_in_zip(const uint8_t *all, size_t len, size_t at)
{
	static const struct field local[] = { { 4, 6 }, { 10, 14 } };
	static const struct field central[] = { { 4, 8 }, { 12, 16 },
	    { 36, 42 } };
	size_t here = 0, end;

	while (all[here + 2] == 3) {	/* a member */
		end = here + 30 + get16(all + here + 26) +
		    get16(all + here + 28) + get16(all + here + 18);
		if (at < end)
			return in_field(local, COUNT(local), at - here) ||
			    (at == end - 1 && get16(all + here + 8) == 8);
		here = end;
	}
	while (here + 46 < len && all[here + 2] == 1) {	/* the directory */
		end = here + 46 + get16(all + here + 28);
		if (at < end)
			return in_field(central, COUNT(central), at - here);
		here = end;
	}
	return 0;
}

static void
zip(void **state)
{
	(void)state;
	flip_form((struct victim){ .name = "zip", .free = free_in_zip,
	    .percent = 10 }, NT_TREE_ZIP);
}

/* In a tar: that the first digit of a checksum is a zero, and no space. */
static int
free_in_tar(const uint8_t *all, size_t len, size_t at)
{
	(void)len;
	return at % 512 == 148 && all[at] == '0';
}

static void
tar(void **state)
{
	(void)state;
	flip_form((struct victim){ .name = "tar", .free = free_in_tar,
	    .percent = 1 }, NT_TREE_TAR);
}

/*
 * Packed data can say the same in several ways: a flip that is not seen there
 * is one after which all that is unpacked has the same hashes.  And in gzip:
 * the time, the system and the hints in the header.
 */
static int
free_in_packed(const uint8_t *all, size_t len, size_t at)
{
	(void)all;
	return at >= 3 && at < len;
}

static void
tar_gz(void **state)
{
	(void)state;
	flip_form((struct victim){ .name = "tar.gz", .all_bits = 1,
	    .free = free_in_packed, .percent = 1 }, NT_TREE_TAR_GZ);
}

static void
tar_zst(void **state)
{
	(void)state;
	flip_form((struct victim){ .name = "tar.zst", .all_bits = 1,
	    .free = free_in_packed, .percent = 1 }, NT_TREE_TAR_ZST);
}

static void
flip_listed(const char *folder, const char *name)
{
	struct victim v = { .name = name, .folder = folder };
	struct nt_buf path;

	nt_buf_init(&path, 1000);
	nt_buf_fmt(&path, "%s/%s", folder, name);
	v.fd = open(path.p, O_RDWR);
	assert_int_not_equal(v.fd, -1);
	flip_all(&v);
	close(v.fd);
	nt_buf_free(&path);
}

static int
flip_file(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	char *name = nt_strndup(file->name.p, file->name.len);

	(void)err;
	flip_listed(arg, name);
	free(name);
	return 0;
}

static void
dir(void **state)
{
	struct nt_pack_how how = { .partial = 0 };
	int stream = make_stream(&how);
	char folder[100];
	struct nt_unpacker *u;

	(void)state;
	snprintf(folder, sizeof folder, "%s/dir", scratch);
	fill(nt_packer_folder(folder, &how, NULL), stream);
	assert_non_null(u = nt_unpacker_folder(folder, NULL));
	assert_int_equal(nt_unpacker_files(u, flip_file, folder, NULL), 0);
	nt_unpacker_free(u);
	flip_listed(folder, NT_TREE_MANIFEST);
	close(stream);
	free((char *)how.assets);
}

/* In a stream: the snapshot, and when it was finished. */
static int
free_in_stream(const uint8_t *all, size_t len, size_t at)
{
	const uint8_t *newline = memchr(all, '\n', len);
	static const char key[] = "\"finished\":\"";
	size_t from = len - sizeof key;

	while (memcmp(all + from, key, sizeof key - 1) != 0)
		from--;
	from += sizeof key - 1;
	return at < (size_t)(newline - all) ||
	    (at >= from && at < from + strlen("2026-01-05T10:20:00.000Z"));
}

static void
ndjson(void **state)
{
	struct nt_pack_how how = { .partial = 0 };
	struct victim v = { .name = "ndjson", .free = free_in_stream,
	    .percent = 3 };

	(void)state;
	v.fd = make_stream(&how);
	flip_all(&v);
	close(v.fd);
	free((char *)how.assets);
}

static int
clean_up(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", scratch);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ndjson),
		cmocka_unit_test(zip),
		cmocka_unit_test(tar),
		cmocka_unit_test(tar_gz),
		cmocka_unit_test(tar_zst),
		cmocka_unit_test(dir),
	};

	snprintf(scratch, sizeof scratch, "%s/nt-flip-%ld",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
	    (long)getpid());
	assert_int_equal(nt_dir_make(scratch, NULL), 0);
	setenv("TMPDIR", scratch, 1);
	return cmocka_run_group_tests(tests, NULL, clean_up);
}

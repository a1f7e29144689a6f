/*
 * Whatever the bytes are, an archive is read within its claims or refused:
 * no member gives more or less than its entry says, and names are safe.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "nt/archive.h"
#include "nt/buf.h"
#include "nt/file.h"

#define BLOCK 512

static void
read_member(const struct nt_archive *a, const struct nt_entry *e)
{
	struct nt_member *m = nt_member_open(a, e, NULL);
	char part[512];
	uint64_t got = 0;
	ssize_t n = -1;

	if (m != NULL)
		while ((n = nt_member_read(m, part, sizeof part, NULL)) > 0)
			got += (uint64_t)n;
	FUZZ_MUST(got <= e->size && (n == -1 || got == e->size));
	nt_member_close(m);
}

static void
read_archive(const void *data, size_t size)
{
	int fd = nt_file_temp(NULL);
	struct nt_archive *a;
	struct nt_entry e;

	FUZZ_MUST(nt_write_all(fd, data, size) == 0);
	a = nt_archive_open(fd, NULL);
	for (size_t i = 0; a != NULL && i < nt_archive_count(a); i++) {
		nt_archive_entry(a, i, &e);
		FUZZ_MUST(nt_member_name_check(e.name, NULL) == 0);
		FUZZ_MUST(nt_archive_find(a, e.name, &e) == 1 &&
		    e.number == i);
		read_member(a, &e);
	}
	nt_archive_close(a);
	close(fd);
}

/* Puts the sum right in a block that has the magic of a tar's header. */
static void
put_sum(unsigned char *block)
{
	unsigned sum = 0;
	char digits[8];

	if (memcmp(block + 257, "ustar", 5) != 0)
		return;
	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += block[i];
	snprintf(digits, sizeof digits, "%06o", sum);
	memcpy(block + 148, digits, 7);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_buf b;

	read_archive(data, size);
	/* Behind the sums there is more of tar to be reached. */
	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_add(&b, data, size);
	for (size_t at = 0; at + BLOCK <= size; at += BLOCK)
		put_sum((unsigned char *)b.p + at);
	if (memcmp(b.p, data, size) != 0)
		read_archive(b.p, size);
	nt_buf_free(&b);
	return 0;
}

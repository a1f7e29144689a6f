/*
 * Whatever the bytes are, an archive is read within its claims or refused:
 * no member gives more or less than its entry says, and names are safe.
 */
#include <unistd.h>

#include "fuzz.h"
#include "nt/archive.h"
#include "nt/file.h"

static void
read_member(struct nt_unzip *u, const struct nt_entry *e)
{
	struct nt_member *m = nt_member_open(u, e, NULL);
	char part[512];
	uint64_t got = 0;
	ssize_t n = -1;

	if (m != NULL)
		while ((n = nt_member_read(m, part, sizeof part, NULL)) > 0)
			got += (uint64_t)n;
	FUZZ_MUST(got <= e->size && (n == -1 || got == e->size));
	nt_member_close(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = nt_file_temp(NULL);
	struct nt_unzip *u;
	struct nt_entry e;

	FUZZ_MUST(nt_write_all(fd, data, size) == 0);
	u = nt_unzip_open(fd, NULL);
	for (size_t i = 0; u != NULL && i < nt_unzip_count(u); i++) {
		nt_unzip_entry(u, i, &e);
		FUZZ_MUST(nt_member_name_check(e.name, NULL) == 0);
		FUZZ_MUST(nt_unzip_find(u, e.name, &e) == 1 && e.number == i);
		read_member(u, &e);
	}
	nt_unzip_close(u);
	close(fd);
	return 0;
}

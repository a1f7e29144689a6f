/*
 * Whatever the manifest says, an archive is read or refused: what comes out as
 * a whole stream is one that packs and unpacks to itself.  The input is a
 * manifest, of which the last line is made anew so that it tells the right
 * hash; the other members are always the same.
 */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "nt/archive.h"
#include "nt/crypto.h"
#include "nt/file.h"
#include "nt/tree.h"

static const char page[] = "{\"format\":1,\"page\":null,\"records\":[\n"
    "{\"id\":1,\"object\":\"page\"},\n{\"id\":2,\"object\":\"block\"}\n]}\n";
static const char metadata[] = "{\"format\":1,\"records\":[\n"
    "{\"id\":3,\"object\":\"user\"}\n],\"schemas\":[\n],\"source\":null}\n";

static void
add(struct nt_zip *z, const char *name, const void *p, size_t len)
{
	struct nt_buf b;

	nt_buf_init(&b, NT_MEMBER_MEMORY);
	nt_buf_add(&b, p, len);
	FUZZ_MUST(nt_zip_add(z, name, &b, NULL) == 0);
}

/* The manifest with a last line that fits, where it has one of ours. */
static void
add_sealed(struct nt_zip *z, const uint8_t *data, size_t size)
{
	static const char foot[] = "]}\n";
	const size_t len = sizeof foot - 1;
	char sha256[NT_SHA256_TEXT];
	struct nt_sha256 hash;
	struct nt_buf b;

	nt_buf_init(&b, NT_MEMBER_MEMORY);
	if (size >= len && memcmp(data + size - len, foot, len) == 0) {
		nt_sha256_init(&hash);
		nt_sha256_add(&hash, data, size - len);
		nt_sha256_hex(&hash, sha256);
		nt_buf_add(&b, data, size - len);
		nt_buf_fmt(&b, "],\"sha256\":\"%s\"}\n", sha256);
	} else {
		nt_buf_add(&b, data, size);
	}
	add(z, "manifest.json", b.p, b.len);
	nt_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = nt_file_temp(NULL), got = -1;
	struct nt_zip *z = nt_zip_new(fd);
	struct nt_unpacker *u;
	struct nt_str line;
	unsigned lines = 0;

	if (size > NT_MEMBER_MEMORY - 128)
		size = NT_MEMBER_MEMORY - 128;
	add(z, "blocks/a.blocks.json", page, sizeof page - 1);
	add(z, "metadata.json", metadata, sizeof metadata - 1);
	add_sealed(z, data, size);
	FUZZ_MUST(nt_zip_finish(z, NULL) == 0);
	nt_zip_free(z);
	if ((u = nt_unpacker_open(fd, NULL)) != NULL)
		while ((got = nt_unpacker_next(u, &line, NULL)) == 1) {
			FUZZ_MUST(memchr(line.p, '\n', line.len) == NULL);
			lines++;
		}
	/* All three records and at most two control records, or an error. */
	FUZZ_MUST(got == -1 || (lines >= 3 && lines <= 5));
	nt_unpacker_free(u);
	close(fd);
	return 0;
}

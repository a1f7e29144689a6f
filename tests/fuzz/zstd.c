/*
 * Whatever the bytes are, a frame is unpacked within its limit or refused; and
 * what comes out packs and unpacks to itself, with a prefix and without.
 */
#include <string.h>

#include "fuzz.h"
#include "nt/zstd.h"

#define CONTENT_MAX 100000

static void
there_and_back(struct nt_zstd *z, struct nt_str content, struct nt_str prefix)
{
	struct nt_buf frame, back;

	nt_buf_init(&frame, NT_BUF_MAX);
	nt_buf_init(&back, CONTENT_MAX);
	FUZZ_MUST(nt_zstd_pack(z, &frame, content, prefix, NT_ZSTD_LEVEL,
	    NULL) == 0);
	FUZZ_MUST(nt_zstd_unpack(z, &back, nt_buf_view(&frame), prefix,
	    CONTENT_MAX, NULL) == 0);
	FUZZ_MUST(nt_str_eq(nt_buf_view(&back), content));
	nt_buf_free(&frame);
	nt_buf_free(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_str frame = { (const char *)data, size };
	struct nt_str none = { NULL, 0 };
	struct nt_zstd *z = nt_zstd_new();
	struct nt_buf out;

	nt_buf_init(&out, CONTENT_MAX);
	if (nt_zstd_unpack(z, &out, frame, none, CONTENT_MAX, NULL) == 0) {
		there_and_back(z, nt_buf_view(&out), none);
		there_and_back(z, nt_buf_view(&out), frame);
	} else {
		FUZZ_MUST(out.len == 0 && !out.full);
	}
	nt_buf_free(&out);
	nt_zstd_free(z);
	return 0;
}

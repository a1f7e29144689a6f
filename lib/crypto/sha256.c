#include "nt/crypto.h"

#include <string.h>

#include <gcrypt.h>

#include "internal.h"
#include "nt/mem.h"

static gcry_md_hd_t
handle(const struct nt_sha256 *h)
{
	return h->state;
}

/* SHA-256 is always there: only memory can be missing. */
void
nt_sha256_init(struct nt_sha256 *h)
{
	gcry_md_hd_t state;

	start_library();
	if (gcry_md_open(&state, GCRY_MD_SHA256, 0) != 0)
		nt_out_of_memory();
	h->state = state;
}

void
nt_sha256_add(struct nt_sha256 *h, const void *p, size_t len)
{
	gcry_md_write(handle(h), p, len);
}

void
nt_sha256_copy(struct nt_sha256 *to, const struct nt_sha256 *from)
{
	gcry_md_hd_t state;

	if (gcry_md_copy(&state, handle(from)) != 0)
		nt_out_of_memory();
	to->state = state;
}

void
nt_sha256_done(struct nt_sha256 *h, uint8_t out[NT_SHA256_BYTES])
{
	memcpy(out, gcry_md_read(handle(h), GCRY_MD_SHA256), NT_SHA256_BYTES);
	nt_sha256_free(h);
}

void
nt_sha256_hex(struct nt_sha256 *h, char hex[NT_SHA256_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t sum[NT_SHA256_BYTES];

	nt_sha256_done(h, sum);
	for (size_t i = 0; i < sizeof sum; i++) {
		hex[2 * i] = digits[sum[i] >> 4];
		hex[2 * i + 1] = digits[sum[i] & 15];
	}
	hex[NT_SHA256_TEXT - 1] = '\0';
}

void
nt_sha256_free(struct nt_sha256 *h)
{
	gcry_md_close(handle(h));
	h->state = NULL;
}

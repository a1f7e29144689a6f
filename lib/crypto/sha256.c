#include "nt/crypto.h"

#include <pthread.h>
#include <string.h>

#include <gcrypt.h>

#include "nt/mem.h"

static pthread_once_t ready = PTHREAD_ONCE_INIT;

/* The library wants to be told that no memory has to be kept from the disk. */
static void
start_library(void)
{
	gcry_check_version(NULL);
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

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

	pthread_once(&ready, start_library);
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

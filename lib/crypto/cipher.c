#include "nt/crypto.h"

#include <assert.h>

#include <gcrypt.h>

#include "internal.h"

static gcry_cipher_hd_t
handle(const struct nt_cipher *c)
{
	return c->state;
}

static int
refused(struct nt_err *err)
{
	return nt_err_set(err, NT_SYS, "libgcrypt gives no ChaCha20-Poly1305 "
	    "on this system");
}

int
nt_cipher_init(struct nt_cipher *c, const uint8_t key[NT_CIPHER_KEY],
    struct nt_err *err)
{
	gcry_cipher_hd_t state;

	start_library();
	if (gcry_cipher_open(&state, GCRY_CIPHER_CHACHA20,
	    GCRY_CIPHER_MODE_POLY1305, 0) != 0)
		return refused(err);
	if (gcry_cipher_setkey(state, key, NT_CIPHER_KEY) != 0) {
		gcry_cipher_close(state);
		return refused(err);
	}
	c->state = state;
	return 0;
}

void
nt_cipher_free(struct nt_cipher *c)
{
	gcry_cipher_close(handle(c));
}

/* With a right key nothing can fail but what we hand over. */
static void
must(gcry_error_t failed)
{
	assert(failed == 0);
	(void)failed;
}

void
nt_cipher_seal(struct nt_cipher *c, const uint8_t nonce[NT_CIPHER_NONCE],
    uint8_t *p, size_t len)
{
	must(gcry_cipher_setiv(handle(c), nonce, NT_CIPHER_NONCE));
	must(gcry_cipher_encrypt(handle(c), p, len, NULL, 0));
	must(gcry_cipher_gettag(handle(c), p + len, NT_CIPHER_TAG));
}

int
nt_cipher_open(struct nt_cipher *c, const uint8_t nonce[NT_CIPHER_NONCE],
    uint8_t *p, size_t len)
{
	must(gcry_cipher_setiv(handle(c), nonce, NT_CIPHER_NONCE));
	must(gcry_cipher_decrypt(handle(c), p, len, NULL, 0));
	if (gcry_cipher_checktag(handle(c), p + len, NT_CIPHER_TAG) == 0)
		return 0;
	/* The same stream of bits takes it back. */
	must(gcry_cipher_setiv(handle(c), nonce, NT_CIPHER_NONCE));
	must(gcry_cipher_encrypt(handle(c), p, len, NULL, 0));
	return -1;
}

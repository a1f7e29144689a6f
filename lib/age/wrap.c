/* The file key as each reader of a file finds it. */
#include "internal.h"

#include <string.h>

#include <sodium.h>

#define X25519_INFO VERSION_LINE "/X25519"
#define SCRYPT_SALT VERSION_LINE "/scrypt"
#define SCRYPT_WORK 18			/* of what we write, as age does */
#define SCRYPT_R 8
#define SCRYPT_P 1

/* A wrapping key is used once, so its nonce is always the same. */
static const uint8_t no_nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

static void
wrap(uint8_t wrapped[WRAPPED], const uint8_t key[KEY],
    const uint8_t file_key[FILE_KEY])
{
	crypto_aead_chacha20poly1305_ietf_encrypt(wrapped, NULL, file_key,
	    FILE_KEY, NULL, 0, NULL, no_nonce, key);
}

/* 0, or -1: it was wrapped by another key. */
static int
unwrap_with(uint8_t file_key[FILE_KEY], const uint8_t key[KEY],
    const uint8_t wrapped[WRAPPED])
{
	return crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL,
	    wrapped, WRAPPED, NULL, 0, no_nonce, key);
}

/* ---- X25519 ---- */

/*
 * The wrapping key of two that know one secret and two public keys: 0, or -1
 * if a public key is one of those that make the secret known to all.
 */
static int
agree(uint8_t key[KEY], const uint8_t secret[KEY], const uint8_t theirs[KEY],
    const uint8_t share[KEY], const uint8_t recipient[KEY])
{
	uint8_t shared[KEY], salt[2 * KEY];
	int got = crypto_scalarmult_curve25519(shared, secret, theirs);

	memcpy(salt, share, KEY);
	memcpy(salt + KEY, recipient, KEY);
	if (got == 0)
		derive(key, (struct nt_str){ (const char *)shared, KEY },
		    (struct nt_str){ (const char *)salt, sizeof salt },
		    X25519_INFO);
	sodium_memzero(shared, sizeof shared);
	return got;
}

int
wrap_x25519(struct x25519 *x, const uint8_t recipient[KEY],
    const uint8_t file_key[FILE_KEY], struct nt_err *err)
{
	uint8_t secret[KEY], key[KEY];
	int got;

	randombytes_buf(secret, sizeof secret);
	crypto_scalarmult_curve25519_base(x->share, secret);
	got = agree(key, secret, recipient, x->share, recipient);
	if (got == 0)
		wrap(x->wrapped, key, file_key);
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(key, sizeof key);
	return got == 0 ? 0 : nt_err_set(err, NT_DATA, "a recipient is a weak "
	    "key, which hides nothing");
}

/* 1 if the identity fits, 0 if not, or -1. */
static int
try_identity(uint8_t file_key[FILE_KEY], const struct x25519 *x,
    const struct nt_age_keys *k, size_t n, struct nt_err *err)
{
	uint8_t key[KEY];
	int got;

	if (agree(key, k->identity[n], x->share, x->share,
	    k->public[n]) != 0)
		return nt_err_set(err, NT_DAMAGED, "header: X25519 with a "
		    "weak key");
	got = unwrap_with(file_key, key, x->wrapped) == 0;
	sodium_memzero(key, sizeof key);
	return got;
}

static int
unwrap_x25519(uint8_t file_key[FILE_KEY], const struct header *h,
    const struct nt_age_keys *k, struct nt_err *err)
{
	const struct x25519 *x = (const void *)h->x25519.p;
	size_t count = h->x25519.len / sizeof *x;
	int got;

	for (size_t n = 0; n < k->identities; n++)
		for (size_t i = 0; i < count; i++)
			if ((got = try_identity(file_key, &x[i], k, n,
			    err)) != 0)
				return got == 1 ? 0 : -1;
	return nt_err_set(err, NT_DENIED, k->identities == 0 ?
	    "it is encrypted to recipients, expected one of their identities" :
	    "no identity matches: it is encrypted to other recipients");
}

/* ---- scrypt ---- */

/* The wrapping key of a passphrase. */
static int
stretch(uint8_t key[KEY], const struct scrypt *s, const char *passphrase,
    struct nt_err *err)
{
	static const char label[] = SCRYPT_SALT;
	uint8_t salt[sizeof label - 1 + SALT];

	memcpy(salt, label, sizeof label - 1);
	memcpy(salt + sizeof label - 1, s->salt, SALT);
	if (crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *)passphrase,
	    strlen(passphrase), salt, sizeof salt, (uint64_t)1 << s->work,
	    SCRYPT_R, SCRYPT_P, key, KEY) == 0)
		return 0;
	return nt_err_set(err, NT_SYS, "the passphrase needs %ju KiB of "
	    "memory, which are not to be had",
	    (uintmax_t)SCRYPT_R * 128 / 1024 << s->work);
}

int
wrap_scrypt(struct scrypt *s, const char *passphrase,
    const uint8_t file_key[FILE_KEY], struct nt_err *err)
{
	uint8_t key[KEY];

	s->work = SCRYPT_WORK;
	randombytes_buf(s->salt, sizeof s->salt);
	if (stretch(key, s, passphrase, err) == -1)
		return -1;
	wrap(s->wrapped, key, file_key);
	sodium_memzero(key, sizeof key);
	return 0;
}

static int
unwrap_scrypt(uint8_t file_key[FILE_KEY], const struct header *h,
    const char *passphrase, struct nt_err *err)
{
	uint8_t key[KEY];
	int got;

	if (stretch(key, &h->scrypt, passphrase, err) == -1)
		return -1;
	got = unwrap_with(file_key, key, h->scrypt.wrapped);
	sodium_memzero(key, sizeof key);
	return got == 0 ? 0 :
	    nt_err_set(err, NT_DENIED, "the passphrase does not match");
}

/* ---- either ---- */

int
unwrap(uint8_t file_key[FILE_KEY], const struct header *h,
    struct nt_age_keys *k, const char *file, struct nt_err *err)
{
	uint8_t mac[KEY];
	int got;

	if (!h->passphrase)
		got = unwrap_x25519(file_key, h, k, err);
	else if ((got = keys_ask(k, file, err)) == 0)
		got = unwrap_scrypt(file_key, h, k->passphrase, err);
	if (got == -1)
		return -1;
	derive_mac(mac, file_key, nt_buf_view(&h->text));
	return sodium_memcmp(mac, h->mac, KEY) == 0 ? 0 : nt_err_set(err,
	    NT_DAMAGED, "header: it was changed, its MAC is not the right one");
}

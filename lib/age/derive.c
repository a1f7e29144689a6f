/* HKDF (RFC 5869) with SHA-256, which libsodium 1.0.18 has no call for. */
#include "internal.h"

#include <string.h>

#include <sodium.h>

#define HEADER_INFO "header"
#define PAYLOAD_INFO "payload"

static void
hmac(uint8_t out[KEY], struct nt_str key, const void *first, size_t first_len,
    struct nt_str second)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const uint8_t *)key.p, key.len);
	crypto_auth_hmacsha256_update(&state, first, first_len);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)second.p,
	    second.len);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof state);
}

/* One block of output is all that anybody here needs. */
void
derive(uint8_t out[KEY], struct nt_str from, struct nt_str salt,
    const char *info)
{
	uint8_t extracted[KEY];

	hmac(extracted, salt, from.p, from.len, NT_STR(""));
	hmac(out, (struct nt_str){ (const char *)extracted, KEY }, info,
	    strlen(info), NT_STR("\001"));
	sodium_memzero(extracted, sizeof extracted);
}

void
derive_mac(uint8_t mac[KEY], const uint8_t file_key[FILE_KEY],
    struct nt_str text)
{
	uint8_t key[KEY];

	derive(key, (struct nt_str){ (const char *)file_key, FILE_KEY },
	    NT_STR(""), HEADER_INFO);
	hmac(mac, (struct nt_str){ (const char *)key, KEY }, text.p, text.len,
	    NT_STR(""));
	sodium_memzero(key, sizeof key);
}

void
derive_payload(uint8_t key[KEY], const uint8_t file_key[FILE_KEY],
    const uint8_t nonce[NONCE])
{
	derive(key, (struct nt_str){ (const char *)file_key, FILE_KEY },
	    (struct nt_str){ (const char *)nonce, NONCE }, PAYLOAD_INFO);
}

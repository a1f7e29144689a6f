/*
 * crypto: SHA-256 of the examples in FIPS 180-4, of pieces, of long texts; what
 * is sealed against another library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "nt/crypto.h"

static void
hash(const char *p, size_t len, size_t piece, char hex[NT_SHA256_TEXT])
{
	struct nt_sha256 h;

	nt_sha256_init(&h);
	for (size_t i = 0; i < len; i += piece)
		nt_sha256_add(&h, p + i, len - i < piece ? len - i : piece);
	nt_sha256_hex(&h, hex);
}

static void
known_answers(void **state)
{
	static const struct { const char *text, *hex; } cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb924"
		    "27ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1" },
	};
	char hex[NT_SHA256_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		hash(cases[i].text, strlen(cases[i].text), 64, hex);
		assert_string_equal(hex, cases[i].hex);
	}
}

static void
pieces_do_not_matter(void **state)
{
	char whole[NT_SHA256_TEXT], pieces[NT_SHA256_TEXT], text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 7);
	hash(text, sizeof text, sizeof text, whole);
	for (size_t piece = 1; piece < 200; piece++) {
		hash(text, sizeof text, piece, pieces);
		assert_string_equal(pieces, whole);
	}
}

/* A million times "a", as NIST gives it, in pieces long and short. */
static void
a_long_text(void **state)
{
	static const size_t pieces[] = { 1000000, 16384, 16383, 16385, 20001,
	    65536, 100, 99999 };
	static char text[1000000];
	char hex[NT_SHA256_TEXT];

	(void)state;
	memset(text, 'a', sizeof text);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		hash(text, sizeof text, pieces[i], hex);
		assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
		    "f1809a48a497200e046d39ccc7112cd0");
	}
}

/* Bytes that do not begin at a block's edge, many at once and few. */
static void
long_and_short_pieces_agree(void **state)
{
	static uint8_t text[70000];
	char longer[NT_SHA256_TEXT], shorter[NT_SHA256_TEXT];
	struct nt_sha256 h;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (uint8_t)(i * i >> 5 ^ i);
	for (size_t first = 0; first < 130; first++) {
		size_t len = sizeof text - 3 * first;

		nt_sha256_init(&h);
		nt_sha256_add(&h, text, first);
		nt_sha256_add(&h, text + first, len - first);
		nt_sha256_hex(&h, longer);
		hash((const char *)text, len, 1000, shorter);
		assert_string_equal(longer, shorter);
	}
}

static void
a_hash_is_copied_and_freed(void **state)
{
	uint8_t first[NT_SHA256_BYTES], second[NT_SHA256_BYTES];
	struct nt_sha256 h, other;

	(void)state;
	nt_sha256_init(&h);
	nt_sha256_add(&h, "abc", 3);
	nt_sha256_done(&h, first);
	nt_sha256_init(&h);
	nt_sha256_add(&h, NULL, 0);
	nt_sha256_add(&h, "ab", 2);
	nt_sha256_copy(&other, &h);
	nt_sha256_add(&h, "x", 1);
	nt_sha256_free(&h);
	nt_sha256_free(&h);
	nt_sha256_add(&other, "c", 1);
	nt_sha256_done(&other, second);
	assert_memory_equal(first, second, sizeof first);
}

#define SEAL_MAX 65536

static void
seals_as_others_do_and_opens_nothing_else(void **state)
{
	static const size_t sizes[] = { 0, 1, 15, 64, 4096, SEAL_MAX };
	static uint8_t ours[SEAL_MAX + NT_CIPHER_TAG];
	static uint8_t theirs[sizeof ours], plain[SEAL_MAX];
	uint8_t key[NT_CIPHER_KEY], nonce[NT_CIPHER_NONCE];
	struct nt_cipher c;

	(void)state;
	assert_int_not_equal(sodium_init(), -1);
	memset(key, 7, sizeof key);
	assert_int_equal(nt_cipher_init(&c, key, NULL), 0);
	for (size_t i = 0; i < sizeof plain; i++)
		plain[i] = (uint8_t)(i * 31 >> 3);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		size_t len = sizes[i], all = len + NT_CIPHER_TAG;

		memset(nonce, (int)i, sizeof nonce);
		memcpy(ours, plain, len);
		nt_cipher_seal(&c, nonce, ours, len);
		crypto_aead_chacha20poly1305_ietf_encrypt(theirs, NULL, plain,
		    len, NULL, 0, NULL, nonce, key);
		assert_memory_equal(ours, theirs, all);
		for (size_t at = 0; at < all; at += 1 + all / 40) {
			ours[at] ^= 1;
			assert_int_equal(nt_cipher_open(&c, nonce, ours, len),
			    -1);
			ours[at] ^= 1;
			assert_memory_equal(ours, theirs, all);
		}
		assert_int_equal(nt_cipher_open(&c, nonce, ours, len), 0);
		assert_memory_equal(ours, plain, len);
	}
	nt_cipher_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(pieces_do_not_matter),
		cmocka_unit_test(a_long_text),
		cmocka_unit_test(long_and_short_pieces_agree),
		cmocka_unit_test(a_hash_is_copied_and_freed),
		cmocka_unit_test(seals_as_others_do_and_opens_nothing_else),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

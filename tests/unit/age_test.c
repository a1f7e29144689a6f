/*
 * age: keys and their files, what comes back, and what nobody may change, drop
 * or cut off without its being found.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "nt/age.h"
#include "nt/file.h"
#include "nt/mem.h"

/* A sanitized program takes ten times as long and looks at fewer bytes. */
#if defined __SANITIZE_ADDRESS__
#define STEP 7
#else
#define STEP 1
#endif

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define CHUNK 65536
#define SEALED (CHUNK + 16)

/* Keys of age-keygen 1.1.1, for tests alone, and what age made for both. */
#define PUBLIC_1 \
	"age174qx8pkv8atsuf5h5u0fj08kw28j80ax2y5tupmenymxda60a56sdvuvp3"
#define SECRET_1 "AGE-SECRET-KEY-" \
	"1G2UKHMKDLLP3DCNWMJL6TR4DYSNH86T6THE77A5SJ3RWGMKYV59QD7RPJU"
#define PUBLIC_2 \
	"age18h7nf3ewvsnpall9d6lmx8l3a4hc3cjgwddu8gcd8lp9h5dn6uls949m7d"
#define SECRET_2 "AGE-SECRET-KEY-" \
	"12CT8YD36L7YVQWMPY7TA877564WPGETQGZK7PFSZUJZAGFGMTC3S2P9J3X"
#define WEAK \
	"age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"
#define OF_AGE_TEXT "The garden is open.\n"
#define OF_AGE "-----BEGIN AGE ENCRYPTED FILE-----\n" \
	"YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBWZ1lrSDFFMnROWWhIRTM3\n" \
	"dnBQai9uWDZYazZsMFQ5Tk9USmVNM2k2WUJBCkw4ZWo5V0FCRTBieXRqU1BtV3I0\n" \
	"elluRlNRUVBuWkZkVFhyNVNYVTNKUFkKLT4gWDI1NTE5IDAvSlZaN0d0UmNGaUVD\n" \
	"bDd0TXFNRFV0Q2xFTkRPT1dJakE5Z0VlMUw3MkEKUEdHenZEU3c1UldqVE4rQ3M0\n" \
	"Y0RqMHJQOVU5QTgwUnAzeVpseGk1clBvRQotLS0gdW9LVUo3S2ljc0FBcEZGNW5Z\n" \
	"QkFhOGVHeHIzNzhiTTRjWXJRaEpxSXNlRQqkN4UfvZQqclxZgXtQJEsUSKhWwtU/\n" \
	"/A4E4Ov4e3nYrioHRGMPHuqy0CuQTgZDQ37fcdxL\n" \
	"-----END AGE ENCRYPTED FILE-----\n"

/* SECRET_1 behind the passphrase "horse", with less work than we would take. */
#define KEYS "-----BEGIN AGE ENCRYPTED FILE-----\n" \
	"YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBPY2NuTGl2K2ZKZFduL1VP\n" \
	"MzNaNmZRIDEwCmhjSGdzYVY4dFFyZHpKNlRJSkxjWmVRUGN1WTlaalE4L2locTFL\n" \
	"UDJSQk0KLS0tIFlEalVzK1JWMG10VTZ4V001R29DZXVMYm4zNWQ3clUvMGtYQTNS\n" \
	"N2FSNlkKdzvOlmpF+YMy32xgZovleB5AOSYJuwNiOOtQoQ8GhjEkC9aIFUkb3GFb\n" \
	"8acJIN18qmKslnUhyp3+fNDDBO0nO44wMwrtOYEp0+UO2CaiehyLwH/4jQ8w/MsW\n" \
	"zoqbRiEYgY8/ihs1ErGhWh0=\n" \
	"-----END AGE ENCRYPTED FILE-----\n"

/* ---- helpers ---- */

static int
no_passphrase(void *arg, const char *file, char *text, struct nt_err *err)
{
	(void)arg;
	(void)file;
	(void)text;
	return nt_err_set(err, NT_DATA, "nobody is asked here");
}

static int
give_passphrase(void *arg, const char *file, char *text, struct nt_err *err)
{
	(void)file;
	(void)err;
	snprintf(text, NT_AGE_PASSPHRASE_MAX, "%s", (const char *)arg);
	return 0;
}

static struct nt_age_keys *
no_keys(void)
{
	struct nt_age_ask ask = { no_passphrase, NULL };
	struct nt_age_keys *k = nt_age_keys_new(ask, NULL);

	assert_non_null(k);
	return k;
}

/* A file with that content, open; *path lasts until the next call. */
static int
file_of(const void *p, size_t len, const char **path)
{
	static char name[40];
	int fd = nt_file_temp(NULL);

	assert_true(fd != -1);
	assert_int_equal(nt_write_all(fd, p, len), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	snprintf(name, sizeof name, "/dev/fd/%d", fd);
	*path = name;
	return fd;
}

static int
add_identities(struct nt_age_keys *k, const char *text, size_t len,
    struct nt_err *err)
{
	const char *path;
	int fd = file_of(text, len, &path);
	int got = nt_age_identities(k, path, err);

	close(fd);
	return got;
}

static struct nt_age_keys *
recipient_keys(const char *recipient)
{
	struct nt_age_keys *k = no_keys();

	assert_int_equal(nt_age_recipient(k, recipient, NULL), 0);
	return k;
}

static struct nt_age_keys *
identity_keys(const char *identity)
{
	struct nt_age_keys *k = no_keys();

	assert_int_equal(add_identities(k, identity, strlen(identity), NULL),
	    0);
	return k;
}

enum way { ENCRYPT, ARMOR, DECRYPT };

/* Puts what comes out into out, also where it fails. */
static int
convert(struct nt_age_keys *k, enum way way, const void *p, size_t len,
    struct nt_buf *out, struct nt_err *err)
{
	const char *path;
	struct nt_age_files f = { .in = file_of(p, len, &path),
	    .in_name = "in", .out = nt_file_temp(NULL), .out_name = "out" };
	off_t size;
	int got = way == DECRYPT ? nt_age_decrypt(k, &f, err) :
	    nt_age_encrypt(k, &f, way == ARMOR, err);

	nt_buf_clear(out);
	assert_true(nt_file_regular(f.out, &size));
	if (size > 0) {
		char *to = nt_buf_reserve(out, (size_t)size);

		assert_int_equal(nt_pread_all(f.out, to, (size_t)size, 0), 0);
		nt_buf_grew(out, (size_t)size);
	}
	close(f.in);
	close(f.out);
	return got;
}

/* Bytes of which no two places look alike. */
static void
fill(struct nt_buf *b, size_t len)
{
	uint32_t x = 1;

	nt_buf_clear(b);
	while (b->len < len) {
		x = x * 1664525u + 1013904223u;
		nt_buf_char(b, (char)(x >> 24));
	}
}

/* What three buffers most tests need, and the keys of two sides. */
struct world {
	struct nt_age_keys *to, *from;
	struct nt_buf plain, sealed, back;
};

static int
set_up(void **state)
{
	struct world *w = nt_alloc(sizeof *w);

	w->to = recipient_keys(PUBLIC_1);
	w->from = identity_keys(SECRET_1);
	nt_buf_init(&w->plain, NT_BUF_MAX);
	nt_buf_init(&w->sealed, NT_BUF_MAX);
	nt_buf_init(&w->back, NT_BUF_MAX);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	nt_age_keys_free(w->to);
	nt_age_keys_free(w->from);
	nt_buf_free(&w->plain);
	nt_buf_free(&w->sealed);
	nt_buf_free(&w->back);
	free(w);
	return 0;
}

static void
make(struct world *w, size_t len, enum way way)
{
	fill(&w->plain, len);
	assert_int_equal(convert(w->to, way, w->plain.p, len, &w->sealed,
	    NULL), 0);
}

/* Fails, and what came out is the beginning of the plain bytes. */
static void
must_fail(struct world *w, const char *p, size_t len, const char *why)
{
	struct nt_err err;

	assert_int_equal(convert(w->from, DECRYPT, p, len, &w->back, &err), -1);
	assert_true(w->back.len <= w->plain.len);
	assert_memory_equal(w->back.p, w->plain.p, w->back.len);
	if (strstr(err.text, why) == NULL)
		fail_msg("\"%s\", expected \"%s\"", err.text, why);
}

/* ---- keys ---- */

static void
keys_are_told_from_what_is_none(void **state)
{
	static const struct { const char *text, *why; } rows[] = {
		{ PUBLIC_1, NULL },
		{ "", "no key of age" },
		{ "age1", "mistyped" },
		{ "1qqqqqq", "no key of age" },
		{ "age174qx8pkv8atsuf5h5u0fj08kw28j80ax2y5tupmenymxda60a56"
		    "sdvuvp4", "mistyped" },			/* sum */
		{ "AGE174QX8PKV8ATSUF5H5U0FJ08KW28J80AX2Y5TUPMENYMXDA60A56"
		    "SDVUVP3", "no key of age" },		/* upper */
		{ "age174qx8pkv8atsuf5h5u0fj08kw28j80ax2y5tupmenymxda60a56"
		    "SDVUVP3", "mistyped" },			/* mixed */
		{ PUBLIC_1 " ", "mistyped" },
		{ " " PUBLIC_1, "no key of age" },
		/* The last five bits hold more than the last byte's. */
		{ "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
		    "qpfwgqrs", "mistyped" },
		/* A byte less, and one more, each with a right sum. */
		{ "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
		    "ar9jk6", "mistyped" },
		{ "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
		    "qqqqy6p66v", "mistyped" },
		{ "agee1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
		    "qqqk4zgdt", "no key of age" },
		{ "age1yubikey1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
		    "qqqqqqqqqqqjrljxx", "plugin" },
		{ "age1pq1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
		    "qqqqqfqj7ru", "post-quantum" },
		{ "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", "ssh key" },
		{ SECRET_1, "secret key" },
	};
	struct nt_age_keys *k = no_keys();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct nt_err err = { .text = "" };
		int got = nt_age_recipient(k, rows[i].text, &err);

		assert_int_equal(got, rows[i].why == NULL ? 0 : -1);
		if (got == -1 && strstr(err.text, rows[i].why) == NULL)
			fail_msg("%s: \"%s\"", rows[i].text, err.text);
		assert_null(strstr(err.text, &SECRET_1[20]));
	}
	nt_age_keys_free(k);
}

static void
files_of_keys_are_read_strictly(void **state)
{
	static const struct { const char *text, *why; } rows[] = {
		{ SECRET_1, NULL },
		{ "# a remark\n\n" SECRET_1 "\n\n# another", NULL },
		{ SECRET_1 "\r\n" SECRET_2 "\r\n", NULL },
		{ "", "no key in it" },
		{ "# a remark\n", "no key in it" },
		{ "# a remark\n" PUBLIC_1 "\n", "line 2: this is a recipient" },
		{ " " SECRET_1, "line 1: this is no key" },
		{ SECRET_1 "\nAGE-PLUGIN-YUBIKEY-1Q\n", "line 2: this is a "
		    "key of a plugin" },
		{ "AGE-SECRET-KEY-PQ-1QQ", "post-quantum" },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----", "ssh key" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct nt_age_keys *k = no_keys();
		struct nt_err err = { .text = "" };
		int got = add_identities(k, rows[i].text,
		    strlen(rows[i].text), &err);

		assert_int_equal(got, rows[i].why == NULL ? 0 : -1);
		if (got == -1 && strstr(err.text, rows[i].why) == NULL)
			fail_msg("%s: \"%s\"", rows[i].text, err.text);
		nt_age_keys_free(k);
	}
}

static void
a_secret_key_knows_its_public_one(void **state)
{
	struct nt_age_keys *k = identity_keys(SECRET_1 "\n" SECRET_2);
	struct nt_buf out;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	nt_age_recipients_of(k, &out);
	assert_string_equal(out.p, PUBLIC_1 "\n" PUBLIC_2 "\n");
	nt_buf_free(&out);
	nt_age_keys_free(k);
}

static void
new_keys_differ_and_fit_together(void **state)
{
	struct nt_age_key one, two;
	struct nt_age_keys *k;
	struct nt_buf out;

	(void)state;
	assert_int_equal(nt_age_key_new(&one, NULL), 0);
	assert_int_equal(nt_age_key_new(&two, NULL), 0);
	assert_string_not_equal(one.identity, two.identity);
	assert_int_equal(strlen(one.identity), NT_AGE_IDENTITY_TEXT - 1);
	assert_int_equal(strlen(one.recipient), NT_AGE_RECIPIENT_TEXT - 1);
	k = identity_keys(one.identity);
	nt_buf_init(&out, NT_BUF_MAX);
	nt_age_recipients_of(k, &out);
	nt_buf_cut(&out, out.len - 1);
	assert_string_equal(out.p, one.recipient);
	nt_buf_free(&out);
	nt_age_keys_free(k);
}

static void
no_more_keys_than_there_is_room_for(void **state)
{
	struct nt_age_keys *k = no_keys();
	struct nt_err err;

	(void)state;
	for (int i = 0; i < NT_AGE_KEYS_MAX; i++)
		assert_int_equal(nt_age_recipient(k, PUBLIC_1, NULL), 0);
	assert_int_equal(nt_age_recipient(k, PUBLIC_1, &err), -1);
	assert_int_equal(err.kind, NT_LIMIT);
	nt_age_keys_free(k);
}

/* The key of all zeros agrees on the same secret with everybody. */
static void
a_weak_key_is_no_recipient(void **state)
{
	struct world *w = *state;
	struct nt_age_keys *k = recipient_keys(WEAK);
	struct nt_err err;

	assert_int_equal(convert(k, ENCRYPT, "x", 1, &w->sealed, &err), -1);
	assert_non_null(strstr(err.text, "weak"));
	assert_int_equal(w->sealed.len, 0);
	nt_age_keys_free(k);
}

/* ---- there and back ---- */

static void
opens_what_age_made(void **state)
{
	static const char *const secrets[] = { SECRET_1, SECRET_2 };
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(secrets); i++) {
		struct nt_age_keys *k = identity_keys(secrets[i]);

		assert_int_equal(convert(k, DECRYPT, OF_AGE, sizeof OF_AGE - 1,
		    &w->back, NULL), 0);
		assert_string_equal(w->back.p, OF_AGE_TEXT);
		nt_age_keys_free(k);
	}
}

static void
what_was_encrypted_comes_back(void **state)
{
	static const size_t sizes[] = {
		0, 1, 15, 16, 47, 48, 49, CHUNK - 1, CHUNK, CHUNK + 1,
		2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK - 1,
		3 * CHUNK, 3 * CHUNK + 1, 4 * CHUNK, 5 * CHUNK + 77,
		40 * CHUNK
	};
	struct world *w = *state;

	for (enum way way = ENCRYPT; way <= ARMOR; way++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			make(w, sizes[i], way);
			assert_int_equal(convert(w->from, DECRYPT, w->sealed.p,
			    w->sealed.len, &w->back, NULL), 0);
			assert_int_equal(w->back.len, sizes[i]);
			assert_memory_equal(w->back.p, w->plain.p, sizes[i]);
		}
}

static void
no_two_files_are_alike(void **state)
{
	struct world *w = *state;
	struct nt_buf first;

	make(w, 100, ENCRYPT);
	nt_buf_init(&first, NT_BUF_MAX);
	nt_buf_add(&first, w->sealed.p, w->sealed.len);
	make(w, 100, ENCRYPT);
	assert_int_equal(first.len, w->sealed.len);
	assert_memory_not_equal(first.p + first.len - 132,
	    w->sealed.p + first.len - 132, 16);		/* the nonce */
	assert_memory_not_equal(first.p + first.len - 116,
	    w->sealed.p + first.len - 116, 116);	/* what is behind it */
	nt_buf_free(&first);
}

static void
each_recipient_opens_it_and_nobody_else(void **state)
{
	struct nt_age_keys *both = recipient_keys(PUBLIC_1);
	struct nt_age_keys *second = identity_keys(SECRET_2);
	struct world *w = *state;
	struct nt_err err;

	make(w, 10, ENCRYPT);
	assert_int_equal(convert(second, DECRYPT, w->sealed.p, w->sealed.len,
	    &w->back, &err), -1);
	assert_non_null(strstr(err.text, "no identity matches"));
	assert_int_equal(w->back.len, 0);

	assert_int_equal(nt_age_recipient(both, PUBLIC_2, NULL), 0);
	assert_int_equal(convert(both, ENCRYPT, w->plain.p, 10, &w->sealed,
	    NULL), 0);
	assert_int_equal(convert(second, DECRYPT, w->sealed.p, w->sealed.len,
	    &w->back, NULL), 0);
	assert_memory_equal(w->back.p, w->plain.p, 10);
	assert_int_equal(convert(w->from, DECRYPT, w->sealed.p, w->sealed.len,
	    &w->back, NULL), 0);
	nt_age_keys_free(both);
	nt_age_keys_free(second);
}

static void
the_right_passphrase_opens_it(void **state)
{
	static char right[] = "horse", none[] = "";
	struct nt_age_ask ask = { give_passphrase, right };
	struct nt_age_keys *k = nt_age_keys_new(ask, NULL);
	struct world *w = *state;
	struct nt_err err;

	assert_int_equal(convert(k, ENCRYPT, "hay", 3, &w->sealed, NULL), 0);
	assert_int_equal(convert(k, DECRYPT, w->sealed.p, w->sealed.len,
	    &w->back, NULL), 0);
	assert_string_equal(w->back.p, "hay");
	nt_age_keys_free(k);

	ask.arg = none;
	k = nt_age_keys_new(ask, NULL);
	assert_int_equal(convert(k, ENCRYPT, "hay", 3, &w->back, &err), -1);
	assert_non_null(strstr(err.text, "empty"));
	assert_int_equal(w->back.len, 0);
	nt_age_keys_free(k);
}

static void
encrypted_keys_are_asked_for(void **state)
{
	static char right[] = "horse", wrong[] = "Horse";
	struct nt_age_ask ask = { give_passphrase, right };
	struct nt_age_keys *k = nt_age_keys_new(ask, NULL);
	struct world *w = *state;
	struct nt_err err;
	char damaged[] = KEYS;

	assert_int_equal(add_identities(k, KEYS, sizeof KEYS - 1, NULL), 0);
	assert_int_equal(convert(k, DECRYPT, OF_AGE, sizeof OF_AGE - 1,
	    &w->back, NULL), 0);
	assert_string_equal(w->back.p, OF_AGE_TEXT);
	damaged[sizeof KEYS - 100] ^= 1;
	assert_int_equal(add_identities(k, damaged, sizeof KEYS - 1, &err),
	    -1);
	assert_non_null(strstr(err.text, "payload: it is damaged"));
	nt_age_keys_free(k);

	ask.arg = wrong;
	k = nt_age_keys_new(ask, NULL);
	assert_int_equal(add_identities(k, KEYS, sizeof KEYS - 1, &err), -1);
	assert_non_null(strstr(err.text, "passphrase does not match"));
	nt_age_keys_free(k);
	make(w, 10, ENCRYPT);
	assert_int_equal(add_identities(w->from, w->sealed.p, w->sealed.len,
	    &err), -1);
	assert_non_null(strstr(err.text, "to recipients"));
}

/* ---- what is no longer as it was ---- */

static void
each_bit_counts(void **state)
{
	struct world *w = *state;

	make(w, 40, ENCRYPT);
	for (size_t bit = 0; bit < w->sealed.len * 8; bit += STEP) {
		w->sealed.p[bit / 8] ^= (char)(1 << bit % 8);
		must_fail(w, w->sealed.p, w->sealed.len, "");
		assert_int_equal(w->back.len, 0);
		w->sealed.p[bit / 8] ^= (char)(1 << bit % 8);
	}
}

/* White space around an armor is free; else there is one way to write it. */
static void
each_bit_of_an_armor_counts(void **state)
{
	struct world *w = *state;

	make(w, 40, ARMOR);
	for (size_t bit = 0; bit < w->sealed.len * 8; bit += STEP) {
		w->sealed.p[bit / 8] ^= (char)(1 << bit % 8);
		if (bit / 8 + 1 < w->sealed.len)
			must_fail(w, w->sealed.p, w->sealed.len, "");
		w->sealed.p[bit / 8] ^= (char)(1 << bit % 8);
	}
}

static void
a_flip_in_a_later_chunk_stops_there(void **state)
{
	struct world *w = *state;
	size_t header;

	make(w, 5 * CHUNK + 100, ENCRYPT);
	header = w->sealed.len - 5 * SEALED - 116;
	for (size_t at = header; at < w->sealed.len; at += 20011) {
		w->sealed.p[at] ^= 4;
		must_fail(w, w->sealed.p, w->sealed.len, "is damaged");
		assert_int_equal(w->back.len, (at - header) / SEALED * CHUNK);
		w->sealed.p[at] ^= 4;
	}
}

static void
each_truncation_is_found(void **state)
{
	struct world *w = *state;

	for (enum way way = ENCRYPT; way <= ARMOR; way++) {
		make(w, 40, way);
		for (size_t len = 0; len < w->sealed.len - (way == ARMOR);
		    len++)
			must_fail(w, w->sealed.p, len, "");
	}
	make(w, 3 * CHUNK, ENCRYPT);
	for (size_t cut = 1; cut < 3; cut++) {
		must_fail(w, w->sealed.p, w->sealed.len - cut * SEALED,
		    "cut off");
		assert_int_equal(w->back.len, (3 - cut) * CHUNK);
		must_fail(w, w->sealed.p, w->sealed.len - cut * SEALED - 1,
		    "cut off");
		must_fail(w, w->sealed.p, w->sealed.len - cut * SEALED + 1,
		    "cut off");
	}
}

static void
what_follows_the_end_is_found(void **state)
{
	static const size_t sizes[] = { 0, 40, CHUNK, 2 * CHUNK };
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		make(w, sizes[i], ENCRYPT);
		nt_buf_char(&w->sealed, 'x');
		must_fail(w, w->sealed.p, w->sealed.len,
		    sizes[i] < CHUNK ? "is damaged" : "something follows");
	}
	make(w, 40, ARMOR);
	nt_buf_str(&w->sealed, " \t\r\n\n");
	assert_int_equal(convert(w->from, DECRYPT, w->sealed.p, w->sealed.len,
	    &w->back, NULL), 0);
	nt_buf_str(&w->sealed, "x");
	must_fail(w, w->sealed.p, w->sealed.len, "something follows");
}

/* Chunk i is put in the place of chunk to, or moved before it. */
static void
no_chunk_changes_its_place(void **state)
{
	struct world *w = *state;
	size_t header;

	make(w, 4 * CHUNK, ENCRYPT);
	header = w->sealed.len - 4 * SEALED;
	for (size_t i = 0; i < 4; i++)
		for (size_t to = 0; to < 4; to++) {
			char *chunks = w->sealed.p + header;
			char *kept;

			if (i == to)
				continue;
			kept = nt_strndup(chunks + to * SEALED, SEALED);
			memcpy(chunks + to * SEALED, chunks + i * SEALED,
			    SEALED);
			must_fail(w, w->sealed.p, w->sealed.len, "is damaged");
			assert_int_equal(w->back.len, to * CHUNK);
			memcpy(chunks + to * SEALED, kept, SEALED);
			free(kept);
		}
	memmove(w->sealed.p + header + SEALED,
	    w->sealed.p + header + 2 * SEALED, 2 * SEALED);
	must_fail(w, w->sealed.p, w->sealed.len - SEALED, "is damaged");
	assert_int_equal(w->back.len, CHUNK);
}

/* Lines of a header that is right but for one thing. */
static void
the_header_is_read_strictly(void **state)
{
	static const struct { const char *text, *why; } rows[] = {
		{ "", "line 1: expected \"age-encryption.org/v1\"" },
		{ "age-encryption.org/v1", "line 1: expected" },
		{ "age-encryption.org/v2\n", "line 1: expected" },
		{ "age-encryption.org/v1\n", "line 2: it is cut off" },
		{ "age-encryption.org/v1\n---\n", "line 2: expected \"-> \"" },
		{ "age-encryption.org/v1\n--- AA\n", "line 2: expected \"---" },
		{ "age-encryption.org/v1\n->\n\n", "line 2: expected \"-> \"" },
		{ "age-encryption.org/v1\n-> \n\n", "line 2: expected words" },
		{ "age-encryption.org/v1\n-> a  b\n\n", "line 2: expected w" },
		{ "age-encryption.org/v1\n-> a \n\n", "line 2: expected" },
		{ "age-encryption.org/v1\n-> a\tb\n\n", "line 2: expected w" },
		{ "age-encryption.org/v1\n-> a\n=\n", "line 3: expected up" },
		{ "age-encryption.org/v1\n-> a\nAB\n", "line 3: expected up" },
		{ "age-encryption.org/v1\n-> a\nAA==\n", "line 3: expected" },
		{ "age-encryption.org/v1\n-> a\n", "line 3: it is cut off" },
		{ "age-encryption.org/v1\n-> X25519 AA\n\n", "a key in b" },
		{ "age-encryption.org/v1\n-> scrypt AA 1\n\n", "a salt in" },
		{ "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 23"
		    "\n\n", "work factor is 23, expected at most 22" },
		{ "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 01"
		    "\n\n", "expected a work factor" },
		{ "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 1\n"
		    "AAAA\n", "has 3 bytes, expected 32" },
	};
	struct world *w = *state;

	fill(&w->plain, 0);
	for (size_t i = 0; i < COUNT(rows); i++)
		must_fail(w, rows[i].text, strlen(rows[i].text), rows[i].why);
}

static void
a_header_has_a_limit(void **state)
{
	struct world *w = *state;

	fill(&w->plain, 0);
	nt_buf_clear(&w->sealed);
	nt_buf_str(&w->sealed, "age-encryption.org/v1\n-> a ");
	while (w->sealed.len < 1 << 20)
		nt_buf_str(&w->sealed, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	must_fail(w, w->sealed.p, w->sealed.len, "is larger than");
}

/* ---- trouble ---- */

static int
stop_now(void)
{
	return 15;
}

static void
a_signal_stops_it(void **state)
{
	struct world *w = *state;
	struct nt_age_files f = { .in = open("/dev/zero", O_RDONLY),
	    .in_name = "zeros", .out = open("/dev/null", O_WRONLY),
	    .out_name = "nothing", .stop = stop_now };
	struct nt_err err;

	assert_int_equal(nt_age_encrypt(w->to, &f, 0, &err), -1);
	assert_non_null(strstr(err.text, "signal"));
	close(f.in);
	close(f.out);
}

static void
a_full_disk_stops_all_threads(void **state)
{
	struct world *w = *state;
	struct nt_age_files f = { .in = open("/dev/zero", O_RDONLY),
	    .in_name = "zeros", .out = open("/dev/full", O_WRONLY),
	    .out_name = "full" };
	struct nt_err err;

	assert_int_equal(nt_age_encrypt(w->to, &f, 0, &err), -1);
	assert_non_null(strstr(err.text, "cannot write full"));
	close(f.in);
	close(f.out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_told_from_what_is_none),
		cmocka_unit_test(files_of_keys_are_read_strictly),
		cmocka_unit_test(a_secret_key_knows_its_public_one),
		cmocka_unit_test(new_keys_differ_and_fit_together),
		cmocka_unit_test(no_more_keys_than_there_is_room_for),
		TEST(a_weak_key_is_no_recipient),
		TEST(opens_what_age_made),
		TEST(what_was_encrypted_comes_back),
		TEST(no_two_files_are_alike),
		TEST(each_recipient_opens_it_and_nobody_else),
		TEST(the_right_passphrase_opens_it),
		TEST(encrypted_keys_are_asked_for),
		TEST(each_bit_counts),
		TEST(each_bit_of_an_armor_counts),
		TEST(a_flip_in_a_later_chunk_stops_there),
		TEST(each_truncation_is_found),
		TEST(what_follows_the_end_is_found),
		TEST(no_chunk_changes_its_place),
		TEST(the_header_is_read_strictly),
		TEST(a_header_has_a_limit),
		TEST(a_signal_stops_it),
		TEST(a_full_disk_stops_all_threads),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

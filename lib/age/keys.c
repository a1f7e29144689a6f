#include "nt/age.h"

#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "armor.h"
#include "internal.h"
#include "nt/file.h"

#define RECIPIENT "age"
#define IDENTITY "AGE-SECRET-KEY-"
#define FILE_MAX ((size_t)256 << 10)	/* of a file with keys */

/* ---- a new key ---- */

static int
start_library(struct nt_err *err)
{
	return sodium_init() == -1 ? nt_err_set(err, NT_SYS,
	    "libsodium cannot start: the system gives no random bytes") : 0;
}

int
nt_age_key_new(struct nt_age_key *key, struct nt_err *err)
{
	uint8_t secret[KEY], public[KEY];

	if (start_library(err) == -1)
		return -1;
	randombytes_buf(secret, sizeof secret);
	crypto_scalarmult_curve25519_base(public, secret);
	bech32_encode(key->identity, IDENTITY, secret);
	bech32_encode(key->recipient, RECIPIENT, public);
	sodium_memzero(secret, sizeof secret);
	return 0;
}

/* ---- the keys of a call ---- */

struct nt_age_keys *
nt_age_keys_new(struct nt_age_ask ask, struct nt_err *err)
{
	struct nt_age_keys *k;

	if (start_library(err) == -1)
		return NULL;
	if ((k = sodium_malloc(sizeof *k)) == NULL)
		nt_out_of_memory();
	memset(k, 0, sizeof *k);
	k->ask = ask;
	return k;
}

void
nt_age_keys_free(struct nt_age_keys *k)
{
	sodium_free(k);
}

int
keys_ask(struct nt_age_keys *k, const char *file, struct nt_err *err)
{
	if (k->ask.passphrase(k->ask.arg, file, k->passphrase, err) == -1)
		return -1;
	return *k->passphrase != '\0' ? 0 :
	    nt_err_set(err, NT_DATA, "the passphrase is empty");
}

/* ---- a key ---- */

/* Says what it is instead; it may be a secret and is not quoted. */
static int
refuse(struct nt_str text, const char *prefix, const char *expected,
    struct nt_err *err)
{
	static const struct { const char *begin, *what; } others[] = {
		{ "ssh-", "an ssh key" },
		{ "ecdsa-", "an ssh key" },
		{ "sk-", "an ssh key" },
		{ "-----BEGIN OPENSSH", "an ssh key" },
		{ "-----BEGIN RSA", "an ssh key" },
		{ "age1pq1", "a post-quantum key, which is not supported" },
		{ "AGE-SECRET-KEY-PQ-1",
		    "a post-quantum key, which is not supported" },
		{ "AGE-PLUGIN-", "a key of a plugin, which is not supported" },
		{ "AGE-SECRET-KEY-1", "a secret key, or one mistyped" },
		{ "age1", "a recipient, or one mistyped" }
	};
	const char *what = "no key of age";

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strncmp(text.p, others[i].begin,
		    strlen(others[i].begin)) == 0) {
			what = others[i].what;
			break;
		}
	if (strncmp(prefix, "age1", 4) == 0 && strcmp(prefix, "age1pq") != 0)
		what = "a key of a plugin, which is not supported";
	return nt_err_set(err, NT_DATA, "this is %s, expected %s", what,
	    expected);
}

/* Reads a key with that prefix; text ends in a NUL. */
static int
read_key(struct nt_str text, const char *prefix, const char *expected,
    uint8_t key[KEY], struct nt_err *err)
{
	char have[BECH32_PREFIX_MAX + 1] = "";
	size_t len;

	if (bech32_decode(text, have, key, &len) == 0 && len == KEY &&
	    strcmp(have, prefix) == 0)
		return 0;
	return refuse(text, have, expected, err);
}

static int
check_room(size_t count, struct nt_err *err)
{
	return count < NT_AGE_KEYS_MAX ? 0 : nt_err_set(err, NT_LIMIT,
	    "more than %d keys are given", NT_AGE_KEYS_MAX);
}

static int
add_recipient(struct nt_age_keys *k, struct nt_str text, struct nt_err *err)
{
	if (check_room(k->recipients, err) == -1 || read_key(text, RECIPIENT,
	    "a recipient \"age1...\"", k->recipient[k->recipients], err) == -1)
		return -1;
	k->recipients++;
	return 0;
}

static int
add_identity(struct nt_age_keys *k, struct nt_str text, struct nt_err *err)
{
	size_t n = k->identities;

	if (check_room(n, err) == -1 || read_key(text, IDENTITY,
	    "an identity \"AGE-SECRET-KEY-1...\"", k->identity[n], err) == -1)
		return -1;
	crypto_scalarmult_curve25519_base(k->public[n], k->identity[n]);
	k->identities++;
	return 0;
}

int
nt_age_recipient(struct nt_age_keys *k, const char *text, struct nt_err *err)
{
	/* Who gives a secret key by mistake does not want it in a log, too. */
	return add_recipient(k, nt_str_of(text), err) == -1 ?
	    nt_err_at(err, "recipient %.12s...: ", text) : 0;
}

void
nt_age_recipients_of(const struct nt_age_keys *k, struct nt_buf *out)
{
	char text[NT_AGE_RECIPIENT_TEXT];

	for (size_t n = 0; n < k->identities; n++) {
		bech32_encode(text, RECIPIENT, k->public[n]);
		nt_buf_fmt(out, "%s\n", text);
	}
}

/* ---- a file of keys ---- */

typedef int add_key(struct nt_age_keys *k, struct nt_str text,
    struct nt_err *err);

/* Adds what stands in the lines of text, which has room behind its end. */
static int
add_lines(struct nt_age_keys *k, char *text, size_t len, add_key *add,
    struct nt_err *err)
{
	unsigned long number = 0;
	size_t before = k->recipients + k->identities;

	text[len] = '\0';
	for (char *line = text, *end; line < text + len; line = end + 1) {
		size_t n = strcspn(line, "\n");

		end = line + n;
		number++;
		if (n > 0 && line[n - 1] == '\r')
			n--;
		line[n] = '\0';
		if (n == 0 || *line == '#')
			continue;
		if (add(k, (struct nt_str){ line, n }, err) == -1)
			return nt_err_at(err, "line %lu: ", number);
	}
	return k->recipients + k->identities > before ? 0 :
	    nt_err_set(err, NT_DATA, "there is no key in it");
}

static ssize_t
slurp(const char *path, char *text, struct nt_err *err)
{
	int fd = nt_file_open(path, err);
	ssize_t len;

	if (fd == -1)
		return -1;
	len = nt_read_all(fd, text, FILE_MAX + 1);
	close(fd);
	if (len == -1)
		return nt_err_sys(err, "read", path);
	return (size_t)len <= FILE_MAX ? len : nt_err_set(err, NT_LIMIT,
	    "%s is larger than %zu bytes, expected keys", path, FILE_MAX);
}

/* 1 if the text is itself a file of this format. */
static int
is_encrypted(const char *text, size_t len)
{
	static const char *const begins[] = { VERSION_LINE "\n", ARMOR_BEGIN };

	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (len > strlen(begins[i]) &&
		    memcmp(text, begins[i], strlen(begins[i])) == 0)
			return 1;
	return 0;
}

/* Opens with a passphrase what in holds, to plain: its length, or -1. */
static ssize_t
open_keys(struct nt_age_keys *k, struct source *in, uint8_t plain[SEALED],
    struct nt_err *err)
{
	struct payload p = { .in = in };
	uint8_t file_key[FILE_KEY];
	struct header h;
	ssize_t len = -1;

	if (header_read(&h, in, err) == 0) {
		if (!h.passphrase)
			nt_err_set(err, NT_DATA, "these keys are encrypted to "
			    "recipients, expected a passphrase");
		else if (unwrap(file_key, &h, k, in->name, err) == 0 &&
		    payload_begin(&p, file_key, err) == 0)
			len = payload_open_small(&p, plain, err);
	}
	header_free(&h);
	sodium_memzero(file_key, sizeof file_key);
	sodium_memzero(p.key, sizeof p.key);
	return len;
}

/* The same in place. */
static ssize_t
open_text(struct nt_age_keys *k, const char *path, char *text, size_t len,
    struct nt_err *err)
{
	uint8_t *plain = sodium_malloc(SEALED);
	struct source in;
	ssize_t got = -1;

	if (plain == NULL)
		nt_out_of_memory();
	if (source_open_bytes(&in, (struct nt_str){ text, len }, path,
	    err) == 0)
		got = open_keys(k, &in, plain, err);
	if (got > 0)
		memcpy(text, plain, (size_t)got);
	sodium_free(plain);
	return got == -1 ? nt_err_at(err, "%s: ", path) : got;
}

static int
read_keys(struct nt_age_keys *k, const char *path, add_key *add,
    struct nt_err *err)
{
	char *text = sodium_malloc(FILE_MAX + 1);
	ssize_t len;
	int got = -1;

	if (text == NULL)
		nt_out_of_memory();
	len = slurp(path, text, err);
	if (len > 0 && add == add_identity && is_encrypted(text, (size_t)len))
		len = open_text(k, path, text, (size_t)len, err);
	if (len != -1 && (got = add_lines(k, text, (size_t)len, add,
	    err)) == -1)
		nt_err_at(err, "%s: ", path);
	sodium_free(text);
	return got;
}

int
nt_age_recipients(struct nt_age_keys *k, const char *path, struct nt_err *err)
{
	return read_keys(k, path, add_recipient, err);
}

int
nt_age_identities(struct nt_age_keys *k, const char *path, struct nt_err *err)
{
	return read_keys(k, path, add_identity, err);
}

/*
 * What the files of this room share.  A function without a word about it
 * returns 0, or -1 with *err filled.
 */
#ifndef NT_AGE_INTERNAL_H
#define NT_AGE_INTERNAL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nt/age.h"
#include "nt/buf.h"
#include "nt/err.h"
#include "nt/mem.h"

#define FILE_KEY 16		/* bytes of what all keys of a file come from */
#define KEY 32			/* of each other key, and of a MAC */
#define TAG 16			/* by which sealed bytes are longer */
#define WRAPPED (FILE_KEY + TAG)
#define NONCE 16		/* before the payload */
#define CHUNK ((size_t)65536)	/* of the payload */
#define SEALED (CHUNK + TAG)
#define COLUMNS 64		/* of base64 in a line */
#define COLUMNS_BYTES 48	/* that many hold */
#define VERSION_LINE "age-encryption.org/v1"

/* ---- bech32.c ---- */

#define BECH32_PREFIX_MAX 83

/*
 * Writes prefix, "1", the 32 bytes and a sum to text, which has room for all
 * and a NUL; in upper case if the prefix is.
 */
void bech32_encode(char *text, const char *prefix, const uint8_t key[KEY]);

/*
 * Reads what any such text holds: the prefix, as it is written, and up to KEY
 * bytes.  0, or -1: it is none, or its sum is wrong.
 */
int bech32_decode(struct nt_str text, char prefix[BECH32_PREFIX_MAX + 1],
    uint8_t key[KEY], size_t *len);

/* ---- base64.c ---- */

/*
 * Reads up to max bytes, how many is in *len: 0, or -1: it is no base64, or
 * could be written otherwise.
 */
int base64_read(struct nt_str text, int padded, uint8_t *p, size_t max,
    size_t *len);

/* ---- derive.c: one key from another ---- */

/* HKDF with SHA-256. */
void derive(uint8_t out[KEY], struct nt_str from, struct nt_str salt,
    const char *info);

/* The MAC of a header's text. */
void derive_mac(uint8_t mac[KEY], const uint8_t file_key[FILE_KEY],
    struct nt_str text);

/* The key of the payload behind that nonce. */
void derive_payload(uint8_t key[KEY], const uint8_t file_key[FILE_KEY],
    const uint8_t nonce[NONCE]);

/* ---- keys.c ---- */

struct nt_age_keys {
	struct nt_age_ask ask;
	size_t recipients, identities;
	uint8_t recipient[NT_AGE_KEYS_MAX][KEY];
	uint8_t identity[NT_AGE_KEYS_MAX][KEY];
	uint8_t public[NT_AGE_KEYS_MAX][KEY];	/* the identities' recipients */
	char passphrase[NT_AGE_PASSPHRASE_MAX];
};

/* Asks for the passphrase of file, or of the file itself if that is NULL. */
int keys_ask(struct nt_age_keys *k, const char *file, struct nt_err *err);

/* ---- source.c: bytes in, out of their armor if they wear one ---- */

struct source {
	int fd;			/* -1: all there is was given */
	const char *name;
	const uint8_t *raw;	/* bytes as they come: have, first unused */
	size_t have, first;
	uint8_t own[4096];
	int armored, over;	/* over: its last line was met */
	unsigned long line;	/* of the armor, the last one read */
	uint8_t plain[COLUMNS_BYTES];	/* of that line: the same */
	size_t plain_have, plain_first;
};

/* The bytes as they are. */
void source_open_plain(struct source *s, int fd, const char *name);

/* Looks at how the input begins, and whether that is an armor. */
int source_open(struct source *s, int fd, const char *name,
    struct nt_err *err);

/* The same over bytes that are lent until the last call. */
int source_open_bytes(struct source *s, struct nt_str bytes, const char *name,
    struct nt_err *err);

/* Reads until len bytes or the end: how many, or -1. */
ssize_t source_read(struct source *s, void *p, size_t len,
    struct nt_err *err);

/* 1 if there is more, 0 at the end, or -1. */
int source_more(struct source *s, struct nt_err *err);

/* ---- sink.c: bytes out, in an armor if they shall wear one ---- */

struct sink {
	int fd;
	const char *name;
	int armored;
	uint8_t rest[COLUMNS_BYTES];	/* not a whole line yet */
	size_t len;
};

int sink_open(struct sink *s, int fd, const char *name, int armor,
    struct nt_err *err);
int sink_put(struct sink *s, const void *p, size_t len, struct nt_err *err);

/* The end of the armor. */
int sink_end(struct sink *s, struct nt_err *err);

/* ---- header.c ---- */

/* A file key as it is wrapped for one recipient. */
struct x25519 {
	uint8_t share[KEY];
	uint8_t wrapped[WRAPPED];
};

#define SALT 16

struct scrypt {
	unsigned work;		/* 2^work rounds */
	uint8_t salt[SALT];
	uint8_t wrapped[WRAPPED];
};

struct header {
	struct nt_buf text;	/* what the MAC covers */
	struct nt_buf x25519;	/* structs, one behind the other */
	int passphrase;		/* 1: there is scrypt, and nothing else */
	struct scrypt scrypt;
	uint8_t mac[KEY];
};

/* Reads it; header_free() in any case. */
int header_read(struct header *h, struct source *in, struct nt_err *err);
void header_free(struct header *h);

/* Makes the text of one, up to what the MAC covers, then the MAC. */
void header_begin(struct nt_buf *text);
void header_x25519(struct nt_buf *text, const struct x25519 *x);
void header_scrypt(struct nt_buf *text, const struct scrypt *s);
void header_end(struct nt_buf *text, const uint8_t file_key[FILE_KEY]);

/* ---- wrap.c: the file key for its readers, and back ---- */

int wrap_x25519(struct x25519 *x, const uint8_t recipient[KEY],
    const uint8_t file_key[FILE_KEY], struct nt_err *err);
int wrap_scrypt(struct scrypt *s, const char *passphrase,
    const uint8_t file_key[FILE_KEY], struct nt_err *err);

/* The file key of a header whose MAC is right. */
int unwrap(uint8_t file_key[FILE_KEY], const struct header *h,
    struct nt_age_keys *k, const char *file, struct nt_err *err);

/* ---- payload.c ---- */

/* What a payload is between, and its key, which the caller wipes. */
struct payload {
	struct source *in;
	struct sink *out;
	int (*stop)(void);
	uint8_t key[KEY];
};

/* Reads the nonce, from which and the file key the key comes. */
int payload_begin(struct payload *p, const uint8_t file_key[FILE_KEY],
    struct nt_err *err);

/* From the input's next byte to its end. */
int payload_seal(struct payload *p, struct nt_err *err);
int payload_open(struct payload *p, struct nt_err *err);

/* Opens one of one chunk to plain: how many bytes are there then, or -1. */
ssize_t payload_open_small(struct payload *p, uint8_t plain[SEALED],
    struct nt_err *err);

#endif

/*
 * age - files that only the holder of a key can read: the age format,
 * version 1, https://age-encryption.org/v1.
 *
 * Calls crypto and base.  Libsodium computes, crypto seals.  A file is
 * encrypted to recipients, which are X25519 keys, or with one passphrase; of a
 * foreign file recipients of other kinds are passed over.  Sizes are bytes.
 * The keys and the passphrase that are given stand in memory that is not
 * swapped out; they and all that is made of them are wiped.  Who calls with a
 * passphrase needs 256 MiB for a second.  On -1, *err says why; nothing here
 * prints.
 */
#ifndef NT_AGE_H
#define NT_AGE_H

#include <stddef.h>

#include "nt/buf.h"
#include "nt/err.h"

#define NT_AGE_KEYS_MAX 1024		/* recipients, and identities */
#define NT_AGE_PASSPHRASE_MAX 1024	/* its NUL included */

/* ---- a new key ---- */

#define NT_AGE_RECIPIENT_TEXT 63	/* "age1…" and a NUL */
#define NT_AGE_IDENTITY_TEXT 75		/* "AGE-SECRET-KEY-1…" and a NUL */

struct nt_age_key {
	char recipient[NT_AGE_RECIPIENT_TEXT];	/* for everybody to know */
	char identity[NT_AGE_IDENTITY_TEXT];	/* the secret: nt_wipe() it */
};

int nt_age_key_new(struct nt_age_key *key, struct nt_err *err);

/* ---- the keys of a call ---- */

struct nt_age_keys;

/* How a passphrase is had, when it turns out that one is needed. */
struct nt_age_ask {
	/*
	 * Writes it to text; file is the identity file that it opens, NULL for
	 * the file itself.  0, or -1.
	 */
	int (*passphrase)(void *arg, const char *file,
	    char text[NT_AGE_PASSPHRASE_MAX], struct nt_err *err);
	void *arg;
};

/* No keys yet; NULL if libsodium cannot start. */
struct nt_age_keys *nt_age_keys_new(struct nt_age_ask ask, struct nt_err *err);

/* Adds the recipient "age1…". */
int nt_age_recipient(struct nt_age_keys *k, const char *text,
    struct nt_err *err);

/*
 * Adds those of a file, one a line; empty lines and what begins with "#" are
 * passed over.  A file without any is refused.
 */
int nt_age_recipients(struct nt_age_keys *k, const char *path,
    struct nt_err *err);

/*
 * Adds the identities "AGE-SECRET-KEY-1…" of a file, in the same way.  The file
 * may be encrypted with a passphrase, which is asked for.
 */
int nt_age_identities(struct nt_age_keys *k, const char *path,
    struct nt_err *err);

/* Appends the recipient of each identity, a line each. */
void nt_age_recipients_of(const struct nt_age_keys *k, struct nt_buf *out);

/* Wipes and frees; NULL is allowed. */
void nt_age_keys_free(struct nt_age_keys *k);

/* ---- files ---- */

/* Where the bytes come from and go to; the descriptors stay the caller's. */
struct nt_age_files {
	int in, out;
	const char *in_name, *out_name;	/* for messages */
	int (*stop)(void);	/* asked now and then: not 0 ends it */
};

/*
 * Encrypts to the recipients, or if there are none with a passphrase; with
 * armor to text, which can be mailed.  Until 0 comes back the output may be
 * short, and a reader of it sees that it is.
 */
int nt_age_encrypt(struct nt_age_keys *k, const struct nt_age_files *f,
    int armor, struct nt_err *err);

/*
 * Decrypts with the first identity that fits, or with a passphrase if that is
 * how it was encrypted.  What is written is the true beginning of what was
 * encrypted, whatever the input; after 0 it is all of it.  What begins as such
 * a file and goes on otherwise is NT_DAMAGED.
 */
int nt_age_decrypt(struct nt_age_keys *k, const struct nt_age_files *f,
    struct nt_err *err);

#endif

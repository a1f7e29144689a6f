/*
 * verify - is an archive, or a stream, what it says it is?
 *
 * Calls tree, stream, json and base.  Every byte is read and compared with
 * what is known of it: sizes, hashes, counts, and the places of the records in
 * the stream, as notion-unpack(1), section VERIFICATION, lists them.  Sizes
 * are bytes.  Nothing here prints.
 *
 * A fault is a finished sentence about what is wrong; an error, a -1, is that
 * it could not be found out.
 */
#ifndef NT_VERIFY_H
#define NT_VERIFY_H

#include <stdint.h>

#include "nt/crypto.h"
#include "nt/err.h"

struct nt_verify_how {
	int quick;		/* only the manifest, and sizes */
	int (*stop)(void);	/* asked now and then: not 0 is an error */
	void (*fault)(void *arg, const char *sentence);
	void *arg;		/* its first argument */
};

struct nt_verified {
	uint64_t faults;	/* how many there were */
	uint64_t files;		/* in the archive; 0 of a stream */
	uint64_t bytes;		/* in them, or of a stream's lines */
	uint64_t records;
	char digest[7 + NT_SHA256_TEXT];	/* of the records, or "" */
};

/*
 * Looks at the archive or stream in fd, a regular file, from its beginning.
 * 0 and *found, or -1.
 */
int nt_verify_file(int fd, const struct nt_verify_how *how,
    struct nt_verified *found, struct nt_err *err);

/* The same of a folder. */
int nt_verify_folder(const char *path, const struct nt_verify_how *how,
    struct nt_verified *found, struct nt_err *err);

#endif

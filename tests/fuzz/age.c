/*
 * Whatever the bytes are, a file is opened or refused; as keys they are taken
 * or refused; and encrypted to a key they come back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "nt/age.h"
#include "nt/file.h"

static const char public[] =
    "age174qx8pkv8atsuf5h5u0fj08kw28j80ax2y5tupmenymxda60a56sdvuvp3";
static const char secret[] = "AGE-SECRET-KEY-"
    "1G2UKHMKDLLP3DCNWMJL6TR4DYSNH86T6THE77A5SJ3RWGMKYV59QD7RPJU";

static int
nobody_is_asked(void *arg, const char *file, char *text, struct nt_err *err)
{
	(void)arg;
	(void)file;
	(void)text;
	return nt_err_set(err, NT_DATA, "nobody is asked");
}

static int
file_of(struct nt_str bytes)
{
	int fd = nt_file_temp(NULL);

	FUZZ_MUST(fd != -1 && nt_write_all(fd, bytes.p, bytes.len) == 0);
	FUZZ_MUST(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static int
add_identities(struct nt_age_keys *k, struct nt_str text)
{
	int got, fd = file_of(text);
	char path[40];

	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	got = nt_age_identities(k, path, NULL);
	close(fd);
	return got;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_age_ask ask = { nobody_is_asked, NULL };
	struct nt_age_keys *k = nt_age_keys_new(ask, NULL);
	struct nt_str bytes = { (const char *)data, size };
	struct nt_age_files f = { .in = file_of(bytes), .in_name = "in",
	    .out = nt_file_temp(NULL), .out_name = "out" };
	char *back = nt_alloc(size + 1);
	off_t opened;

	FUZZ_MUST(k != NULL);
	add_identities(k, bytes);
	FUZZ_MUST(add_identities(k, nt_str_of(secret)) == 0);
	FUZZ_MUST(nt_age_recipient(k, public, NULL) == 0);
	nt_age_decrypt(k, &f, NULL);
	FUZZ_MUST(nt_file_regular(f.out, &opened) && opened <= (off_t)size);

	FUZZ_MUST(lseek(f.in, 0, SEEK_SET) == 0);
	FUZZ_MUST(ftruncate(f.out, 0) == 0 && lseek(f.out, 0, SEEK_SET) == 0);
	FUZZ_MUST(nt_age_encrypt(k, &f, (int)(size & 1), NULL) == 0);
	close(f.in);
	f.in = f.out;
	f.out = nt_file_temp(NULL);
	FUZZ_MUST(lseek(f.in, 0, SEEK_SET) == 0);
	FUZZ_MUST(nt_age_decrypt(k, &f, NULL) == 0);
	FUZZ_MUST(lseek(f.out, 0, SEEK_SET) == 0);
	FUZZ_MUST(nt_read_all(f.out, back, size + 1) == (ssize_t)size);
	FUZZ_MUST(memcmp(back, data, size) == 0);
	free(back);
	close(f.in);
	close(f.out);
	nt_age_keys_free(k);
	return 0;
}

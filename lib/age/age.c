#include "nt/age.h"

#include <sodium.h>

#include "internal.h"

/* ---- encrypting ---- */

static int
wrap_for_all(struct nt_buf *text, const struct nt_age_keys *k,
    const uint8_t file_key[FILE_KEY], struct nt_err *err)
{
	struct x25519 x;

	for (size_t n = 0; n < k->recipients; n++) {
		if (wrap_x25519(&x, k->recipient[n], file_key, err) == -1)
			return -1;
		header_x25519(text, &x);
	}
	return 0;
}

static int
wrap_with_passphrase(struct nt_buf *text, struct nt_age_keys *k,
    const uint8_t file_key[FILE_KEY], struct nt_err *err)
{
	struct scrypt s;

	if (keys_ask(k, NULL, err) == -1 ||
	    wrap_scrypt(&s, k->passphrase, file_key, err) == -1)
		return -1;
	header_scrypt(text, &s);
	return 0;
}

/* Makes all that stands before the payload's first chunk. */
static int
make_header(struct nt_buf *text, struct nt_age_keys *k,
    const uint8_t file_key[FILE_KEY], const uint8_t nonce[NONCE],
    struct nt_err *err)
{
	int got;

	header_begin(text);
	got = k->recipients > 0 ? wrap_for_all(text, k, file_key, err) :
	    wrap_with_passphrase(text, k, file_key, err);
	header_end(text, file_key);
	nt_buf_add(text, nonce, NONCE);
	return got == -1 ? -1 : nt_buf_check(text, "the header", err);
}

static int
seal(const struct nt_age_files *f, struct payload *p, struct nt_buf *header,
    int armor, struct nt_err *err)
{
	struct source in;
	struct sink out;

	p->in = &in;
	p->out = &out;
	p->stop = f->stop;
	source_open_plain(&in, f->in, f->in_name);
	return sink_open(&out, f->out, f->out_name, armor, err) == -1 ||
	    sink_put(&out, header->p, header->len, err) == -1 ||
	    payload_seal(p, err) == -1 || sink_end(&out, err) == -1 ? -1 : 0;
}

int
nt_age_encrypt(struct nt_age_keys *k, const struct nt_age_files *f, int armor,
    struct nt_err *err)
{
	uint8_t file_key[FILE_KEY], nonce[NONCE];
	struct payload p = { 0 };
	struct nt_buf header;
	int got;

	randombytes_buf(file_key, sizeof file_key);
	randombytes_buf(nonce, sizeof nonce);
	got = make_header(&header, k, file_key, nonce, err);
	derive_payload(p.key, file_key, nonce);
	sodium_memzero(file_key, sizeof file_key);
	if (got == 0)
		got = seal(f, &p, &header, armor, err);
	sodium_memzero(p.key, sizeof p.key);
	nt_buf_free(&header);
	return got;
}

/* ---- decrypting ---- */

/* Finds the payload's key in what stands before it. */
static int
read_header(struct payload *p, struct nt_age_keys *k, struct nt_err *err)
{
	uint8_t file_key[FILE_KEY];
	struct header h;
	int got = header_read(&h, p->in, err);

	if (got == 0)
		got = unwrap(file_key, &h, k, NULL, err);
	if (got == 0)
		got = payload_begin(p, file_key, err);
	header_free(&h);
	sodium_memzero(file_key, sizeof file_key);
	return got;
}

int
nt_age_decrypt(struct nt_age_keys *k, const struct nt_age_files *f,
    struct nt_err *err)
{
	struct source in;
	struct sink out;
	struct payload p = { .in = &in, .out = &out, .stop = f->stop };
	int got = source_open(&in, f->in, f->in_name, err);

	if (got == 0)
		got = read_header(&p, k, err);
	if (got == 0)
		got = sink_open(&out, f->out, f->out_name, 0, err);
	if (got == 0)
		got = payload_open(&p, err);
	sodium_memzero(p.key, sizeof p.key);
	if (got == -1 && err != NULL && err->kind != NT_SYS)
		nt_err_at(err, "%s: ", f->in_name);
	return got;
}

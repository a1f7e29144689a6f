/*
 * The header: for each recipient a stanza, which is a line "-> TYPE ARGUMENT…"
 * and the file key wrapped for him in base64, lines of 64 characters and then a
 * shorter one; at last "---" and the MAC.  There is one way to write a header,
 * and all others are refused.
 */
#include "internal.h"

#include <string.h>

#include <sodium.h>

#define HEADER_MAX ((size_t)1 << 20)
#define ARGUMENTS 3			/* more than that none of ours has */
#define WORK_MAX 22			/* 4 GiB and 16 s: age takes no more */

/* ---- reading ---- */

/* A header on its way in. */
struct reading {
	struct header *h;
	struct source *in;
	unsigned long line;	/* the last one read */
	unsigned stanzas;
	int failed;		/* the input could not be read */
};

/* A stanza; the arguments are lent by the text until the next line. */
struct stanza {
	struct nt_str argument[ARGUMENTS];
	size_t arguments;		/* as many as there are */
	uint8_t body[COLUMNS_BYTES];	/* the first bytes of it */
	size_t len;			/* of all of it */
};

static int
input_failed(struct reading *r)
{
	r->failed = 1;
	return -1;
}

/* Once the first line was right, whatever is wrong was not written so. */
static int
damaged(struct nt_err *err, const char *what)
{
	return nt_err_set(err, NT_DAMAGED, "%s", what);
}

/* Reads the next line, which is lent, without its end, until the next call. */
static int
read_line(struct reading *r, struct nt_str *line, struct nt_err *err)
{
	struct nt_buf *text = &r->h->text;
	size_t begin = text->len;
	char c;

	r->line++;
	for (;;) {
		ssize_t n = source_read(r->in, &c, 1, err);

		if (n == -1)
			return input_failed(r);
		if (n == 0)
			return damaged(err, "it is cut off here");
		nt_buf_char(text, c);
		if (nt_buf_check(text, "it", err) == -1)
			return -1;
		if (c == '\n')
			break;
	}
	*line = (struct nt_str){ text->p + begin, text->len - begin - 1 };
	return 0;
}

/* Reads base64 of len bytes, neither more nor less. */
static int
read_bytes(struct nt_str text, uint8_t *p, size_t len)
{
	size_t got;

	return base64_read(text, 0, p, len, &got) == 0 && got == len ? 0 : -1;
}

static int
begins(struct nt_str line, const char *what)
{
	size_t len = strlen(what);

	return line.len >= len && memcmp(line.p, what, len) == 0;
}

/*
 * A foreign file may have no line's end for long, so this one is read only as
 * far as it goes well.
 */
static int
read_version(struct reading *r, struct nt_err *err)
{
	static const char want[] = VERSION_LINE "\n";
	char have[sizeof want - 1];
	ssize_t n = source_read(r->in, have, sizeof have, err);

	r->line = 1;
	if (n == -1)
		return input_failed(r);
	if (n != (ssize_t)sizeof have || memcmp(have, want, sizeof have) != 0)
		return nt_err_set(err, NT_DATA, "expected \"" VERSION_LINE
		    "\", this is no such file");
	nt_buf_add(&r->h->text, have, sizeof have);
	return 0;
}

/* Splits "-> TYPE ARGUMENT…" at its single spaces. */
static int
read_arguments(struct stanza *s, struct nt_str line, struct nt_err *err)
{
	size_t begin = 3;		/* behind the arrow */

	s->arguments = 0;
	for (size_t i = begin; i <= line.len; i++) {
		if (i < line.len && line.p[i] > ' ' && line.p[i] <= '~')
			continue;
		if (i == begin || (i < line.len && line.p[i] != ' '))
			return damaged(err, "expected words with one space "
			    "between them");
		if (s->arguments < ARGUMENTS)
			s->argument[s->arguments] = (struct nt_str){
			    line.p + begin, i - begin };
		s->arguments++;
		begin = i + 1;
	}
	return 0;
}

static int
read_body(struct reading *r, struct stanza *s, struct nt_err *err)
{
	uint8_t bytes[COLUMNS_BYTES];
	struct nt_str line;
	size_t n;

	s->len = 0;
	do {
		if (read_line(r, &line, err) == -1)
			return -1;
		if (base64_read(line, 0, bytes, sizeof bytes, &n) == -1)
			return damaged(err, "expected up to 64 characters of "
			    "base64 without padding");
		if (s->len == 0)
			memcpy(s->body, bytes, n);
		s->len += n;
	} while (n == COLUMNS_BYTES);
	return 0;
}

static int
check_body(const struct stanza *s, const char *type, struct nt_err *err)
{
	return s->len == WRAPPED ? 0 : nt_err_set(err, NT_DAMAGED, "the file "
	    "key for %s has %zu bytes, expected %d", type, s->len, WRAPPED);
}

static int
keep_x25519(struct reading *r, const struct stanza *s, struct nt_err *err)
{
	struct x25519 x;

	if (s->arguments != 2 || read_bytes(s->argument[1], x.share,
	    sizeof x.share) == -1)
		return damaged(err, "expected X25519 and a key in base64");
	if (check_body(s, "X25519", err) == -1)
		return -1;
	memcpy(x.wrapped, s->body, WRAPPED);
	nt_buf_add(&r->h->x25519, &x, sizeof x);
	return 0;
}

/* Reads the work factor: a decimal number without zeros before it. */
static int
read_work(struct nt_str text, unsigned *work, struct nt_err *err)
{
	unsigned n = 0;

	if (text.len == 0 || text.p[0] == '0')
		return damaged(err, "expected a work factor");
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return damaged(err, "expected a work factor");
		n = n * 10 + (unsigned)(text.p[i] - '0');
		if (n > WORK_MAX)
			return nt_err_set(err, NT_LIMIT, "the work factor is "
			    "%.*s, expected at most %d", (int)text.len, text.p,
			    WORK_MAX);
	}
	*work = n;
	return 0;
}

static int
keep_scrypt(struct reading *r, const struct stanza *s, struct nt_err *err)
{
	struct scrypt *to = &r->h->scrypt;

	if (s->arguments != 3 || read_bytes(s->argument[1], to->salt,
	    sizeof to->salt) == -1)
		return damaged(err, "expected scrypt, a salt in base64 and a "
		    "work factor");
	if (read_work(s->argument[2], &to->work, err) == -1 ||
	    check_body(s, "scrypt", err) == -1)
		return -1;
	memcpy(to->wrapped, s->body, WRAPPED);
	r->h->passphrase = 1;
	return 0;
}

/* Of one that is of another type, only the form is looked at. */
static int
read_stanza(struct reading *r, struct nt_str line, struct nt_err *err)
{
	struct nt_buf first;
	struct stanza s;
	int got;

	/* The text moves as it grows; the arguments are read out of a copy. */
	nt_buf_init(&first, HEADER_MAX);
	nt_buf_add(&first, line.p, line.len);
	got = read_arguments(&s, nt_buf_view(&first), err);
	if (got == 0)
		got = read_body(r, &s, err);
	if (got == 0 && nt_str_is(s.argument[0], "X25519"))
		got = keep_x25519(r, &s, err);
	else if (got == 0 && nt_str_is(s.argument[0], "scrypt"))
		got = keep_scrypt(r, &s, err);
	nt_buf_free(&first);
	r->stanzas++;
	if (got == 0 && r->h->passphrase && r->stanzas > 1)
		return damaged(err, "a passphrase is not the only way to open "
		    "it, as it must be");
	return got;
}

/* The MAC covers the text up to the dashes before it. */
static int
read_mac(struct reading *r, struct nt_str line, struct nt_err *err)
{
	struct nt_buf *text = &r->h->text;

	if (read_bytes((struct nt_str){ line.p + 4, line.len - 4 }, r->h->mac,
	    KEY) == -1)
		return damaged(err, "expected \"--- \" and 32 bytes of base64");
	nt_buf_cut(text, (size_t)(line.p - text->p) + 3);
	return 0;
}

static int
read_lines(struct reading *r, struct nt_err *err)
{
	struct nt_str line;

	if (read_version(r, err) == -1 || read_line(r, &line, err) == -1)
		return -1;
	while (begins(line, "-> "))
		if (read_stanza(r, line, err) == -1 ||
		    read_line(r, &line, err) == -1)
			return -1;
	if (begins(line, "--- "))
		return read_mac(r, line, err);
	return damaged(err, "expected \"-> \" or \"--- \"");
}

int
header_read(struct header *h, struct source *in, struct nt_err *err)
{
	struct reading r = { .h = h, .in = in };

	*h = (struct header){ 0 };
	nt_buf_init(&h->text, HEADER_MAX);
	nt_buf_init(&h->x25519, HEADER_MAX);
	if (read_lines(&r, err) == 0)
		return 0;
	/* What the source says has its place already. */
	return r.failed ? -1 : nt_err_at(err, "header, line %lu: ", r.line);
}

void
header_free(struct header *h)
{
	nt_buf_free(&h->text);
	nt_buf_free(&h->x25519);
}

/* ---- writing ---- */

static void
put_base64(struct nt_buf *text, const uint8_t *p, size_t len)
{
	char word[COLUMNS];		/* room for 32 bytes, the longest */

	nt_buf_str(text, sodium_bin2base64(word, sizeof word, p, len,
	    sodium_base64_VARIANT_ORIGINAL_NO_PADDING));
}

void
header_begin(struct nt_buf *text)
{
	nt_buf_init(text, HEADER_MAX);
	nt_buf_str(text, VERSION_LINE "\n");
}

void
header_x25519(struct nt_buf *text, const struct x25519 *x)
{
	nt_buf_str(text, "-> X25519 ");
	put_base64(text, x->share, sizeof x->share);
	nt_buf_char(text, '\n');
	put_base64(text, x->wrapped, sizeof x->wrapped);
	nt_buf_char(text, '\n');
}

void
header_scrypt(struct nt_buf *text, const struct scrypt *s)
{
	nt_buf_str(text, "-> scrypt ");
	put_base64(text, s->salt, sizeof s->salt);
	nt_buf_fmt(text, " %u\n", s->work);
	put_base64(text, s->wrapped, sizeof s->wrapped);
	nt_buf_char(text, '\n');
}

void
header_end(struct nt_buf *text, const uint8_t file_key[FILE_KEY])
{
	uint8_t mac[KEY];

	nt_buf_str(text, "---");
	derive_mac(mac, file_key, nt_buf_view(text));
	nt_buf_char(text, ' ');
	put_base64(text, mac, sizeof mac);
	nt_buf_char(text, '\n');
}

/*
 * The folder of files: each under the hash of its bytes, and an index of which
 * link led where, so that a second run downloads nothing again.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/file.h"

#define INDEX_LINE_MAX 16384	/* longer ones are not ours */
#define READ_BYTES ((size_t)64 << 10)
#define PARTS_MAX 8		/* of one link, by runs at the same time */

struct store {
	char *folder;
	int index;		/* index.ndjson, for appending */
	uint64_t size;		/* of it */
	struct nt_id_map *links;	/* hash of a link: where its line is */
	struct nt_json *doc;
};

/* The first half of the link's SHA-256. */
static struct nt_id
hash_link(const char *link, size_t len)
{
	uint8_t bytes[NT_SHA256_BYTES];
	struct nt_sha256 hash;
	struct nt_id id;

	nt_sha256_init(&hash);
	nt_sha256_add(&hash, link, len);
	nt_sha256_done(&hash, bytes);
	memcpy(id.b, bytes, sizeof id.b);
	return id;
}

static void
note_line(struct store *store, const char *line, size_t len, uint64_t at)
{
	struct nt_value v;
	struct nt_str url;
	struct nt_id id;

	if (len > INDEX_LINE_MAX ||
	    nt_json_parse(store->doc, line, len, &v, NULL) == -1)
		return;		/* torn by a crash */
	url = nt_value_text(nt_value_get(v, "url"));
	if (url.p == NULL)
		return;
	id = hash_link(url.p, url.len);
	nt_id_map_put(store->links, &id, at);
}

/* Notes the whole lines at the front of the text and removes them. */
static void
note_lines(struct store *store, struct nt_buf *text)
{
	const char *p = text->p, *end;
	size_t left = text->len;

	while ((end = memchr(p, '\n', left)) != NULL) {
		size_t len = (size_t)(end - p);

		note_line(store, p, len, store->size);
		store->size += len + 1;
		p += len + 1;
		left -= len + 1;
	}
	nt_buf_shift(text, text->len - left);
}

static int
read_index(struct store *store, struct nt_err *err)
{
	struct nt_buf text;
	ssize_t n = 1;

	nt_buf_init(&text, NT_BUF_MAX);
	while (n > 0) {
		char *to = nt_buf_reserve(&text, READ_BYTES);

		n = to == NULL ? -1 :
		    nt_read_some(store->index, to, READ_BYTES);
		if (n <= 0)
			break;
		nt_buf_grew(&text, (size_t)n);
		note_lines(store, &text);
	}
	if (n == 0 && text.len > 0) {	/* torn by a crash: end that line */
		store->size += text.len + 1;
		n = nt_write_all(store->index, "\n", 1);
	}
	nt_buf_free(&text);
	return n == -1 ? nt_err_set(err, NT_SYS, "cannot read and write "
	    "%s/index.ndjson", store->folder) : 0;
}

int
store_open(struct store **out, const char *folder, struct nt_err *err)
{
	struct store *store;
	char path[4200];

	if (strlen(folder) > 4000)
		return nt_err_set(err, NT_LIMIT,
		    "the path of the folder for files is too long");
	if (nt_dir_make(folder, err) == -1)
		return -1;
	store = nt_alloc(sizeof *store);
	store->folder = nt_strdup(folder);
	store->links = nt_id_map_new();
	store->doc = nt_json_new();
	snprintf(path, sizeof path, "%s/index.ndjson", folder);
	store->index = nt_log_open(path, err);
	if (store->index == -1 || read_index(store, err) == -1) {
		store_free(store);
		return -1;
	}
	*out = store;
	return 0;
}

void
store_free(struct store *store)
{
	if (store == NULL)
		return;
	if (store->index != -1)
		close(store->index);
	nt_id_map_free(store->links);
	nt_json_free(store->doc);
	free(store->folder);
	free(store);
}

static int
is_hash(struct nt_str s)
{
	if (s.len != NT_SHA256_TEXT - 1)
		return 0;
	for (size_t i = 0; i < s.len; i++)
		if (memchr("0123456789abcdef", s.p[i], 16) == NULL)
			return 0;
	return 1;
}

int
store_has(struct store *store, const char *sha256, uint64_t size)
{
	char path[4200];
	off_t there;
	int fd;

	snprintf(path, sizeof path, "%s/%s", store->folder, sha256);
	if ((fd = nt_file_open_regular(path, &there, NULL)) == -1)
		return 0;
	close(fd);
	return (uint64_t)there == size;
}

int
store_find(struct store *store, const char *link, struct stored *s)
{
	struct nt_id id = hash_link(link, strlen(link));
	char line[INDEX_LINE_MAX + 1], *end;
	struct nt_str hash, type;
	struct nt_value v;
	uint64_t at;
	size_t len;

	if (!nt_id_map_get(store->links, &id, &at))
		return 0;
	len = store->size - at < sizeof line ? (size_t)(store->size - at) :
	    sizeof line;
	if (nt_pread_all(store->index, line, len, (off_t)at) == -1 ||
	    (end = memchr(line, '\n', len)) == NULL ||
	    nt_json_parse(store->doc, line, (size_t)(end - line), &v,
	    NULL) == -1 ||
	    !nt_value_text_is(nt_value_get(v, "url"), link))
		return 0;
	hash = nt_value_text(nt_value_get(v, "sha256"));
	type = nt_value_text(nt_value_get(v, "content_type"));
	if (!is_hash(hash))
		return 0;
	snprintf(s->sha256, sizeof s->sha256, "%.*s", (int)hash.len, hash.p);
	snprintf(s->content_type, sizeof s->content_type, "%.*s",
	    (int)(type.len < 127 ? type.len : 127), type.p ? type.p : "");
	s->size = (uint64_t)nt_value_int(nt_value_get(v, "size"));
	return store_has(store, s->sha256, s->size);
}

int
store_part(struct store *store, const char *link, struct part *part,
    struct nt_err *err)
{
	struct nt_id id = hash_link(link, strlen(link));
	char name[NT_ID_TEXT];
	off_t have;

	nt_id_format_plain(&id, name);
	for (int i = 0; i < PARTS_MAX; i++) {
		snprintf(part->path, sizeof part->path, i == 0 ?
		    "%s/part-%s" : "%s/part-%s-%d", store->folder, name, i);
		part->fd = nt_part_open(part->path, err);
		if (part->fd != -1 || err->kind != NT_AGAIN)
			break;
	}
	if (part->fd == -1)
		return -1;
	nt_file_regular(part->fd, &have);
	part->have = (uint64_t)have;
	return 0;
}

static int
hash_file(int fd, uint64_t size, char hex[NT_SHA256_TEXT])
{
	struct nt_sha256 hash;
	char *bytes = nt_alloc(READ_BYTES);
	uint64_t at = 0;
	int failed = 0;

	nt_sha256_init(&hash);
	while (at < size && !failed) {
		size_t n = size - at < READ_BYTES ? (size_t)(size - at) :
		    READ_BYTES;

		failed = nt_pread_all(fd, bytes, n, (off_t)at) == -1;
		if (!failed)
			nt_sha256_add(&hash, bytes, n);
		at += n;
	}
	nt_sha256_hex(&hash, hex);
	free(bytes);
	return failed ? -1 : 0;
}

/* Notes in the index where the link led. */
static int
note_link(struct store *store, const char *link, const struct stored *s,
    struct nt_err *err)
{
	struct nt_id id = hash_link(link, strlen(link));
	struct nt_json_out o;
	struct nt_buf line;
	off_t size;
	int failed;

	nt_buf_init(&line, NT_BUF_MAX);
	nt_json_out_init(&o, &line);
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "content_type", s->content_type);
	nt_json_put_text(&o, "sha256", s->sha256);
	nt_json_put_int(&o, "size", (int64_t)s->size);
	nt_json_put_text(&o, "url", link);
	nt_json_close(&o, '}');
	nt_buf_char(&line, '\n');
	failed = nt_write_all(store->index, line.p, line.len) == -1;
	/* Another run may have written before us. */
	if (!failed && nt_file_regular(store->index, &size)) {
		store->size = (uint64_t)size;
		nt_id_map_put(store->links, &id, store->size - line.len);
	}
	nt_buf_free(&line);
	return failed ? nt_err_sys(err, "write", "index.ndjson") : 0;
}

int
store_keep(struct store *store, const char *link, struct part *part,
    struct stored *s, struct nt_err *err)
{
	char path[4200];

	if (hash_file(part->fd, s->size, s->sha256) == -1) {
		nt_err_sys(err, "read", part->path);
		store_leave(part, 0);
		return -1;
	}
	snprintf(path, sizeof path, "%s/%s", store->folder, s->sha256);
	if (nt_part_commit(part->fd, part->path, path, err) == -1)
		return -1;
	return note_link(store, link, s, err);
}

void
store_leave(struct part *part, int keep)
{
	off_t size;

	if (keep && nt_file_regular(part->fd, &size) && size > 0)
		close(part->fd);
	else
		nt_part_drop(part->fd, part->path);
}

#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/json.h"
#include "nt/mem.h"

static const struct nt_str manifest_name = { NT_TREE_MANIFEST,
    sizeof NT_TREE_MANIFEST - 1 };

/* The line between the two lists. */
#define FILES_END "],\"order\":["

static int
unlike(struct nt_err *err, const char *what)
{
	return nt_err_set(err, NT_DATA, NT_TREE_MANIFEST
	    " is not as notion-pack writes it: %s", what);
}

/* ---- the lines of the manifest ---- */

static int
open_manifest(struct origin *from, struct member *member, struct nt_err *err)
{
	struct entry e;

	if (!from->calls->find(from, manifest_name, &e))
		return nt_err_set(err, NT_DATA, "the archive has no "
		    NT_TREE_MANIFEST ": it is incomplete or not one of ours");
	return member_open(member, from, e.number, err);
}

/* The first line; it ends where the list of files begins. */
static int
read_head(struct lines *lines, struct nt_str *line, struct nt_err *err)
{
	static const char ending[] = "\"files\":[";
	const size_t len = sizeof ending - 1;
	int got = lines_next(lines, line, err);

	if (got == -1)
		return -1;
	if (got == 0 || line->len < len ||
	    memcmp(line->p + line->len - len, ending, len) != 0)
		return unlike(err, "its first line should end in \"files\":[");
	return 0;
}

/*
 * The next element of a list, without its comma: 1, 0 and the line that ends
 * the list, or -1.
 */
static int
next_element(struct lines *lines, struct nt_str *line, struct nt_err *err)
{
	int got = lines_next(lines, line, err);

	if (got == -1)
		return -1;
	if (got == 0)
		return unlike(err, "it ends within a list");
	if (line->len > 0 && line->p[0] == ']')
		return 0;
	if (line->len > 0 && line->p[line->len - 1] == ',')
		line->len--;
	return 1;
}

/* ---- the facts ---- */

static int
check_facts(struct nt_value facts, struct nt_err *err)
{
	struct nt_value format = nt_value_get(facts, "format");

	if (!nt_value_text_is(nt_value_get(facts, "kind"), MANIFEST_KIND))
		return unlike(err, "its kind is not " MANIFEST_KIND);
	if (nt_value_int(format) > NT_TREE_FORMAT)
		return nt_err_set(err, NT_DATA, "the archive is of format %jd, "
		    "newer than %d, which is known here",
		    (intmax_t)nt_value_int(format), NT_TREE_FORMAT);
	if (nt_value_int(format) != NT_TREE_FORMAT)
		return unlike(err, "its format is not 1");
	return 0;
}

/* Reads the first line as a document of its own, which it keeps in head. */
static int
read_facts(struct lines *lines, struct nt_buf *head, struct nt_json *doc,
    struct nt_value *facts, struct nt_err *err)
{
	struct nt_str line;

	if (read_head(lines, &line, err) == -1)
		return -1;
	nt_buf_add(head, line.p, line.len);
	nt_buf_str(head, "]}");
	if (nt_buf_check(head, NT_TREE_MANIFEST, err) == -1)
		return -1;
	if (nt_json_parse(doc, head->p, head->len, facts, err) == -1)
		return nt_err_at(err, NT_TREE_MANIFEST ": line 1: ");
	return check_facts(*facts, err);
}

/* ---- the files ---- */

/* A whole number, not negative, small enough to count with. */
static int
count_at(struct nt_value v, const char *name, uint64_t *out)
{
	struct nt_value n = nt_value_get(v, name);
	struct nt_str raw = nt_value_raw(n);

	if (!nt_value_is(n, NT_JSON_NUMBER) || raw.p[0] == '-' ||
	    memchr(raw.p, '.', raw.len) != NULL)
		return -1;
	*out = (uint64_t)nt_value_int(n);
	return *out > 0 || nt_str_is(raw, "0") ? 0 : -1;
}

static int
read_file(struct nt_json *doc, struct nt_str line, struct nt_tree_file *file,
    struct nt_err *err)
{
	struct nt_value v, name;
	struct nt_str sha256;
	uint64_t n;

	if (nt_json_parse(doc, line.p, line.len, &v, err) == -1)
		return nt_err_at(err, NT_TREE_MANIFEST ": files: ");
	name = nt_value_get(v, "name");
	sha256 = nt_value_text(nt_value_get(v, "sha256"));
	if (!nt_value_is(name, NT_JSON_STRING) || sha256.p == NULL ||
	    !is_sha256(sha256))
		return unlike(err, "a file without name or sha256");
	*file = (struct nt_tree_file){ .name = nt_value_text(name),
	    .number = -1 };
	if (count_at(v, "size", &file->size) == -1)
		return unlike(err, "a file without size");
	memcpy(file->sha256, sha256.p, SHA256_HEX);
	if (!nt_value_there(nt_value_get(v, "n")))
		return 0;
	if (count_at(v, "n", &n) == -1 || n > UINT32_MAX ||
	    count_at(v, "records", &file->records) == -1)
		return unlike(err, "a file whose number or records are none");
	file->number = (int64_t)n;
	return 0;
}

static int
walk(struct lines *lines, struct nt_json *doc, int (*each)(void *arg,
    const struct nt_tree_file *file, struct nt_err *err), void *arg,
    struct nt_err *err)
{
	struct nt_tree_file file;
	struct nt_str line;
	int got;

	while ((got = next_element(lines, &line, err)) == 1)
		if (read_file(doc, line, &file, err) == -1 ||
		    each(arg, &file, err) == -1)
			return -1;
	if (got == 0 && !nt_str_is(line, FILES_END))
		return unlike(err, "its list of files does not end as it "
		    "should");
	return got;
}

/* The last line tells the hash of all before it, and nothing follows. */
static int
check_seal(struct lines *lines, struct nt_str line, struct nt_err *err)
{
	static const char seal[] = MANIFEST_SEAL, foot[] = "\"}";
	const size_t len = sizeof seal - 1;
	char sha256[NT_SHA256_TEXT];
	int got;

	if (line.len != len + SHA256_HEX + sizeof foot - 1 ||
	    memcmp(line.p, seal, len) != 0 ||
	    memcmp(line.p + len + SHA256_HEX, foot, sizeof foot - 1) != 0)
		return unlike(err, "its last line should be "
		    MANIFEST_SEAL "...\"}");
	lines_hash_before(lines, line, sha256);
	if (memcmp(line.p + len, sha256, SHA256_HEX) != 0)
		return nt_err_set(err, NT_DATA, NT_TREE_MANIFEST " was "
		    "changed: its SHA-256 is not the one in its last line");
	/* Its end is where the container checks what it knows of it. */
	if ((got = lines_next(lines, &line, err)) == 1)
		return unlike(err, "it goes on behind its last line");
	return got;
}

/* Reads on behind the list of files, to the end. */
static int
pass_order(struct lines *lines, struct nt_err *err)
{
	struct nt_str line;
	int got;

	while ((got = next_element(lines, &line, err)) == 1)
		;
	return got == 0 ? check_seal(lines, line, err) : -1;
}

int
manifest_walk(struct nt_source source, int (*each)(void *arg,
    const struct nt_tree_file *file, struct nt_err *err), void *arg,
    struct nt_err *err)
{
	struct nt_json *doc = nt_json_new();
	struct lines *lines = lines_new(source, manifest_name,
	    LINES_HASHED);
	struct nt_value facts;
	struct nt_buf head;
	int got = -1;

	nt_buf_init(&head, NT_BUF_MAX);
	if (read_facts(lines, &head, doc, &facts, err) == 0 &&
	    walk(lines, doc, each, arg, err) == 0)
		got = pass_order(lines, err);
	nt_buf_free(&head);
	lines_free(lines);
	nt_json_free(doc);
	return got;
}

int
origin_walk(struct origin *from, int (*each)(void *arg,
    const struct nt_tree_file *file, struct nt_err *err), void *arg,
    struct nt_err *err)
{
	struct member member = { 0 };
	int got = open_manifest(from, &member, err);

	if (got == 0)
		got = manifest_walk(member_source(&member), each, arg, err);
	member_close(&member);
	return got;
}

/* What the first pass over the files keeps. */
struct listing {
	struct catalog *catalog;
	uint8_t *seen;		/* by the number in the origin */
};

/* The nth file, which there may have been no room for yet. */
static struct record_file *
file_at(struct catalog *c, size_t n)
{
	if (n >= c->room) {
		c->room = n < 32 ? 64 : 2 * n;
		c->files = nt_realloc_array(c->files, c->room,
		    sizeof *c->files);
	}
	while (c->count <= n)
		c->files[c->count++] = (struct record_file){ 0 };
	return &c->files[n];
}

static int
list_file(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	struct listing *l = arg;
	struct catalog *c = l->catalog;
	int len = (int)(file->name.len < 120 ? file->name.len : 120);
	struct record_file *f;
	struct entry e;

	if (!c->from->calls->find(c->from, file->name, &e))
		return nt_err_set(err, NT_DATA, "the archive is incomplete: "
		    "%.*s is missing", len, file->name.p);
	if (e.size != file->size)
		return nt_err_set(err, NT_DATA,
		    "%.*s was changed: it has %ju bytes, expected %ju", len,
		    file->name.p, (uintmax_t)e.size, (uintmax_t)file->size);
	if (l->seen[e.number])
		return unlike(err, "it lists a file twice");
	l->seen[e.number] = 1;
	if (file->number == -1)
		return 0;
	if ((uint64_t)file->number >= c->members)
		return unlike(err, "a file's number is too large");
	if (file->records > UINT32_MAX)
		return nt_err_set(err, NT_LIMIT, "%.*s has more than %ju "
		    "records", len, file->name.p, (uintmax_t)UINT32_MAX);
	c->bytes += file->size;
	f = file_at(c, (size_t)file->number);
	if (f->member != 0)
		return unlike(err, "two files have one number");
	*f = (struct record_file){ .records = (uint32_t)file->records,
	    .member = (uint32_t)e.number + 1 };
	sha256_scan(file->sha256, f->sha256);
	return 0;
}

/* Every member is the manifest, a folder, or listed by it. */
static int
check_members(const struct catalog *c, const uint8_t *seen,
    struct nt_err *err)
{
	for (size_t i = 0; i < c->members; i++) {
		struct entry e;

		c->from->calls->entry(c->from, i, &e);
		if (!seen[i] && e.name.p[e.name.len - 1] != '/' &&
		    !nt_str_eq(e.name, manifest_name))
			return nt_err_set(err, NT_DATA, "the archive holds "
			    "%.*s, which its manifest does not list",
			    (int)(e.name.len < 120 ? e.name.len : 120),
			    e.name.p);
	}
	return 0;
}

static int
read_files(struct catalog *c, struct nt_err *err)
{
	struct listing l = { .catalog = c };
	int got;

	c->members = c->from->calls->count(c->from);
	l.seen = nt_alloc_array(c->members, 1);
	got = walk(c->lines, c->line_doc, list_file, &l, err);
	if (got == 0)
		got = check_members(c, l.seen, err);
	free(l.seen);
	return got;
}

/* ---- all of it ---- */

int
catalog_open(struct catalog *c, struct origin *from, struct nt_err *err)
{
	*c = (struct catalog){ .from = from };
	nt_buf_init(&c->head, NT_BUF_MAX);
	c->doc = nt_json_new();
	c->line_doc = nt_json_new();
	if (open_manifest(from, &c->member, err) == -1)
		return -1;
	c->lines = lines_new(member_source(&c->member), manifest_name,
	    LINES_HASHED);
	if (read_facts(c->lines, &c->head, c->doc, &c->facts, err) == -1)
		return -1;
	return read_files(c, err);
}

int
catalog_open_order(struct catalog *c, struct origin *from,
    struct nt_err *err)
{
	struct nt_str line;
	int got;

	*c = (struct catalog){ .from = from };
	c->line_doc = nt_json_new();
	if (open_manifest(from, &c->member, err) == -1)
		return -1;
	c->lines = lines_new(member_source(&c->member), manifest_name,
	    LINES_PLAIN);
	do
		got = lines_next(c->lines, &line, err);
	while (got == 1 && !nt_str_is(line, FILES_END));
	return got == 1 ? 0 : -1;
}

void
catalog_close(struct catalog *c)
{
	lines_free(c->lines);
	member_close(&c->member);
	nt_json_free(c->doc);
	nt_json_free(c->line_doc);
	nt_buf_free(&c->head);
	free(c->files);
}

int
catalog_order(struct catalog *c, uint64_t *number, uint64_t *count,
    struct nt_err *err)
{
	struct nt_value pair;
	struct nt_str line;
	int got = next_element(c->lines, &line, err);

	if (got == -1)
		return -1;
	if (got == 0)
		return check_seal(c->lines, line, err);
	if (nt_json_parse(c->line_doc, line.p, line.len, &pair, err) == -1)
		return nt_err_at(err, NT_TREE_MANIFEST ": order: ");
	if (nt_value_count(pair) != 2 ||
	    !nt_value_is(nt_value_index(pair, 0), NT_JSON_NUMBER) ||
	    !nt_value_is(nt_value_index(pair, 1), NT_JSON_NUMBER) ||
	    nt_value_int(nt_value_index(pair, 0)) < 0 ||
	    nt_value_int(nt_value_index(pair, 1)) < 1)
		return unlike(err, "its order has no pairs of numbers");
	*number = (uint64_t)nt_value_int(nt_value_index(pair, 0));
	*count = (uint64_t)nt_value_int(nt_value_index(pair, 1));
	return 1;
}

static int
order_wrong(struct nt_err *err)
{
	return unlike(err, "its order has other than all records of a file");
}

int
catalog_skim(struct catalog *c, struct nt_err *err)
{
	uint64_t number, count;
	int got;

	while ((got = catalog_order(c, &number, &count, err)) == 1) {
		if (number >= c->count || c->files[number].member == 0)
			return unlike(err, "its order names a file that it "
			    "does not list");
		if (count > c->files[number].records -
		    c->files[number].given)
			return order_wrong(err);
		c->files[number].given += (uint32_t)count;
	}
	for (size_t i = 0; i < c->count && got == 0; i++)
		if (c->files[i].given != c->files[i].records)
			return order_wrong(err);
	return got;
}

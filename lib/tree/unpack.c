#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/json.h"
#include "nt/mem.h"

#define UNHASHED_BYTES ((size_t)64 << 10)	/* hashed at once */
#define AHEAD_FROM ((uint64_t)1 << 20)	/* bytes for which a thread pays */

/*
 * The order in the manifest says from which member the next records come.  A
 * member that is left before its last record is unpacked once to the shelf, a
 * spool, and read on from there: so no order, however odd, makes it be
 * unpacked again.
 */
struct place {
	uint64_t at, end;	/* what is left of a member */
};

struct nt_unpacker {
	struct origin *from;
	struct catalog catalog;
	enum { AT_SNAPSHOT, AT_RECORDS, AT_END, AT_LAST } stage;

	struct record_file *file;	/* that records come from now */
	uint64_t left;			/* of the present run */
	uint64_t run_at;		/* where it began in the shelf */
	struct member member;		/* it, when it is read directly */
	struct lines *lines;
	struct nt_str name;		/* of it, for errors */
	struct ahead *ahead;		/* NULL: nothing is read ahead */
	struct ahead_member loaded;	/* the file, if it was */
	size_t loaded_at;

	struct nt_spool *shelf;
	struct place *places;		/* in it; by number, from 1 */
	size_t place_count;
	struct nt_json *doc;
	struct nt_value value;		/* of the record given last */
	struct nt_id_map *assets;	/* of extract_find(), or NULL */
	struct nt_sha256 hash;		/* of all records given, but of */
	struct nt_buf unhashed;		/* these */
	struct nt_buf control;
};

/* Takes the tree over; NULL is one that could not be opened. */
static struct nt_unpacker *
open_tree(struct origin *from, struct nt_err *err)
{
	struct nt_unpacker *u;

	if (from == NULL)
		return NULL;
	u = nt_alloc(sizeof *u);
	u->from = from;
	u->doc = nt_json_new();
	u->shelf = nt_spool_new();
	nt_buf_init(&u->control, NT_RECORD_MAX);
	nt_buf_init(&u->unhashed, UNHASHED_BYTES);
	nt_sha256_init(&u->hash);
	if (catalog_open(&u->catalog, from, err) == -1) {
		nt_unpacker_free(u);
		return NULL;
	}
	return u;
}

struct nt_unpacker *
nt_unpacker_open(int fd, struct nt_err *err)
{
	return open_tree(origin_archive(fd, err), err);
}

struct nt_unpacker *
nt_unpacker_folder(const char *path, struct nt_err *err)
{
	return open_tree(origin_dir(path, DIR_STRICT, err), err);
}

static void
close_file(struct nt_unpacker *u)
{
	lines_free(u->lines);
	member_close(&u->member);
	u->lines = NULL;
}

void
nt_unpacker_free(struct nt_unpacker *u)
{
	if (u == NULL)
		return;
	close_file(u);
	ahead_free(u->ahead);
	catalog_close(&u->catalog);
	u->from->calls->free(u->from);
	nt_spool_free(u->shelf);
	nt_id_map_free(u->assets);
	free(u->places);
	nt_json_free(u->doc);
	nt_sha256_free(&u->hash);
	nt_buf_free(&u->control);
	nt_buf_free(&u->unhashed);
	free(u);
}

struct nt_value
nt_unpacker_manifest(const struct nt_unpacker *u)
{
	return u->catalog.facts;
}

int
nt_unpacker_files(struct nt_unpacker *u, int (*each)(void *arg,
    const struct nt_tree_file *file, struct nt_err *err), void *arg,
    struct nt_err *err)
{
	return origin_walk(u->from, each, arg, err);
}

struct nt_value
nt_unpacker_value(const struct nt_unpacker *u)
{
	return u->value;
}

int
nt_unpacker_skim(struct nt_unpacker *u, struct nt_err *err)
{
	return catalog_skim(&u->catalog, err);
}

int
nt_unpacker_others(struct nt_unpacker *u, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_err *err)
{
	return check_others(u->from, fault, arg, err);
}

/* ---- members with records ---- */

static int
changed(const struct nt_unpacker *u, struct nt_err *err)
{
	return nt_err_set(err, NT_DATA,
	    "%.*s was changed: its SHA-256 is not the one in the manifest",
	    (int)u->name.len, u->name.p);
}

/* The line that begins the list must be there. */
static int
pass_head(struct nt_unpacker *u, struct nt_err *err)
{
	struct nt_str line;
	int got = lines_next(u->lines, &line, err);

	if (got == -1)
		return -1;
	if (got == 0 || line.len == 0 || line.p[line.len - 1] != '[')
		return nt_err_set(err, NT_DATA, "%.*s does not begin with a "
		    "list of records", (int)u->name.len, u->name.p);
	return 0;
}

/* A place on the shelf for the present file. */
static struct place *
new_place(struct nt_unpacker *u)
{
	if ((u->place_count & (u->place_count - 1)) == 0)
		u->places = nt_realloc_array(u->places, u->place_count == 0 ?
		    1 : 2 * u->place_count, sizeof *u->places);
	u->file->shelf = (uint32_t)++u->place_count;
	return &u->places[u->place_count - 1];
}

/* Copies all of the member to the shelf, where its hash is known. */
static int
shelve(struct nt_unpacker *u, struct nt_err *err)
{
	uint8_t found[NT_SHA256_BYTES];
	struct place *place = new_place(u);
	struct nt_sha256 hash;
	char part[8192];
	ssize_t n;

	place->at = nt_spool_size(u->shelf);
	nt_sha256_init(&hash);
	while ((n = member_read(&u->member, part, sizeof part, err)) > 0) {
		nt_sha256_add(&hash, part, (size_t)n);
		if (nt_spool_add(u->shelf, part, (size_t)n, err) == -1)
			n = -1;
		if (n == -1)
			break;
	}
	nt_sha256_done(&hash, found);
	if (n == -1)
		return -1;
	place->end = nt_spool_size(u->shelf);
	return memcmp(found, u->file->sha256, sizeof found) == 0 ? 0 :
	    changed(u, err);
}

/* Reads on where the last run of the file ended. */
static ssize_t
read_shelf(void *arg, void *p, size_t len, struct nt_err *err)
{
	struct nt_unpacker *u = arg;
	struct place *place = &u->places[u->file->shelf - 1];

	if (len > place->end - place->at)
		len = (size_t)(place->end - place->at);
	if (len > 0 && nt_spool_read(u->shelf, place->at, p, len, err) == -1)
		return -1;
	place->at += len;
	return (ssize_t)len;
}

/* Reads the file that was read ahead. */
static ssize_t
read_loaded(void *arg, void *p, size_t len, struct nt_err *err)
{
	struct nt_unpacker *u = arg;
	struct nt_str all = u->loaded.content;

	(void)err;
	if (len > all.len - u->loaded_at)
		len = all.len - u->loaded_at;
	memcpy(p, all.p + u->loaded_at, len);
	u->loaded_at += len;
	return (ssize_t)len;
}

/* Opens a file of which all records come now. */
static int
open_whole(struct nt_unpacker *u, struct nt_err *err)
{
	uint64_t number = (uint64_t)(u->file - u->catalog.files);
	int got = ahead_take(u->ahead, number, u->left, &u->loaded, err);

	if (got == -1)
		return -1;
	if (got == 1) {
		u->loaded_at = 0;
		u->lines = lines_new((struct nt_source){ .read = read_loaded,
		    .arg = u }, u->name, LINES_PLAIN);
		return 0;
	}
	if (member_open(&u->member, u->from, u->file->member - 1, err) == -1)
		return -1;
	u->lines = lines_new(member_source(&u->member), u->name,
	    LINES_HASHED);
	return 0;
}

/* Opens one of which some come now, the first ones if it is fresh. */
static int
open_part(struct nt_unpacker *u, int fresh, struct nt_err *err)
{
	if (fresh && (member_open(&u->member, u->from, u->file->member - 1,
	    err) == -1 || shelve(u, err) == -1))
		return -1;
	u->run_at = u->places[u->file->shelf - 1].at;
	u->lines = lines_new((struct nt_source){ .read = read_shelf,
	    .arg = u }, u->name, LINES_PLAIN);
	return 0;
}

/* Opens the file that the next run comes from. */
static int
open_file(struct nt_unpacker *u, struct nt_err *err)
{
	struct record_file *f = u->file;
	struct entry e;
	int fresh = f->given == 0;

	u->from->calls->entry(u->from, f->member - 1, &e);
	u->name = e.name;
	u->loaded = (struct ahead_member){ .sha256 = NULL };
	if ((fresh && u->left == f->records ? open_whole(u, err) :
	    open_part(u, fresh, err)) == -1)
		return -1;
	return fresh ? pass_head(u, err) : 0;
}

/* The list ends where it should, and of a whole member the hash is right. */
static int
check_foot(struct nt_unpacker *u, struct nt_err *err)
{
	uint8_t found[NT_SHA256_BYTES];
	struct nt_str line;
	int got = lines_next(u->lines, &line, err);

	if (got == -1)
		return -1;
	if (got == 0 || line.len == 0 || line.p[0] != ']')
		return nt_err_set(err, NT_DATA, "%.*s holds other than the "
		    "%ju records that the manifest counts", (int)u->name.len,
		    u->name.p, (uintmax_t)u->file->records);
	if (u->file->shelf != 0)
		return 0;
	if (u->loaded.sha256 != NULL)
		memcpy(found, u->loaded.sha256, sizeof found);
	else if (lines_hash(u->lines, found, err) == -1)
		return -1;
	return memcmp(found, u->file->sha256, sizeof found) == 0 ? 0 :
	    changed(u, err);
}

/* Ends a run: at the file's last record, or in the midst of it. */
static int
leave_file(struct nt_unpacker *u, struct nt_err *err)
{
	int got = 0;

	if (u->lines == NULL)
		return 0;
	if (u->file->given == u->file->records)
		got = check_foot(u, err);
	else
		u->places[u->file->shelf - 1].at = u->run_at +
		    lines_used(u->lines);
	close_file(u);
	return got;
}

/* ---- the stream ---- */

/* Checks a line before it is given: 0, or -1. */
static int
check_record(struct nt_unpacker *u, struct nt_str line, struct nt_err *err)
{
	struct nt_value v;
	enum nt_kind kind;

	if (nt_json_parse(u->doc, line.p, line.len, &v, err) == -1)
		return -1;
	u->value = v;
	if (!nt_json_was_canonical(u->doc))
		return nt_err_set(err, NT_DATA, "it is not canonical");
	if (!nt_value_is(nt_value_get(v, "object"), NT_JSON_STRING))
		return nt_err_set(err, NT_DATA, "it has no \"object\"");
	kind = nt_kind_of(nt_value_text(nt_value_get(v, "object")));
	if (kind == NT_KIND_SNAPSHOT || kind == NT_KIND_END)
		return nt_err_set(err, NT_DATA,
		    "a control record among the records");
	return 0;
}

static void
hash_all(struct nt_unpacker *u)
{
	nt_sha256_add(&u->hash, u->unhashed.p, u->unhashed.len);
	nt_buf_clear(&u->unhashed);
}

/* Adds a line to the digest; long pieces are hashed faster. */
static void
hash_line(struct nt_unpacker *u, struct nt_str line)
{
	if (line.len >= UNHASHED_BYTES - u->unhashed.len)
		hash_all(u);
	if (line.len >= UNHASHED_BYTES)
		nt_sha256_add(&u->hash, line.p, line.len);
	else
		nt_buf_add(&u->unhashed, line.p, line.len);
	nt_buf_char(&u->unhashed, '\n');
}

static int
next_record(struct nt_unpacker *u, struct nt_str *line, struct nt_err *err)
{
	struct record_file *f = u->file;
	int got;

	if ((got = lines_next(u->lines, line, err)) == -1)
		return -1;
	f->given++;
	u->left--;
	if (got == 0 || line->len == 0 || line->p[0] == ']' ||
	    (f->given < f->records) != (line->p[line->len - 1] == ','))
		return nt_err_set(err, NT_DATA, "%.*s holds other than the "
		    "%ju records that the manifest counts", (int)u->name.len,
		    u->name.p, (uintmax_t)f->records);
	line->len -= f->given < f->records;
	if (check_record(u, *line, err) == -1)
		return nt_err_at(err, "%.*s: record %ju: ", (int)u->name.len,
		    u->name.p, (uintmax_t)f->given);
	hash_line(u, *line);
	return 1;
}

/* Goes on to the next run of the order: 1, 0 at its end, or -1. */
static int
next_run(struct nt_unpacker *u, struct nt_err *err)
{
	struct catalog *c = &u->catalog;
	uint64_t number;
	int got;

	if (leave_file(u, err) == -1)
		return -1;
	if ((got = catalog_order(c, &number, &u->left, err)) != 1)
		return got;
	if (number >= c->count || c->files[number].member == 0)
		return nt_err_set(err, NT_DATA, "the manifest's order names "
		    "file %ju, which it does not list", (uintmax_t)number);
	u->file = &c->files[number];
	if (u->left > u->file->records - u->file->given)
		return nt_err_set(err, NT_DATA, "the manifest's order takes "
		    "more records of file %ju than the %ju it holds",
		    (uintmax_t)number, (uintmax_t)u->file->records);
	return open_file(u, err) == -1 ? -1 : 1;
}

/* All records were given and hash to what the manifest says. */
static int
check_all(struct nt_unpacker *u, struct nt_err *err)
{
	const struct catalog *c = &u->catalog;
	struct nt_value digest = nt_value_get(c->facts, "digest");
	char text[7 + NT_SHA256_TEXT] = "sha256:";

	for (size_t i = 0; i < c->count; i++)
		if (c->files[i].given != c->files[i].records)
			return nt_err_set(err, NT_DATA, "the manifest's order "
			    "leaves out records of file %zu", i);
	hash_all(u);
	nt_sha256_hex(&u->hash, text + 7);
	if (nt_value_is(digest, NT_JSON_STRING) &&
	    !nt_value_text_is(digest, text))
		return nt_err_set(err, NT_DATA, "the records are not those "
		    "that were packed: their digest is %s", text);
	return 0;
}

/* A control record of the manifest: 1 and *line, 0 if it is null, or -1. */
static int
control(struct nt_unpacker *u, const char *name, struct nt_str *line,
    struct nt_err *err)
{
	struct nt_value v = nt_value_get(u->catalog.facts, name);

	if (nt_value_is(v, NT_JSON_NULL))
		return 0;
	if (!nt_value_text_is(nt_value_get(v, "object"), name))
		return nt_err_set(err, NT_DATA,
		    "the manifest's %s is not such a record", name);
	u->value = v;
	nt_buf_clear(&u->control);
	nt_json_canonical(v, &u->control);
	*line = nt_buf_view(&u->control);
	return nt_buf_check(&u->control, "a control record", err) == -1 ?
	    -1 : 1;
}

int
nt_unpacker_next(struct nt_unpacker *u, struct nt_str *line,
    struct nt_err *err)
{
	int got;

	if (u->stage == AT_SNAPSHOT) {
		u->stage = AT_RECORDS;
		if (u->catalog.bytes >= AHEAD_FROM)
			u->ahead = ahead_new(u->from, &u->catalog);
		if ((got = control(u, "snapshot", line, err)) != 0)
			return got;
	}
	if (u->stage == AT_RECORDS) {
		if (u->left > 0 || (got = next_run(u, err)) == 1)
			return next_record(u, line, err);
		if (got == -1 || check_all(u, err) == -1)
			return -1;
		u->stage = AT_END;
	}
	if (u->stage == AT_END) {
		u->stage = AT_LAST;
		return control(u, "end", line, err);
	}
	return 0;
}

/* ---- assets ---- */

int
nt_unpacker_assets(struct nt_unpacker *u, const char *folder,
    struct nt_err *err)
{
	struct nt_value facts = u->catalog.facts;

	if (!nt_value_true(nt_value_at(facts, "/assets/inside")) &&
	    nt_value_int(nt_value_at(facts, "/counts/asset")) > 0)
		return nt_err_set(err, NT_DATA, "the archive was packed "
		    "without the bytes of its assets");
	return extract_all(u->from, folder, err);
}

int
nt_unpacker_asset(struct nt_unpacker *u, struct nt_str sha256, int fd,
    struct nt_err *err)
{
	if (u->assets == NULL && extract_find(u->from, &u->assets, err) == -1)
		return -1;
	return extract_one(u->from, u->assets, sha256, fd, err);
}

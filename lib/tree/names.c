#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/json.h"
#include "nt/mem.h"

#define NOTES_MAX ((size_t)4 << 30)	/* bytes of all names together */
#define NOTE_BYTES_MAX 255
#define SLUG_MAX 150			/* leaves room for an id and more */

/* What a note says: a byte of these, one with a length, and that many. */
enum {
	NOTE_PAGE,		/* the slug of its title */
	NOTE_DATABASE,		/* the same */
	NOTE_PART,		/* the id that has the file */
	NOTE_ASSET,		/* what follows the hash in its name */
	NOTE_PERSON		/* a user's name */
};

/* The maps lead to notes, which stand behind each other in one buffer. */
struct nt_names {
	struct nt_id_map *files;	/* by id */
	struct nt_id_map *assets;	/* by the first half of the hash */
	struct nt_id_map *people;	/* by id */
	struct nt_buf notes;
};

/* ---- what names are made of ---- */

static void
slug_of(struct nt_value record, struct nt_buf *slug)
{
	struct nt_buf title;

	nt_buf_init(&title, NT_RECORD_MAX);
	title_of(record, &title);
	nt_tree_slug(slug, nt_buf_view(&title), SLUG_MAX);
	nt_buf_free(&title);
}

static void
put_name(struct nt_buf *out, const char *folder, struct nt_str slug,
    const char *id, const char *ending)
{
	nt_buf_str(out, folder);
	nt_buf_add(out, slug.p, slug.len);
	nt_buf_fmt(out, "-%s%s", id, ending);
}

void
name_page(struct nt_buf *out, struct nt_value page, const char *id)
{
	struct nt_buf slug;

	nt_buf_init(&slug, NT_TREE_NAME_MAX);
	slug_of(page, &slug);
	put_name(out, "pages/", nt_buf_view(&slug), id, ".md");
	nt_buf_free(&slug);
}

void
name_database(struct nt_buf *out, struct nt_value record, const char *id)
{
	struct nt_buf slug;

	nt_buf_init(&slug, NT_TREE_NAME_MAX);
	slug_of(record, &slug);
	put_name(out, "databases/", nt_buf_view(&slug), id, ".json");
	nt_buf_free(&slug);
}

/* ---- taking notes ---- */

/* Writes a note; where it stands. */
static uint64_t
note(struct nt_names *n, int what, const void *p, size_t len)
{
	uint64_t place = n->notes.len;

	nt_buf_char(&n->notes, (char)what);
	nt_buf_char(&n->notes, (char)len);
	nt_buf_add(&n->notes, p, len);
	return place;
}

static void
note_title(struct nt_names *n, const struct nt_id *id, int what,
    struct nt_value record)
{
	struct nt_buf slug;

	nt_buf_init(&slug, NT_TREE_NAME_MAX);
	slug_of(record, &slug);
	nt_id_map_put(n->files, id, note(n, what, slug.p, slug.len));
	nt_buf_free(&slug);
}

static void
note_page(struct nt_names *n, struct nt_value page)
{
	struct nt_id id;

	if (id_at(page, "/id", &id) == 0 &&
	    !nt_id_map_get(n->files, &id, NULL))
		note_title(n, &id, NOTE_PAGE, page);
}

/* As the packer puts them into files: with their database, or alone. */
static void
note_database(struct nt_names *n, struct nt_value record)
{
	struct nt_id id, parent;

	if (id_at(record, "/id", &id) == -1 ||
	    nt_id_map_get(n->files, &id, NULL))
		return;
	if (id_at(record, "/parent/database_id", &parent) == 0 &&
	    nt_id_map_get(n->files, &parent, NULL))
		nt_id_map_put(n->files, &id, note(n, NOTE_PART, parent.b,
		    sizeof parent.b));
	else
		note_title(n, &id, NOTE_DATABASE, record);
}

static void
note_asset(struct nt_names *n, struct nt_value asset)
{
	struct nt_str sha256 = nt_value_text(nt_value_get(asset, "sha256"));
	struct nt_buf name;
	struct nt_id half;

	if (!is_sha256(sha256))
		return;
	nt_id_scan((struct nt_str){ sha256.p, 32 }, &half);
	if (nt_id_map_get(n->assets, &half, NULL))
		return;
	nt_buf_init(&name, NT_TREE_NAME_MAX);
	slug_of_asset(&name, nt_value_text(nt_value_get(asset, "name")));
	nt_id_map_put(n->assets, &half, note(n, NOTE_ASSET, name.p,
	    name.len));
	nt_buf_free(&name);
}

static void
note_person(struct nt_names *n, struct nt_value user)
{
	struct nt_str name = nt_value_text(nt_value_get(user, "name"));
	struct nt_id id;

	if (name.len > 0 && name.len <= NOTE_BYTES_MAX &&
	    id_at(user, "/id", &id) == 0)
		nt_id_map_put(n->people, &id, note(n, NOTE_PERSON, name.p,
		    name.len));
}

/* ---- reading a stream for them ---- */

/* The kinds that others link to, or call by name. */
static void (*const takers[NT_KIND_COUNT])(struct nt_names *n,
    struct nt_value record) = {
	[NT_KIND_PAGE] = note_page,
	[NT_KIND_DATABASE] = note_database,
	[NT_KIND_DATA_SOURCE] = note_database,
	[NT_KIND_ASSET] = note_asset,
	[NT_KIND_USER] = note_person
};

/*
 * Most lines are blocks, of which a glance is enough.  What is not plain, such
 * as a kind spelt with escapes, is read in full.
 */
static void
read_line(struct nt_names *n, struct nt_json *doc, struct nt_str line)
{
	static const char *const names[] = { "object" };
	struct nt_str object;
	struct nt_value v;
	enum nt_kind kind;

	if (nt_json_glance(line.p, line.len, names, 1, &object) == 1 &&
	    object.len > 2 && memchr(object.p, '\\', object.len) == NULL &&
	    takers[nt_kind_of((struct nt_str){ object.p + 1,
	    object.len - 2 })] == NULL)
		return;
	if (nt_json_parse(doc, line.p, line.len, &v, NULL) == -1)
		return;
	kind = nt_kind_of(nt_value_text(nt_value_get(v, "object")));
	if (takers[kind] != NULL)
		takers[kind](n, v);
}

/* A descriptor being read, and another that gets what was read, or -1. */
struct tap {
	int fd, copy;
	int (*stop)(void);
};

static ssize_t
read_tap(void *arg, void *p, size_t len, struct nt_err *err)
{
	struct tap *t = arg;
	ssize_t n = nt_read_some(t->fd, p, len);

	if (n == -1)
		return nt_err_sys(err, "read", "the stream");
	if (t->stop())
		return nt_err_set(err, NT_SYS, "stopped by a signal");
	if (n > 0 && t->copy != -1 && nt_write_all(t->copy, p, (size_t)n) == -1)
		return nt_err_sys(err, "write", "a temporary file");
	return n;
}

/*
 * Reads to the end.  A line too long, or a last one that is half there, ends
 * it early: what is wrong is for the reader of the records to say.
 */
static int
read_all(struct nt_names *n, struct tap *t, struct nt_err *err)
{
	struct nt_source source = { .read = read_tap, .arg = t };
	struct lines *lines = lines_new(source, NT_STR("the stream"),
	    LINES_PLAIN);
	struct nt_json *doc = nt_json_new();
	struct nt_str line;
	struct nt_err why;
	int got;

	while ((got = lines_next(lines, &line, &why)) == 1)
		read_line(n, doc, line);
	nt_json_free(doc);
	lines_free(lines);
	if (got == 0 || why.kind == NT_DATA || why.kind == NT_LIMIT)
		return nt_buf_check(&n->notes, "the list of names", err);
	*err = why;
	return -1;
}

/* Reads what can be read again, and goes back to where it began. */
static int
read_twice(struct nt_names *n, struct tap *t, struct nt_err *err)
{
	off_t start = lseek(t->fd, 0, SEEK_CUR);

	if (start == -1 || read_all(n, t, err) == -1)
		return start == -1 ? nt_err_sys(err, "seek in", "the stream") :
		    -1;
	return lseek(t->fd, start, SEEK_SET) == -1 ?
	    nt_err_sys(err, "seek in", "the stream") : 0;
}

/* Reads what cannot into a file that takes its place. */
static int
read_once(struct nt_names *n, struct tap *t, int *fd, struct nt_err *err)
{
	if ((t->copy = nt_file_temp(err)) == -1)
		return -1;
	if (read_all(n, t, err) == -1 || lseek(t->copy, 0, SEEK_SET) == -1) {
		close(t->copy);
		return -1;
	}
	close(*fd);
	*fd = t->copy;
	return 0;
}

struct nt_names *
nt_names_read(int *fd, int (*stop)(void), struct nt_err *err)
{
	struct nt_names *n = nt_alloc(sizeof *n);
	struct tap t = { *fd, -1, stop };
	off_t size;
	int got;

	n->files = nt_id_map_new();
	n->assets = nt_id_map_new();
	n->people = nt_id_map_new();
	nt_buf_init(&n->notes, NOTES_MAX);
	got = nt_file_regular(*fd, &size) ? read_twice(n, &t, err) :
	    read_once(n, &t, fd, err);
	if (got == 0)
		return n;
	nt_names_free(n);
	return NULL;
}

void
nt_names_free(struct nt_names *n)
{
	if (n == NULL)
		return;
	nt_id_map_free(n->files);
	nt_id_map_free(n->assets);
	nt_id_map_free(n->people);
	nt_buf_free(&n->notes);
	free(n);
}

/* ---- looking them up ---- */

/* The text of a note, and what it says. */
static struct nt_str
read_note(const struct nt_names *n, uint64_t place, int *what)
{
	const char *p = n->notes.p + place;

	*what = p[0];
	return (struct nt_str){ p + 2, (unsigned char)p[1] };
}

int
nt_names_file(const struct nt_names *n, const struct nt_id *id,
    struct nt_buf *out)
{
	char text[NT_ID_TEXT];
	struct nt_id owner = *id;
	struct nt_str slug;
	uint64_t place;
	int what;

	if (!nt_id_map_get(n->files, id, &place))
		return 0;
	for (slug = read_note(n, place, &what); what == NOTE_PART;
	    slug = read_note(n, place, &what)) {
		memcpy(owner.b, slug.p, sizeof owner.b);
		nt_id_map_get(n->files, &owner, &place);
	}
	nt_id_format(&owner, text);
	if (what == NOTE_PAGE)
		put_name(out, "pages/", slug, text, ".md");
	else
		put_name(out, "databases/", slug, text, ".json");
	return 1;
}

int
nt_names_asset(const struct nt_names *n, struct nt_str sha256,
    struct nt_buf *out)
{
	struct nt_id half;
	struct nt_str slug;
	uint64_t place;
	int what;

	if (!is_sha256(sha256))
		return 0;
	nt_id_scan((struct nt_str){ sha256.p, 32 }, &half);
	if (!nt_id_map_get(n->assets, &half, &place))
		return 0;
	slug = read_note(n, place, &what);
	nt_buf_fmt(out, "assets/%.*s-%.*s", SHA256_HEX, sha256.p,
	    (int)slug.len, slug.p);
	return 1;
}

static int
person(const struct nt_names *n, const struct nt_id *id,
    struct nt_buf *out)
{
	struct nt_str name;
	uint64_t place;
	int what;

	if (!nt_id_map_get(n->people, id, &place))
		return 0;
	name = read_note(n, place, &what);
	nt_buf_add(out, name.p, name.len);
	return 1;
}

/* ---- for pages ---- */

static int
link_file(const void *arg, const struct nt_id *id, struct nt_buf *out)
{
	return nt_names_file(arg, id, out);
}

static int
link_asset(const void *arg, struct nt_value record, struct nt_buf *out)
{
	return nt_names_asset(arg,
	    nt_value_text(nt_value_get(record, "sha256")), out);
}

static int
link_person(const void *arg, const struct nt_id *id, struct nt_buf *out)
{
	return person(arg, id, out);
}

void
nt_names_links(const struct nt_names *n, int assets,
    struct nt_markdown_links *links)
{
	*links = (struct nt_markdown_links){ link_file,
	    assets ? link_asset : NULL, link_person, n };
}

/*
 * Formats by name and by what writes them.  Folders and repositories are
 * renewed by their rooms; all else is written as a draft and put in place.
 */
#include "nt/store.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/mem.h"
#include "nt/repo.h"
#include "nt/stream.h"
#include "nt/trace.h"

/* One stream on its way. */
struct passage {
	const struct nt_storing *to;
	struct nt_reader *in;
	int fd;			/* to write to, where the format wants one */
};

static int write_tree(struct passage *p, struct nt_err *err);
static int write_ndjson(struct passage *p, struct nt_err *err);
static int write_folder(struct passage *p, struct nt_err *err);
static int write_repo(struct passage *p, struct nt_err *err);

struct nt_store_format {
	const char *name;
	const char *endings[3];		/* of the output's name */
	unsigned is;
	enum nt_tree_form form;		/* of a tree in a file */
	int (*write)(struct passage *p, struct nt_err *err);
};

#define TREE (NT_STORE_TREE | NT_STORE_ASSETS)
#define PLACE (NT_STORE_ASSETS | NT_STORE_IN_PLACE)

static const struct nt_store_format formats[] = {
	{ "zip", { ".zip" }, TREE, NT_TREE_ZIP, write_tree },
	{ "tar", { ".tar" }, TREE, NT_TREE_TAR, write_tree },
	{ "tar.gz", { ".tar.gz", ".tgz" }, TREE, NT_TREE_TAR_GZ, write_tree },
	{ "tar.zst", { ".tar.zst", ".tzst" }, TREE, NT_TREE_TAR_ZST,
	    write_tree },
	{ "dir", { "/" }, NT_STORE_TREE | PLACE, 0, write_folder },
	{ "sqlite", { ".db", ".sqlite" }, NT_STORE_INDEX | PLACE, 0,
	    write_repo },
	{ "ndjson", { ".ndjson" }, NT_STORE_TEXT, 0, write_ndjson }
};

#define FORMATS (sizeof formats / sizeof *formats)

void
nt_store_names(struct nt_buf *b)
{
	for (size_t i = 0; i < FORMATS; i++)
		nt_buf_fmt(b, "%s%s", i == 0 ? "" : i + 1 < FORMATS ? ", " :
		    " or ", formats[i].name);
}

const struct nt_store_format *
nt_store_named(const char *name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(name, formats[i].name) == 0)
			return &formats[i];
	return NULL;
}

const char *
nt_store_name(const struct nt_store_format *f)
{
	return f->name;
}

unsigned
nt_store_is(const struct nt_store_format *f)
{
	return f->is;
}

static int
ends_in(const char *name, const char *ending)
{
	size_t len = strlen(name), end = strlen(ending);

	return len >= end && strcasecmp(name + len - end, ending) == 0;
}

const struct nt_store_format *
nt_store_by_path(const char *path)
{
	for (size_t i = 0; i < FORMATS; i++)
		for (const char *const *e = formats[i].endings; *e != NULL; e++)
			if (ends_in(path, *e))
				return &formats[i];
	return nt_file_is_folder(path) ? nt_store_named("dir") : NULL;
}

/* ---- one stream into one descriptor ---- */

/* 1 while there are records and nobody asked us to stop. */
static int
next(struct passage *p, struct nt_record *rec, struct nt_err *err)
{
	if (p->to->stop())
		return nt_err_set(err, NT_SYS, "stopped by a signal");
	if (p->to->tick != NULL)
		p->to->tick(nt_reader_bytes(p->in));
	return nt_reader_next(p->in, rec, err);
}

static void
warn_missing(const struct passage *p, uint64_t assets)
{
	struct nt_err why;

	if (assets == 0)
		return;
	nt_err_set(&why, NT_DATA, "%ju assets are missing or not what they "
	    "should be, the archive is partial", (uintmax_t)assets);
	p->to->warn(why.text);
}

/* Packs all of the stream; packer, which is freed, is NULL if it failed. */
static int
fill(struct passage *p, struct nt_packer *packer, struct nt_err *err)
{
	struct nt_record rec;
	int got;

	if (packer == NULL)
		return -1;
	while ((got = next(p, &rec, err)) == 1)
		if ((got = nt_packer_record(packer, &rec, err)) == -1)
			break;
	if (got == 0)
		got = nt_packer_finish(packer, nt_reader_snapshot(p->in),
		    nt_reader_end(p->in), nt_reader_complete(p->in), err);
	if (got == 0)
		warn_missing(p, nt_packer_missing(packer));
	if (got == 0 && nt_packer_waiting(packer))
		p->to->warn("the folder is being read: what is new in it "
		    "waits in .nt-pack for the next renewal, and is read "
		    "from there");
	nt_packer_free(packer);
	return got;
}

static int
write_tree(struct passage *p, struct nt_err *err)
{
	return fill(p, nt_packer_new(p->fd, p->to->format->form, &p->to->how),
	    err);
}

/* Writes a control record if there was one. */
static int
write_control(struct nt_writer *out, struct nt_str line, struct nt_err *err)
{
	return line.p == NULL ? 0 : nt_writer_line(out, line, err);
}

static int
write_ndjson(struct passage *p, struct nt_err *err)
{
	struct nt_writer *out = nt_writer_new(p->fd);
	struct nt_record rec;
	struct nt_err late;
	int got, begun = 0;

	while ((got = next(p, &rec, err)) == 1) {
		if (!begun++)
			got = write_control(out, nt_reader_snapshot(p->in),
			    err);
		if (got != -1)
			got = nt_writer_line(out, (struct nt_str){ rec.line,
			    rec.len }, err);
		if (got == -1)
			break;
	}
	if (got == 0 && !begun)
		got = write_control(out, nt_reader_snapshot(p->in), err);
	if (got == 0)
		got = write_control(out, nt_reader_end(p->in), err);
	if (nt_writer_close(out, got == -1 ? &late : err) == -1)
		got = -1;
	return got;
}

static int
write_folder(struct passage *p, struct nt_err *err)
{
	return fill(p, nt_packer_folder(p->to->output, &p->to->how, err), err);
}

/* Adds a snapshot to the repository. */
static int
write_repo(struct passage *p, struct nt_err *err)
{
	const struct nt_storing *to = p->to;
	struct nt_repo_adder *a;
	struct nt_repo *r;
	struct nt_record rec;
	int got = 0;

	if (nt_repo_open_to_write(&r, to->output, to->tool, err) == -1)
		return -1;
	if (to->search)
		got = nt_repo_search(r, err);
	a = nt_repo_add(r, to->how.assets, to->how.partial);
	if (to->how.give != NULL)
		nt_repo_add_from(a, to->how.give, to->how.give_arg);
	while (got == 0 && (got = next(p, &rec, err)) == 1)
		got = nt_repo_add_record(a, &rec, err);
	if (got == 0)
		got = nt_repo_add_finish(a, nt_reader_snapshot(p->in),
		    nt_reader_end(p->in), nt_reader_complete(p->in), err);
	if (got == 0)
		warn_missing(p, nt_repo_add_missing(a));
	nt_repo_adder_free(a);
	nt_repo_close(r);
	return got;
}

/* ---- where it goes ---- */

/* Reads the stream from *in and writes it in its format, to fd or in place. */
static int
pass(const struct nt_storing *s, int *in, int fd, uint64_t *bytes,
    struct nt_err *err)
{
	struct passage p = { .fd = fd };
	struct nt_storing to = *s;
	struct nt_names *names = NULL;
	int got;

	if ((to.format->is & NT_STORE_TREE) && to.markdown &&
	    (names = nt_names_read(in, to.stop, err)) == NULL)
		return -1;
	to.how.names = names;
	p.to = &to;
	p.in = nt_reader_of_fd(*in, to.input, to.how.partial ?
	    NT_READ_PARTIAL : NT_READ_WHOLE, NULL);
	got = to.format->write(&p, err);
	if (got == 0 && !nt_reader_complete(p.in))
		to.warn("the stream is not complete, nor is the archive");
	*bytes = nt_reader_bytes(p.in);
	nt_reader_free(p.in);
	nt_names_free(names);
	return got;
}

/* The folder that a file is in, for the caller to free. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return nt_strdup(".");
	return nt_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static void
trace_packed(uint64_t bytes)
{
	if (nt_trace_on())
		nt_trace("packed", "\"bytes\":%ju", (uintmax_t)bytes);
}

/* Writes a draft and puts it in place when it is whole. */
static int
put_in_place(const struct nt_storing *s, int *in, uint64_t *bytes,
    struct nt_err *err)
{
	char *folder = folder_of(s->output);
	struct nt_draft d;
	int got;

	nt_draft_sweep(folder);
	free(folder);
	if (nt_draft_open(&d, s->output, err) == -1)
		return -1;
	got = pass(s, in, d.fd, bytes, err);
	if (got == 0)
		got = nt_draft_commit(&d, err);
	nt_draft_free(&d);
	return got;
}

int
nt_store_stream(const struct nt_storing *s, int *fd, uint64_t *bytes,
    struct nt_err *err)
{
	int got;

	if (strcmp(s->output, "-") == 0) {
		got = pass(s, fd, STDOUT_FILENO, bytes, err);
		return got == -1 ? -1 : nt_file_close(STDOUT_FILENO,
		    "standard output", err);
	}
	got = s->format->is & NT_STORE_IN_PLACE ? pass(s, fd, -1, bytes, err) :
	    put_in_place(s, fd, bytes, err);
	if (got == 0)
		trace_packed(*bytes);
	return got;
}

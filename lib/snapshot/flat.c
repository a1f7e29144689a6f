/*
 * A snapshot as one text: mapped as it is if it looks like a stream in
 * canonical lines, else copied line by line by whoever reads its format.
 */
#include "internal.h"

#include <stdlib.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/json.h"

struct nt_flat {
	const char *path;
	struct nt_snapshot_how how;
	struct nt_found found;		/* fd -1 once it was taken over */
	void (*tick)(uint64_t bytes);
	const char *map;
	size_t size;
	struct nt_text *text;
	int complete;
};

static void
unmap(struct nt_flat *f)
{
	nt_text_free(f->text);
	nt_file_unmap(f->map, f->size);
	f->text = NULL;
	f->map = NULL;
}

static int
map(struct nt_flat *f, int fd, struct nt_err *err)
{
	off_t size;

	nt_file_regular(fd, &size);
	f->size = (size_t)size;
	f->map = nt_file_map(fd, f->size, f->path, err);
	return f->map != NULL ? 0 : -1;
}

/* Writes all lines of the snapshot to fd. */
static int
copy_lines(struct nt_flat *f, struct nt_snapshot *s, int fd,
    struct nt_err *err)
{
	struct nt_writer *out = nt_writer_new_alone(fd);
	struct nt_err late;
	struct nt_str line;
	int got;

	while ((got = nt_snapshot_line(s, &line, err)) == 1) {
		if ((got = nt_writer_line(out, line, err)) == -1)
			break;
		if (f->tick != NULL)
			f->tick(nt_writer_bytes(out));
	}
	f->complete = nt_snapshot_complete(s);
	if (nt_writer_close(out, got == -1 ? &late : err) == -1)
		return -1;
	return got;
}

/* Copies what was found to a file and maps that: 0, or -1. */
static int
copy(struct nt_flat *f, struct nt_err *err)
{
	struct nt_snapshot *s;
	int fd, got;

	got = snapshot_open_found(&s, f->path, &f->found, &f->how, err);
	f->found.fd = -1;
	if (got == -1)
		return -1;
	fd = nt_file_temp(err);
	got = fd == -1 ? -1 : copy_lines(f, s, fd, err);
	nt_snapshot_close(s);
	if (got == 0)
		got = map(f, fd, err);
	if (fd != -1)
		close(fd);
	if (got == 0 && (f->text = nt_text_new_known(f->map, f->size)) == NULL)
		got = nt_err_set(err, NT_DATA, "%s: it does not begin with a "
		    "snapshot record", f->path);
	return got;
}

/* Maps what was found if that can be: 0, or -1. */
static int
map_or_copy(struct nt_flat *f, struct nt_err *err)
{
	if (f->found.format == NT_FORMAT_STREAM && f->how.at_ms == -1 &&
	    f->how.number == 0) {
		if (map(f, f->found.fd, err) == -1)
			return -1;
		f->text = nt_text_new(f->map, f->size);
		if (f->text != NULL) {
			f->complete = 1;
			return 0;
		}
		unmap(f);
	}
	return copy(f, err);
}

int
nt_flat_open(struct nt_flat **out, const char *path,
    const struct nt_snapshot_how *how, void (*tick)(uint64_t bytes),
    struct nt_err *err)
{
	struct nt_flat *f = nt_alloc(sizeof *f);

	*f = (struct nt_flat){ .path = path, .how = *how, .tick = tick,
	    .found.fd = -1 };
	if (nt_found_open(&f->found, path, err) == -1 ||
	    map_or_copy(f, err) == -1) {
		nt_flat_close(f);
		return -1;
	}
	*out = f;
	return 0;
}

int
nt_flat_check(struct nt_flat *f, struct nt_err *err)
{
	if (nt_text_is_good(f->text))
		return 1;
	unmap(f);
	return copy(f, err);
}

struct nt_str
nt_flat_records(const struct nt_flat *f)
{
	return nt_text_records(f->text);
}

struct nt_str
nt_flat_snapshot(const struct nt_flat *f)
{
	return nt_text_snapshot(f->text);
}

struct nt_str
nt_flat_end(const struct nt_flat *f)
{
	return nt_text_end(f->text);
}

int
nt_flat_complete(const struct nt_flat *f)
{
	return f->complete;
}

enum nt_format
nt_flat_format(const struct nt_flat *f)
{
	return f->found.format;
}

void
nt_flat_close(struct nt_flat *f)
{
	if (f == NULL)
		return;
	unmap(f);
	nt_found_close(&f->found);
	free(f);
}

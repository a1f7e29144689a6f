/*
 * notion-markdown - show the pages of a snapshot stream as Markdown
 *
 *	in	records, from the file named or standard input
 *	out	one page; with -o a folder of all, with their files
 *	exit	0 all of it is written, 2 trouble
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/id.h"
#include "nt/markdown.h"
#include "nt/mem.h"
#include "nt/stream.h"
#include "nt/tool.h"
#include "nt/tree.h"

#define PAGE_MAX ((size_t)1 << 30)	/* of the records of one page */

enum {
	OPT_ASSETS = 256,
	OPT_PAGE,
	OPT_PROGRESS
};

static const struct nt_option options[] = {
	{ OPT_ASSETS, "assets", "DIR",
	    "copy the bytes of assets, from DIR/SHA256, with -o" },
	{ 'k', "keep-going", NULL, "go on behind a bad line" },
	{ 'o', "output", "DIR", "write all pages to DIR/pages" },
	{ OPT_PAGE, "page", "ID", "the page to write (the one all are below)" },
	{ OPT_PROGRESS, "progress", "WHEN", "auto, always or never" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-markdown", "[options] [file]",
	"show the pages of a snapshot stream as Markdown", options
};

/* What the command line asks for. */
struct wish {
	const char *assets;
	const char *output;	/* a folder, or NULL: standard output */
	const char *input;
	int keep_going;
	int by_id;		/* page is the one that was asked for */
	struct nt_id page;
};

/* The stream in hand. */
struct work {
	const struct wish *wish;
	struct nt_names *names;
	struct nt_markdown *markdown;
	struct nt_buf records;	/* of the page that is being read */
	struct nt_id page;	/* its id */
	int in_page;
	struct nt_buf text;	/* of one page */
	struct nt_buf old;	/* what is there */
	uint64_t pages;		/* met */
	uint64_t roots;		/* of them, below none in the stream */
	uint64_t written;
	int bad;		/* lines were passed over */
};

/* ---- the folder ---- */

/* Puts a folder's path and a file's name together. */
static void
join(struct nt_buf *path, const char *folder, struct nt_str file)
{
	nt_buf_clear(path);
	nt_buf_fmt(path, "%s/%.*s", folder, (int)file.len, file.p);
}

/* 1 if the file is there with these bytes. */
static int
is_same(const char *path, struct nt_str bytes, struct nt_buf *old)
{
	struct nt_err ignored;
	off_t size;
	int fd = nt_file_open_regular(path, &size, &ignored), same = 0;

	if (fd == -1)
		return 0;
	nt_buf_clear(old);
	if (size == (off_t)bytes.len && nt_buf_reserve(old, bytes.len) !=
	    NULL && nt_pread_all(fd, old->p, bytes.len, 0) == 0)
		same = memcmp(old->p, bytes.p, bytes.len) == 0;
	close(fd);
	return same;
}

static int
put_file(struct work *w, const char *path, struct nt_str bytes,
    struct nt_err *err)
{
	struct nt_draft d;
	int got;

	if (is_same(path, bytes, &w->old))
		return 0;
	if (nt_draft_open(&d, path, err) == -1)
		return -1;
	got = nt_write_all(d.fd, bytes.p, bytes.len) == -1 ?
	    nt_err_sys(err, "write", path) : nt_draft_commit(&d, err);
	nt_draft_free(&d);
	return got;
}

/* Copies from one descriptor to the other until the end. */
static int
copy(int from, int to, const char *path, struct nt_err *err)
{
	char part[65536];
	ssize_t n;

	while ((n = nt_read_some(from, part, sizeof part)) > 0)
		if (nt_write_all(to, part, (size_t)n) == -1)
			return nt_err_sys(err, "write", path);
	return n == -1 ? nt_err_sys(err, "read", path) : 0;
}

/* Copies an asset to its place, unless a file of its size is there. */
static int
copy_asset(const char *from, const char *to, struct nt_err *err)
{
	struct nt_err ignored;
	struct nt_draft d;
	off_t size, have;
	int in, there, got;

	if ((in = nt_file_open_regular(from, &size, err)) == -1)
		return -1;
	there = nt_file_open_regular(to, &have, &ignored);
	if (there != -1)
		close(there);
	if ((there != -1 && have == size) || nt_draft_open(&d, to, err) ==
	    -1) {
		close(in);
		return there != -1 && have == size ? 0 : -1;
	}
	got = copy(in, d.fd, to, err);
	if (got == 0)
		got = nt_draft_commit(&d, err);
	nt_draft_free(&d);
	close(in);
	return got;
}

static int
put_asset(struct work *w, struct nt_value record, struct nt_err *err)
{
	struct nt_str sha256 = nt_value_text(nt_value_get(record, "sha256"));
	struct nt_buf from, to, name;
	int got = 0;

	nt_buf_init(&from, NT_BUF_MAX);
	nt_buf_init(&to, NT_BUF_MAX);
	nt_buf_init(&name, NT_BUF_MAX);
	if (nt_names_asset(w->names, sha256, &name)) {
		join(&from, w->wish->assets, sha256);
		join(&to, w->wish->output, nt_buf_view(&name));
		got = copy_asset(from.p, to.p, err);
	}
	nt_buf_free(&from);
	nt_buf_free(&to);
	nt_buf_free(&name);
	return got;
}

/* ---- pages ---- */

/* 1 if the page in hand is one to be written. */
static int
is_wanted(const struct work *w)
{
	const struct wish *wish = w->wish;

	if (wish->output != NULL)
		return 1;
	return wish->by_id ? nt_id_eq(&w->page, &wish->page) : w->pages == 1;
}

/* Writes the page whose records were gathered, if it is wanted. */
static int
finish_page(struct work *w, struct nt_err *err)
{
	struct nt_buf name, path;
	int got = 0;

	if (!w->in_page || w->records.len == 0 || !is_wanted(w))
		return 0;
	if (nt_buf_check(&w->records, "a page", err) == -1)
		return -1;
	nt_buf_clear(&w->text);
	if (nt_markdown_page(w->markdown, &w->text, nt_buf_view(&w->records),
	    err) == -1)
		return -1;
	w->written++;
	if (w->wish->output == NULL)
		return 0;	/* all is well when the stream is read */
	nt_buf_init(&name, NT_BUF_MAX);
	nt_buf_init(&path, NT_BUF_MAX);
	if (nt_names_file(w->names, &w->page, &name)) {
		join(&path, w->wish->output, nt_buf_view(&name));
		got = put_file(w, path.p, nt_buf_view(&w->text), err);
	}
	nt_buf_free(&name);
	nt_buf_free(&path);
	return got;
}

/* 1 if nothing of the stream is above the page or database. */
static int
is_root(const struct work *w, struct nt_value record)
{
	struct nt_value parent = nt_value_get(record, "parent");
	struct nt_str type = nt_value_text(nt_value_get(parent, "type"));
	struct nt_value above = nt_value_get_n(parent, type.p, type.len);
	struct nt_buf ignored;
	struct nt_id id;
	int root;

	/* the block that it is in belongs to a page of the stream */
	if (nt_str_is(type, "block_id"))
		return w->pages == 0;
	if (nt_id_scan(nt_value_text(above), &id) == -1)
		return 1;
	nt_buf_init(&ignored, NT_BUF_MAX);
	root = !nt_names_file(w->names, &id, &ignored);
	nt_buf_free(&ignored);
	return root;
}

static int
start_page(struct work *w, const struct nt_record *rec, struct nt_err *err)
{
	if (finish_page(w, err) == -1)
		return -1;
	nt_buf_clear(&w->records);
	w->in_page = rec->kind == NT_KIND_PAGE;
	w->roots += (rec->kind == NT_KIND_PAGE ||
	    rec->kind == NT_KIND_DATABASE) && is_root(w, rec->value);
	if (!w->in_page)
		return 0;
	w->pages++;
	memset(&w->page, 0, sizeof w->page);
	nt_id_scan(nt_value_text(nt_value_get(rec->value, "id")), &w->page);
	return 0;
}

static int
take_record(struct work *w, const struct nt_record *rec, struct nt_err *err)
{
	switch (rec->kind) {
	case NT_KIND_USER:
	case NT_KIND_CUSTOM_EMOJI:
	case NT_KIND_PAGE:
	case NT_KIND_DATABASE:
	case NT_KIND_DATA_SOURCE:
	case NT_KIND_VIEW:
		if (start_page(w, rec, err) == -1)
			return -1;
		break;
	case NT_KIND_ASSET:
		if (w->wish->assets != NULL &&
		    put_asset(w, rec->value, err) == -1)
			return -1;
		break;
	default:
		break;
	}
	/* blocks without their page are a page of their own */
	if (w->pages == 0 && rec->kind == NT_KIND_BLOCK)
		w->in_page = w->pages = 1;
	if (w->in_page && is_wanted(w)) {
		nt_buf_add(&w->records, rec->line, rec->len);
		nt_buf_char(&w->records, '\n');
	}
	return 0;
}

/* ---- the stream ---- */

static int
read_stream(struct work *w, struct nt_reader *in, struct nt_err *err)
{
	struct nt_record rec;
	int got;

	for (;;) {
		nt_tool_progress("%ju pages written", (uintmax_t)w->written);
		if (nt_tool_stopping())
			return nt_err_set(err, NT_SYS, "stopped by a signal");
		got = nt_reader_next(in, &rec, err);
		if (got == 1 && take_record(w, &rec, err) == -1)
			return -1;
		if (got == 0)
			return finish_page(w, err);
		if (got == 1)
			continue;
		if (!w->wish->keep_going || !nt_reader_bad_line(in))
			return -1;
		w->bad = 1;
		nt_tool_fail(err);
	}
}

/* Checks that what was asked for is the page that was found. */
static int
check_found(const struct work *w, struct nt_err *err)
{
	char text[NT_ID_TEXT];

	if (w->wish->output != NULL)
		return 0;
	if (w->wish->by_id) {
		nt_id_format(&w->wish->page, text);
		return w->written > 0 ? 0 : nt_err_set(err, NT_DATA,
		    "page %s is not in the stream", text);
	}
	if (w->pages == 0)
		return nt_err_set(err, NT_DATA, "there is no page in the "
		    "stream");
	return w->roots <= 1 ? 0 : nt_err_set(err, NT_DATA, "%ju pages and "
	    "databases are below no other, expected one, --page or --output",
	    (uintmax_t)w->roots);
}

static int
write_page(const struct work *w, struct nt_err *err)
{
	if (w->wish->output != NULL)
		return 0;
	if (nt_write_all(STDOUT_FILENO, w->text.p, w->text.len) == -1)
		return nt_err_sys(err, "write", "standard output");
	return nt_file_close(STDOUT_FILENO, "standard output", err);
}

static int
make_folders(const struct wish *wish, struct nt_err *err)
{
	struct nt_buf path;
	int got;

	if (wish->output == NULL)
		return 0;
	nt_buf_init(&path, NT_BUF_MAX);
	join(&path, wish->output, NT_STR("pages"));
	got = nt_dir_make(path.p, err);
	nt_draft_sweep(path.p);
	if (got == 0 && wish->assets != NULL) {
		join(&path, wish->output, NT_STR("assets"));
		got = nt_dir_make(path.p, err);
		nt_draft_sweep(path.p);
	}
	nt_buf_free(&path);
	return got;
}

/* Shows what the stream in fd holds; 0 or -1. */
static int
show(struct work *w, int fd, struct nt_err *err)
{
	const char *name = strcmp(w->wish->input, "-") == 0 ? NULL :
	    w->wish->input;
	struct nt_reader *in = nt_reader_of_fd(fd, name, NT_READ_LINES, NULL);
	int got = read_stream(w, in, err);

	nt_tool_progress_done();
	if (got == 0)
		got = check_found(w, err);
	if (got == 0)
		got = write_page(w, err);
	nt_reader_free(in);
	return got;
}

static int
run(const struct wish *wish, struct nt_err *err)
{
	struct work w = { .wish = wish };
	struct nt_markdown_links links;
	int fd = nt_file_open(wish->input, err), got = -1;

	if (fd == -1)
		return -1;
	w.names = nt_names_read(&fd, nt_tool_stopping, err);
	if (w.names != NULL && make_folders(wish, err) == 0) {
		nt_names_links(w.names, wish->assets != NULL, &links);
		w.markdown = nt_markdown_new(&links);
		nt_buf_init(&w.records, PAGE_MAX);
		nt_buf_init(&w.text, NT_BUF_MAX);
		nt_buf_init(&w.old, NT_BUF_MAX);
		got = show(&w, fd, err);
		nt_buf_free(&w.records);
		nt_buf_free(&w.text);
		nt_buf_free(&w.old);
		nt_markdown_free(w.markdown);
	}
	nt_names_free(w.names);
	close(fd);
	return got == 0 ? w.bad : -1;
}

static struct wish
read_options(int argc, char *argv[])
{
	struct wish w = { .input = "-" };
	struct nt_err err;
	int letter;

	while ((letter = nt_tool_option(argc, argv)) != -1) {
		switch (letter) {
		case OPT_ASSETS:
			w.assets = optarg;
			break;
		case 'k':
			w.keep_going = 1;
			break;
		case 'o':
			w.output = optarg;
			break;
		case OPT_PAGE:
			if (nt_id_parse(optarg, &w.page, &err) == -1)
				nt_tool_usage("--page: %s", err.text);
			w.by_id = 1;
			break;
		case OPT_PROGRESS:
			nt_tool_progress_mode(optarg);
			break;
		}
	}
	if (argc - optind > 1)
		nt_tool_usage("%d files are named, expected one stream",
		    argc - optind);
	if (w.output != NULL && *w.output == '\0')
		nt_tool_usage("--output is empty, expected a folder");
	if (w.output != NULL && w.by_id)
		nt_tool_usage("--page is given with --output, which writes "
		    "all pages");
	if (w.output == NULL && w.assets != NULL)
		nt_tool_usage("--assets is given without --output");
	if (argc > optind)
		w.input = argv[optind];
	return w;
}

int
main(int argc, char *argv[])
{
	struct nt_err err;
	struct wish w;
	int got;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	if (w.output != NULL) {
		nt_tool_ignore_sigpipe();
		nt_tool_catch_stop();
	}
	got = run(&w, &err);
	return got == -1 ? nt_tool_fail(&err) :
	    got == 0 ? NT_EXIT_OK : NT_EXIT_TROUBLE;
}

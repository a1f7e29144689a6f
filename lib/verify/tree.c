/* A tree of files: a zip or tar archive, or a folder. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/buf.h"
#include "nt/mem.h"
#include "nt/tree.h"

/* How the tree is opened once more, when it turns out to be damaged. */
struct place {
	int fd;
	const char *path;	/* of a folder, or NULL */
};

struct tree {
	struct place place;
	struct report *report;
	struct nt_unpacker *unpacker;
	struct nt_id_map *assets;
	uint64_t asset_count, asset_size;
};

/* ---- what the manifest lists ---- */

static int
starts_with(struct nt_str s, const char *text)
{
	return s.len >= strlen(text) && memcmp(s.p, text, strlen(text)) == 0;
}

/* Notes a file, and what is in its name. */
static int
list_file(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	const size_t start = strlen("assets/");
	struct tree *t = arg;
	struct nt_id half;

	(void)err;
	t->report->found->files++;
	t->report->found->bytes += file->size;
	if (!starts_with(file->name, "assets/"))
		return 0;
	t->asset_count++;
	t->asset_size += file->size;
	if (file->name.len < start + strlen(file->sha256) ||
	    memcmp(file->name.p + start, file->sha256,
	    strlen(file->sha256)) != 0) {
		report_fault(t->report, "%.*s is wrongly named: its SHA-256 "
		    "is %s", (int)(file->name.len < 120 ? file->name.len :
		    120), file->name.p, file->sha256);
		return 0;
	}
	nt_id_scan((struct nt_str){ file->sha256, 32 }, &half);
	nt_id_map_put(t->assets, &half, file->size);
	return 0;
}

/* What the manifest says twice, or counts, agrees. */
static void
check_facts(struct tree *t)
{
	struct nt_value facts = nt_unpacker_manifest(t->unpacker);
	struct nt_value assets = nt_value_get(facts, "assets");
	struct nt_value end = nt_value_get(facts, "end");
	int64_t missing = nt_value_int(nt_value_get(assets, "missing"));

	if ((uint64_t)nt_value_int(nt_value_get(assets, "count")) !=
	    t->asset_count ||
	    (uint64_t)nt_value_int(nt_value_get(assets, "size")) !=
	    t->asset_size)
		report_fault(t->report, "the manifest counts other than the "
		    "%ju assets of %ju bytes that it lists",
		    (uintmax_t)t->asset_count, (uintmax_t)t->asset_size);
	if (nt_value_there(end) && !nt_value_is(end, NT_JSON_NULL) &&
	    (!nt_value_equal(nt_value_get(end, "counts"),
	    nt_value_get(facts, "counts")) ||
	    !nt_value_equal(nt_value_get(end, "digest"),
	    nt_value_get(facts, "digest"))))
		report_fault(t->report, "the manifest has not the counts and "
		    "the digest of its end record");
	if (missing > 0)
		report_fault(t->report, "the archive is partial: %jd assets "
		    "were missing when it was packed", (intmax_t)missing);
	else if (!nt_value_true(nt_value_get(facts, "complete")))
		report_fault(t->report, "the archive is partial: the stream "
		    "that was packed was not complete");
}

/* ---- the files without records, in a thread of their own ---- */

struct others {
	pthread_t thread;
	struct nt_unpacker *unpacker;
	struct nt_buf faults;	/* a NUL after each */
	struct nt_err err;
	int got;
};

static void
keep_fault(void *arg, const char *sentence)
{
	struct others *o = arg;

	nt_buf_add(&o->faults, sentence, strlen(sentence) + 1);
}

static void *
read_others(void *arg)
{
	struct others *o = arg;

	o->got = nt_unpacker_others(o->unpacker, keep_fault, o, &o->err);
	return NULL;
}

static void
start_others(struct others *o, struct nt_unpacker *u)
{
	*o = (struct others){ .unpacker = u };
	nt_buf_init(&o->faults, NT_BUF_MAX);
	if (pthread_create(&o->thread, NULL, read_others, o) != 0)
		nt_out_of_memory();
}

/* Waits for them; tells what was wrong, unless somebody else does. */
static int
end_others(struct others *o, struct report *report, int tell,
    struct nt_err *err)
{
	pthread_join(o->thread, NULL);
	for (const char *p = o->faults.p; tell &&
	    p < o->faults.p + o->faults.len; p += strlen(p) + 1)
		report_fault(report, "%s", p);
	nt_buf_free(&o->faults);
	if (o->got == -1)
		*err = o->err;
	return o->got;
}

/* ---- the records, in the order of the stream ---- */

static int
add_line(struct tree *t, struct records *records, struct nt_err *err)
{
	struct nt_value v = nt_unpacker_value(t->unpacker);
	enum nt_kind kind = nt_kind_of(nt_value_text(nt_value_get(v,
	    "object")));

	if (kind == NT_KIND_SNAPSHOT)
		records_snapshot(records, v);
	else if (kind == NT_KIND_END)
		return records_end(records, v, err);
	else if (records_add(records, kind, v, err) == -1)
		return -1;
	return report_stop(t->report, err);
}

/* Each asset belongs to a record. */
static void
check_assets(struct tree *t)
{
	char text[NT_ID_TEXT];
	struct nt_id half;
	uint64_t size;
	size_t at = 0;

	while (nt_id_map_each(t->assets, &at, &half, &size)) {
		nt_id_format_plain(&half, text);
		if ((size & ASSET_NAMED) == 0)
			report_fault(t->report, "assets/%s... belongs to no "
			    "record", text);
	}
}

static int
read_records(struct tree *t, struct nt_err *err)
{
	struct nt_value facts = nt_unpacker_manifest(t->unpacker);
	struct records *records = records_new(t->report, nt_value_true(
	    nt_value_at(facts, "/assets/inside")) ? t->assets : NULL);
	struct nt_str digest, line;
	int got;

	while ((got = nt_unpacker_next(t->unpacker, &line, err)) == 1)
		if ((got = add_line(t, records, err)) == -1)
			break;
	records_free(records);
	if (got == -1)
		return -1;
	check_assets(t);
	digest = nt_value_text(nt_value_get(facts, "digest"));
	if (digest.p != NULL && digest.len < sizeof t->report->found->digest)
		memcpy(t->report->found->digest, digest.p, digest.len);
	return 0;
}

/* ---- all of it ---- */

static void
tell_fault(void *arg, const char *sentence)
{
	report_fault(arg, "%s", sentence);
}

/*
 * why is what stopped us.  Looks at the files one by one, so that each one
 * that is wrong is named; if none is, it is told itself.
 */
static int
diagnose(struct tree *t, const struct nt_err *why, struct nt_err *err)
{
	uint64_t before = t->report->found->faults;
	int quick = t->report->how->quick, got;

	if (why->kind != NT_DATA && why->kind != NT_LIMIT) {
		*err = *why;
		return -1;
	}
	got = t->place.path == NULL ? nt_tree_look_file(t->place.fd, quick,
	    tell_fault, t->report, err) : nt_tree_look_folder(t->place.path,
	    quick, tell_fault, t->report, err);
	if (got == -1 && err->kind != NT_DATA && err->kind != NT_LIMIT)
		return -1;
	if (t->report->found->faults == before)
		report_fault(t->report, "%s", why->text);
	return 0;
}

/* Everything, when the container and the manifest could be read. */
static int
read_all(struct tree *t, struct nt_err *err)
{
	struct nt_err why = { .kind = NT_SYS }, other;
	struct others others;
	int got, got_others;

	check_facts(t);
	if (t->report->how->quick) {
		got = nt_unpacker_skim(t->unpacker, &why);
		return got == 0 ? 0 : diagnose(t, &why, err);
	}
	start_others(&others, t->unpacker);
	got = read_records(t, &why);
	got_others = end_others(&others, t->report, got == 0, &other);
	if (got == -1)
		return diagnose(t, &why, err);
	if (got_others == -1)
		*err = other;
	return got_others;
}

static int
verify_tree(struct place place, struct report *report, struct nt_err *err)
{
	struct tree t = { .place = place, .report = report };
	struct nt_err why = { .kind = NT_SYS };
	int got;

	t.assets = nt_id_map_new();
	t.unpacker = place.path == NULL ? nt_unpacker_open(place.fd, &why) :
	    nt_unpacker_folder(place.path, &why);
	if (t.unpacker == NULL ||
	    nt_unpacker_files(t.unpacker, list_file, &t, &why) == -1)
		got = diagnose(&t, &why, err);
	else
		got = read_all(&t, err);
	nt_unpacker_free(t.unpacker);
	nt_id_map_free(t.assets);
	return got;
}

int
verify_tree_file(int fd, struct report *report, struct nt_err *err)
{
	return verify_tree((struct place){ fd, NULL }, report, err);
}

int
verify_tree_folder(const char *path, struct report *report,
    struct nt_err *err)
{
	return verify_tree((struct place){ -1, path }, report, err);
}

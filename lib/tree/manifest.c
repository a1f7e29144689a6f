#include "internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "nt/json.h"
#include "nt/mem.h"

/*
 * Both lists grow with the workspace, so they are spooled; a run of records
 * that go to one member is one pair of the order.
 */
struct manifest {
	struct nt_spool *spool;
	struct sheet *files;
	struct sheet *order;
	struct listed *first;	/* members that wait to be listed, in order */
	struct listed **end;
	uint64_t number;	/* of the member the present run goes to */
	uint64_t run;		/* records in it */
};

struct manifest *
manifest_new(void)
{
	struct manifest *m = nt_alloc(sizeof *m);

	m->spool = nt_spool_new();
	m->end = &m->first;
	m->files = sheet_new("files", 0, "", m->spool);
	m->order = sheet_new("order", 0, "", m->spool);
	return m;
}

static void
drop_first(struct manifest *m)
{
	struct listed *l = m->first;

	m->first = l->next;
	if (m->first == NULL)
		m->end = &m->first;
	free(l->name);
	free(l);
}

void
manifest_free(struct manifest *m)
{
	if (m == NULL)
		return;
	while (m->first != NULL)
		drop_first(m);
	sheet_free(m->files);
	sheet_free(m->order);
	nt_spool_free(m->spool);
	free(m);
}

static int
add_file(struct manifest *m, const struct nt_tree_file *file,
    struct nt_err *err)
{
	struct nt_json_out o;
	struct nt_buf b;
	int got;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_json_out_init(&o, &b);
	nt_json_open(&o, NULL, '{');
	if (file->number >= 0)
		nt_json_put_int(&o, "n", file->number);
	nt_json_put_str(&o, "name", file->name);
	if (file->number >= 0)
		nt_json_put_int(&o, "records", (int64_t)file->records);
	nt_json_put_text(&o, "sha256", file->sha256);
	nt_json_put_int(&o, "size", (int64_t)file->size);
	nt_json_close(&o, '}');
	got = sheet_line(m->files, nt_buf_view(&b), err);
	nt_buf_free(&b);
	return got;
}

struct listed *
manifest_expect(struct manifest *m, const char *name)
{
	struct listed *l = nt_alloc(sizeof *l);

	l->name = nt_strdup(name);
	l->file.name = nt_str_of(l->name);
	l->file.number = -1;
	*m->end = l;
	m->end = &l->next;
	return l;
}

int
manifest_known(struct manifest *m, struct listed *l, struct nt_err *err)
{
	l->known = 1;
	while (m->first != NULL && m->first->known) {
		if (add_file(m, &m->first->file, err) == -1)
			return -1;
		drop_first(m);
	}
	return 0;
}

static int
end_run(struct manifest *m, struct nt_err *err)
{
	char pair[64];
	int len;

	if (m->run == 0)
		return 0;
	len = snprintf(pair, sizeof pair, "[%" PRIu64 ",%" PRIu64 "]",
	    m->number, m->run);
	m->run = 0;
	return sheet_line(m->order, (struct nt_str){ pair, (size_t)len }, err);
}

int
manifest_record(struct manifest *m, uint64_t number, struct nt_err *err)
{
	if (number != m->number && end_run(m, err) == -1)
		return -1;
	m->number = number;
	m->run++;
	return 0;
}

/* A member of a control record as it stands there, else null. */
static void
put_from(struct nt_json_out *o, const char *key, struct nt_value record)
{
	struct nt_value v = nt_value_get(record, key);

	if (nt_value_there(v))
		nt_json_put_value(o, key, v);
	else
		nt_json_put_null(o, key);
}

static void
put_record(struct nt_json_out *o, const char *key, struct nt_str record)
{
	if (record.p != NULL)
		nt_json_put_raw(o, key, record);
	else
		nt_json_put_null(o, key);
}

static void
put_assets(struct nt_json_out *o, const struct manifest_facts *f)
{
	nt_json_open(o, "assets", '{');
	nt_json_put_int(o, "count", (int64_t)f->assets);
	nt_json_put_bool(o, "inside", f->assets_inside);
	nt_json_put_int(o, "missing", (int64_t)f->assets_missing);
	nt_json_put_int(o, "size", (int64_t)f->assets_size);
	nt_json_close(o, '}');
}

/* All members but the lists. */
static void
put_facts(struct nt_json_out *o, const struct manifest_facts *f,
    struct nt_value snapshot, struct nt_value end)
{
	put_assets(o, f);
	nt_json_put_bool(o, "complete", f->complete);
	if (f->end.p != NULL)
		put_from(o, "counts", end);
	else
		nt_json_put_raw(o, "counts", f->counts);
	put_from(o, "digest", end);
	put_record(o, "end", f->end);
	put_from(o, "errors", end);
	put_from(o, "finished", end);
	nt_json_put_int(o, "format", NT_TREE_FORMAT);
	nt_json_put_text(o, "kind", MANIFEST_KIND);
	nt_json_put_bool(o, "markdown", f->markdown);
	nt_json_put_bool(o, "partial", f->partial);
	put_from(o, "scope", snapshot);
	put_record(o, "snapshot", f->snapshot);
	put_from(o, "source", snapshot);
	put_from(o, "started", snapshot);
	nt_json_put_text(o, "tool", "notion-pack " NT_VERSION);
}

/* Parses a control record if there is one. */
static int
parse_record(struct nt_json *doc, struct nt_str text, struct nt_value *v,
    struct nt_err *err)
{
	*v = NT_VALUE_NONE;
	return text.p == NULL ? 0 :
	    nt_json_parse(doc, text.p, text.len, v, err);
}

/* Appends the manifest's text up to the "[" of its first list. */
static int
head(const struct manifest_facts *facts, struct nt_buf *b, struct nt_err *err)
{
	struct nt_json *one = nt_json_new(), *two = nt_json_new();
	struct nt_value snapshot, end;
	struct nt_json_out o;
	int got = -1;

	if (parse_record(one, facts->snapshot, &snapshot, err) == 0 &&
	    parse_record(two, facts->end, &end, err) == 0) {
		nt_json_out_init(&o, b);
		nt_json_open(&o, NULL, '{');
		put_facts(&o, facts, snapshot, end);
		nt_buf_str(b, ",\"files\":[");
		got = nt_buf_check(b, "the manifest", err);
	}
	nt_json_free(one);
	nt_json_free(two);
	return got;
}

/* Ends the manifest with the hash of all that stands before its last line. */
static int
seal(struct sheet *all, struct nt_err *err)
{
	char sha256[NT_SHA256_TEXT], foot[NT_SHA256_TEXT + 32];

	if (sheet_text(all, "\n", 1, err) == -1 ||
	    sheet_hash(all, sha256, err) == -1)
		return -1;
	snprintf(foot, sizeof foot, MANIFEST_SEAL "%s\"}\n", sha256);
	return sheet_text(all, foot, strlen(foot), err);
}

int
manifest_pack(struct manifest *m, const struct manifest_facts *facts,
    struct target *to, struct nt_err *err)
{
	static const char middle[] = "\n],\"order\":[";
	struct nt_spool *spool = nt_spool_new();
	struct sheet *all = NULL;
	struct nt_buf b;
	int got = -1;

	nt_buf_init(&b, NT_BUF_MAX);
	if (end_run(m, err) == -1 || head(facts, &b, err) == -1)
		goto done;
	all = sheet_new(NT_TREE_MANIFEST, 0, "", spool);
	if (sheet_text(all, b.p, b.len, err) == -1 ||
	    sheet_copy(all, m->files, err) == -1 ||
	    sheet_text(all, middle, sizeof middle - 1, err) == -1 ||
	    sheet_copy(all, m->order, err) == -1 ||
	    seal(all, err) == -1)
		goto done;
	got = sheet_pack(all, to, NULL, err);
done:
	sheet_free(all);
	nt_spool_free(spool);
	nt_buf_free(&b);
	return got;
}

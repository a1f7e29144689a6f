/*
 * A relation that goes both ways is changed on both sides by a write of one;
 * so pages of which relations change are compared before any is written.  What
 * they were is kept, in the journal too: then it can be told what of them has
 * changed since by our own doing.
 */
#include <string.h>

#include "internal.h"

static void compare(struct nt_job *job);

static int
touches_relations(struct nt_apply *a, uint32_t n)
{
	const struct nt_node *node = nt_node(a, n);
	struct nt_value e;

	if (node->op != NT_OP_UPDATE || node->kind != NT_KIND_PAGE)
		return 0;
	e = nt_value_first(nt_value_get(nt_node_change(a, n), "patch"));
	for (; nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str path = nt_value_text(nt_value_get(e, "path"));
		static const char relation[] = "/relation";
		const size_t len = sizeof relation - 1;

		for (size_t i = 0; i + len <= path.len; i++)
			if (memcmp(path.p + i, relation, len) == 0)
				return 1;
	}
	return 0;
}

/* ---- what was compared ---- */

void
nt_compared(struct nt_apply *a, uint32_t n, struct nt_str record)
{
	struct nt_err err;

	a->kept = nt_realloc_array(a->kept, a->nkept + 1, sizeof *a->kept);
	a->kept[a->nkept++] = (struct nt_kept){ n, nt_spool_size(a->lines),
	    record.len };
	nt_node(a, n)->flags |= NT_NODE_COMPARED;
	if (nt_spool_add(a->lines, record.p, record.len, &err) == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
}

int
nt_compared_record(struct nt_apply *a, uint32_t n, struct nt_buf *out)
{
	struct nt_err err;

	for (size_t i = 0; i < a->nkept; i++) {
		const struct nt_kept *k = &a->kept[i];
		char *to;

		if (k->node != n)
			continue;
		to = nt_buf_reserve(out, k->len);
		if (nt_spool_read(a->lines, k->at, to, k->len, &err) == -1) {
			nt_job_stop_all(a, err.kind, "%s", err.text);
			return 0;
		}
		nt_buf_grew(out, k->len);
		return 1;
	}
	return 0;
}

static int
holds(struct nt_value pages, struct nt_value page)
{
	struct nt_value e = nt_value_first(pages);

	while (nt_value_there(e) && !nt_value_equal(e, page))
		e = nt_value_next(e);
	return nt_value_there(e);
}

/* The pages that the property of that name is related to. */
static struct nt_value
related(struct nt_value page, struct nt_str name)
{
	return nt_value_get(nt_value_get_n(nt_value_get(page, "properties"),
	    name.p, name.len), "relation");
}

/*
 * Puts the relations back to what they were, in there: 1; 0 if one of them
 * holds what it neither held nor is to hold, which was not our doing.
 */
static int
put_back(struct nt_value there, struct nt_value was, struct nt_value made)
{
	struct nt_value p = nt_value_first(nt_value_get(there, "properties"));
	struct nt_buf text;

	nt_buf_init(&text, NT_BUF_MAX);
	for (; nt_value_there(p); p = nt_value_next(p)) {
		struct nt_value old = related(was, nt_value_key(p)), e;

		if (nt_prop_of(p) != NT_PROP_RELATION || !nt_value_there(old))
			continue;
		e = nt_value_first(nt_value_get(p, "relation"));
		while (nt_value_there(e) && (holds(old, e) ||
		    holds(related(made, nt_value_key(p)), e)))
			e = nt_value_next(e);
		if (nt_value_there(e))
			break;
		nt_buf_clear(&text);
		nt_json_canonical(old, &text);
		nt_value_put(p, "relation", nt_buf_view(&text));
	}
	nt_buf_free(&text);
	return !nt_value_there(p);
}

/* A record of our own; the value points into the text. */
struct own {
	struct nt_json *doc;
	struct nt_buf text;
};

static void
open_own(struct own *own)
{
	own->doc = nt_json_new();
	nt_buf_init(&own->text, NT_BUF_MAX);
}

static void
close_own(struct own *own)
{
	nt_json_free(own->doc);
	nt_buf_free(&own->text);
}

static struct nt_value
parse(struct own *own)
{
	struct nt_value v = NT_VALUE_NONE;

	nt_json_parse(own->doc, own->text.p, own->text.len, &v, NULL);
	return v;
}

int
nt_compared_as_it_was(struct nt_apply *a, uint32_t n, struct nt_value there)
{
	char old[NT_BASE_TEXT], base[NT_BASE_TEXT];
	struct own was, made, now, back;
	struct nt_value v;
	int got;

	open_own(&was);
	open_own(&made);
	open_own(&now);
	open_own(&back);
	got = nt_compared_record(a, n, &was.text);
	v = parse(&was);
	nt_json_canonical(there, &now.text);
	if (got && nt_patch_apply(v, nt_value_get(nt_node_change(a, n),
	    "patch"), &made.text, NULL) == 0 &&
	    put_back(there = parse(&now), v, parse(&made))) {
		nt_json_canonical(there, &back.text);
		nt_change_digest(v, old);
		nt_change_digest(parse(&back), base);
		got = strcmp(base, old) == 0;
	} else {
		got = 0;
	}
	close_own(&was);
	close_own(&made);
	close_own(&now);
	close_own(&back);
	return got;
}

/* ---- comparing ---- */

/* Keeps it as it was, for the next run too, if the patch is for that. */
static void
keep(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_buf text;
	struct nt_err err;

	nt_buf_init(&text, NT_BUF_MAX);
	if (nt_patch_apply(job->there, nt_value_get(nt_node_change(a,
	    job->at), "patch"), &text, NULL) == 0) {
		nt_buf_clear(&text);
		nt_json_canonical(job->there, &text);
		if (!a->plan.dry_run && nt_journal_compared(a, job->at,
		    nt_buf_view(&text), &err) == -1)
			nt_job_stop_all(a, err.kind, "%s", err.text);
		nt_compared(a, job->at, nt_buf_view(&text));
	}
	nt_buf_free(&text);
}

static void
on_compared(struct nt_job *job)
{
	if (nt_value_there(job->there) && nt_edit_is_base(job->a, job->at,
	    job->there))
		keep(job);
	job->at++;
	compare(job);
}

static void
compare(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_buf path;

	while (job->at < a->changes_end && (nt_node(a, job->at)->state !=
	    NT_NODE_WANTED || !touches_relations(a, job->at) ||
	    (nt_node(a, job->at)->flags & NT_NODE_COMPARED) != 0))
		job->at++;
	if (job->at == a->changes_end) {
		nt_job_end(job);
		return;
	}
	nt_buf_init(&path, NT_BUF_MAX);
	nt_edit_put_path(&path, NT_KIND_PAGE, &nt_node(a, job->at)->id);
	nt_whole_read(job, path.p, on_compared);
	nt_buf_free(&path);
}

size_t
nt_bases_start(struct nt_apply *a)
{
	for (uint32_t n = 1; n < a->changes_end; n++)
		if (touches_relations(a, n)) {
			nt_job_new(a, 0, compare)->at = n;
			return 1;
		}
	return 0;
}

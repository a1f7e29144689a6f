/*
 * The journal: an intent before each write, an outcome after it;
 * notion-change(5).  The intent is on disk before its request is sent.  An
 * outcome is on disk with the next intent: until then a crash costs no more
 * than the question whether the step was done.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/file.h"

#define JOURNAL_MAX ((size_t)1 << 32)	/* bytes that are read again */

struct nt_journal {
	int fd;
	const char *path;
	struct nt_buf text;	/* of the line being written */
};

int
nt_journal_open(struct nt_journal **out, const char *path, struct nt_err *err)
{
	struct nt_journal *j = nt_alloc(sizeof *j);

	j->path = path;
	nt_buf_init(&j->text, NT_BUF_MAX);
	j->fd = nt_log_open(path, err);
	if (j->fd == -1 || nt_log_own(j->fd, path, err) == -1) {
		nt_journal_free(j);
		return -1;
	}
	*out = j;
	return 0;
}

void
nt_journal_free(struct nt_journal *j)
{
	if (j == NULL)
		return;
	if (j->fd != -1)
		close(j->fd);
	nt_buf_free(&j->text);
	free(j);
}

/* ---- writing ---- */

static int
put_line(struct nt_journal *j, int sync, struct nt_err *err)
{
	int got;

	nt_buf_char(&j->text, '\n');
	got = nt_buf_check(&j->text, "a line of the journal", err) == -1 ? -1 :
	    nt_log_add(j->fd, j->path, j->text.p, j->text.len, sync, err);
	nt_buf_clear(&j->text);
	return got;
}

static void
put_id(struct nt_json_out *o, const char *key, const struct nt_id *id)
{
	char text[NT_ID_TEXT];

	if (nt_id_is_nil(id))
		return;
	nt_id_format(id, text);
	nt_json_put_text(o, key, text);
}

/* Lines as the elements of an array. */
static void
put_lines(struct nt_json_out *o, const char *key, struct nt_str lines)
{
	const char *p = lines.p, *end = p + lines.len, *eol;

	nt_json_open(o, key, '[');
	for (; p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		nt_json_put_raw(o, NULL,
		    (struct nt_str){ p, (size_t)(eol - p) });
	}
	nt_json_close(o, ']');
}

static void
put_placed(struct nt_json_out *o, const struct nt_step *step)
{
	nt_json_open(o, "placed", '[');
	for (size_t i = 0; i < step->nplaced; i++) {
		nt_json_put_int(o, NULL, step->placed[i].node);
		nt_json_put_int(o, NULL, step->placed[i].parts);
	}
	nt_json_close(o, ']');
}

int
nt_journal_intent(struct nt_apply *a, const struct nt_step *step,
    struct nt_err *err)
{
	struct nt_journal *j = a->journal;
	char began[NT_TIME_TEXT];
	struct nt_json_out o;

	if (j == NULL)
		return 0;
	nt_time_format(step->began, began);
	nt_json_out_init(&o, &j->text);
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "object", "intent");
	nt_json_put_int(&o, "step", (int64_t)step->number);
	nt_json_put_text(&o, "do", nt_step_word(step->kind));
	nt_json_put_text(&o, "began", began);
	nt_json_put_int(&o, "node", step->node);
	put_id(&o, "id", &nt_node(a, step->node)->id);
	put_id(&o, "after", &step->after);
	put_id(&o, "target", &step->target);
	if (step->expect[0] != '\0')
		nt_json_put_text(&o, "expect", step->expect);
	if (step->start)
		nt_json_put_bool(&o, "start", 1);
	if (step->flags != 0)
		nt_json_put_int(&o, "flags", step->flags);
	if (step->nplaced > 0) {
		nt_json_put_int(&o, "top", step->top);
		nt_json_put_int(&o, "had", (int64_t)step->had);
		put_placed(&o, step);
	}
	if (step->losses.len > 0)
		put_lines(&o, "losses", nt_buf_view(&step->losses));
	nt_json_close(&o, '}');
	return put_line(j, 1, err);
}

static void
begin_outcome(struct nt_journal *j, struct nt_json_out *o, uint64_t step,
    const char *status)
{
	nt_json_out_init(o, &j->text);
	nt_json_open(o, NULL, '{');
	nt_json_put_text(o, "object", "outcome");
	nt_json_put_int(o, "step", (int64_t)step);
	nt_json_put_text(o, "status", status);
}

int
nt_journal_outcome(struct nt_apply *a, const struct nt_step *step,
    struct nt_str map, struct nt_err *err)
{
	struct nt_journal *j = a->journal;
	struct nt_json_out o;

	if (j == NULL)
		return 0;
	nt_buf_add(&j->text, step->losses.p, step->losses.len);
	begin_outcome(j, &o, step->number, "done");
	nt_json_put_raw(&o, "map", map);
	nt_json_close(&o, '}');
	return put_line(j, 0, err);
}

int
nt_journal_undone(struct nt_apply *a, const struct nt_step *step,
    struct nt_err *err)
{
	struct nt_journal *j = a->journal;
	struct nt_json_out o;

	if (j == NULL)
		return 0;
	begin_outcome(j, &o, step->number, "undone");
	nt_json_close(&o, '}');
	return put_line(j, 0, err);
}

int
nt_journal_refused(struct nt_apply *a, const struct nt_step *step,
    const struct nt_reply *reply, struct nt_err *err)
{
	struct nt_journal *j = a->journal;
	struct nt_json_out o;

	if (j == NULL)
		return 0;
	begin_outcome(j, &o, step->number, "refused");
	nt_json_open(&o, "error", '{');
	nt_json_put_int(&o, "status", reply->status);
	nt_json_put_text(&o, "code", reply->code);
	nt_json_put_text(&o, "message", reply->message);
	nt_json_close(&o, '}');
	nt_json_close(&o, '}');
	return put_line(j, 0, err);
}

int
nt_journal_found(struct nt_apply *a, struct nt_str map, struct nt_err *err)
{
	struct nt_journal *j = a->journal;
	struct nt_json_out o;

	if (j == NULL)
		return 0;
	begin_outcome(j, &o, 0, "found");
	nt_json_put_raw(&o, "map", map);
	nt_json_close(&o, '}');
	return put_line(j, 0, err);
}

int
nt_journal_compared(struct nt_apply *a, uint32_t n, struct nt_str record,
    struct nt_err *err)
{
	struct nt_journal *j = a->journal;
	struct nt_json_out o;

	if (j == NULL)
		return 0;
	begin_outcome(j, &o, 0, "compared");
	nt_json_put_int(&o, "node", n);
	nt_json_put_raw(&o, "record", record);
	nt_json_close(&o, '}');
	return put_line(j, 0, err);
}

int
nt_journal_copy(struct nt_apply *a, uint32_t n, struct nt_str blocks,
    struct nt_err *err)
{
	struct nt_journal *j = a->journal;
	struct nt_json_out o;

	if (j == NULL)
		return 0;
	begin_outcome(j, &o, 0, "copy");
	nt_json_put_int(&o, "node", n);
	nt_json_put_raw(&o, "blocks", blocks);
	nt_json_close(&o, '}');
	return put_line(j, 0, err);
}

int
nt_journal_before(struct nt_apply *a, const char *status, struct nt_str ids,
    struct nt_err *err)
{
	struct nt_journal *j = a->journal;
	struct nt_json_out o;

	if (j == NULL)
		return 0;
	begin_outcome(j, &o, 0, status);
	nt_json_put_raw(&o, "ids", ids);
	nt_json_close(&o, '}');
	return put_line(j, 1, err);
}

int
nt_journal_loss(struct nt_apply *a, struct nt_str lines, struct nt_err *err)
{
	return a->journal == NULL ? 0 : nt_log_add(a->journal->fd,
	    a->journal->path, lines.p, lines.len, 0, err);
}

/* ---- the first line ---- */

/* What the restore is: the same in each run with this journal. */
static void
put_head(struct nt_apply *a, struct nt_json_out *o, struct nt_str digest)
{
	static const struct nt_id none;

	nt_json_put_text(o, "object", "journal");
	nt_json_put_int(o, "format", 1);
	nt_json_put_str(o, "changes", digest);
	nt_json_put_text(o, "base_url", nt_api_base_url(a->api));
	put_id(o, "parent", a->plan.parent != NULL ? a->plan.parent : &none);
	put_id(o, "into", a->plan.into != NULL ? a->plan.into : &none);
}

static int
write_head(struct nt_apply *a, struct nt_str digest, struct nt_err *err)
{
	char started[NT_TIME_TEXT];
	struct nt_json_out o;

	nt_time_format(nt_clock_wall_ms(), started);
	nt_json_out_init(&o, &a->journal->text);
	nt_json_open(&o, NULL, '{');
	put_head(a, &o, digest);
	nt_json_put_text(&o, "started", started);
	nt_json_put_text(&o, "tool", a->plan.tool);
	nt_json_close(&o, '}');
	return put_line(a->journal, 1, err);
}

static int
check_head(struct nt_apply *a, struct nt_value head, struct nt_str digest,
    struct nt_err *err)
{
	static const char *const members[][2] = {
		{ "changes", "of another change stream" },
		{ "base_url", "of another service" },
		{ "parent", "of a restore to another page" },
		{ "into", "of a restore into another database" }
	};
	struct nt_json *doc = nt_json_new();
	struct nt_value want = NT_VALUE_NONE;
	struct nt_json_out o;
	struct nt_buf text;
	int got = 0;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_json_out_init(&o, &text);
	nt_json_open(&o, NULL, '{');
	put_head(a, &o, digest);
	nt_json_close(&o, '}');
	nt_json_parse(doc, text.p, text.len, &want, NULL);
	if (!nt_value_text_is(nt_value_get(head, "object"), "journal"))
		got = nt_err_set(err, NT_DATA, "line 1: no journal, expected "
		    "one of notion-apply");
	else if (nt_value_int(nt_value_get(head, "format")) != 1)
		got = nt_err_set(err, NT_DATA, "line 1: a journal of another "
		    "format, expected 1");
	for (size_t i = 0; got == 0 && i < sizeof members / sizeof *members;
	    i++)
		if (!nt_value_equal(nt_value_get(head, members[i][0]),
		    nt_value_get(want, members[i][0])))
			got = nt_err_set(err, NT_DATA, "the journal is %s",
			    members[i][1]);
	nt_buf_free(&text);
	nt_json_free(doc);
	return got;
}

/* ---- reading it again ---- */

/* A step as its intent says it. */
static struct nt_step *
step_of(struct nt_apply *a, struct nt_value v)
{
	int kind = nt_step_named(nt_value_text(nt_value_get(v, "do")));
	int64_t node = nt_value_int(nt_value_get(v, "node"));
	struct nt_value e = nt_value_first(nt_value_get(v, "placed"));
	struct nt_str began = nt_value_text(nt_value_get(v, "began"));
	struct nt_step *step;

	if (kind == -1 || node < 0 || (uint64_t)node >= a->count)
		return NULL;
	step = nt_step_alloc((enum nt_step_kind)kind, (uint32_t)node);
	step->number = (uint64_t)nt_value_int(nt_value_get(v, "step"));
	step->top = (unsigned)nt_value_int(nt_value_get(v, "top"));
	step->had = (uint64_t)nt_value_int(nt_value_get(v, "had"));
	step->start = nt_value_true(nt_value_get(v, "start"));
	snprintf(step->expect, sizeof step->expect, "%.*s",
	    (int)nt_value_text(nt_value_get(v, "expect")).len,
	    nt_value_text(nt_value_get(v, "expect")).p);
	step->flags = (uint8_t)nt_value_int(nt_value_get(v, "flags"));
	nt_id_scan(nt_value_text(nt_value_get(v, "after")), &step->after);
	nt_id_scan(nt_value_text(nt_value_get(v, "target")), &step->target);
	if (began.p != NULL)
		nt_time_parse(began.p, began.len, &step->began);
	for (; nt_value_there(e); e = nt_value_next(e)) {
		int64_t n = nt_value_int(e);

		e = nt_value_next(e);
		if (n <= 0 || (uint64_t)n >= a->count || !nt_value_there(e)) {
			nt_step_free(step);
			return NULL;
		}
		nt_step_place(step, (uint32_t)n, (unsigned)nt_value_int(e));
	}
	e = nt_value_first(nt_value_get(v, "losses"));
	for (; nt_value_there(e); e = nt_value_next(e)) {
		nt_json_canonical(e, &step->losses);
		nt_buf_char(&step->losses, '\n');
	}
	return step;
}

/* The place of a step among those whose outcome is not known, or -1. */
static ssize_t
find_pending(const struct nt_apply *a, uint64_t number)
{
	for (size_t i = a->npending; i-- > 0;)
		if (a->pending[i]->number == number)
			return (ssize_t)i;
	return -1;
}

static void
take_before(struct nt_apply *a, struct nt_value ids)
{
	struct nt_id id;

	for (struct nt_value e = nt_value_first(ids); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_id_scan(nt_value_text(e), &id) == 0)
			nt_id_map_put(a->before, &id, 0);
}

static int
take_compared(struct nt_apply *a, struct nt_value v, struct nt_err *err)
{
	int64_t n = nt_value_int(nt_value_get(v, "node"));
	struct nt_buf text;

	if (n <= 0 || n >= a->changes_end)
		return nt_err_set(err, NT_DATA, "\"node\" is no change");
	nt_buf_init(&text, NT_BUF_MAX);
	nt_json_canonical(nt_value_get(v, "record"), &text);
	nt_compared(a, (uint32_t)n, nt_buf_view(&text));
	nt_buf_free(&text);
	return 0;
}

static int
take_copies(struct nt_apply *a, struct nt_value v, struct nt_err *err)
{
	int64_t n = nt_value_int(nt_value_get(v, "node"));

	if (n <= 0 || n >= a->changes_end ||
	    nt_node(a, (uint32_t)n)->op != NT_OP_MOVE)
		return nt_err_set(err, NT_DATA, "\"node\" moves nothing");
	return nt_copies_take(a, (uint32_t)n, nt_value_get(v, "blocks"), err);
}

static int
replay_outcome(struct nt_apply *a, struct nt_value v, struct nt_err *err)
{
	struct nt_str status = nt_value_text(nt_value_get(v, "status"));
	ssize_t i = find_pending(a,
	    (uint64_t)nt_value_int(nt_value_get(v, "step")));
	struct nt_step *step;
	int got = 0;

	if (nt_str_is(status, "found")) {
		nt_step_found(a, nt_value_get(v, "map"));
		return 0;
	}
	if (nt_str_is(status, "compared"))
		return take_compared(a, v, err);
	if (nt_str_is(status, "copy"))
		return take_copies(a, v, err);
	if (nt_str_is(status, "before") || nt_str_is(status, "came")) {
		take_before(a, nt_value_get(v, "ids"));
		if (nt_str_is(status, "before")) {
			a->parent_known = 1;
			a->parent_had = nt_value_count(nt_value_get(v, "ids"));
		}
		return 0;
	}
	if (i == -1)
		return nt_err_set(err, NT_DATA, "an outcome without its "
		    "intent");
	step = a->pending[i];
	a->pending[i] = a->pending[--a->npending];
	if (nt_str_is(status, "done")) {
		nt_step_commit(a, step, nt_value_get(v, "map"));
		got = nt_losses_told(a, nt_buf_view(&step->losses), err);
	} else if (nt_str_is(status, "undone")) {
		nt_step_undone(a, step);
	}
	nt_step_free(step);
	return got;
}

static int
replay(struct nt_apply *a, struct nt_value v, struct nt_err *err)
{
	struct nt_str object = nt_value_text(nt_value_get(v, "object"));
	struct nt_step *step;

	if (nt_str_is(object, "loss"))
		return 0;	/* it was said with its intent, too */
	if (nt_str_is(object, "outcome"))
		return replay_outcome(a, v, err);
	if (!nt_str_is(object, "intent") || (step = step_of(a, v)) == NULL)
		return nt_err_set(err, NT_DATA, "neither an intent nor an "
		    "outcome, expected one of them");
	a->pending = nt_realloc_array(a->pending, a->npending + 1,
	    sizeof *a->pending);
	a->pending[a->npending++] = step;
	if (step->number > a->steps)
		a->steps = step->number;
	return 0;
}

/* One line; the last may be torn, and *torn is set then. */
static int
read_line(struct nt_apply *a, unsigned long n, struct nt_str line,
    struct nt_str digest, int last, int *torn, struct nt_err *err)
{
	struct nt_json *doc = a->doc2;
	struct nt_value v = NT_VALUE_NONE;
	int got;

	if (nt_json_parse(doc, line.p, line.len, &v, err) == -1) {
		*torn = last;
		return last ? 0 : nt_err_at(err, "line %lu: ", n);
	}
	if (n == 1)
		return check_head(a, v, digest, err);
	got = replay(a, v, err);
	return got == -1 ? nt_err_at(err, "line %lu: ", n) : 0;
}

/* All lines; *good is how many bytes of them are whole. */
static int
read_lines(struct nt_apply *a, struct nt_str text, struct nt_str digest,
    size_t *good, struct nt_err *err)
{
	const char *p = text.p, *end = p + text.len;
	unsigned long n = 1;
	int torn = 0;

	for (; p < end; n++) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));

		if (eol == NULL)
			break;
		if (read_line(a, n, (struct nt_str){ p, (size_t)(eol - p) },
		    digest, eol + 1 == end, &torn, err) == -1)
			return -1;
		if (torn)
			break;
		p = eol + 1;
	}
	*good = (size_t)(p - text.p);
	return 0;
}

int
nt_journal_begin(struct nt_apply *a, struct nt_str digest, struct nt_err *err)
{
	struct nt_journal *j = a->journal;
	struct nt_buf text;
	size_t good = 0;
	int got;

	if (j == NULL)
		return 0;
	nt_buf_init(&text, JOURNAL_MAX);
	got = nt_file_slurp(j->path, &text, err);
	if (got == 0)
		got = read_lines(a, nt_buf_view(&text), digest, &good, err);
	if (got == -1)
		nt_err_at(err, "%s: ", j->path);
	else if (good < text.len)
		got = nt_log_cut(j->fd, j->path, good, err);
	nt_buf_free(&text);
	return got == 0 && good == 0 ? write_head(a, digest, err) : got;
}

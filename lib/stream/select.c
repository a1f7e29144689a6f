#include "nt/select.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/id.h"
#include "nt/mem.h"
#include "nt/seen.h"

#define EITHER (-1)	/* a page or a database: is_page is not known */

/* An id that was asked for. */
struct wanted {
	struct nt_id id;
	int is_page;
	int met;
};

struct nt_select {
	struct wanted *wanted;
	size_t count;
	uint8_t kinds[NT_KIND_COUNT];	/* 1: asked for */
	int by_kind;

	struct nt_seen *inside;		/* ids of what is in the part */
	int on;				/* the record before was */
	struct nt_json *doc;
};

struct nt_select *
nt_select_new(void)
{
	struct nt_select *s = nt_alloc(sizeof *s);

	s->inside = nt_seen_new();
	s->doc = nt_json_new();
	return s;
}

void
nt_select_free(struct nt_select *s)
{
	if (s == NULL)
		return;
	nt_seen_free(s->inside);
	nt_json_free(s->doc);
	free(s->wanted);
	free(s);
}

/* ---- what is asked for ---- */

/* Calls take for each part of a list with commas between. */
static int
each_word(struct nt_select *s, const char *list, int (*take)(
    struct nt_select *s, const char *word, struct nt_err *err),
    struct nt_err *err)
{
	int got = 0;

	while (got == 0) {
		size_t len = strcspn(list, ",");
		char *word = nt_strndup(list, len);

		got = take(s, word, err);
		free(word);
		if (list[len] == '\0')
			break;
		list += len + 1;
	}
	return got;
}

static int
take_id(struct nt_select *s, const char *word, int is_page,
    struct nt_err *err)
{
	struct wanted w = { .is_page = is_page };

	if (nt_id_parse(word, &w.id, err) == -1)
		return -1;
	s->wanted = nt_realloc_array(s->wanted, s->count + 1,
	    sizeof *s->wanted);
	s->wanted[s->count++] = w;
	return 0;
}

static int
take_page(struct nt_select *s, const char *word, struct nt_err *err)
{
	return take_id(s, word, 1, err);
}

static int
take_database(struct nt_select *s, const char *word, struct nt_err *err)
{
	return take_id(s, word, 0, err);
}

static int
take_either(struct nt_select *s, const char *word, struct nt_err *err)
{
	return take_id(s, word, EITHER, err);
}

static int
take_kind(struct nt_select *s, const char *word, struct nt_err *err)
{
	enum nt_kind kind = nt_kind_of(nt_str_of(word));

	if (kind == NT_KIND_OTHER || kind >= NT_KIND_SNAPSHOT)
		return nt_err_set(err, NT_DATA, "\"%s\" is no kind of record, "
		    "expected user, page, block or another of "
		    "notion-stream(5)", word);
	s->kinds[kind] = 1;
	s->by_kind = 1;
	return 0;
}

int
nt_select_pages(struct nt_select *s, const char *ids, struct nt_err *err)
{
	return each_word(s, ids, take_page, err);
}

int
nt_select_databases(struct nt_select *s, const char *ids, struct nt_err *err)
{
	return each_word(s, ids, take_database, err);
}

int
nt_select_either(struct nt_select *s, const char *ids, struct nt_err *err)
{
	return each_word(s, ids, take_either, err);
}

int
nt_select_kinds(struct nt_select *s, const char *kinds, struct nt_err *err)
{
	return each_word(s, kinds, take_kind, err);
}

int
nt_select_id(const struct nt_select *s, size_t n, struct nt_id *id)
{
	if (n >= s->count)
		return 0;
	*id = s->wanted[n].id;
	return 1;
}

/* ---- which records ---- */

/*
 * Asks whether the id that stands there is inside: 0, or -1.  *inside and
 * *answered become 1 if it is, and if there is an id.
 */
static int
ask(struct nt_select *s, struct nt_value record, const char *pointer,
    int *inside, int *answered, struct nt_err *err)
{
	struct nt_str text = nt_value_text(nt_value_at(record, pointer));
	struct nt_id id;
	int got;

	if (text.p == NULL || nt_id_scan(text, &id) == -1)
		return 0;
	if ((got = nt_seen_has(s->inside, 0, &id, err)) == -1)
		return -1;
	*inside |= got;
	*answered = 1;
	return 0;
}

/* 1 if it is one of those asked for; the kinds must agree. */
static int
is_wanted(struct nt_select *s, const struct nt_id *id, enum nt_kind kind)
{
	int is_page = kind == NT_KIND_PAGE, found = 0;

	if (!is_page && kind != NT_KIND_DATABASE &&
	    kind != NT_KIND_DATA_SOURCE)
		return 0;
	for (size_t i = 0; i < s->count; i++)
		if ((s->wanted[i].is_page == is_page ||
		    s->wanted[i].is_page == EITHER) &&
		    nt_id_eq(&s->wanted[i].id, id))
			s->wanted[i].met = found = 1;
	return found;
}

/* 1 if a parent is inside, 0 if none is, as before if there is none, or -1. */
static int
by_parent(struct nt_select *s, struct nt_value record, struct nt_err *err)
{
	static const char *const pointers[] = { "/parent/page_id",
	    "/parent/block_id", "/parent/data_source_id",
	    "/parent/database_id", "/data_source_id" };
	int inside = 0, answered = nt_value_text_is(nt_value_at(record,
	    "/parent/type"), "workspace");

	for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++)
		if (ask(s, record, pointers[i], &inside, &answered,
		    err) == -1)
			return -1;
	return answered ? inside : s->on;
}

/* Decides by the ids, and notes what is inside: 1, 0, or -1. */
static int
by_place(struct nt_select *s, struct nt_value record, enum nt_kind kind,
    struct nt_err *err)
{
	struct nt_str text = nt_value_text(nt_value_get(record, "id"));
	struct nt_id id;
	int known = text.p != NULL && nt_id_scan(text, &id) == 0, on;

	switch (kind) {
	case NT_KIND_USER:
	case NT_KIND_CUSTOM_EMOJI:
		s->on = 0;
		return 1;
	case NT_KIND_ASSET:
		return s->on;
	default:
		break;
	}
	on = known && is_wanted(s, &id, kind) ? 1 : by_parent(s, record, err);
	if (on == -1 || (on && known &&
	    nt_seen_add(s->inside, 0, &id, err) == -1))
		return -1;
	return s->on = on;
}

int
nt_select_record(struct nt_select *s, const struct nt_record *rec,
    struct nt_err *err)
{
	return by_place(s, rec->value, rec->kind, err);
}

int
nt_select_met(const struct nt_select *s, struct nt_err *err)
{
	char text[NT_ID_TEXT];

	for (size_t i = 0; i < s->count; i++)
		if (!s->wanted[i].met) {
			nt_id_format(&s->wanted[i].id, text);
			return nt_err_set(err, NT_DATA, "there is no %s %s",
			    s->wanted[i].is_page == EITHER ?
			    "page or database" : s->wanted[i].is_page ?
			    "page" : "database", text);
		}
	return 0;
}

/* ---- control records ---- */

static void
put_ids(const struct nt_select *s, struct nt_json_out *o, const char *key,
    int is_page)
{
	char text[NT_ID_TEXT];

	nt_json_open(o, key, '[');
	for (size_t i = 0; i < s->count; i++)
		if (s->wanted[i].is_page == is_page) {
			nt_id_format(&s->wanted[i].id, text);
			nt_json_put_text(o, NULL, text);
		}
	nt_json_close(o, ']');
}

static void
put_kinds(const struct nt_select *s, struct nt_json_out *o)
{
	nt_json_open(o, "kinds", '[');
	for (int kind = 0; kind < NT_KIND_COUNT; kind++)
		if (s->kinds[kind])
			nt_json_put_text(o, NULL, nt_kind_name(kind));
	nt_json_close(o, ']');
}

/* What was asked for: {"databases":[...],"kinds":[...],"pages":[...]}. */
static void
put_part(const struct nt_select *s, struct nt_json_out *o, const char *key)
{
	nt_json_open(o, key, '{');
	put_ids(s, o, "databases", 0);
	put_kinds(s, o);
	put_ids(s, o, "pages", 1);
	nt_json_close(o, '}');
}

static void
put_roots(const struct nt_select *s, struct nt_buf *b)
{
	char text[NT_ID_TEXT];
	struct nt_json_out o;

	nt_json_out_init(&o, b);
	nt_json_open(&o, NULL, '[');
	for (size_t i = 0; i < s->count; i++) {
		nt_id_format(&s->wanted[i].id, text);
		nt_json_open(&o, NULL, '{');
		nt_json_put_text(&o, "id", text);
		nt_json_put_text(&o, "object", s->wanted[i].is_page ? "page" :
		    "database");
		nt_json_close(&o, '}');
	}
	nt_json_close(&o, ']');
}

/* The scope is no more the workspace but what was asked for. */
static int
write_snapshot(struct nt_select *s, struct nt_value snapshot,
    struct nt_writer *out, struct nt_err *err)
{
	struct nt_value scope = nt_value_get(snapshot, "scope");
	struct nt_json_out o;
	struct nt_buf b, line;
	int got;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_init(&line, NT_BUF_MAX);
	nt_json_out_init(&o, &b);
	put_part(s, &o, NULL);
	nt_value_put(snapshot, "part", nt_buf_view(&b));
	if (s->count > 0 && nt_value_is(scope, NT_JSON_OBJECT)) {
		nt_buf_clear(&b);
		put_roots(s, &b);
		nt_value_put(scope, "roots", nt_buf_view(&b));
		nt_value_put(scope, "workspace", NT_STR("false"));
	}
	nt_json_canonical(snapshot, &line);
	got = nt_writer_line(out, nt_buf_view(&line), err);
	nt_buf_free(&b);
	nt_buf_free(&line);
	return got;
}

static int
write_end(struct nt_select *s, struct nt_value end, struct nt_writer *out,
    struct nt_err *err)
{
	int complete = nt_value_true(nt_value_get(end, "complete")) &&
	    !s->by_kind;
	struct nt_json_out o;
	struct nt_buf b;
	int got;

	if (nt_select_met(s, err) == -1)
		return -1;
	nt_buf_init(&b, NT_BUF_MAX);
	nt_json_out_init(&o, &b);
	nt_json_open(&o, NULL, '{');
	put_part(s, &o, "part");
	nt_json_close(&o, '}');
	got = nt_writer_end(out, complete, nt_buf_view(&b), err);
	nt_buf_free(&b);
	return got;
}

int
nt_select_line(struct nt_select *s, struct nt_str line, struct nt_writer *out,
    struct nt_err *err)
{
	struct nt_value v;
	enum nt_kind kind;
	int got;

	if (nt_json_parse(s->doc, line.p, line.len, &v, err) == -1)
		return -1;
	kind = nt_kind_of(nt_value_text(nt_value_get(v, "object")));
	if (kind == NT_KIND_SNAPSHOT)
		return write_snapshot(s, v, out, err);
	if (kind == NT_KIND_END)
		return write_end(s, v, out, err);
	if (s->count > 0 && (got = by_place(s, v, kind, err)) != 1)
		return got;
	return s->by_kind && !s->kinds[kind] ? 0 :
	    nt_writer_record(out, kind, line, err);
}

/*
 * A stream becomes a snapshot.  Each unit is compared with what it was, record
 * by record as they come; what is new goes into tonight's frames, and a unit
 * that is as it was leaves no trace but its place in the order.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/json.h"
#include "nt/mem.h"

struct nt_repo_adder {
	struct nt_repo *repo;
	int64_t number;		/* of the snapshot */
	int64_t before;		/* the newest one, or 0 */
	struct maker *maker;
	struct filling fresh, edits;
	int leans;		/* it is known what fresh ones lean on */
	struct split split;
	struct keeper *assets;
	struct plain *plain;
	struct search *search;
	struct order order;
	struct levels *levels;
	struct nt_buf seen;	/* a bit a unit: it is in the order */
	struct nt_id_map *again;	/* units that came more than once */

	int64_t unit;		/* the open one, or 0 */
	enum nt_kind kind;	/* of its first record */
	struct former former;
	struct spots now;
	struct nt_buf line;	/* a page's record without its time */
	struct units uses;	/* its assets */

	uint64_t records, bytes;
	uint64_t counts[NT_KIND_COUNT];
};

/* ---- beginning ---- */

struct nt_repo_adder *
nt_repo_add(struct nt_repo *r, const char *folder, int partial)
{
	struct nt_repo_adder *a = nt_alloc(sizeof *a);

	a->repo = r;
	/* What goes wrong is kept by the database until the first record. */
	newest_snapshot(r, &a->before, NULL);
	a->number = nt_db_number(r->db, "SELECT max(forgotten, (SELECT "
	    "ifnull(max(id), 0) FROM snapshot)) FROM repository") + 1;
	a->maker = maker_new(r, (uint32_t)nt_db_number(r->db,
	    "SELECT ifnull(max(id), 0) FROM frame") + 1);
	filling_init(&a->fresh, FRAME_FRESH, FRESH_LEVEL);
	filling_init(&a->edits, FRAME_EDITS, EDITS_LEVEL);
	a->assets = keeper_new(r, folder, partial);
	a->plain = plain_new(r);
	a->search = search_new(r);
	nt_buf_init(&a->seen, NT_BUF_MAX);
	nt_buf_init(&a->line, NT_RECORD_MAX);
	a->again = nt_id_map_new();
	a->levels = levels_new();
	return a;
}

void
nt_repo_adder_free(struct nt_repo_adder *a)
{
	if (a == NULL)
		return;
	maker_free(a->maker);
	filling_free(&a->fresh);
	filling_free(&a->edits);
	split_free(&a->split);
	keeper_free(a->assets);
	plain_free(a->plain);
	search_free(a->search);
	order_free(&a->order);
	levels_free(a->levels);
	units_free(&a->uses);
	nt_buf_free(&a->seen);
	nt_buf_free(&a->line);
	nt_id_map_free(a->again);
	former_free(&a->former);
	spots_free(&a->now);
	free(a);
}

void
nt_repo_add_from(struct nt_repo_adder *a, int (*give)(void *arg,
    struct nt_str sha256, int fd, struct nt_err *err), void *arg)
{
	keeper_from(a->assets, give, arg);
}

uint64_t
nt_repo_add_missing(const struct nt_repo_adder *a)
{
	return keeper_missing(a->assets);
}

/* ---- which unit ---- */

static int
was_seen(const struct nt_repo_adder *a, int64_t unit)
{
	return (uint64_t)unit / 8 < a->seen.len &&
	    (a->seen.p[unit / 8] >> (unit % 8) & 1) != 0;
}

static void
set_seen(struct nt_repo_adder *a, int64_t unit)
{
	while (a->seen.len <= (uint64_t)unit / 8)
		nt_buf_char(&a->seen, 0);
	a->seen.p[unit / 8] = (char)(a->seen.p[unit / 8] | 1 << (unit % 8));
}

/* The number of the unit, or 0. */
static int64_t
look_up(struct nt_repo *r, const struct nt_id *thing, enum nt_kind kind,
    uint64_t nth)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "SELECT id FROM unit "
	    "WHERE thing = ? AND kind = ? AND nth = ?");
	int64_t unit;

	nt_stmt_blob(s, 1, thing->b, sizeof thing->b);
	nt_stmt_int(s, 2, kind);
	nt_stmt_int(s, 3, (int64_t)nth);
	unit = nt_stmt_step(s) ? nt_stmt_col_int(s, 0) : 0;
	nt_stmt_done(s);
	return unit;
}

static int64_t
make_unit(struct nt_repo *r, const struct nt_id *thing, enum nt_kind kind,
    uint64_t nth)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "INSERT INTO unit(thing, kind, nth) VALUES (?, ?, ?)");

	nt_stmt_blob(s, 1, thing->b, sizeof thing->b);
	nt_stmt_int(s, 2, kind);
	nt_stmt_int(s, 3, (int64_t)nth);
	nt_stmt_run(s);
	return nt_db_last_row(r->db);
}

/*
 * The unit that the record begins: the first of its name that was not in this
 * stream.  *is_new if there never was one.  What stands before all pages and
 * databases has no name, and the kind NT_KIND_OTHER.
 */
static int64_t
unit_of(struct nt_repo_adder *a, enum nt_kind kind, struct nt_value record,
    int *is_new)
{
	struct nt_id thing = { { 0 } }, key;
	int64_t unit;
	uint64_t nth = 0;

	if (kind != NT_KIND_OTHER)
		nt_id_scan(nt_value_text(nt_value_get(record, "id")), &thing);
	unit = look_up(a->repo, &thing, kind, 0);
	if (unit != 0 && was_seen(a, unit)) {
		key = thing;		/* two kinds may have one id */
		key.b[0] ^= (uint8_t)kind;
		nt_id_map_get(a->again, &key, &nth);
		nt_id_map_put(a->again, &key, ++nth);
		unit = look_up(a->repo, &thing, kind, nth);
	}
	*is_new = unit == 0;
	return unit != 0 ? unit : make_unit(a->repo, &thing, kind, nth);
}

/* ---- its records ---- */

static int
open_unit(struct nt_repo_adder *a, enum nt_kind kind, struct nt_value record,
    struct nt_err *err)
{
	int is_new, got = 0;

	a->kind = kind;
	a->unit = unit_of(a, kind, record, &is_new);
	if (nt_db_failed(a->repo->db, err))
		return -1;
	set_seen(a, a->unit);
	order_add(&a->order, a->unit, levels_unit(a->levels, a->unit, kind,
	    record));
	a->now.count = 0;
	a->now.edited = 0;
	a->uses.count = 0;
	former_clear(&a->former);
	if (!is_new)
		got = former_read(a->repo, &a->former, a->unit, a->before, err);
	search_unit(a->search, a->unit);
	if (got == -1)
		return -1;
	return filling_unit(a->maker, a->former.there ? &a->edits : &a->fresh,
	    err);
}

/* Fresh frames lean on the first of them, if there is one. */
static int
lean_fresh(struct nt_repo_adder *a, struct nt_err *err)
{
	uint32_t common;

	if (a->leans)
		return 0;
	a->leans = 1;
	common = frame_common(a->repo);
	if (common != 0)
		return filling_lean(a->maker, &a->fresh, common, err);
	a->fresh.shares = 1;
	a->fresh.target = FRAME_COMMON;
	return 0;
}

/*
 * Stores a record that the unit did not have.  It is likely to be much like
 * those that stood in its place, and leans on what they do.
 */
static int
store(struct nt_repo_adder *a, struct nt_str line, uint64_t sum,
    struct spot *at, struct nt_err *err)
{
	const struct former *was = &a->former;
	uint32_t base = 0;
	size_t n;

	if (!was->there)
		return lean_fresh(a, err) == -1 ? -1 :
		    filling_add(a->maker, &a->fresh, line, sum, at, err);
	if (was->list.count > 0) {
		n = was->next < was->list.count ? was->next :
		    was->list.count - 1;
		if (frame_like(a->repo->frames, was->list.at[n].frame, &base,
		    err) == -1)
			return -1;
	}
	if (filling_lean(a->maker, &a->edits, base, err) == -1)
		return -1;
	return filling_add(a->maker, &a->edits, line, sum, at, err);
}

/* Finds or stores the record: 1 if it is new or changed, 0, or -1. */
static int
place_record(struct nt_repo_adder *a, struct nt_str line, struct nt_err *err)
{
	struct spot at;
	uint64_t sum;
	size_t n;
	int got = 0;

	if (a->now.count == UNIT_RECORDS_MAX)
		return nt_err_set(err, NT_LIMIT, "more than %zu records hang "
		    "on one page", UNIT_RECORDS_MAX);
	if (a->now.count == 0 && a->kind == NT_KIND_PAGE &&
	    edited_cut(&a->line, line, &a->now.edited))
		line = nt_buf_view(&a->line);
	sum = nt_sum64(a->repo->key, line.p, line.len);
	if (a->former.there)
		got = former_find(a->repo, &a->former, sum, &n, err);
	if (got == -1)
		return -1;
	if (got == 1) {
		a->former.next = n + 1;
		spots_add(&a->now, a->former.list.at[n]);
		return a->now.count == 1 &&
		    a->now.edited != a->former.list.edited;
	}
	if (store(a, line, sum, &at, err) == -1)
		return -1;
	spots_add(&a->now, at);
	return 1;
}

static int
use_asset(struct nt_repo_adder *a, struct nt_value record, struct nt_err *err)
{
	int64_t asset;

	if (keeper_take(a->assets, record, &asset, err) == -1)
		return -1;
	if (asset != 0)
		units_add(&a->uses, asset);
	return 0;
}

static int
unchanged(const struct nt_repo_adder *a)
{
	const struct spots *was = &a->former.list;

	return a->former.there && a->now.count == was->count &&
	    a->now.edited == was->edited &&
	    memcmp(a->now.at, was->at, was->count * sizeof *was->at) == 0;
}

static void
put_uses(struct nt_repo_adder *a)
{
	for (size_t i = 0; i < a->uses.count; i++) {
		struct nt_stmt *s = nt_db_stmt(a->repo->db,
		    "INSERT OR IGNORE INTO asset_use(unit, first, asset) "
		    "VALUES (?, ?, ?)");

		nt_stmt_int(s, 1, a->unit);
		nt_stmt_int(s, 2, a->number);
		nt_stmt_int(s, 3, a->uses.at[i]);
		nt_stmt_run(s);
	}
}

static int
close_unit(struct nt_repo_adder *a, struct nt_err *err)
{
	int builds = a->former.there && a->former.depth < VERSION_DEPTH;
	struct nt_buf body;

	if (a->unit == 0)
		return 0;
	/* The users are read with every part: not with a page's neighbours. */
	if (a->kind == NT_KIND_OTHER &&
	    filling_end(a->maker, &a->fresh, err) == -1)
		return -1;
	search_unit_end(a->search, !unchanged(a));
	if (!unchanged(a)) {
		nt_buf_init(&body, NT_BUF_MAX);
		version_encode(&body, &a->now, builds ? &a->former.list :
		    NULL, a->former.depth);
		version_put(a->repo, a->unit, a->number, nt_buf_view(&body));
		nt_buf_free(&body);
		put_uses(a);
	}
	a->unit = 0;
	return nt_db_failed(a->repo->db, err) ? -1 : 0;
}

int
nt_repo_add_record(struct nt_repo_adder *a, const struct nt_record *rec,
    struct nt_err *err)
{
	struct nt_str line = { rec->line, rec->len };
	int got, begins;

	a->records++;
	a->bytes += rec->len + 1;
	a->counts[rec->kind]++;
	begins = split_begins(&a->split, rec->kind, rec->value);
	if ((begins || a->unit == 0) && (close_unit(a, err) == -1 ||
	    open_unit(a, begins ? rec->kind : NT_KIND_OTHER, rec->value,
	    err) == -1))
		return -1;
	if (rec->kind == NT_KIND_BLOCK)
		levels_block(a->levels, a->unit, rec->value);
	/* A view of a data source elsewhere is below that one, too. */
	if (rec->kind == NT_KIND_VIEW && a->kind != NT_KIND_DATA_SOURCE)
		a->order.levels.at[a->order.levels.count - 1] = 0;
	if (rec->kind == NT_KIND_ASSET && use_asset(a, rec->value, err) == -1)
		return -1;
	if ((got = place_record(a, line, err)) == -1)
		return -1;
	if (got == 1)
		plain_record(a->plain, a->unit, rec->kind, rec->value);
	plain_seen(a->plain, rec->kind, rec->value);
	search_record(a->search, rec->kind, rec->value);
	return nt_db_failed(a->repo->db, err) ? -1 : 0;
}

/* ---- the end ---- */

/* Says of the units that are not there any more that they are not. */
static int
put_gone(struct nt_repo_adder *a, struct nt_err *err)
{
	struct order was = { .units = { NULL, 0, 0 } };
	int got = 0;

	if (a->before != 0)
		got = order_read(a->repo, a->before, &was, err);
	for (size_t i = 0; i < was.units.count && got == 0; i++) {
		int64_t unit = was.units.at[i];

		if (was_seen(a, unit))
			continue;
		version_put(a->repo, unit, a->number,
		    (struct nt_str){ NULL, 0 });
		plain_gone(a->plain, unit);
		search_gone(a->search, unit);
	}
	order_free(&was);
	return got == 0 && nt_db_failed(a->repo->db, err) ? -1 : got;
}

/* The counts as JSON, for a stream without an end that has them. */
static void
put_counts(const struct nt_repo_adder *a, struct nt_buf *b)
{
	struct nt_json_out o;

	nt_json_out_init(&o, b);
	nt_json_open(&o, NULL, '{');
	for (int kind = 0; kind < NT_KIND_COUNT; kind++)
		if (a->counts[kind] > 0)
			nt_json_put_int(&o, nt_kind_name(kind),
			    (int64_t)a->counts[kind]);
	nt_json_close(&o, '}');
}

/* When reading began, as the snapshot says; else now. */
static int64_t
taken(struct nt_value head)
{
	struct nt_str text = nt_value_text(nt_value_get(head, "started"));
	int64_t ms;

	return text.p != NULL && nt_time_parse(text.p, text.len, &ms) == 0 ?
	    ms : nt_clock_wall_ms();
}

static void
put_seal(struct nt_repo_adder *a)
{
	struct nt_stmt *s = nt_db_stmt(a->repo->db,
	    "UPDATE snapshot SET seal = ? WHERE id = ?");

	nt_stmt_int(s, 1, snapshot_seal(a->repo, a->number));
	nt_stmt_int(s, 2, a->number);
	nt_stmt_run(s);
}

/* The SHA-256 of the records, read back, where no end tells it. */
static int
read_digest(struct nt_repo_adder *a, struct nt_buf *digest,
    struct nt_err *err)
{
	struct nt_repo_stream *s;
	char hex[NT_SHA256_TEXT];
	int got;

	put_seal(a);		/* for who opens it; another one follows */
	s = nt_repo_stream_open(a->repo, a->number, err);
	if (s == NULL)
		return -1;
	got = stream_digest(s, hex, err);
	nt_repo_stream_free(s);
	nt_buf_clear(digest);
	nt_buf_fmt(digest, "sha256:%s", hex);
	return got;
}

/* A member of the end, as it stands there, if there is an end. */
static struct nt_str
end_member(struct nt_str tail, const char *name)
{
	const char *const names[] = { name };
	struct nt_str found[1] = { { NULL, 0 } };

	if (tail.p != NULL)
		nt_json_glance(tail.p, tail.len, names, 1, found);
	return found[0];
}

/* Writes the row of the snapshot, but for the digest. */
static int
put_snapshot(struct nt_repo_adder *a, struct nt_str head, struct nt_str tail,
    int complete, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(a->repo->db, "INSERT INTO snapshot(id, "
	    "taken, packed, complete, records, bytes, counts, source, scope, "
	    "head, tail, places) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	struct nt_json *doc = nt_json_new();
	struct nt_value v = NT_VALUE_NONE;
	struct nt_str says = end_member(tail, "counts");
	struct nt_buf places, counts;
	int got = 0;

	nt_buf_init(&places, NT_BUF_MAX);
	nt_buf_init(&counts, NT_BUF_MAX);
	if (says.p != NULL)
		nt_buf_add(&counts, says.p, says.len);
	else
		put_counts(a, &counts);
	if (head.p != NULL)
		got = nt_json_parse(doc, head.p, head.len, &v, err);
	if (got == 0)
		got = order_write(a->repo, &a->order, a->before, &places, err);
	nt_stmt_int(s, 1, a->number);
	nt_stmt_int(s, 2, taken(v));
	nt_stmt_int(s, 3, nt_clock_wall_ms());
	nt_stmt_int(s, 4, complete);
	nt_stmt_int(s, 5, (int64_t)a->records);
	nt_stmt_int(s, 6, (int64_t)a->bytes);
	nt_stmt_text(s, 7, nt_buf_view(&counts));
	nt_stmt_text_or_null(s, 8, nt_value_raw(nt_value_get(v, "source")));
	nt_stmt_text_or_null(s, 9, nt_value_raw(nt_value_get(v, "scope")));
	nt_stmt_text_or_null(s, 10, head);
	nt_stmt_text_or_null(s, 11, tail);
	nt_stmt_blob(s, 12, places.p, places.len);
	if (got == 0)
		nt_stmt_run(s);
	else
		nt_stmt_done(s);
	nt_buf_free(&counts);
	nt_buf_free(&places);
	nt_json_free(doc);
	return got == 0 && nt_db_failed(a->repo->db, err) ? -1 : got;
}

/* The digest that the end says, which the reader has checked, or our own. */
static int
put_digest(struct nt_repo_adder *a, struct nt_str tail, struct nt_err *err)
{
	struct nt_str says = end_member(tail, "digest");
	struct nt_stmt *s;
	struct nt_buf digest;
	int got = 0;

	nt_buf_init(&digest, NT_BUF_MAX);
	if (says.len > 2)		/* without its quotes */
		nt_buf_add(&digest, says.p + 1, says.len - 2);
	else
		got = read_digest(a, &digest, err);
	s = nt_db_stmt(a->repo->db,
	    "UPDATE snapshot SET digest = ? WHERE id = ?");
	nt_stmt_text(s, 1, nt_buf_view(&digest));
	nt_stmt_int(s, 2, a->number);
	nt_stmt_run(s);
	nt_buf_free(&digest);
	put_seal(a);
	return got == 0 && nt_db_failed(a->repo->db, err) ? -1 : got;
}

int
nt_repo_add_finish(struct nt_repo_adder *a, struct nt_str snapshot,
    struct nt_str end, int complete, struct nt_err *err)
{
	complete = complete && keeper_missing(a->assets) == 0;
	if (close_unit(a, err) == -1 ||
	    filling_end(a->maker, &a->fresh, err) == -1 ||
	    filling_end(a->maker, &a->edits, err) == -1 ||
	    maker_finish(a->maker, err) == -1 ||
	    put_gone(a, err) == -1 ||
	    put_snapshot(a, snapshot, end, complete, err) == -1 ||
	    put_digest(a, end, err) == -1 ||
	    plain_finish(a->plain, a->number, err) == -1)
		return -1;
	return repo_commit(a->repo, err);
}

/* The walk as a whole: made, stepped, ended. */
#include "internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/trace.h"

#define ROOTS_SHOWN 1000	/* in the snapshot record */

int
nt_walk_open(struct nt_walk **out, const struct nt_walk_plan *plan,
    struct nt_api *api, struct nt_writer *writer, struct nt_err *err)
{
	struct nt_walk *w = nt_alloc(sizeof *w);

	w->plan = *plan;
	w->api = api;
	w->out = writer;
	w->started = nt_clock_wall_ms();
	w->list.prev = w->list.next = &w->list;
	w->list.walk = w;
	w->doc = nt_json_new();
	w->base_doc = nt_json_new();
	nt_buf_init(&w->text, NT_BUF_MAX);
	nt_buf_init(&w->scratch, NT_BUF_MAX);
	nt_buf_init(&w->edited, NT_RECORD_MAX / 2);
	w->known = nt_id_map_new();
	w->originals = nt_id_map_new();
	w->listed = nt_spool_new();
	w->seen = nt_seen_new();
	if ((plan->base != NULL && base_open(w, plan->base, err) == -1) ||
	    (plan->assets != NULL && !plan->dry_run &&
	    store_open(&w->store, plan->assets, err) == -1)) {
		nt_walk_free(w);
		return -1;
	}
	lists_before(&w->list);
	if (plan->workspace) {
		search_before(&w->list);
		climb_before(&w->list);
		plan_before(&w->list, 1);
	}
	named_before(&w->list);
	rest_before(&w->list);
	if (plan->edited && !plan->dry_run)
		edited_before(&w->list);
	*out = w;
	return 0;
}

void
nt_walk_free(struct nt_walk *w)
{
	if (w == NULL)
		return;
	list_free(w);
	base_free(w->base);
	quick_free(w->quick);
	store_free(w->store);
	nt_json_free(w->doc);
	nt_json_free(w->base_doc);
	nt_buf_free(&w->text);
	nt_buf_free(&w->scratch);
	nt_buf_free(&w->edited);
	nt_id_map_free(w->known);
	if (w->named != NULL)
		nt_id_map_free(w->named);
	nt_id_map_free(w->originals);
	nt_spool_free(w->listed);
	nt_seen_free(w->seen);
	free(w);
}

void
walk_fail(struct nt_walk *w, const struct nt_err *err)
{
	if (w->failed)
		return;
	w->failed = 1;
	w->err = *err;
}

int
walk_first(struct nt_walk *w, enum nt_kind kind, const struct nt_id *id)
{
	struct nt_err err;
	int is_new = nt_seen_add(w->seen, (uint8_t)kind, id, &err);

	if (is_new == -1)
		walk_fail(w, &err);
	return is_new == 1;
}

/* The snapshot's "scope": what was asked for, and how. */
static void
put_scope(struct nt_walk *w, struct nt_json_out *o)
{
	const struct nt_walk_plan *plan = &w->plan;
	char id[NT_ID_TEXT];

	nt_json_open(o, "scope", '{');
	nt_json_put_bool(o, "assets", plan->assets != NULL);
	nt_json_put_text(o, "comments", comments_word(plan->comments));
	nt_json_put_bool(o, "external", plan->external);
	nt_json_put_int(o, "max_asset", (int64_t)plan->max_asset);
	nt_json_put_bool(o, "raw", plan->raw);
	nt_json_open(o, "roots", '[');
	for (size_t i = 0; i < plan->count && i < ROOTS_SHOWN; i++) {
		nt_id_format(&plan->refs[i].id, id);
		nt_json_open(o, NULL, '{');
		nt_json_put_text(o, "id", id);
		nt_json_put_text(o, "object",
		    nt_kind_name(plan->refs[i].kind));
		nt_json_close(o, '}');
	}
	nt_json_close(o, ']');
	nt_json_put_bool(o, "trash", plan->trash);
	nt_json_put_bool(o, "workspace", plan->workspace);
	nt_json_close(o, '}');
}

static void
put_member(struct nt_json_out *o, const char *key, struct nt_value v)
{
	struct nt_str text = nt_value_text(v);

	if (text.p == NULL)
		nt_json_put_null(o, key);
	else
		nt_json_put_str(o, key, text);
}

void
walk_begin(struct nt_walk *w, struct nt_value me)
{
	struct nt_value bot = nt_value_get(me, "bot");
	struct nt_json_out o;
	struct nt_buf members;
	struct nt_err err;
	char started[NT_TIME_TEXT];

	if (base_check_workspace(w, bot, &err) == -1) {
		walk_fail(w, &err);
		return;
	}
	if (w->plan.dry_run)
		return;
	nt_buf_init(&members, NT_BUF_MAX);
	nt_json_out_init(&o, &members);
	nt_json_open(&o, NULL, '{');
	nt_json_open(&o, "source", '{');
	nt_json_put_text(&o, "api_version", nt_api_version(w->api));
	nt_json_put_text(&o, "base_url", nt_api_base_url(w->api));
	put_member(&o, "workspace_id", nt_value_get(bot, "workspace_id"));
	put_member(&o, "workspace_name", nt_value_get(bot, "workspace_name"));
	nt_json_close(&o, '}');
	put_scope(w, &o);
	nt_time_format(w->started, started);
	nt_json_put_text(&o, "started", started);
	nt_json_put_text(&o, "tool", w->plan.tool);
	nt_json_close(&o, '}');
	w->began = 1;
	if (nt_writer_snapshot(w->out, nt_buf_view(&members), &err) == -1)
		walk_fail(w, &err);
	nt_buf_free(&members);
}

/* 1 if something is left to do, 0 if not, -1 if nothing more can be. */
static int
turn(struct nt_walk *w, struct nt_err *err)
{
	if (list_turn(w, err) == -1)
		return -1;
	w->done = w->list.next == &w->list;
	return !w->done;
}

int
nt_walk_step(struct nt_walk *w, int wait_ms, struct nt_err *err)
{
	int more = turn(w, err);

	if (more != 1)
		return more;
	if (nt_api_pending(w->api) == 0)
		return nt_err_set(err, NT_DATA,
		    "the walk stands still; this is a fault of the tool");
	if (nt_writer_flush(w->out, err) == -1 ||
	    nt_api_step(w->api, wait_ms, err) == -1)
		return -1;
	return turn(w, err);
}

static void
trace_end(const struct nt_walk *w)
{
	struct nt_api_stats api;

	if (!nt_trace_on())
		return;
	nt_api_stats(w->api, &api);
	nt_trace("done", "\"requests\":%" PRIu64 ",\"retries\":%" PRIu64
	    ",\"limited\":%" PRIu64 ",\"downloads\":%" PRIu64 ",\"bytes\":%"
	    PRIu64 ",\"waited_ms\":%" PRIu64 ",\"records\":%" PRIu64
	    ",\"pages\":%" PRIu64 ",\"reused\":%" PRIu64 ",\"errors\":%" PRIu64,
	    api.requests, api.retries, api.limited, api.downloads,
	    api.bytes_in, api.waited_ms, w->stats.records, w->stats.pages,
	    w->stats.reused, w->stats.errors);
}

/* What the end record says besides what each has. */
static void
put_end_members(const struct nt_walk *w, struct nt_buf *out)
{
	nt_buf_char(out, '{');
	if (w->plan.edited && w->edited_known)
		nt_buf_fmt(out, "\"edited\":[%s],", w->edited.p);
	else if (w->plan.edited)
		nt_buf_str(out, "\"edited\":null,");
	nt_buf_fmt(out, "\"search_complete\":%s,\"unsupported\":%" PRIu64 "}",
	    w->stats.search_cut ? "false" : "true", w->unsupported);
}

int
nt_walk_end(struct nt_walk *w, struct nt_err *err)
{
	struct nt_buf members;
	int got;

	trace_end(w);
	w->stats.complete = w->done && w->stats.errors == 0;
	if (!w->began || w->plan.dry_run)
		return 0;
	nt_buf_init(&members, NT_BUF_MAX);
	put_end_members(w, &members);
	got = nt_writer_end(w->out, w->stats.complete, nt_buf_view(&members),
	    err);
	nt_buf_free(&members);
	return got;
}

void
nt_walk_stats(const struct nt_walk *w, struct nt_walk_stats *stats)
{
	*stats = w->stats;
}

void
nt_walk_price(const struct nt_walk *w, struct nt_walk_price *price)
{
	*price = w->price;
}

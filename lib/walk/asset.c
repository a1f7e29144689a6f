/* Files, downloaded as they are met: their links live an hour (api 3.4). */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"

#define RENEWALS_MAX 2		/* fresh links for one file */
#define FOREIGN_TRIES 2		/* many a foreign host is gone for good */
#define EXPIRY_MARGIN_MS (30 * 1000)

struct asset {
	struct item item;
	struct asset *next;	/* of those being downloaded */
	enum nt_kind kind;	/* of the owner */
	struct nt_id id;
	char *pointer;
	char *name;
	char *url;		/* NULL: to be renewed */
	char *key;		/* what the file is known by */
	int64_t expires;
	unsigned renewals;
	int running;
	struct part part;
};

static int
is_hosted(const struct asset *a)
{
	size_t len = strlen(a->pointer);

	return len >= 5 && strcmp(a->pointer + len - 5, "/file") == 0;
}

/* A hosted file is the same whatever its signature, a foreign one maybe not. */
static void
set_url(struct asset *a, const char *url, size_t len)
{
	const char *query = memchr(url, '?', len);

	free(a->url);
	free(a->key);
	a->url = nt_strndup(url, len);
	a->key = nt_strndup(url, is_hosted(a) && query != NULL ?
	    (size_t)(query - url) : len);
}

static struct subject
subject_of(const struct asset *a, char type[32])
{
	snprintf(type, 32, "%s_id", nt_kind_name(a->kind));
	return (struct subject){ "asset", &a->id, type, &a->id };
}

static void
put_asset(struct asset *a, const struct stored *s)
{
	struct nt_json_out o;
	struct nt_buf line;
	char id[NT_ID_TEXT];

	nt_id_format(&a->id, id);
	nt_buf_init(&line, NT_BUF_MAX);
	nt_json_out_init(&o, &line);
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "content_type", s->content_type);
	nt_json_put_text(&o, "name", a->name);
	nt_json_put_text(&o, "object", "asset");
	nt_json_open(&o, "owner", '{');
	nt_json_put_text(&o, "id", id);
	nt_json_put_text(&o, "object", nt_kind_name(a->kind));
	nt_json_put_text(&o, "pointer", a->pointer);
	nt_json_close(&o, '}');
	nt_json_put_text(&o, "sha256", s->sha256);
	nt_json_put_int(&o, "size", (int64_t)s->size);
	nt_json_close(&o, '}');
	record_line(text_of(&a->item), NT_KIND_ASSET, nt_buf_view(&line), 0);
	nt_buf_free(&line);
}

static void
put_too_large(struct asset *a)
{
	char type[32];
	struct subject s = subject_of(a, type);

	loss_text(text_of(&a->item), &s, a->pointer,
	    "the file is larger than was asked for", 0);
}

/* The file is in the folder: its record, or that it was not wanted. */
static void
put_stored(struct asset *a, const struct stored *s)
{
	uint64_t max = a->item.walk->plan.max_asset;

	if (max > 0 && s->size > max)
		put_too_large(a);
	else
		put_asset(a, s);
	item_remove(&a->item);
}

static void
renew(struct asset *a)
{
	static const char *const paths[NT_KIND_COUNT] = {
		[NT_KIND_PAGE] = "pages",
		[NT_KIND_BLOCK] = "blocks",
		[NT_KIND_DATABASE] = "databases",
		[NT_KIND_DATA_SOURCE] = "data_sources",
		[NT_KIND_COMMENT] = "comments",
	};
	char id[NT_ID_TEXT];

	a->renewals++;
	nt_id_format(&a->id, id);
	item_get(&a->item, "/v1/%s/%s", paths[a->kind], id);
}

/* The owner as it is now: the file stands where it stood. */
static void
renewed(struct item *it, const struct nt_reply *reply)
{
	struct asset *a = (struct asset *)it;
	struct nt_value file = nt_value_at(reply->value, a->pointer);
	struct nt_str url = nt_value_text(nt_value_get(file, "url"));
	char type[32];
	struct subject s = subject_of(a, type);

	if (reply_ok(reply) && url.len > 0) {
		set_url(a, url.p, url.len);
		a->expires = member_time(file, "expiry_time");
		it->state = ITEM_WAITS;
		return;
	}
	if (reply_ok(reply))
		error_text(text_of(it), &s, "no_file",
		    "the owner has the file no more");
	else
		error_reply(text_of(it), &s, reply);
	item_remove(it);
}

static void
fail(struct asset *a, const struct nt_download_reply *r)
{
	struct nt_reply reply = { .status = r->status, .again = r->again };
	char type[32];
	struct subject s = subject_of(a, type);

	snprintf(reply.code, sizeof reply.code, "download_failed");
	snprintf(reply.message, sizeof reply.message, "%s", r->error);
	error_reply(text_of(&a->item), &s, &reply);
	item_remove(&a->item);
}

static void
forget_running(struct asset *a)
{
	struct asset **at = &a->item.walk->downloading;

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	a->running = 0;
	a->item.walk->downloads--;
}

static void
downloaded(void *arg, const struct nt_download_reply *r)
{
	struct asset *a = arg;
	struct nt_walk *w = a->item.walk;
	struct stored s = { .size = r->size };
	struct nt_err err;

	forget_running(a);
	if (r->error[0] == '\0' && !r->too_large) {
		snprintf(s.content_type, sizeof s.content_type, "%s",
		    r->content_type);
		if (store_keep(w->store, a->key, &a->part, &s, &err) == -1)
			walk_fail(w, &err);
		else
			put_stored(a, &s);
		return;
	}
	store_leave(&a->part, !r->too_large);
	if (r->too_large) {
		put_too_large(a);
		item_remove(&a->item);
	} else if (r->expired && a->renewals < RENEWALS_MAX) {
		renew(a);
	} else {
		fail(a, r);
	}
}

static void
download(struct asset *a)
{
	struct nt_walk *w = a->item.walk;
	struct nt_download d = { .url = a->url, .max = w->plan.max_asset,
		.tries = is_hosted(a) ? 0 : FOREIGN_TRIES };
	struct nt_err err;

	if (store_part(w->store, a->key, &a->part, &err) == -1) {
		walk_fail(w, &err);
		return;
	}
	d.fd = a->part.fd;
	d.have = a->part.have;
	a->running = 1;
	a->next = w->downloading;
	w->downloading = a;
	w->downloads++;
	a->item.state = ITEM_RUNS;
	nt_api_download(w->api, &d, downloaded, a);
}

static void
asset_start(struct item *it)
{
	struct asset *a = (struct asset *)it;
	struct stored s;

	if (a->key != NULL && store_find(it->walk->store, a->key, &s))
		put_stored(a, &s);
	else if (a->url == NULL || (a->expires != 0 && a->renewals == 0 &&
	    a->expires < nt_clock_wall_ms() + EXPIRY_MARGIN_MS))
		renew(a);
	else
		download(a);
}

/* One file is not downloaded twice at once, nor many at a time. */
static int
asset_ready(struct item *it)
{
	struct asset *a = (struct asset *)it, *other;

	if (it->walk->downloads >= DOWNLOADS_MAX)
		return 0;
	for (other = it->walk->downloading; other != NULL;
	    other = other->next)
		if (a->key != NULL && strcmp(a->key, other->key) == 0)
			return 0;
	return 1;
}

static void
asset_clear(struct item *it)
{
	struct asset *a = (struct asset *)it;

	if (a->running) {
		forget_running(a);
		store_leave(&a->part, 1);
	}
	free(a->pointer);
	free(a->name);
	free(a->url);
	free(a->key);
}

static const struct verb asset_verb = {
	.size = sizeof(struct asset),
	.price = PRICE_FILE,
	.ready = asset_ready,
	.start = asset_start,
	.answer = renewed,
	.clear = asset_clear,
};

void
assets_before(struct item *at, struct scope *scope, enum nt_kind kind,
    const struct nt_id *id, struct nt_found_file *files)
{
	while (files != NULL) {
		struct nt_found_file *next = files->next;
		struct asset *a = item_before(at, &asset_verb, scope);

		a->kind = kind;
		a->id = *id;
		a->pointer = nt_strdup(files->pointer);
		a->name = nt_strdup(files->name);
		a->expires = files->expires;
		set_url(a, files->url, strlen(files->url));
		nt_files_free(files);
		files = next;
	}
}

void
asset_again(struct item *at, struct scope *scope, enum nt_kind kind,
    const struct nt_id *id, struct nt_str pointer, struct nt_str name)
{
	struct asset *a = item_before(at, &asset_verb, scope);

	a->kind = kind;
	a->id = *id;
	a->pointer = nt_strndup(pointer.p, pointer.len);
	a->name = nt_strndup(name.p, name.len);
}

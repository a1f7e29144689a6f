/*
 * Files: uploaded again just before they are used, equal bytes once.  An
 * upload changes nothing in the workspace until it is attached, so it is not
 * in the journal: after an unclear answer it is simply begun anew (api 2.7).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/crypto.h"
#include "nt/file.h"

#define SINGLE_MAX ((uint64_t)20 << 20)
#define PART_BYTES ((uint64_t)10 << 20)
#define USABLE_MS ((int64_t)50 * 60 * 1000)	/* of the hour it has */
#define UPLOAD_TRIES 8
#define CHUNK ((size_t)128 << 10)

struct nt_upload *
nt_upload_of(struct nt_apply *a, const char *sha256)
{
	struct nt_upload *u;

	for (u = a->uploads; u != NULL; u = u->next)
		if (strcmp(u->sha256, sha256) == 0)
			return u;
	u = nt_alloc(sizeof *u);
	snprintf(u->sha256, sizeof u->sha256, "%s", sha256);
	u->next = a->uploads;
	a->uploads = u;
	return u;
}

void
nt_uploads_free(struct nt_apply *a)
{
	struct nt_upload *u, *next;

	for (u = a->uploads; u != NULL; u = next) {
		next = u->next;
		free(u);
	}
}

int
nt_upload_ready(struct nt_apply *a, const char *sha256, struct nt_id *id)
{
	const struct nt_upload *u = nt_upload_of(a, sha256);

	if (nt_id_is_nil(&u->id) || u->until < nt_clock_steady_ms())
		return 0;
	*id = u->id;
	return 1;
}

void
nt_upload_want(struct nt_job *job, uint32_t asset, const char *sha256)
{
	(void)nt_upload_of(job->a, sha256);
	if (job->wants == job->want_room) {
		job->want_room = job->want_room == 0 ? 8 : 2 * job->want_room;
		job->wanted = nt_realloc_array(job->wanted, job->want_room,
		    sizeof *job->wanted);
	}
	job->wanted[job->wants++] = asset;
}

/* ---- one file ---- */

static void next_file(struct nt_job *job);
static void send_part(struct nt_job *job);

static uint64_t
size_of(struct nt_value asset)
{
	int64_t size = nt_value_int(nt_value_get(asset, "size"));

	return size < 0 ? 0 : (uint64_t)size;
}

static unsigned
parts_of(uint64_t size)
{
	return size <= SINGLE_MAX ? 1 :
	    (unsigned)((size + PART_BYTES - 1) / PART_BYTES);
}

/* It cannot be had; why is for the loss that is told in place of the file. */
static void
give_up(struct nt_job *job, const char *why)
{
	struct nt_apply *a = job->a;
	uint32_t asset = job->wanted[job->wants];

	job->upload->failed = 1;
	job->upload->busy = 0;
	nt_step_new(job, NT_STEP_APPEND, asset, NULL);
	nt_tell_loss(job, asset, "", NT_LOSS_WARNING, why);
	nt_step_tell(job);
	nt_job_wake(a);
	nt_job_ready(job, next_file);
}

/* 1 if the answer is a good one; else it is begun anew, or given up. */
static int
went_well(struct nt_job *job, const struct nt_reply *reply)
{
	if (reply->code[0] == '\0')
		return 1;
	if ((reply->unclear && ++job->upload->tries >= UPLOAD_TRIES) ||
	    (reply->again && !reply->unclear)) {
		nt_job_stop_all(job->a, NT_AGAIN, "%s", reply->message);
		return 0;
	}
	job->wants++;		/* it is still the one that is wanted */
	if (reply->unclear) {
		job->upload->busy = 0;
		nt_job_ready(job, next_file);
	} else {
		job->wants--;
		give_up(job, reply->message);
	}
	return 0;
}

static void
post(struct nt_job *job, const char *verb, struct nt_str body, int form,
    nt_api_done *done)
{
	struct nt_call call = { .method = "POST", .body = body,
		.form = form };
	char id[NT_ID_TEXT], path[100];

	nt_id_format(&job->upload->id, id);
	snprintf(path, sizeof path, verb == NULL ? "/v1/file_uploads" :
	    "/v1/file_uploads/%s/%s", id, verb);
	call.path = path;
	if (!job->a->stopped)
		nt_api_call(job->a->api, &call, done, job);
}

static void
uploaded(struct nt_job *job)
{
	job->upload->until = nt_clock_steady_ms() + USABLE_MS;
	job->upload->busy = 0;
	job->upload->tries = 0;
	job->a->stats.uploads++;
	nt_job_wake(job->a);
	nt_job_ready(job, next_file);
}

static void
on_complete(void *arg, const struct nt_reply *reply)
{
	if (went_well(arg, reply))
		uploaded(arg);
}

static void
on_sent(void *arg, const struct nt_reply *reply)
{
	struct nt_job *job = arg;

	if (!went_well(job, reply))
		return;
	if (++job->part < job->upload->parts)
		send_part(job);
	else if (job->upload->parts > 1)
		post(job, "complete", (struct nt_str){ NULL, 0 }, 0,
		    on_complete);
	else
		uploaded(job);
}

static void
begin_field(struct nt_buf *body, const char *boundary, const char *name)
{
	nt_buf_fmt(body, "--%s\r\nContent-Disposition: form-data; "
	    "name=\"%s\"", boundary, name);
}

/* A name inside of quotes in a header of a form. */
static void
put_file_name(struct nt_buf *body, struct nt_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] == '"' || name.p[i] == '\r' ||
		    name.p[i] == '\n')
			nt_buf_fmt(body, "%%%02X", (unsigned char)name.p[i]);
		else
			nt_buf_char(body, name.p[i]);
}

/* The bytes of the part, behind what is in body: 0, or -1 and err. */
static int
add_bytes(struct nt_job *job, uint64_t size, struct nt_buf *body,
    struct nt_err *err)
{
	uint64_t from = job->part * PART_BYTES;
	size_t len = (size_t)(job->upload->parts == 1 ? size :
	    size - from < PART_BYTES ? size - from : PART_BYTES);
	char *path = nt_asset_path(job->a, job->upload->sha256);
	off_t there;
	int fd = nt_file_open_regular(path, &there, err), got = -1;

	if (fd != -1 && (uint64_t)there == size) {
		got = nt_pread_all(fd, nt_buf_reserve(body, len), len,
		    (off_t)(job->upload->parts == 1 ? 0 : from));
		nt_buf_grew(body, got == 0 ? len : 0);
	}
	if (fd != -1)
		close(fd);
	if (got == -1 && fd != -1)
		nt_err_set(err, NT_DATA, "%s cannot be read as the %ju bytes "
		    "that it should have", path, (uintmax_t)size);
	free(path);
	return got;
}

static void
send_part(struct nt_job *job)
{
	const char *boundary = nt_api_boundary(job->a->api);
	struct nt_value asset = nt_node_record(job->a,
	    job->wanted[job->wants]);
	struct nt_str type = nt_value_text(nt_value_get(asset,
	    "content_type"));
	struct nt_buf body;
	struct nt_err err;

	nt_buf_init(&body, NT_BUF_MAX);
	if (job->upload->parts > 1) {
		begin_field(&body, boundary, "part_number");
		nt_buf_fmt(&body, "\r\n\r\n%ju\r\n",
		    (uintmax_t)(job->part + 1));
	}
	begin_field(&body, boundary, "file");
	nt_buf_str(&body, "; filename=\"");
	put_file_name(&body, nt_value_text(nt_value_get(asset, "name")));
	nt_buf_str(&body, "\"");
	if (type.len > 0 && type.len < 200 && memchr(type.p, '\n', type.len) ==
	    NULL)
		nt_buf_fmt(&body, "\r\nContent-Type: %.*s", (int)type.len,
		    type.p);
	nt_buf_str(&body, "\r\n\r\n");
	if (add_bytes(job, size_of(asset), &body, &err) == -1) {
		give_up(job, err.text);
	} else {
		nt_buf_fmt(&body, "\r\n--%s--\r\n", boundary);
		post(job, "send", nt_buf_view(&body), 1, on_sent);
	}
	nt_buf_free(&body);
}

static void
on_created(void *arg, const struct nt_reply *reply)
{
	struct nt_job *job = arg;

	if (!went_well(job, reply))
		return;
	if (nt_id_scan(nt_value_text(nt_value_get(reply->value, "id")),
	    &job->upload->id) == -1) {
		give_up(job, "the service made an upload without an id");
		return;
	}
	job->part = 0;
	send_part(job);
}

/* 1 if the file is there and has the hash it is called by. */
static int
is_intact(struct nt_apply *a, const char *sha256)
{
	char *path = nt_asset_path(a, sha256), hex[NT_SHA256_TEXT];
	char *chunk = nt_alloc(CHUNK);
	struct nt_sha256 hash;
	off_t size;
	int fd = nt_file_open_regular(path, &size, NULL);
	ssize_t n = -1;

	nt_sha256_init(&hash);
	while (fd != -1 && (n = nt_read_all(fd, chunk, CHUNK)) > 0)
		nt_sha256_add(&hash, chunk, (size_t)n);
	nt_sha256_hex(&hash, hex);
	if (fd != -1)
		close(fd);
	free(chunk);
	free(path);
	return n == 0 && strcmp(hex, sha256) == 0;
}

static void
create(struct nt_job *job, struct nt_value asset)
{
	struct nt_str type = nt_value_text(nt_value_get(asset,
	    "content_type"));
	struct nt_upload *u = job->upload;
	struct nt_json_out o;
	struct nt_buf body;

	u->parts = parts_of(size_of(asset));
	nt_buf_init(&body, NT_BUF_MAX);
	nt_json_out_init(&o, &body);
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "mode", u->parts > 1 ? "multi_part" :
	    "single_part");
	nt_json_put_str(&o, "filename",
	    nt_value_text(nt_value_get(asset, "name")));
	if (type.len > 0)
		nt_json_put_str(&o, "content_type", type);
	if (u->parts > 1)
		nt_json_put_int(&o, "number_of_parts", u->parts);
	nt_json_close(&o, '}');
	post(job, NULL, nt_buf_view(&body), 0, on_created);
	nt_buf_free(&body);
}

static void
pretend(struct nt_job *job, uint64_t size)
{
	unsigned parts = parts_of(size);

	job->a->stats.requests += parts == 1 ? 2 : parts + 2;
	job->a->stats.upload_bytes += size;
	nt_id_random(&job->upload->id);
	uploaded(job);
}

/* ---- all that a job wants ---- */

static void
next_file(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	char sha256[NT_DIGEST_TEXT];
	struct nt_value asset;
	struct nt_id id;

	for (; job->wants > 0; job->wants--) {
		asset = nt_node_record(a, job->wanted[job->wants - 1]);
		nt_asset_hash(asset, sha256);
		job->upload = nt_upload_of(a, sha256);
		if (!nt_upload_ready(a, job->upload->sha256, &id) &&
		    !job->upload->failed)
			break;
	}
	if (job->wants == 0) {
		nt_job_ready(job, job->uploaded);
		return;
	}
	if (job->upload->busy) {	/* by another job, which wakes us */
		nt_job_sleep(job, next_file);
		return;
	}
	job->wants--;
	job->upload->busy = 1;
	if (size_of(asset) > a->file_max)
		give_up(job, "it is larger than the workspace takes");
	else if (!is_intact(a, job->upload->sha256))
		give_up(job, "its bytes are not in the folder of assets, or "
		    "are others");
	else if (a->plan.dry_run)
		pretend(job, size_of(asset));
	else
		create(job, asset);
}

void
nt_upload_all(struct nt_job *job, void (*then)(struct nt_job *job))
{
	job->uploaded = then;
	next_file(job);
}

/*
 * What differs in each answer is left out of records: the request's id, and
 * the signature and the expiry time of links to hosted files (design 2).
 */
#include "internal.h"

#include <string.h>

#include "nt/kinds.h"

#define STRIDE 64

/* 1 if file" begins at one of the count places at p, or what looks like it. */
static int
begins_there(const char *p, size_t count)
{
	unsigned char any = 0;

	for (size_t i = 0; i < count; i++)
		any |= (p[i] == 'f') & (p[i + 2] == 'l') & (p[i + 4] == '"');
	return any;
}

/*
 * A quick look that spares most records the search below.  It takes all bytes
 * of all of them, so it goes by steps of a fixed length, without a branch in
 * them, which compilers turn into vectors.
 */
static int
mentions_file(struct nt_str raw)
{
	size_t places = raw.len < 5 ? 0 : raw.len - 4, at = 0;

	for (; places - at >= STRIDE; at += STRIDE)
		if (begins_there(raw.p + at, STRIDE))
			return 1;
	return begins_there(raw.p + at, places - at);
}

static void
unsign(struct nt_walk *w, struct nt_value file)
{
	struct nt_value url = nt_value_get(file, "url");
	struct nt_value expiry = nt_value_get(file, "expiry_time");
	struct nt_str text = nt_value_text(url);
	const char *query = memchr(text.p, '?', text.len);

	if (query != NULL) {
		nt_buf_clear(&w->scratch);
		nt_json_quote(&w->scratch,
		    (struct nt_str){ text.p, (size_t)(query - text.p) });
		nt_value_replace(url, nt_buf_view(&w->scratch));
	}
	if (nt_value_there(expiry))
		nt_value_drop(expiry);
}

/* Depth is bounded by the reader's NT_JSON_DEPTH_MAX. */
static void
unsign_within(struct nt_walk *w, struct nt_value v)
{
	struct nt_value file, e;

	if (nt_value_is(v, NT_JSON_OBJECT) &&
	    nt_value_there(file = nt_hosted_file(v)))
		unsign(w, file);
	if (!nt_value_is(v, NT_JSON_OBJECT) && !nt_value_is(v, NT_JSON_ARRAY))
		return;
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e))
		unsign_within(w, e);
}

void
clean_value(struct nt_walk *w, struct nt_value v)
{
	struct nt_value id = nt_value_get(v, "request_id");
	struct nt_str raw = nt_value_raw(v);

	if (w->plan.raw)
		return;
	if (nt_value_there(id))
		nt_value_drop(id);
	if (mentions_file(raw))
		unsign_within(w, v);
}

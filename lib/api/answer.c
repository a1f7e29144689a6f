/* What an answer means: the error table of api 1.3. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define WORDS_MAX 120	/* bytes of a page that is not Notion's, for people */

/* The first row that fits decides; code NULL fits all, status 0 none given. */
static const struct {
	int low, high;
	const char *code;
	enum nt_verdict verdict;
} table[] = {
	{ 401, 401, NULL, NT_VERDICT_DENIED },
	{ 408, 408, NULL, NT_VERDICT_UNCLEAR },
	{ 409, 409, "row_limit_exceeded", NT_VERDICT_FINAL },
	{ 409, 409, NULL, NT_VERDICT_UNCLEAR },
	{ 429, 429, "public_api_request_blocked", NT_VERDICT_FINAL },
	{ 429, 429, NULL, NT_VERDICT_REPEAT },
	{ 501, 501, NULL, NT_VERDICT_FINAL },
	{ 505, 505, NULL, NT_VERDICT_FINAL },
	{ 529, 529, NULL, NT_VERDICT_REPEAT },
	{ 500, 599, NULL, NT_VERDICT_UNCLEAR },
};

/* Why a 429 came, "" if it does not say. */
static struct nt_str
limit_reason(struct nt_value body)
{
	return nt_value_text(nt_value_at(body,
	    "/additional_data/rate_limit_reason"));
}

static enum nt_verdict
verdict_of(const struct nt_reply *reply)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (reply->status < table[i].low ||
		    reply->status > table[i].high)
			continue;
		if (table[i].code == NULL ||
		    strcmp(table[i].code, reply->code) == 0 ||
		    nt_str_is(limit_reason(reply->value), table[i].code))
			return table[i].verdict;
	}
	return NT_VERDICT_FINAL;
}

int
nt_answer_is_window(const struct nt_reply *reply)
{
	struct nt_str reason = limit_reason(reply->value);

	return reason.len == 0 ||
	    nt_str_is(reason, "public_api_request_rate_limit");
}

/* Copies what fits, cut between characters, control bytes made '?'. */
static void
copy_text(char *to, size_t room, struct nt_str from)
{
	size_t len = from.len < room ? from.len : room - 1;

	while (len < from.len && len > 0 &&
	    ((unsigned char)from.p[len] & 0xC0) == 0x80)
		len--;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)from.p[i];

		to[i] = c < ' ' || c == 0x7F ? '?' : (char)c;
	}
	to[len] = '\0';
}

/* The first words of a page that is not JSON, without its markup. */
static void
copy_words(char *to, size_t room, struct nt_str page)
{
	size_t len = 0;
	int inside = 0;

	for (size_t i = 0; i < page.len && len + 1 < room; i++) {
		unsigned char c = (unsigned char)page.p[i];

		inside = c == '<' || (inside && c != '>');
		if (inside || c == '>' || c <= ' ' || c >= 0x7F)
			c = ' ';
		if (c != ' ' || (len > 0 && to[len - 1] != ' '))
			to[len++] = (char)c;
	}
	while (len > 0 && to[len - 1] == ' ')
		len--;
	to[len] = '\0';
}

static void
say(struct nt_reply *reply, const char *code, const char *message)
{
	snprintf(reply->code, sizeof reply->code, "%s", code);
	copy_text(reply->message, sizeof reply->message, nt_str_of(message));
}

/* Notion's own error body, or what stands in its place. */
static void
read_error(const struct nt_http_reply *http, struct nt_reply *reply)
{
	char words[WORDS_MAX], message[sizeof reply->message];
	struct nt_str code = nt_value_text(nt_value_get(reply->value, "code"));

	if (code.len > 0) {
		copy_text(reply->code, sizeof reply->code, code);
		copy_text(reply->message, sizeof reply->message,
		    nt_value_text(nt_value_get(reply->value, "message")));
		return;
	}
	if (http->location != NULL) {
		say(reply, "redirected", "a redirect, which the token does "
		    "not follow");
		return;
	}
	copy_words(words, sizeof words, http->body);
	snprintf(message, sizeof message, "HTTP status %d without an error "
	    "body of the API: %s", reply->status,
	    words[0] == '\0' ? "no text" : words);
	say(reply, "http_error", message);
}

/* The answer did not come whole. */
static enum nt_verdict
read_fault(const struct nt_http_reply *http, struct nt_reply *reply)
{
	static const struct {
		enum nt_http_fault fault;
		const char *code;
		enum nt_verdict verdict;
	} faults[] = {
		{ NT_HTTP_UNSENT, "no_connection", NT_VERDICT_REPEAT },
		{ NT_HTTP_UNTRUSTED, "not_trusted", NT_VERDICT_FINAL },
		{ NT_HTTP_CUT, "no_answer", NT_VERDICT_UNCLEAR },
		{ NT_HTTP_SLOW, "timeout", NT_VERDICT_UNCLEAR },
		{ NT_HTTP_LARGE, "too_large", NT_VERDICT_FINAL },
	};

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (faults[i].fault == http->fault) {
			say(reply, faults[i].code, http->why);
			return faults[i].verdict;
		}
	say(reply, "not_sent", http->why);
	return NT_VERDICT_FINAL;
}

enum nt_verdict
nt_answer_read(const struct nt_http_reply *http, struct nt_json *doc,
    struct nt_reply *reply)
{
	struct nt_value body = NT_VALUE_NONE;
	struct nt_err err;
	int parsed;

	memset(reply, 0, sizeof *reply);
	reply->value = NT_VALUE_NONE;
	if (http->fault != NT_HTTP_FINE)
		return read_fault(http, reply);
	reply->status = http->status;
	parsed = nt_json_parse(doc, http->body.p, http->body.len, &body, &err);
	if (parsed == 0 && nt_value_is(body, NT_JSON_OBJECT)) {
		reply->value = body;
		copy_text(reply->request_id, sizeof reply->request_id,
		    nt_value_text(nt_value_get(body, "request_id")));
	}
	if (http->status < 200 || http->status > 299) {
		read_error(http, reply);
		return verdict_of(reply);
	}
	if (nt_value_there(reply->value))
		return NT_VERDICT_GOOD;
	say(reply, "bad_answer", parsed == -1 ? err.text
	    : "the answer is no JSON object");
	return NT_VERDICT_UNCLEAR;
}

/* api: the rules that stand alone, as tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nt/api.h"
#include "nt/buf.h"
#include "nt/clock.h"

static void
test_urls(void **state)
{
	static const struct {
		const char *url;
		int good;
	} rows[] = {
		{ "https://api.notion.com", 1 },
		{ "HTTPS://api.notion.com/prefix", 1 },
		{ "https://s3.eu.example.org:8443/a%20b?X=1&Y=2", 1 },
		{ "http://127.0.0.1", 1 },
		{ "http://127.255.1.9:80/x", 1 },
		{ "http://localhost:1234/", 1 },
		{ "http://LocalHost", 1 },
		{ "http://[::1]:80/", 1 },
		{ "http://127.0.0.1?x", 1 },
		{ "", 0 },
		{ "api.notion.com", 0 },
		{ "file:///etc/passwd", 0 },
		{ "http://example.org", 0 },
		{ "http://127.0.0.1.example.org", 0 },
		{ "http://127.0.0.1:80@example.org/", 0 },
		{ "http://localhost.example.org", 0 },
		{ "http://127.1", 0 },
		{ "http://127.0.0", 0 },
		{ "http://127.0.0.", 0 },
		{ "http://127.0.0.1.", 0 },
		{ "http://127.0.0.256", 0 },
		{ "http://127.0.0.0001", 0 },
		{ "http://2130706433", 0 },
		{ "http://0x7f.0.0.1", 0 },
		{ "http://[::ffff:10.0.0.1]", 0 },
		{ "http://[::1", 0 },
		{ "http://[::1]x/", 0 },
		{ "http://localhost x/", 0 },
		{ "https://user@api.notion.com", 0 },
		{ "https://user:secret@api.notion.com/", 0 },
		{ "https://", 0 },
		{ "https:///path", 0 },
		{ "https://a b", 0 },
		{ "https://a:b", 0 },
		{ "https://a:65535/", 1 },
		{ "https://a:/", 1 },
		{ "https://a:65536/", 0 },
		{ "https://a:99999", 0 },
		{ "http://[::1]:0", 0 },
		{ "https://a:18446744073709551617/", 0 },
		{ "http://localhost\\@example.org/", 0 },
		{ "https://a\r\nX: y", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct nt_err err = { .text = "" };

		if ((nt_api_url_check(rows[i].url, "it", &err) == 0) !=
		    rows[i].good)
			fail_msg("%s: %s", rows[i].url, err.text);
	}
}

static void
test_paths(void **state)
{
	static const char *const good[] = {
		"/v1/users", "/v1/pages/abc/properties/f%5C%5C%3Ap?x=../..",
		"/v1/..a/b..", "/",
	};
	static const char *const bad[] = {
		"", "v1/users", "/v1/../x", "/v1/..", "/v1/.", "/%2e%2E/x",
		"/v1/.%2e?x", "/v1/a b", "/v1/a\nb", "/v1/#x", "/v1\\..\\x",
	};
	struct nt_buf longest;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(nt_api_path_fit(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (nt_api_path_fit(bad[i]))
			fail_msg("%s", bad[i]);
	nt_buf_init(&longest, 100000);
	for (int i = 0; i < 10000; i++)
		nt_buf_char(&longest, '/');
	assert_false(nt_api_path_fit(longest.p));
	nt_buf_free(&longest);
}

static void
test_retry_after(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;	/* -1: cannot be read */
	} rows[] = {
		{ "0", 0 },
		{ "1", 1000 },
		{ "59", 59000 },
		{ "007", 7000 },
		{ "Sun, 22 Nov 2026 10:00:30 GMT", 30000 },
		{ "Sun, 22 Nov 2026 09:59:30 GMT", 0 },
		{ "Mon, 01 Jan 1900 00:00:00 GMT", 0 },
		{ "", -1 },
		{ "-1", -1 },
		{ "1.5", -1 },
		{ "soon", -1 },
		{ "Sun, 22 Nov 2026 10:00:30", -1 },
		{ "Sun, 22 Foo 2026 10:00:30 GMT", -1 },
		{ "Sun, 22 anF 2026 10:00:30 GMT", -1 },
		{ "Sun, 99 Nov 2026 10:00:30 GMT", -1 },
		{ "Sun, 22 Nov 2026 25:00:30 GMT", -1 },
		{ "Sun, 22 Nov 2026 10:00:30 GMT+1", -1 },
	};
	const char *now_text = "2026-11-22T10:00:00Z";
	int64_t now, ms;

	(void)state;
	assert_int_equal(nt_time_parse(now_text, strlen(now_text), &now), 0);
	assert_false(nt_api_retry_after(NULL, now, &ms));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ms = -1;
		nt_api_retry_after(rows[i].text, now, &ms);
		if (ms != rows[i].ms)
			fail_msg("%s: %lld", rows[i].text, (long long)ms);
	}
	assert_true(nt_api_retry_after("99999999999999999999", now, &ms));
	assert_true(ms > 0);
}

static void
test_encode(void **state)
{
	struct nt_buf out;

	(void)state;
	nt_buf_init(&out, 100);
	nt_api_encode(&out, NT_STR("aZ09-._~/?&=%\0\xC3\xA9"));
	assert_string_equal(out.p, "aZ09-._~%2F%3F%26%3D%25%00%C3%A9");
	nt_buf_free(&out);
}

static void
ignore(void *arg, const struct nt_reply *reply)
{
	(void)arg;
	(void)reply;
}

/* What is queued counts, and goes with the client. */
static void
test_queue(void **state)
{
	struct nt_api_config config = { .base_url = "http://127.0.0.1:1",
	    .in_flight = 4 };
	struct nt_call call = { .method = "GET", .path = "/v1/users/me",
	    .safe = 1 };
	struct nt_api *api;
	struct nt_err err;

	(void)state;
	setenv("NOTION_API_TOKEN", "ntn_unit", 1);
	setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
	assert_int_equal(nt_api_open(&api, &config, &err), 0);
	assert_int_equal(nt_api_step(api, 0, &err), 0);
	assert_int_equal(nt_api_slots(api), 4);
	for (int i = 0; i < 3; i++)
		nt_api_call(api, &call, ignore, NULL);
	assert_int_equal(nt_api_slots(api), 1);
	assert_int_equal(nt_api_pending(api), 3);
	assert_string_equal(nt_api_base_url(api), "http://127.0.0.1:1");
	assert_string_equal(nt_api_version(api), NT_API_VERSION);
	nt_api_free(api);
	nt_api_free(NULL);
}

/* What would stand in a header must fit there. */
static void
test_versions(void **state)
{
	static const char *const bad[] = { "", "2026-03-11\r\nX: y", "new" };
	struct nt_api_config config = { .base_url = "http://127.0.0.1:1" };
	struct nt_api *api = NULL;
	struct nt_err err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		config.version = bad[i];
		assert_int_equal(nt_api_open(&api, &config, &err), -1);
		assert_int_equal(err.kind, NT_DATA);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_versions),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * url: what may be asked in plain http is loopback for libcurl too, and carries
 * no user.  Two parsers that disagree would send a token astray.
 */
#include "fuzz.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nt/api.h"
#include "nt/mem.h"

static void
check_parts(CURLU *parts)
{
	char *scheme = NULL, *host = NULL, *user = NULL;

	FUZZ_MUST(!curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0));
	FUZZ_MUST(!curl_url_get(parts, CURLUPART_HOST, &host, 0));
	FUZZ_MUST(curl_url_get(parts, CURLUPART_USER, &user, 0) ==
	    CURLUE_NO_USER);
	if (strcmp(scheme, "http") == 0)
		FUZZ_MUST(strncmp(host, "127.", 4) == 0 ||
		    strcmp(host, "[::1]") == 0 ||
		    strcasecmp(host, "localhost") == 0);
	else
		FUZZ_MUST(strcmp(scheme, "https") == 0);
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = nt_strndup((const char *)data, size);
	CURLU *parts = curl_url();
	int64_t ms = 0;

	if (nt_api_url_check(text, "it", NULL) == 0 &&
	    curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK)
		check_parts(parts);
	curl_url_cleanup(parts);
	if (nt_api_retry_after(text, 1795370033829, &ms))
		FUZZ_MUST(ms >= 0);
	free(text);
	return 0;
}

#!/bin/sh
# api and http: the error table, waiting, the token's way, files, TLS
. "${0%/*}/lib.sh"

PATH=$NT_BUILD/tests:$PATH
NOTION_API_TOKEN=ntn_secretsecret
NOTION_API_BACKOFF_MS=0
export NOTION_API_TOKEN NOTION_API_BACKOFF_MS
unset CURL_CA_BUNDLE SSL_CERT_FILE http_proxy HTTPS_PROXY ALL_PROXY
command -v node >/dev/null || { skip 'api against a fault proxy' 'no node'
	finish; exit; }

# proxy NAME options...: starts one; its base URL goes to ./NAME.url, what it
# was asked to ./NAME.log.  Tests run in a subshell, so start outside of them.
proxy() {
	nt_name=$1
	shift
	: >"$nt_name.log"
	node "$NT_ROOT/tests/proxy.mjs" --record "$nt_name.log" "$@" \
	    >"$nt_name.url" 2>"$nt_name.err" &
	nt_children="$nt_children $!"
	while [ ! -s "$nt_name.url" ]; do
		kill -0 $! 2>/dev/null || { cat "$nt_name.err" >&2; exit 2; }
		sleep 0.02
	done
}

# asks NAME arguments...: apicall by that proxy
asks() {
	nt_base=$(cat "$1.url")
	shift
	NOTION_API_BASE_URL=$nt_base apicall "$@"
}

# sends NAME PATH: how often that path came
sends() {
	jq -s --arg p "$2" 'map(select(.path == $p)) | length' "$1.log"
}

# A fresh budget for a test, so that a 429 of one is not felt by the next.
fresh() {
	rm -rf "$XDG_RUNTIME_DIR/notion-tools"
}

cat >answers.json <<'EOF'
[
	{"path": "/v1/ok.*", "body": {"object": "user", "id": "u", "n": 1}},
	{"path": "/v1/list", "body": [1, 2]},
	{"path": "/v1/bomb", "body": {"spaces": 70000000}},
	{"path": "/v1/.*", "body": {"object": "user", "id": "late"}},
	{"path": "/file", "headers": {"etag": "\"one\""},
	    "body": "0123456789abcdefghij"},
	{"path": "/slow", "body": "0123456789abcdefghij"},
	{"path": "/endless", "body": "0123456789abcdefghij", "chunked": true},
	{"path": "/whole", "body": "0123456789abcdefghij", "ranges": false},
	{"path": "/empty", "body": ""},
	{"path": "/old", "status": 403, "body": "<Error>Request has expired"}
]
EOF

# ---- the error table: status, code, sends as GET, as POST, as safe POST ----
cat >table <<'EOF'
400 validation_error 1 1 1
400 missing_version 1 1 1
403 restricted_resource 1 1 1
404 object_not_found 1 1 1
409 conflict_error 3 1 3
409 row_limit_exceeded 1 1 1
410 gone 1 1 1
500 internal_server_error 3 1 3
501 nothing_like_it 1 1 1
502 bad_gateway 3 1 3
503 service_unavailable 3 1 3
504 gateway_timeout 3 1 3
529 service_overload 3 3 3
EOF
jq -R -s 'rtrimstr("\n") | split("\n") | map(split(" ") | {
    path: "/v1/e/\(.[1])/.*", fault: "status", status: (.[0] | tonumber),
    code: .[1]})' table >table.json
proxy table --static answers.json --rules table.json

while read -r code name get post safe; do
	it "$code $name: sent $get, $post and $safe times" '
		fresh
		status 1 asks table -t 3 GET "/v1/e/$name/get" >out &&
		head -n 1 out | grep "^$code $name" &&
		status 1 asks table -t 3 POST "/v1/e/$name/post" "{}" >out &&
		status 1 asks table -t 3 -s POST "/v1/e/$name/safe" "{}" >out &&
		test "$(sends table "/v1/e/$name/get")" -eq "$get" &&
		test "$(sends table "/v1/e/$name/post")" -eq "$post" &&
		test "$(sends table "/v1/e/$name/safe")" -eq "$safe"
	'
done <table

# ---- one fault, then a good answer ----
cat >rules.json <<'EOF'
[
	{"path": "/v1/ok/429", "nth": [1, 2], "fault": "429"},
	{"path": "/v1/ok/429s", "nth": 1, "fault": "429", "retry_after": "1"},
	{"path": "/v1/ok/429past", "nth": 1, "fault": "429date"},
	{"path": "/v1/ok/429date", "nth": 1, "fault": "429",
	    "retry_after": "date+1"},
	{"path": "/v1/ok/429skew", "nth": 1, "fault": "429",
	    "retry_after": "date+1"},
	{"path": "/v1/ok/429odd", "nth": 1, "fault": "429",
	    "retry_after": "soon"},
	{"path": "/v1/ok/429none", "nth": 1, "fault": "429",
	    "retry_after": null},
	{"path": "/v1/ok/529", "nth": 1, "fault": "529"},
	{"path": "/v1/ok/blocked", "fault": "429",
	    "reason": "public_api_request_blocked"},
	{"path": "/v1/ok/space", "nth": 1, "fault": "429", "retry_after": "1",
	    "reason": "public_api_space_request_rate_limit"},
	{"path": "/v1/ok/hours", "fault": "429", "retry_after": "7200"},
	{"path": "/v1/ok/always", "fault": "429"},
	{"path": "/v1/ok/html", "nth": 1, "fault": "html"},
	{"path": "/v1/ok/html502", "nth": 1, "fault": "html502"},
	{"path": "/v1/ok/html502always", "fault": "html502"},
	{"path": "/v1/ok/short", "nth": 1, "fault": "short"},
	{"path": "/v1/ok/cut", "nth": 1, "fault": "cut"},
	{"path": "/v1/ok/reset", "nth": 1, "fault": "reset"},
	{"path": "/v1/ok/stall", "nth": 1, "fault": "stall"},
	{"path": "/v1/ok/halfstall", "nth": 1, "fault": "halfstall"},
	{"path": "/v1/ok/hang", "fault": "stall"},
	{"path": "/v1/ok/second", "nth": 2, "fault": "reset"},
	{"path": "/v1/ok/second[{]}", "nth": 2, "fault": "reset"},
	{"path": "/v1/ok/secondlate", "nth": 2, "fault": "late"},
	{"path": "/v1/ok/secondlate[{]}", "nth": 2, "fault": "late"},
	{"path": "/v1/ok/gzip", "fault": "gzip"},
	{"path": "/v1/bomb", "fault": "gzip"},
	{"path": "/v1/ok/401", "fault": "status", "status": 401,
	    "code": "unauthorized", "message": "API token is invalid."},
	{"path": "/v1/ok/killed", "nth": 1, "fault": "429"},
	{"path": "/v1/ok/killed", "fault": "stall"},
	{"path": "/v1/ok/lone", "nth": 1, "fault": "429"},
	{"path": "/v1/ok/lone", "nth": 2, "fault": "429",
	    "reason": "public_api_request_blocked"},
	{"path": "/v1/ok/413", "fault": "status", "status": 413, "code": ""},
	{"path": "/v1/ok/dirty", "fault": "status", "status": 400,
	    "code": "validation_error", "message": "a\u001b[2Jb\nc"},
	{"path": "/file", "nth": 2, "fault": "cut"},
	{"path": "/whole", "nth": 2, "fault": "cut"},
	{"path": "/slow", "nth": 1, "fault": "halfstall"},
	{"path": "/busy", "nth": 1, "fault": "503", "retry_after": "0"}
]
EOF
proxy faults --static answers.json --rules rules.json

it 'a plain call: the answer, and what was sent' '
	status 0 asks faults GET "/v1/ok?page_size=1" >out &&
	printf "%s\n" "200 ok" "{\"id\":\"u\",\"n\":1,\"object\":\"user\"}" |
	cmp - out &&
	jq -e ".authorization and .method == \"GET\"" faults.log
'
for kind in 429 429s 429past 429date 429odd 429none 529 space html html502 \
    short cut reset; do
	it "$kind once: a read comes through" '
		fresh
		status 0 asks faults GET "/v1/ok/$kind" >out &&
		grep "^200 ok" out &&
		test "$(sends faults "/v1/ok/$kind")" -ge 2
	'
done
for kind in stall halfstall; do
	it "$kind once: the request has a time limit of its own" '
		status 0 asks faults -T 500 GET "/v1/ok/$kind" >out &&
		test "$(sends faults "/v1/ok/$kind")" -ge 2
	'
done
proxy writes --static answers.json --rules rules.json
for kind in 429 529; do
	it "$kind is repeated for a write too" '
		fresh
		status 0 asks writes POST "/v1/ok/$kind" "{}" >out &&
		test "$(sends writes "/v1/ok/$kind")" -ge 2
	'
done
for kind in html html502 short cut reset stall; do
	it "$kind: a write is sent once and called unclear" '
		status 1 asks writes -T 300 POST "/v1/ok/$kind" "{}" >out &&
		head -n 1 out | grep " again unclear$" &&
		test "$(sends writes "/v1/ok/$kind")" -eq 1
	'
done
for kind in second secondlate; do
	it "a write on a kept connection that dies is not sent again: $kind" '
		for body in "{}" ""; do
			path=/v1/ok/$kind$body
			status 1 asks writes -p 1 -n 2 POST "$path" $body >out &&
			printf "%s\n" "200 ok" "0 no_answer again unclear" |
			cmp - out && test "$(sends writes "$path")" -eq 2 ||
			exit 1
		done
	'
done
it 'Retry-After: seconds and a date are waited for, a past date is not' '
	fresh
	for kind in 429s 429date; do
		NT_TRACE=trace status 0 asks writes GET "/v1/ok/$kind" >out ||
		exit 1
	done
	fresh
	NT_TRACE=trace status 0 asks writes GET /v1/ok/429past >out &&
	jq -s -e "map(select(.event == \"limited\").wait_ms) |
	    .[0] == 1000 and .[1] > 0 and .[1] <= 1000 and .[2] == 0" trace
'
it 'a date is held against the clock of the server, not ours' '
	fresh
	NT_CLOCK_FIXED=2020-01-01T00:00:00Z NT_TRACE=skew \
	    status 0 asks writes -D 9000 GET /v1/ok/429skew >out &&
	jq -s -e "map(select(.event == \"limited\").wait_ms) | length == 1 and
	    .[0] >= 0 and .[0] <= 1000" skew
'
it 'a blocked connection is not tried again' '
	fresh
	status 1 asks faults GET /v1/ok/blocked >out && grep "^429" out &&
	test "$(sends faults /v1/ok/blocked)" -eq 1
'
it '429 without end ends' '
	fresh
	status 1 asks faults GET /v1/ok/always >out &&
	grep "^429 rate_limited again$" out &&
	test "$(sends faults /v1/ok/always)" -gt 8
'
it 'a page that is not the API is told by its first words' '
	status 1 asks faults -t 1 GET /v1/ok/html502always >out &&
	grep "^502 http_error again" out && grep "something in between" out
'
it 'an answer that is no object is none' '
	status 1 asks faults -t 2 GET /v1/list >out &&
	grep "^200 bad_answer again" out
'
it 'compressed answers are read' '
	status 0 asks faults GET /v1/ok/gzip >out && grep "\"n\":1" out
'
it 'a small answer that is large inside is refused' '
	status 1 asks faults GET /v1/bomb >out && grep "^0 too_large" out
'
it 'messages are clean' '
	status 1 asks faults GET /v1/ok/dirty >out && grep "a?\[2Jb?c" out
'
it '401 stops the whole client with one line' '
	status 2 asks faults -p 1 -n 9 GET /v1/ok/401 >out 2>err &&
	test ! -s out &&
	echo "apicall: Notion refused the token (401 unauthorized): check" \
	    "NOTION_API_TOKEN" | cmp - err &&
	test "$(sends faults /v1/ok/401)" -eq 1
'
it '413 is final' '
	status 1 asks faults GET /v1/ok/413 >out && grep "^413" out
'
it 'a path that climbs is not sent' '
	for path in /v1/pages/../users /v1/%2E%2e/x "/v1/a b" /v1/./x; do
		status 1 asks faults GET "$path" >out || exit 1
		grep "^0 not_sent" out || exit 1
	done
	test "$(sends faults /v1/pages/../users)" -eq 0
'
it 'many at once, all answered' '
	fresh
	status 0 asks faults -n 400 -v GET /v1/ok/many >out 2>err &&
	test "$(grep -c "^200 ok" out)" -eq 400 && grep "requests 400 " err
'
it 'the run has a time limit: try later' '
	status 75 asks faults -D 200 GET /v1/ok/hang >out 2>err &&
	grep "^apicall: the time for the whole run is over" err
'
it 'SIGTERM ends the wait' '
	before=$(sends faults /v1/ok/hang)
	NOTION_API_BASE_URL=$(cat faults.url) apicall GET /v1/ok/hang >out &
	pid=$!
	while [ "$(sends faults /v1/ok/hang)" -eq "$before" ]; do sleep 0.02; done
	kill -TERM $pid; wait $pid; test $? -eq 2
'
it 'no connection: tried again, for a write too, then told' '
	NOTION_API_BASE_URL=http://127.0.0.1:1 status 75 apicall -t 2 POST \
	    /v1/x "{}" >out 2>err && test ! -s out &&
	grep "^apicall: cannot reach http://127.0.0.1:1: Failed" err
'

# tried: how many requests the trace tells of
tried() { grep -c "\"event\":\"request\"" trace; }
it 'a service that was never reached is soon given up' '
	rm -f trace && NOTION_API_BASE_URL=http://127.0.0.1:1 NT_TRACE=trace \
	    status 75 apicall GET /v1/x 2>err &&
	test "$(wc -l <err)" -eq 1 && test "$(tried)" -eq 4
'
# Answers one request and is gone.
perl -MIO::Socket::INET -e '
	$| = 1;
	my $door = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1");
	printf "http://127.0.0.1:%d\n", $door->sockport;
	my $client = $door->accept;
	close $door;
	while (<$client>) { last if /^\r/ }
	print $client "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
	    "Connection: close\r\n\r\n{}";
' >brief.url &
nt_children="$nt_children $!"
while [ ! -s brief.url ]; do sleep 0.02; done
it 'one that was reached and is gone is waited for' '
	rm -f trace && NT_TRACE=$PWD/trace \
	    status 1 asks brief -p 1 -n 2 GET /v1/x >out &&
	grep "^200 ok" out && grep "^0 no_connection again$" out &&
	test "$(tried)" -eq 9
'

# ---- the budget that processes share ----
it 'a 429 holds back the other processes with that token' '
	fresh
	status 75 asks faults -D 1500 GET /v1/ok/hours >out &&
	status 75 asks faults -D 300 GET /v1/ok/held >out &&
	test "$(sends faults /v1/ok/held)" -eq 0 &&
	NOTION_API_TOKEN=ntn_other status 0 asks faults GET /v1/ok/held >out
'
it 'nobody waits for a call whose process was killed' '
	fresh
	NOTION_API_BASE_URL=$(cat faults.url) apicall GET /v1/ok/killed >out &
	while [ "$(sends faults /v1/ok/killed)" -lt 2 ]; do sleep 0.02; done
	kill -KILL $!
	wait $!
	status 0 asks faults -D 5000 GET /v1/ok/after >out
'
it 'nor for one that got its final answer' '
	fresh
	status 1 asks faults -p 1 -n 2 -D 5000 GET /v1/ok/lone >out &&
	sort out >sorted && printf "%s\n" "200 ok" "429 rate_limited" |
	cmp - sorted
'
it 'its file is private and does not tell the token' '
	set -- "$XDG_RUNTIME_DIR"/notion-tools/*
	test "$(stat -c %a "$1")" = 600 && ! grep -r ntn_ "$XDG_RUNTIME_DIR" &&
	! ls "$XDG_RUNTIME_DIR"/notion-tools | grep ntn_
'
it 'garbage in it is a fresh start' '
	fresh
	status 0 asks faults GET /v1/ok/g >out &&
	for file in "$XDG_RUNTIME_DIR"/notion-tools/*; do
		head -c 1000 /dev/urandom >"$file"; done &&
	status 0 asks faults GET /v1/ok/g >out &&
	for file in "$XDG_RUNTIME_DIR"/notion-tools/*; do : >"$file"; done &&
	status 0 asks faults GET /v1/ok/g >out
'
it 'a link in its place is not followed' '
	for file in "$XDG_RUNTIME_DIR"/notion-tools/*; do
		rm "$file" && echo precious >target && ln -s "$PWD/target" "$file"
	done &&
	status 0 asks faults GET /v1/ok/g >out && grep precious target; fresh
'
it 'neither what others can write to, nor what is not ours, is trusted' '
	fresh
	status 0 asks faults GET /v1/ok/g >out &&
	set -- "$XDG_RUNTIME_DIR"/notion-tools/* && chmod 622 "$1" &&
	: >"$1" && status 0 asks faults GET /v1/ok/g >out && test ! -s "$1" &&
	if [ "$(id -u)" -eq 0 ]; then
		chmod 600 "$1" && chown 1 "$1" &&
		status 0 asks faults GET /v1/ok/g >out && test ! -s "$1"
	fi
'
it 'files of long ago are removed when a new one is made' '
	fresh
	status 0 asks faults GET /v1/ok/g >out &&
	cd "$XDG_RUNTIME_DIR/notion-tools" && touch -d "-8 days" old &&
	touch -d "-6 days" young && cd "$OLDPWD" &&
	status 0 asks faults GET /v1/ok/g >out &&
	test -e "$XDG_RUNTIME_DIR/notion-tools/old" &&
	NOTION_API_TOKEN=ntn_new status 0 asks faults GET /v1/ok/g >out &&
	test ! -e "$XDG_RUNTIME_DIR/notion-tools/old" &&
	test "$(ls "$XDG_RUNTIME_DIR/notion-tools" | wc -l)" -eq 3
'
it 'no folder for it: the client goes on alone' '
	XDG_RUNTIME_DIR=/nonexistent HOME=/nonexistent XDG_CACHE_HOME=/dev/null \
	status 0 asks faults GET /v1/ok/g >out
'
proxy limited --static answers.json --limit 20 --window 1000
it 'a limit nobody told us is found and kept' '
	fresh
	status 0 asks limited -n 30 -v GET /v1/ok >out 2>err && cat err &&
	test "$(grep -c "^200 ok" out)" -eq 30
'

# ---- the token ----
it 'no token: says what to set' '
	unset NOTION_API_TOKEN
	status 2 asks faults GET /v1/ok 2>err &&
	grep "^apicall: no token: set NOTION_API_TOKEN, or" err
'
it 'a token file: newline cut, refused when others can read it' '
	unset NOTION_API_TOKEN
	echo ntn_fromfile >token && chmod 600 token &&
	status 0 asks faults -f token GET /v1/ok >out &&
	chmod 640 token &&
	status 2 asks faults -f token GET /v1/ok 2>err &&
	grep "^apicall: token can be read by others, expected mode 0600" err &&
	status 2 asks faults -f nothere GET /v1/ok 2>err && grep nothere err
'
it 'a token with control bytes or a second line is refused' '
	NOTION_API_TOKEN=$(printf "ntn_a\nX: y") status 2 asks faults GET /v1/ok \
	    2>err && grep "holds a space or a control byte" err &&
	! grep ntn_ err
'
it 'plain http only to this machine' '
	for url in http://example.org http://127.0.0.1.example.org \
	    http://127.1 http://127.0.0.1@example.org http://u:p@127.0.0.1 \
	    ftp://127.0.0.1 http:/// "http://127.0.0.1/?a" 127.0.0.1 \
	    http://128.0.0.1 http://127.0.0.256 http://example.org\\@127.0.0.1
	do
		NOTION_API_BASE_URL=$url status 2 apicall GET /v1/ok 2>err ||
		exit 1
		test "$(wc -l <err)" -eq 1 || exit 1
	done
'
it 'a base URL may have a prefix' '
	NOTION_API_BASE_URL=$(cat faults.url)/v1/ok/deep/ \
	    status 0 apicall GET /v1/users >out &&
	test "$(sends faults /v1/ok/deep/v1/users)" -eq 1
'
it 'the token goes to no proxy in plain text' '
	http_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1 \
	    status 0 asks faults GET /v1/ok >out
'
proxy other --static answers.json
cat >hop.json <<EOF
[
	{"path": "/v1/ok/moved", "fault": "redirect",
	    "location": "$(cat other.url)/v1/ok"},
	{"path": "/moved", "fault": "redirect",
	    "location": "$(cat other.url)/file"},
	{"path": "/away", "fault": "redirect",
	    "location": "http://example.org/file"},
	{"path": "/round", "fault": "redirect", "location": "/round"}
]
EOF
proxy hops --static answers.json --rules hop.json
it 'the token follows no redirect' '
	status 1 asks hops GET /v1/ok/moved >out && grep "^307 redirected" out &&
	test ! -s other.log
'

# ---- files ----
it 'a download carries no token, not behind a redirect either' '
	status 0 asks hops -o got "$(cat hops.url)/moved" >out &&
	printf 0123456789abcdefghij | cmp - got &&
	grep "^200 20 text/plain$" out &&
	jq -s -e "map(select(.path | test(\"^/(moved|file)\"))) | length == 2 and
	    all(.authorization | not)" hops.log other.log
'
it 'redirects to plain http elsewhere, and in circles, are refused' '
	status 1 asks hops -o got "$(cat hops.url)/away" >out &&
	grep "expected https" out &&
	status 1 asks hops -o got "$(cat hops.url)/round" >out &&
	grep "more than 5 redirects" out
'
it 'a link to plain http elsewhere is not asked' '
	status 1 asks hops -o got http://example.org/x >out &&
	grep "expected https" out
'
it 'a download goes on where it stopped' '
	printf 01234 >got &&
	status 0 asks faults -c -o got "$(cat faults.url)/file" >out &&
	printf 0123456789abcdefghij | cmp - got && grep "^206 20" out
'
it 'also by itself, after a break' '
	rm -f got && status 0 asks faults -o got "$(cat faults.url)/file" >out &&
	printf 0123456789abcdefghij | cmp - got &&
	test "$(sends faults /file)" -eq 3
'
it 'also after a stall' '
	rm -f got
	status 0 asks faults -T 1000 -o got "$(cat faults.url)/slow" >out &&
	printf 0123456789abcdefghij | cmp - got && grep "^206 20" out &&
	test "$(sends faults /slow)" -eq 2
'
it 'what is complete stays so' '
	status 0 asks faults -c -o got "$(cat faults.url)/file" >out &&
	printf 0123456789abcdefghij | cmp - got && grep "^206 20" out
'
it 'a server without ranges: from the start' '
	printf 99999 >got &&
	status 0 asks faults -c -o got "$(cat faults.url)/whole" >out &&
	printf 0123456789abcdefghij | cmp - got &&
	status 0 asks faults -o got "$(cat faults.url)/whole" >out &&
	printf 0123456789abcdefghij | cmp - got
'
it 'an empty file, and one in place of a longer' '
	echo long >got && status 0 asks faults -o got "$(cat faults.url)/empty" \
	    >out && test ! -s got && grep "^200 0 text/plain$" out
'
it 'the largest size is kept, told or not' '
	for path in file endless; do
		rm -f got
		status 1 asks other -m 10 -o got "$(cat other.url)/$path" >out &&
		grep "^200 .* too-large" out && test "$(wc -c <got)" -le 10 ||
		exit 1
	done
	status 0 asks other -m 20 -o got "$(cat other.url)/endless" >out
'
it 'a file that cannot be written is told, and not asked for again' '
	mkfifo pipe && exec 9<>pipe &&
	status 1 asks other -o pipe "$(cat other.url)/slow" >out &&
	grep "^cannot write the file: " out && test "$(sends other /slow)" -eq 1
'
it 'an old link is told apart' '
	rm -f got
	status 1 asks other -o got "$(cat other.url)/old" >out &&
	grep "^403 0 text/plain expired$" out && test ! -s got
'
it 'a busy server of files is asked again' '
	status 1 asks faults -o got "$(cat faults.url)/busy" >out &&
	grep "^404" out && test "$(sends faults /busy)" -eq 2
'

# ---- TLS ----
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem \
    -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null
proxy tls --static answers.json --tls key.pem cert.pem
it 'a certificate of unknown authority is refused, and not asked again' '
	status 1 asks tls GET /v1/ok >out && grep "^0 not_trusted$" out &&
	test ! -s tls.log
'
it 'with the authority it is taken, by HTTP/2' '
	SSL_CERT_FILE=$PWD/cert.pem status 0 asks tls -n 40 GET /v1/ok >out &&
	jq -s -e "length == 40 and all(.version == \"2.0\")" tls.log &&
	CURL_CA_BUNDLE=$PWD/cert.pem status 0 asks tls GET /v1/ok >out
'
it 'a certificate for another name is refused' '
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key2.pem -out \
	    cert2.pem -days 2 -subj /CN=example.org 2>/dev/null &&
	NOTION_API_BASE_URL=$(sed s/127.0.0.1/localhost/ tls.url) \
	    SSL_CERT_FILE=$PWD/cert.pem status 1 apicall GET /v1/ok >out &&
	grep "^0 not_trusted$" out
'
it 'the token stands in no trace and no message' '
	NT_TRACE=trace status 0 asks faults GET "/v1/ok/x?start_cursor=abc" >out &&
	jq -e "select(.path == \"/v1/ok/x\")" trace &&
	! grep -r "ntn_secret\|start_cursor" trace out err
'
finish

#!/bin/sh
# notion-serve: how it starts and ends, who is let in, what is refused
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-serve.sh

it 'refuses what it does not understand' '
	status 2 notion-serve --port 65536 2>err && grep "65536" err &&
	status 2 notion-serve --url-ttl soon 2>err && grep "soon" err &&
	status 2 notion-serve one two 2>err && grep "one stream" err &&
	status 2 notion-serve --no-such 2>err && test $(wc -l <err) -eq 1
'
it 'names the line it cannot load, and serves nothing' '
	{ head -n 3 "$sample"; echo "{\"object\":\"page\",\"id\":\"x\"}"; } >bad &&
	status 2 notion-serve --partial bad >out 2>err && test ! -s out &&
	grep "line 4: id is \"x\", expected a UUID" err
'
it 'refuses the same object twice' '
	{ sed -n 2p "$sample"; sed -n 2p "$sample"; } >twice &&
	status 2 notion-serve --partial twice 2>err && grep "line 2: .*twice" err
'
it 'refuses a stream that is cut short' '
	head -n 20 "$sample" >cut &&
	status 2 notion-serve cut >out 2>err && test ! -s out &&
	test $(wc -l <err) -eq 1
'
it 'refuses a file that is not there and a state file that is none' '
	status 2 notion-serve none.ndjson 2>err && grep none.ndjson err &&
	head -c 5000 /dev/urandom >noise && chmod 600 noise &&
	status 2 notion-serve --state noise 2>err && grep noise err
'
it 'a port that is taken is an error' '
	own "$sample" && port=${NOTION_API_BASE_URL##*:} &&
	status 2 notion-serve --port $port "$sample" >out 2>err &&
	grep "127.0.0.1 port $port: Address already in use" err && test ! -s out
'
it 'ends with 0 at SIGTERM and SIGINT, and says how much it answered' '
	for signal in TERM INT; do
		rm -f url trace && mkfifo url || exit
		(trap - INT; NT_TRACE=trace exec notion-serve "$sample" >url) &
		pid=$!
		read -r NOTION_API_BASE_URL <url &&
		NOTION_API_TOKEN=t && ask GET /v1/users/me && is 200 .id &&
		kill -$signal $pid && { wait $pid; test $? -eq 0; } &&
		tail -n 1 trace | jq -e ".event == \"done\" and .requests == 1" &&
		head -n 1 trace | jq -e ".path == \"/v1/users/me\" and
		    .status == 200" || exit
	done
'
it 'a bare workspace has a bot and nothing else' '
	own && ask GET /v1/users/me &&
	is 200 ".type == \"bot\" and .bot.owner.workspace" &&
	ask POST /v1/search "{}" && is 200 ".results == []"
'

serve --assets "$NT_ROOT/examples/assets" "$sample"

# ---- the gates, in their order (api 1.3, 10.3) ----

it 'no token, no answer' '
	NOTION_API_TOKEN= && ask GET /v1/users/me &&
	is 401 ".code == \"unauthorized\" and .object == \"error\" and
	    .status == 401 and .message == \"API token is invalid.\""
'
it 'a token that is demanded is the only one' '
	echo secret_garden >token && chmod 600 token &&
	own --token-file token "$sample" &&
	NOTION_API_TOKEN=secret_garden && ask GET /v1/users/me && is 200 .id &&
	NOTION_API_TOKEN=secret_gardez && ask GET /v1/users/me && is 401 .code &&
	export NOTION_SERVE_TOKEN=other && own "$sample" &&
	NOTION_API_TOKEN=any && ask GET /v1/users/me && is 401 .code &&
	NOTION_API_TOKEN=other && ask GET /v1/users/me && is 200 .id
'
it 'a foreign host name is let in only where a token is demanded' '
	url=$NOTION_API_BASE_URL &&
	asked() {
		curl -s -o answer -w "%{http_code}" -H "Host: $1" \
		    -H "Authorization: Bearer any" \
		    -H "Notion-Version: $version" "$url/v1/users/me"
	}
	test "$(asked garden.example)" = 403 &&
	jq -e ".code == \"restricted_resource\"" answer &&
	test "$(asked 127.0.0.1.garden.example:80)" = 403 &&
	test "$(asked LOCALHOST:80)" = 200 && test "$(asked 127.0.0.1)" = 200 &&
	echo any >any && chmod 600 any && own --token-file any "$sample" &&
	url=$NOTION_API_BASE_URL && test "$(asked garden.example)" = 200
'
it 'a version is needed, one of two' '
	version= && ask GET /v1/users/me && is 400 ".code == \"missing_version\"" &&
	version=2022-06-28 && ask GET /v1/users/me &&
	is 400 ".code == \"validation_error\" and
	    (.message | contains(\"instead was \`\\\"2022-06-28\\\"\`\"))" &&
	for version in 2025-09-03 2026-03-11; do
		ask GET /v1/users/me && is 200 .id || exit
	done
'
it 'what there is no endpoint for' '
	for at in "GET /v1/nothing" "PUT /v1/pages/$root" "GET /" \
	    "POST /v1/pages/$root/blocks" "GET /v1/pages/$root/blocks/x"; do
		ask ${at% *} ${at#* } &&
		is 400 ".code == \"invalid_request_url\"" || exit
	done
'
it 'ids that are none' '
	ask GET /v1/pages/x &&
	is 400 ".message == \"path failed validation: path.page_id should be a valid uuid, instead was \`\\\"x\\\"\`.\"" &&
	ask GET /v1/data_sources/AAA &&
	is 400 ".message == \"path failed validation: path.data_source_id should be a valid uuid, instead was \`\\\"AAA\\\"\`.\"" &&
	ask GET /v1/blocks/%2e%2e/children && is 400 .code
'
it 'ids of nothing, in either spelling' '
	gone=00000000-0000-4000-8000-00000000dead &&
	for kind in pages blocks databases data_sources views comments users \
	    file_uploads; do
		ask GET /v1/$kind/$gone && is 404 ".code == \"object_not_found\" and
		    (.message | contains(\"$gone\"))" &&
		ask GET /v1/$kind/00000000000040008000000000000000dead &&
		is 400 .code &&
		ask GET /v1/$kind/0000000000004000800000000000dead &&
		is 404 "(.message | contains(\"$gone\"))" || exit
	done
'
it 'ids of another kind' '
	database=$(id_of ".object == \"database\"") &&
	source=$(id_of ".object == \"data_source\"") &&
	ask GET /v1/databases/$root &&
	is 400 "(.message | contains(\"is a page, not a database\"))" &&
	ask GET /v1/pages/$database &&
	is 400 "(.message | contains(\"is a database, not a page\"))" &&
	ask GET /v1/databases/$source &&
	is 400 "(.message | contains(\"is a data source, not a database\"))"
'
it 'parameters nobody knows' '
	ask GET "/v1/users?page=2" &&
	is 400 ".message == \"query failed validation: query.page should be not present, instead was \`\\\"2\\\"\`.\"" &&
	ask POST /v1/search "{\"in_trash\":true}" &&
	is 400 "(.message | contains(\"body.in_trash should be not present\"))"
'
it 'bodies that are no JSON, no object, or too large' '
	ask POST /v1/search "{\"query\":" &&
	is 400 ".code == \"invalid_json\" and
	    .message == \"Error parsing JSON body.\"" &&
	ask POST /v1/search "[]" && is 400 ".code == \"validation_error\"" &&
	{ printf "{\"query\":\""; head -c 600000 /dev/zero | tr "\\0" a
	    printf "\"}"; } >large && ask POST /v1/search "$(cat large)" &&
	is 413 ".status == 413"
'
it 'more header and path than a request may have, and bytes that are no text' '
	long=$(head -c 100000 /dev/zero | tr "\\0" a) &&
	code=$(curl -s -o answer -w "%{http_code}" -H "X-Long: $long" \
	    "$NOTION_API_BASE_URL/v1/users/me") && test "$code" = 431 &&
	code=$(curl -s -o answer -w "%{http_code}" \
	    "$NOTION_API_BASE_URL/v1/pages/$long") && test "$code" = 414 &&
	ask GET "/v1/pages/$(printf "\\377%%ff%%e2%%82")" && is 400 .message &&
	ask GET "/v1/users?a=%ff%00%e2%82" && is 400 .message &&
	ask GET /v1/users/me && is 200 .id
'
it 'page sizes and cursors out of bounds' '
	for size in 0 101 -1 x; do
		ask GET "/v1/users?page_size=$size" &&
		is 400 "(.message | test(\"page_size should be .* or .undefined\"))" ||
		exit
	done &&
	for body in "{\"page_size\":101}" "{\"page_size\":\"x\"}" \
	    "{\"start_cursor\":\"x\"}" "{\"start_cursor\":1}" \
	    "{\"start_cursor\":\"00000000-0000-4000-8000-00000000dead\"}"; do
		ask POST /v1/search "$body" && is 400 .message || exit
	done &&
	for list in users "blocks/$root/children" "comments?block_id=$root&x="; do
		mark="?" && case $list in *\?*) mark="&" ;; esac
		ask GET "/v1/${list%&x=}${mark}start_cursor=zzz" &&
		is 400 "(.message | contains(\"start_cursor provided is invalid\"))" ||
		exit
	done
'
it 'every answer has a request_id of its own' '
	for at in "GET /v1/users/me" "GET /v1/pages/$root" "GET /v1/users" \
	    "GET /v1/nothing" "GET /v1/blocks/$root"; do
		ask ${at% *} ${at#* } && jq -r .request_id answer || exit
	done >ids && test $(sort -u ids | grep -cE "^[0-9a-f-]{36}$") -eq 5
'

# ---- the rate (api 1.4, 10.1) ----

it 'a window of requests, then 429 until it ends' '
	export NT_CLOCK_FIXED=2026-03-12T10:00:20Z &&
	own --rate 3 "$sample" &&
	for n in 1 2 3; do ask GET /v1/users/me && is 200 .id || exit; done &&
	ask GET /v1/users/me && is 429 ".code == \"rate_limited\" and
	    .additional_data == {\"rate_limit_reason\":
	    \"public_api_request_rate_limit\",\"retry_after\":\"60\"}" &&
	tr -d "\\r" <head | grep -i "^retry-after: 60$"
'

# ---- links to files (api 3.4) ----

cover() {
	ask GET "/v1/pages/$(id_of '.object == "page" and .cover.type == "file"')" &&
	jq -r .cover.file.url answer
}
it 'links are new at every read, but for their path' '
	one=$(cover) && two=$(cover) && test "$one" != "$two" &&
	test "${one%%\?*}" = "${two%%\?*}" &&
	case $one in "$NOTION_API_BASE_URL"/files/*X-Amz-Signature=*) ;;
	*) exit 1 ;; esac &&
	jq -e ".cover.file.expiry_time" answer
'
it 'they lead to the bytes, whole or in part, without a token' '
	url=$(cover) && curl -sf "$url" >bytes &&
	name=${url%/*} && cmp bytes "$NT_ROOT/examples/assets/${name##*/}" &&
	curl -sf -r 10-19 "$url" >part &&
	dd if=bytes bs=1 skip=10 count=10 2>dd.err | cmp - part &&
	curl -sf -r 100- "$url" | cmp - <<-EOF || true
	EOF
	test "$(curl -s -o part -w "%{http_code}" -r 100- "$url")" = 206 &&
	test "$(curl -s -o part -w "%{http_code}" -r 99999999- "$url")" = 416 &&
	test "$(curl -sI -o part -w "%{http_code}" "$url")" = 200
'
it 'they are refused when changed, bare or too old, in the storage'"'"'s words' '
	url=$(cover) &&
	test "$(curl -s -o xml -w "%{http_code}" "${url%?}")" = 403 &&
	grep "<Code>AccessDenied</Code>" xml &&
	last=${url#"${url%?}"} && other=0 && [ $last != 0 ] || other=1
	test "$(curl -s -o xml -w "%{http_code}" "${url%?}$other")" = 403 &&
	grep "<Code>SignatureDoesNotMatch</Code>" xml &&
	test "$(curl -s -o xml -w "%{http_code}" "${url%%\?*}")" = 403 &&
	own --url-ttl 0 --assets "$NT_ROOT/examples/assets" "$sample" &&
	url=$(cover) && test "$(curl -s -o xml -w "%{http_code}" "$url")" = 403 &&
	grep "Request has expired" xml
'
it 'a file whose bytes are not here keeps its path' '
	own "$sample" && url=$(cover) &&
	want=$(jq -r "select(.object == \"page\" and .cover.type == \"file\").cover.file.url" \
	    "$sample" | head -n 1) && test "${url%%\?*}" = "$want"
'

# ---- there and back ----

# What is the same in any reading: no control records, no port.
plain() {
	grep -v -e '"object":"snapshot"' -e '"object":"end"' "$1" |
	sed 's|http://127.0.0.1:[0-9]*/|http://127.0.0.1/|g'
}
it 'what notion-fetch reads is what was loaded' '
	own "$sample" && notion-fetch --workspace --comments blocks >again.ndjson &&
	plain again.ndjson >have && plain "$sample" | grep -v \
	    "\"object\":\"asset\"" >want && diff have want >diff || {
		head -c 3000 diff; exit 1; }
'
it 'and served again it is the same again' '
	own --assets "$NT_ROOT/examples/assets" "$sample" &&
	notion-fetch --workspace --assets got >one.ndjson &&
	own --assets got one.ndjson &&
	notion-fetch --workspace --assets got >two.ndjson &&
	plain one.ndjson >one && plain two.ndjson >two && cmp one two &&
	grep -c "/files/" one
'
finish

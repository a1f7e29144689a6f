#!/bin/sh
# the fault proxy: what it does to writes, which restoring is tested with
. "${0%/*}/lib.sh"

if ! command -v node >/dev/null; then
	skip 'the faults of writes' 'node is not installed'
	finish
	exit
fi
root=$(jq -r 'select(.object == "page").id' \
    "$NT_ROOT/examples/workspace.ndjson" | head -n 1)
serve "$NT_ROOT/examples/workspace.ndjson"
direct=$NOTION_API_BASE_URL

# proxy RULES: before the server; its URL in $url
proxy() {
	echo "$1" >rules.json
	start_proxy --upstream "$direct" --rules rules.json --pid pid
	url=$NOTION_API_BASE_URL
}

# send BASE METHOD PATH [BODY]: the answer to ./answer, its status to stdout
send() {
	curl -s -o answer -w '%{http_code}\n' -X "$2" "$1/v1/$3" \
	    -H 'Authorization: Bearer any' -H 'Notion-Version: 2026-03-11' \
	    -H 'Content-Type: application/json' ${4:+-d "$4"}
}
append() {
	send "$1" PATCH "blocks/$root/children" \
	    '{"children":[{"divider":{}},{"breadcrumb":{}}]}'
}
# How many blocks the page has.
blocks() {
	send "$direct" GET "blocks/$root/children" >/dev/null &&
	jq '.results | length' answer
}

proxy '[{"writes": true, "nth": 2, "fault": "409"}]'
it 'counts writes alone, if told to' '
	before=$(blocks) &&
	test "$(send "$url" GET "blocks/$root/children")" -eq 200 &&
	test "$(send "$url" POST search "{}")" -eq 200 &&
	test "$(append "$url")" -eq 200 &&
	test "$(send "$url" POST search "{}")" -eq 200 &&
	test "$(append "$url")" -eq 409 &&
	jq -e ".code == \"conflict_error\"" answer &&
	test "$(append "$url")" -eq 200 && test "$(blocks)" -eq $((before + 4))
'
proxy '[{"writes": true, "nth": 1, "fault": "late504"},
    {"writes": true, "nth": 1, "fault": "late"}]'
it 'late504 and late: done, but nobody is told' '
	before=$(blocks) && test "$(append "$url")" -eq 504 &&
	jq -e ".code == \"gateway_timeout\"" answer &&
	test "$(append "$url")" -eq 000 && test "$(blocks)" -eq $((before + 4))
'
proxy '[{"writes": true, "fault": "committed"}]'
it 'committed: done, and 503 says what was made' '
	before=$(blocks) && test "$(append "$url")" -eq 503 &&
	jq -e ".code == \"service_unavailable\" and
	    .additional_data.committed_resource_id == \"$root\"" answer &&
	jq -r ".additional_data.committed_child_ids[]" answer >told &&
	test "$(blocks)" -eq $((before + 2)) &&
	jq -r ".results[-2:][].id" answer | cmp - told
'
it 'committed: the id of a page that was made' '
	test "$(send "$url" POST pages "{\"parent\":{\"page_id\":\"$root\"},
	    \"properties\":{}}")" -eq 503 &&
	id=$(jq -r .additional_data.committed_resource_id answer) &&
	test "$(send "$direct" GET "pages/$id")" -eq 200
'
it 'committed: what upstream refused stays refused' '
	test "$(send "$url" PATCH "blocks/$root/children" "{}")" -eq 400
'
proxy '[{"writes": true, "nth": 1, "fault": "kill"},
    {"writes": true, "nth": 1, "fault": "killed"}]'
mkfifo held
for fault in kill killed; do
	it "$fault: ends a process" '
		{ exec cat held & } 2>/dev/null
		victim=$! && echo $victim >pid && before=$(blocks) &&
		test "$(append "$url")" -eq 000 &&
		{ wait $victim 2>/dev/null; test $? -eq 137; } &&
		done=0 && { test '$fault' = kill || done=2; } &&
		test "$(blocks)" -eq $((before + done))
	'
done
finish

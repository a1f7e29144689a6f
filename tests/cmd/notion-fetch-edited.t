#!/bin/sh
# notion-fetch --edited: what was edited while the stream was read is named, and
# a second run reads that again
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-fetch.sh

"$generate" --pages 300 --blocks-per-page 6 --comments >workspace
serve workspace
served=$NOTION_API_BASE_URL

it 'names nothing where nothing was edited, and costs one request' '
	rm -f trace && status 0 notion-fetch -w >plain && traced requests >n &&
	rm -f trace && status 0 notion-fetch -w --edited >out &&
	test "$(traced requests)" -eq $(($(cat n) + 1)) &&
	core plain >want && core out | cmp - want &&
	ends out ".edited == [] and .complete" &&
	ends plain "has(\"edited\") | not"
'
page=$(jq -r 'select(.object == "page").id' workspace | sed -n 7p)
other=$(jq -r 'select(.object == "page").id' workspace | sed -n 9p)
curl -sf -X PATCH "$served/v1/pages/$page" -d '{"icon":{"emoji":"🌱"}}' \
    -o /dev/null -H 'Authorization: Bearer any' \
    -H 'Notion-Version: 2026-03-11' -H 'Content-Type: application/json'
it 'names what was edited just before, too' '
	status 0 notion-fetch -w -e >out &&
	ends out ".edited == [{id: \"$page\", object: \"page\"}]"
'
it 'names it of a part only if it is in it' '
	status 0 notion-fetch -p "$page" -e >out &&
	ends out ".edited | length == 1" &&
	status 0 notion-fetch -p "$other" -e >out && ends out ".edited == []"
'
rm -f trace
notion-fetch -w -e >out
jq -n --argjson last "$(grep -c '/v1/search"' trace)" '[{method: "POST",
    path: "/v1/search", nth: $last, fault: "status", status: 400,
    code: "validation_error", message: "no"}]' >rules
proxy --rules rules
it 'does not take what the search does not tell for nothing' '
	status 0 notion-fetch -w -e >out &&
	ends out ".edited == null and .complete"
'

# Its time, a line a page.
page_times() {
	core "$1" | jq -r 'select(.object == "page" and .is_archived != true) |
	    "\(.id) \(.last_edited_time)"' | sort
}
# What was edited, by its time, between the two of which the second is newer,
# and is there yet: what no time was moved of nobody can see (api 7), nor does
# the search show what is archived.
edited() {
	page_times "$1" >one && page_times "$2" >two
	comm -13 one two | cut -d ' ' -f 1
}
# edits SEED - the rules of a proxy that makes them at chosen requests.
edits() {
	for nth in 5 40 90 160 260 380; do
		jq -n '$ARGS.positional as $run | {nth: ($run[0] | tonumber),
		    fault: "run", command: $run[1:]}' --args "$nth" \
		    "$NT_ROOT/tests/tools/edit-served" "$served" workspace "$1$nth"
	done | jq -s .
}
# What a second run finds edited, the first has named; then the stream is that
# of a full read.
law() {
	status 0 notion-fetch -w -e >first || return
	NOTION_API_BASE_URL=$served
	notion-fetch -w -b first -e >second && notion-fetch -w >full &&
	core second >settled && core full | cmp - settled || return
	edited first second >changed
	tail -n 1 first | jq -r '.edited[].id' | sort >named
	comm -23 changed named >unnamed
	test ! -s unnamed || { cat unnamed >&2; return 1; }
	cat changed >>all
}
for seed in $(seeds 3); do
	NOTION_API_BASE_URL=$served
	edits "$seed" >rules
	proxy --rules rules
	it "what is edited while it is read is named: $seed" law
done
it '... and there was some' 'sort -u all | wc -l && test -s all'
finish

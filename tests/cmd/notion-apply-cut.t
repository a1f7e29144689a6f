#!/bin/sh
# notion-apply in place: relations that are told from both sides, cut off between
# the two at each write, and gone on with by the same command and journal
. "${0%/*}/../lib.sh"

if ! command -v node >/dev/null; then
	skip 'edits in spite of kills' 'node is not installed'
	finish
	exit
fi
sample=$NT_ROOT/examples/workspace.ndjson
NOTION_API_BACKOFF_MS=1
export NOTION_API_BACKOFF_MS

page() {
	jq -r --arg title "$1" 'select(.object == "page") |
	    select([.properties[] | select(.type == "title").title[].plain_text] |
		add == $title).id' "$sample" | head -n 1
}
relate() {
	curl -sf -X PATCH "$direct/v1/pages/$(page "$1")" -o answer -d "$2" \
	    -H 'Authorization: Bearer any' -H 'Notion-Version: 2026-03-11' \
	    -H 'Content-Type: application/json'
}
# begin FAULT NTH: a workspace in which relations were lost, behind a proxy
begin() {
	unserve
	serve "$sample"
	direct=$NOTION_API_BASE_URL
	rm -f journal
	notion-fetch --workspace >backup.ndjson
	for task in 'Fill the water tanks' 'Dig out all the mint'; do
		relate "$task" '{"properties":{"Bed":{"relation":[]},
		    "Plants":{"relation":[]}}}'
	done
	notion-fetch --workspace >now.ndjson
	notion-diff now.ndjson backup.ndjson >changes
	echo "[{\"writes\": true, \"nth\": $2, \"fault\": \"$1\"}]" >rules
	start_proxy --upstream "$direct" --rules rules --record log --pid pid
}
run() {
	sh -c 'echo $$ >pid && exec "$@"' sh notion-apply --journal journal \
	    changes >results
}
as_before() {
	NOTION_API_BASE_URL=$direct notion-fetch --workspace >after.ndjson &&
	status 0 notion-diff backup.ndjson after.ndjson
}

begin none 0
it 'both sides of a relation are changed' 'status 0 run && as_before'
writes=$(jq -s 'map(select(.method == "PATCH")) | length' log)
it 'and that takes more than one write' 'test "$writes" -gt 1'
for nth in $(seq "$writes"); do
	for fault in kill killed; do
		begin $fault "$nth"
		it "goes on after a $fault at write $nth" '
			status 137 run && status 0 run && as_before
		'
	done
done

begin killed 1
it 'what somebody else changed meanwhile is not written over' '
	status 137 run &&
	for task in "Fill the water tanks" "Dig out all the mint"; do
		relate "$task" "{\"icon\":{\"emoji\":\"🌋\"}}" || exit 1
	done && status 1 run &&
	jq -es "any(.error.code == \"moved_on\")" results
'
finish

#!/bin/sh
# notion-apply in place: relations that are told from both sides, and several changes
# of one page, cut off between the two at each write, and gone on with by the same
# command and journal
. "${0%/*}/../lib.sh"

if ! command -v node >/dev/null; then
	skip 'edits in spite of kills' 'node is not installed'
	finish
	exit
fi
. "$NT_ROOT/tests/sample.sh"

change() {
	curl -sf -X PATCH "$direct/v1/pages/$(page "$1")" -o answer -d "$2" \
	    -H 'Authorization: Bearer any' -H 'Notion-Version: 2026-03-11' \
	    -H 'Content-Type: application/json'
}
lose_relations() {
	for task in 'Fill the water tanks' 'Dig out all the mint'; do
		change "$task" '{"properties":{"Bed":{"relation":[]},
		    "Plants":{"relation":[]}}}'
	done
	notion-fetch --workspace >now.ndjson
}
# What is in the trash is in no stream that was fetched, but may be in one.
trash_edited() {
	change 'Winter list ❄️' '{"icon":{"emoji":"🌋"}}'
	change 'Winter list ❄️' '{"in_trash":true}'
	jq -cS --slurpfile there answer '$there[0] as $page |
	    if .id == $page.id and .object == "page"
	    then $page | del(.request_id) else . end' backup.ndjson >edited
	digest=$(sed '1d;$d' edited | sha256sum | cut -d " " -f 1)
	sed "\$s/sha256:[0-9a-f]*/sha256:$digest/" edited >now.ndjson
}
# begin WHAT FAULT NTH: a workspace in which that was done, behind a proxy
begin() {
	unserve
	serve "$sample"
	direct=$NOTION_API_BASE_URL
	rm -f journal log
	notion-fetch --workspace >backup.ndjson
	"$1"
	notion-diff now.ndjson backup.ndjson >changes
	echo "[{\"writes\": true, \"nth\": $3, \"fault\": \"$2\"}]" >rules
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

for what in lose_relations trash_edited; do
	begin $what none 0
	it "$what: both sides, or both changes, are made" '
		status 0 run && as_before
	'
	writes=$(jq -s 'map(select(.method == "PATCH")) | length' log)
	it 'and that takes more than one write' 'test "$writes" -gt 1'
	for nth in $(seq "$writes"); do
		for fault in kill killed; do
			begin $what $fault "$nth"
			it "goes on after a $fault at write $nth" '
				status 137 run && status 0 run && as_before
			'
		done
		begin $what late "$nth"
		it "is not led astray by an answer that is missed at write $nth" '
			status 0 run && as_before
		'
	done
done

begin lose_relations killed 1
it 'what somebody else changed meanwhile is not written over' '
	status 137 run &&
	for task in "Fill the water tanks" "Dig out all the mint"; do
		change "$task" "{\"icon\":{\"emoji\":\"🌋\"}}" || exit 1
	done && status 1 run &&
	jq -es "any(.error.code == \"moved_on\")" results
'
finish

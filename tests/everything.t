#!/bin/sh
# what restoring is tested with: the workspaces, the judge, the least requests
. "${0%/*}/lib.sh"

tools=$NT_ROOT/tests/tools
least=$NT_BUILD/tests/least_restore
generate=$NT_BUILD/tests/generate

# costs FIELD N OPTIONS...: that number of what generate makes with them
costs() {
	nt_field=$1 nt_number=$2
	shift 2
	$generate --pages 0 "$@" >stream && $least stream >counted &&
	cat counted && jq -e ".$nt_field == $nt_number" counted
}
it 'counts the least requests: a hundred blocks come with their page' '
	costs bodies 0 --big-page 100 && costs bodies 1 --big-page 101 &&
	costs bodies 49 --big-page 5000 && costs one_a_block 5004 --big-page 5000
'
it 'counts the least requests: three levels a request' '
	costs bodies 0 --depth 2 && costs bodies 6 --depth 3
'
it 'counts the least requests: relations beyond a hundred' '
	costs relations 0 --relation 100 && costs relations 2 --relation 201
'

if ! command -v node >/dev/null; then
	skip 'workspaces made to be restored' 'node is not installed'
	finish
	exit
fi
it 'makes the same bytes for the same seed, others for another' '
	for seed in $(seeds 4); do
		"$tools"/everything --seed $seed --assets files >$seed.ndjson ||
		    exit 1
	done &&
	"$tools"/everything --seed 2 | cmp - 2.ndjson &&
	status 1 cmp -s 1.ndjson 2.ndjson
'
it 'makes walks, and the files in them' '
	for seed in $(seeds 4); do
		"$tools"/check-walk $seed.ndjson || exit 1
	done &&
	jq -r "select(.object == \"asset\") | \"\(.sha256)  files/\(.sha256)\"" \
	    ?.ndjson | sort -u >sums && sha256sum -c --quiet sums
'
# Who holds whom, as pairs of types.
pairs='[inputs | select(.object == "block")] | INDEX(.id) as $all | $all[] |
    "\($all[.parent.block_id // ""].type // "page") \(.type)"'
it 'puts every type of block into everything that may hold it' '
	for seed in 1 2; do jq -nr "$pairs" $seed.ndjson || exit 1; done |
	    sort -u >have &&
	for holder in paragraph heading_1 heading_2 heading_3 heading_4 \
	    bulleted_list_item numbered_list_item to_do toggle quote callout \
	    column synced_block; do
		for type in audio bookmark breadcrumb bulleted_list_item callout \
		    code column_list divider embed equation file heading_1 \
		    heading_2 heading_3 heading_4 image link_preview \
		    link_to_page numbered_list_item paragraph pdf quote \
		    synced_block tab table table_of_contents template to_do \
		    toggle unsupported video; do
			echo "$holder $type"
		done
	done | sort | comm -23 - have >missing; cat missing; test ! -s missing
'
it 'has a judge that takes a workspace for itself' '
	echo >nothing && "$tools"/put-back 1.ndjson 1.ndjson nothing
'
# changed FILTER: a line that the judge has for the workspace so changed
changed() {
	jq -c "$1" 1.ndjson >changed && status 1 "$tools"/put-back 1.ndjson \
	    changed nothing >said && head -n 3 said
}
id=$(jq -r 'select(.type == "bulleted_list_item").id' 1.ndjson | head -n 1)
it 'has a judge that sees what is gone, there twice, changed, moved' '
	changed "select(.id != \"'"$id"'\")" | grep "block '"$id"' is missing" &&
	changed "., select(.id == \"'"$id"'\")" | grep "is there twice" &&
	changed "if .id == \"'"$id"'\" then
	    .bulleted_list_item.color = \"red\" else . end" | grep "/color" &&
	tac 1.ndjson >changed && status 1 "$tools"/put-back 1.ndjson changed \
	    nothing | grep "another order" &&
	changed "if .properties.Next then
	    .properties.Next.relation = [] else . end" |
	    grep /relation
'
it 'has a judge that translates ids, and believes losses' '
	sed "s/'"$id"'/00000000-0000-4000-8000-000000000001/g" 1.ndjson >other &&
	status 1 "$tools"/put-back 1.ndjson other nothing >said &&
	echo "{\"object\":\"result\",\"status\":\"done\",\"id\":\"'"$id"'\",
	    \"new_id\":\"00000000-0000-4000-8000-000000000001\"}" |
	    jq -c . >results && "$tools"/put-back 1.ndjson other results &&
	jq -c "if .id == \"'"$id"'\" then
	    del(.bulleted_list_item.color) else . end" \
	    1.ndjson >other &&
	status 1 "$tools"/put-back 1.ndjson other nothing >said &&
	echo "{\"object\":\"loss\",\"id\":\"'"$id"'\",
	    \"pointer\":\"/bulleted_list_item/color\"}" | jq -c . >results &&
	"$tools"/put-back 1.ndjson other results
'
finish

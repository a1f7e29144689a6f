#!/bin/sh
# notion-apply: two-way relations, one end of which stands and is not restored
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup-restore.sh

tasks=$(database Tasks)
beds=$(database Beds)
home=$(page 'How we garden')
synced=/properties/Bed/relation/dual_property/synced_property_name
# asked ID: its data source, to ./answer
asked() {
	send GET "databases/$1" &&
	send GET "data_sources/$(jq -r ".data_sources[0].id" answer)"
}

begin
asked "$beds"
jq -S .properties answer >beds.before
notion-fetch --database "$tasks" --assets files >tasks.ndjson
notion-diff --from-nothing tasks.ndjson >changes
copy() {
	notion-apply --parent "$home" --new-name 'Tasks again' \
	    --assets files "$@" changes >results
}
copied() {
	jq -r --arg id "$tasks" 'select(.object == "result" and .id == $id).new_id' \
	    results
}
told() {
	jq -r 'select(.object == "loss" and .class == "expected").pointer' \
	    results | grep -Fx "$synced"
}

it 'says before that the other end gets a property of its own' '
	status 0 copy --dry-run && told
'
it 'makes the relation, and the other end keeps what it had' '
	status 0 copy --journal journal && told &&
	! grep "\"class\":\"warning\"" results &&
	asked "$(copied)" && jq -r ".properties.Bed.relation |
	    .database_id, .dual_property.synced_property_name" answer >got &&
	printf "%s\n" "$beds" "Related to Tasks again (Bed)" | diff - got &&
	asked "$beds" &&
	jq -S ".properties | del(.[\"Related to Tasks again (Bed)\"])" \
	    answer | diff beds.before - &&
	jq -e ".properties[\"Related to Tasks again (Bed)\"].relation |
	    .database_id == \"$(copied)\" and
	    .dual_property.synced_property_name == \"Bed\"" answer
'
it 'is as it was but for that' '
	notion-fetch --database "$(copied)" --assets files >back.ndjson &&
	status 0 notion-diff --map journal tasks.ndjson back.ndjson
'
it 'links the rows of both' '
	row() {
		jq -S -c "select(.object == \"page\") | [.properties |
		    (.. | .title? // empty | .[0].plain_text),
		    [.Bed.relation[].id]]" "$1" | sort
	}
	row tasks.ndjson >want && row back.ndjson | diff want - &&
	bed=$(jq -r ".[1][0] // empty" want | head -n 1) && test -n "$bed" &&
	send GET "pages/$bed" && jq -e ".properties |
	    .[\"Related to Tasks again (Bed)\"].relation | length > 0" answer
'
finish

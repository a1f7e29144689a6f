#!/bin/sh
# notion-apply --into: rows into a database that is there, if its schema fits;
# and --new-name
. "${0%/*}/../lib.sh"

sample=$NT_ROOT/examples/workspace.ndjson
NOTION_API_BACKOFF_MS=1
export NOTION_API_BACKOFF_MS
database() {
	jq -r --arg title "$1" 'select(.object == "database" and
	    .title[0].plain_text == $title).id' "$sample"
}
into() {
	notion-apply --into "$@" changes >results 2>err
}
# The rows of a database: their values, and nothing that the service sets.
rows() {
	notion-fetch --database "$1" | jq -S -c 'select(.object == "page" and
	    .parent.type == "data_source_id").properties |
	    map_values(select(.type | test("formula|rollup|_time|_by|unique_id") |
		not) | del(.id)) |
	    del(.. | .id?)' | sort
}
titles() {
	jq -r 'select(.object == "page").properties[] |
	    select(.type == "title").title[0].plain_text' "$1" | sort
}
serve --assets "$NT_ROOT"/examples/assets "$sample"
notion-fetch --database "$(database Plants)" >plants.ndjson
notion-diff --from-nothing plants.ndjson >changes

it 'makes the rows anew in a database of the same schema' '
	rows "$(database Plants)" >before &&
	status 0 into "$(database Plants)" --journal journal &&
	rows "$(database Plants)" | uniq -c | sed "s/^ *2 //" >twice &&
	diff before twice
'
it 'makes them once: the same again has nothing to do' '
	NT_TRACE=trace status 0 into "$(database Plants)" --journal journal &&
	! grep -E "\"(POST|PATCH)\"" trace &&
	test "$(rows "$(database Plants)" | wc -l)" -eq 12
'
it 'writes nothing where the schema does not fit, and says what' '
	notion-fetch --database "$(database Beds)" | sed 1d >before &&
	status 2 into "$(database Beds)" --journal other &&
	test "$(wc -l <err)" -eq 1 && grep "\"Beds\" (relation)" err &&
	notion-fetch --database "$(database Beds)" | sed 1d >after &&
	jq -c "del(.finished)" before >a && jq -c "del(.finished)" after |
	    diff a -
'
for id in 00000000-0000-4000-8000-0000000000cc \
    "$(jq -r 'select(.object == "page").id' "$sample" | head -n 1)"; do
	it "says that $id is no database" '
		status 2 into $id && cat err && test "$(wc -l <err)" -eq 1 &&
		grep $id err
	'
done
home=$(jq -r 'select(.object == "page").id' "$sample" | head -n 1)
garden=$(jq -r 'select(.object == "page" and
    .properties.title.title[0].plain_text? == "Soil and compost").id' "$sample")
it 'adds what the schema lacks, if told to' '
	send POST databases "{\"parent\":{\"type\":\"page_id\",\"page_id\":
	    \"$home\"},\"title\":[{\"text\":{\"content\":\"New\"}}],
	    \"initial_data_source\":{\"properties\":{\"Plant\":{\"title\":{}},
	    \"Price\":{\"number\":{\"format\":\"euro\"}}}}}" &&
	new=$(jq -r .id answer) && status 2 into $new --journal third &&
	rm third && status 0 into $new --extend-schema --journal third &&
	notion-fetch --database $new >made &&
	jq -r "select(.object == \"data_source\").properties[].name" made |
	    sort >have &&
	jq -r "select(.object == \"data_source\").properties[].name" \
	    plants.ndjson | sort | diff - have &&
	test "$(jq -r "select(.object == \"page\").id" made | wc -l)" -eq 6
'
it 'puts titles where the title is called otherwise; a formula that names it is lost' '
	send POST databases "{\"parent\":{\"type\":\"page_id\",\"page_id\":
	    \"$home\"},\"initial_data_source\":{\"properties\":{
	    \"What grows\":{\"title\":{}}}}}" &&
	other=$(jq -r .id answer) && rm -f fourth &&
	status 0 into $other --extend-schema --journal fourth &&
	test "$(grep -c warning results)" -eq 1 && grep "undefined property" \
	    results && notion-fetch --database $other >made &&
	titles plants.ndjson >want && test "$(wc -l <want)" -eq 6 &&
	titles made | diff want - && jq -r "select(.object == \"page\").properties |
	    keys[] | select(. == \"What grows\" or . == \"Plant\")" made |
	    sort -u >names && echo "What grows" | diff - names &&
	status 0 notion-diff --map fourth --kinds page,block plants.ndjson \
	    made >differences
'
it 'gives a copy another name, which its source has, too, and tells that' '
	rm -f fifth && status 0 notion-apply --parent "$home" --new-name "Herbs" \
	    --journal fifth changes >results &&
	new=$(jq -r "select(.kind == \"database\").new_id | strings" results) &&
	notion-fetch --database "$new" >made && jq -r "select(.object ==
	    \"database\" or .object == \"data_source\").title[].plain_text" \
	    made | uniq -c | grep -x " *2 Herbs" &&
	test "$(grep -c "called as it was asked for" results)" -eq 2 &&
	status 0 notion-diff --map fifth plants.ndjson made >differences
'
it 'and so it does with a page' '
	notion-fetch --page "$garden" >page.ndjson &&
	notion-diff --from-nothing page.ndjson >changes && rm -f sixth &&
	status 0 notion-apply --parent "$home" --new-name "Earth" \
	    --journal sixth changes >results &&
	new=$(jq -r "select(.kind == \"page\" and .id == \"$garden\").new_id |
	    strings" \
	    results) && notion-fetch --page "$new" >made && titles made |
	    grep -x Earth &&
	status 0 notion-diff --map sixth page.ndjson made >differences
'
finish

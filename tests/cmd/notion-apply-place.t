#!/bin/sh
# notion-apply in place: what was trashed, edited or deleted since the backup
# comes back where it was, under the ids it had
. "${0%/*}/../lib.sh"

. "$NT_ROOT/tests/sample.sh"

fetch() { notion-fetch --workspace --comments blocks >"$1"; }

# Not inside of it(): the workspace anew, and its backup.
begin() {
	unserve
	serve --assets "$NT_ROOT"/examples/assets "$sample"
	rm -f journal
	fetch backup.ndjson
}
# bring_back OPTION...: what the backup has and the workspace has no more
bring_back() {
	fetch now.ndjson || return 9
	notion-diff now.ndjson backup.ndjson >changes
	[ $? -eq 1 ] || return 9
	notion-apply --journal journal "$@" changes >results
}
# As before, whatever changes by itself aside.
as_before() {
	fetch after.ndjson && status 0 notion-diff backup.ndjson after.ndjson
}
# Nothing was made anew: the same ids.
same_ids() {
	for stream in backup after; do
		jq -r '"\(.object) \(.id)"' $stream.ndjson | sort >$stream.ids
	done
	diff backup.ids after.ids
}

begin
it 'a page in the trash comes back, and all that is below it' '
	send PATCH "pages/$(page "Soil and compost")" "{\"in_trash\":true}" &&
	status 0 bring_back && as_before && same_ids
'
begin
it 'a database whose rows were deleted has them again' '
	for row in Tomato Basil Borage Mint; do
		send PATCH "pages/$(page $row)" "{\"in_trash\":true}" || exit 1
	done && status 0 bring_back && as_before && same_ids
'
begin
it 'an edited page reads as it did' '
	send PATCH "pages/$(page "Winter list ❄️")" \
	    "{\"icon\":{\"emoji\":\"🌋\"},\"properties\":{\"title\":
		[{\"text\":{\"content\":\"Other\"}}]}}" &&
	block=$(jq -r "select(.type == \"to_do\").id" "$sample" | head -n 1) &&
	send PATCH "blocks/$block" "{\"to_do\":{\"checked\":false,
	    \"rich_text\":[{\"text\":{\"content\":\"Gone\"}}]}}" &&
	send PATCH "pages/$(page "Fill the water tanks")" "{\"properties\":
	    {\"Hours\":{\"number\":99},\"Tags\":{\"multi_select\":[]},
	     \"Plants\":{\"relation\":[]}}}" &&
	status 0 bring_back && as_before && same_ids
'
begin
it 'relations that are told from both sides are no conflict with themselves' '
	send PATCH "pages/$(page "Fill the water tanks")" \
	    "{\"properties\":{\"Bed\":{\"relation\":[]}}}" &&
	status 0 bring_back && as_before && same_ids
'
begin
block=$(jq -r 'select(.type == "quote").id' "$sample" | tail -n 1)
it 'a block that was deleted is made again in its place' '
	send DELETE "blocks/$block" && status 0 bring_back &&
	fetch after.ndjson && for stream in backup after; do
		jq -r "select(.object == \"block\") |
		    \"\(.type) \(.parent)\"" $stream.ndjson >$stream.types
	done && diff backup.types after.types
'
begin
it 'and so are several, each in its own' '
	for block in $(jq -r "select(.type == \"quote\" or .type == \"to_do\" or
	    .type == \"heading_2\").id" "$sample"); do
		send DELETE "blocks/$block" || exit 1
	done && status 0 bring_back && fetch after.ndjson &&
	for stream in backup after; do
		jq -r "select(.object == \"block\") | .type + \" \" +
		    (.[.type].rich_text? // [] | map(.plain_text) | add // \"\")" \
		    $stream.ndjson >$stream.types
	done && diff backup.types after.types
'
begin
it 'what is new stays unless --delete says otherwise' '
	send POST pages "{\"parent\":{\"page_id\":\"$(page "Soil and compost")\"},
	    \"properties\":{\"title\":[{\"text\":{\"content\":\"New\"}}]}}" &&
	status 0 bring_back && fetch after.ndjson &&
	test "$(grep -c "\"status\":\"skipped\"" results)" -eq 2 &&
	grep -q "\"plain_text\":\"New\"" after.ndjson && rm journal &&
	status 0 bring_back --delete && as_before
'
begin
block=$(jq -r 'select(.type == "to_do").id' "$sample" | head -n 1)
edit() {
	send PATCH "blocks/$block" "{\"to_do\":{\"rich_text\":
	    [{\"text\":{\"content\":\"$1\"}}]}}"
}
it 'what has moved on since the comparison is left alone' '
	edit first && fetch now.ndjson &&
	status 1 notion-diff now.ndjson backup.ndjson >changes &&
	edit second && status 1 notion-apply --journal journal changes >results &&
	jq -e "select(.status == \"refused\") | .id == \"$block\"" results &&
	send GET "blocks/$block" && grep -q second answer
'
it 'or written over with --force' '
	rm journal && status 0 notion-apply --journal journal --force changes \
	    >results && as_before && same_ids
'
finish

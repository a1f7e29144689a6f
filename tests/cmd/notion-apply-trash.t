#!/bin/sh
# notion-apply: what was in the trash is in it again, under what it was under
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/restore.sh

sample=$NT_ROOT/examples/workspace.ndjson
page() {
	jq -r --arg title "$1" 'select(.object == "page") |
	    select(.properties[].title? | arrays | .[0].plain_text == $title).id' \
	    "$sample" | head -n 1
}
# trash ID true|false: into the trash, or out of it
trash() {
	curl -sf -o answer -X PATCH "$NOTION_API_BASE_URL/v1/pages/$1" \
	    -H 'Authorization: Bearer any' -H 'Notion-Version: 2026-03-11' \
	    -H 'Content-Type: application/json' -d "{\"in_trash\":$2}"
}
fetch_back() {
	notion-fetch --workspace --trash --comments blocks --assets files \
	    >back.ndjson
}
titles() {
	jq -c 'select(.object == "page" and .in_trash).properties[].title? |
	    arrays | .[].plain_text' "$1" | sort
}

serve --assets "$NT_ROOT/examples/assets" "$sample"
trash "$(page 'Soil and compost')" true && trash "$(page Borage)" true
fetch_back && mv back.ndjson trash.ndjson
unserve
target trash.ndjson
it 'puts into the trash what was there, and no more' '
	everything_new trash.ndjson && status 0 restore --assets files &&
	returned trash.ndjson && titles trash.ndjson >want &&
	titles back.ndjson >have && test "$(wc -l <want)" -eq 4 &&
	diff want have
'
it 'what comes out of it brings along what is below it' '
	id=$(jq -r "select(.object == \"result\" and .kind == \"page\" and
	    .id == \"$(page "Soil and compost")\").new_id" results) &&
	trash $id false && fetch_back && titles back.ndjson >have &&
	echo "\"Borage\"" | diff - have
'
finish

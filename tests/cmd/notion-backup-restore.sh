# For the tests of `notion backup restore`: sourced after lib.sh.
#
#	begin [OPTION...]	the sample is served anew, a place is empty
#	page TITLE, database TITLE	ids in the sample
#	read_all NAME		the whole workspace, to NAME.ndjson
#	keep NAME [OPTION...]	what notion-fetch reads with these options (the
#				workspace), packed as backups/NAME
#	restored STATUS ARGUMENT...	`notion backup restore`: out, err, trace
#	writes			the requests of it that wrote something
#	as_before, same_ids	whether all that is there is as in before.ndjson
sample=$NT_ROOT/examples/workspace.ndjson
XDG_CACHE_HOME=$PWD/cache
XDG_CONFIG_HOME=$PWD/config
XDG_STATE_HOME=$PWD/state
NOTION_API_BACKOFF_MS=1
export XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME NOTION_API_BACKOFF_MS
none=00000000-0000-4000-8000-0000000000cc

page() {
	jq -r --arg title "$1" 'select(.object == "page") |
	    select([.properties[] | select(.type == "title").title[].plain_text] |
		add == $title).id' "$sample" | head -n 1
}
database() {
	jq -r --arg title "$1" 'select(.object == "database" and
	    .title[0].plain_text == $title).id' "$sample"
}
trash() { send PATCH "pages/$1" '{"in_trash":true}'; }

# Not inside of it(), as serve.
begin() {
	unserve
	serve --assets "$NT_ROOT"/examples/assets "$sample"
	rm -rf backups state before.ndjson
	mkdir backups
}
read_all() {
	notion-fetch --workspace --comments blocks --assets files \
	    >"$1.ndjson"
}
keep() {
	keep_name=$1
	shift
	[ $# -gt 0 ] || set -- --workspace
	notion-fetch "$@" --comments blocks --assets files >kept.ndjson &&
	notion-pack --assets files -o "backups/$keep_name" kept.ndjson
}

restored() {
	restored_status=$1
	shift
	rm -f trace
	NT_TRACE=$PWD/trace status "$restored_status" notion backup restore "$@" \
	    >out 2>err
	restored_got=$?
	cat out err
	return "$restored_got"
}
writes() {
	jq -r 'select(.event == "request") | .method + " " + .path |
	    select(test("^GET |^POST /v1/(search|data_sources/[^/]*/query)") |
		not)' trace
}

# Records as they are compared by who is not notion-diff.
look() {
	jq -S -c 'select(.object | IN("page", "block", "database",
	    "data_source", "view", "comment")) |
	    del(.last_edited_time, .last_edited_by) |
	    if .object == "page" then .properties |= map_values(
		select(.type | test("^last_edited") | not)) else . end' \
	    "$1" | sort
}
as_before() {
	read_all after && look before.ndjson >want && look after.ndjson |
	    diff want -
}
same_ids() {
	for stream in before after; do
		jq -r 'select(.id) | "\(.object) \(.id)"' $stream.ndjson |
		    sort >$stream.ids
	done
	diff before.ids after.ids
}

#!/bin/sh
# demo.sh - a workspace there and back, over HTTP, on this machine alone
#
# Serves the sample workspace as the Notion API, reads it with notion-fetch,
# packs it, unpacks it, compares, keeps two snapshots in a repository, verifies
# them, puts all of it back and proves that, shows a page and asks questions.  The tools come from $PATH; `make demo`
# builds them first.  Works in a folder of its own, which it removes.
set -eu
sample=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
server=

leave() {
	set +e
	if [ -n "$server" ]; then
		kill "$server" && wait "$server"
	fi
	cd / && rm -rf "$folder"
}
trap leave EXIT
trap 'exit 2' INT TERM
cd "$folder"

step() {
	printf '\n# %s\n' "$1"
}
# Shows a command line as a person would type it, and runs it.
run() {
	printf '$ %s\n' "$1"
	eval "$1"
}
size() {
	wc -c <"$1" | tr -d ' '
}

# Makes an empty page below the first of the workspace, and says its id.
new_page() {
	root=$(jq -r 'select(.object == "page" and .parent.workspace).id' \
	    workspace.ndjson | head -n 1)
	curl -sf -H "Authorization: Bearer $NOTION_API_TOKEN" \
	    -H 'Notion-Version: 2026-03-11' -H 'Content-Type: application/json' \
	    --data "{\"parent\":{\"page_id\":\"$root\"},\"properties\":{}}" \
	    "$NOTION_API_BASE_URL/v1/pages" | jq -r .id
}

step 'the sample workspace, served as the Notion API'
cp -R "$sample"/workspace.ndjson "$sample"/assets .
mkfifo url
printf '$ notion-serve --assets assets workspace.ndjson &\n'
notion-serve --assets assets workspace.ndjson >url &
server=$!
read -r NOTION_API_BASE_URL <url
printf '%s\n' "$NOTION_API_BASE_URL"
export NOTION_API_BASE_URL NOTION_API_TOKEN=any NT_TRACE="$folder/trace"

step 'read it over HTTP, files and all'
run 'notion-fetch --workspace --comments blocks --assets files >garden.ndjson'
requests=$(grep -c '"event":"request"' trace)
objects=$(sed '1d;$d' garden.ndjson | wc -l)
run 'tail -n 1 garden.ndjson'

step 'pack it, and see what is in the archive'
run 'notion-pack --assets files -o garden.zip garden.ndjson'
run 'notion-unpack --list garden.zip >list'
run 'tail -n 5 list'

step 'unpack it: the stream that comes back is the one that went in'
run 'notion-unpack --assets back garden.zip >back.ndjson'
run 'cmp back.ndjson garden.ndjson'
run 'diff -r assets back'

step 'and the records are those that were served (each link by its last part)'
run "for stream in workspace garden; do sed '1d;\$d
    s|\"url\":\"http[^\"]*/|\"url\":\"|g' \$stream.ndjson >\$stream; done"
run 'cmp workspace garden'

step 'keep it night after night in one file, and look at every byte of it'
run 'notion-pack --assets files -o garden.db workspace.ndjson'
run 'notion-pack --assets files -o garden.db garden.ndjson'
run 'notion-unpack --list garden.db'
run 'notion-unpack --verify garden.db'

step 'ask that file: what is due?'
run "sqlite3 garden.db \"select due, title from tasks
    where status <> 'Done' and due is not null order by due\""

step 'put all of it back below a new page, each write done once'
page=$(new_page)
printf '$ page=%s\n' "$page"
run 'notion-unpack garden.zip | notion-diff --from-nothing - |
    notion-apply --parent "$page" --assets back --journal journal >results'
run 'jq -r "select(.object == \"result\").status" results | sort | uniq -c'

step 'fetch that, and compare: what differs, but for what no client can keep?'
run 'notion-fetch --page "$page" --comments blocks --assets back |
    notion-diff --map journal garden.ndjson - >differences'
run 'jq -r "select(.object == \"loss\").class" differences | sort | uniq -c'

step 'a page, for people and their editors'
run "page=\$(jq -r 'select(.object == \"page\") |
    select(.url | test(\"How-we-garden-5\")).id' back.ndjson)"
run "notion-markdown --page \$page back.ndjson | sed '1,/^---\$/d' | head -n 9"

step 'ask it: which tasks are not done yet?'
run "jq -r 'select(.object == \"page\") |
    select(.properties.Status.status.name | . and . != \"Done\") |
    [.properties.Task.title[].plain_text] | add // \"(no title)\"' back.ndjson"

printf '\ndemo: %d objects read in %d requests, %d bytes of stream\n' \
    "$objects" "$requests" "$(size garden.ndjson)"
printf 'demo: %d files, %d bytes, packed into an archive of %d bytes\n' \
    "$(find back -type f | wc -l)" \
    "$(cat back/* | wc -c)" "$(size garden.zip)"
printf 'demo: what came back is what went in, byte for byte\n'
printf 'demo: what was put back is what was fetched, but for %d announced losses\n' \
    "$(grep -c '"object":"loss"' results)"
printf 'demo: the server is stopped, the folder removed: nothing is left\n'

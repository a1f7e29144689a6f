#!/bin/sh
# the README: its examples run and print what it says, its links lead somewhere
. "${0%/*}/lib.sh"

readme=$NT_ROOT/README.md
sample=$NT_ROOT/examples/workspace.ndjson
serve --assets "$NT_ROOT"/examples/assets "$sample"
notion-fetch --workspace >monday.ndjson || exit 2
ID=$(jq -r 'select(.object == "database").id' "$sample" | head -n 1)
export ID

# write METHOD PATH BODY: what the API answers
write() {
	curl -sf -X "$1" -H "Authorization: Bearer any" \
	    -H "Notion-Version: 2026-03-11" \
	    -H "Content-Type: application/json" --data "$3" \
	    "$NOTION_API_BASE_URL$2"
}
# A page for what an example puts back; it is gone for the others.
new_page() {
	root=$(jq -r 'select(.object == "page" and .parent.workspace).id' \
	    "$sample" | head -n 1)
	PAGE=$(write POST /v1/pages \
	    '{"parent":{"page_id":"'"$root"'"},"properties":{}}' | jq -r .id)
	export PAGE
}

mkdir examples
perl "$NT_ROOT"/tests/examples.pl "$readme" examples || exit 2
n=1
PAGE=
while [ -f examples/$n.sh ]; do
	! grep -q PAGE examples/$n.sh || new_page
it "runs: $(head -n 1 examples/$n.sh)" '
	bash -euo pipefail examples/$n.sh >out &&
	if test -f examples/$n.out; then diff examples/$n.out out; fi
'
	[ -z "$PAGE" ] || write PATCH "/v1/pages/$PAGE" \
	    '{"in_trash":true}' >/dev/null
	PAGE=
	n=$((n + 1))
done

it 'has links that lead somewhere' '
	sed -n "s/.*](\([^)#]*\)).*/\1/p" "$readme" >links && test -s links &&
	while read -r link; do
		test -e "$NT_ROOT/$link" || { echo "$link" && exit 1; }
	done <links
'
it 'lists each tool' '
	for tool in "$NT_BUILD"/bin/*; do
		grep -q "^| \[${tool##*/}\](man/${tool##*/}.1) |" "$readme" ||
		{ echo "${tool##*/}" && exit 1; }
	done
'
it 'shows each room' '
	for room in "$NT_ROOT"/lib/*; do
		grep -qE "(^[0-9]|  )  *${room##*/} " "$readme" ||
		{ echo "${room##*/}" && exit 1; }
	done
'
finish

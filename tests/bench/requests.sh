#!/bin/sh
# Requests of a full read against the least the API allows and against what
# two exporters ask by their formulas; and of an incremental read.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
NT_TRACE=$bench/requests.trace
export NT_TRACE

full() {
	serve "$bench/$1"
	rm -f "$NT_TRACE"
	notion-fetch --workspace >"$bench/base.ndjson"
	ours=$(traced requests)
	unserve
	least "$bench/$1" >"$bench/least"
	least=$(jq .least "$bench/least")
	md=$(jq .notion_to_md "$bench/least") docu=$(jq .docu_notion "$bench/least")
	printf '  %-16s %9d %9d %8.4f\n' "$1" "$ours" "$least" \
	    "$(ratio "$ours" "$least")"
}

echo 'requests of a full read (bodies, rows, views, comments, values)'
printf '  %-16s %9s %9s %8s\n' workspace sent least ratio
workspace r300.ndjson --pages 300 --blocks-per-page 12 --seed 4
workspace r2300.ndjson --pages 2300 --blocks-per-page 40 --seed 1
full r300.ndjson
full r2300.ndjson

echo 'the same bodies and rows alone (notion-fetch --comments none), 2,300 pages'
serve "$bench/r2300.ndjson"
rm -f "$NT_TRACE"
notion-fetch --workspace --comments none >/dev/null
alone=$(traced requests)
unserve
printf '  ours %d, notion-to-md %d (%s of it), docu-notion %d (%s of it)\n' \
    "$alone" "$md" "$(ratio "$alone" "$md")" "$docu" "$(ratio "$alone" "$docu")"

echo 'after edits on 1 % of the pages'
workspace r2300b.ndjson --pages 2300 --blocks-per-page 40 --seed 1 --edit 1 --edit-seed 2
serve "$bench/r2300b.ndjson"
rm -f "$NT_TRACE"
notion-fetch --workspace --comments none --base "$bench/base.ndjson" >/dev/null
again=$(traced requests)
unserve
serve "$bench/r2300b.ndjson"
rm -f "$NT_TRACE"
notion-fetch --workspace --comments none --base "$bench/base.ndjson" --quick >/dev/null
quick=$(traced requests)
unserve
printf '  ours %d, notion-to-md all again %d: %s times fewer\n' "$again" "$md" \
    "$(ratio "$md" "$again")"
printf '  with --quick %d: %s times fewer\n' "$quick" "$(ratio "$md" "$quick")"

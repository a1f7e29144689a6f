#!/bin/sh
# Processor time a request: notion-fetch against the official JavaScript
# client, both reading the bodies of the same pages from notion-serve, eight
# at once.  Both parse every answer; notion-fetch also checks, sorts, hashes
# and writes it.  Beside them curl(1), which looks at nothing: one
# list of blocks, again and again, over a kept connection.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
NT_TRACE=$bench/cpu.trace
export NT_TRACE

peer=$bench/peer
if [ ! -d "$peer/node_modules" ]; then
	mkdir -p "$peer"
	cp "$root/tests/sdk/package.json" "$root/tests/sdk/package-lock.json" "$peer"
	(cd "$peer" && npm ci --silent --omit=dev --no-audit --no-fund >/dev/null)
fi
cp "$root/tests/bench/sdk_read.mjs" "$peer"

against() {
	serve "$bench/$2"
	rm -f "$NT_TRACE"
	jq -c 'select(.object == "page") | {object, id}' "$bench/$2" >"$bench/refs"
	measure sh -c 'exec notion-fetch --from "$1" --comments none >/dev/null' \
	    sh "$bench/refs"
	ours=$(awk "BEGIN { printf \"%.0f\", $cpu * 1e6 / $(traced requests) }")
	bytes=$(awk "BEGIN { printf \"%.1f\", $(traced bytes) / $(traced requests) / 1000 }")
	memory=$rss
	measure node "$peer/sdk_read.mjs" "$bench/refs" >"$bench/sdk.count"
	theirs=$(awk "BEGIN { printf \"%.0f\", $cpu * 1e6 / $(cat "$bench/sdk.count") }")
	client_memory=$rss
	list=$(jq -r .id "$bench/refs" | tail -n 1)
	measure curl -s -o /dev/null -H 'Authorization: Bearer any' \
	    -H 'Notion-Version: 2026-03-11' \
	    "$base/v1/blocks/$list/children?page_size=100#[1-1000]"
	floor=$(awk "BEGIN { printf \"%.0f\", $cpu * 1e3 }")
	unserve
	printf '  %-14s %8s %10s %10s %6s %10s %8.0f %8.0f\n' "$1" "$bytes" \
	    "$ours" "$theirs" "$(ratio "$theirs" "$ours")" "$floor" \
	    "$(ratio "$memory" 1000)" "$(ratio "$client_memory" 1000)"
}

echo 'processor time a request, microseconds (user and system)'
printf '  %-14s %8s %10s %10s %6s %10s %8s %8s\n' bodies 'mean KB' fetch client \
    ratio 'curl alone' 'MB' 'client MB'
workspace small.ndjson --pages 4000 --blocks-per-page 3 --seed 6
workspace large.ndjson --pages 1 --big-page 60000 --seed 6
against small small.ndjson
against large large.ndjson

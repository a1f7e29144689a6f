#!/bin/sh
# Restores into an empty workspace: requests against the least the API allows
# and against one block a request, processor time a request, and what the
# journal takes against as many appends that are on disk before the next.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
NT_ROOT=$root
NT_TRACE=$bench/restore.trace
export NT_TRACE
# shellcheck source=tests/restore.sh
. "$root/tests/restore.sh"
cd "$bench" || exit 2

# ready STREAM: its changes, and an empty workspace for them
ready() {
	everything_new "$1"
	target "$1"
	rm -f journal "$NT_TRACE"
}

requests_of() {
	ready "$1"
	restore --assets assets
	unserve
	sent=$(traced requests)
	least_restore "$1" >counted
	least=$(jq .least counted) single=$(jq .one_a_block counted)
	printf '  %-16s %8d %8d %8s %10d %8s\n' "$1" "$sent" "$least" \
	    "$(ratio "$sent" "$least")" "$single" "$(ratio "$single" "$sent")"
}

echo 'requests of a restore: sent, least, and what one block a request takes'
printf '  %-16s %8s %8s %8s %10s %8s\n' workspace sent least ratio 'one each' fewer
mkdir -p assets
workspace put300.ndjson --pages 300 --blocks-per-page 12 --seed 4 --comments
workspace put2000.ndjson --pages 2000 --blocks-per-page 40 --seed 1 \
    --assets assets
workspace put5000.ndjson --pages 0 --big-page 5000 --seed 2
workspace putdeep.ndjson --pages 0 --depth 12 --seed 2
for name in put300 put2000 put5000 putdeep; do
	requests_of $name.ndjson
done

# Both send 100 plain blocks a request, one request after another.
echo 'processor time a request of 100 blocks, microseconds (user and system)'
workspace putflat.ndjson --pages 0 --big-page 60000 --seed 6
ready putflat.ndjson
measure notion-apply --parent "$parent" --journal journal changes >results
unserve
ours=$(awk "BEGIN { printf \"%.0f\", $cpu * 1e6 / $(traced requests) }")
peer=$bench/peer
if [ ! -d "$peer/node_modules" ]; then
	mkdir -p "$peer"
	cp "$root/tests/sdk/package.json" "$root/tests/sdk/package-lock.json" "$peer"
	(cd "$peer" && npm ci --silent --omit=dev --no-audit --no-fund >/dev/null)
fi
cp "$root/tests/bench/sdk_write.mjs" "$peer"
ready putflat.ndjson
measure node "$peer/sdk_write.mjs" putflat.ndjson "$parent" >sdk.count
unserve
theirs=$(awk "BEGIN { printf \"%.0f\", $cpu * 1e6 / $(cat sdk.count) }")
printf '  ours %d, the official client %d: %s of ours\n' "$ours" "$theirs" \
    "$(ratio "$theirs" "$ours")"

echo 'the journal, seconds'
with_journal() { notion-apply --parent "$parent" --journal journal changes >results; }
without() { notion-apply --parent "$parent" changes >results; }
lines() {
	dd if=journal of=copied bs="$size" count="$commits" oflag=append,dsync \
	    conv=notrunc 2>/dev/null
}
for _ in $(seq "$rounds"); do
	ready put300.ndjson
	timed without without
	unserve
	ready put300.ndjson
	timed with_journal with_journal
	unserve
	commits=$(grep -c '"object":"intent"' journal)
	size=$(($(size_of journal) / commits))
	rm -f copied
	timed lines lines
done
taken=$(awk "BEGIN { print $(middle with_journal) - $(middle without) }")
printf '  a restore without %s, with %s: the journal took %s; %d appends on disk %s: %s of it\n' \
    "$(middle without)" "$(middle with_journal)" "$taken" "$commits" \
    "$(middle lines)" "$(ratio "$(middle lines)" "$taken")"

#!/bin/sh
# notion-serve: reads a second with two connections' worth of clients on the
# same cores, latency, and memory while it holds 100,000 pages.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

workspace 100k.ndjson --pages 100000 --blocks-per-page 10 --seed 3
serve "$bench/100k.ndjson"
jq -r 'select(.object == "page") | .id' "$bench/100k.ndjson" | awk 'NR % 50 == 0' \
    >"$bench/ids"
cat >"$bench/read.lua" <<'LUA'
local ids, at = {}, 0
for line in io.lines(os.getenv("IDS")) do ids[#ids + 1] = line end
function request()
	at = at % #ids + 1
	local form = at % 2 == 0 and "/v1/pages/%s" or
	    "/v1/blocks/%s/children?page_size=100"
	return wrk.format("GET", string.format(form, ids[at]), {
	    ["Authorization"] = "Bearer secret_bench",
	    ["Notion-Version"] = "2026-03-11" })
end
function done(summary, latency)
	io.write(string.format("  %d reads/s, p50 %.2f ms, p99 %.2f ms, %d errors\n",
	    summary.requests / summary.duration * 1e6,
	    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
	    summary.errors.status + summary.errors.connect + summary.errors.read))
end
LUA
echo 'notion-serve, 100,000 pages and a million blocks, half pages, half children'
IDS=$bench/ids wrk -t1 -c8 -d10s -s "$bench/read.lua" "$base" | tail -n 1
awk '/VmHWM|VmRSS/ { printf "  %s %.0f MB\n", $1, $2 / 1000 }' "/proc/$server/status"
printf '  stream: %.0f MB\n' "$(stat -c %s "$bench/100k.ndjson" | awk '{ print $1 / 1e6 }')"

#!/bin/sh
# Peak memory of fetch, pack and unpack at 1,000, 10,000 and 100,000 pages.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

echo 'peak memory, MB (largest process)'
printf '  %9s %10s %8s %8s %8s %10s\n' pages records fetch pack unpack 'fetch s'
for pages in 1000 10000 100000; do
	workspace "m$pages.ndjson" --pages $pages --blocks-per-page 10 --seed 3
	serve "$bench/m$pages.ndjson"
	measure sh -c 'exec notion-fetch --workspace --accept-search-limit >/dev/null'
	fetch=$rss seconds=$wall
	unserve
	measure notion-pack -o "$bench/m.zip" "$bench/m$pages.ndjson"
	pack=$rss
	measure sh -c 'exec notion-unpack "$1" >/dev/null' sh "$bench/m.zip"
	rm -f "$bench/m.zip"
	printf '  %9d %10d %8.1f %8.1f %8.1f %10.1f\n' $pages \
	    "$(wc -l <"$bench/m$pages.ndjson")" "$(ratio "$fetch" 1000)" \
	    "$(ratio "$pack" 1000)" "$(ratio "$rss" 1000)" "$seconds"
done

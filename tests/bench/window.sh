#!/bin/sh
# Under a served limit of 180 requests a minute: a small workspace takes no
# waiting at all, a large one its windows and next to nothing more.  Takes
# twenty minutes.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

under_limit() {
	NT_TRACE=$bench/window.trace
	export NT_TRACE
	rm -f "$NT_TRACE"
	serve --rate 180 "$bench/$1"
	measure sh -c 'exec notion-fetch --workspace --comments none >/dev/null'
	requests=$(traced requests)
	limited=$(traced limited)
	unserve
	windows=$(awk "BEGIN { printf \"%d\", ($requests - 1) / 180 }")
	printf '  %6d requests: %8.1f s, %d full windows before the last: %.3f of them; %d answers of 429\n' \
	    "$requests" "$wall" "$windows" \
	    "$(ratio "$wall" "$(awk "BEGIN { print $windows ? $windows * 60 : 60 }")")" \
	    "$limited"
}

echo '180 requests a minute'
workspace w170.ndjson --pages 150 --blocks-per-page 4 --seed 5
workspace w3600.ndjson --pages 3300 --blocks-per-page 4 --seed 5
under_limit w170.ndjson
under_limit w3600.ndjson

#!/bin/sh
# Minutes that a restore of 10,000 pages takes: those that --dry-run says, and
# those of a run under a window that admits ten times as many requests, so that
# it is over ten times sooner.  Takes eight minutes.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
NT_ROOT=$root
NT_TRACE=$bench/restore.trace
export NT_TRACE
# shellcheck source=tests/restore.sh
. "$root/tests/restore.sh"
cd "$bench" || exit 2
faster=10

workspace put10000.ndjson --pages 10000 --blocks-per-page 12 --seed 7
everything_new put10000.ndjson
target put10000.ndjson
restore --dry-run 2>price
unserve
cat price
planned=$(sed -n 's/.* take \([0-9]*\) requests.*/\1/p' price)

# A window's requests may go at once: the last one takes next to nothing.
for rate in 180 600; do
	target put10000.ndjson --rate $((rate * faster))
	rm -f journal "$NT_TRACE"
	measure sh -c 'notion-apply --parent "$1" --journal journal changes >results' \
	    sh "$parent"
	unserve
	windows=$(((planned - 1) / (rate * faster)))
	printf '  %d a minute: planned %d requests, sent %d; %d full windows before the last are %d s, it took %s: %s\n' \
	    $((rate * faster)) "$planned" "$(traced requests)" "$windows" \
	    $((windows * 60)) "$wall" "$(ratio "$wall" $((windows * 60)))"
	printf '  so at %d a minute: %d minutes by the plan, %d by the run\n' \
	    "$rate" $(((planned - 1) / rate)) \
	    $((($(traced requests) - 1) / rate))
done

#!/bin/sh
# Minutes that a restore of 10,000 pages takes: those that --dry-run says, and
# those of a run under a window of 1,800 requests, which is ten times the small
# plan's and three times the large one's.  Takes seven minutes.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
NT_ROOT=$root
NT_TRACE=$bench/restore.trace
export NT_TRACE
# shellcheck source=tests/restore.sh
. "$root/tests/restore.sh"
cd "$bench" || exit 2
rate=1800

workspace put10000.ndjson --pages 10000 --blocks-per-page 12 --seed 7
everything_new put10000.ndjson
target put10000.ndjson
restore --dry-run 2>price
unserve
planned=$(sed -n 's/.* take \([0-9]*\) requests.*/\1/p' price)

target put10000.ndjson --rate $rate
rm -f journal "$NT_TRACE"
measure sh -c 'notion-apply --parent "$1" --journal journal changes >results' \
    sh "$parent"
unserve
sent=$(traced requests)

# The requests of a window may go at once: the last one takes next to nothing.
windows=$(((planned - 1) / rate))
printf '%s requests planned, %s sent: %s\n' "$planned" "$sent" \
    "$(ratio "$sent" "$planned")"
printf '  %d full windows before the last are %d s, it took %s: %s\n' \
    $windows $((windows * 60)) "$wall" "$(ratio "$wall" $((windows * 60)))"
for plan in 180 600; do
	printf '  at %d a minute: %d minutes by the plan, %d by what was sent\n' \
	    $plan $(((planned - 1) / plan)) $(((sent - 1) / plan))
done

#!/bin/sh
# Start-up: how long a tool takes to say its version, against a program that
# does nothing.  Tools without network should stay within 2 ms of start-up.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
runs=500

spawn_ms() {
	measure sh -c 'i=0; while [ $i -lt '$runs' ]; do "$@" >/dev/null
	    i=$((i + 1)); done' sh "$@"
	awk "BEGIN { printf \"%.2f\", $wall * 1000 / $runs }"
}

echo "start-up, ms a process (a loop of $runs in sh)"
nothing=$(spawn_ms /bin/true)
printf '  %-18s %6s\n' /bin/true "$nothing"
for tool in "$NT_BUILD"/bin/notion-* "$(command -v jq)" "$(command -v node)"
do
	printf '  %-18s %6s   %2d shared objects\n' "${tool##*/}" \
	    "$(spawn_ms "$tool" --version)" "$(ldd "$tool" | wc -l)"
done

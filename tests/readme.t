#!/bin/sh
# the README: its examples run and print what it says, its links lead somewhere
. "${0%/*}/lib.sh"

readme=$NT_ROOT/README.md
sample=$NT_ROOT/examples/workspace.ndjson
serve --assets "$NT_ROOT"/examples/assets "$sample"
notion-fetch --workspace >monday.ndjson || exit 2
ID=$(jq -r 'select(.object == "database").id' "$sample" | head -n 1)
export ID

mkdir examples
perl "$NT_ROOT"/tests/examples.pl "$readme" examples || exit 2
n=1
while [ -f examples/$n.sh ]; do
it "runs: $(head -n 1 examples/$n.sh)" '
	bash -euo pipefail examples/$n.sh >out &&
	if test -f examples/$n.out; then diff examples/$n.out out; fi
'
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

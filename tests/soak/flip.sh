#!/bin/sh
# One bit of every byte of a small archive of each format, flipped, one after
# the other: notion-unpack --verify must notice.  A repository has bytes that
# cannot matter, which are listed.  By hand: make soak.  $1 is the step.
set -eu
LC_ALL=C
export LC_ALL
step=${1:-1}
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$NT_BUILD/bin:$NT_BUILD/tests:$PATH
export PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
generate --pages 2 --blocks-per-page 2 --assets . >small.ndjson
for format in zip tar.zst dir sqlite; do
	notion-pack -f $format --assets . -o small.$format small.ndjson
	echo "$format: $(find small.$format -type f -printf '%s\n' |
	    awk '{ n += $1 } END { print n }') bytes"
	"$root"/tests/tools/flip.py --step "$step" notion-unpack --verify \
	    small.$format || [ $format = sqlite ]
done

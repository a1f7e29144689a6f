#!/bin/sh
# First pack into a zip against zip -r on the same data as one file a page.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

workspace 100mb.ndjson --pages 2300 --blocks-per-page 40 --seed 1
if [ ! -d "$bench/tree" ]; then
	mkdir "$bench/tree.new"
	awk -v dir="$bench/tree.new" '/"object":"page"/ { close(file)
	    file = sprintf("%s/%06d.ndjson", dir, ++n) }
	    file != "" { print >file }' "$bench/100mb.ndjson"
	mv "$bench/tree.new" "$bench/tree"
fi
echo 'pack, first, into a zip'
for round in 1 2 3; do
	rm -f "$bench/p.zip" "$bench/z.zip"
	measure notion-pack -o "$bench/p.zip" "$bench/100mb.ndjson"
	ours=$wall
	measure sh -c 'cd "$1" && exec zip -q -r ../z.zip .' sh "$bench/tree"
	printf '  notion-pack %.2f s, zip -r %.2f s: %s times as fast; %s of its size\n' \
	    "$ours" "$wall" "$(ratio "$wall" "$ours")" \
	    "$(ratio "$(stat -c %s "$bench/p.zip")" "$(stat -c %s "$bench/z.zip")")"
done
rm -f "$bench/p.zip" "$bench/z.zip"

#!/bin/sh
# The way back: notion-unpack into a stream against unzip of one file a page,
# restic restore and zstd | tar, on the same data.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

stream=$bench/p$pages.ndjson
tree=$bench/tree$pages
workspace "p$pages.ndjson" --pages "$pages" --blocks-per-page 40 --seed 1
[ -d "$tree" ] || page_files "$stream" "$tree"
formats=$(known tar.zst sqlite zip dir)
for format in $formats; do
	rm -rf "$bench/whole.$format"
	notion-pack -f "$format" -o "$bench/whole.$format" "$stream"
done
rm -f "$bench/peer.zip"
(cd "$tree" && zip -q -r "$bench/peer.zip" .)
tar -C "$tree" -cf - . | zstd -q -3 -f -o "$bench/peer.tzst"
restic_new "$bench/peer.restic"
restic -q -r "$bench/peer.restic" backup "$tree"

ours() { notion-unpack "$bench/whole.$1" >"$bench/out.ndjson"; }
untar() { zstd -dcq "$bench/peer.tzst" | tar -C "$bench/out.tar.$round" -xf -; }
# What was made is removed at the very end: files are made slowly where others
# were removed a moment ago.
rm -rf "$bench"/out.*
for round in $(seq "$rounds"); do
	for format in $formats; do
		rm -f "$bench/out.ndjson"
		timed "$format" ours "$format"
		cmp "$stream" "$bench/out.ndjson"
	done
	timed unzip unzip -q -d "$bench/out.unzip.$round" "$bench/peer.zip"
	mkdir "$bench/out.tar.$round"
	timed tar untar
	timed restic restic -q -r "$bench/peer.restic" restore latest \
	    --target "$bench/out.restic.$round"
done

echo "unpack $(size_of "$stream") bytes of stream"
row() { printf '  %-34s %8s %9s %9s\n' "$@"; }
row command s 'x unzip' 'x restic'
for name in unzip tar restic $formats; do
	case $name in
	unzip) command='unzip -q, a file a page' ;;
	tar) command='zstd -dc | tar x, a file a page' ;;
	restic) command='restic restore, a file a page' ;;
	*) command="notion-unpack, $name" ;;
	esac
	row "$command" "$(middle "$name")" \
	    "$(ratio "$(middle unzip)" "$(middle "$name")")" \
	    "$(ratio "$(middle restic)" "$(middle "$name")")"
done
rm -rf "$bench"/whole.* "$bench"/peer.* "$bench"/out.*

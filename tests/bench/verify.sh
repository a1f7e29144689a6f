#!/bin/sh
# Looking at every byte of an archive: notion-unpack --verify against restic
# check --read-data and unzip -t, on the same data.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

stream=$bench/p$pages.ndjson
tree=$bench/tree$pages
workspace "p$pages.ndjson" --pages "$pages" --blocks-per-page 40 --seed 1
[ -d "$tree" ] || page_files "$stream" "$tree"
ours() { notion-unpack --verify "$bench/whole.$1" >/dev/null; }
formats=
for format in $(known tar.zst sqlite zip dir); do
	rm -rf "$bench/whole.$format"
	notion-pack -f "$format" -o "$bench/whole.$format" "$stream"
	if ours "$format" 2>"$bench/try.err"; then
		formats="$formats $format"
	else
		echo "$format is left out: $(cat "$bench/try.err")" >&2
	fi
done
rm -f "$bench/peer.zip"
(cd "$tree" && zip -q -r "$bench/peer.zip" .)
restic_new "$bench/peer.restic"
restic -q -r "$bench/peer.restic" backup "$tree"

for _ in $(seq "$rounds"); do
	for format in $formats; do
		timed "$format" ours "$format"
	done
	timed restic restic -q -r "$bench/peer.restic" check --read-data
	timed unzip unzip -qqt "$bench/peer.zip"
done

echo "verify $(size_of "$stream") bytes of stream"
row() { printf '  %-34s %8s %9s %9s\n' "$@"; }
row command s 'x restic' 'x unzip'
for name in restic unzip $formats; do
	case $name in
	restic) command='restic check --read-data' ;;
	unzip) command='unzip -t' ;;
	*) command="notion-unpack --verify, $name" ;;
	esac
	row "$command" "$(middle "$name")" \
	    "$(ratio "$(middle restic)" "$(middle "$name")")" \
	    "$(ratio "$(middle unzip)" "$(middle "$name")")"
done
rm -rf "$bench"/whole.* "$bench"/peer.*

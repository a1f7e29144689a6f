#!/bin/sh
# notion-encrypt against age on 1 GB: from a file to nothing, from a pipe to a
# file, with one processor, and back; and what memory it takes.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

pages=${NT_BENCH_PAGES:-22000}
stream=$bench/p$pages.ndjson
workspace "p$pages.ndjson" --pages "$pages" --blocks-per-page 40 --seed 1
rm -f "$bench/encrypt.key"
notion-encrypt --keygen -o "$bench/encrypt.key" 2>/dev/null
to=$(notion-encrypt --recipient-of "$bench/encrypt.key")

age_file() { age -r "$to" "$stream" >/dev/null; }
our_file() { notion-encrypt -r "$to" "$stream" >/dev/null; }
our_one() { taskset -c 0 notion-encrypt -r "$to" "$stream" >/dev/null; }
# shellcheck disable=SC2002	# the pipe is what is measured
age_pipe() { cat "$stream" | age -r "$to" >"$bench/encrypt.theirs"; }
# shellcheck disable=SC2002
our_pipe() { cat "$stream" | notion-encrypt -r "$to" >"$bench/encrypt.ours"; }
age_back() { age -d -i "$bench/encrypt.key" "$bench/encrypt.ours" >/dev/null; }
our_back() {
	notion-encrypt -d -i "$bench/encrypt.key" "$bench/encrypt.theirs" \
	    >/dev/null
}

age_file
for _ in $(seq "$rounds"); do
	for way in file one pipe back; do
		# to cut a file to nothing is no part of writing it
		[ $way = pipe ] && rm -f "$bench"/encrypt.ours "$bench"/encrypt.theirs
		[ $way = one ] || timed "age.$way" "age_$way"
		timed "our.$way" "our_$way"
	done
done
notion-encrypt -d -i "$bench/encrypt.key" "$bench/encrypt.theirs" |
    cmp - "$stream"
age -d -i "$bench/encrypt.key" "$bench/encrypt.ours" | cmp - "$stream"

echo "encrypt $(size_of "$stream") bytes"
row() { printf '  %-44s %8s %8s %8s\n' "$@"; }
row way 'age s' 'ours s' 'x age'
against() {
	row "$1" "$(middle "age.$2")" "$(middle "our.$3")" \
	    "$(ratio "$(middle "age.$2")" "$(middle "our.$3")")"
}
against 'a file to /dev/null' file file
against 'the same, ours with one processor' file one
against 'a pipe to a file' pipe pipe
against 'decrypt a file to /dev/null' back back
memory() {
	measure "$@" >/dev/null
	ratio "$rss" 1000
}
row 'memory to encrypt, MB' "$(memory age -r "$to" "$stream")" \
    "$(memory notion-encrypt -r "$to" "$stream")" -
row 'memory to decrypt, MB' \
    "$(memory age -d -i "$bench/encrypt.key" "$bench/encrypt.ours")" \
    "$(memory notion-encrypt -d -i "$bench/encrypt.key" \
    "$bench/encrypt.ours")" -
rm -f "$bench"/encrypt.*

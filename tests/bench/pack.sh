#!/bin/sh
# First pack into each format against zip -r and restic on the same data, as
# one file a page and as a stream; how large it is; how long one page takes.
# What we pack holds each page twice, as records and as Markdown, and a list of
# all with their hashes; so zip -r of that folder stands beside it.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

stream=$bench/p$pages.ndjson
tree=$bench/tree$pages
workspace "p$pages.ndjson" --pages "$pages" --blocks-per-page 40 --seed 1
[ -d "$tree" ] || page_files "$stream" "$tree"
formats=$(known tar.zst sqlite zip dir)

[ -d "$bench/folder$pages" ] ||
    notion-pack -f dir -o "$bench/folder$pages" "$stream"
zip_folder() {
	(cd "$bench/folder$pages" && exec zip -q -r "$bench/peer.folder.zip" .)
}
zip_tree() { (cd "$tree" && exec zip -q -r "$bench/peer.zip" .); }
restic_tree() { (cd "$bench" && exec restic -q -r peer.restic backup "$tree"); }
restic_stream() { (cd "$bench" && exec restic -q -r peer.restic backup "$stream"); }

# What was made is removed at the very end: files are made slowly where others
# were removed a moment ago.
rm -rf "$bench"/first.*
for round in $(seq "$rounds"); do
	for format in $formats; do
		timed "$format" notion-pack -f "$format" \
		    -o "$bench/first.$round.$format" "$stream"
	done
	rm -f "$bench/peer.zip" "$bench/peer.folder.zip"
	timed zip.r zip_tree
	timed zip.folder zip_folder
	restic_new "$bench/peer.restic"
	timed restic restic_tree
	tree_size=$(size_of "$bench/peer.restic")
	restic_new "$bench/peer.restic"
	timed restic.stream restic_stream
	stream_size=$(size_of "$bench/peer.restic")
done

zip_size=$(size_of "$bench/peer.zip")
echo "first pack of $(size_of "$stream") bytes, $(wc -l <"$stream") records"
row() { printf '  %-34s %8s %8s %7s %9s %10s %7s %9s %10s\n' "$@"; }
row command s MB 'x zip' 'x restic' 'x r.stream' '/ zip' '/ restic' '/ r.stream'
peer() {
	row "$1" "$(middle "$2")" "$(ratio "$3" 1e6)" \
	    "$(ratio "$(middle zip.r)" "$(middle "$2")")" - - \
	    "$(ratio "$3" "$zip_size")" - -
}
peer 'zip -q -r, a file a page' zip.r "$zip_size"
peer 'zip -q -r, what -f dir makes' zip.folder \
    "$(size_of "$bench/peer.folder.zip")"
peer 'restic backup, a file a page' restic "$tree_size"
peer 'restic backup, the stream' restic.stream "$stream_size"
for format in $formats; do
	seconds=$(middle "$format") size=$(size_of "$bench/first.$round.$format")
	row "notion-pack -f $format" "$seconds" "$(ratio "$size" 1e6)" \
	    "$(ratio "$(middle zip.r)" "$seconds")" \
	    "$(ratio "$(middle restic)" "$seconds")" \
	    "$(ratio "$(middle restic.stream)" "$seconds")" \
	    "$(ratio "$size" "$zip_size")" "$(ratio "$size" "$tree_size")" \
	    "$(ratio "$size" "$stream_size")"
done

# ---- one page ----

# Rows, below which there is next to nothing; three of them where all of the
# archive is read for one.
jq -r 'select(.object == "page" and .parent.type == "data_source_id") | .id' \
    "$stream" | awk 'NR % 13 == 1' | head -n 100 >"$bench/ids"
count=$(wc -l <"$bench/ids")
each() { while read -r id; do "$@" || return; done <"$bench/ids"; }
unzip_page() { unzip -p "$bench/peer.zip" "$id.ndjson" >/dev/null; }
restic_page() {
	restic -q -r "$bench/peer.restic" dump latest "$tree/$id.ndjson" >/dev/null
}
our_page() { notion-unpack --pages "$id" "$bench/first.$round.$format" >/dev/null; }
spawn() { notion-unpack --version >/dev/null; }
can_read() {
	id=$(head -n 1 "$bench/ids")
	our_page 2>"$bench/try.err" && return
	echo "a page of $format is left out: $(cat "$bench/try.err")" >&2
	return 1
}

restic_new "$bench/peer.restic"
restic_tree
for _ in $(seq "$rounds"); do
	timed page.spawn each spawn
	timed page.unzip each unzip_page
	format=sqlite
	can_read && timed "page.$format" each our_page
done
head -n 3 "$bench/ids" >"$bench/ids.few" && mv "$bench/ids.few" "$bench/ids"
timed page.restic each restic_page
for format in $formats; do
	[ "$format" = sqlite ] || { can_read && timed "page.$format" each our_page; }
done
page_ms() { awk "BEGIN { printf \"%.2f\", $(middle "$1") * 1000 / $2 }"; }
echo "one page, ms, the start of the process ($(page_ms page.spawn "$count") ms) included"
for format in $formats; do
	[ -f "$bench/times/page.$format" ] || continue
	[ "$format" = sqlite ] && read_pages=$count || read_pages=3
	printf '  %-34s %8s\n' "notion-unpack --pages ID, $format" \
	    "$(page_ms "page.$format" "$read_pages")"
done
printf '  %-34s %8s\n' 'unzip -p' "$(page_ms page.unzip "$count")" \
    'restic dump' "$(page_ms page.restic 3)"
rm -rf "$bench"/first.* "$bench"/peer.*

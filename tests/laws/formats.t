#!/bin/sh
# unpack(pack(s)) = s in every format: workspaces of chance, edited day after
# day, and what the service was seen to answer; and one format out of another
. "${0%/*}/../lib.sh"

generate=$NT_BUILD/tests/generate
edit=$NT_BUILD/tests/edit
stream=$NT_BUILD/tests/stream
api=$NT_CORPORA/notion-api

formats='ndjson zip tar tar.gz tar.zst dir sqlite'

# An archive of any shape is the same as another.
same() { diff -r "$1" "$2"; }

# passes FORMAT STREAM: it comes back; packed again it is the same archive,
# but for a repository, of which only the content is promised
passes() {
	rm -rf "one.$1" "two.$1"
	notion-pack -f "$1" -o "one.$1" "$2" &&
	notion-unpack "one.$1" >back && cmp "$2" back || return
	[ "$1" = sqlite ] || {
		notion-pack -f "$1" -o "two.$1" back && same "one.$1" "two.$1"
	}
}

for format in $formats; do
it "holds for workspaces of chance, $format" '
	for seed in 1 2 3 4 5 6; do
		"$generate" --seed $seed --pages $((seed * 12)) --blocks-per-page $seed \
		    --odd-titles --comments --files --depth $seed --rows-in-one $((seed * 3)) \
		    --relation $((seed * 9)) --big-page $((seed * 40)) >s &&
		passes "$format" s || { echo "seed $seed"; exit 1; }
	done
'
if [ -d "$api" ]; then
it "holds for all objects that the service was seen to answer, $format" '
	jq -c "select(type == \"object\" and (.object | type == \"string\") and
	    .object != \"list\"), (select(.object == \"list\") |
	    .results[] | select(.object | type == \"string\"))" \
	    "$api/objects.ndjson" >objects && test -s objects &&
	"$stream" <objects >s && passes "$format" s
'
else
skip "holds for all objects that the service was seen to answer, $format" \
    'the corpora are not there'
fi
done

"$generate" --odd-titles --pages 60 --blocks-per-page 6 --rows-in-one 20 >day.0
for day in 1 2 3 4 5 6; do
	"$edit" --seed $day --records 2 --add 3 --remove 3 --move 3 --retitle 3 \
	    <day.$((day - 1)) >day.$day
done
it 'a repository gives every day back' '
	for day in 0 1 2 3 4 5 6; do
		notion-pack -f sqlite -o days.db day.$day || exit 1
	done &&
	for day in 0 1 2 3 4 5 6; do
		notion-unpack --snapshot $((day + 1)) days.db >back &&
		cmp day.$day back || exit 1
	done &&
	notion-unpack days.db | cmp - day.6
'
it 'a folder that is renewed day after day is as if it were new' '
	for day in 0 1 2 3 4 5 6; do
		notion-pack -f dir -o days.dir day.$day && rm -rf new.dir &&
		notion-pack -f dir -o new.dir day.$day && diff -r days.dir new.dir ||
		    exit 1
	done
'

# by FORMAT: packs the stream in way, with the files beside it, and out again
by() {
	notion-pack -f "$1" --assets bytes -o "way.$1" way &&
	rm -rf bytes && mkdir bytes &&
	notion-unpack --assets bytes "way.$1" >way
}
it 'zip, dir, tar.zst, repository, ndjson, zip: the same zip' '
	mkdir bytes && "$generate" --odd-titles --assets bytes --pages 90 --comments >way &&
	notion-pack --assets bytes -o first.zip way &&
	by zip && by dir && by tar.zst && by sqlite &&
	notion-pack -f ndjson -o way.ndjson way && notion-unpack way.ndjson >way &&
	notion-pack --assets bytes -o last.zip way && cmp first.zip last.zip
'
finish

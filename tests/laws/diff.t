#!/bin/sh
# what notion-diff says makes the one snapshot of the other, when notion-apply
# does it, and of what is the same it says nothing, in whatever order it comes
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/laws/odd.sh

stream=$NT_BUILD/tests/stream
generate=$NT_BUILD/tests/generate
edit=$NT_BUILD/tests/edit

records() { sed '1d;$d' "$1"; }
# digest FILE: of its records
digest() { tail -n 1 "$1" | jq -r .digest; }
# a workspace and what it is after a day
pair() {
	"$generate" --seed "$1" --pages 40 --blocks-per-page 8 --comments >a &&
	"$edit" --seed "$1$1" --records 5 --add 4 --remove 4 --move 6 \
	    --retitle 3 <a >b
}
# there FROM TO OPTION...: the changes, made, are the other, byte for byte
there() {
	from=$1 to=$2
	shift 2
	status 1 notion-diff "$@" "$from" "$to" >c &&
	notion-apply --to "$from" -o r c || return 1
}

for seed in $(seeds 4); do
it "seed $seed: a day, there and back" '
	pair $seed && there a b --strict && [ "$(digest r)" = "$(digest b)" ] &&
	there b a --strict && [ "$(digest r)" = "$(digest a)" ]
'
it "seed $seed: but for what changes by itself" '
	pair $seed && there a b && status 0 notion-diff b r >c &&
	tail -n 1 c | jq -e ".counts == {}"
'
it "seed $seed: from nothing, and to nothing" '
	pair $seed && "$stream" </dev/null >none &&
	status 0 notion-diff --from-nothing b >c &&
	notion-apply --to none -o r c && records r | sort >have &&
	records b | sort | cmp - have &&
	there b none && records r | cmp - /dev/null
'
it "seed $seed: no change where there is none, in any order" '
	pair $seed && status 0 notion-diff --strict a a >c &&
	records c | cmp - /dev/null &&
	# kind by kind: siblings of a kind keep their order
	for kind in comment view block page data_source database user \
	    custom_emoji; do
		records a | jq -c "select(.object == \"$kind\")"
	done | "$stream" >shuffled &&
	status 0 notion-diff a shuffled >c && records c | cmp - /dev/null
'
done

# Streams that no service would send: what is in them comes out, though not in
# any order of theirs, for an order that is none cannot be told.
strange() {
	odd "$1" 150 | awk -v day="$2" '
	    NR % 11 == day % 11 { sub(/"n":[0-9]+/, "\"n\":" 100 + day) }
	    NR % 13 != day { print }' | "$stream"
}
for seed in $(seeds 4); do
it "seed $seed: strangers" '
	strange $seed 1 >a && strange $seed 2 >b && there a b --strict &&
	records r | sort >have && records b | sort | cmp - have &&
	status 0 notion-diff --strict a a >c && records c | cmp - /dev/null
'
done
finish

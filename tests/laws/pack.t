#!/bin/sh
# unpack(pack(s)) = s, whatever the stream's order, and pack(unpack(a)) = a
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/laws/odd.sh

stream=$NT_BUILD/tests/stream
sample=$NT_ROOT/examples/workspace.ndjson

# back FILE: the stream comes back, and packed again it is the same archive
back() {
	notion-pack -o one.zip "$1" && notion-unpack one.zip >out &&
	    cmp "$1" out && unzip -tq one.zip >/dev/null &&
	    notion-pack -o two.zip out && cmp one.zip two.zip
}

it 'holds for the sample' 'back "$sample"'
it 'holds for a hundred streams in no order at all' '
	for seed in $(seq 100); do
		odd $seed $((seed * 3)) | "$stream" >s && back s ||
		    { echo "seed $seed"; exit 1; }
	done
'
it 'holds for members that are left and come again many times' '
	for seed in 1 2 3; do
		odd $seed 4000 | "$stream" >s && back s || exit 1
	done
'
it 'holds for the sample in reverse, sorted and shuffled by digits' '
	sed "1d;\$d" "$sample" >records &&
	tac records | "$stream" >s && back s &&
	sort records | "$stream" >s && back s &&
	rev records | paste - records | sort | cut -f 2- | "$stream" >s && back s
'
it 'holds for a partial stream, its end missing or saying no' '
	odd 1 100 | "$stream" --no-end >s &&
	notion-pack --partial -o p.zip s && notion-unpack p.zip | cmp - s &&
	odd 1 100 | "$stream" --incomplete >s &&
	notion-pack --partial -o p.zip s && notion-unpack p.zip | cmp - s
'
it 'holds for a page of one record of 20 MB, and one of 100,000 blocks' '
	{ echo "{\"object\":\"page\",\"id\":\"$(printf %032d 1)\",\"x\":\"$(
	    head -c 20000000 /dev/zero | tr "\0" x)\"}"
	echo "{\"object\":\"page\",\"id\":\"$(printf %032d 2)\"}"
	awk "BEGIN { for (i = 0; i < 100000; i++)
	    printf(\"{\\\"id\\\":%d,\\\"object\\\":\\\"block\\\"}\\n\", i) }"
	} | "$stream" >s && back s
'
it 'holds for 70,000 pages' '
	awk "BEGIN { for (i = 0; i < 70000; i++)
	    printf(\"{\\\"id\\\":\\\"%032x\\\",\\\"object\\\":\\\"page\\\"}\\n\", i) }" |
	    "$stream" >s && back s && unzip -Z1 one.zip | wc -l >n &&
	test "$(cat n)" -eq 140002
'
finish

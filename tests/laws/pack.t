#!/bin/sh
# unpack(pack(s)) = s, whatever the stream's order, and pack(unpack(a)) = a
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
sample=$NT_ROOT/examples/workspace.ndjson

# odd SEED RECORDS: records of every kind in no order at all: ids from a small
# pool so that they repeat, parents that are not there, kinds nobody knows,
# members nobody knows, titles that are no file names, some records large
odd() {
	awk -v seed="$1" -v records="$2" '
	function any(n) { return int(rand() * n) }
	function id(  n) {
		n = any(12)
		if (any(40) == 0)
			return "no id at all"
		return sprintf("%08x-0000-4000-8000-%012x", n * 77777777, n)
	}
	function title() {
		return titles[any(9)] (any(5) == 0 ? any(100) : "")
	}
	function parent() {
		return "\"parent\":{\"" parents[any(5)] "\":\"" id() "\"},"
	}
	function filler(  s, i) {
		if (any(50) != 0)
			return ""
		s = "0123456789abcdefghijklmnopqrstuvwxyz"
		for (i = any(15); i > 0; i--)
			s = s s
		return "\"filler\":\"" s "\","
	}
	BEGIN {
		srand(seed)
		n = split("user page database data_source block comment view " \
		    "custom_emoji asset error loss page_markdown page block " \
		    "block block block block comment asset odd/kind", kinds, " ")
		split("page_id block_id database_id data_source_id workspace",
		    p, " ")
		for (i = 1; i <= 5; i++)
			parents[i - 1] = p[i]
		titles[0] = "Tasks"; titles[1] = "../.."; titles[2] = "CON"
		titles[3] = "a/b\\n"; titles[4] = ""; titles[5] = "\\ud83d"
		titles[6] = "\360\237\221\251\342\200\215\360\237\221\247"
		titles[7] = "tasks"; titles[8] = "x.y. "
		while (records-- > 0)
			printf("{%s%s\"id\":\"%s\",\"object\":\"%s\"," \
			    "\"title\":[{\"plain_text\":\"%s\"}],\"n\":%d}\n",
			    filler(), any(4) ? parent() : "", id(),
			    kinds[1 + any(n)], title(), any(10))
	}'
}

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

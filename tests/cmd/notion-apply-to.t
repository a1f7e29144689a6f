#!/bin/sh
# notion-apply --to: changes made to a snapshot, however it is stored; or none
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
generate=$NT_BUILD/tests/generate
edit=$NT_BUILD/tests/edit
sample=$NT_ROOT/examples/workspace.ndjson

mkdir files
"$generate" --seed 3 --pages 60 --blocks-per-page 5 --comments \
    --files --assets files >a.ndjson || exit 2
"$edit" --seed 4 --records 5 --add 2 --remove 2 --move 2 <a.ndjson >b.ndjson
notion-diff --strict a.ndjson b.ndjson >changes

records() { sed '1d;$d' "$1"; }
# holds FILE: what is in it is b, and is whole
holds() {
	notion-unpack "$1" >now && records now >have && records b.ndjson |
	    cmp - have && tail -n 1 now | jq -e .complete
}

it 'replaces a stream, and says nothing' '
	cp a.ndjson s.ndjson &&
	status 0 notion-apply --to s.ndjson changes >out 2>err &&
	test ! -s out && test ! -s err && holds s.ndjson &&
	head -n 1 s.ndjson | jq -e "has(\"changes\") | not" &&
	head -n 1 s.ndjson | jq -e ".tool | startswith(\"notion-apply \")"
'
it 'writes a stream to standard output, and takes changes from there' '
	status 0 notion-apply --to a.ndjson -o - <changes >out.ndjson &&
	holds out.ndjson
'
for format in zip tar tar.gz tar.zst; do
it "replaces a $format, with the bytes of its assets" '
	notion-pack --assets files -o s.$format a.ndjson &&
	status 0 notion-apply --to s.$format changes >out 2>err &&
	test ! -s err && holds s.$format &&
	rm -rf back && notion-unpack --assets back s.$format >now &&
	notion-unpack --verify s.$format &&
	jq -r "select(.object == \"asset\").sha256" b.ndjson | sort -u >want &&
	test -s want && ls back | cmp - want
'
done
it 'renews a folder' '
	rm -rf s && notion-pack --assets files -o s/ a.ndjson &&
	status 0 notion-apply --to s changes >out 2>err && test ! -s err &&
	holds s && notion-unpack --verify s && test ! -e s/.nt-pack/manifest.json
'
it 'adds a snapshot to a repository' '
	rm -f s.db && notion-pack --assets files -o s.db a.ndjson &&
	status 0 notion-apply --to s.db changes >out 2>err && test ! -s err &&
	holds s.db && notion-unpack --verify s.db &&
	notion-unpack --snapshot 1 s.db >now && records now >have &&
	records a.ndjson | cmp - have &&
	rm -rf back && notion-unpack --assets back s.db >now && test -s now &&
	jq -r "select(.object == \"asset\").sha256" b.ndjson | sort -u >want &&
	ls back | cmp - want
'
it 'writes elsewhere, in the format of the name' '
	notion-pack --assets files -o s.zip a.ndjson && cp s.zip before.zip &&
	for other in t.tar t.db t.ndjson t/ t.zip; do
		rm -rf $other &&
		status 0 notion-apply --to s.zip -o $other changes &&
		holds $other && cmp s.zip before.zip || exit 1
	done && status 0 notion-apply --to s.zip -o nameless changes &&
	unzip -tqq nameless && holds nameless
'
it 'takes the bytes of new assets from a folder' '
	grep -v "\"object\":\"asset\"" a.ndjson | sed "1d;\$d" | "$stream" >bare &&
	notion-diff --strict bare b.ndjson >new; test $? -eq 1 &&
	rm -rf s.zip && notion-pack -o s.zip bare &&
	status 0 notion-apply --to s.zip --assets files new && holds s.zip &&
	rm -rf back && notion-unpack --assets back s.zip >now &&
	test "$(ls back | wc -l)" -gt 0
'

# ---- what is refused ----

it 'refuses what was made from something else, and changes nothing' '
	status 1 notion-apply --to b.ndjson -o t.ndjson changes >out 2>err &&
	grep "^notion-apply: update of .* is refused: it is not what it was" err &&
	grep "^notion-apply: create of .* is refused: .* has one already" err &&
	grep "^notion-apply: delete of .* is refused: .* no such record" err &&
	test ! -s out && cp b.ndjson s.ndjson &&
	status 1 notion-apply --to s.ndjson changes 2>err && cmp s.ndjson b.ndjson
'
it 'takes it with --force, where that can be done' '
	"$edit" --seed 9 --records 30 <a.ndjson >c.ndjson &&
	{ notion-diff --kinds user a.ndjson b.ndjson || :; } >none &&
	jq -c "select(.op == \"trash\" or .op == \"update\")" changes |
	    sed -n 1,3p >few && cp a.ndjson s.ndjson &&
	first=$(jq -r .id few | head -n 1) && kind=$(jq -r .kind few | head -n 1) &&
	records a.ndjson | jq -c "if .id == \"$first\" and .object == \"$kind\"
	    then . + {odd: 1} else . end" | "$stream" >s.ndjson &&
	"$stream" <few >one && status 1 notion-apply --to s.ndjson one 2>err &&
	status 0 notion-apply --force --to s.ndjson one 2>err &&
	grep "\"odd\":1" s.ndjson
'
it 'refuses to put a thing into itself' '
	up=$(jq -r "select(.type == \"toggle\" and .has_children).id" "$sample" |
	    head -n 1) && in=$(jq -r "select(.parent.block_id == \"$up\").id" \
	    "$sample" | head -n 1) &&
	echo "{\"after\":null,\"base\":\"sha256:0\",\"id\":\"$up\",\"kind\":
	    \"block\",\"object\":\"change\",\"op\":\"move\",\"parent\":{
	    \"block_id\":\"$in\",\"type\":\"block_id\"}}" | tr -d "\n" |
	    "$stream" >c && cp "$sample" s.ndjson &&
	status 1 notion-apply --force --to s.ndjson c 2>err &&
	grep "inside itself" err && cmp s.ndjson "$sample"
'
it 'refuses changes that are none, by their line' '
	for bad in "{\"object\":\"change\",\"op\":\"spin\",\"kind\":\"page\"}" \
	    "{\"object\":\"change\",\"op\":\"trash\",\"kind\":\"page\"}" \
	    "{\"object\":\"change\",\"op\":\"create\",\"kind\":\"page\",\"value\":1}"
	do
		echo "$bad" | "$stream" >c &&
		status 2 notion-apply --to s.ndjson c 2>err &&
		grep "^notion-apply: c: line 2: " err &&
		test "$(wc -l <err)" -eq 1 || exit 1
	done && cmp s.ndjson "$sample"
'
it 'refuses a change stream that was cut off' '
	sed \$d changes >cut && cp a.ndjson s.ndjson &&
	status 2 notion-apply --to s.ndjson cut 2>err && cmp s.ndjson a.ndjson &&
	status 0 notion-apply --partial --to s.ndjson cut &&
	tail -n 1 s.ndjson | jq -e ".complete == false"
'
it 'calls a full disk trouble, and leaves what was there' '
	status 2 notion-apply --to a.ndjson -o - changes >/dev/full 2>err &&
	grep "No space" err
'
it 'is particular about its options' '
	status 2 notion-apply -o x changes 2>err && grep "without --to" err &&
	status 2 notion-apply --to gone changes 2>err && grep "gone" err
'
finish

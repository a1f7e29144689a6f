#!/bin/sh
# notion-diff --made: what a restore in place made anew is not made once more
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
id() { printf '%08d-0000-4000-8000-000000000000' "$1"; }
page() {
	echo "{\"id\":\"$(id "$1")\",\"object\":\"page\",\"parent\":" \
	    "{\"type\":\"workspace\",\"workspace\":true}}"
}
# block N PARENT TEXT: in the page, or in the block if PARENT is over 100
block() {
	kind=page_id
	[ "$2" -lt 100 ] || kind=block_id
	echo "{\"id\":\"$(id "$1")\",\"object\":\"block\"," \
	    "\"parent\":{\"$kind\":\"$(id "$2")\",\"type\":\"$kind\"}," \
	    "\"paragraph\":{\"rich_text\":[{\"annotations\":{},\"text\":{" \
	    "\"content\":\"$3\"},\"type\":\"text\"}]},\"type\":\"paragraph\"}"
}
# outcome OLD NEW...: a line of a journal
outcome() {
	printf '{"object":"outcome","status":"done","step":1,"map":{'
	while [ $# -gt 0 ]; do
		printf '"%s":"%s"' "$(id "$1")" "$(id "$2")"
		shift 2
		[ $# -eq 0 ] || printf ,
	done
	printf '}}\n'
}
# ops: what the changes are, and to what
ops() { jq -r 'select(.object == "change") | .op + " " + .id[:8]' c; }

{ page 1; block 102 1 one; block 103 1 two; block 104 103 in; } |
    "$stream" >backup
{ page 1; block 102 1 one; block 203 1 two; block 204 203 in; } |
    "$stream" >now
outcome 103 203 >journal
it 'takes what was made anew for what it was made from' '
	status 1 notion-diff now backup >c && test "$(ops | wc -l)" -eq 4 &&
	status 0 notion-diff --made journal now backup >c &&
	test "$(ops | wc -l)" -eq 0 && test "$(grep -c loss c)" -eq 0
'
it 'tells what differs in it, under the ids that are there' '
	sed "s/\"two\"/\"other\"/" now | sed "1d;\$d" | "$stream" >edited &&
	status 1 notion-diff --made journal edited backup >c &&
	test "$(ops)" = "update 00000203"
'
it 'what came since is not taken for anything' '
	{ page 1; block 102 1 one; block 302 1 new; block 203 1 two
	    block 204 203 in; } | "$stream" >more &&
	{ page 1; block 101 1 zero; block 102 1 one; block 103 1 two
	    block 104 103 in; } | "$stream" >wanted &&
	status 1 notion-diff --made journal more wanted >c && ops >said &&
	printf "%s\n" "create 00000101" "delete 00000302" | diff - said
'
it 'what was made anew and is not there is wanted under that id' '
	{ page 1; block 102 1 one; } | "$stream" >less &&
	status 1 notion-diff --made journal less backup >c && ops >said &&
	printf "%s\n" "create 00000203" "create 00000104" | diff - said
'
for order in "103 303 203 303" "203 303 103 303"; do
	it "what was made anew twice is known by whichever id: $order" '
		{ page 1; block 102 1 one; block 303 1 two; block 304 303 in; } |
		    "$stream" >twice &&
		{ page 1; block 102 1 one; block 203 1 two; block 204 203 in; } |
		    "$stream" >later && set -- $order &&
		{ outcome $1 $2; outcome $3 $4; } >chain &&
		for old in backup later; do
			status 0 notion-diff --made chain twice $old >c &&
			status 0 notion-diff --map chain $old twice >c ||
			exit 1
		done
	'
done
it 'is particular about options' '
	status 2 notion-diff --made journal --map journal now backup 2>err &&
	status 2 notion-diff --made journal --from-nothing backup 2>err &&
	status 2 notion-diff --made gone now backup >c 2>err &&
	test "$(wc -l <err)" -eq 1
'
finish

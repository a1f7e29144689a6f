#!/bin/sh
# notion-diff: each operation, what counts, the forms of its answer, its faults
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
sample=$NT_ROOT/examples/workspace.ndjson

id() { printf '%08d-0000-4000-8000-000000000000' "$1"; }
# page N PARENT MEMBERS: PARENT is a number or workspace
page() {
	case $2 in
	workspace) parent='{"type":"workspace","workspace":true}' ;;
	*) parent="{\"page_id\":\"$(id "$2")\",\"type\":\"page_id\"}" ;;
	esac
	echo "{\"id\":\"$(id "$1")\",\"object\":\"page\",\"parent\":$parent${3-}}"
}
# block N PARENT MEMBERS
block() {
	echo "{\"id\":\"$(id "$1")\",\"object\":\"block\"," \
	    "\"parent\":{\"page_id\":\"$(id "$2")\",\"type\":\"page_id\"}${3-}}"
}
text() { echo ",\"paragraph\":{\"rich_text\":[{\"plain_text\":\"$1\"}]},\"type\":\"paragraph\""; }
# a page with four blocks
four() {
	page 1 workspace
	for n in "$@"; do block "$n" 1; done
}
# said: the changes in c, short
said() {
	jq -r 'select(.object == "change") | [.op, .kind, (.id // "" | .[7:8]),
	    if .after then .after[7:8] else "-" end] | join(" ")' c
}
says() { said >have && printf '%s\n' "$@" | diff - have; }

it 'says nothing of what is the same, and is a stream even so' '
	status 0 notion-diff "$sample" "$sample" >c 2>err && test ! -s err &&
	"$stream" check <c | grep -x complete && test $(wc -l <c) -eq 2 &&
	head -n 1 c | jq -e ".changes.from == .changes.to and
	    .changes.to == \"$(tail -n 1 "$sample" | jq -r .digest)\" and
	    (.tool | startswith(\"notion-diff \"))"
'
it 'tells what is new, and behind what' '
	four 2 4 | "$stream" >a && four 2 3 4 | "$stream" >b &&
	status 1 notion-diff a b >c && says "create block 3 2" &&
	jq -c "select(.object == \"change\").value" c >value &&
	sed -n 4p b | cmp - value
'
it 'tells what is gone, parents first' '
	{ four 2; page 5 1; block 6 5; } | "$stream" >a &&
	four 2 | "$stream" >b && status 1 notion-diff a b >c &&
	says "delete page 5 -" "delete block 6 -"
'
it 'tells only what moved among its siblings' '
	four 2 3 4 5 | "$stream" >a && four 5 2 3 4 | "$stream" >b &&
	status 1 notion-diff a b >c && says "move block 5 -" &&
	status 1 notion-diff b a >c && says "move block 5 4" &&
	four 3 2 5 4 | "$stream" >b && status 1 notion-diff a b >c &&
	test "$(said | wc -l)" -eq 2
'
it 'a page and its block that move are one move' '
	child=",\"child_page\":{\"title\":\"x\"},\"type\":\"child_page\"" &&
	{ page 1 workspace; block 2 1; block 3 1 "$child"; page 3 1
	    block 4 3; page 5 workspace; block 6 5; } | "$stream" >a &&
	{ page 1 workspace; block 2 1; page 5 workspace; block 6 5
	    block 3 5 "$child"; page 3 5; block 4 3; } | "$stream" >b &&
	status 1 notion-diff a b >c && says "move page 3 6" &&
	notion-apply --to a -o r c && tail -n +2 b | sed \$d >want &&
	sed "1d;\$d" r | cmp - want
'
it 'what is below what moved is not told' '
	{ page 1 workspace; page 2 workspace; page 3 1; block 4 3; } |
	    "$stream" >a &&
	{ page 1 workspace; page 2 workspace; page 3 2; block 4 3; } |
	    "$stream" >b &&
	status 1 notion-diff a b >c && says "move page 3 -"
'
it 'a text that was edited is all that is told of it' '
	{ page 1 workspace; block 2 1 "$(text one)"; } | "$stream" >a &&
	{ page 1 workspace; block 2 1 "$(text two)"; } | "$stream" >b &&
	status 1 notion-diff a b >c && says "update block 2 -" &&
	sed -n 2p c | jq -c .patch | grep -Fx \
	    "[{\"op\":\"replace\",\"path\":\"/paragraph/rich_text/0/plain_text\",\"value\":\"two\"}]"
'
it 'the trash is an operation of its own, either way' '
	page 1 workspace ",\"archived\":false,\"in_trash\":false" |
	    "$stream" >a &&
	page 1 workspace ",\"archived\":true,\"in_trash\":true" |
	    "$stream" >b &&
	status 1 notion-diff a b >c && says "trash page 1 -" &&
	status 1 notion-diff b a >c && says "untrash page 1 -" &&
	notion-apply --to b -o r c && status 0 notion-diff --strict a r >c
'
it 'records without a name come and go' '
	{ four 2; echo "{\"object\":\"loss\",\"n\":1}"; } | "$stream" >a &&
	{ four 2; echo "{\"object\":\"loss\",\"n\":2}"; } | "$stream" >b &&
	status 1 notion-diff a b >c && says "create loss  -" "delete loss  -" &&
	sed -n 2p c | jq -e ".behind.id == \"$(id 2)\" and
	    .behind.object == \"block\"" &&
	notion-apply --to a -o r c && status 0 notion-diff --strict b r >c
'
it 'assets are known by their owner and where they are in it' '
	asset() {
		echo "{\"object\":\"asset\",\"owner\":{\"id\":\"$(id 1)\"," \
		    "\"object\":\"page\",\"pointer\":\"$1\"},\"sha256\":\"$2\"}"
	}
	{ page 1 workspace; asset /icon aa; asset /cover bb; } |
	    "$stream" >a &&
	{ page 1 workspace; asset /icon aa; asset /cover cc; } |
	    "$stream" >b &&
	status 1 notion-diff a b >c && says "update asset 1 -" &&
	sed -n 2p c | jq -e ".owner == \"page\" and .pointer == \"/cover\"" &&
	notion-apply --to a -o r c && status 0 notion-diff --strict b r >c
'

# ---- what counts ----

it 'passes over what changes by itself, unless it is strict' '
	page 1 workspace ",\"last_edited_time\":\"1\",\"icon\":{\"file\":{
	    \"expiry_time\":\"1\",\"url\":\"u?1\"},\"type\":\"file\"}" |
	    tr -d "\n" | "$stream" >a &&
	page 1 workspace ",\"last_edited_time\":\"2\",\"icon\":{\"file\":{
	    \"expiry_time\":\"2\",\"url\":\"u?2\"},\"type\":\"file\"}" |
	    tr -d "\n" | "$stream" >b &&
	status 0 notion-diff a b >c && status 1 notion-diff --strict a b >c &&
	says "update page 1 -"
'
it 'ignores what it is told to' '
	page 1 workspace ",\"icon\":1,\"n\":1" | "$stream" >a &&
	page 1 workspace ",\"icon\":2,\"n\":1" | "$stream" >b &&
	page 1 workspace ",\"n\":2" | "$stream" >d &&
	status 1 notion-diff a b >c && status 0 notion-diff --ignore /icon a b &&
	status 0 notion-diff --ignore /n --ignore /icon a d >c &&
	status 1 notion-diff --ignore /icon a d >c &&
	sed -n 2p c | jq -c "[.patch[].path]" | grep -Fx "[\"/n\"]" &&
	{ page 1 workspace; page 2 workspace; page 3 1; } | "$stream" >a &&
	{ page 1 workspace; page 2 workspace; page 3 2; } | "$stream" >b &&
	status 0 notion-diff --ignore /parent a b >c
'
it 'tells of the kinds that are asked for' '
	four 2 | "$stream" >a && { four 3; page 4 1; } | "$stream" >b &&
	status 1 notion-diff --kinds page a b >c && says "create page 4 -" &&
	status 0 notion-diff --kinds user,comment a b >c &&
	status 1 notion-diff --kinds page,block a b >c &&
	test "$(said | wc -l)" -eq 3
'
it 'takes nothing for the first' '
	status 0 notion-diff --from-nothing "$sample" >c &&
	jq -r "select(.object == \"change\").op" c | uniq >ops &&
	echo create | cmp - ops && head -n 1 c | jq -e ".changes.from == null" &&
	status 0 notion-diff --from-nothing <"$sample" >d &&
	test "$(sed \$d c)" = "$(sed \$d d)"
'
it 'reads whatever holds a snapshot' '
	notion-pack -o z.zip "$sample" && notion-pack -o r.db "$sample" &&
	notion-pack -o f/ "$sample" && notion-pack -o t.tar.gz "$sample" &&
	for other in z.zip r.db f t.tar.gz; do
		status 0 notion-diff --strict "$sample" $other >c &&
		status 0 notion-diff --strict $other "$sample" >c || exit 1
	done && status 0 notion-diff --strict - z.zip <"$sample" >c &&
	bash -c "notion-diff <(cat \"$sample\") <(cat z.zip)" >c
'
it 'reads lines that are not canonical' '
	sed "s/,\"/ , \"/" "$sample" >loose &&
	! cmp -s loose "$sample" &&
	status 0 notion-diff --strict loose "$sample" >c 2>err && test ! -s err
'

# ---- for people ----

it 'counts' '
	four 2 3 4 | "$stream" >a && { four 3 2; page 5 1; } | "$stream" >b &&
	status 1 notion-diff --stat a b >out &&
	printf "%10d  %-12s %s\n" 1 page "create 1" 2 block \
	    "move 1, delete 1" | diff - out
'
it 'shows, without colours where there is no terminal' '
	{ page 1 workspace; block 2 1 "$(text one)"; } | "$stream" >a &&
	{ page 1 workspace; block 2 1 "$(text "t\\u001bw")"; } | "$stream" >b &&
	status 1 notion-diff --text a b >out &&
	printf "%s\n" "~ block paragraph “t?w”  $(id 2)" \
	    "    /paragraph/rich_text/0/plain_text" "      - one" \
	    "      + t?w" | diff - out
'
if command -v script >/dev/null; then
it 'has colours on a terminal, unless NO_COLOR says otherwise' '
	TERM=xterm script -qec "notion-diff --text a b" /dev/null >out
	grep "$(printf "\033\\[33m")" out &&
	NO_COLOR=1 script -qec "notion-diff --text a b" /dev/null >out
	! grep "$(printf "\033\\[")" out
'
fi

# ---- how it fails ----

it 'refuses a stream that was cut off, and takes it when told' '
	sed \$d "$sample" >cut && status 2 notion-diff cut "$sample" >c 2>err &&
	test "$(wc -l <err)" -eq 1 && grep "^notion-diff: cut: line .*cut off" err &&
	test ! -s c && status 0 notion-diff --partial cut "$sample" >c &&
	tail -n 1 c | jq -e ".complete == false" &&
	head -n 5 "$sample" >cut && status 1 notion-diff --partial "$sample" cut >c
'
it 'refuses a stream that is not what its end says' '
	sed "2s/\"name\":\"[^\"]/&x/" "$sample" >bad && ! cmp -s bad "$sample" &&
	status 2 notion-diff "$sample" bad >c 2>err && test ! -s c &&
	grep "^notion-diff: bad: line .*digest" err
'
it 'names a line that is none' '
	{ four 2 && echo "{\"object\":\"block\"," ; } >lines &&
	{ head -n 1 "$sample"; cat lines; tail -n 1 "$sample"; } >bad &&
	status 2 notion-diff "$sample" bad 2>err &&
	grep "^notion-diff: bad: line 4: " err
'
it 'calls a full disk trouble' '
	status 2 notion-diff --from-nothing "$sample" >/dev/full 2>err &&
	grep "No space" err
'
it 'is particular about its arguments' '
	for args in "" "a" "a b c" "- -" "--from-nothing a b" "--kinds pages a b" \
	    "--ignore icon a b" "--stat --text a b" "--progress x a b"; do
		# shellcheck disable=SC2086
		status 2 notion-diff $args 2>err >out && test ! -s out &&
		grep "^notion-diff: " err || exit 1
	done
'
finish

#!/bin/sh
# notion-fetch: what it reads, in which order, and how it ends
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-fetch.sh

it 'asks for something to read' '
	status 2 notion-fetch 2>err >out && test ! -s out &&
	grep "^notion-fetch: nothing to read is named" err
'
it 'checks all options before it asks for anything' '
	for options in "--page xyz" "-w --comments some" "-w --recheck 5" "-w --quick" \
	    "-w --recheck 200 --base x" "-w --max-asset 5" "-w --external" \
	    "--accept-search-limit --page 0123456789abcdef0123456789abcdef" \
	    "--trash --page 0123456789abcdef0123456789abcdef" "-w more" \
	    "-w --max-asset 3Q --assets x" "-w --deadline 1y" \
	    "-w --progress loud"; do
		NOTION_API_TOKEN=any NOTION_API_BASE_URL=http://127.0.0.1:1 \
		    status 2 notion-fetch $options >out 2>err &&
		test ! -s out && test $(wc -l <err) -eq 1 && ! test -e x ||
		    { echo "$options"; exit 1; }
	done
'
it 'says that a token is missing' '
	status 2 notion-fetch -w >out 2>err && test ! -s out &&
	test $(wc -l <err) -eq 1 && grep NOTION_API_TOKEN err
'
it 'names the reference that it cannot follow' '
	printf "%s\n" "{\"object\":\"page\",\"id\":\"x\"}" >refs &&
	NOTION_API_TOKEN=any status 2 notion-fetch --from refs >out 2>err &&
	grep "refs: line 1: \"id\" is \"x\"" err && test ! -s out
'

serve "$sample"
it 'reads a workspace as it is, and says that this is all' '
	status 0 notion-fetch --workspace --comments blocks >out 2>err &&
	test ! -s err && core out >got && core "$sample" |
	    jq -c "select(.object != \"asset\")" >want.raw &&
	jq -c . got | cmp want.raw - && ends out ".complete and .errors == 0"
'
it 'writes canonical lines that a strict reader takes' '
	notion-pack out -o out.zip
'
it 'says where it came from, and what was asked for' '
	head -n 1 out | jq -e ".object == \"snapshot\" and .format == 1 and
	    .source.workspace_name == \"Elm Street Garden\" and
	    .source.base_url == \"$NOTION_API_BASE_URL\" and
	    .scope.workspace and (.tool | startswith(\"notion-fetch \"))"
'
it 'counts the blocks that the API does not show' '
	n=$(grep -c "\"type\":\"unsupported\"" out) && test $n -gt 0 &&
	ends out ".unsupported == $n"
'
it 'reads the same bytes again' '
	notion-fetch --workspace --comments blocks >again &&
	core again | cmp - got
'
it 'leaves comments on blocks, or all of them, alone' '
	notion-fetch -w >pages && notion-fetch -w --comments none >none &&
	jq -c "select(.object == \"comment\" and .parent.block_id)" pages >some &&
	test ! -s some && grep -q "\"object\":\"comment\"" pages &&
	! grep "\"object\":\"comment\"" none &&
	grep -v "\"object\":\"comment\"" got >want && core none | cmp - want
'
it 'sends no more requests than the least there can be' '
	rm -f trace && notion-fetch -w >out &&
	least=$("$NT_BUILD"/tests/least "$sample" | jq .least) &&
	sent=$(traced requests) && echo "$sent of $least" &&
	test "$sent" -le "$least"
'

names() { jq -r '"\(.object) \(.id)"' "$1"; }
has() { names "$2" | grep -qx "$1"; }
# part KIND ID FILE: the records of FILE are those of got from that one on
part() {
	line=$(names got | grep -nx "$1 $2" | cut -d: -f1) &&
	core "$3" | jq -c 'select(.object != "user" and
	    .object != "custom_emoji")' >have && n=$(wc -l <have) &&
	test "$n" -gt 1 &&
	sed -n "$line,$((line + n - 1))p" got | jq -c . | cmp - have
}
notion-fetch -w --comments blocks >whole && core whole >got
holder=$(jq -rs '[.[] | select(.type == "child_page").parent.page_id][0]' got)
source=$(jq -rs '[.[] | select(.object == "page").parent.data_source_id | values][0]' got)
database=$(jq -r "select(.id == \"$source\").parent.database_id" got)

it 'reads a page and all below it' '
	status 0 notion-fetch --page $holder -c blocks >out && part page $holder out
'
it 'reads a database with its views, sources and rows' '
	status 0 notion-fetch --database $database -c blocks >out &&
	part database $database out
'
it 'reads a data source with its views and rows' '
	status 0 notion-fetch --data-source $source -c blocks >out &&
	part data_source $source out
'
it 'takes ids in any form' '
	plain=$(echo $holder | tr -d -) && notion-fetch -p $holder >a &&
	notion-fetch -p $plain >b && core a >a1 && core b | cmp a1 - &&
	notion-fetch -p "https://www.notion.so/team/Some-page-$plain?pvs=4" >b &&
	core b | cmp a1 -
'
it 'reads each thing once, where it was named' '
	child=$(jq -r "select(.type == \"child_page\" and .parent.page_id == \"$holder\").id" got | head -n 1) &&
	status 0 notion-fetch -p $child -p $holder -p $child >out &&
	test "$(names out | grep -cx "page $child")" -eq 1 &&
	test "$(jq -r "select(.object == \"page\").id" out | head -n 1)" = $child
'
it 'reads what records refer to, and passes over the rest' '
	jq -c "select(.object == \"page\" or .object == \"user\") |
	    {object, id}" got >refs &&
	status 0 notion-fetch --from refs >out &&
	jq -r "select(.object == \"page\").id" refs >want &&
	jq -r "select(.object == \"page\").id" out | cmp want - &&
	status 0 notion-fetch -f - <refs >again && core out >a &&
	core again | cmp a -
'
it 'reads nothing twice, though a stream names a page and its blocks' '
	status 0 notion-fetch --from whole >out 2>err && test ! -s err &&
	names out | sort | uniq -d >twice && test ! -s twice &&
	names whole | grep -v "^comment" | sort >a &&
	names out | grep -v "^comment" | sort | cmp a -
'
it 'reads with a workspace only what it does not hold' '
	status 0 notion-fetch -w -p $holder -d $database -c blocks >out &&
	core out | cmp - got
'
it 'reads a block and what is in it' '
	block=$(jq -rs "[.[] | select(.type == \"column_list\").id][0]" got) &&
	printf "{\"object\":\"block\",\"id\":\"%s\"}" $block |
	    status 0 notion-fetch -f - -c blocks >out && part block $block out
'
it 'reads what is not there as an error, and goes on' '
	gone=00000000-0000-4000-8000-000000000001 &&
	status 2 notion-fetch -p $gone -p $holder >out 2>err &&
	grep "1 objects or lists could not be read" err &&
	grep "\"object\":\"error\"" out | jq -e ".id == \"$gone\" and
	    .kind == \"page\" and .code == \"object_not_found\" and
	    .status == 404" &&
	has "page $holder" out &&
	ends out "(.complete | not) and .errors == 1" &&
	status 2 notion-pack -o x.zip out && ! test -e x.zip
'
it 'reads in a second run what the first could not' '
	jq -c "select(.object == \"error\") | .id = \"$holder\"" out |
	    status 0 notion-fetch --from - >again && has "page $holder" again
'
it 'prices a run without reading it' '
	rm -f trace && status 0 notion-fetch -w --dry-run >out 2>err &&
	test ! -s err && pages=$(grep -c "\"object\":\"page\"" got) &&
	grep "^pages *$pages$" out && grep "minutes at 180" out &&
	listing=$(traced requests) && grep "took *$listing requests" out &&
	test $listing -lt 40
'
it 'keeps what differs in each answer when told so' '
	status 0 notion-fetch -p $holder --raw >out && grep -q request_id out &&
	notion-fetch -p $holder >out && ! grep request_id out
'
it 'shows progress and a summary when told so' '
	status 0 notion-fetch -p $holder --progress always >out 2>err &&
	grep "pages (0 from the base), .* requests" err
'
it 'calls a full disk trouble' '
	status 2 notion-fetch -w >/dev/full 2>err &&
	{ grep "No space" err || { cat err; exit 1; }; } &&
	test "$(wc -l <err)" -eq 1
'
it 'leaves quietly when its reader does' '
	{ notion-fetch -w 2>err; echo $? >code; } | head -n 1 >out &&
	test "$(wc -l <out)" -eq 1 && ! grep -v "Broken pipe" err
'
it 'gives up when its time is over, for later' '
	status 75 notion-fetch -w --deadline 1ms >out 2>err &&
	test "$(wc -l <err)" -eq 1 && { test ! -s out ||
	    ends out "(.complete | not)"; }
'
it 'says it once when nobody answers, and writes nothing' '
	NOTION_API_BASE_URL=http://127.0.0.1:1 NT_TRACE=silent status 75 \
	    notion-fetch -w >out 2>err &&
	test ! -s out && test "$(wc -l <err)" -eq 1 &&
	grep "^notion-fetch: cannot reach http://127.0.0.1:1: " err &&
	test "$(jq .try silent | sort -n | tail -n 1)" -eq 4
'

# edit ID JSON: a change through the API
edit() {
	curl -s -f -o /dev/null -X PATCH -H 'Authorization: Bearer any' \
	    -H 'Notion-Version: 2026-03-11' -H 'Content-Type: application/json' \
	    -d "$2" "$NOTION_API_BASE_URL/v1/pages/$1"
}
row=$(jq -rs '[.[] | select(.object == "page" and
    .parent.type == "data_source_id").id][2]' got)
kid=$(jq -rs '[.[] | select(.type == "child_page").id][0]' got)
root=$(jq -rs '[.[] | select(.object == "page" and
    .parent.type == "workspace").id][-1]' got)
it 'reads archived rows among the others' '
	edit $row "{\"is_archived\":true}" && status 0 notion-fetch -w >out &&
	jq -e -s "any(.id == \"$row\" and .is_archived)" out &&
	notion-fetch -w -c none >out && names got | grep -v "^comment" >a &&
	core out >b && names b | cmp a -
'
it 'reads what is in the trash when told so' '
	for id in $row $kid $root; do
		edit $id "{\"in_trash\":true}" || exit 1
	done &&
	status 0 notion-fetch -w >out && status 0 notion-fetch -w --trash >all &&
	for id in $row $kid $root; do
		! has "page $id" out && has "page $id" all || exit 1
	done &&
	names got | grep "^page" | sort >a && names all | grep "^page" | sort |
	    cmp a -
'
none=00000000-0000-4000-8000-0000000000cc
it 'takes it that what is named is gone, when told so' '
	page=$(jq -r "select(.object == \"page\").id" out | head -n 1) &&
	set -- --page $none --page "$page" --page $root --database $none &&
	status 2 notion-fetch "$@" >some && ends some "(.complete | not)" &&
	status 0 notion-fetch --accept-gone "$@" >some &&
	has "page $page" some && ! has "page $root" some &&
	jq -r "select(.object == \"loss\") | .kind + \" \" + .id + .reason" \
	    some >said && printf "%s\n" \
	    "page ${none}it is not there, or not shared" \
	    "page ${root}it is in the trash" | diff - said
'
finish

#!/bin/sh
# notion-unpack --pages, --databases, --kinds: a part, and that it says so
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
sample=$NT_ROOT/examples/workspace.ndjson
notion-pack -o a.zip "$sample" || exit 2
# id OF: the id of the page or database of that title
id() {
	jq -r --arg t "$1" 'select(.object == "page" or .object == "database") |
	    select(([(.title? // [.properties[] | select(.type == "title") |
	    .title[]])[].plain_text] | join("")) == $t) | .id' "$sample" |
	    head -n 1
}
tasks=$(id Tasks)
compost=$(id "Soil and compost")
books=$(id "Garden book")

it 'writes a database with its sources, views, rows and their blocks' '
	status 0 notion-unpack --databases $tasks a.zip >out 2>err &&
	test ! -s err && "$stream" check <out &&
	jq -r .object out | sort | uniq -c | awk "{ print \$1, \$2 }" >have &&
	grep -x "1 database" have && grep -x "1 data_source" have &&
	grep " page\$" have && grep -x "3 user" have &&
	jq -r "select(.object == \"page\").parent.database_id" out | sort -u |
	    grep -x $tasks
'
it 'writes a page with the pages below it, in the order of the stream' '
	status 0 notion-unpack --pages $compost a.zip >out &&
	"$stream" check <out && sed "1d;\$d" out >part &&
	sed "1d;\$d" "$sample" | grep -Fxf part | cmp - part &&
	grep -c "\"object\":\"page\"" part >n && test "$(cat n)" -gt 1 &&
	jq -r "select(.object == \"page\").id" part | head -n 1 |
	    grep -x $compost
'
it 'takes several, undashed and as URLs, and both kinds of them' '
	plain=$(echo $compost | tr -d -) &&
	status 0 notion-unpack --pages "https://www.notion.so/S-$plain" \
	    --databases $tasks,$books a.zip >out && "$stream" check <out &&
	jq -r "select(.object == \"database\").id" out | sort >have &&
	printf "%s\n" $tasks $books | sort | comm -23 - have >lost &&
	test ! -s lost && grep -q "\"id\":\"$compost\"" out
'
it 'says in both control records that it is a part, and of what' '
	notion-unpack --pages $compost a.zip >out && head -n 1 out |
	    jq -e --arg id $compost ".scope.workspace == false and
	    .scope.roots == [{id: \$id, object: \"page\"}] and
	    .part.pages == [\$id] and .part.kinds == []" &&
	tail -n 1 out | jq -e --arg id $compost ".part.pages == [\$id] and
	    .complete"
'
it 'is complete enough to be packed, served and unpacked' '
	notion-unpack --pages $compost a.zip >out &&
	status 0 notion-pack -o part.tar.zst out &&
	notion-unpack part.tar.zst | cmp - out
'
it 'writes some kinds only, and is then not complete' '
	status 0 notion-unpack --kinds user,page a.zip >out &&
	"$stream" check <out; sed "1d;\$d" out | jq -r .object | sort -u >have &&
	printf "page\nuser\n" | cmp - have &&
	tail -n 1 out | jq -e "(.complete | not) and .counts.page == 33" &&
	status 2 notion-pack -o no.zip out && test ! -e no.zip &&
	status 0 notion-unpack --pages $compost --kinds block a.zip |
	    sed "1d;\$d" | jq -r .object | sort -u | grep -x block
'
it 'gives the same of every format' '
	notion-unpack --databases $tasks a.zip | sed "\$d" >want &&
	for f in dir tar tar.gz tar.zst sqlite ndjson; do
		notion-pack -f $f -o a.$f "$sample" &&
		notion-unpack --databases $tasks a.$f | sed "\$d" |
		    cmp - want || { echo $f; exit 1; }
	done
'
# parts STREAM: each page and database of it is the same from a repository
parts() {
	rm -f p.sqlite && notion-pack -f sqlite -o p.sqlite "$1" &&
	jq -r 'select(.object == "page") | "--pages " + .id' "$1" >which &&
	jq -r 'select(.object == "database" or .object == "data_source") |
	    "--databases " + .id' "$1" >>which &&
	while read -r option thing; do
		notion-unpack "$option" "$thing" "$1" >one </dev/null &&
		notion-unpack "$option" "$thing" p.sqlite >two </dev/null &&
		sed "\$d" one >want &&
		if ! sed "\$d" two | cmp - want; then
			echo "$option $thing"
			return 1
		fi
	done <which
}
it 'gives each page and database of the sample, also from a repository' '
	parts "$sample"
'
it 'and those of a workspace of chance' '
	"$NT_BUILD"/tests/generate --pages 40 --blocks-per-page 4 --depth 3 \
	    --rows-in-one 12 --comments --seed 4 >w && parts w
'
it 'names what is not there, and writes no end' '
	status 2 notion-unpack --pages $tasks a.zip >out 2>err &&
	grep "^notion-unpack: a.zip: there is no page $tasks\$" err &&
	test "$(wc -l <err)" -eq 1 && ! grep "\"object\":\"end\"" out
'
it 'refuses what is no id, no kind, and -l beside' '
	status 2 notion-unpack --pages 12 a.zip 2>err && grep "^[^ ]* --pages: " err &&
	status 2 notion-unpack --kinds pages a.zip 2>err &&
	grep "\"pages\" is no kind" err &&
	status 2 notion-unpack --kinds end a.zip &&
	status 2 notion-unpack --pages "" a.zip &&
	status 2 notion-unpack --pages $compost,, a.zip &&
	status 2 notion-unpack -l --kinds page a.zip >out && test ! -s out
'
finish

#!/bin/sh
# notion-fetch --base: the stream of a full read with few requests
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-fetch.sh

some() {
	"$generate" --pages 400 --blocks-per-page 6 --comments \
	    --relation 60 "$@"
}
some >old
some --edit-pages 7 >new
serve old
it 'makes a base' '
	rm -f trace && status 0 notion-fetch -w >base && traced requests >full
'
it 'reads an unchanged workspace again by its listings' '
	rm -f trace && status 0 notion-fetch -w --base base >out &&
	core base >want && core out | cmp - want &&
	test "$(traced reused)" -eq "$(grep -c "\"object\":\"page\"" want)" &&
	traced requests >listing && echo "$(cat listing) of $(cat full)" &&
	test "$(cat listing)" -lt $(($(cat full) / 5))
'
it 'reads a share of the unchanged again, others each day' '
	rm -f trace read && for day in 01 02 03 04; do
		NT_CLOCK_FIXED=2027-01-${day}T12:00:00Z \
		    status 0 notion-fetch -w -b base --recheck 25 >out &&
		core out | cmp - want || exit 1
	done &&
	jq -r "select(.event == \"done\") | .reused" trace >reused &&
	n=$(grep -c "\"object\":\"page\"" want) &&
	test "$(awk "{ n += \$1 } END { print n }" reused)" -eq $((3 * n)) &&
	awk "\$1 < $n * 6 / 10 || \$1 > $n * 9 / 10 { exit 1 }" reused
'
it 'takes a base from a pipe, and one that is not canonical' '
	rm -f trace && cat base | status 0 notion-fetch -w -b - >out &&
	core out | cmp - want &&
	jq -c "." base | sed "s/,\"object\"/ , \"object\"/" >loose &&
	status 0 notion-fetch -w -b loose >out && core out | cmp - want &&
	jq "select(.event == \"done\").reused" trace | sort -u | wc -l | grep -x 1
'
it 'reads again what was edited shortly before the base was begun' '
	last=$(jq -r "select(.object == \"page\").last_edited_time" base |
	    sort | tail -n 1) &&
	sed "1s/\"started\":\"[^\"]*\"/\"started\":\"$last\"/" base >young &&
	rm -f trace && status 0 notion-fetch -w -b young >out &&
	core out | cmp - want &&
	test "$(traced reused)" -lt "$(grep -c "\"object\":\"page\"" want)"
'
it 'refuses a base that is not whole' '
	sed \$d base >cut && status 2 notion-fetch -w -b cut >out 2>err &&
	test ! -s out && test "$(wc -l <err)" -eq 1 && grep "cut" err &&
	sed "20d" base >short && status 2 notion-fetch -w -b short >out 2>err &&
	test ! -s out && status 2 notion-fetch -w -b nowhere >out 2>err &&
	grep "nowhere" err
'
it 'refuses a base of another workspace' '
	sed "1s/\"workspace_id\":\"[^\"]*\"/\"workspace_id\":\"$(printf %032d 7)\"/" \
	    base >foreign && ! cmp -s base foreign &&
	status 2 notion-fetch -w -b foreign >out 2>err && test ! -s out &&
	test "$(wc -l <err)" -eq 1 && grep "foreign was read in another workspace" err
'
it 'refuses a base that lacks what is asked for, takes one that has more' '
	status 2 notion-fetch -w -c blocks -b base >out 2>err && test ! -s out &&
	grep "base was read with another --comments" err &&
	status 2 notion-fetch -w --raw -b base >out 2>err &&
	status 2 notion-fetch -w --assets files -b base >out 2>err &&
	notion-fetch -w -c none >none && core none >a &&
	status 0 notion-fetch -w -c none -b base >out && core out | cmp - a &&
	notion-fetch -w -c blocks >rich &&
	status 0 notion-fetch -w -b rich >out && core out | cmp - want
'
it 'copies synced originals behind the last page once' '
	notion-fetch -w -b rich -c blocks >out && core rich >a &&
	core out | cmp - a
'

serve new
it 'reads what was edited, and nothing more' '
	rm -f trace && status 0 notion-fetch -w >full.new && core full.new >want &&
	rm -f trace && status 0 notion-fetch -w --base base >out &&
	core out | cmp - want && n=$(grep -c "\"object\":\"page\"" want) &&
	reused=$(traced reused) && echo "$reused of $n reused" &&
	test "$reused" -eq $((n - 7)) &&
	sent=$(traced requests) && echo "$sent requests" &&
	test "$sent" -le $(($(cat listing) + 7 * 8))
'

it 'reads still less when it may trust the search' '
	rm -f trace && status 0 notion-fetch -w --base base --quick >out &&
	core out | cmp - want && sent=$(traced requests) &&
	echo "$sent requests" && test "$sent" -le $((7 * 8 + 25))
'
# edit KIND ID JSON: a change through the API
edit() {
	curl -s -f -o /dev/null -X PATCH -H 'Authorization: Bearer any' \
	    -H 'Notion-Version: 2026-03-11' -H 'Content-Type: application/json' \
	    -d "$3" "$NOTION_API_BASE_URL/v1/$1/$2"
}
notion-fetch -w >base
rows=$(jq -r 'select(.object == "page" and (.is_archived | not)) |
    select(.parent.data_source_id).id' base)
it 'sees in a quick run what was archived, trashed or edited since' '
	set -- $rows && edit pages $1 "{\"is_archived\":true}" &&
	edit pages $2 "{\"in_trash\":true}" &&
	edit pages $3 "{\"is_locked\":true}" &&
	notion-fetch -w >full && core full >want && rm -f trace &&
	status 0 notion-fetch -w -b base -q >out && core out | cmp - want &&
	test "$(traced reused)" -gt 100
'
it 'asks in a quick run for no archived rows that the base had already' '
	core out >before && notion-fetch -w >base && rm -f trace &&
	status 0 notion-fetch -w -b base -q >out && core out | cmp - before &&
	grep -q "\"is_archived\":true" out && grep -q v1/search trace &&
	! grep "data_sources/.*/query" trace
'
it 'rechecks in a quick run what became of archived rows' '
	archived=$(jq -r "select(.object == \"page\" and .is_archived).id" base |
	    head -n 1) &&
	edit pages $archived "{\"is_locked\":true}" &&
	notion-fetch -w >full && core full >want &&
	status 0 notion-fetch -w -b base -q -k 100 >out && core out | cmp - want &&
	notion-fetch -w >base && core base >before
'
it 'sees in a quick run what is archived no more' '
	archived=$(jq -r "select(.object == \"page\" and .is_archived).id" base |
	    head -n 1) &&
	edit pages $archived "{\"is_archived\":false}" &&
	notion-fetch -w >full && core full >want &&
	status 0 notion-fetch -w -b base -q >out && core out | cmp - want &&
	status 1 cmp before want
'
it 'sees in a quick run that a schema has changed' '
	source=$(jq -r "select(.object == \"data_source\").id" base | head -n 1) &&
	edit data_sources $source \
	    "{\"properties\":{\"More\":{\"checkbox\":{}}}}" &&
	notion-fetch -w >full && core full >want &&
	status 0 notion-fetch -w -b base -q >out && core out | cmp - want
'

serve "$NT_ROOT"/examples/workspace.ndjson
it 'holds for the sample, with everything in it' '
	notion-fetch -w -c blocks >base && core base >want && rm -f trace &&
	status 0 notion-fetch -w -c blocks -b base -q >out && core out | cmp - want &&
	rm trace && status 0 notion-fetch -w -c blocks -b base >out &&
	core out | cmp - want &&
	n=$(grep -c "\"object\":\"page\"" want) && test "$(traced reused)" -eq $n
'
finish

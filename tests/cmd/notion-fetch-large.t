#!/bin/sh
# notion-fetch: what is large, deep or many is read to its end, in order
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-fetch.sh

$generate --pages 250 --blocks-per-page 8 --depth 12 --big-page 5000 \
    --relation 300 --comments >want
# The data source with the most rows.
biggest() {
	jq -r 'select(.object == "page") | .parent.data_source_id // empty' "$1" |
	    sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }'
}
serve want
it 'reads 12 levels, 5,000 blocks of a page and 300 targets of a relation' '
	status 0 notion-fetch -w -c blocks >out && core want >all &&
	core out | cmp - all && ends out .complete &&
	test "$(jq "[.properties[]? | .relation? // [] | length] | max // 0" \
	    out | sort -n | tail -n 1)" -ge 300
'
if command -v node >/dev/null; then
it 'writes a walk, as a program apart from ours sees it' '
	"$NT_ROOT"/tests/tools/check-walk out
'
fi
it 'sends no more requests than the least there can be' '
	rm -f trace && notion-fetch -w >out &&
	least=$("$NT_BUILD"/tests/least want | jq .least) &&
	sent=$(traced requests) && echo "$sent of $least" &&
	test "$sent" -le "$least"
'

$generate --pages 10 --blocks-per-page 2 --rows-in-one 25000 >rows
serve rows
it 'reads 25,000 rows through queries that show 10,000' '
	source=$(biggest rows) &&
	status 0 notion-fetch -s $source -c none --progress never >out &&
	jq -r "select(.parent.data_source_id? == \"$source\" and
	    .object == \"page\").id" rows >ids && test $(wc -l <ids) -ge 25000 &&
	jq -r "select(.object == \"page\").id" out | cmp ids -
'
serve want
notion-fetch -w >full
serve --result-cap 350 want
it 'finds with other searches what one does not show' '
	status 0 notion-fetch -w -c blocks >out 2>err && core out | cmp - all &&
	test ! -s err && ends out .search_complete
'
serve --result-cap 40 want
it 'climbs to what no search shows, and says that there may be more' '
	status 2 notion-fetch -w >out 2>err &&
	pages=$(grep -c "\"object\":\"page\"" out) &&
	test $pages -gt $(($(grep -c "\"object\":\"page\"" want) * 9 / 10)) &&
	grep "a search lists 10,000 results at most" err &&
	ends out "(.search_complete or .complete | not) and .errors == 1" &&
	grep "\"object\":\"error\"" out | jq -e ".kind == \"search\" and
	    .code == \"query_result_limit_reached\""
'
it 'takes what the search shows for all there is when told so' '
	status 0 notion-fetch -w --accept-search-limit >less 2>err &&
	ends less "(.search_complete | not) and .complete" &&
	grep "\"object\":\"loss\"" less | jq -e ".kind == \"search\"" &&
	core out | grep -v "\"object\":\"error\"" >a &&
	core less | grep -v "\"object\":\"loss\"" | cmp a - &&
	notion-pack -o accepted.zip less
'
ids() { jq -r "\"\(.object) \(.id)\"" "$1" | grep "$2" | sort; }
it 'finds what a base has and the search does not lead to any more' '
	ids out "^[pdb]" >some && ids full "^[pdb]" >everything &&
	status 1 cmp some everything &&
	status 0 notion-fetch -w --accept-search-limit --base full >more 2>err &&
	ids more "^[pdb]" | cmp everything - && notion-pack -o more.zip more
'
gone=$(comm -13 some everything | sed -n 's/^page //p' | while read -r id; do
	jq -r "select(.object == \"page\" and .id == \"$id\" and
	    .parent.type == \"workspace\").id" full; done | head -n 1)
it 'takes nothing from a base that is gone meanwhile' '
	test -n "$gone" && curl -sf -o /dev/null -X PATCH \
	    -H "Authorization: Bearer any" -H "Notion-Version: 2026-03-11" \
	    -H "Content-Type: application/json" -d "{\"in_trash\":true}" \
	    "$NOTION_API_BASE_URL/v1/pages/$gone" &&
	status 0 notion-fetch -w --accept-search-limit --base full >less 2>err &&
	! grep -q "\"id\":\"$gone\"" less && ends less .complete
'

# 50 rows of one minute, then 10 of another, where queries show 30.
$generate --pages 4 --blocks-per-page 1 --rows-in-one 60 >some
source=$(biggest some)
awk -v s="\"data_source_id\":\"$source\"" '
    /"object":"page"/ && index($0, s) {
	minute = n++ < 50 ? 20 : 21
	sub(/"created_time":"[^"]*"/, "\"created_time\":" \
	    "\"2026-01-05T10:" minute ":00.000Z\"")
    } { print }' some >minute
serve --partial --result-cap 30 minute
it 'says when one minute has more rows than can be had, and goes on' '
	status 2 notion-fetch -s $source >out 2>err &&
	grep "\"object\":\"error\"" out | jq -e ".id == \"$source\" and
	    .code == \"query_result_limit_reached\"" &&
	test "$(grep -c "\"object\":\"page\"" out)" -eq 40 &&
	test "$(grep "\"object\":\"page\"" out | grep -c T10:21:00)" -eq 10
'
finish

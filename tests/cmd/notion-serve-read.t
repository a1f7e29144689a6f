#!/bin/sh
# notion-serve: reading; lists, truncation, filters, versions, shapes
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-serve.sh

serve --assets "$NT_ROOT/examples/assets" "$sample"

# Reads a list to its end, a page of $1 at a time, into the file all; $2 is
# its path, $3 the body of a POST without its braces, or nothing.
read_all() {
	: >all
	cursor=
	while :; do
		if [ $# -gt 2 ]; then
			ask POST "$2" "{\"page_size\":$1${3:+,$3}${cursor:+,\"start_cursor\":\"$cursor\"}}"
		else
			case $2 in *\?*) mark='&' ;; *) mark='?' ;; esac
			ask GET "$2${mark}page_size=$1${cursor:+&start_cursor=$cursor}"
		fi
		is 200 ".object == \"list\" and (.results | length) <= $1 and
		    .has_more == (.next_cursor != null)" || return
		jq -c '.results[]' answer >>all
		cursor=$(jq -r '.next_cursor // empty' answer)
		[ -n "$cursor" ] || return 0
	done
}
same_ids() {
	jq -r .id all >have && jq -r "$1" "$sample" >want && diff want have
}
tasks=$(id_of '.object == "data_source" and .title[0].plain_text == "Tasks"')

# ---- what is answered is what was loaded ----

it 'each record by itself, byte for byte but for request_id' '
	jq -c "select(.object | IN(\"page\", \"database\", \"data_source\",
	    \"comment\", \"view\", \"user\"))" "$sample" |
	grep -v -e "\"file\":{" -e "\"type\":\"bot\"" >records &&
	jq -r "\"/v1/\(.object)s/\(.id)\"" records >paths &&
	while read -r at; do
		ask GET $at && test $code = 200 && cat answer && echo || exit
	done <paths >answers &&
	jq -cS "del(.request_id)" answers >have && jq -cS . records >want &&
	test $(wc -l <want) -gt 50 && diff want have
'
it 'the blocks of every page and block, in order' '
	jq -r "select(.object == \"page\" or (.object == \"block\" and
	    .has_children and .type != \"child_page\" and
	    (.synced_block.synced_from == null))).id" "$sample" >holders &&
	test $(wc -l <holders) -gt 30 &&
	while read -r id; do
		ask GET /v1/blocks/$id/children && test $code = 200 &&
		cat answer && echo || exit
	done <holders >answers &&
	jq -r ".results[] | \"\(.parent | .page_id // .block_id) \(.id)\"" \
	    answers | sort -s -k 1,1 >have &&
	jq -r "select(.object == \"block\") |
	    \"\(.parent | .page_id // .block_id) \(.id)\"" "$sample" |
	sort -s -k 1,1 >want && diff want have
'
it 'many blocks, a few at a time' '
	id=$(jq -r "select(.object == \"block\").parent.page_id // empty" \
	    "$sample" | sort | uniq -c | sort -rn | awk "NR == 1 { print \$2 }") &&
	read_all 7 /v1/blocks/$id/children && test $(wc -l <all) -gt 20 &&
	same_ids "select(.object == \"block\" and .parent.page_id == \"$id\").id"
'
it 'the children of a synced copy are those of its original' '
	copy=$(id_of ".synced_block.synced_from != null") &&
	original=$(id_of ".object == \"block\" and .synced_block.synced_from == null
	    and .type == \"synced_block\"") &&
	ask GET /v1/blocks/$copy/children && jq -c "[.results[].id]" answer >have &&
	ask GET /v1/blocks/$original/children &&
	jq -c "[.results[].id]" answer >want && cmp want have && grep - want
'
it 'a root is a block, too' '
	ask GET /v1/blocks/$root &&
	is 200 ".type == \"child_page\" and .has_children and .id == \"$root\"
	    and .child_page.title != \"\""
'
it 'users, emojis, views and comments' '
	read_all 1 /v1/users && same_ids "select(.object == \"user\").id" &&
	read_all 1 /v1/custom_emojis &&
	same_ids "select(.object == \"custom_emoji\").id" &&
	read_all 2 "/v1/views?data_source_id=$tasks" &&
	same_ids "select(.object == \"view\" and .data_source_id == \"$tasks\").id" &&
	jq -r "select(.object == \"comment\") | .parent |
	    .page_id // .block_id" "$sample" | sort -u >owners &&
	while read -r id; do
		read_all 1 "/v1/comments?block_id=$id" &&
		same_ids "select(.object == \"comment\" and (.parent.page_id == \"$id\"
		    or .parent.block_id == \"$id\")).id" || exit
	done <owners
'
it 'search finds everything once, and titles whatever the case' '
	read_all 30 /v1/search "" && jq -r .id all | sort >have &&
	jq -r "select((.object == \"page\" or .object == \"data_source\") and
	    (.in_trash or .is_archived | not)).id" "$sample" | sort >want &&
	diff want have &&
	read_all 5 /v1/search "\"query\":\"cOMPOST\"" &&
	test $(wc -l <all) -eq $(jq -c "select(.object == \"page\") |
	    [.properties[] | select(.type == \"title\").title[].plain_text] |
	    add // \"\" | select(test(\"compost\"; \"i\"))" "$sample" | wc -l) &&
	ask POST /v1/search "{\"filter\":{\"property\":\"object\",\"value\":\"data_source\"}}" &&
	is 200 "all(.results[]; .object == \"data_source\")"
'
it 'search goes by the last edit, both ways' '
	read_all 20 /v1/search "\"sort\":{\"timestamp\":\"last_edited_time\",\"direction\":\"ascending\"}" &&
	jq -r .last_edited_time all >have && sort -c have &&
	read_all 20 /v1/search "\"sort\":{\"timestamp\":\"last_edited_time\",\"direction\":\"descending\"}" &&
	jq -r .last_edited_time all >have && sort -cr have
'

# ---- queries ----

it 'a query gives all rows, a page at a time, and the archived apart' '
	read_all 2 /v1/data_sources/$tasks/query "" &&
	jq -r .id all | sort >have &&
	jq -r "select(.parent.data_source_id == \"$tasks\" and .object == \"page\" and
	    (.in_trash or .is_archived | not)).id" "$sample" | sort >want &&
	diff want have && test -s want &&
	ask POST /v1/data_sources/$tasks/query "{\"is_archived\":true}" &&
	is 200 "all(.results[]; .is_archived) and (.results | length) ==
	    $(jq -c "select(.parent.data_source_id == \"$tasks\" and .is_archived)" \
	    "$sample" | wc -l)"
'
it 'by time, both ways' '
	for by in created_time last_edited_time; do
		read_all 2 /v1/data_sources/$tasks/query \
		    "\"sorts\":[{\"timestamp\":\"$by\",\"direction\":\"descending\"}]" &&
		jq -r .$by all >have && sort -cr have &&
		ask POST /v1/data_sources/$tasks/query "{\"filter\":{\"timestamp\":
		    \"$by\",\"$by\":{\"on_or_after\":\"$(sed -n 2p have)\"}}}" &&
		is 200 "(.results | length) == $(awk -v at="$(sed -n 2p have)" \
		    "\$0 >= at" have | wc -l)" || exit
	done
'
it 'only the properties that are asked for' '
	ask POST "/v1/data_sources/$tasks/query?filter_properties=title&filter_properties[]=Due" "{}" &&
	is 200 "all(.results[]; .properties | keys | length == 2)" &&
	ask POST "/v1/data_sources/$tasks/query?filter_properties=None" "{}" &&
	is 400 "(.message | contains(\"Could not find property with name or id: None\"))"
'
it 'filters that are none' '
	for filter in "{\"property\":\"None\",\"checkbox\":{\"equals\":true}}" \
	    "{\"property\":\"Due\",\"number\":{\"equals\":1}}" "{\"and\":{}}"; do
		ask POST /v1/data_sources/$tasks/query "{\"filter\":$filter}" &&
		is 400 ".code == \"validation_error\"" || exit
	done
'
it 'a cursor belongs to its question' '
	ask POST /v1/data_sources/$tasks/query "{\"page_size\":1}" &&
	cursor=$(jq -r .next_cursor answer) &&
	ask POST /v1/search "{\"start_cursor\":\"$cursor\"}" && is 400 .message
'
it 'more results than may be found are said to be more' '
	own --result-cap 3 "$sample" &&
	read_all 2 /v1/search "" && test $(wc -l <all) -eq 3 &&
	is 200 ".request_status == {\"type\":\"incomplete\",
	    \"incomplete_reason\":\"query_result_limit_reached\"}" &&
	ask POST /v1/data_sources/$tasks/query "{}" &&
	is 200 "(.results | length) == 3 and .has_more == false and
	    .request_status.type == \"incomplete\""
'

# ---- 25 references (api 3.9) ----

many() {
	seq -f '%012.0f' "$1" | sed "s/.*/$2/" | paste -sd, -
}
refs=$(many 60 '{"id":"00000000-0000-4000-8000-&"}')
people=$(many 30 '{"object":"user","id":"00000000-0000-4000-9000-&"}')
mentions=$(many 40 '{"type":"mention","mention":{"type":"page","page":{"id":"00000000-0000-4000-8000-&"}},"annotations":{},"plain_text":"P&","href":null}')
cat >long <<EOF
{"object":"page","id":"11111111-0000-4000-8000-000000000001","created_time":"2026-01-05T10:20:00.000Z","last_edited_time":"2026-01-05T10:20:00.000Z","in_trash":false,"parent":{"type":"workspace","workspace":true},"properties":{"R":{"id":"a%5Cb","type":"relation","relation":[$refs],"has_more":false},"W":{"id":"people","type":"people","people":[$people]},"T":{"id":"title","type":"title","title":[$mentions]}}}
EOF
page=/v1/pages/11111111-0000-4000-8000-000000000001
it 'a page shows 25, and says there are more' '
	own --partial long && ask GET $page && is 200 "
	    (.properties.R.relation | length) == 25 and .properties.R.has_more and
	    (.properties.W.people | length) == 25 and
	    (.properties.T.title | length) == 40 and
	    .properties.T.title[24].plain_text == \"P000000000025\" and
	    .properties.T.title[25].plain_text == \"Untitled\""
'
it 'the property item gives all, with a next_url that works' '
	own --partial long &&
	for property in a%5Cb people title; do
		read_all 20 $page/properties/$property && wc -l <all || exit
	done >counts && test "$(paste -sd, counts)" = 60,30,40 &&
	ask GET "$page/properties/a%5Cb?page_size=50" &&
	is 200 ".property_item.type == \"relation\" and .type == \"property_item\" and
	    all(.results[]; .object == \"property_item\" and .id == \"a%5Cb\")" &&
	next=$(jq -r .property_item.next_url answer) &&
	ask GET "${next#"$NOTION_API_BASE_URL"}" &&
	is 200 "(.results | length) == 10 and .has_more == false and
	    .results[9].relation.id == \"00000000-0000-4000-8000-000000000060\""
'
it 'a property of no list is one item' '
	id=$(id_of ".object == \"page\" and .parent.data_source_id == \"$tasks\"") &&
	ask GET /v1/pages/$id && jq -r ".properties[] | [.id, .type] | @tsv" answer >props &&
	while read -r property type; do
		ask GET "/v1/pages/$id/properties/$property" &&
		case $type in
		title | rich_text | people | relation | rollup)
			is 200 ".object == \"list\" and .type == \"property_item\" and
			    .property_item.type == \"$type\"" ;;
		*) is 200 ".object == \"property_item\" and .type == \"$type\" and
			    has(\"$type\")" ;;
		esac || exit
	done <props && test $(wc -l <props) -gt 5 &&
	ask GET /v1/pages/$id/properties/none && is 404 .message
'

# ---- versions (api 2.10) ----

it '2025-09-03 has archived, 2026-03-11 has not' '
	for at in pages/$root blocks/$root data_sources/$tasks; do
		version=2025-09-03 && ask GET /v1/$at && is 200 ".archived == .in_trash" &&
		version=2026-03-11 && ask GET /v1/$at &&
		is 200 "has(\"archived\") | not" || exit
	done
'

# ---- markdown ----

it 'markdown of every page' '
	jq -r "select(.object == \"page\").id" "$sample" >pages &&
	while read -r id; do
		ask GET /v1/pages/$id/markdown && test $code = 200 &&
		cat answer && echo || exit
	done <pages >answers &&
	jq -r .id answers | cmp - pages &&
	jq -es "all(.object == \"page_markdown\" and .truncated == false and
	    (.unknown_block_ids | type) == \"array\")" answers &&
	jq -r .markdown answers >markdown && grep "^## " markdown && grep "^- \[x\] " markdown &&
	grep "<callout icon=" markdown && grep "\*\*" markdown
'

# ---- shapes, as others recorded them ----

corpus=$NT_CORPORA/notion-api
if [ -d "$corpus" ]; then
	# Members that real answers of these versions have, by kind of object.
	awk -F '\t' 'NR > 1 && $1 != "" && $4 == "recorded" &&
	    ($5 == "2026-03-11" || $5 == "2025-09-03") { print $1 }' \
	    "$corpus/index.tsv" >numbers
	awk 'NR == FNR { want[$1]; next } FNR in want' numbers \
	    "$corpus/responses.ndjson" | jq -c '(.results // [])[], . |
	    select(type == "object" and .object != "error")' >real
fi
shape() {
	if ! [ -d "$corpus" ]; then
		skip "$1 has the members of real ones" 'no corpora'
		return
	fi
	kind=$1 at=$2
it "$1 has the members of real ones" '
	ask GET "$at" && is 200 .object &&
	jq -r "select(.object == \"$kind\") | keys[]" real | sort | uniq -c |
	awk -v n=$(jq -c "select(.object == \"$kind\")" real | wc -l) \
	    "\$1 == n { print \$2 }" | grep -v -x archived >always &&
	jq -r "keys[]" answer | sort >have && test -s always &&
	comm -23 always have >missing && { ! test -s missing ||
	    { cat missing; exit 1; }; }
'
}
shape page "/v1/pages/$root"
shape block "/v1/blocks/$root"
shape database "/v1/databases/$(id_of '.object == "database"')"
shape data_source "/v1/data_sources/$tasks"
shape comment "/v1/comments/$(id_of '.object == "comment"')"
shape user /v1/users/me
shape list /v1/users
ends
finish

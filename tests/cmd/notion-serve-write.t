#!/bin/sh
# notion-serve: writing; pages, blocks, databases, relations, trash, uploads
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-serve.sh

NT_CLOCK_FIXED=2026-03-12T10:20:35Z
export NT_CLOCK_FIXED
serve --assets "$NT_ROOT/examples/assets" "$sample"
minute=2026-03-12T10:20:00.000Z

text() {
	printf '[{"text":{"content":"%s"}}]' "$1"
}
children() {
	ask GET "/v1/blocks/$1/children" && is 200 .results
}

# ---- pages ----

it 'a page with content, complete in the answer' '
	ask POST /v1/pages "{\"parent\":{\"page_id\":\"$root\"},\"icon\":{\"emoji\":\"🌱\"},
	    \"properties\":{\"title\":{\"title\":$(text "New, page")}},
	    \"children\":[{\"toggle\":{\"rich_text\":$(text one),
	    \"children\":[{\"to_do\":{\"rich_text\":[]}}]}},{\"divider\":{}}]}" &&
	is 200 ".object == \"page\" and .created_time == \"$minute\" and
	    .last_edited_time == \"$minute\" and .in_trash == false and
	    .is_archived == false and .is_locked == false and .cover == null and
	    .icon == {\"type\":\"emoji\",\"emoji\":\"🌱\"} and
	    .parent == {\"type\":\"page_id\",\"page_id\":\"$root\"} and
	    (.url | test(\"/New-page-[0-9a-f]{32}$\")) and .public_url == null" &&
	id=$(jq -r .id answer) && children $id &&
	is 200 "[.results[].type] == [\"toggle\",\"divider\"] and
	    .results[0].has_children and (.results[1].has_children | not)" &&
	children $(jq -r ".results[0].id" answer) &&
	is 200 ".results[0].to_do == {\"checked\":false,\"color\":\"default\",
	    \"rich_text\":[]}" &&
	children $root && is 200 "any(.results[]; .id == \"$id\" and
	    .child_page.title == \"New, page\" and .has_children)"
'
it 'its title is that of its block, and its link' '
	new_page && ask PATCH /v1/pages/$page "{\"properties\":{\"title\":
	    {\"title\":$(text Renamed)}},\"is_locked\":true}" &&
	is 200 ".is_locked and (.url | contains(\"/Renamed-\"))" &&
	ask GET /v1/blocks/$page && is 200 ".child_page.title == \"Renamed\""
'
it 'where a new page may stand among its siblings' '
	new_page && home=$page &&
	for position in page_end page_start; do
		ask POST /v1/pages "{\"parent\":{\"page_id\":\"$home\"},
		    \"position\":{\"type\":\"$position\"},
		    \"properties\":{\"title\":{\"title\":$(text $position)}}}" &&
		is 200 .id || exit
	done && children $home && is 200 "[.results[].child_page.title] ==
	    [\"page_start\",\"page_end\"]"
'
it 'what a page under a page cannot have' '
	ask POST /v1/pages "{\"parent\":{\"page_id\":\"$root\"},
	    \"properties\":{\"Due\":{\"date\":null}}}" && is 400 .message &&
	ask POST /v1/pages "{\"parent\":{\"page_id\":\"00000000-0000-4000-8000-00000000dead\"},
	    \"properties\":{}}" && is 404 ".code == \"object_not_found\""
'
it 'moved, it is elsewhere; never below itself' '
	new_page && home=$page && new_page &&
	ask POST /v1/pages/$page/move "{\"parent\":{\"page_id\":\"$home\"}}" &&
	is 200 ".parent.page_id == \"$home\"" && children $home &&
	is 200 "[.results[].id] == [\"$page\"]" && children $root &&
	is 200 "all(.results[]; .id != \"$page\")" &&
	ask POST /v1/pages/$home/move "{\"parent\":{\"page_id\":\"$page\"}}" &&
	is 400 .message &&
	ask POST /v1/pages/$page/move "{\"parent\":{\"page_id\":\"$home\"}}" &&
	is 400 .message
'

# ---- blocks ----

it 'appended at the end, the start, and after one' '
	new_page &&
	add() { ask PATCH /v1/blocks/$page/children "{\"children\":[
	    {\"paragraph\":{\"rich_text\":$(text $1)}},
	    {\"paragraph\":{\"rich_text\":$(text $2)}}]${3:+,\"position\":$3}}" &&
	    is 200 "[.results[:2][].paragraph.rich_text[0].plain_text] ==
	    [\"$1\",\"$2\"]"; } &&
	add c d && first=$(jq -r ".results[0].id" answer) &&
	add a b "{\"type\":\"start\"}" &&
	add x y "{\"type\":\"after_block\",\"after_block\":{\"id\":\"$first\"}}" &&
	children $page &&
	is 200 "[.results[].paragraph.rich_text[0].plain_text] | add == \"abcxyd\"" &&
	ask GET /v1/pages/$page && is 200 ".last_edited_time == \"$minute\""
'
it 'changed, and only as their type allows' '
	new_page && ask PATCH /v1/blocks/$page/children "{\"children\":[
	    {\"to_do\":{\"rich_text\":$(text a)}}]}" &&
	id=$(jq -r ".results[0].id" answer) &&
	ask PATCH /v1/blocks/$id "{\"to_do\":{\"checked\":true}}" &&
	is 200 ".to_do.checked and .to_do.rich_text[0].plain_text == \"a\"" &&
	ask PATCH /v1/blocks/$id "{\"quote\":{\"rich_text\":[]}}" &&
	is 400 ".code == \"validation_error\""
'
it 'has_children comes and goes' '
	new_page && ask PATCH /v1/blocks/$page/children "{\"children\":[
	    {\"toggle\":{\"rich_text\":[]}}]}" &&
	id=$(jq -r ".results[0].id" answer) &&
	ask PATCH /v1/blocks/$id/children "{\"children\":[{\"divider\":{}}]}" &&
	child=$(jq -r ".results[0].id" answer) &&
	ask GET /v1/blocks/$id && is 200 .has_children &&
	ask DELETE /v1/blocks/$child && is 200 ".in_trash and .id == \"$child\"" &&
	ask GET /v1/blocks/$id && is 200 ".has_children | not" &&
	ask DELETE /v1/blocks/$child && is 404 .code &&
	ask PATCH /v1/blocks/$child "{\"in_trash\":false}" && is 200 ".in_trash | not" &&
	children $id && is 200 "[.results[].id] == [\"$child\"]"
'
it 'what cannot hold blocks gets none' '
	new_page && ask PATCH /v1/blocks/$page/children "{\"children\":[
	    {\"divider\":{}},{\"table\":{\"table_width\":2,\"children\":[
	    {\"table_row\":{\"cells\":[[],[]]}}]}}]}" &&
	divider=$(jq -r ".results[0].id" answer) &&
	table=$(jq -r ".results[1].id" answer) &&
	ask PATCH /v1/blocks/$divider/children "{\"children\":[{\"divider\":{}}]}" &&
	is 400 .message &&
	ask PATCH /v1/blocks/$table/children \
	    "{\"children\":[{\"table_row\":{\"cells\":[[]]}}]}" &&
	is 400 "(.message | contains(\"table width\"))" &&
	ask PATCH /v1/blocks/$table/children \
	    "{\"children\":[{\"table_row\":{\"cells\":[[],[]]}}]}" && is 200 .results &&
	children $table && is 200 "(.results | length) == 2"
'
it 'limits of one request (api 1.5)' '
	new_page && many=$(yes "{\"divider\":{}}" | head -n 101 | paste -sd, -) &&
	ask PATCH /v1/blocks/$page/children "{\"children\":[$many]}" &&
	is 400 ".message == \"body failed validation: body.children.length should be ≤ \`100\`, instead was \`101\`.\"" &&
	long=$(head -c 2001 /dev/zero | tr "\\0" a) &&
	ask PATCH /v1/blocks/$page/children \
	    "{\"children\":[{\"paragraph\":{\"rich_text\":$(text $long)}}]}" &&
	is 400 "(.message | contains(\"text.content.length should be ≤ \`2000\`, instead was \`2001\`\"))" &&
	children $page && is 200 ".results == []"
'

# ---- the trash ----

it 'takes along what is below, and brings back that and no more' '
	new_page && up=$page &&
	sub() { ask POST /v1/pages "{\"parent\":{\"page_id\":\"$up\"},
	    \"properties\":{}}" && is 200 .id && jq -r .id answer; } &&
	stays=$(sub) && goes=$(sub) &&
	ask PATCH /v1/pages/$stays "{\"in_trash\":true}" && is 200 .in_trash &&
	ask DELETE /v1/blocks/$up && is 200 .in_trash &&
	ask GET /v1/pages/$goes && is 200 .in_trash &&
	ask PATCH /v1/pages/$goes "{\"icon\":null}" &&
	is 400 ".message == \"Can'"'"'t edit block that is archived. You must unarchive the block before editing.\"" &&
	ask POST /v1/search "{\"filter\":{\"in_trash\":true}}" &&
	is 200 "[.results[].id] | contains([\"$up\",\"$goes\",\"$stays\"])" &&
	children $root && is 200 "all(.results[]; .id != \"$up\")" &&
	ask PATCH /v1/pages/$up "{\"in_trash\":false}" && is 200 ".in_trash | not" &&
	ask GET /v1/pages/$goes && is 200 ".in_trash | not" &&
	ask GET /v1/pages/$stays && is 200 .in_trash &&
	children $root && is 200 "any(.results[]; .id == \"$up\")"
'

# ---- databases ----

# A database with two kinds of property; sets $database and $source.
new_database() {
	ask POST /v1/databases "{\"parent\":{\"page_id\":\"$root\"},
	    \"title\":$(text "$1"),\"initial_data_source\":{\"properties\":{
	    \"Name\":{\"title\":{}},\"Kind\":{\"select\":{\"options\":[{\"name\":\"a\"}]}},
	    \"State\":{\"status\":{}},\"No\":{\"unique_id\":{\"prefix\":\"T\"}}}}}" &&
	is 200 .id && database=$(jq -r .id answer) &&
	source=$(jq -r '.data_sources[0].id' answer)
}
new_row() {
	ask POST /v1/pages "{\"parent\":{\"data_source_id\":\"$source\"},
	    \"properties\":{$1}}" && is 200 .id && row=$(jq -r .id answer)
}
it 'a database has a data source, a view and a block' '
	new_database Garden && is 200 ".object == \"database\" and
	    (.data_sources | map(.name)) == [\"Garden\"] and .is_inline == false" &&
	ask GET /v1/data_sources/$source &&
	is 200 ".parent == {\"type\":\"database_id\",\"database_id\":\"$database\"} and
	    .database_parent.page_id == \"$root\" and
	    (.properties | map_values(.type)) == {\"Name\":\"title\",\"Kind\":\"select\",
	    \"State\":\"status\",\"No\":\"unique_id\"} and .properties.Name.id == \"title\"" &&
	ask GET "/v1/views?database_id=$database" && is 200 "(.results | length) == 1" &&
	ask GET /v1/views/$(jq -r ".results[0].id" answer) &&
	is 200 ".name == \"Default view\" and .type == \"table\"" &&
	ask GET /v1/blocks/$database && is 200 ".child_database.title == \"Garden\""
'
it 'rows get what they are not given' '
	new_database Rows && new_row "\"Name\":{\"title\":$(text one)}" &&
	is 200 ".properties.State.status.name == \"Not started\" and
	    .properties.Kind.select == null and
	    .properties.No.unique_id == {\"prefix\":\"T\",\"number\":1}" &&
	new_row "" && is 200 ".properties.No.unique_id.number == 2 and
	    .properties.Name.title == [] and
	    .parent == {\"type\":\"data_source_id\",\"data_source_id\":\"$source\",
	    \"database_id\":\"$database\"}" &&
	ask POST /v1/data_sources/$source/query "{}" && is 200 "(.results | length) == 2"
'
it 'a select makes the option it names, a status does not' '
	new_database Options && new_row "\"Kind\":{\"select\":{\"name\":\"b\"}}" &&
	ask GET /v1/data_sources/$source &&
	is 200 "[.properties.Kind.select.options[].name] == [\"a\",\"b\"]" &&
	ask PATCH /v1/pages/$row "{\"properties\":{\"State\":{\"status\":{\"name\":\"b\"}}}}" &&
	is 400 .message &&
	ask PATCH /v1/pages/$row "{\"properties\":{\"None\":{\"number\":1}}}" &&
	is 400 "(.message | contains(\"None is not a property that exists\"))"
'
it 'a changed schema changes the rows' '
	new_database Schema && new_row "\"Kind\":{\"select\":{\"name\":\"a\"}}" &&
	ask PATCH /v1/data_sources/$source "{\"properties\":{\"Kind\":{\"name\":\"Sort\"},
	    \"State\":null,\"Size\":{\"number\":{\"format\":\"euro\"}}},\"title\":$(text New)}" &&
	is 200 "(.properties | keys) == [\"Name\",\"No\",\"Size\",\"Sort\"]" &&
	ask GET /v1/pages/$row &&
	is 200 "(.properties | keys) == [\"Name\",\"No\",\"Size\",\"Sort\"] and
	    .properties.Sort.select.name == \"a\" and .properties.Size.number == null" &&
	ask GET /v1/databases/$database && is 200 ".data_sources[0].name == \"New\""
'
it 'a dual relation has two sides that agree' '
	new_database Left && left=$source && new_database Right &&
	ask PATCH /v1/data_sources/$source "{\"properties\":{\"To\":{\"relation\":
	    {\"data_source_id\":\"$left\",\"dual_property\":{}}}}}" &&
	is 200 ".properties.To.relation.type == \"dual_property\"" &&
	back=$(jq -r .properties.To.relation.dual_property.synced_property_name answer) &&
	test "$back" = "Related to Right (To)" &&
	ask GET /v1/data_sources/$left && is 200 ".properties[\"$back\"].relation |
	    .data_source_id == \"$source\" and .dual_property.synced_property_name == \"To\"" &&
	right=$source && source=$left && new_row "" && one=$row && new_row "" && two=$row &&
	source=$right && new_row "\"To\":{\"relation\":[{\"id\":\"$one\"}]}" &&
	ask GET /v1/pages/$one &&
	is 200 ".properties[\"$back\"].relation == [{\"id\":\"$row\"}]" &&
	ask PATCH /v1/pages/$row "{\"properties\":{\"To\":{\"relation\":[{\"id\":\"$two\"}]}}}" &&
	ask GET /v1/pages/$one && is 200 ".properties[\"$back\"].relation == []" &&
	ask PATCH /v1/pages/$two "{\"properties\":{\"$back\":{\"relation\":[]}}}" &&
	ask GET /v1/pages/$row && is 200 ".properties.To.relation == []" &&
	ask PATCH /v1/data_sources/$right "{\"properties\":{\"To\":{\"name\":\"For\"}}}" &&
	ask GET /v1/data_sources/$left && is 200 ".properties[\"$back\"].relation |
	    .dual_property.synced_property_name == \"For\"" &&
	ask PATCH /v1/data_sources/$right "{\"properties\":{\"For\":null}}" &&
	ask GET /v1/data_sources/$left && is 200 ".properties | has(\"$back\") | not"
'
it 'a page in the trash is out of sight in relations' '
	new_database Targets && new_row "" && one=$row && new_row "" && two=$row &&
	targets=$source && new_database From &&
	ask PATCH /v1/data_sources/$source "{\"properties\":{\"R\":{\"relation\":
	    {\"data_source_id\":\"$targets\",\"single_property\":{}}}}}" &&
	new_row "\"R\":{\"relation\":[{\"id\":\"$one\"},{\"id\":\"$two\"}]}" &&
	ask PATCH /v1/pages/$one "{\"in_trash\":true}" && ask GET /v1/pages/$row &&
	is 200 ".properties.R.relation == [{\"id\":\"$two\"}]" &&
	ask GET /v1/pages/$row/properties/R &&
	is 200 "[.results[].relation.id] == [\"$two\"]" &&
	ask PATCH /v1/pages/$one "{\"in_trash\":false}" && ask GET /v1/pages/$row &&
	is 200 "[.properties.R.relation[].id] == [\"$one\",\"$two\"]"
'
it 'another data source, and the trash of both' '
	new_database Two && ask POST /v1/data_sources "{\"parent\":{\"database_id\":
	    \"$database\"},\"title\":$(text Second),\"properties\":{\"T\":{\"title\":{}}}}" &&
	is 200 .id && ask GET /v1/databases/$database &&
	is 200 "[.data_sources[].name] == [\"Two\",\"Second\"]" && new_row "" &&
	ask POST /v1/pages "{\"parent\":{\"database_id\":\"$database\"},\"properties\":{}}" &&
	is 400 "(.message | contains(\"multiple data sources\"))" &&
	ask PATCH /v1/databases/$database "{\"in_trash\":true}" && is 200 .in_trash &&
	ask GET /v1/data_sources/$source && is 200 .in_trash &&
	ask GET /v1/pages/$row && is 200 .in_trash &&
	ask PATCH /v1/databases/$database "{\"in_trash\":false}" &&
	ask GET /v1/pages/$row && is 200 ".in_trash | not"
'
it 'archived rows leave the query and come back' '
	new_database Archive && new_row "" &&
	ask PATCH /v1/pages/$row "{\"is_archived\":true}" && is 200 .is_archived &&
	ask POST /v1/data_sources/$source/query "{}" && is 200 ".results == []" &&
	ask POST /v1/data_sources/$source/query "{\"is_archived\":true}" &&
	is 200 "[.results[].id] == [\"$row\"]" &&
	ask PATCH /v1/pages/$row "{\"is_archived\":false}" &&
	ask POST /v1/data_sources/$source/query "{}" && is 200 "(.results | length) == 1"
'

# ---- comments, uploads ----

it 'a thread of comments, and whose they are' '
	new_page && ask POST /v1/comments "{\"parent\":{\"page_id\":\"$page\"},
	    \"rich_text\":$(text first)}" && is 200 ".object == \"comment\" and
	    .display_name.type == \"integration\"" && first=$(jq -r .id answer) &&
	thread=$(jq -r .discussion_id answer) &&
	ask POST /v1/comments "{\"discussion_id\":\"$thread\",\"rich_text\":$(text second),
	    \"display_name\":{\"type\":\"custom\",\"custom\":{\"name\":\"Old Author\"}}}" &&
	is 200 ".discussion_id == \"$thread\" and
	    .display_name == {\"type\":\"custom\",\"resolved_name\":\"Old Author\"}" &&
	ask PATCH /v1/comments/$first "{\"rich_text\":$(text changed)}" && is 200 .id &&
	ask GET "/v1/comments?block_id=$page" &&
	is 200 "[.results[].rich_text[0].plain_text] == [\"changed\",\"second\"]" &&
	ask DELETE /v1/comments/$first && is 200 ".id == \"$first\"" &&
	ask GET /v1/comments/$first && is 404 .code &&
	ask DELETE /v1/comments/$(id_of ".object == \"comment\" and
	    .display_name.type == \"user\"") && is 403 ".code == \"restricted_resource\""
'
send() {
	code=$(curl -s -o answer -w '%{http_code}' -H 'Authorization: Bearer x' \
	    -H "Notion-Version: $version" "$@")
}
it 'a file in one send, attached as often as one likes' '
	new_page && echo "sun hat" >list.txt &&
	ask POST /v1/file_uploads "{\"filename\":\"list.txt\"}" &&
	is 200 ".status == \"pending\" and .content_type == \"text/plain\" and
	    .expiry_time == \"2026-03-12T11:20:00.000Z\"" &&
	id=$(jq -r .id answer) &&
	attach="{\"children\":[{\"file\":{\"type\":\"file_upload\",\"file_upload\":{\"id\":\"$id\"}}}]}" &&
	ask PATCH /v1/blocks/$page/children "$attach" && is 400 .message &&
	send -F "file=@list.txt;type=text/plain" \
	    "$NOTION_API_BASE_URL/v1/file_uploads/$id/send" &&
	is 200 ".status == \"uploaded\" and .content_length == 8" &&
	for n in 1 2; do
		ask PATCH /v1/blocks/$page/children "$attach" &&
		is 200 ".results[0].file | .type == \"file\" and .name == \"list.txt\"" &&
		curl -sf "$(jq -r ".results[0].file.file.url" answer)" | cmp - list.txt ||
		exit
	done && ask GET /v1/file_uploads/$id && is 200 ".expiry_time == null" &&
	send -F "file=@list.txt;type=text/plain" \
	    "$NOTION_API_BASE_URL/v1/file_uploads/$id/send" && is 400 .message
'
it 'a file in parts, in any order' '
	head -c 6000000 /dev/urandom >big.pdf &&
	head -c 5300000 big.pdf >part1 && tail -c +5300001 big.pdf >part2 &&
	ask POST /v1/file_uploads "{\"filename\":\"big.pdf\",\"mode\":\"multi_part\",\"number_of_parts\":2}" &&
	is 200 ".number_of_parts == {\"total\":2,\"sent\":0}" && id=$(jq -r .id answer) &&
	at=$NOTION_API_BASE_URL/v1/file_uploads/$id &&
	send -F file=@part2 -F part_number=2 $at/send && is 200 ".number_of_parts.sent == 1" &&
	send -X POST $at/complete && is 400 .message &&
	send -F file=@part2 -F part_number=3 $at/send && is 400 .message &&
	send -F file=@part1 -F part_number=1 $at/send && is 200 ".number_of_parts.sent == 2" &&
	send -X POST $at/complete && is 200 ".status == \"uploaded\"" &&
	new_page && ask PATCH /v1/blocks/$page/children "{\"children\":[{\"pdf\":{\"type\":
	    \"file_upload\",\"file_upload\":{\"id\":\"$id\"}}}]}" &&
	curl -sf "$(jq -r ".results[0].pdf.file.url" answer)" | cmp - big.pdf
'
it 'a body that is no multipart, or the wrong type' '
	ask POST /v1/file_uploads "{\"filename\":\"a.png\"}" && id=$(jq -r .id answer) &&
	at=$NOTION_API_BASE_URL/v1/file_uploads/$id/send &&
	send --data-binary @list.txt $at && is 400 .message &&
	send -H "Content-Type: multipart/form-data; boundary=x" \
	    --data-binary "--x" $at && is 400 .message &&
	echo hi >a && send -F "file=@a;type=text/plain" $at &&
	is 400 "(.message | contains(\"text/plain\"))"
'

# ---- versions ----

it 'after and archived were words of 2025-09-03' '
	new_page && ask PATCH /v1/blocks/$page/children \
	    "{\"children\":[{\"divider\":{}},{\"divider\":{}}]}" &&
	first=$(jq -r ".results[0].id" answer) &&
	body="{\"children\":[{\"breadcrumb\":{}}],\"after\":\"$first\"}" &&
	ask PATCH /v1/blocks/$page/children "$body" && is 400 .message &&
	ask PATCH /v1/pages/$page "{\"archived\":true}" && is 400 .message &&
	version=2025-09-03 && ask PATCH /v1/blocks/$page/children "$body" &&
	children $page && is 200 "[.results[].type] ==
	    [\"divider\",\"breadcrumb\",\"divider\"]" &&
	ask PATCH /v1/pages/$page "{\"archived\":true}" &&
	is 200 ".archived and .in_trash"
'
ends
finish

#!/bin/sh
# notion-serve: what it refuses to write, and what it does besides what is asked
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-serve.sh

NT_CLOCK_FIXED=2026-03-12T10:20:35Z
export NT_CLOCK_FIXED
serve --state judge.db --assets "$NT_ROOT/examples/assets" "$sample"
nowhere=00000000-0000-4000-8000-00000000dead

# Bodies are written with ~ for ".
#	does METHOD PATH BODY [FILTER]		it is done, and the filter true
#	no CODE METHOD PATH BODY WORDS		it is refused, and says these words
json() {
	printf '%s' "$1" | tr '~' '"'
}
does() {
	ask "$1" "$2" "$(json "$3")" && is 200 "${4:-.id}"
}
no() {
	ask "$2" "$3" "$(json "$4")" && is "$1" ".message | contains(\"$5\")"
}
id_there() {
	jq -r "${1:-.id}" answer
}
text() {
	printf '[{~text~:{~content~:~%s~}}]' "$1"
}
paragraph() {
	printf '{~paragraph~:{~rich_text~:%s}}' "$(text "$1")"
}
append() {
	printf '{~children~:[%s]}' "$1"
}
children() {
	ask GET "/v1/blocks/$1/children" && is 200 .results
}
# A block on a new page: $page and $block.
new_block() {
	new_page && does PATCH "/v1/blocks/$page/children" "$(append "$1")" .results &&
	block=$(id_there '.results[0].id')
}

# ---- blocks ----

it 'a page holds no column and no row of a table' '
	new_page && for block in \
	    "{~column~:{~children~:[{~divider~:{}}]}}" "{~table_row~:{~cells~:[[]]}}"; do
		no 400 PATCH /v1/blocks/$page/children "$(append "$block")" \
		    "does not support children" &&
		no 400 POST /v1/pages "{~parent~:{~page_id~:~$root~},~properties~:{},
		    ~children~:[$block]}" "does not support children" || exit
	done && children $page && is 200 ".results == []"
'
it 'a column list grows by columns, and by nothing else' '
	column="{~column~:{~children~:[$(paragraph in)]}}" &&
	new_block "{~column_list~:{~children~:[$column,$column]}}" &&
	does PATCH /v1/blocks/$block/children "$(append "$column")" .results &&
	no 400 PATCH /v1/blocks/$block/children "$(append "{~divider~:{}}")" \
	    "does not support children" &&
	children $block && is 200 "(.results | length) == 3" &&
	no 400 PATCH /v1/blocks/$page/children \
	    "$(append "{~column_list~:{~children~:[$column]}}")" "≥ \`2\`"
'
it 'a heading holds blocks once it is a toggle, and stays one while it does' '
	new_block "{~heading_2~:{~rich_text~:[]}}" &&
	no 400 PATCH /v1/blocks/$block/children "$(append "{~divider~:{}}")" \
	    "does not support children" &&
	does PATCH /v1/blocks/$block "{~heading_2~:{~rich_text~:[],~is_toggleable~:true}}" &&
	does PATCH /v1/blocks/$block/children "$(append "{~divider~:{}}")" .results &&
	inside=$(id_there ".results[0].id") &&
	no 400 PATCH /v1/blocks/$block "{~heading_2~:{~rich_text~:[],~is_toggleable~:false}}" \
	    "stay toggleable" &&
	ask DELETE /v1/blocks/$inside && is 200 .in_trash &&
	does PATCH /v1/blocks/$block "{~heading_2~:{~rich_text~:[],~is_toggleable~:false}}" \
	    ".heading_2.is_toggleable == false"
'
it 'a row has as many cells as its table is wide, changed, too' '
	new_block "{~table~:{~table_width~:2,~children~:[{~table_row~:{~cells~:[[],[]]}}]}}" &&
	children $block && row=$(id_there ".results[0].id") &&
	no 400 PATCH /v1/blocks/$row "{~table_row~:{~cells~:[[]]}}" "table width" &&
	no 400 PATCH /v1/blocks/$row "{~table_row~:{~cells~:[[],[],[]]}}" "table width" &&
	does PATCH /v1/blocks/$row "{~table_row~:{~cells~:[[],$(text b)]}}" \
	    ".table_row.cells[1][0].plain_text == \"b\"" &&
	no 400 PATCH /v1/blocks/$block "{~table~:{~table_width~:3}}" "should be not present"
'
it 'a tab holds paragraphs' '
	new_block "{~tab~:{~children~:[$(paragraph One)]}}" &&
	no 400 PATCH /v1/blocks/$block/children "$(append "{~divider~:{}}")" \
	    "does not support children" &&
	does PATCH /v1/blocks/$block/children "$(append "$(paragraph Two)")" .results
'
it 'a synced copy is one of an original that is here, for good' '
	new_block "{~synced_block~:{~synced_from~:null,~children~:[$(paragraph same)]}}" &&
	original=$block &&
	copy() { append "{~synced_block~:{~synced_from~:{~block_id~:~$1~}}}"; } &&
	does PATCH /v1/blocks/$page/children "$(copy $original)" .results &&
	of=$(id_there ".results[0].id") && children $of &&
	is 200 ".results[0].paragraph.rich_text[0].plain_text == \"same\"" &&
	no 400 PATCH /v1/blocks/$of/children "$(append "{~divider~:{}}")" "original" &&
	no 400 PATCH /v1/blocks/$page/children "$(copy $of)" "should be an original" &&
	no 404 PATCH /v1/blocks/$page/children "$(copy $nowhere)" "Could not find block" &&
	no 400 PATCH /v1/blocks/$original "{~synced_block~:{~synced_from~:{~block_id~:~$of~}}}" \
	    "cannot be changed"
'
it 'a link to a page leads to what is there; a mention need not' '
	new_page &&
	link() { append "{~link_to_page~:{~$1~:~$2~}}"; } &&
	for what in page database comment; do
		no 404 PATCH /v1/blocks/$page/children "$(link ${what}_id $nowhere)" \
		    "Could not find $what" || exit
	done &&
	does PATCH /v1/blocks/$page/children "$(link page_id $root)" .results &&
	link=$(id_there ".results[0].id") &&
	no 404 PATCH /v1/blocks/$link "{~link_to_page~:{~page_id~:~$nowhere~}}" \
	    "Could not find page" &&
	does PATCH /v1/blocks/$page/children "$(append "{~paragraph~:{~rich_text~:[
	    {~mention~:{~page~:{~id~:~$nowhere~}}}]}}")" .results &&
	is 200 ".results[0].paragraph.rich_text[0] | .plain_text == \"Untitled\" and
	    .mention.page.id == \"$nowhere\""
'
it 'what cannot be changed' '
	new_block "{~divider~:{}}" &&
	no 400 PATCH /v1/blocks/$block "{~paragraph~:{~rich_text~:[]}}" "should be defined" &&
	no 400 PATCH /v1/blocks/$block "{~divider~:{},~quote~:{~rich_text~:[]}}" \
	    "should be not present" &&
	no 400 PATCH /v1/blocks/$block "{~divider~:{~children~:[]},~x~:1}" "not present" &&
	no 400 PATCH /v1/blocks/$page "{~child_page~:{~title~:~x~}}" "should be not present" &&
	ask GET /v1/blocks/$page && is 200 ".child_page.title == \"A page\""
'
it 'where new blocks may go' '
	new_block "$(paragraph a)" && first=$block &&
	does POST /v1/pages "{~parent~:{~page_id~:~$page~},~properties~:{}}" && sub=$(id_there) &&
	does PATCH /v1/blocks/$page/children "{~children~:[$(paragraph b)],
	    ~position~:{~type~:~after_block~,~after_block~:{~id~:~$sub~}}}" .results &&
	does PATCH /v1/blocks/$page/children "{~children~:[$(paragraph c)],
	    ~position~:{~type~:~after_block~,~after_block~:{~id~:~$first~}}}" .results &&
	does POST /v1/pages "{~parent~:{~page_id~:~$page~},~properties~:{},
	    ~position~:{~type~:~after_block~,~after_block~:{~id~:~$first~}}}" &&
	children $page && is 200 "[.results[].type] == [\"paragraph\",\"child_page\",
	    \"paragraph\",\"child_page\",\"paragraph\"]" &&
	no 400 PATCH /v1/blocks/$page/children "{~children~:[$(paragraph d)],
	    ~position~:{~type~:~after_block~,~after_block~:{~id~:~$root~}}}" "not parented" &&
	ask DELETE /v1/blocks/$first && is 200 .in_trash &&
	no 400 PATCH /v1/blocks/$page/children "{~children~:[$(paragraph d)],
	    ~position~:{~type~:~after_block~,~after_block~:{~id~:~$first~}}}" "not parented"
'

# ---- the trash ----

it 'what is on a page in the trash is not edited, nor taken away' '
	new_block "{~toggle~:{~rich_text~:[],~children~:[$(paragraph in)]}}" &&
	children $block && inner=$(id_there ".results[0].id") &&
	does PATCH /v1/pages/$page "{~in_trash~:true}" .in_trash &&
	no 400 PATCH /v1/blocks/$inner "$(paragraph x)" "archived" &&
	no 400 PATCH /v1/blocks/$block/children "$(append "{~divider~:{}}")" "archived" &&
	no 400 PATCH /v1/blocks/$page/children "$(append "{~divider~:{}}")" "archived" &&
	no 400 POST /v1/pages "{~parent~:{~page_id~:~$page~},~properties~:{}}" "archived" &&
	no 400 POST /v1/databases "{~parent~:{~page_id~:~$page~}}" "archived" &&
	no 400 POST /v1/comments "{~parent~:{~page_id~:~$page~},~rich_text~:$(text x)}" \
	    "archived" &&
	no 400 POST /v1/comments "{~parent~:{~block_id~:~$inner~},~rich_text~:$(text x)}" \
	    "archived" &&
	ask DELETE /v1/blocks/$inner && is 400 ".message | contains(\"archived\")" &&
	ask DELETE /v1/blocks/$page && is 404 .code &&
	does PATCH /v1/pages/$page "{~in_trash~:false}" &&
	does PATCH /v1/blocks/$inner "$(paragraph x)"
'
it 'a page comes back where it was, with all that was on it' '
	new_page && home=$page &&
	for title in one two three; do
		does POST /v1/pages "{~parent~:{~page_id~:~$home~},~properties~:{~title~:
		    {~title~:$(text $title)}},~children~:[$(paragraph on)]}" || exit
		[ $title != two ] || two=$(id_there)
	done && children $two && on=$(id_there ".results[0].id") &&
	does PATCH /v1/pages/$two "{~in_trash~:true}" &&
	children $home && is 200 "[.results[].child_page.title] == [\"one\",\"three\"]" &&
	does PATCH /v1/pages/$two "{~in_trash~:false}" &&
	children $home && is 200 "[.results[].child_page.title] == [\"one\",\"two\",\"three\"]" &&
	children $two && is 200 "[.results[].id] == [\"$on\"]"
'

# ---- databases ----

# A database of these properties: $database and $source.
new_source() {
	does POST /v1/databases "{~parent~:{~page_id~:~$root~},~title~:$(text "$1"),
	    ~initial_data_source~:{~properties~:{~Name~:{~title~:{}}${2:+,$2}}}}" &&
	database=$(id_there) && source=$(id_there '.data_sources[0].id')
}
new_row() {
	does POST /v1/pages "{~parent~:{~data_source_id~:~$source~},~properties~:{${1-}}}" &&
	row=$(id_there)
}
schema() {
	printf '{~properties~:{%s}}' "$1"
}

it 'rows have no position' '
	new_source Rows && no 400 POST /v1/pages "{~parent~:{~data_source_id~:~$source~},
	    ~properties~:{},~position~:{~type~:~page_start~}}" "position should be not present"
'
it 'a formula names what is there, by its name of today' '
	new_source Sums "~N~:{~number~:{}},~F~:{~formula~:{~expression~:~prop(\\~N\\~) + 1~}}" &&
	at=/v1/data_sources/$source &&
	no 400 PATCH $at "$(schema "~G~:{~formula~:{~expression~:~prop(\\~M\\~)~}}")" \
	    "undefined property" &&
	no 400 PATCH $at "$(schema "~G~:{~formula~:{~expression~:~max(1,~}}")" "parsed" &&
	does PATCH $at "$(schema "~N~:{~name~:~M~}")" \
	    ".properties.F.formula.expression == \"prop(\\\"M\\\") + 1\"" &&
	does PATCH $at "$(schema "~G~:{~formula~:{~expression~:~prop(\\~M\\~)~}}")"
'
it 'a rollup goes through a relation to a property that is there' '
	new_source Target "~N~:{~number~:{}}" && target=$source &&
	new_source From "~To~:{~relation~:{~data_source_id~:~$target~,~single_property~:{}}}" &&
	at=/v1/data_sources/$source &&
	rollup() { schema "~$1~:{~rollup~:{~function~:~sum~,~relation_property_name~:~$2~,
	    ~rollup_property_name~:~$3~}}"; } &&
	no 400 PATCH $at "$(rollup S To M)" "Could not find property with name or id: M" &&
	no 400 PATCH $at "$(rollup S Name N)" "is not a relation" &&
	no 400 PATCH $at "$(rollup S Two N)" "Could not find property with name or id: Two" &&
	ask GET $at && is 200 ".properties | has(\"S\") | not" &&
	does PATCH $at "$(rollup S To N)" &&
	does PATCH /v1/data_sources/$target "$(schema "~N~:{~name~:~M~}")" &&
	ask GET $at && is 200 ".properties.S.rollup | .rollup_property_name == \"M\" and
	    .relation_property_name == \"To\"" &&
	does PATCH $at "$(schema "~To~:{~name~:~Into~}")" \
	    ".properties.S.rollup.relation_property_name == \"Into\""
'
it 'a relation is to a data source' '
	new_source Wrong && for id in $root $database $nowhere; do
		ask PATCH /v1/data_sources/$source "$(json "$(schema "~R~:{~relation~:{
		    ~data_source_id~:~$id~,~single_property~:{}}}")")" &&
		{ [ $code = 400 ] || [ $code = 404 ]; } || exit
	done && ask GET /v1/data_sources/$source && is 200 ".properties | has(\"R\") | not"
'
it 'a dual relation to itself: two properties, each the other side' '
	new_source Self && at=/v1/data_sources/$source &&
	does PATCH $at "$(schema "~Up~:{~relation~:{~data_source_id~:~$source~,~dual_property~:{}}}")" \
	    ".properties | (keys | length) == 3 and
	    .[\"Related to Self (Up)\"].relation.dual_property.synced_property_name == \"Up\"" &&
	does PATCH $at "$(schema "~Related to Self (Up)~:{~name~:~Down~}")" \
	    ".properties | .Up.relation.dual_property.synced_property_name == \"Down\"" &&
	does PATCH $at "$(schema "~Up~:{~name~:~Above~}")" \
	    ".properties.Down.relation.dual_property.synced_property_name == \"Above\"" &&
	new_row && one=$row && new_row && two=$row &&
	up() { does PATCH /v1/pages/$1 "{~properties~:{~Above~:{~relation~:[$2]}}}"; } &&
	up $one "{~id~:~$two~},{~id~:~$one~}" &&
	is 200 "[.properties.Above.relation[].id] == [\"$two\",\"$one\"] and
	    [.properties.Down.relation[].id] == [\"$one\"]" &&
	ask GET /v1/pages/$two && is 200 "[.properties.Down.relation[].id] == [\"$one\"]" &&
	up $one "" && is 200 ".properties.Down.relation == []" &&
	ask GET /v1/pages/$two && is 200 ".properties.Down.relation == []" &&
	does PATCH $at "$(schema "~Above~:null")" "(.properties | keys) == [\"Name\"]" &&
	ask GET /v1/pages/$one && is 200 "(.properties | keys) == [\"Name\"]"
'
it 'two dual relations at once get names of their own' '
	new_source There && there=$source && new_source Here &&
	dual() { printf %s "~$1~:{~relation~:{~data_source_id~:~$there~,~dual_property~:
	    {~synced_property_name~:~Back~}}}"; } &&
	does PATCH /v1/data_sources/$source "$(schema "$(dual A),$(dual B)")" &&
	ask GET /v1/data_sources/$there && is 200 "(.properties | keys) ==
	    [\"Back\",\"Back 1\",\"Name\"]"
'
it 'a dual relation that leads elsewhere takes its other side along' '
	new_source One && one=$source && new_source Two && two=$source && new_source Mid &&
	dual() { schema "~R~:{~relation~:{~data_source_id~:~$1~,~dual_property~:{}}}"; } &&
	does PATCH /v1/data_sources/$source "$(dual $one)" &&
	does PATCH /v1/data_sources/$source "$(dual $two)" \
	    ".properties.R.relation.data_source_id == \"$two\"" &&
	ask GET /v1/data_sources/$one && is 200 "(.properties | keys) == [\"Name\"]" &&
	ask GET /v1/data_sources/$two && is 200 "(.properties | keys | length) == 2"
'
it 'links go to rows of the source, a hundred at most' '
	new_source Links && links=$source && new_row && there=$row &&
	new_source Holder "~R~:{~relation~:{~data_source_id~:~$links~,~single_property~:{}}}" &&
	new_row "~R~:{~relation~:[{~id~:~$there~}]}" &&
	to() { printf %s "{~properties~:{~R~:{~relation~:[$1]}}}"; } &&
	no 404 PATCH /v1/pages/$row "$(to "{~id~:~$nowhere~}")" "Could not find page" &&
	no 400 PATCH /v1/pages/$row "$(to "{~id~:~$root~}")" "is not in the data source" &&
	many=$(yes "{~id~:~$there~}" | head -n 101 | paste -sd, -) &&
	no 400 PATCH /v1/pages/$row "$(to "$many")" "≤ \`100\`" &&
	ask GET /v1/pages/$row && is 200 "[.properties.R.relation[].id] == [\"$there\"]"
'
it 'values of the wrong type, people nobody knows, what is computed' '
	new_source Values "~N~:{~number~:{}},~P~:{~people~:{}},~S~:{~status~:{}},
	    ~U~:{~unique_id~:{}},~T~:{~created_time~:{}},~By~:{~last_edited_by~:{}}" &&
	row_no() { no 400 POST /v1/pages "{~parent~:{~data_source_id~:~$source~},
	    ~properties~:{$1}}" "$2"; } &&
	row_no "~N~:{~number~:~7~}" "should be a number" &&
	row_no "~N~:{~checkbox~:true}" "expected to be number" &&
	row_no "~P~:{~people~:[{~id~:~$nowhere~}]}" "Could not find user" &&
	row_no "~S~:{~status~:{~name~:~Nowhere~}}" "does not exist" &&
	row_no "~U~:{~unique_id~:{~number~:7}}" "cannot be set" &&
	row_no "~T~:{~created_time~:~2026-01-01~}" "cannot be set" &&
	row_no "~By~:{~last_edited_by~:{~id~:~$nowhere~}}" "cannot be set" &&
	row_no "~None~:{~number~:7}" "is not a property that exists" &&
	new_row "~S~:{~status~:null}" && is 200 ".properties.S.status.name == \"Not started\"" &&
	me() { ask GET /v1/users/me && id_there; } && bot=$(me) &&
	new_row "~P~:{~people~:[{~id~:~$bot~}]}" && is 200 "[.created_by.id,.last_edited_by.id,
	    .properties.By.last_edited_by.id,.properties.P.people[0].id] | unique == [\"$bot\"]"
'
it 'options: the list is the whole, and what is in it stays as it is' '
	new_source Opts "~K~:{~select~:{~options~:[{~name~:~a~,~color~:~red~},{~name~:~b~}]}}" &&
	at=/v1/data_sources/$source && options() { schema "~K~:{~select~:{~options~:[$1]}}"; } &&
	new_row "~K~:{~select~:{~name~:~b~}}" &&
	no 400 PATCH $at "$(options "{~name~:~a~,~color~:~blue~}")" "Cannot update color" &&
	no 400 PATCH $at "$(options "{~name~:~c~},{~name~:~C~}")" "unique" &&
	no 400 PATCH $at "$(options "{~name~:~c,d~}")" "commas" &&
	does PATCH $at "$(options "{~name~:~c~},{~name~:~A~}")" \
	    "[.properties.K.select.options[] | .name] == [\"c\",\"a\"]" &&
	ask GET /v1/pages/$row && is 200 ".properties.K.select == null"
'
it 'the title property stays, alone' '
	new_source Titles && at=/v1/data_sources/$source &&
	no 400 PATCH $at "$(schema "~Name~:null")" "cannot be deleted" &&
	no 400 PATCH $at "$(schema "~Name~:{~number~:{}}")" "Title property" &&
	no 400 PATCH $at "$(schema "~Other~:{~title~:{}}")" "only one title" &&
	no 400 POST /v1/data_sources "{~parent~:{~database_id~:~$database~},~properties~:
	    {~N~:{~number~:{}}}}" "Title is not provided" &&
	does PATCH $at "$(schema "~Name~:{~name~:~What~}")" "(.properties | keys) == [\"What\"] and
	    .properties.What.id == \"title\""
'
it 'a database that becomes inline says so in each place' '
	new_source Inline && does PATCH /v1/databases/$database "{~is_inline~:true}" .is_inline &&
	ask GET /v1/data_sources/$source && is 200 .is_inline &&
	children $root && is 200 ".results[-1].id == \"$database\""
'

it 'a database moves with all that is in it, but not below itself' '
	new_page && from=$page && new_page && to=$page &&
	does POST /v1/databases "{~parent~:{~page_id~:~$from~},~title~:$(text Moves)}" &&
	database=$(id_there) && source=$(id_there ".data_sources[0].id") && new_row &&
	does POST /v1/pages "{~parent~:{~page_id~:~$row~},~properties~:{}}" && below=$(id_there) &&
	at=/v1/databases/$database && parent() { printf %s "{~parent~:{~page_id~:~$1~}}"; } &&
	no 400 PATCH $at "$(parent $below)" "below itself" &&
	no 400 PATCH $at "$(parent $from)" "already has this parent" &&
	no 404 PATCH $at "$(parent $nowhere)" "Could not find page" &&
	does PATCH $at "$(parent $to)" ".parent.page_id == \"$to\"" &&
	children $from && is 200 ".results == []" &&
	children $to && is 200 "[.results[] | .id, .child_database.title] ==
	    [\"$database\",\"Moves\"]" &&
	ask GET /v1/data_sources/$source && is 200 ".database_parent.page_id == \"$to\"" &&
	does PATCH $at "{~parent~:{~workspace~:true}}" .parent.workspace &&
	children $to && is 200 ".results == []" && does PATCH $at "$(parent $from)"
'
it 'a row that leaves its data source leaves what it was related to' '
	new_source Left && left=$source && new_row && one=$row && new_source Right "~To~:{~relation~:{
	    ~data_source_id~:~$left~,~dual_property~:{~synced_property_name~:~Back~}}}" &&
	new_row "~To~:{~relation~:[{~id~:~$one~}]}" &&
	does POST /v1/pages/$row/move "{~parent~:{~page_id~:~$root~}}" \
	    "(.properties | keys) == [\"title\"]" &&
	ask GET /v1/pages/$one && is 200 ".properties.Back.relation == []"
'

it 'rows tell of themselves in a property that is new to them' '
	new_source Own && new_row && one=$row && new_row && two=$row &&
	does PATCH /v1/data_sources/$source "$(schema "~No~:{~unique_id~:{~prefix~:~R~}},
	    ~At~:{~created_time~:{}},~By~:{~created_by~:{}}")" &&
	for row in $one $two; do
		ask GET /v1/pages/$row && is 200 ".properties.At.created_time == .created_time and
		    .properties.By.created_by.id == .created_by.id and
		    .properties.No.unique_id.prefix == \"R\"" &&
		id_there .properties.No.unique_id.number || exit
	done | sort | tr "\n" " " | grep -x "1 2 " &&
	new_row && is 200 ".properties.No.unique_id.number == 3" && new_page &&
	does POST /v1/pages/$page/move "{~parent~:{~data_source_id~:~$source~}}" \
	    ".properties.No.unique_id.number == 4 and .properties.At.created_time != null"
'
it 'the other side of a dual relation grows by one at a time, in order' '
	new_source Many && many=$source && new_row && one=$row && new_source Few "~To~:{~relation~:{
	    ~data_source_id~:~$many~,~dual_property~:{~synced_property_name~:~Back~}}}" &&
	for n in 1 2 3; do
		new_row "~To~:{~relation~:[{~id~:~$one~}]}" && echo $row || exit
	done >order && ask GET /v1/pages/$one &&
	id_there ".properties.Back.relation[].id" | cmp - order
'

# ---- views ----

it 'a view fits its data source and its database' '
	new_source Views "~K~:{~select~:{}}" && other=$database && theirs=$source &&
	ask GET "/v1/views?database_id=$database" && foreign=$(id_there ".results[0].id") &&
	new_source More "~K~:{~select~:{}}" &&
	view() { printf %s "{~data_source_id~:~$source~,~database_id~:~$database~,
	    ~name~:~V~,~type~:~$1~$2}"; } &&
	no 400 POST /v1/views "$(view table ",~configuration~:{~properties~:
	    [{~property_id~:~none~}]}")" "Could not find property" &&
	no 400 POST /v1/views "$(view calendar ",~configuration~:{~date_property_id~:~none~}")" \
	    "Could not find property" &&
	no 400 POST /v1/views "$(view table ",~quick_filters~:{~none~:{}}")" \
	    "Could not find property" &&
	no 400 POST /v1/views "$(view table ",~filter~:{~property~:~none~,~select~:
	    {~is_empty~:true}}")" "Could not find property" &&
	no 400 POST /v1/views "$(view table ",~position~:{~type~:~after_view~,
	    ~view_id~:~$foreign~}")" "not one of this database" &&
	no 400 POST /v1/views "{~data_source_id~:~$source~,~view_id~:~$foreign~,~name~:~V~,
	    ~type~:~chart~,~configuration~:{~chart_type~:~bar~}}" "should be a dashboard" &&
	does POST /v1/views "$(view table ",~quick_filters~:{~K~:{}},
	    ~position~:{~type~:~start~}")" && first=$(id_there) &&
	no 400 PATCH /v1/views/$first "{~configuration~:{~type~:~list~}}" "cannot be changed" &&
	does POST /v1/views "$(view list ",~position~:{~type~:~after_view~,
	    ~view_id~:~$first~}")" && second=$(id_there) &&
	ask GET "/v1/views?database_id=$database" &&
	is 200 "[.results[:2][].id] == [\"$first\",\"$second\"]" &&
	does PATCH /v1/databases/$database "{~in_trash~:true}" .in_trash &&
	no 400 POST /v1/views "$(view table "")" "archived"
'
it 'a linked database stands where it is told, with a view of its own' '
	new_source Shown && new_block "$(paragraph a)" && first=$block &&
	does PATCH /v1/blocks/$page/children "$(append "$(paragraph b)")" .results &&
	does POST /v1/views "{~data_source_id~:~$source~,~name~:~L~,~type~:~list~,
	    ~create_database~:{~parent~:{~page_id~:~$page~},~position~:
	    {~type~:~after_block~,~block_id~:~$first~}}}" && view=$(id_there) &&
	linked=$(id_there .parent.database_id) && children $page &&
	is 200 "[.results[].type] == [\"paragraph\",\"child_database\",\"paragraph\"] and
	    .results[1].id == \"$linked\"" &&
	ask GET "/v1/views?database_id=$linked" && is 200 "[.results[].id] == [\"$view\"]" &&
	ask GET "/v1/views?data_source_id=$source" && is 200 "[.results[].id] | index(\"$view\")" &&
	ask DELETE /v1/views/$view && is 400 ".message | contains(\"last view\")" &&
	does PATCH /v1/pages/$page "{~in_trash~:true}"	# a loss, when read
'
it 'widgets go with their dashboard' '
	new_source Dash && does POST /v1/views "{~data_source_id~:~$source~,
	    ~database_id~:~$database~,~name~:~D~,~type~:~dashboard~}" && dash=$(id_there) &&
	does POST /v1/views "{~data_source_id~:~$source~,~view_id~:~$dash~,~name~:~W~,
	    ~type~:~chart~,~configuration~:{~chart_type~:~bar~}}" \
	    ".dashboard_view_id == \"$dash\"" && widget=$(id_there) &&
	ask DELETE /v1/views/$dash && is 200 .id && ask GET /v1/views/$widget && is 404 .code
'

# ---- comments, uploads ----

it 'what a comment may be' '
	new_page && comment() { printf %s "{~parent~:{~page_id~:~$page~},$1}"; } &&
	no 400 POST /v1/comments "$(comment "~rich_text~:[],~markdown~:~x~")" "not present" &&
	no 400 POST /v1/comments "{~rich_text~:$(text x)}" "should be defined" &&
	no 400 POST /v1/comments "$(comment "~rich_text~:$(text x),~display_name~:
	    {~type~:~user~}")" "Internal integrations" &&
	no 400 POST /v1/comments "$(comment "~rich_text~:$(text x),~attachments~:
	    [{~file_upload_id~:~$nowhere~}]")" "could not be found" &&
	no 404 POST /v1/comments "{~discussion_id~:~$nowhere~,~rich_text~:$(text x)}" \
	    "Could not find discussion" &&
	does POST /v1/comments "$(comment "~markdown~:~x~")"
'
it 'a hosted file in a property stays, if it is one that is there' '
	new_source Files "~F~:{~files~:{}}" && echo hello >a.txt &&
	does POST /v1/file_uploads "{~filename~:~a.txt~}" && upload=$(id_there) &&
	curl -sf -o sent -H "Authorization: Bearer x" -H "Notion-Version: $version" \
	    -F "file=@a.txt;type=text/plain" $NOTION_API_BASE_URL/v1/file_uploads/$upload/send &&
	new_row "~F~:{~files~:[{~file_upload~:{~id~:~$upload~}}]}" &&
	url=$(id_there ".properties.F.files[0].file.url") &&
	files() { printf %s "{~properties~:{~F~:{~files~:[$1]}}}"; } &&
	web="{~name~:~w~,~external~:{~url~:~https://example.org/w.txt~}}" &&
	does PATCH /v1/pages/$row "$(files "$web,{~name~:~a.txt~,~file~:{~url~:~$url~}}")" \
	    "[.properties.F.files[] | .name] == [\"w\",\"a.txt\"]" &&
	curl -sf "$(id_there ".properties.F.files[1].file.url")" | cmp - a.txt &&
	no 400 PATCH /v1/pages/$row "$(files "{~name~:~x~,~file~:{~url~:
	    ~https://files.example.org/x.txt~}}")" "Upload it instead" &&
	no 400 POST /v1/pages "{~parent~:{~data_source_id~:~$source~},~properties~:{~F~:
	    {~files~:[{~name~:~a.txt~,~file~:{~url~:~$url~}}]}}}" "Upload it instead"
'
it 'types of files that are not taken' '
	no 400 POST /v1/file_uploads "{~filename~:~a.exe~}" "not supported" &&
	no 400 POST /v1/file_uploads "{~filename~:~a~,~content_type~:
	    ~application/octet-stream~}" "not supported" &&
	no 400 POST /v1/file_uploads "{~filename~:~a.mp4~,~mode~:~multi_part~}" \
	    "number_of_parts" &&
	no 400 POST /v1/file_uploads "{~filename~:~a.mp4~,~mode~:~multi_part~,
	    ~number_of_parts~:1001}" "≤ \`1000\`" &&
	does POST /v1/file_uploads "{~filename~:~a~,~content_type~:~text/x-mine~}"
'
it 'what is made is stamped with the minute, and with who the token is' '
	ask GET /v1/users/me && bot=$(id_there) && stamp=2026-03-12T10:20:00.000Z &&
	stamped() { is 200 "${1-.} | .created_time == \"$stamp\" and
	    .last_edited_time == \"$stamp\" and .created_by.id == \"$bot\""; } &&
	new_block "$(paragraph a)" && stamped ".results[0]" &&
	ask GET /v1/pages/$page && stamped &&
	does POST /v1/comments "{~parent~:{~page_id~:~$page~},~rich_text~:$(text x)}" && stamped &&
	new_source Stamps && ask GET /v1/data_sources/$source && stamped &&
	ask GET "/v1/views?database_id=$database" &&
	ask GET /v1/views/$(id_there ".results[0].id") && stamped &&
	new_row && stamped && does POST /v1/file_uploads "{~filename~:~a.txt~}" && stamped
'

# ---- all of that together ----

status 0 notion-fetch --workspace --comments blocks >written.ndjson 2>err || cat err >&2
it 'what was written is a workspace that is whole' '
	if command -v node >/dev/null; then
		"$NT_ROOT/tests/tools/check-walk" written.ndjson
	fi && status 0 notion-pack -f zip -o written.zip written.ndjson &&
	status 0 notion-unpack --verify written.zip'
ends
records() {
	sed -e 1d -e '$d' "$1" | sed 's|http://127.0.0.1:[0-9]*/|http://127.0.0.1/|g'
}
records written.ndjson >want
it 'and what the repository keeps of it' '
	status 0 notion-unpack judge.db >kept.ndjson &&
	status 0 notion-unpack --verify judge.db &&
	records kept.ndjson | grep -v "\"object\":\"asset\"" | cmp want -'
serve written.ndjson
it 'and served again it is the same' '
	status 0 notion-fetch --workspace --comments blocks >again.ndjson &&
	records again.ndjson | cmp want -'
ends

# An upload that nothing needs ends after an hour, one that is attached never.
state=$PWD/state.db
echo 'sun hat' >list.txt
upload() {
	ask POST /v1/file_uploads '{"filename":"list.txt"}' && is 200 .id &&
	upload=$(jq -r .id answer) &&
	curl -sf -o answer -H 'Authorization: Bearer x' -H "Notion-Version: $version" \
	    -F 'file=@list.txt;type=text/plain' \
	    "$NOTION_API_BASE_URL/v1/file_uploads/$upload/send"
}
attach() {
	ask PATCH "/v1/blocks/$page/children" '{"children":[{"file":{"type":"file_upload",
	    "file_upload":{"id":"'"$1"'"}}}]}'
}
at_hour() {
	NT_CLOCK_FIXED=2026-03-12T$1Z
	shift
	serve --state "$state" "$@"
}
at_hour 10:00:00 "$sample"
new_page && upload && used=$upload && attach "$used" && is 200 .results &&
    upload && unused=$upload || exit 2
ends
at_hour 10:59:59
it 'an upload may be attached for an hour' '
	attach $unused && is 200 .results'
upload && unused=$upload
ends
at_hour 12:00:00
it 'then it is gone, but for one that was attached before' '
	ask GET /v1/file_uploads/$unused && is 200 ".status == \"expired\"" &&
	attach $unused && is 400 ".message | contains(\"expired\")" &&
	attach $used && is 200 .results &&
	ask GET /v1/file_uploads/$used && is 200 ".status == \"uploaded\" and .expiry_time == null"
'
ends

# ---- what the token may do, and what it is shown ----

serve --capabilities insert,comment_insert "$sample"
it 'who may not read learns no more than ids' '
	new_page && is 200 "(keys == [\"id\",\"object\",\"request_id\"])" &&
	ask GET /v1/pages/$page && is 403 ".code == \"restricted_resource\"" &&
	for path in /v1/blocks/$page/children /v1/users "/v1/comments?block_id=$page" \
	    /v1/users/$page "/v1/views?database_id=$page"; do
		ask GET "$path" && is 403 .code || exit
	done &&
	ask POST /v1/search "{}" && is 403 .code &&
	does PATCH /v1/blocks/$page/children "$(append "{~divider~:{}}")" \
	    "(.results | length) == 1 and (.results[0] | keys) == [\"id\",\"object\"]" &&
	block=$(id_there ".results[0].id") &&
	no 403 PATCH /v1/blocks/$block "{~divider~:{}}" "Insufficient permissions" &&
	ask DELETE /v1/blocks/$block && is 403 .code &&
	no 403 POST /v1/pages/$page/move "{~parent~:{~page_id~:~$root~}}" "Insufficient" &&
	does POST /v1/comments "{~parent~:{~page_id~:~$page~},~rich_text~:$(text x)}" \
	    "has(\"rich_text\") | not" &&
	ask GET /v1/users/me && is 200 .bot && does POST /v1/file_uploads "{~filename~:~a.txt~}" .status
'
ends
serve --capabilities read,update,comment_read,user "$sample"
it 'who may not insert changes what is there' '
	no 403 POST /v1/pages "{~parent~:{~page_id~:~$root~},~properties~:{}}" "Insufficient" &&
	no 403 PATCH /v1/blocks/$root/children "$(append "{~divider~:{}}")" "Insufficient" &&
	no 403 POST /v1/comments "{~parent~:{~page_id~:~$root~},~rich_text~:$(text x)}" \
	    "Insufficient" &&
	does PATCH /v1/pages/$root "{~is_locked~:true}" .is_locked &&
	ask GET /v1/users && is 200 ".results[0].id"
'
ends

child=$(id_of '.object == "page" and .parent.page_id == "'"$root"'"')
database=$(id_of '.object == "database" and .parent.page_id == "'"$root"'"')
serve --shared "$child,https://www.notion.so/$database" "$sample"
it 'what is not shared is not there' '
	ask GET /v1/pages/$child && is 200 ".parent.page_id == \"$root\"" &&
	ask GET /v1/pages/$root && is 404 ".code == \"object_not_found\" and
	    (.message | contains(\"shared with your integration\"))" &&
	ask GET /v1/databases/$database && is 200 .data_sources &&
	ask POST /v1/data_sources/$(id_there ".data_sources[0].id")/query "{}" && is 200 .results &&
	ask POST /v1/search "{}" && is 200 "(.results | length) > 1 and
	    all(.results[]; .id != \"$root\")" &&
	no 404 POST /v1/pages "{~parent~:{~page_id~:~$root~},~properties~:{}}" "Could not find page" &&
	no 404 PATCH /v1/blocks/$child/children "$(append "{~link_to_page~:
	    {~page_id~:~$root~}}")" "Could not find page" &&
	ask GET /v1/users && is 200 "(.results | length) > 1"
'
ends
it 'words and ids that are none' '
	for list in read,write "" read,; do
		status 2 notion-serve --capabilities "$list" "$sample" 2>err &&
		grep "^notion-serve: --capabilities has " err && grep "expected read, update" err ||
		exit
	done &&
	status 2 notion-serve --shared x "$sample" 2>err && grep "^notion-serve: --shared: " err &&
	status 2 notion-serve --shared $child 2>err && grep "no file is named" err &&
	status 2 notion-serve --shared $nowhere "$sample" >out 2>err &&
	grep "there is no page or database $nowhere" err && test ! -s out
'
finish

#!/bin/sh
# the sample workspace: made by its script, whole, in order, of every kind
. "${0%/*}/lib.sh"

sample=$NT_ROOT/examples/workspace.ndjson
kinds() { jq -r "$1" "$sample" | sort -u; }

if command -v node >/dev/null; then
it 'is what the script makes, byte for byte' '
	"$NT_ROOT"/examples/make-sample . &&
	cmp workspace.ndjson "$sample" &&
	diff -r assets "$NT_ROOT"/examples/assets
'
else
skip 'is what the script makes, byte for byte' 'node is not installed'
fi

it 'has every block type' '
	kinds "select(.object == \"block\").type" >have &&
	for type in audio bookmark breadcrumb bulleted_list_item callout \
	    child_database child_page code column column_list divider embed \
	    equation file heading_1 heading_2 heading_3 heading_4 image \
	    link_preview link_to_page meeting_notes numbered_list_item \
	    paragraph pdf quote synced_block tab table table_of_contents \
	    table_row template to_do toggle unsupported video
	do echo $type; done >want && diff want have
'
it 'has every property type' '
	kinds "select(.object == \"data_source\").properties[].type" >have &&
	for type in button checkbox created_by created_time date email files \
	    formula last_edited_by last_edited_time multi_select number people \
	    phone_number place relation rich_text rollup select status title \
	    unique_id url verification
	do echo $type; done >want && diff want have
'
it 'has every kind of mention' '
	kinds "select(.object != \"snapshot\") | .. | objects |
	    select(.type? == \"mention\").mention.type" >have &&
	for type in custom_emoji database date link_mention link_preview page \
	    template_mention user
	do echo $type; done >want && diff want have
'
it 'has every type of view' '
	kinds "select(.object == \"view\").type" >have &&
	for type in board calendar chart dashboard form gallery list map table \
	    timeline
	do echo $type; done >want && diff want have
'
it 'holds each file that an asset record names, by its hash' '
	jq -r "select(.object == \"asset\") |
	    \"\(.sha256)  \(.sha256)\"" "$sample" | sort -u >sums &&
	test "$(wc -l <sums)" -ge 4 &&
	(cd "$NT_ROOT"/examples/assets && sha256sum -c --quiet "$OLDPWD"/sums)
'
it 'shows both sides of a relation' '
	jq -r "select(.object == \"page\") | .id as \$id |
	    .properties.Tasks.relation // [] | .[].id + \" \" + \$id" \
	    "$sample" | sort >there &&
	jq -r "select(.object == \"page\") | .id as \$id |
	    .properties.Bed.relation // [] | .[] | \$id + \" \" + .id" \
	    "$sample" | sort >back &&
	test -s there && cmp there back
'
it 'counts and hashes what stands between its control records' '
	sed "1d;\$d" "$sample" | sha256sum | sed "s/ .*//" >sum &&
	test "$(tail -n 1 "$sample" | jq -r .digest)" = "sha256:$(cat sum)" &&
	test "$(tail -n 1 "$sample" | jq "[.counts[]] | add")" \
	    -eq "$(sed "1d;\$d" "$sample" | wc -l)"
'
finish

#!/bin/sh
# notion backup restore, where things were: what was trashed, edited or deleted
# since comes back under the ids it had; what is newer stays
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup-restore.sh

plants=$(database Plants)
soil=$(page 'Soil and compost')

begin
keep backup-20250127T020000Z.zip
read_all before
it 'has nothing to do where all is as in the backup' '
	restored 0 && grep "^nothing to put back" err && test ! -s out &&
	test -z "$(writes)" && as_before
'
it 'says what a dry run would do, and writes nothing' '
	trash $soil && restored 0 --dry-run &&
	grep "would be put back where it was: 3 pages and 20 blocks" out &&
	grep "^it takes [0-9]* requests" out && test -z "$(writes)" &&
	test -z "$(ls state/notion-tools/restore)"
'
it 'brings back a page from the trash, with all below it' '
	restored 0 && grep "read again, it is as in the backup" err &&
	as_before && same_ids
'
it 'brings back these pages only' '
	one=$(page Tomato) two=$(page Basil) &&
	trash $soil && trash $one && trash $two &&
	restored 0 ./backups/backup-20250127T020000Z.zip --pages="$one,$two" &&
	test "$(writes | sort)" = "$(printf "PATCH /v1/pages/%s\n" $one $two |
	    sort)" && send GET pages/$soil && jq -e .in_trash answer
'
it 'and says what it would do of that' '
	trash $(page Tomato) &&
	restored 0 ./backups/backup-20250127T020000Z.zip \
	    --pages="$(page Tomato),$(page Basil)" --dry-run &&
	grep "where it was: 1 page" out && test -z "$(writes)"
'
it 'brings back a database from the trash, and its rows' '
	send PATCH databases/$plants "{\"in_trash\":true}" &&
	restored 0 --database=$plants && restored 0 && as_before && same_ids
'

begin
keep backup-20250127T020000Z.zip
read_all before
block=$(jq -r 'select(.type == "to_do").id' "$sample" | head -n 1)
it 'changes back what was edited, also what was trashed then' '
	send PATCH "pages/$(page "Winter list ❄️")" "{\"icon\":
	    {\"emoji\":\"🌋\"},\"properties\":{\"title\":[{\"text\":
	    {\"content\":\"Other\"}}]}}" &&
	send PATCH blocks/$block "{\"to_do\":{\"checked\":false,\"rich_text\":
	    [{\"text\":{\"content\":\"Gone\"}}]}}" &&
	send PATCH "pages/$(page "Fill the water tanks")" "{\"properties\":
	    {\"Hours\":{\"number\":99},\"Tags\":{\"multi_select\":[]},
	     \"Plants\":{\"relation\":[]}}}" &&
	send PATCH pages/$soil "{\"properties\":{\"title\":[{\"text\":
	    {\"content\":\"Mud\"}}]}}" && trash $soil &&
	restored 0 && as_before && same_ids
'
it 'makes a deleted block anew, and again nothing the next time' '
	jq -r "select(.type == \"quote\").id" "$sample" | tail -n 1 >id &&
	send DELETE "blocks/$(cat id)" && restored 0 &&
	grep "made anew under other ids" err && read_all after &&
	for stream in before after; do
		jq -r "select(.object == \"block\") | .type" $stream.ndjson \
		    >$stream.types
	done && diff before.types after.types &&
	restored 0 && grep "^nothing to put back" err &&
	read_all again && look after.ndjson >a && look again.ndjson | diff a -
'
it 'knows what it made anew, however much that is by now' '
	made=state/notion-tools/restore/made.ndjson &&
	jq -c ".map += ([range(3000) | (\"00000000000\(.)\" | .[-12:]) as \$n |
	    {key: \"00000000-0000-4000-8000-\(\$n)\",
		value: \"00000000-0000-4000-9000-\(\$n)\"}] | from_entries)" \
	    $made >more && test "$(wc -c <more)" -gt 200000 && mv more $made &&
	restored 0 && grep "^nothing to put back" err
'
it 'leaves alone what is newer, unless it is told to delete it' '
	send POST pages "{\"parent\":{\"page_id\":\"$soil\"},\"properties\":
	    {\"title\":[{\"text\":{\"content\":\"New\"}}]}}" &&
	new=$(jq -r .id answer) && restored 0 && test -z "$(writes)" &&
	grep "; 1 page newer and left alone" err &&
	restored 0 --delete --dry-run && test -z "$(writes)" &&
	grep ": 1 page newer and to go to the trash" out &&
	restored 0 --delete && send GET pages/$new && jq -e .in_trash answer &&
	restored 0 --delete && test -z "$(writes)"
'
it 'says that a page is in the trash still, for what it was in is' '
	kid=$(jq -r "select(.object == \"page\" and
	    .parent.page_id == \"$soil\").id" "$sample" | head -n 1) &&
	trash $soil && restored 1 --pages $kid &&
	grep "page $kid is in the trash with what it is in" err &&
	restored 0 --pages $soil && send GET pages/$kid &&
	jq -e ".in_trash | not" answer
'
finish

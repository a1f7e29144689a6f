#!/bin/sh
# notion backup restore: copies beside what is there, and rows into a database
# that is there; gone on with after a crash, read again and compared
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup-restore.sh

plants=$(database Plants)
soil=$(page 'Soil and compost')
home=$(page 'How we garden')
plants_parent=$(jq -r --arg id "$plants" 'select(.object == "database" and
    .id == $id).parent.page_id' "$sample")
# same_rows ID: the database has the rows that the backup has
values() {
	jq -S -c 'select(.object == "page" and
	    .parent.type == "data_source_id").properties |
	    map_values(select(.type | test("formula|rollup|_time|_by|unique_id|relation") |
		not) | del(.id)) |
	    del(.. | .id?)' "$1" | sort
}
same_rows() {
	notion-fetch --database "$1" >rows.ndjson &&
	notion-unpack --databases "$plants" backup.zip >kept.rows &&
	values kept.rows >want && test -s want && values rows.ndjson |
	    diff want -
}
# put_back ID: a judge that is not notion-diff finds below the page what the
# backup has of the database
put_back() {
	! command -v node >/dev/null ||
	{
		notion-fetch --page "$1" --comments blocks --assets back \
		    >back.ndjson &&
		notion-unpack --databases "$plants" backup.zip |
		    sed "s/$plants_parent/$1/g" >kept.rows &&
		"$NT_ROOT"/tests/tools/put-back kept.rows back.ndjson \
		    results "$1"
	}
}
# new_page: an empty one, in $target
new_page() {
	send POST pages "{\"parent\":{\"page_id\":\"$home\"},\"properties\":{}}" &&
	target=$(jq -r .id answer)
}

begin
keep whole.zip
mv backups/whole.zip whole.zip
keep plants.zip --database "$plants"
mv backups/plants.zip backup.zip

it 'makes the database anew, where that of the id is not there' '
	restored 0 ./backup.zip --database=$none --create-database \
	    --map-users="old@email.com:new@email.com" &&
	grep "there is no database $none: a new one is made" err &&
	test "$(wc -l <out)" -eq 1 && same_rows "$(cat out)" &&
	send GET "databases/$(cat out)" &&
	jq -e ".title[0].plain_text == \"Plants\" and
	    .parent.page_id == \"$plants_parent\"" answer
'
it 'gives the copy a name' '
	restored 0 ./backup.zip --create-database \
	    --new-name="Tasks - Restored" && same_rows "$(cat out)" &&
	send GET "databases/$(cat out)" &&
	jq -e ".title[0].plain_text == \"Tasks - Restored\"" answer
'
it 'takes one of the databases of a backup' '
	restored 0 whole.zip --database $plants --create-database &&
	same_rows "$(cat out)" && restored 2 whole.zip --create-database \
	    --new-name x && test -z "$(writes)" && test "$(wc -l <err)" -eq 1 &&
	grep "has 4 databases, name one with --database: .*$plants (Plants)" err
'
it 'puts it below a page, with all that is in it' '
	new_page && restored 0 whole.zip --database $plants \
	    --create-database --parent $target --results results &&
	put_back $target && test ! -d state/notion-tools/restore/*/
'
it 'puts copies of pages below a page' '
	new_page && restored 0 whole.zip --pages $soil --parent $target &&
	send GET "pages/$(cat out)" && jq -e ".parent.page_id == \"$target\"" \
	    answer && notion-fetch --page "$(cat out)" >copy &&
	test "$(grep -c "\"object\":\"page\",\"parent\"" copy)" -eq 3
'
it 'puts copies of all there is below a page' '
	new_page && restored 0 whole.zip --parent $target &&
	notion-fetch --page $target >copy &&
	test "$(grep -c "\"object\":\"database\"" copy)" -ge 4
'
it 'says what it would take and lose, and writes nothing' '
	restored 0 ./backup.zip --dry-run --database=$plants &&
	test -z "$(writes)" && restored 0 whole.zip --create-database \
	    --database=$plants --dry-run && test -z "$(writes)" &&
	grep "as copies below the page" out && grep "^it takes" out &&
	restored 0 whole.zip --parent $home -n && test -z "$(writes)" &&
	grep "^losses: [0-9]* that no client" out &&
	test ! -d state/notion-tools/restore/*/
'
it 'puts the rows into a database that is there, and makes nothing else' '
	send POST databases "{\"parent\":{\"page_id\":\"$home\"},\"title\":[
	    {\"text\":{\"content\":\"Other\"}}],\"initial_data_source\":
	    {\"properties\":{\"Name\":{\"title\":{}}}}}" &&
	other=$(jq -r .id answer) &&
	restored 2 backup.zip --database $other --create-database &&
	grep "see --extend-schema" err && test -z "$(writes)" &&
	restored 2 backup.zip --database $other --create-database \
	    --extend-schema --new-name x && test -z "$(writes)" &&
	restored 0 backup.zip --database $other --create-database \
	    --extend-schema && test ! -s out &&
	notion-fetch --database $other >rows.ndjson &&
	test "$(jq -r "select(.object == \"page\").id" rows.ndjson |
	    wc -l)" -eq 6
'
it 'says when the page is not there that is to take it' '
	restored 2 backup.zip --create-database --parent $none &&
	test "$(wc -l <err)" -eq 1 && grep "$none is not there" err &&
	test ! -d state/notion-tools/restore/*/
'
it 'finds people by what is said of them' '
	old=$(jq -r "select(.object == \"user\" and .person.email).id" \
	    "$sample" | head -n 1) &&
	new=$(jq -r "select(.object == \"user\").id" "$sample" | sed -n 2p) &&
	who() {
		jq -r "select(.object == \"page\").properties[] |
		    select(.type == \"people\").people[].id" | sort | uniq -c
	}
	tasks=$(database Tasks) && for sign in : =; do
		restored 0 whole.zip --database $tasks --create-database \
		    --map-users="gardener@example.org$sign$new" --no-verify &&
		notion-fetch --database "$(cat out)" | who >have &&
		notion-unpack --databases $tasks whole.zip |
		    sed "s/$old/$new/g" | who | diff - have || exit 1
	done
'

# ---- stopped in the middle ----

if ! command -v node >/dev/null; then
	skip 'goes on after kills' 'node is not installed'
	finish
	exit
fi
# kills FAULT N...: from now on who writes is killed at its Nth writes, before
# they are done (kill) or after (killed); not inside of it().
kills() {
	kills_fault=$1
	shift
	echo "[{\"writes\":true,\"nth\":[$(echo "$@" | tr ' ' ,)],
	    \"fault\":\"$kills_fault\"}]" >rules
	start_proxy --upstream "$direct" --rules rules --pid pid
}
direct=$NOTION_API_BASE_URL
# once ARGUMENT...: `notion backup restore`, whom a fault can kill.
once() {
	setsid -w sh -c 'echo "-$$" >pid && exec "$@"' sh \
	    notion backup restore "$@" >out 2>err
	once_got=$?
	cat err
	return $once_got
}
# through N ARGUMENT...: again until it is through; it is killed N times or more.
through() {
	through_kills=$1 through_count=0
	shift
	until once "$@"; do
		[ $once_got -eq 137 ] || return
		through_count=$((through_count + 1))
	done
	[ $through_count -ge "$through_kills" ]
}
for fault in kill killed; do
	NOTION_API_BASE_URL=$direct
	new_page
	kills $fault 1 3 5 8 12
	it "goes on with a copy, and makes nothing twice: $fault" '
		through 3 whole.zip --database $plants \
		    --create-database --parent $target --results results &&
		grep "going on" err && put_back $target &&
		same_rows "$(cat out)" && test ! -d state/notion-tools/restore/*/
	'
done
for fault in kill killed; do
	NOTION_API_BASE_URL=$direct
	read_all before
	keep now.zip
	trash "$soil"
	for block in $(jq -r 'select(.type == "quote" or .type == "to_do").id' \
	    before.ndjson); do
		send DELETE "blocks/$block"
	done
	kills $fault 1 2 4 6 8
	it "goes on where things were: $fault" '
		through 2 backups/now.zip && grep "going on" err &&
		read_all after && for stream in before after; do
			jq -r "select(.object == \"block\") | .type" \
			    $stream.ndjson | sort >$stream.types
		done && diff before.types after.types &&
		restored 0 backups/now.zip && grep "^nothing to put back" err
	'
done
NOTION_API_BASE_URL=$direct
new_page
kills kill 3
it 'lets one at a time go on with it' '
	set -- whole.zip --database $plants --create-database --parent $target &&
	status 137 once "$@" && flock state/notion-tools/restore/*/lock \
	    notion backup restore "$@" 2>err
	test $? -eq 75 && grep "another process is at this restore" err &&
	restored 0 "$@"
'
finish

#!/bin/sh
# repositories: snapshots in and out, what people see of them, who may write
. "${0%/*}/../lib.sh"

sample=$NT_ROOT/examples/workspace.ndjson
assets=$NT_ROOT/examples/assets
stream=$NT_BUILD/tests/stream

# The sample's records on another day, changed by a sed script.
day() {
	sed '1d;$d' "$sample" | sed "$2" | "$stream" |
	sed "1s/\"started\":\"[^\"]*\"/\"started\":\"2026-03-$1T03:00:00.000Z\"/"
}
sql() {
	sqlite3 -readonly repo.db "$@"
}

it 'a snapshot comes back as it was' '
	status 0 notion-pack -f sqlite -o repo.db "$sample" >out 2>err &&
	test ! -s out && test ! -s err && test ! -e repo.db-wal &&
	test "$(stat -c %a repo.db)" = 600 &&
	status 0 notion-unpack repo.db >out && cmp "$sample" out
'
notion-pack -o given.db "$sample" || exit 2
it 'the name says the format: .db and .sqlite' '
	notion-pack -o one.sqlite "$sample" &&
	notion-unpack one.sqlite | cmp - "$sample" &&
	test "$(head -c 15 given.db)" = "SQLite format 3"
'
it 'a second one stands beside the first, and costs what changed' '
	cp given.db repo.db && size=$(stat -c %s repo.db) &&
	day 11 "s/Sow tomatoes indoors/Sow tomatoes outside/" >b &&
	! cmp -s b "$sample" && status 0 notion-pack -o repo.db b &&
	notion-unpack repo.db | cmp - b &&
	notion-unpack --snapshot 1 repo.db | cmp - "$sample" &&
	notion-unpack --snapshot 2 repo.db | cmp - b &&
	test $(($(stat -c %s repo.db) - size)) -lt 20000
'
it 'an unchanged workspace costs a row' '
	cp given.db repo.db && notion-pack -o repo.db "$sample" &&
	test "$(sql "select count(*) from snapshot")" = 2 &&
	test "$(sql "select count(*) from version where first = 2")" = 0 &&
	test "$(sql "select count(distinct places) from snapshot")" = 1
'
rm -f days.db
for n in 11 12 13; do
	day $n "s/\"Tasks\"/\"Tasks $n\"/g" >day.$n || exit 2
	notion-pack -o days.db day.$n || exit 2
done
it 'snapshots are found by number and by time' '
	notion-unpack --at "2026-03-12 12:00" days.db | cmp - day.12 &&
	notion-unpack --at 2026-03-12 days.db | cmp - day.12 &&
	notion-unpack --at 2026-03-12T03:00 days.db | cmp - day.12 &&
	notion-unpack --at 2026-03-12T02:59:59Z days.db | cmp - day.11 &&
	notion-unpack --at 2026-03-12T03:00:00+01:00 days.db | cmp - day.11 &&
	TZ=Asia/Tokyo notion-unpack --at "2026-03-12 11:59" days.db |
	    cmp - day.11 &&
	TZ=Asia/Tokyo notion-unpack --at "2026-03-12 12:00" days.db |
	    cmp - day.12 &&
	notion-unpack days.db | cmp - day.13
'
it 'a number that is none, or two ways to choose, are wrong usage' '
	for args in "--snapshot 0" "--snapshot 1 --at 2026-03-12" \
	    "--at 2026-03-12 -l" "--snapshot 1 --verify"; do
		status 2 notion-unpack $args days.db >out 2>err &&
		test ! -s out && test "$(wc -l <err)" -eq 1 &&
		grep -e "--at" -e "--snapshot" -e "one snapshot" err || exit 1
	done && status 2 notion-forget days.db x 2>err &&
	grep "^notion-forget: a snapshot is" err &&
	status 2 notion-forget no.db 1 2>err && grep "cannot open no.db" err &&
	test ! -e no.db
'
it 'one that is not there is an error' '
	status 2 notion-unpack --snapshot 4 days.db >out 2>err &&
	test ! -s out && grep "there is no snapshot 4" err &&
	status 2 notion-unpack --at 2025-01-01 days.db >out 2>err &&
	test ! -s out && grep "no snapshot was taken until" err &&
	status 2 notion-unpack --at soon days.db 2>err && grep expected err &&
	status 2 notion-unpack --snapshot 1 "$sample" 2>err && grep choose err
'
it 'the list shows them' '
	notion-unpack -l days.db >out && cat out && test "$(wc -l <out)" = 4 &&
	grep -c " complete " out | grep -qx 3 &&
	grep "2026-03-12T03:00:00.000Z" out &&
	tail -n 1 out | grep "3  snapshots in $(stat -c %s days.db) bytes"
'
it 'other programs find it sound' '
	test "$(sqlite3 -readonly days.db "pragma integrity_check")" = ok
'

# ---- for people ----

it 'each data source has a view, each property a column' '
	cp given.db repo.db &&
	sql "select title, status, due from tasks order by title" >out &&
	jq -r "select(.object == \"page\" and .properties.Task) |
	    .properties | [(.Task.title | map(.plain_text) | join(\"\")),
	    .Status.status.name, (.Due.date |
	    if . then .start + (if .end then \"/\" + .end else \"\" end)
	    else null end)] | map(. // \"\") | join(\"|\")" "$sample" |
	    sort -t "|" -k 1,1 >want && test -s want && cmp want out
'
it 'pages, users and databases are tables' '
	cp given.db repo.db &&
	for kind in page user database data_source; do
		jq -r "select(.object == \"$kind\").id" "$sample" | sort >want &&
		sql "select id from $kind" | sort | cmp - want || exit 1
	done &&
	jq -r "select(.object == \"page\") | [.id, .url, .created_time,
	    .last_edited_time, .parent.type] | join(\"|\")" "$sample" |
	    sort >want &&
	sql "select id, url, created_time, last_edited_time, parent_type
	    from page" | sort | cmp - want
'
it 'a long text is cut between characters, and shows it' '
	jq -cn "def page(\$n; \$text): {object: \"page\",
	    id: \"00000000-0000-4000-8000-00000000000\(\$n)\",
	    properties: {Note: {id: \"n\", type: \"rich_text\",
	    rich_text: [{plain_text: \$text}]}}};
	    page(1; \"x\" + \"ä\" * 300), page(2; \"ä\" * 128)" |
	    "$stream" >b && rm -f repo.db && notion-pack -o repo.db b &&
	sql "select properties ->> '\''Note'\'' from page order by id" >out &&
	jq -nr "\"x\" + \"ä\" * 127 + \"…\", \"ä\" * 128" | cmp - out &&
	notion-unpack repo.db | cmp - b
'
it 'they show the newest snapshot' '
	cp given.db repo.db &&
	jq -c "select(.object != \"snapshot\" and .object != \"end\") |
	    select(.properties.Task.title[0].plain_text != \"Sow tomatoes indoors\")
	    " "$sample" | "$stream" >b && notion-pack -o repo.db b &&
	jq -r "select(.object == \"page\").id" b | sort >want &&
	sql "select id from page" | sort | cmp - want
'
it 'names are made so that they can be typed, and stay' '
	jq -c "select(.object == \"data_source\") |
	    .properties = {\"Order\": {id: \"a\", type: \"number\"},
	    \"order!\": {id: \"b\", type: \"number\"},
	    \"Due date\": {id: \"c\", type: \"date\"},
	    \"Id\": {id: \"d\", type: \"number\"},
	    \"\\\" x\": {id: \"e\", type: \"number\"}}" "$sample" |
	    head -n 3 >sources &&
	{ sed -n 1p sources | jq -c ".title = [{plain_text: \"Page\"}]"
	sed -n 2p sources | jq -c ".title = [{plain_text: \"  \"}]"
	sed -n 3p sources | jq -c ".title = [{plain_text: \"Größe, 2\"}]"
	} | "$stream" >b && rm -f repo.db && notion-pack -o repo.db b &&
	sql "select view from data_source" >out && cat out &&
	printf "%s\n" page_2 data_source_2 größe_2 | cmp - out &&
	sql "select \"column\" from property where data_source_id =
	    (select id from data_source where view = '\''page_2'\'')" >out &&
	printf "%s\n" x due_date id_2 order_2 order_3 | cmp - out
'
it 'full-text search is made when asked for, and kept up' '
	cp given.db repo.db && status 0 notion-pack --search -o repo.db "$sample" &&
	sql "select title from search('\''tomatoes'\'')" | grep "Sow tomatoes indoors" &&
	day 11 "s/tomatoes/potatoes/g" >b && notion-pack -o repo.db b &&
	test -z "$(sql "select id from search('\''tomatoes'\'')")" &&
	sql "select title from search('\''potatoes'\'')" | grep Sow &&
	test "$(sql "select count(*) from search")" = \
	    "$(sql "select count(*) from page")"
'

# ---- assets ----

it 'assets are kept once and come back' '
	rm -rf repo.db there && mkdir there &&
	status 0 notion-pack --assets "$assets" -o repo.db "$sample" &&
	status 0 notion-unpack --assets there repo.db >out && cmp out "$sample" &&
	diff -r "$assets" there && size=$(stat -c %s repo.db) &&
	notion-pack -o repo.db "$sample" && rm -rf there &&
	notion-unpack --assets there repo.db >out && diff -r "$assets" there &&
	test "$(stat -c %s repo.db)" -lt $((size + 10000))
'
it 'bytes that were not given are an error, or come later' '
	rm -rf repo.db there empty && mkdir empty &&
	status 2 notion-pack --assets empty -o repo.db "$sample" 2>err &&
	test ! -e repo.db && grep "the asset" err &&
	status 0 notion-pack --partial --assets empty -o repo.db "$sample" &&
	status 2 notion-unpack --assets there repo.db 2>err &&
	grep "no bytes" err && notion-unpack -l repo.db | grep "not complete" &&
	status 0 notion-pack --assets "$assets" -o repo.db "$sample" &&
	status 0 notion-unpack --assets there repo.db >out &&
	diff -r "$assets" there
'
it 'an asset of many parts is the same again' '
	mkdir -p big && rm -f repo.db && head -c 3000001 /dev/urandom >big/x &&
	hash=$(sha256sum <big/x | cut -c 1-64) && mv big/x big/$hash &&
	echo "{\"object\":\"asset\",\"sha256\":\"$hash\",\"size\":3000001}" |
	"$stream" >b && notion-pack --assets big -o repo.db b && rm -rf there &&
	notion-unpack --assets there repo.db >out && diff -r big there
'

# ---- frames that lean on others ----

it 'what was edited leans on what it was, and neither is lost' '
	cp days.db repo.db &&
	test "$(sql "select count(*) from frame where base > 0")" -gt 0 &&
	status 0 notion-forget repo.db 1 &&
	test -z "$(sql "select 1 from frame where base > 0
	    and base not in (select id from frame)")" &&
	notion-unpack --snapshot 2 repo.db | cmp - day.12 &&
	notion-unpack --snapshot 3 repo.db | cmp - day.13
'
it 'one that leans on what is not there, or on too many, is a fault' '
	cp days.db repo.db && sqlite3 repo.db "update frame set base = id - 1" &&
	test "$(sql "select count(*) from frame")" -gt 3 &&
	status 1 notion-unpack --verify=quick repo.db >out 2>err &&
	grep -h "leans on too many" out err &&
	cp days.db repo.db && sqlite3 repo.db "delete from frame where id =
	    (select max(base) from frame)" &&
	status 1 notion-unpack --verify=quick repo.db >out 2>err &&
	grep -h "is missing" out err
'

# ---- removing ----

it 'a snapshot is removed, and no other' '
	cp days.db repo.db && status 0 notion-forget repo.db 2 &&
	notion-unpack --snapshot 1 repo.db | cmp - day.11 &&
	notion-unpack --snapshot 3 repo.db | cmp - day.13 &&
	status 2 notion-unpack --snapshot 2 repo.db 2>err &&
	notion-pack -o repo.db day.12 && notion-unpack repo.db | cmp - day.12 &&
	sql "select id from snapshot" | paste -s | grep -qx "1	3	4"
'
it 'the newest too: then the views show the one before' '
	cp days.db repo.db && status 0 notion-forget repo.db 3 &&
	notion-unpack repo.db | cmp - day.12 &&
	sql "select title from data_source" | grep -x "Tasks 12" &&
	sql "select count(*) from tasks_12" >n && test "$(cat n)" -gt 3
'
it 'what only it had is gone, and so is its room' '
	cp given.db repo.db && size=$(stat -c %s repo.db) &&
	echo "{\"object\":\"page\",\"x\":\"$(
	    head -c 3000000 /dev/urandom | base64 -w 0)\"}" | "$stream" >b &&
	notion-pack -o repo.db b && test "$(stat -c %s repo.db)" -gt 2000000 &&
	status 0 notion-forget repo.db 2 &&
	test "$(stat -c %s repo.db)" -lt $((size + 20000)) &&
	notion-unpack repo.db | cmp - "$sample" &&
	test "$(sql "pragma integrity_check")" = ok
'
it 'the last complete one stays, and nothing happens by halves' '
	cp days.db repo.db &&
	status 2 notion-forget repo.db 1 2 3 2>err &&
	grep "no complete snapshot" err && test "$(wc -l <err)" = 1 &&
	status 2 notion-forget repo.db 1 7 2>err && grep "no snapshot 7" err &&
	for n in 1 2 3; do
		notion-unpack --snapshot $n repo.db | cmp - day.1$n || exit 1
	done
'

# ---- who may write ----

it 'who comes second waits, and is told who holds it' '
	cp given.db repo.db && mkfifo slow && {
		notion-pack -o repo.db slow & holder=$!
		exec 3>slow && head -n 20 "$sample" >&3
		until sqlite3 -readonly repo.db \
		    "select writer from repository" |
		    grep "process $holder "; do kill -0 $holder || exit 1; done
		notion-unpack repo.db | cmp - "$sample" || exit 1
		status 75 notion-forget repo.db 1 2>err; waited=$?
		cat err
		tail -n +21 "$sample" >&3 && exec 3>&- && wait $holder &&
		test $waited = 0 &&
		grep "held by notion-pack, process $holder on host" err &&
		test "$(sql "select count(*) from snapshot")" = 2
	}
'
it 'a repository that may not be written to is read and left alone' '
	mkdir -p locked && cp given.db locked/repo.db &&
	chmod 400 locked/repo.db && chmod 500 locked &&
	notion-unpack locked/repo.db | cmp - "$sample" &&
	ls locked >out && echo repo.db | cmp - out; got=$?
	chmod 700 locked; test $got = 0
'
it 'a stream that is refused leaves it as it was' '
	cp given.db repo.db && head -n 40 "$sample" >b &&
	status 2 notion-pack -o repo.db b 2>err && cmp given.db repo.db ||
	test "$(sql "select count(*) from snapshot")" = 1 &&
	status 2 notion-pack -o new.db b 2>err && test ! -e new.db &&
	test -z "$(ls -A | grep "^\.nt-")"
'

# ---- what is none ----

it 'other databases are refused in one line' '
	rm -f other.db && sqlite3 other.db "create table t(x)" &&
	cp other.db before.db &&
	for tool in "notion-unpack" "notion-unpack -l" "notion-pack -o"; do
		status 2 $tool other.db </dev/null >out 2>err &&
		test ! -s out && test "$(wc -l <err)" -eq 1 &&
		grep "no repository" err && cmp other.db before.db || exit 1
	done
'
it 'a newer format says so' '
	cp given.db repo.db && sqlite3 repo.db "pragma user_version = 2" &&
	status 2 notion-unpack repo.db 2>err && grep "format 2, newer than 1" err
'
for change in 'create trigger t after insert on snapshot begin
    delete from frame; end' 'create table more(x)' 'drop table asset' \
    'create index i on frame(size)' 'alter table frame add column y' \
    'update repository set secret = null' 'delete from repository'; do
it "no repository with: $change" '
	cp given.db repo.db && sqlite3 repo.db "$change" &&
	for tool in "notion-unpack" "notion-pack -o"; do
		status 2 $tool repo.db <"$sample" >out 2>err && cat err &&
		test ! -s out && test "$(wc -l <err)" -eq 1 || exit 1
	done
'
done
for change in 'update frame set data = zeroblob(100)' \
    'update frame set size = size + 1' \
    'update frame set size = 1e15' \
    'update frame set sums = zeroblob(8)' \
    'update frame set base = 1' 'update frame set base = -1' \
    'update frame set id = id + 1000' 'delete from frame' 'delete from version' \
    'delete from place' "update version set body = x'00ffffffffffffff7f00'" \
    "update version set body = x'09'" 'update version set body = null' \
    "update snapshot set places = x'ffffffffffffffffffff'" \
    "update snapshot set digest = 'sha256:00'" \
    'update snapshot set records = records + 1' \
    'update snapshot set records = records - 1' \
    'update place set units = zeroblob(9)'; do
it "without an end record is given: $change" '
	cp given.db repo.db && sqlite3 repo.db "$change" &&
	status 2 notion-unpack repo.db >out 2>err && cat err &&
	test "$(wc -l <err)" -eq 1 &&
	! grep "\"object\":\"end\"" out
'
done
if [ -d "$NT_CORPORA/sqlite" ]; then
it 'files that were made to break SQLite are refused' '
	for file in "$NT_CORPORA"/sqlite/*.db; do
		cp "$file" x.db && status 2 notion-unpack x.db >out 2>err &&
		test ! -s out && test "$(wc -l <err)" -eq 1 &&
		status 2 notion-pack -o x.db "$sample" 2>err &&
		test "$(wc -l <err)" -eq 1 && cmp "$file" x.db || exit 1
	done
'
else
skip 'files that were made to break SQLite' "no $NT_CORPORA/sqlite"
fi
finish

#!/bin/sh
# notion backup create: what it makes, out of what, and where it puts it
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup.sh

tasks=$(jq -r 'select(.object == "database") |
    select(.title[0].plain_text == "Tasks").id' "$sample")
serve_sample

it 'puts the workspace into a place, under a name by the time' '
	NT_CLOCK_FIXED=2025-01-28T02:00:00Z status 0 notion backup create \
	    --destination=./backups/ >out 2>err && test ! -s out &&
	test ! -s err && ls backups | grep -x backup-20250128T020000Z.zip &&
	test "$(find . -name "backup-*" | wc -l)" -eq 1 &&
	notion-unpack backups/*.zip | records >have &&
	notion-fetch --workspace --assets files | records | cmp - have
'
it 'says how it went, if asked, in a paragraph' '
	status 0 notion backup create --verbose --full -d other 2>err &&
	cat err && test "$(head -n 1 err | cut -d : -f 1)" = \
	    "Elm Street Garden" && xargs <err >line &&
	grep "33 pages, 4 databases and 7 files; 1[0-9][0-9] requests in" line &&
	grep "backup-.*Z.zip (.* kB) is in other\.$" line &&
	test "$(wc -L <err)" -le 80
'
it 'reads what has changed and no more the second time' '
	rm -rf "$XDG_CACHE_HOME" && notion backup create --json -d here >first &&
	notion backup create --json -d here >second &&
	test "$(jq .requests second)" -lt $(($(jq .requests first) / 3)) &&
	jq -e ".pages == .unchanged" second &&
	status 0 notion backup create --full --json -d here >third &&
	test "$(jq .requests third)" -eq "$(jq .requests first)" &&
	status 0 notion backup create --no-cache --json -d here >fourth &&
	test "$(jq .requests fourth)" -eq "$(jq .requests first)" &&
	for file in here/*.zip; do
		notion-unpack $file | records >now && cmp have now || exit
	done
'
it 'reads a share of the unchanged again' '
	notion backup create --json --recheck=100 -d here >all &&
	notion backup create --json --recheck=0 -d here >rest &&
	jq -e ".unchanged == 0" all && jq -e ".unchanged == .pages" rest
'
it 'starts anew when what it kept does not fit' '
	base=$(echo "$XDG_CACHE_HOME"/notion-tools/backup/*/base.ndjson) &&
	sed -i 20d "$base" && status 0 notion backup create -d anew 2>err &&
	notion-unpack anew/*.zip | records | cmp have - &&
	head -n 30 have >"$base" && status 0 notion backup create -d anew 2>err &&
	test "$(ls anew | wc -l)" -ge 1
'
it 'starts anew when what it kept is of another workspace' '
	base=$(echo "$XDG_CACHE_HOME"/notion-tools/backup/*/base.ndjson) &&
	sed -i "1s/\"workspace_id\":\"[^\"]*\"/\"workspace_id\":\"$(printf %032d 7)\"/" \
	    "$base" &&
	status 0 notion backup create -d anew 2>err &&
	test "$(wc -l <err)" -eq 1 && grep "another workspace" err &&
	notion-unpack "$(ls anew/* | tail -n 1)" | records | cmp have -
'
it 'does not read all when nobody answers' '
	rm -f trace && NOTION_API_BASE_URL=http://127.0.0.1:1 NT_TRACE=$PWD/trace \
	    NOTION_API_BACKOFF_MS=1 status 75 notion backup create -o 5.ndjson 2>err &&
	test "$(wc -l <err)" -eq 1 && grep "cannot reach" err && ! test -e 5.ndjson &&
	test "$(grep -c "\"event\":\"done\"" trace)" -eq 1
'
it 'keeps no file in the cache that is in no page any more' '
	assets=$(echo "$XDG_CACHE_HOME"/notion-tools/backup/*/assets) &&
	old=$(printf %064d 7) && : >"$assets/$old" &&
	status 0 notion backup create -d here && test ! -e "$assets/$old" &&
	test "$(ls "$assets" | wc -l)" -gt 3
'
# on_terminal COMMAND: what it writes on one, to ./seen
on_terminal() { script -qec "$1" /dev/null </dev/null >seen; }
it 'shows how far it is on a terminal, and in no pipe unless told' '
	on_terminal "notion backup create --full -d seen-1" &&
	grep -E "[0-9]+ of [0-9]+ pages, .* requests, [0-9.]+ a second" seen &&
	grep -E "33 pages, 4 databases and 7 files; [0-9]+ requests in" seen &&
	on_terminal "notion backup create --progress=never -d seen-1" &&
	! grep "a second" seen &&
	status 0 notion backup create -d seen-1 >out 2>err &&
	test ! -s out && test ! -s err &&
	status 0 notion backup create --progress=always -d seen-1 2>err &&
	grep "a second" err &&
	status 2 notion backup create --progress=some 2>err &&
	grep "^notion-backup: --progress is some, expected auto, always" err
'
for format in zip tar tar.gz tar.zst directory sqlite; do
it "makes a $format that is whole" '
	rm -rf place && status 0 notion backup create --verify -d place \
	    --format=$format --name=s && ls place >names &&
	test "$(wc -l <names)" -eq 1 && notion-unpack --assets got \
	    "place/$(cat names)" | records | cmp have - &&
	diff -r got "$NT_ROOT"/examples/assets && rm -rf got &&
	status 0 notion backup list place >out && grep "✓" out
'
done
it 'makes a stream without files, for which it has no room' '
	status 0 notion backup create --format=ndjson -d lines &&
	cat lines/backup-*.ndjson | records >out &&
	notion-fetch --workspace | records | cmp - out
'
it 'adds to the repository of the series, in a folder' '
	status 0 notion backup create --format=sqlite -d repo &&
	status 0 notion backup create --format=sqlite -d repo &&
	ls repo | grep -x backup.db && notion backup list repo >out &&
	test "$(wc -l <out)" -eq 2 && grep "backup.db #2 " out &&
	status 0 notion backup create --format=sqlite -d ":local:$PWD/rem" &&
	status 0 notion backup create --format=sqlite -d ":local:$PWD/rem" &&
	test "$(ls rem | grep -c "^backup-.*Z.db$")" -eq 2
'
it 'makes a tar smaller, and says what cannot be' '
	status 0 notion backup create --format=tar --compress -d packed &&
	ls packed/backup-*.tar.zst && status 0 notion backup create --compress \
	    -d packed && ls packed/backup-*.zip &&
	for format in directory ndjson; do
		status 2 notion backup create --compress --format=$format \
		    2>err && grep "expected another --format" err || exit
	done
'
it 'reads a database or a page, and names its series by it' '
	digits=$(echo $tasks | tr -d - | cut -c -12) &&
	status 0 notion backup create --database=$tasks -d part &&
	ls part/backup-$digits-*Z.zip && status 0 notion backup create \
	    --database="https://www.notion.so/x/Tasks-$(echo $tasks |
	    tr -d -)?v=1" --name=tasks -d part && ls part/tasks-*Z.zip &&
	notion-unpack part/backup-$digits-*.zip | records >one &&
	notion-unpack part/tasks-*.zip | records | cmp one - &&
	jq -r "select(.object == \"database\").id" one | grep -x $tasks &&
	page=$(jq -r "select(.object == \"page\").id" one | head -n 1) &&
	status 0 notion backup create --database=$tasks --page=$page -d two &&
	ls two | grep -Ex "backup-[0-9a-f]{12}-[0-9T]*Z.zip"
'
it 'leaves out what is not included' '
	status 0 notion backup create --include=databases,pages,blocks \
	    --output=few.zip && notion-unpack few.zip | jq -r .object |
	    sort -u | xargs >out && cat out && ! grep -E "asset|comment" out &&
	grep "block .*database .*page .*user .*view" out &&
	status 0 notion backup create -o most.zip \
	    --include=databases,pages,blocks,comments &&
	notion-unpack most.zip | jq -r .object | sort -u | xargs >out &&
	grep comment out && ! grep asset out
'
it 'puts it under the name that it is given' '
	mkdir b && status 0 notion backup create --output=b/garden.tar.gz &&
	gzip -t b/garden.tar.gz && status 0 notion backup create \
	    --format=directory --output=./folder/ &&
	test -f folder/manifest.json && status 0 notion backup create \
	    --format=directory --output=./folder/ &&
	status 0 notion backup create --format=sqlite -o g.db &&
	status 0 notion backup create --output=g.db &&
	notion-unpack -l g.db | grep "2  snapshots" &&
	status 0 notion backup create -o ":local:$PWD/b/remote.zip" -d also &&
	unzip -tq b/remote.zip && ls also/backup-*.zip &&
	status 0 notion backup create "--output=-odd
name.zip" && unzip -tq "./-odd
name.zip"
'
it 'verifies what somebody gave a name of his own' '
	mkdir named && cp few.zip "named/ a  b.zip " &&
	status 0 notion backup verify --all -d named
'
it 'writes an object a place for programs' '
	status 0 notion backup create --json -d q1 -d ":local:$PWD/q2" \
	    >out 2>err && test ! -s err && test "$(wc -l <out)" -eq 2 &&
	jq -r .place out | head -n 1 | grep -x q1 &&
	notion backup list --json q1 >listed &&
	head -n 1 out | jq -c "del(.status, .pages, .edited, .unchanged, .requests,
	    .seconds)" | cmp - listed
'
it 'names what is wrong before it reads anything' '
	rm -f trace; for wrong in --format=rar --include=pages \
	    --include=databases,pages,blocks,cats --database=x --page= \
	    --comments=all --name=a/b --recheck=101 --retention=7x \
	    --nosuch --full=yes extra --encrypt=x,y\ --format=directory; do
		NT_TRACE=$PWD/trace status 2 notion backup create -d none \
		    $wrong 2>err || exit
		head -n 1 err | grep -E "^notion-(backup|keep): " || exit
	done; test ! -e trace && test ! -e none
'
it 'goes on with the other places when one fails, and says which' '
	: >file && status 2 notion backup create -v -d file/x -d good \
	    -d ":local:$PWD/good2" 2>err && cat err &&
	ls good/backup-*.zip good2/backup-*.zip &&
	grep "^notion-backup: .*file" err && xargs <err | grep \
	    "It is not in file/x\." &&
	status 2 notion backup create --json -d file/x -d good >out 2>err &&
	test "$(jq -c .status out | xargs)" = "2 0"
'
it 'puts a place of any name' '
	odd="-a  b
 c" && status 0 notion backup create "--destination=$odd" &&
	ls "./$odd"/backup-*.zip
'
it 'forgets what is old, of its series alone' '
	mkdir old && for day in 01 02 03; do
		: >old/backup-202401${day}T000000Z.zip
		: >old/other-202401${day}T000000Z.zip
	done && status 0 notion backup create --keep-last=2 -v -d old 2>err &&
	ls old | grep -c "^backup" | grep -x 2 &&
	ls old | grep -c "^other" | grep -x 3 &&
	grep "removing backup-20240101T000000Z.zip" err
'
it 'removes what a killed run left of its series' '
	mkdir left && : >left/.backup-20240101T000000Z.zip.part &&
	mkdir left/.backup-20240102T000000Z.part &&
	: >left/.backup-0123456789ab-20240101T000000Z.zip.part &&
	: >left/.other-20240101T000000Z.zip.part &&
	status 0 notion backup create -d left &&
	find left -name ".*" -mindepth 1 | sort >out &&
	printf "left/.%s-20240101T000000Z.zip.part\n" backup-0123456789ab \
	    other | cmp - out
'
it 'puts the same into one folder from two machines at once' '
	mkdir fake && cat >fake/cp <<-\END && chmod +x fake/cp &&
	#!/bin/sh
	"$cp" "$@" || exit
	[ -e met ] || {
	        : >met && XDG_CACHE_HOME=$PWD/far create
	}
	END
	cat >fake/create <<-\END && chmod +x fake/create &&
	#!/bin/sh
	NOTION_API_TOKEN=any \
	    notion backup create --stamp=2026-01-06T02:00:00Z -d both
	END
	cp=$(command -v cp) PATH=$PWD/fake:$PATH status 0 create 2>err &&
	test ! -s err && test -e met && ls -A both >names &&
	echo backup-20260106T020000Z.zip | cmp - names &&
	status 0 notion backup verify --all -d both
'
it 'makes one with a stamp once' '
	rm -f trace && stamp=--stamp=2026-01-05T12:20:00+02:00 &&
	status 0 notion backup create $stamp -d stamped &&
	ls stamped | grep -x backup-20260105T102000Z.zip &&
	NT_TRACE=$PWD/trace status 0 notion backup create -v $stamp -d stamped \
	    2>err && test ! -e trace && grep "is in stamped already" err &&
	NT_TRACE=$PWD/trace status 0 notion backup create $stamp -d stamped \
	    -d stamped2 && test -s trace && ls stamped2 | grep -x "$(ls stamped)" &&
	status 2 notion backup create --stamp=soon -d stamped &&
	status 2 notion backup create $stamp --format=sqlite -d stamped
'
it 'reads again what was edited while it was read' '
	page=$(jq -r "select(.object == \"page\").id" have | head -n 1) &&
	curl -sf -X PATCH "$NOTION_API_BASE_URL/v1/pages/$page" -o answer \
	    -d "{\"icon\":{\"emoji\":\"🌱\"}}" -H "Authorization: Bearer any" \
	    -H "Notion-Version: 2026-03-11" \
	    -H "Content-Type: application/json" &&
	status 0 notion backup create -x --json -d moved >out 2>err &&
	grep -c "^+ notion-fetch.* --base=.*before" err | grep -x 1 &&
	jq -e ".edited == 0" out
'
it 'takes the token from a file' '
	(umask 077 && echo any >token) && (
		unset NOTION_API_TOKEN
		status 0 notion backup create --token-file=token -d t &&
		status 2 notion backup create -d t2 2>err && test ! -e t2 &&
		mkdir -p "$XDG_CONFIG_HOME"/notion-tools &&
		cp -p token "$XDG_CONFIG_HOME"/notion-tools/token &&
		status 0 notion backup create -d t2 )
'
it 'shows command lines that can be typed' '
	status 0 notion backup create -x --full -d shown 2>err &&
	grep "^+ notion-fetch --comments pages" err && grep "^+ notion-pack" err &&
	! grep -w any err
'
it 'shows the same of the way back' '
	page=$(jq -r "select(.object == \"page\").id" "$sample" | tail -n 1) &&
	send PATCH "pages/$page" "{\"icon\":{\"emoji\":\"🥕\"}}" &&
	on_terminal "notion backup restore -d seen-1" &&
	grep "[0-9] of [0-9]* changes, [0-9]* requests, [0-9.]* a second" seen &&
	grep "put back what is in backup-.* changed back; read again, it is" seen
'
it 'leaves nothing behind, and nothing for others to read' '
	test -z "$(ls "$XDG_CACHE_HOME"/notion-tools/backup/scratch)" &&
	test "$(stat -c %a "$XDG_CACHE_HOME"/notion-tools/backup)" = 700
'
finish

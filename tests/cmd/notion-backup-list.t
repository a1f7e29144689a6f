#!/bin/sh
# notion backup list: what it finds in a place, and how it shows it
. "${0%/*}/../lib.sh"

XDG_CACHE_HOME=$nt_scratch/cache
export XDG_CACHE_HOME
# backup PLACE NAME SIZE: a file that has a name of ours
backup() {
	mkdir -p "$1" && head -c "$3" /dev/zero >"$1/$2"
}
backup some backup-20250126T020000Z.zip 14900000
backup some backup-20250128T020000Z.zip 15200000
backup some backup-20250127T020000Z.partial.zip 999

it 'shows time, name, size and whether it is complete, the newest first' '
	status 0 notion backup list some >out && diff - out <<-\END
	2025-01-28 02:00  backup-20250128T020000Z.zip           15.2 MB  ✓
	2025-01-27 02:00  backup-20250127T020000Z.partial.zip     999 B  partial
	2025-01-26 02:00  backup-20250126T020000Z.zip           14.9 MB  ✓
	END
'
it 'tells a remote the same' '
	notion backup list some >want &&
	status 0 notion backup list ":local:$PWD/some" >out && diff want out
'
it 'shows local times, summer or winter, or UTC' '
	backup zone a-20250728T020000Z.tar 1 && backup zone a-20250128T020000Z.db 1 &&
	TZ=Europe/Berlin status 0 notion backup list zone >out &&
	cut -c -16 out | xargs | grep -x "2025-07-28 04:00 2025-01-28 03:00" &&
	TZ=Europe/Berlin status 0 notion backup list -u zone >out &&
	cut -c -16 out | xargs | grep -x "2025-07-28 02:00 2025-01-28 02:00"
'
it 'tells in UTC when what has another name came to a remote' '
	backup foreign strange.zip 1 &&
	touch -d 2025-07-28T02:00:00Z foreign/strange.zip &&
	TZ=Europe/Berlin status 0 notion backup list --json \
	    ":local:$PWD/foreign" >out &&
	jq -r .time out | grep -x 2025-07-28T02:00:00Z
'
it 'says which are encrypted, if some are' '
	backup mixed a-20250101T000000Z.tar.gz.age 5 &&
	backup mixed a-20250102T000000Z.ndjson 5 &&
	status 0 notion backup list mixed >out && diff - out <<-\END
	2025-01-02 00:00  a-20250102T000000Z.ndjson           5 B       ✓
	2025-01-01 00:00  a-20250101T000000Z.tar.gz.age       5 B  age  ✓
	END
'
it 'writes records that hold all of it' '
	status 0 notion backup list --json mixed >out && diff - out <<-\END
	{"object":"backup","place":"mixed","name":"a-20250101T000000Z.tar.gz.age","series":"a","time":"2025-01-01T00:00:00Z","size":5,"format":"tar.gz","encrypted":true,"complete":true}
	{"object":"backup","place":"mixed","name":"a-20250102T000000Z.ndjson","series":"a","time":"2025-01-02T00:00:00Z","size":5,"format":"ndjson","encrypted":false,"complete":true}
	END
'
it 'leaves out what is not finished, and what is something else' '
	mkdir other && : >other/notes.txt && mkdir other/photos &&
	: >other/.backup-20250128T020000Z.zip.part &&
	: >other/backup-20250128T020000Z.zip.part && echo PK >other/a.zip &&
	status 0 notion backup list other >out && test ! -s out
'
it 'lists what it can of files that anybody may have written' '
	backup odd x-20250128T020000Z.zip 7 &&
	backup odd x-20250231T020000Z.zip 7 && backup odd x-20250128T250000Z.zip 7 &&
	echo "{\"object\":\"snapshot\",\"started\":\"yesterday\",
	    \"scope\":\"all\"}" | tr -d "\n" >odd/a.ndjson &&
	echo "{\"object\":\"snapshot\",\"scope\":{\"roots\":[{\"id\":5}]}}
{\"object\":\"end\",\"counts\":{\"page\":\"many\"}}" >odd/b.ndjson &&
	touch -d 2025-02-01T00:00:00Z odd/?.ndjson &&
	printf "%s\n" "2025-02-01 00:00  b.ndjson" "2025-02-01 00:00  a.ndjson" \
	    "2025-01-28 02:00  x-20250128T020000Z.zip" >want &&
	for command in list history "prune --keep-last 1 --dry-run"; do
		status 0 notion backup $command odd >out 2>err &&
		test ! -s err &&
		    sed -E "s/^[a-z]+ +//; s/ +(✓|p|[0-9]+ B).*//" out |
		    diff - want || exit
	done
'
it 'takes the place from the environment, ./backups, or the folder here' '
	NOTION_BACKUP_DESTINATION=mixed notion backup list >out &&
	test "$(wc -l <out)" -eq 2 && (cd mixed && notion backup list) |
	    cmp - out && mkdir here && mv mixed here/backups && cd here &&
	notion backup list | cmp - ../out
'
it 'takes a place of any name' '
	odd="-a b
 c" && backup "./$odd" x-20250128T020000Z.zip 7 &&
	status 0 notion backup list -- "$odd" >out &&
	grep "x-20250128T020000Z.zip  *7 B" out &&
	status 0 notion backup list "--destination=$odd" | cmp - out
'
it 'shows the newest few' '
	status 0 notion backup list --limit 1 some >out &&
	test "$(wc -l <out)" -eq 1 && grep 2025-01-28 out &&
	status 2 notion backup list -n 0 some 2>err &&
	grep "^notion-backup: --limit is 0, expected a number above 0" err
'
it 'says in one line which place is not there' '
	status 2 notion backup list nowhere >out 2>err && test ! -s out &&
	echo "notion-backup: nowhere: no such folder" | cmp - err &&
	status 2 notion backup list :local:$PWD/nowhere 2>err &&
	test "$(wc -l <err)" -eq 1 && grep "directory not found" err &&
	status 2 notion backup list nosuch:place 2>err &&
	test "$(wc -l <err)" -eq 1
'
it 'calls a remote that cannot be reached trouble that time may cure' '
	pass=$(rclone obscure secret) && export RCLONE_RETRIES=1 &&
	status 75 notion backup list ":ftp,host=127.0.0.1,port=1,pass=$pass:" \
	    2>err; cat err; test "$(wc -l <err)" -eq 1 && ! grep "$pass" err
'
it 'asks a remote once, and starts no process a backup' '
	mkdir many && (cd many && seq 1000000000 100000 1099900000 | sed s/^/@/ |
	    date -u -f - "+s-%Y%m%dT%H%M%SZ.zip" | xargs touch) && status 0 notion backup -x list ":local:$PWD/many" >out 2>err &&
	test "$(wc -l <out)" -eq 1000 && test "$(grep -c rclone err)" -eq 1 &&
	command -v strace >/dev/null || exit 0
	strace -f -o calls -e trace=execve notion backup list many >out &&
	test "$(wc -l <out)" -eq 1000 &&
	test "$(grep -c "execve.* = 0" calls)" -lt 40
'
# looks COLUMNS COMMAND: what it shows on a terminal so wide, to ./seen
looks() {
	script -qec "stty cols $1 && $2" /dev/null </dev/null >typed &&
	tr -d "\r" <typed >seen && cat seen
}
# In columns, as wc counts those of a locale that knows them.
widest() { LC_ALL=C.UTF-8 wc -L <"$1"; }
it 'draws bars on a terminal of 80 columns, and nothing beyond' '
	looks 80 "notion backup list some" &&
	test "$(grep -c " █" seen)" -eq 2 && test "$(widest seen)" -eq 80 &&
	! grep "$(printf "\033")" seen &&
	backup wide "园艺🌱è-20250128T020000Z.zip" 100 &&
	backup wide x-20250127T020000Z.zip 50 &&
	looks 80 "notion backup list wide" && test "$(widest seen)" -eq 80 &&
	grep -q "园艺🌱è-20250128T020000Z.zip " seen
'
it 'shortens a name that is too long in the middle, and in no pipe' '
	long=$(printf "%050d" 0)-20250128T020000Z.tar.zst.age &&
	backup long "$long" 9 && backup long 园艺园艺园艺园艺园艺园艺-20250127T020000Z.zip 9 &&
	for command in list history; do
		looks 80 "notion backup $command long" &&
		test "$(wc -l <seen)" -eq 2 && test "$(widest seen)" -le 80 &&
		grep "0…-*20250128T020000Z.tar.zst.age  *[✓ ]* 9 B" seen &&
		status 0 notion backup $command long >out &&
		grep "$long" out && ! grep … out || exit
	done
'
it 'leaves nothing behind' '
	test -z "$(ls "$XDG_CACHE_HOME"/notion-tools/backup/scratch)"
'
finish

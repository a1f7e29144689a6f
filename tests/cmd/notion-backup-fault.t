#!/bin/sh
# notion backup create when something fails: nothing that is half a backup
# stands anywhere, it is said, and the next run is as if nothing had been
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup.sh

serve_sample
notion backup create -d whole || exit 2
# sound PLACE: each that is listed there is whole
sound() {
	! test -d "$1" || notion backup verify --all -d "$1" >verdict ||
	{ cat verdict && return 1; }
}

it 'is killed at any moment, and leaves nothing that looks like a backup' '
	for delay in 0.02 0.1 0.2 0.35 0.5 0.7 0.9 1.2; do
		setsid notion backup create --full -d place >/dev/null 2>&1 &
		timeout "$delay" tail -f /dev/null
		kill -9 -- -$! 2>/dev/null
		wait $!
		sound place || exit
	done &&
	status 0 notion backup create -d place 2>err && sound place &&
	test -z "$(find place -name ".*" -mindepth 1)" &&
	test -z "$(ls "$XDG_CACHE_HOME"/notion-tools/backup/scratch)"
'
mkdir small
if mount -t tmpfs -o size=64k none small 2>/dev/null; then
it 'calls a full disk trouble, and puts the backup elsewhere all the same' '
	status 2 notion backup create -d small -d roomy 2>err && cat err &&
	test -z "$(find small -mindepth 1)" && grep "No space left" err &&
	test "$(wc -l <err)" -eq 1 && ls roomy/backup-*.zip
'
umount small
else
skip 'calls a full disk trouble' 'no file system may be mounted here'
fi
it 'ends with 75 if a run is at it, and says who that is; or waits for it' '
	lock=$(echo "$XDG_CACHE_HOME"/notion-tools/backup/*/lock) &&
	mkfifo taken held waiting && echo "process 7 since then" >"$lock" || exit
	flock "$lock" sh -c "echo >taken; cat held" &
	read -r _ <taken && exec 6>held &&
	status 75 notion backup create --no-wait -d busy 2>err 6>&- &&
	grep -x "notion-backup: another run is at it, process 7 since then" err &&
	test ! -e busy && { notion backup create -d busy 2>waiting 6>&- & } &&
	read -r line <waiting && echo "$line" |
	    grep "waiting for another run, process 7" && test ! -e busy &&
	exec 6>&- && wait && ls busy/backup-*.zip
'
it 'runs twice at once, and both backups are whole' '
	notion backup create --name=one -d both 2>first & 
	notion backup create --name=two -d both 2>second
	code=$? && wait $! && test $code -eq 0 && sound both &&
	test "$(ls both | wc -l)" -eq 2
'
mkdir only
if chattr +a only 2>/dev/null; then
it 'needs no right to remove anything in a folder that only takes more' '
	for hour in 01 02; do
		status 0 notion backup create -d only \
		    --stamp=2026-01-06T$hour:00:00Z 2>err && test ! -s err || exit
	done && sound only && test "$(ls only | wc -l)" -eq 2
'
chattr -a only
else
skip 'needs no right to remove anything' 'chattr does nothing here'
fi

if command -v node >/dev/null; then
page=$(jq -r 'select(.object == "page" and .parent.workspace).id' "$sample" |
    head -n 1)
cat >rules <<END
[{"path": "/v1/blocks/$page/children.*", "fault": "status", "status": 403,
  "code": "restricted_resource"}]
END
start_proxy --upstream "$NOTION_API_BASE_URL" --rules rules
it 'puts nothing where something could not be read, unless it may' '
	status 2 notion backup create -d partial 2>err && test ! -e partial &&
	status 2 notion backup create --partial -d partial 2>err &&
	ls partial/backup-*Z.partial.zip && notion backup list partial >out &&
	grep "partial$" out && status 2 notion backup create --json --partial \
	    -d partial >out 2>err && jq -e ".complete == false" out
'
else
skip 'puts nothing where something could not be read' 'node is not installed'
fi
finish

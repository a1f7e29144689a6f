#!/bin/sh
# notion backup schedule and the real crontab(1) and cron(8) of Debian
. "${0%/*}/../lib.sh"

# cron knows one spool, so it gets a file system view of its own, in which that
# and what else it reads are ours; and a clock that stands at two seconds before
# two, so that nobody waits.
cat >view <<'END'
set -eu
mkdir -p spool/crontabs nothing
: >empty
chown root:crontab spool/crontabs
chmod 1730 spool/crontabs
mount --bind spool /var/spool/cron
mount --bind nothing /etc/cron.d
mount --bind empty /etc/crontab
mount -t tmpfs tmpfs /run
"$@"
END
in_view() {
	unshare -m sh view "$@"
}

# Until the schedule's log has a line.
cat >night <<'END'
notion backup schedule --schedule='0 2 * * *' --destination=backups \
    --retention=7days >said
crontab -l >installed
mkfifo line
tail -n +1 -F state/notion-tools/backup/backup.log >line 2>/dev/null &
tail=$!
LD_PRELOAD=$(ls /usr/lib/*/faketime/libfaketime.so.1) \
    FAKETIME='@2026-01-01 01:59:58' cron -f &
cron=$!
timeout 60 head -n 1 line >logged
kill "$cron" "$tail"
END
export HOME="$PWD" XDG_CACHE_HOME="$PWD/cache" XDG_CONFIG_HOME="$PWD/config" \
    XDG_STATE_HOME="$PWD/state"

if ! command -v cron >/dev/null || ! ls /usr/lib/*/faketime >/dev/null 2>&1
then
	skip 'cron makes a backup' 'cron or faketime is not installed'
elif ! in_view true 2>why; then
	skip 'cron makes a backup' "$(head -n 1 why)"
else
serve --assets "$NT_ROOT/examples/assets" "$NT_ROOT/examples/workspace.ndjson"
NOTION_API_TOKEN=secret_of_ours
in_view sh ./night 2>err
it 'cron makes a backup at two in the night' '
	cat err && jq -e ".status == 0 and .error == null" logged &&
	test "$(ls backups | wc -l)" -eq 1 &&
	notion-unpack --verify backups/backup-*.zip
'
it 'from a line that holds no secret, with a token that is in a file' '
	grep "^0 2 \* \* \* .*notion backup run --no-wait backup  #" installed &&
	! grep -r secret_of_ours installed spool state backups cache
'
fi
finish

#!/bin/sh
# backups on what rclone reaches, each a real server on loopback: made, listed,
# verified, put back, pruned; and what is left when it breaks off in the middle
. "${0%/*}/../lib.sh"
. "$NT_ROOT/tests/remote.sh"

sample=$NT_ROOT/examples/workspace.ndjson
XDG_CACHE_HOME=$PWD/cache XDG_CONFIG_HOME=$PWD/config XDG_STATE_HOME=$PWD/state
NOTION_API_BACKOFF_MS=1
RCLONE_RETRIES=1 RCLONE_LOW_LEVEL_RETRIES=1
export XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME NOTION_API_BACKOFF_MS \
    RCLONE_RETRIES RCLONE_LOW_LEVEL_RETRIES

serve --assets "$NT_ROOT/examples/assets" "$sample"
page=$(jq -r 'select(.object == "page" and
    .properties.title.title[0].plain_text == "Soil and compost").id' "$sample")

in_trash() { send GET "pages/$page" && jq -r .in_trash answer; }
names() { rclone lsf "$place" | grep -v '\.part$' | sort; }
create() { notion backup create --destination "$place" "$@"; }
# a time a night, as one of them would have replaced the other
night() { create --stamp "2026-01-0${1}T02:00:00Z"; }
listed() { notion backup list --json --destination "$place"; }

for kind in s3 sftp ftp webdav; do
	remote "$kind" --cut 20000 --while cutting
	it "$kind: a backup is made, and listed" '
		night 1 && listed >list && test "$(wc -l <list)" -eq 1 &&
		jq -e "(.name == \"backup-20260101T020000Z.zip\") and .complete and
		    .time == \"2026-01-01T02:00:00Z\"" list &&
		test "$(names)" = backup-20260101T020000Z.zip
	'
	it "$kind: every byte of it is good" '
		status 0 notion backup verify --destination "$place" --all
	'
	it "$kind: it brings a page back" '
		send PATCH "pages/$page" "{\"in_trash\":true}" &&
		test "$(in_trash)" = true &&
		status 0 notion backup restore --destination "$place" \
		    --pages "$page" && test "$(in_trash)" = false
	'
	: >cutting
	it "$kind: one that breaks off leaves nothing that looks like a backup" '
		! night 2 && test "$(names)" = backup-20260101T020000Z.zip &&
		listed >list && test "$(wc -l <list)" -eq 1
	'
	rm cutting
	it "$kind: the next one is there" '
		night 2 && test "$(names | wc -l)" -eq 2 &&
		status 0 notion backup verify --destination "$place" --all
	'
	it "$kind: what is damaged there is told" '
		rclone copyto "$place/backup-20260101T020000Z.zip" good.zip &&
		head -c 9000 good.zip >bad.zip && tail -c +9002 good.zip >>bad.zip &&
		rclone copyto bad.zip "$place/backup-20260103T020000Z.zip" &&
		status 1 notion backup verify --destination "$place" --all
	'
	it "$kind: the old ones go, the last stays" '
		rclone deletefile "$place/backup-20260103T020000Z.zip" &&
		status 0 notion backup prune --destination "$place" --keep-last 1 &&
		test "$(names)" = backup-20260102T020000Z.zip
	'
done

remote s3 --append-only
it 'where nothing may be removed, backups are made' '
	night 1 && night 2 && test "$(names | wc -l)" -eq 2
'
it '... and prune says that it must not' '
	status 2 notion backup prune --destination "$place" --keep-last 1 2>err &&
	test "$(wc -l <err)" -eq 1 && grep "AccessDenied" err &&
	test "$(names | wc -l)" -eq 2
'

remote webdav
here=$place
it 'of two places, one that is away costs the other nothing' '
	place=$here status 75 notion backup create --destination "$here" \
	    --destination ":webdav,url='"'http://127.0.0.1:1'"',vendor=other:x" &&
	test "$(names | wc -l)" -eq 1
'
finish

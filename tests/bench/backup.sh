#!/bin/sh
# Backups of 10,000 pages the night after 1 % of them have changed, encrypted
# and sent to a remote place: against notion-to-md, zip and age, and against
# notion-fetch into restic.  Then what it takes to look at 1,000 backups in a
# remote place, and to remove most of them.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"
TMPDIR=$bench
export TMPDIR
# shellcheck source=tests/lib.sh
. "$root/tests/lib.sh"
# shellcheck source=tests/remote.sh
. "$root/tests/remote.sh"
set -e
NT_MARKDOWN=$NT_BUILD/markdown
XDG_CACHE_HOME=$nt_scratch/cache
export NT_MARKDOWN XDG_CACHE_HOME
npm_install "$root/tests/bench/markdown" "$NT_MARKDOWN"
cd "$nt_scratch"
notion-encrypt --keygen -o key 2>/dev/null
to=$(notion-encrypt --recipient-of key)

pages=${NT_BENCH_PAGES:-10000}
rounds=${NT_BENCH_ROUNDS:-1}
first=$bench/p$pages.ndjson
second=$bench/p${pages}e1.ndjson
workspace "p$pages.ndjson" --pages "$pages" --blocks-per-page 40 --seed 1
workspace "p${pages}e1.ndjson" --pages "$pages" --blocks-per-page 40 --seed 1 \
    --edit 1 --edit-seed 2

# night STREAM - it is what the one server has now, always at the same URL.
served=
night() {
	if [ -n "$served" ]; then
		kill "$served"
		wait "$served" || :
	fi
	serve --port "${port:-0}" "$1"
	served=$!
	port=${said##*:}
	port=${port%%/*}
}

# What the requests since the log was emptied have brought.
brought() {
	awk '{ n += $1 } END { print n + 0 }' log
}

# ---- the ways to make a backup ----

ours() {
	notion backup create --encrypt="$to" --destination "$place" --json >made
}

# Read as notion backup does, and by restic encrypted, too.
restic_stdin() {
	NT_TRACE=$nt_scratch/restic.trace notion-fetch --workspace --edited \
	    --base base.ndjson --recheck 2 |
	    restic -q -r restic backup --stdin --stdin-filename workspace.ndjson
}

# Knows no other way than to read all of them.
markdown() {
	rm -rf markdown markdown.zip
	mkdir markdown
	node "$root/tests/bench/markdown/export.mjs" references markdown >asked
	zip -qr markdown.zip markdown
	age -r "$to" markdown.zip >markdown.zip.age
	rclone --quiet copyto markdown.zip.age "$place/markdown.zip.age"
}

# ---- a night ----

remote s3 --log log
night "$first"
timed first ours
first_requests=$(jq .requests made)
mv cache cache.first
ln cache.first/notion-tools/backup/*/base.ndjson base.ndjson
restic_new restic.first
restic -q -r restic.first backup --stdin --stdin-filename workspace.ndjson \
    <base.ndjson
sed -n '/"object":"page"/s/.*"id":"\([0-9a-f-]*\)","in_trash".*/\1/p' \
    "$second" >references

night "$second"
for _ in $(seq "$rounds"); do
	rm -rf cache restic restic.trace
	cp -al cache.first cache
	cp -al restic.first restic
	: >log
	timed ours ours
	ours_brought=$(brought)
	timed restic restic_stdin
	: >log
	timed markdown markdown
	markdown_brought=$(brought)
done
notion backup verify --identity key --destination "$place" \
    "$(jq -r .name made)" >verified

echo "a night after edits on 1 % of $pages pages; encrypted, to S3"
row() { printf '  %-42s %9s %9s %10s\n' "$@"; }
row way seconds requests 'bytes sent'
row 'notion backup, the first night' "$(middle first)" "$first_requests" -
row 'notion backup' "$(middle ours)" "$(jq .requests made)" "$ours_brought"
row 'notion-fetch --base | restic, to a folder' "$(middle restic)" \
    "$(jq -n '[inputs | select(.event == "done") | .requests] | last' \
    restic.trace)" \
    "$(($(size_of restic) - $(size_of restic.first)))"
row 'notion-to-md, zip and age' "$(middle markdown)" \
    "$(cat asked)" "$markdown_brought"

# ---- 1,000 backups ----

# look NAME COMMAND... - notes its time, and the requests that it took.
look() {
	: >log
	timed "$@" >looked
	wc -l <log >"$1.asked"
}
looked() {
	row "$1" "$(middle "$2")" "$(cat "$2.asked")" "$3"
}
prune() { notion backup prune --retention 7days,4weeks,12months "$@"; }

many=$place/many
workspace tiny.ndjson --pages 3 --blocks-per-page 2
night "$bench/tiny.ndjson"
notion backup create --no-cache --name small --destination "$many"
set -- "$kept"/many/small-*
seq 999 | sed 's/$/ days ago/' | date -u -f - +%Y%m%dT%H%M%SZ |
    while read -r stamp; do
	for part; do
		cp "$part" "$kept/many/small-$stamp.zip${part##*.zip}"
	done
done
for _ in $(seq "$rounds"); do
	look list notion backup list "$many"
	[ "$(wc -l <looked)" -eq 1000 ]
	look history notion backup history "$many"
	look dry prune --dry-run "$many"
done
kept_of_them=$(grep -c '^keep ' looked)
look prune prune "$many"
[ "$(notion backup list --json "$many" | wc -l)" -eq "$kept_of_them" ]

echo 'a thousand backups on S3, one a day'
row command seconds requests left
looked 'notion backup list' list 1000
looked 'notion backup history' history 1000
looked 'notion backup prune --dry-run' dry 1000
looked 'notion backup prune' prune "$kept_of_them"

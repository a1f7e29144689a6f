#!/bin/sh
# notion backup restore: which backup is taken, and which is refused
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup-restore.sh

plants=$(database Plants)
soil=$(page 'Soil and compost')

begin
keep backup-20250126T020000Z.zip
trash "$(page Tomato)"
keep backup-20250127T020000Z.zip
send PATCH "pages/$(page Basil)" '{"icon":{"emoji":"🌋"}}'
keep backup-20250128T143000Z.zip
icon() { send GET "pages/$(page Basil)" && jq -r .icon.emoji answer; }
was=$(jq -r --arg id "$(page Basil)" 'select(.id == $id).icon.emoji' "$sample")
it 'takes the newest, if nobody says which' '
	restored 0 --dry-run --database=$plants && grep "it takes no" out &&
	restored 0 --database=$plants && grep "20250128T143000Z.zip" err
'
it 'takes that of a day' '
	restored 0 --date=2025-01-27 --database=$plants &&
	grep "20250127T020000Z.zip of 2025-01-27 02:00" err &&
	test "$(icon)" = "$was"
'
it 'takes that of a moment' '
	restored 0 --point-in-time="2025-01-28 14:30:00" --database=$plants &&
	grep "20250128" err && test "$(icon)" = "🌋" &&
	restored 0 --point-in-time="2025-01-28 14:29:59" --database=$plants &&
	grep "20250127" err && test "$(icon)" = "$was"
'
it 'counts days where the clocks are' '
	TZ=Pacific/Auckland restored 0 --date=2025-01-27 --database=$plants &&
	grep "20250127T020000Z.zip of 2025-01-27 15:00" err &&
	TZ=America/New_York restored 0 --date=2025-01-26 \
	    --database=$plants && grep "20250127T020000Z" err
'
it 'takes an older one, if the newest has not what is asked for' '
	restored 0 --pages "$(page Tomato)" && grep "20250126" err &&
	send GET "pages/$(page Tomato)" && jq -e ".in_trash | not" answer
'
it 'takes one by its name' '
	restored 0 backup-20250127T020000Z.zip --dry-run &&
	grep "^backup-20250127T020000Z.zip of" out
'
it 'says which there are, when none is of the time' '
	restored 2 --date=2025-01-25 --database=$plants &&
	test "$(wc -l <err)" -eq 1 && grep "2025-01-25 or before" err &&
	grep "the oldest is of 2025-01-26 02:00" err &&
	grep "newest of 2025-01-28 14:30" err
'
it 'says that nothing is there' '
	mkdir empty && restored 2 --destination empty &&
	grep "there is no backup in empty" err && restored 2 --destination no &&
	restored 2 missing.zip && grep "missing.zip: there is no such file" err
'
it 'says that an id is in no backup' '
	restored 2 --pages $none && grep "there is no page $none" err &&
	restored 2 --database $none && grep "there is no database $none" err &&
	restored 2 backups/backup-20250127T020000Z.zip --database $none &&
	test "$(wc -l <err)" -eq 1
'
it 'refuses what it cannot understand, before anything is read' '
	for wrong in "--date 27.1.2025" "--date 2025-13-01" \
	    "--point-in-time soon" "--new-name x" "--keep-provenance" \
	    "--create-database --pages $soil" "--parent $soil --delete" \
	    "a b" "--dates"; do
		restored 2 $wrong && test ! -e trace && test ! -s out ||
		exit 1
	done
'
it 'takes a snapshot of a repository' '
	mkdir repo && for night in 26 27 28; do
		notion-unpack backups/backup-202501$night*.zip |
		sed "1s/\"started\":\"[^\"]*\"/\"started\":\"2025-01-${night}T02:00:00.000Z\"/" |
		notion-pack --assets files -o repo/garden.db || exit 1
	done &&
	restored 0 -d repo --date 2025-01-27 --dry-run && cat out &&
	grep "garden.db #2 of 2025-01-27 02:00" out &&
	restored 0 repo/garden.db --date 2025-01-26 --dry-run &&
	restored 0 -d repo --database $plants &&
	test "$(icon)" = "🌋" && restored 0 -d repo --date 2025-01-26 &&
	test "$(icon)" = "$was"
'
it 'shows what it runs' '
	restored 0 -x repo/garden.db --pages $soil &&
	grep "^+ notion-unpack --pages $soil -- repo/garden.db" err &&
	grep "^+ notion-fetch --comments blocks" err &&
	grep "^+ notion-diff --made" err
'
it 'takes it from what rclone reaches' '
	restored 0 -d :local:"$PWD"/backups --date 2025-01-28 \
	    --database $plants && test "$(icon)" = "🌋" &&
	restored 0 -d :local:"$PWD"/backups backup-20250126T020000Z.zip &&
	test "$(icon)" = "$was"
'

# ---- encrypted ----

it 'opens an encrypted one with a key that is named, or is ours' '
	notion-encrypt --keygen -o key 2>err &&
	notion-encrypt -r "$(notion-encrypt --recipient-of key)" -o sealed.age \
	    backups/backup-20250128T143000Z.zip &&
	restored 2 sealed.age && test "$(wc -l <err)" -eq 1 &&
	grep "there is no key in .*notion-tools/key.txt" err &&
	restored 0 sealed.age --identity key --database $plants &&
	test "$(icon)" = "🌋" && mkdir -p config/notion-tools &&
	cp key config/notion-tools/key.txt && trash "$(page Basil)" &&
	mkdir sealed && cp sealed.age sealed/backup-20250128T143000Z.zip.age &&
	restored 0 -d sealed --database $plants && test "$(icon)" = "🌋" &&
	send GET "pages/$(page Basil)" && jq -e ".in_trash | not" answer
'
it 'refuses an encrypted one with another key, or that is damaged' '
	notion-encrypt --keygen -o other 2>err &&
	restored 2 sealed.age --identity other && cat err &&
	test "$(wc -l <err)" -eq 1 && test -z "$(writes)" &&
	head -c 3000 sealed.age >cut.age && restored 2 cut.age &&
	test "$(wc -l <err)" -eq 1 && test -z "$(writes)"
'

# ---- what cannot be taken ----

it 'refuses a backup that is not complete, unless it may be' '
	notion-fetch --page $soil --page $none --comments blocks >part.ndjson
	notion-pack --partial -o part.zip part.ndjson &&
	restored 2 part.zip && grep "part.zip is not complete" err &&
	grep -e "--partial takes what is there" err &&
	trash $soil && restored 0 part.zip --partial && send GET pages/$soil &&
	jq -e ".in_trash | not" answer
'
it 'refuses one that is damaged, cut, of a newer format, or none' '
	trash $soil && cp backups/backup-20250128T143000Z.zip whole.zip &&
	size=$(wc -c <whole.zip) && head -c $((size / 2)) whole.zip >cut.zip &&
	cp whole.zip bad.zip && at=300 && while [ $at -lt $size ]; do
		printf x | dd of=bad.zip bs=1 seek=$at conv=notrunc \
		    2>/dev/null || exit 1
		at=$((at + 1000))
	done &&
	echo "no archive" >none.zip &&
	notion-pack --assets files -o tree/ kept.ndjson && sed -i "s/\"format\":1/\"format\":99/" \
	    tree/manifest.json &&
	for wrong in cut.zip bad.zip none.zip tree; do
		restored 2 $wrong && test "$(wc -l <err)" -eq 1 &&
		test -z "$(writes)" || exit 1
	done && test -z "$(ls state/notion-tools/restore | grep -v made)"
'
finish

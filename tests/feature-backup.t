#!/bin/sh
# what was asked for: each command line of the request's chapters on backups, as
# it is written there, with nothing but ids filled in
. "${0%/*}/lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup-run.sh

own_tools || exit 2
serve --assets "$NT_ROOT/examples/assets" "$sample"
none=00000000-0000-4000-8000-0000000000cc
plants=$(jq -r 'select(.object == "database" and
    .title[0].plain_text == "Plants").id' "$sample")
row=$(jq -r --arg id "$tasks" 'select(.object == "page" and
    .parent.database_id == $id).id' "$sample" | head -n 1)
pages=$(jq -r --arg id "$tasks" 'select(.object == "page" and
    .parent.database_id == $id).id' "$sample" | head -n 3 | paste -sd , -)
home_page=$(jq -r --arg id "$tasks" 'select(.object == "database" and
    .id == $id).parent.page_id' "$sample")

# asks STATUS - runs the lines on standard input: the remarks behind the line
# continuations are cut, which no shell would take, and the ids are filled in.
asks() {
	asks_status=$1
	{
		printf 'date() { command date -u -d "%s" "$@"; }\n' \
		    "${NT_CLOCK_FIXED:-now}"
		sed "s/ *\\\\ *#.*/ \\\\/; s/<db_id>/${database:-$tasks}/
		    s/<new_db_id>/${new:-$none}/
		    s/page-1,page-2,page-3/$pages/"
	} >line
	status "$asks_status" sh -eu ./line >out 2>err
	asks_got=$?
	cat out err
	return "$asks_got"
}
paint() { send PATCH "pages/$row" "{\"icon\":{\"emoji\":\"$1\"}}"; }
painted() { send GET "pages/$row" && jq -r .icon.emoji answer; }
# Whether nothing is written while the commands run.
written() { notion-fetch --workspace | sed '1d;$d' | sha256sum; }

# ---- backup commands ----

it 'makes a backup' '
	for day in 26 27 28; do
		NT_CLOCK_FIXED=2025-01-${day}T02:00:00Z &&
		export NT_CLOCK_FIXED && asks 0 <<-\END || exit
		notion backup create \
		  --include="databases,pages,blocks" \
		  --output=./backup-$(date +%Y%m%d).zip \
		  --format=zip
		END
	done && ls >names && grep -x backup-20250126.zip names &&
	grep -x backup-20250127.zip names && python3 -m zipfile -t \
	    backup-20250128.zip && notion-unpack backup-20250128.zip >../stream &&
	for kind in database page block; do
		grep -q "\"object\":\"$kind\"" ../stream || exit
	done && ! grep "\"object\":\"comment\"" ../stream
'
it 'lists backups' '
	asks 0 <<-\END && test "$(wc -l <out)" -eq 3 &&
	notion backup list
	END
	for day in 28 27 26; do
		printf "2025-01-%s 02:00  backup-202501%s.zip  \n" $day $day
	done >want && cut -c -39 out | diff want - &&
	test "$(grep -cE "  [0-9.]+ [kM]B  ✓$" out)" -eq 3
'
it 'says what a restore would do, and does nothing' '
	paint "🌋" && written >before && asks 0 <<-\END &&
	notion backup restore ./backup-20250128.zip \
	  --dry-run \
	  --database=<db_id>
	END
	grep -E "^it takes [0-9]+ request" out && written | diff before - &&
	test "$(painted)" = "🌋"
'
it 'verifies a backup' '
	asks 0 <<-\END && mv backup-20250128.zip whole &&
	notion backup verify ./backup-20250128.zip
	END
	for bytes in 1000 20000; do
		{ head -c "$bytes" whole && printf broken &&
		    tail -c +"$((bytes + 7))" whole; } >backup-20250128.zip &&
		asks 1 <<-\END && grep "backup-20250128.zip" out err || exit
		notion backup verify ./backup-20250128.zip
		END
	done && mv whole backup-20250128.zip
'

# ---- scheduled ----

it 'schedules backups' '
	asks 0 <<-\END && grep "^at 02:00" out && test -d backups &&
	notion backup schedule \
	  --database=<db_id> \
	  --schedule="0 2 * * *" \
	  --retention=30days \
	  --destination=./backups/
	END
	test "$(wc -l <crontab)" -eq 1 && grep "^0 2 \* \* \* " crontab
'
# What cron would do, three nights; the row has another icon each time.
night() {
	cut -d " " -f 6- crontab | sed "s/  # notion-backup .*//" >due &&
	env -i HOME="$HOME" SHELL=/bin/sh PATH=/usr/bin:/bin \
	    NT_CLOCK_FIXED="$1" sh ./due
}
it 'has them made, night after night' '
	paint "🍃" && night 2025-01-26T02:00:00Z &&
	paint "🌱" && night 2025-01-27T02:00:00Z &&
	paint "🌋" && night 2025-01-28T02:00:00Z &&
	test "$(ls backups | grep -c "^backup-.*-202501..T020000Z.zip$")" -eq 3
'
it 'shows all backup points' '
	asks 0 <<-\END && test "$(grep -c "^2025-01-2[678] 02:00" out)" -eq 3 &&
	notion backup history --database=<db_id>
	END
	database=$none asks 0 <<-\END && ! grep "^2025" out
	notion backup history --database=<db_id>
	END
'
it 'restores from a date' '
	paint "🌋" && asks 0 <<-\END && test "$(painted)" = "🌱" &&
	notion backup restore \
	  --date=2025-01-27 \
	  --database=<db_id>
	END
	grep "2025-01-27 02:00" out err
'
it 'restores a point in time' '
	paint "🌋" && asks 0 <<-\END && test "$(painted)" = "🌱"
	notion backup restore \
	  --point-in-time="2025-01-27 14:30:00" \
	  --database=<db_id>
	END
'
it 'deletes old backups' '
	NT_CLOCK_FIXED=2025-04-27T03:00:00Z && export NT_CLOCK_FIXED &&
	asks 0 <<-\END && ls backups >names && test "$(wc -l <names)" -eq 1 &&
	notion backup prune --older-than=90days
	END
	grep 20250128T020000Z names && asks 0 <<-\END &&
	notion backup prune --older-than=90days
	END
	ls backups | diff names -
'
it 'compresses and encrypts scheduled backups' '
	asks 0 <<-\END &&
	notion backup schedule \
	  --database=<db_id> \
	  --schedule="0 2 * * *" \  # Daily at 2 AM
	  --retention=30days \      # Keep 30 days
	  --destination=./backups/ \
	  --compress \              # Compress backups
	  --encrypt                 # Encrypt with key
	END
	test "$(wc -l <crontab)" -eq 1 && grep "key.txt" err &&
	night 2025-01-29T02:00:00Z && set -- backups/*20250129*.age &&
	head -c 21 "$1" | grep -x "age-encryption.org/v1" &&
	status 0 notion backup verify "$1"
'
it 'schedules daily backups of everything' '
	asks 0 <<-\END && test "$(wc -l <crontab)" -eq 2 &&
	notion backup schedule \
	  --schedule="0 2 * * *" \
	  --retention=30days
	END
	grep " backup  # notion-backup backup$" crontab
'

# ---- retention ----

# A year and more of nights: what is to be kept is told by names alone.
it 'keeps as the policies say' '
	mkdir nights && date -u -d 2025-12-31 +%s >last &&
	seq 0 499 | awk -v last="$(cat last)" "{
	    print \"@\" last - \$1 * 86400 }" | date -u -f - +%Y%m%d |
	sed "s|.*|nights/backup-&T020000Z.zip|" | xargs touch &&
	cat >policies <<-\END &&
	--retention=7days          # Keep daily backups for 7 days
	--retention=4weeks         # Keep weekly backups for 4 weeks
	--retention=12months       # Keep monthly backups for 12 months
	--retention=forever         # Keep all backups
	END
	while read -r policy rest; do
		rm -rf left && cp -r nights left &&
		status 0 notion backup prune --destination=left "$policy" \
		    >/dev/null && ls left | wc -l || exit
	done <policies >kept && cat kept &&
	printf "%s\n" 7 5 12 500 | diff - kept
'

# ---- formats ----

it 'makes a zip archive' '
	asks 0 <<-\END && python3 -m zipfile -l backup.zip >names &&
	notion backup create --format=zip --output=backup.zip
	END
	grep "^metadata.json " names && grep "^pages/.*[.]md " names &&
	grep "^blocks/.*[.]json" names && grep "^assets/" names
'
it 'makes a directory' '
	asks 0 <<-\END && ls backup/databases/*.json backup/pages/*.md \
	    backup/blocks/*.json* && test -n "$(ls backup/assets)"
	notion backup create --format=directory --output=./backup/
	END
'
it 'makes an SQLite database' '
	asks 0 <<-\END && test "$(sqlite3 backup.db "pragma integrity_check")" = ok
	notion backup create --format=sqlite --output=backup.db
	END
'

# ---- restore ----

it 'restores a database as a new one' '
	new=$plants asks 0 <<-\END && test "$(cat out)" != "$plants" &&
	notion backup restore ./backup.zip \
	  --database=<new_db_id> \
	  --create-database \
	  --map-users="old@email.com:new@email.com"
	END
	send GET "databases/$(cat out)" &&
	jq -e ".title[0].plain_text == \"Plants\"" answer
'
it 'restores specific pages' '
	paint "🌋" && written >before && asks 0 <<-\END &&
	notion backup restore ./backup.zip \
	  --pages="page-1,page-2,page-3" \
	  --dry-run
	END
	grep "^it takes" out && written | diff before -
'
it 'restores the only database of a backup after a disaster' '
	notion backup create --database="$tasks" --output=latest-backup.zip &&
	asks 0 <<-\END && send GET "databases/$(cat out)" &&
	notion backup restore ./latest-backup.zip \
	  --create-database \
	  --new-name="Tasks - Restored"
	END
	jq -e ".title[0].plain_text == \"Tasks - Restored\"" answer &&
	jq -e ".parent.page_id == \"$home_page\"" answer
'
it 'asks which, if a backup has several' '
	cp backup.zip latest-backup.zip && asks 2 <<-\END &&
	notion backup restore ./latest-backup.zip \
	  --create-database \
	  --new-name="Tasks - Restored"
	END
	test "$(wc -l <err)" -eq 1 && grep "$tasks (Tasks)" err
'

# ---- the request itself ----

request=$NT_CORPORA/../feature-request.md
if [ -f "$request" ]; then
	# A command goes on as long as its lines end in a backslash.
	it 'follows each command line of the request' '
		lines() {
			awk "/^[\t ]*notion backup / { on = 1 }
			    on { sub(/^[\t]*/, \"\"); print }
			    !/\\\\/ { on = 0 }" "$@"
		}
		lines "$request" >wanted && test -s wanted &&
		sed "s/^[[:space:]]*//" "$NT_ROOT/tests/feature-backup.t" >ours &&
		sed "s/^[[:space:]]*//" wanted | grep -vxFf ours >missing
		cat missing && test ! -s missing
	'
else
	skip 'follows each command line of the request' 'it is not here'
fi
finish

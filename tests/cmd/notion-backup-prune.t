#!/bin/sh
# notion backup prune, verify and history: what goes, what is wrong, what changed
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup.sh

# nights PLACE SERIES: an empty file a night of 2024, named as backups are
nights() {
	mkdir -p "$1" && (cd "$1" && seq 1704070800 86400 1735606800 |
	    sed s/^/@/ | date -u -f - "+$2-%Y%m%dT%H%M%SZ.zip" | xargs touch)
}
left() { find "$1" -mindepth 1 | wc -l; }

nights year s
it 'says of each backup what would become of it, and does nothing' '
	status 0 notion backup prune -n --keep-daily=3 --utc year >out &&
	test "$(left year)" -eq 366 && test "$(wc -l <out)" -eq 366 &&
	test "$(grep -c ^keep out)" -eq 3 && head -n 1 out | grep \
	    "^keep .*s-20241231T010000Z.zip .*daily" &&
	sed 4q out | tail -n 1 | grep "^remove "
'
it 'keeps what the rules keep, each series by itself' '
	nights two a && nights two b && status 0 notion backup prune \
	    --keep-last=2 --keep-monthly=3 --utc two &&
	for series in a b; do
		printf "two/$series-%sT010000Z.zip\n" 20241031 20241130 \
		    20241230 20241231
	done | sort >want && find two -type f | sort | diff want -
'
it 'looks at one series, if asked' '
	nights one a && nights one b &&
	status 0 notion backup prune --name=a --keep-last=1 one &&
	test "$(find one -name "a-*" | wc -l)" -eq 1 &&
	test "$(find one -name "b-*" | wc -l)" -eq 366
'
it 'never removes the newest complete one, and what is no backup' '
	mkdir odd && : >odd/s-20240101T000000Z.zip && : >odd/notes.txt &&
	: >odd/s-20240102T000000Z.partial.zip && : >odd/.s-x.part &&
	status 0 notion backup prune --older-than=1days odd &&
	test -e odd/s-20240101T000000Z.zip && test -e odd/notes.txt &&
	status 0 notion backup prune --older-than=1d ":local:$PWD/odd" &&
	test -e odd/s-20240101T000000Z.zip && test -e odd/notes.txt
'
it 'leaves alone what only looks like a backup, on a remote' '
	mkdir far && : >far/photos.zip && touch -d 2001-01-01 far/photos.zip &&
	nights far s && status 0 notion backup prune --older-than=90days \
	    --keep-last=1 ":local:$PWD/far" && test -e far/photos.zip &&
	test "$(left far)" -eq 2
'
it 'asks a remote a few times, whatever there is to remove' '
	nights much s && status 0 notion backup -x prune --keep-last=1 \
	    ":local:$PWD/much" 2>err && test "$(left much)" -eq 1 &&
	test "$(grep -c "^+ rclone" err)" -eq 2
'
it 'wants a rule, and a right one' '
	status 2 notion backup prune year 2>err && grep "nothing says" err &&
	status 2 notion backup prune --keep-last=x year 2>err &&
	test "$(left year)" -eq 366
'
nights kept s
if chattr +a kept 2>/dev/null; then
it 'says that it may not remove, in one line' '
	status 2 notion backup prune --keep-last=1 kept 2>err &&
	test "$(wc -l <err)" -eq 1 && grep "^notion-backup: cannot remove" err &&
	test "$(left kept)" -eq 366
'
chattr -a kept
else
skip 'says that it may not remove' 'chattr does nothing here'
fi

serve_sample
for day in 1 2 3; do
	NT_CLOCK_FIXED=2025-01-0${day}T02:00:00Z notion backup create \
	    --format=sqlite -d repo &&
	NT_CLOCK_FIXED=2025-01-0${day}T02:00:00Z notion backup create -d zips ||
	exit 2
done
it 'removes snapshots from their repository' '
	cp -R repo less && status 0 notion backup prune --keep-last=1 less &&
	notion backup list less >out && test "$(wc -l <out)" -eq 1 &&
	grep "backup.db #3" out && notion-unpack --verify less/backup.db
'
it 'groups what has any name by what it is a backup of' '
	mkdir named && n=0 && for file in zips/*.zip; do
		n=$((n + 1)) && cp $file named/mine-$n.zip
	done && status 0 notion backup prune --older-than=90days named &&
	test "$(find named -type f)" = named/mine-3.zip
'
it 'verifies files, names, and all that is there' '
	file=$(find zips -name "*20250101*") &&
	status 0 notion backup verify "$file" >out && grep "^$file: fine" out &&
	status 0 notion backup verify -d zips "${file#zips/}" >out &&
	status 0 notion backup verify -a -q -d zips -d repo >out &&
	test "$(grep -c ": fine" out)" -eq 4 &&
	status 0 notion backup verify -a -d ":local:$PWD/zips" >out &&
	test "$(grep -c "^backup-.*: fine" out)" -eq 3
'
it 'names what is wrong, and goes on' '
	cp -R zips bad && file=$(find bad -name "*20250102*") &&
	size=$(wc -c <"$file") && printf "\377\376" |
	dd of="$file" bs=1 seek=$((size / 3)) conv=notrunc 2>/dev/null &&
	status 1 notion backup verify --all -d bad >out &&
	test "$(grep -c ": fine" out)" -eq 2 &&
	grep -v ": fine" out | grep "^backup-20250102" &&
	status 2 notion backup verify -d bad nowhere.zip 2>err &&
	grep nowhere.zip err
'
it 'opens what is encrypted with the key' '
	status 0 notion backup create --encrypt -d sealed 2>err &&
	grep "$XDG_CONFIG_HOME/notion-tools/key.txt" err &&
	ls sealed/backup-*.zip.age && status 0 notion backup verify -a \
	    -d sealed >out && grep "^backup-.*\.zip\.age: fine" out &&
	notion-encrypt --keygen -o other.txt 2>err &&
	status 2 notion backup verify -a -d sealed -i other.txt >out 2>err &&
	test ! -s out && test "$(wc -l <err)" -eq 1 &&
	grep "^notion-backup: backup-.*.age: no identity matches" err
'
# cut_off SIZE, scratched AT: a place that has an older backup as well,
# encrypted, of which these bytes are there, or that one is not.
harm() {
	rm -rf harmed && cp -R sealed harmed &&
	whole=$(find sealed -type f) &&
	harmed=harmed/backup-20250101T020000Z.zip.age
}
cut_off() { harm && head -c "$1" "$whole" >"$harmed"; }
scratched() {
	cut_off "$1" && tail -c "+$(($1 + 2))" "$whole" >>"$harmed"
}
it 'tells what is encrypted and damaged, here and elsewhere, and goes on' '
	size=$(wc -c <"$(find sealed -type f)") &&
	for how in "cut_off 30" "cut_off 180" "cut_off $((size / 2))" \
	    "cut_off $((size - 1))" "scratched 250" "scratched $((size - 9))"
	do
		$how && status 1 notion backup verify --all -d harmed \
		    >out 2>err && test ! -s err &&
		test "$(wc -l <out)" -eq 2 &&
		grep "^backup-20250101T020000Z.zip.age: [hp].*: " out &&
		tail -n 1 out | grep "^backup-.*: fine: " ||
		{ echo "$how"; cat out err; exit 1; }
	done &&
	status 1 notion backup verify -a -d ":local:$PWD/harmed" >there 2>err &&
	test ! -s err && cmp out there
'
it 'does not put back what is damaged' '
	scratched 9000 && status 2 notion backup restore "$harmed" 2>err &&
	test "$(wc -l <err)" -eq 1 &&
	grep "^notion-backup: $harmed: payload: chunk" err
'
it 'shows what has changed from one to the next' '
	status 0 notion backup history zips >out && cat out &&
	test "$(wc -l <out)" -eq 3 && test "$(wc -L <out)" -le 80 &&
	head -n 1 out | grep "same$\|same  *[█▏▎▍▌▋▊▉]*$\|B  *33  *same" &&
	status 0 notion backup history --json -n 2 zips >out &&
	test "$(jq .pages out | xargs)" = "33 33"
'
it 'shows only backups that hold a database' '
	id=$(jq -r "select(.object == \"database\").id" "$sample" | head -n 1) &&
	status 0 notion backup create --database=$id --name=part -d zips &&
	status 0 notion backup history --database=$id zips >out &&
	test "$(wc -l <out)" -eq 4 &&
	none=00000000-0000-4000-8000-000000000000 &&
	status 0 notion backup history --database=$none zips >out &&
	test ! -s out
'
finish

#!/bin/sh
# notion-keep: each rule, what no rule takes away, other programs' tables
. "${0%/*}/../lib.sh"

# backups TIME...: a record each
backups() { printf '{"time":"%s"}\n' "$@"; }
# kept ARGUMENT...: the times that stay of those in the file "in"
kept() { notion-keep "$@" in >judged && jq -r 'select(.keep).time' judged | xargs; }
# why ARGUMENT...: the same, with the reasons
why() {
	notion-keep "$@" in >judged &&
	jq -r 'select(.keep) | .time + ": " + (.reasons | join(", "))' judged
}
# keeps 'ARGUMENT...' TIME...: exactly these
keeps() {
	rules=$1
	shift
	# shellcheck disable=SC2086 # words are meant
	have=$(kept $rules)
	[ "$have" = "$*" ] && return
	echo "$rules keeps $have, expected $*"
	return 1
}
# one_line 'TEXT': what stands in the file "err", and nothing else
one_line() { printf 'notion-keep: %s\n' "$1" | diff - err; }

# ---- records ----

it 'gives every record back, in order, with what is said of it' '
	printf "%s\n" "{\"time\":\"2026-01-02\", \"b\":1.0,\"a\":\"x\"}" \
	    "{\"time\":\"2026-01-01\",\"keep\":7,\"reasons\":null}" \
	    "{\"time\":\"2026-01-03\"}" >in &&
	status 0 notion-keep --keep-last 1 in >out 2>err && test ! -s err &&
	printf "%s\n" \
	    "{\"a\":\"x\",\"b\":1,\"keep\":false,\"reasons\":[],\"time\":\"2026-01-02\"}" \
	    "{\"keep\":false,\"reasons\":[],\"time\":\"2026-01-01\"}" \
	    "{\"keep\":true,\"reasons\":[\"last\"],\"time\":\"2026-01-03\"}" |
	diff - out
'
it 'nothing in, nothing out' '
	status 0 notion-keep --keep-last 1 </dev/null >out && test ! -s out
'
it 'without a rule it keeps everything' '
	backups 2020-01-01 2026-01-01 >in && keeps "" 2020-01-01 2026-01-01 &&
	why >out && grep "2020-01-01: no rule" out &&
	keeps "--keep-last 0" 2020-01-01 2026-01-01
'
it 'a group is a place and a series' '
	for place in a b; do for series in x y; do for day in 1 2; do
		echo "{\"place\":\"$place\",\"series\":\"$series\",\"time\":\"2026-01-0$day\"}"
	done; done; done >in &&
	keeps "--keep-last 1" 2026-01-02 2026-01-02 2026-01-02 2026-01-02
'

# ---- rules ----

backups 2026-03-31T10:00:00Z 2026-03-31T10:30:00Z 2026-03-31T12:00:00Z \
    2026-03-30T10:00:00Z 2026-03-23T10:00:00Z 2026-03-03T10:00:00Z \
    2026-03-02T10:00:00Z 2026-02-28T10:00:00Z 2025-12-31T10:00:00Z \
    2025-12-30T10:00:00Z >march
it 'the last N' '
	cp march in && keeps "--keep-last 2" 2026-03-31T10:30:00Z \
	    2026-03-31T12:00:00Z
'
it 'one an hour, a day, a week, a month, a year: the newest of it' '
	cp march in && now="--zone UTC --now 2026-04-01" &&
	keeps "$now --keep-hourly 3" 2026-03-31T10:30:00Z \
	    2026-03-31T12:00:00Z 2026-03-30T10:00:00Z &&
	keeps "$now --keep-daily 2" 2026-03-31T12:00:00Z 2026-03-30T10:00:00Z &&
	keeps "$now --keep-weekly 2" 2026-03-31T12:00:00Z 2026-03-23T10:00:00Z &&
	keeps "$now --keep-monthly 2" 2026-03-31T12:00:00Z \
	    2026-02-28T10:00:00Z &&
	keeps "$now --keep-yearly 1" 2026-03-31T12:00:00Z
'
it 'a rule with something left keeps the oldest, and says so' '
	cp march in && why --zone UTC --keep-yearly 3 >out &&
	printf "%s\n" "2026-03-31T12:00:00Z: yearly" \
	    "2025-12-31T10:00:00Z: yearly" \
	    "2025-12-30T10:00:00Z: oldest yearly" | diff - out
'
it 'unlimited and -1 have no end' '
	cp march in && kept --keep-last unlimited >a && kept --keep-last=-1 >b &&
	cmp a b && test "$(wc -w <a)" -eq 10 &&
	test "$(kept --keep-monthly -1 | wc -w)" -eq 4
'
it 'of one that is given twice the more generous holds' '
	cp march in && test "$(kept --keep-last 3 --keep-last 2 | wc -w)" -eq 3 &&
	test "$(kept --keep-last -1 --keep-last 2 | wc -w)" -eq 10 &&
	test "$(kept --keep-within 1d --keep-within 10y | wc -w)" -eq 10 &&
	test "$(kept --retention 7days --retention 1d | wc -w)" -eq 2
'
it 'within a time, before the newest, by the calendar' '
	cp march in && now="--zone UTC --now 2030-01-01" &&
	keeps "$now --keep-within 2h" 2026-03-31T10:30:00Z \
	    2026-03-31T12:00:00Z &&
	keeps "$now --keep-within 1m" 2026-03-31T10:00:00Z \
	    2026-03-31T10:30:00Z 2026-03-31T12:00:00Z 2026-03-30T10:00:00Z \
	    2026-03-23T10:00:00Z &&
	keeps "$now --keep-within-daily 8days2hours" 2026-03-31T12:00:00Z \
	    2026-03-30T10:00:00Z &&
	keeps "$now --keep-within-daily 8days3hours" 2026-03-31T12:00:00Z \
	    2026-03-30T10:00:00Z 2026-03-23T10:00:00Z &&
	keeps "$now --keep-within-weekly 3w" 2026-03-31T12:00:00Z \
	    2026-03-23T10:00:00Z &&
	keeps "$now --keep-within-monthly 3months" 2026-03-31T12:00:00Z \
	    2026-02-28T10:00:00Z
'
it 'what is older goes, counted from now' '
	backups 2026-01-01T00:00:00Z 2026-01-01T00:00:01Z 2026-03-01T00:00:00Z \
	    2026-03-31T00:00:00Z >in &&
	now="--zone UTC --now 2026-04-01T00:00:00Z" &&
	keeps "$now --older-than=90days" 2026-01-01T00:00:00Z \
	    2026-01-01T00:00:01Z 2026-03-01T00:00:00Z 2026-03-31T00:00:00Z &&
	keeps "$now --older-than=31d" 2026-03-01T00:00:00Z \
	    2026-03-31T00:00:00Z &&
	keeps "$now --older-than=30d" 2026-03-31T00:00:00Z &&
	why --now 2026-04-01 --older-than 1m >out && tail -n 1 out |
	grep -x "2026-03-31T00:00:00Z: not older than 1m"
'
it 'rules add up' '
	cp march in && why --zone UTC --keep-last 1 --keep-daily 2 \
	    --keep-within-yearly 1y --older-than 1y --now 2026-12-31 >out &&
	grep -x "2026-03-31T12:00:00Z: last, daily, yearly within 1y, not older than 1y" \
	    out &&
	grep -x "2025-12-31T10:00:00Z: yearly within 1y, not older than 1y" out
'
# nights N: a backup a night, the last one on 2026-03-31
nights() {
	n=0
	while [ $n -lt "$1" ]; do
		date -u -d "2026-03-31 -$n days" '+{"time":"%FT02:00:00Z"}'
		n=$((n + 1))
	done
}
it 'the words of --retention are for nights what one takes them for' '
	nights 800 >in && zone="--zone UTC" &&
	test "$(kept $zone --retention=7days | wc -w)" -eq 7 &&
	test "$(kept $zone --retention=30days | wc -w)" -eq 30 &&
	test "$(kept $zone --retention=4weeks | wc -w)" -eq 5 &&
	test "$(kept $zone --retention=12months | wc -w)" -eq 12 &&
	test "$(kept $zone --retention=2years | wc -w)" -eq 3 &&
	test "$(kept $zone --retention=24hours | wc -w)" -eq 1 &&
	test "$(kept $zone --retention=forever | wc -w)" -eq 800
'
it '--retention is --keep-within by other words' '
	nights 800 >in && for pair in "7days --keep-within-daily=7d" \
	    "4weeks --keep-within-weekly=28d" \
	    "12months --keep-within-monthly=1y" \
	    "3years --keep-within-yearly=3y" \
	    "36hours --keep-within-hourly=36h"; do
		kept --retention "${pair% *}" >a && kept "${pair#* }" >b &&
		cmp a b || exit 1
	done &&
	kept --retention 7days,4weeks --retention 12months >a &&
	kept --keep-within-daily 7d --keep-within-weekly 4w \
	    --keep-within-monthly 12m >b && cmp a b
'
it 'a backup of the future is none to count back from' '
	backups 2026-03-30 2026-03-31 9999-12-31T23:59:59Z >in &&
	keeps "--now 2026-04-01 --keep-within 1d" 2026-03-31 \
	    9999-12-31T23:59:59Z &&
	keeps "--now 2026-04-01 --keep-last 1" 9999-12-31T23:59:59Z &&
	keeps "--now 2020-04-01 --keep-within 1d" 2026-03-30 2026-03-31 \
	    9999-12-31T23:59:59Z
'

# ---- zones ----

it 'days are those of the zone' '
	backups 2026-01-01T22:30:00Z 2026-01-01T23:30:00Z \
	    2026-01-02T10:00:00Z >in &&
	keeps "--zone UTC --keep-daily 2" 2026-01-01T23:30:00Z \
	    2026-01-02T10:00:00Z &&
	keeps "--zone Europe/Berlin --keep-daily 2" 2026-01-01T22:30:00Z \
	    2026-01-02T10:00:00Z &&
	keeps "--zone America/New_York --keep-daily 1" 2026-01-02T10:00:00Z &&
	(TZ=Europe/Berlin && export TZ && keeps "--keep-daily 2" \
	    2026-01-01T22:30:00Z 2026-01-02T10:00:00Z)
'
it 'a day back over a change of the clocks is a day of the clocks' '
	backups 2026-03-28T11:59:59Z 2026-03-28T12:00:01Z \
	    2026-03-28T11:00:00Z 2026-03-28T11:00:01Z \
	    2026-03-29T11:00:00Z >in &&
	keeps "--zone UTC --keep-within 1d" 2026-03-28T11:59:59Z \
	    2026-03-28T12:00:01Z 2026-03-28T11:00:01Z 2026-03-29T11:00:00Z &&
	keeps "--zone Europe/Berlin --keep-within 1d" 2026-03-28T12:00:01Z \
	    2026-03-29T11:00:00Z
'
it 'the day that Samoa skipped is no day, and half an hour is no hour' '
	backups 2011-12-30T09:30:00Z 2011-12-30T10:30:00Z >in &&
	keeps "--zone Pacific/Apia --keep-daily 2 --now 2012-01-01" \
	    2011-12-30T09:30:00Z 2011-12-30T10:30:00Z &&
	backups 2026-04-04T14:50:00Z 2026-04-04T15:10:00Z >in &&
	keeps "--zone Australia/Lord_Howe --keep-hourly 1" \
	    2026-04-04T15:10:00Z
'
it 'an unknown zone is told' '
	for zone in Mars/Olympus ../UTC /etc/passwd "" Europe; do
		status 2 notion-keep --zone "$zone" </dev/null 2>err &&
		grep "^notion-keep: --zone: there is no zone \"$zone\", " err ||
		exit 1
	done
'

# ---- what no rule takes away ----

it 'the last complete one stays, however old' '
	printf "%s\n" "{\"time\":\"2020-01-01\",\"complete\":true}" \
	    "{\"time\":\"2021-01-01\",\"complete\":true}" \
	    "{\"time\":\"2026-03-01\",\"complete\":false}" >in &&
	why --now 2026-12-01 --older-than 90days >out &&
	printf "%s\n" "2021-01-01: last complete" \
	    "2026-03-01: no complete one since" | diff - out
'
it 'so does the last that may be complete where none is known to be' '
	printf "%s\n" "{\"time\":\"2020-01-01\",\"complete\":null}" \
	    "{\"time\":\"2021-01-01\",\"complete\":null}" >in &&
	why --now 2026-12-01 --older-than 90days >out &&
	echo "2021-01-01: last that may be complete" | diff - out &&
	echo "{\"time\":\"2019-01-01\",\"complete\":true}" >>in &&
	why --now 2026-12-01 --older-than 90days >out &&
	echo "2019-01-01: last complete" | diff - out
'
it 'an incomplete one takes no place of a complete one' '
	printf "%s\n" "{\"time\":\"2026-03-01T01:00:00Z\"}" \
	    "{\"time\":\"2026-03-01T02:00:00Z\",\"complete\":false}" \
	    "{\"time\":\"2026-03-02T01:00:00Z\"}" \
	    "{\"time\":\"2026-03-03T01:00:00Z\"}" >in &&
	keeps "--zone UTC --keep-daily 3" 2026-03-01T01:00:00Z \
	    2026-03-02T01:00:00Z 2026-03-03T01:00:00Z
'
it 'incomplete ones since the last complete are judged among themselves' '
	for day in 1 2 3; do echo "{\"time\":\"2026-03-0$day\"}"; done >in &&
	for day in 4 5 6 7; do
		echo "{\"time\":\"2026-03-0$day\",\"complete\":false}"
	done >>in &&
	why --zone UTC --keep-last 2 >out &&
	printf "%s\n" "2026-03-02: last" "2026-03-03: last" "2026-03-06: last" \
	    "2026-03-07: last" | diff - out &&
	echo "{\"time\":\"2026-03-07\",\"complete\":true}" >>in &&
	keeps "--keep-last 2" 2026-03-03 2026-03-07
'
it 'rules that keep all of a time keep the incomplete ones of it' '
	printf "%s\n" "{\"time\":\"2026-03-01\",\"complete\":false}" \
	    "{\"time\":\"2026-03-02\"}" >in &&
	keeps "--keep-daily 9" 2026-03-02 &&
	keeps "--keep-within 1y" 2026-03-01 2026-03-02 &&
	keeps "--older-than 1y --now 2026-04-01" 2026-03-01 2026-03-02 &&
	keeps "--retention forever" 2026-03-01 2026-03-02
'
it 'what a kept one needs stays, and what that needs' '
	printf "%s\n" \
	    "{\"place\":\"p\",\"name\":\"a\",\"time\":\"2026-01-01\"}" \
	    "{\"place\":\"q\",\"name\":\"a\",\"time\":\"2026-01-01T01:00:00Z\"}" \
	    "{\"place\":\"p\",\"name\":\"b\",\"time\":\"2026-01-02\",\"needs\":\"a\"}" \
	    "{\"place\":\"p\",\"name\":\"c\",\"time\":\"2026-01-03\"}" \
	    "{\"place\":\"p\",\"name\":\"d\",\"time\":\"2026-01-04\",\"needs\":[\"b\",\"x\",\"d\"]}" \
	    "{\"place\":\"q\",\"name\":\"e\",\"time\":\"2026-01-05\"}" >in &&
	why --keep-last 1 >out && printf "%s\n" "2026-01-01: needed by b" \
	    "2026-01-02: needed by d" "2026-01-04: last" "2026-01-05: last" |
	diff - out
'

# ---- bad input ----

it 'a record without a time is told with its line, and nothing is written' '
	printf "%s\n" "{\"time\":\"2026-01-01\"}" "{\"name\":\"x\"}" >in &&
	status 2 notion-keep --keep-last 1 in >out 2>err && test ! -s out &&
	one_line "in: line 2: there is no time, expected a member such as \"time\":\"2026-01-05T10:20:00Z\""
'
it 'so is one whose time is none' '
	echo "{\"time\":\"yesterday\"}" >in && status 2 notion-keep <in 2>err &&
	one_line "line 1: time is \"yesterday\", expected one such as \"2026-01-05T10:20:00Z\"" &&
	echo "{\"time\":17}" >in && status 2 notion-keep <in 2>err &&
	grep "time is 17, expected" err &&
	echo "{\"time\":\"2026-02-30\"}" >in && status 2 notion-keep <in
'
it 'and a line that is no object' '
	echo "[]" >in && status 2 notion-keep in 2>err && grep "line 1" err
'
it 'rules that are none are told' '
	for rule in --retention=7 --retention=days --retention= --retention=0days \
	    --retention=1y6m --retention=7days, --retention=7fortnights \
	    --keep-last=-2 --keep-last=many --keep-daily=99999999999999999999 \
	    --keep-within=7 --keep-within=0d --keep-within= --keep-within=-7d \
	    --keep-within=999999999999d --older-than=7x --older-than=never \
	    --now=tomorrow --now=2026-02-30; do
		status 2 notion-keep "$rule" </dev/null 2>err &&
		grep "^notion-keep: ${rule%%=*}.*expected" err || exit 1
	done
'
it 'a long rule is told shortly' '
	status 2 notion-keep --keep-within \
	    "$(head -c 100000 /dev/zero | tr "\0" 1)d" </dev/null 2>err &&
	test "$(wc -c <err)" -lt 400
'

# ---- other tables ----

tables=$NT_CORPORA/retention
if [ ! -d "$tables" ]; then
	skip 'the tables of other programs' "no $tables"
	finish
	exit
fi

# The arguments for a policy in the members that the tables have.
arguments='.policy | to_entries[] | "--" + (.key | gsub("_"; "-")) + "=" +
    (.value | tostring)'
# Ours, newest first, equal ones in order, as restic shows it: the times, and
# the reasons with what each counter had left.
restic='. as $case | [inputs] | to_entries |
    sort_by([(.value.time | rtrimstr("Z")), -.key]) | reverse |
    map(.value | select(.keep)) | {
	keep: map({time}),
	reasons: [foreach .[] as $b (
	    {left: ($case.policy | with_entries(select(.value | type == "number") |
		.key |= ltrimstr("keep_")))};
	    reduce ($b.reasons[] | ltrimstr("oldest ")) as $rule (.;
		if .left[$rule] > 0 then .left[$rule] -= 1 else . end);
	    {time: $b.time,
	    matches: ($b.reasons | map(if test("within") then . else . + " snapshot" end)),
	    counters: (.left | with_entries(select(.value != 0)))})]}'
jq -c '.[]' "$tables"/restic-snapshots.json >restic-snapshots
it 'restic keeps the same for the same reasons, with as much left' '
	equal=0 empty=0 tags=0 &&
	while read -r row; do
		printf "%s" "$row" >row
		if jq -e ".policy == {}" row; then
			empty=$((empty + 1)) && continue
		elif jq -e ".policy.keep_tags" row; then
			tags=$((tags + 1)) && continue
		fi >/dev/null
		jq -r "$arguments" row | xargs -r notion-keep --zone UTC \
		    --now 2026-01-01 restic-snapshots >have &&
		cat row have | jq -cS "$restic" >ours &&
		jq -cS "{keep: .keep | map({time}), reasons}" row >theirs && cmp theirs ours || exit
		equal=$((equal + 1))
	done <"$tables"/restic.ndjson &&
	echo "$equal equal, $tags by tags, $empty without a rule" &&
	test "$equal $tags $empty" = "17 2 1"
'
# Where the rule is not the same: half years, seconds and tags are no rules of
# ours; borg keeps what is newer than its now, and one rule begins behind the
# other; Proxmox does that, too, and keeps no oldest one for a rule with
# something left.
cat >known <<-'EOT'
8 borg: agree
1 borg: rules begin behind each other
5 borg: rules that are not ours
1 borg: spans instead of numbers
1 borg: the future is kept
5 proxmox-backup: agree
2 proxmox-backup: no oldest one is kept
3 proxmox-backup: rules begin behind each other
1 rustic: a policy that is cut
17 rustic: agree
4 rustic: rules that are not ours
EOT
it 'rustic, borg and Proxmox keep the same where the rule is the same' '
	(cd "$tables" && cat rustic.ndjson borg.ndjson proxmox-backup.ndjson) |
	perl "$NT_ROOT"/tests/tools/retention_tables.pl >out &&
	diff known out
'
finish

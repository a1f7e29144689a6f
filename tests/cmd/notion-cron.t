#!/bin/sh
# notion-cron: expressions, words, runs, its forms, other programs' tables
. "${0%/*}/../lib.sh"

from='--from 2026-11-28T12:00:00Z'
# one_line 'TEXT': what stands in the file "err", and nothing else
one_line() { printf 'notion-cron: %s\n' "$1" | diff - err; }
# runs ARGUMENT...: the next ones, in UTC
runs() { notion-cron --json "$@" | jq -r '.next[]'; }

it 'says what it means, and the next five runs' '
	status 0 notion-cron $from "0 2 * * mon-fri" >out 2>err &&
	test ! -s err && printf "%s\n" "at 02:00 on Monday to Friday" \
	    "Mon 2026-11-30 02:00 +0000" "Tue 2026-12-01 02:00 +0000" \
	    "Wed 2026-12-02 02:00 +0000" "Thu 2026-12-03 02:00 +0000" \
	    "Fri 2026-12-04 02:00 +0000" | diff - out
'
it 'as many as are asked for, by the clocks of a zone' '
	notion-cron --zone America/New_York --next 2 --from 2026-10-31 \
	    "30 1 * * *" >out && printf "%s\n" "at 01:30 every day" \
	    "Sat 2026-10-31 01:30 -0400" "Sun 2026-11-01 01:30 -0400" |
	diff - out && test "$(notion-cron --next 0 "@daily" | wc -l)" -eq 1 &&
	notion-cron --zone Asia/Kolkata --next 1 $from "0 0 * * *" >out &&
	grep -x "Sun 2026-11-29 00:00 +0530" out
'
it 'the zone of the machine is the default' '
	(TZ=Europe/Berlin && export TZ &&
	notion-cron --next 1 $from "0 2 * * *" | grep "2026-11-29 02:00 +0100")
'
it 'the last run, that moment included' '
	status 0 notion-cron --last --from 2026-11-28T02:00:59Z "0 2 * * *" >out &&
	echo 2026-11-28T02:00:00Z | diff - out &&
	notion-cron --last --from 2026-11-28T01:59:59Z "0 2 * * *" >out &&
	echo 2026-11-27T02:00:00Z | diff - out &&
	notion-cron --last --from 2026-11-28 "0 0 29 2 *" >out &&
	echo 2024-02-29T00:00:00Z | diff - out
'
it 'now is the default, and can be fixed' '
	NT_CLOCK_FIXED=2026-01-01T00:00:00Z notion-cron --last @yearly >out &&
	echo 2026-01-01T00:00:00Z | diff - out
'
it 'an object with all of it' '
	notion-cron --json --next 1 --zone Europe/Berlin $from \
	    "0 2 1 * fri" >out &&
	jq -cS . out | cmp - out && jq . >want <<-EOT &&
	{"object": "schedule", "expression": "0 2 1 * fri",
	"last": "2026-11-27T01:00:00Z", "next": ["2026-12-01T01:00:00Z"],
	"systemd": ["*-*-01 02:00:00 Europe/Berlin",
	    "Fri *-*-* 02:00:00 Europe/Berlin"],
	"words": "at 02:00 on day 1 of the month, and also on Friday",
	"zone": "Europe/Berlin"}
	EOT
	jq -S . want >a && jq -S . out | diff a - &&
	notion-cron --json @hourly | jq -e ".zone == null and (.next | length) == 5"
'

# ---- words ----

it 'says each form in words' '
	while IFS="|" read -r expr words; do
		have=$(notion-cron --next 0 "$expr") &&
		test "$have" = "$words" ||
		{ echo "$expr: $have, expected $words" && exit 1; }
	done <<-EOT
	0 2 * * *|at 02:00 every day
	* * * * *|every minute
	*/15 * * * *|every 15 minutes
	*/7 * * * *|at the minutes 0 to 56 in steps of 7 of every hour
	5 * * * *|at minute 5 of every hour
	5,50 * * * *|at the minutes 5 and 50 of every hour
	0 * * * *|every hour
	0 */2 * * *|every 2 hours
	5 */2 * * *|at minute 5 of the hours 0 to 22 in steps of 2
	0 8-17 * * *|at minute 0 of the hours 8 to 17 every day
	* 2 * * *|every minute from 02:00 to 02:59 every day
	*/10 8-17 * * 1-5|every 10 minutes from 08:00 to 17:59 on Monday to Friday
	0,30 2,14 * * *|at 02:00, 02:30, 14:00 and 14:30 every day
	0 2 29 2 *|at 02:00 on day 29 of the month in February
	0 2 */5 * *|at 02:00 on the days 1 to 31 of the month in steps of 5
	0 2 1,15 * 5|at 02:00 on the days 1 and 15 of the month, and also on Friday
	0 2 */2 * 1,3|at 02:00 on the days 1 to 31 of the month in steps of 2, if that is Monday or Wednesday
	0 2 1-31 * 1|at 02:00 every day
	0 2 * 1,6-8 0|at 02:00 on Sunday in January and June to August
	@daily|at 00:00 every day
	@midnight|at 00:00 every day
	@hourly|every hour
	@weekly|at 00:00 on Sunday
	@monthly|at 00:00 on day 1 of the month
	@yearly|at 00:00 on day 1 of the month in January
	@annually|at 00:00 on day 1 of the month in January
	EOT
'
it 'names, blanks, zeros, and 7 for Sunday are only spelling' '
	notion-cron $from "0 2 * 1,12 0-2" >want &&
	for expr in "00 02 * jan,DEC sun-Tue" "  0	2  *  1,12 7,1,2 " \
	    "000 2 * 1-12/11 0,mon-tue"; do
		notion-cron $from "$expr" | diff want - || exit 1
	done
'

# ---- what is refused ----

# refused EXPRESSION MESSAGE
refused() {
	status 2 notion-cron "$1" >out 2>err && test ! -s out && one_line "$2"
}
it 'a bad field is told with its value and what was expected' '
	refused "60 * * * *" "minute is \"60\", expected * or values from 0 to 59" &&
	refused "* 24 * * *" "hour is \"24\", expected * or values from 0 to 23" &&
	refused "* * 0 * *" "day of month is \"0\", expected * or values from 1 to 31" &&
	refused "* * * 13 *" "month is \"13\", expected * or values from 1 to 12 or jan to dec" &&
	refused "* * * * 1,8" "day of week is \"8\", expected * or values from 0 to 7 or sun to sat" &&
	refused "* * * * monday" "day of week is \"monday\", expected * or values from 0 to 7 or sun to sat" &&
	refused "1,,2 * * * *" "minute is \"\", expected * or values from 0 to 59" &&
	refused "*5 * * * *" "minute is \"*5\", expected * or values from 0 to 59"
'
it 'so are steps and ranges, with what to write instead' '
	refused "*/0 * * * *" "minute is \"*/0\", expected a step of 1 or more, such as */5" &&
	refused "1-5/2/2 * * * *" "minute is \"1-5/2/2\", expected a step of 1 or more, such as */5" &&
	refused "5/10 * * * *" "minute is \"5/10\", expected a range before the step, as 5-59/10" &&
	refused "0 22-2 * * *" "hour is \"22-2\", expected the smaller value first, as 22-23,0-2" &&
	refused "0 2 * * fri-sun" "day of week is \"fri-sun\", expected the smaller value first, as 5-7" &&
	refused "0 2 * * fri-mon" "day of week is \"fri-mon\", expected the smaller value first, as 5-7,1-1"
'
it 'too few fields, too many, and words that are none' '
	for n in 0 1 4 6 7; do
		expr=$(seq $n | sed "s/.*/*/" | xargs -d "\n") &&
		status 2 notion-cron "$expr" 2>err &&
		grep "^notion-cron: there [a-z]* $n fields*, expected five: minute, hour, day of month, month, day of week$" err || exit 1
	done &&
	refused @reboot "@reboot is no time, expected five fields or @hourly, @daily, @weekly, @monthly or @yearly" &&
	refused @Daily "the expression is \"@Daily\", expected five fields or @hourly, @daily, @weekly, @monthly or @yearly" &&
	status 2 notion-cron "@daily 5" && status 2 notion-cron "* * * *
*"
'
it 'what never runs' '
	refused "0 0 30 2 *" "day of month is \"30\", expected a day that comes in month \"2\": it never runs" &&
	status 2 notion-cron "0 0 31 4,6,nov */2" &&
	status 0 notion-cron "0 0 30 2 1" && status 0 notion-cron "0 0 29 2 *"
'
it 'as long as an argument may be, and numbers beyond all numbers' '
	head -c 60000 /dev/zero | tr "\0" 9 >nines &&
	status 2 notion-cron "$(cat nines) * * * *" 2>err &&
	test "$(wc -c <err)" -lt 200 && status 2 notion-cron "$(cat nines)" &&
	status 2 notion-cron "*/99999999999999999999 * * * *" &&
	status 2 notion-cron "18446744073709551617 * * * *" &&
	status 0 notion-cron "0$(sed "s/9/,0/g" nines) 0 * * *"
'
it 'options that are none' '
	for option in --next=x --next=-1 --from=soon --zone=Mars --zone=../x; do
		status 2 notion-cron "$option" @daily 2>err &&
		grep "^notion-cron: ${option%=*}.*expected" err || exit 1
	done &&
	status 2 notion-cron --last --json @daily && status 2 notion-cron &&
	status 2 notion-cron 0 2 "*" "*" "*"
'

# ---- changes of the clocks ----

it 'what is for a skipped time runs right after, once' '
	printf "%s\n" 2026-03-28T01:30:00Z 2026-03-29T01:00:00Z \
	    2026-03-30T00:30:00Z >want &&
	runs --zone Europe/Berlin --from 2026-03-28 --next 3 \
	    "30 2 * * *" | diff want - &&
	runs --zone Europe/Berlin --from 2026-03-29 --next 2 "10,50 2 * * *" |
	head -n 1 | grep -x 2026-03-29T01:00:00Z &&
	test "$(runs --zone Australia/Lord_Howe --from 2026-10-04 --next 1 \
	    "10 2 * * *")" = 2026-10-03T15:30:00Z
'
it 'what is for any hour goes by what clocks show' '
	printf "%s\n" 2026-03-29T00:30:00Z 2026-03-29T01:30:00Z >want &&
	runs --zone Europe/Berlin --from "2026-03-29 01:00" --next 2 \
	    "30 * * * *" | diff want - &&
	printf "%s\n" 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z >want &&
	runs --zone Europe/Berlin --from "2026-10-25 02:00" --next 2 \
	    "30 * * * *" | diff want -
'
it 'what is for a repeated time runs the first time only' '
	printf "%s\n" 2026-11-01T05:30:00Z 2026-11-02T06:30:00Z >want &&
	runs --zone America/New_York --from 2026-11-01 --next 2 \
	    "30 1 * * *" | diff want - &&
	notion-cron --last --zone America/New_York --from 2026-11-01T06:31:00Z \
	    "30 1 * * *" | grep -x 2026-11-01T05:30:00Z
'
it 'a day that was skipped is no day' '
	printf "%s\n" 2011-12-29T22:00:00Z 2011-12-30T22:00:00Z >want &&
	runs --zone Pacific/Apia --from 2011-12-29 --next 2 "0 12 * * *" |
	diff want -
'

# ---- systemd ----

it 'days of either kind are two lines' '
	status 0 notion-cron --systemd "*/20 2 1-7 * mon-fri,sun" >out &&
	printf "%s\n" "*-*-01..07 02:00,20,40:00" \
	    "Mon..Fri,Sun *-*-* 02:00,20,40:00" | diff - out &&
	notion-cron --systemd "0 2 */2 1-3 0" >out &&
	echo "Sun *-01..03-01,03,05,07,09,11,13,15,17,19,21,23,25,27,29,31 02:00:00" |
	diff - out
'
# Expressions by chance, such that systemd has no change of the clocks to meet.
expressions() {
	awk -v n="$1" 'function any(low, high, a, b, r) {
		a = low + int(rand() * (high - low + 1))
		b = a + int(rand() * (high - a + 1))
		r = rand()
		if (r < .4) return "*"
		if (r < .6) return "*/" 1 + int(rand() * 6)
		if (r < .7) return a "-" b
		if (r < .8) return b "," a
		return a
	} BEGIN { srand(3); for (; n > 0; n--) print any(0, 59), any(0, 23),
	    any(1, 28), any(1, 12), any(0, 7) }'
}
if command -v systemd-analyze >/dev/null; then
it 'systemd means the same by it' '
	expressions 40 >exprs && while read -r expr; do
		notion-cron --systemd "$expr" >lines &&
		runs --zone UTC --from 2026-01-01 "$expr" >want &&
		tr "\n" "\0" <lines | xargs -0 systemd-analyze calendar \
		    --iterations=5 --base-time="2026-01-01 00:00:00 UTC" >said &&
		sed -n "s/^ *\(Next elapse\|Iter. #[0-9]*\): [A-Z][a-z]* \(.*\) \(.*\) UTC/\2T\3Z/p" \
		    said | sort -u | head -n 5 | diff want - ||
		{ echo "$expr" && exit 1; }
	done <exprs
'
it 'and by a zone that is given' '
	notion-cron --systemd --zone America/New_York "0 2 * 7 *" >line &&
	systemd-analyze calendar --base-time="2026-01-01 00:00:00 UTC" \
	    "$(cat line)" >said && grep "2026-07-01 06:00:00 UTC" said
'
else
	skip 'systemd means the same by it' 'systemd-analyze is not installed'
fi
if command -v crontab >/dev/null; then
it 'what it takes, crontab takes' '
	{ expressions 200 && printf "%s\n" "0 2 * jan,mar-may mon-fri" \
	    @hourly @daily @midnight @weekly @monthly @yearly @annually \
	    "00 002 1-31/32 * */7"; } >exprs &&
	while read -r expr; do
		status 0 notion-cron --next 0 "$expr" >/dev/null || exit 1
	done <exprs && sed "s/$/ true/" exprs >table && status 0 crontab -n table
'
else
	skip 'what it takes, crontab takes' 'cron is not installed'
fi

# ---- other tables ----

tables=$NT_CORPORA/cron
if [ ! -d "$tables" ]; then
	skip 'the tables of other programs' "no $tables"
	finish
	exit
fi
# What others have and we do not is refused.  What is read and does not agree:
# "0-0" of days is a whole week for one of them; day of month and of week are
# joined by "and" where cron(8) has "or", and the other way round; what is for
# a skipped time runs a while after, or not, and for a repeated one twice; a
# seed moves what is at 0; one looks no further than a number of years.
cat >known <<-'EOT'
13 ?
15 H and R
113 L, W and #
184 a range that goes over the end
21 a range with equal ends
21 a step behind a single value
1 a step beyond the range
507 agrees
1 an end of time
12 capitals
8 changes of the clocks
17 day of month and of week
4 five fields, and six are wanted
608 seconds, years, systemd
17 seeds
4 words of their own
EOT
it 'agrees with the tables of others, or says why not' '
	perl "$NT_ROOT"/tests/tools/cron_tables.pl "$tables"/*.ndjson >out &&
	diff known out
'
finish

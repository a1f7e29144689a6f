#!/bin/sh
# notion backup run: one run of a schedule, alone, whatever happens to it
. "${0%/*}/../lib.sh"
. "$NT_ROOT/tests/cmd/notion-backup-run.sh"

own_tools || exit 2
serve --assets "$NT_ROOT/examples/assets" "$sample"
NOTION_API_TOKEN=secret_of_ours
schedule --schedule='0 2 * * *' --on-failure='printf "%s\n" "$NOTION_BACKUP_NAME $NOTION_BACKUP_STATUS" "$NOTION_BACKUP_ERROR" "$NOTION_BACKUP_LOG" >told; eval "${TOLD-}"' \
    >out 2>err || { cat err && exit 2; }
unset NOTION_API_TOKEN

# In the background: a run that waits in the middle, until the fifo go is
# opened; and the moment at which it does.
mkfifo go here
halfway() {
	FETCH='echo >here; read -r line <go' notion backup run tasks \
	    >run.out 2>run.err &
	pid=$!
	read -r line <here
}

it 'makes a backup and says nothing, without a token in the environment' '
	status 0 notion backup run tasks >out 2>err </dev/null &&
	test ! -s out && test ! -s err && test "$(ls backups | wc -l)" -eq 1 &&
	notion-unpack --verify backups/tasks-*.zip
'
it 'says in its status and its log how that went' '
	state ".object == \"backup_run\" and .name == \"tasks\" and
	    .state == \"ended\" and .status == 0 and .error == null and
	    .last_success == .started and .started <= .ended" &&
	state ".backups | length == 1 and .[0].object == \"backup\"" &&
	log "length == 1 and .[0].status == 0" && tail -n 1 "$runs"/tasks.log |
	cmp - "$runs"/tasks.json && test "$(stat -c %a "$runs")" = 700
'
it 'is in 75 if time may cure it, and calls the command of --on-failure' '
	FETCH="echo notion-fetch: the network is out >&2; exit 75" \
	    status 75 notion backup run tasks 2>err &&
	grep -x "notion-fetch: the network is out" err &&
	state ".status == 75 and .error == \"notion-fetch: the network is out\"
	    and .last_success < .started" && log "length == 2" &&
	printf "%s\n" "tasks 75" "notion-fetch: the network is out" \
	    "$runs/tasks.log" | diff - told
'
it 'is in 2 if it is trouble, also if that is a crash' '
	for fetch in "exit 2" "kill -SEGV \$\$" "exit 3"; do
		FETCH="$fetch" status 2 notion backup run tasks 2>err &&
		state ".status == 2 and (.error | length > 0)" || exit
	done && head -n 1 told | grep -x "tasks 2"
'

it 'tells if the command of --on-failure fails, and ends as it would have' '
	FETCH="exit 75" TOLD="exit 7" status 75 notion backup run tasks 2>err &&
	tail -n 1 err | grep "command of --on-failure ended in 7"
'
it 'calls that command once, even if it runs the same again' '
	before=$(wc -l <"$runs"/tasks.log) && rm told &&
	FETCH="exit 75" TOLD="mv told told.first; notion backup run tasks" \
	    status 75 notion backup run tasks 2>err &&
	test -f told.first && test ! -f told && rm told.first &&
	test "$(wc -l <"$runs"/tasks.log)" -eq $((before + 2)) &&
	log ".[-2:] | map(.status) == [75, 75]"
'
it 'refuses what is no schedule, and names those that are' '
	status 2 notion backup run nosuch 2>err &&
	grep "no schedule \"nosuch\", only tasks$" err &&
	status 2 notion backup run ../schedules/tasks 2>err &&
	grep "expected letters" err && test "$(wc -l <err)" -eq 1 &&
	status 2 notion backup run 2>err && status 2 notion backup run a b
'

# ---- two at once ----

halfway
it 'says who is at it, and ends in 75 with --no-wait' '
	state ".state == \"running\" and .pid == $pid and .last_success" &&
	status 75 notion backup run --no-wait tasks 2>err &&
	grep "the run of 20.* (process $pid) is under way" err &&
	log "last | .status == 75 and (.error | test(\"process $pid\"))" &&
	state ".state == \"running\"" && head -n 1 told | grep -x "tasks 75"
'
it 'the token is in nobodys arguments and in no file but one' '
	cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" "\n" >arguments &&
	grep -q "^--token-file" arguments && ! grep -a "secret_of_ours" arguments &&
	grep -rl secret_of_ours home crontab >found;
	echo home/.config/notion-tools/token | diff - found
'
mkfifo waits
notion backup run tasks 2>waits &
second=$!
{ read -r waiting && echo >go && cat; } <waits >rest
wait "$pid" && wait "$second"
waited=$?
it 'waits for the other otherwise, and says for whom' '
	test $waited -eq 0 && test ! -s rest && test ! -s run.err &&
	echo "$waiting" | grep "waiting for the run of 20.* (process $pid)$" &&
	log ".[-2:] | map(.status) == [0, 0] and .[0].ended <= .[1].started"
'

# ---- the end of a run ----

halfway
kill -9 "$pid"
notion backup schedules >table
echo >go
# What it had started may go on for a moment, and is waited for.
it 'gives the lock back when it is killed, and the next one tells' '
	grep "died$" table && status 0 notion backup run --no-wait tasks 2>err &&
	grep "the run of 20.* (process $pid) was killed" err &&
	test "$(grep -vc "waiting for another run" err)" -eq 1 &&
	log ".[-2:] | (.[0] | .state == \"died\" and .pid == $pid and .error)
	    and .[1].status == 0"
'
halfway
kill "$pid"
wait "$pid"
ended=$?
it 'ends with all that it has started when it is told to' '
	test $ended -eq 2 && state ".status == 2 and
	    .error == \"it was stopped by a signal\"" &&
	! grep -l "^.*notion-backup.create.*--name=tasks" /proc/[0-9]*/cmdline &&
	test -z "$(ls -A "$HOME"/.cache/notion-tools/backup/scratch)" &&
	test -z "$(find backups -name "*.part")"
'

# ---- what was missed ----

# due TIME: does a run at that time have something to do?
due() {
	was=$(wc -l <"$runs/tasks.log")
	NT_CLOCK_FIXED=$1 status 0 notion backup run --catch-up tasks || exit
	test "$(wc -l <"$runs/tasks.log")" -gt "$was"
}
it 'makes up for what was missed, once' '
	due 2031-01-01T12:00:00Z && ! due 2031-01-01T13:00:00Z &&
	! due 2031-01-02T01:59:59Z && due 2031-01-02T02:00:00Z &&
	! due 2031-01-02T02:00:01Z && due 2031-01-09T01:00:00Z
'
it 'tries again what has failed' '
	NT_CLOCK_FIXED=2031-01-10T02:00:00Z FETCH="exit 75" \
	    status 75 notion backup run --catch-up tasks &&
	due 2031-01-10T03:00:00Z && ! due 2031-01-10T04:00:00Z
'
it 'makes up for nothing that was before the schedule' '
	cp "$config"/schedules/tasks plan && rm "$runs"/tasks.json &&
	sed -i "s/^made=.*/made=2031-02-01T10:00:00Z/" \
	    "$config"/schedules/tasks &&
	! due 2031-02-01T11:00:00Z && due 2031-02-02T02:00:00Z &&
	mv plan "$config"/schedules/tasks
'
finish

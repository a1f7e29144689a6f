# run.sh - notion backup run: one run of a schedule, under a lock
#
# How it stands is in a status file, how it ended in a line of its log: see
# plan.sh.
# shellcheck shell=sh disable=SC2034,SC2154

run_help='usage: notion backup run [options] NAME
make the backup of a schedule, now

      --catch-up             only if it was due since its last success
      --no-wait              end in 75 if a run of it is under way'

run_take() {
	case $1 in
	catch-up) run_catch_up=yes ;;
	no-wait) run_wait= ;;
	'')
		[ -z "$run_name" ] || usage_error "$2 is one name too many"
		run_name=$2
		;;
	esac
}

backup_run() {
	run_name='' run_catch_up='' run_wait=yes
	parse_options "$run_help" run_take "$@"
	[ -n "$run_name" ] || usage_error 'no schedule is named'
	plan_known "$run_name" && plan_read "$plans/$run_name" &&
	each environment export && need_scratch && make_private "$runs" || return
	run_status=$runs/$run_name.json run_log=$runs/$run_name.log
	run_lock=$runs/$run_name.lock
	: >"$scratch/made"
	if run_take_lock; then
		run_tell_death
		if run_due "$(run_field .last_success)"; then run_create; fi
	elif run_due "$run_former"; then
		run_refuse
	fi
}

# run_due SINCE - 0 if there is something to do: with --catch-up only if a time
# of the schedule has passed since that one, and since it was made.
run_due() {
	[ -n "$run_catch_up" ] || return 0
	run_last=$(notion-cron --last --from "$run_started" -- \
	    "$plan_expression") || exit
	[ "$run_last" != "$1" ] &&
	[ "$(printf '%s\n' "$run_last" "$plan_made" "$1" | sort |
	    tail -n 1)" = "$run_last" ]
}

# ---- the lock ----

# Takes it, on descriptor 7, which no child gets: the lock goes with us.  In it
# stands whose it is.  1 if another run has it and there is to be no waiting.
run_take_lock() {
	run_started=$(now)
	exec 7>>"$run_lock" || exit 2
	flock -w 1 7 || {
		read -r run_former run_holder <"$run_lock"
		run_holder="the run of $run_former (process $run_holder)"
		[ -n "$run_wait" ] || return
		warn "waiting for $run_holder"
		flock 7 || exit 2
		run_started=$(now)
	}
	printf '%s\n' "$run_started $$" >"$run_lock"
}

# The status is that of the other run, and stays.
run_refuse() {
	warn "$run_holder is under way"
	run_ended=75
	run_record ended 75 "$run_holder is under way" >>"$run_log" || return 2
	run_on_failure "$run_holder is under way"
	return 75
}

# With the lock in hand no run is under way, whatever the status says.
run_tell_death() {
	[ "$(run_field .state)" = running ] || return 0
	warn "the run of $(run_field .started) (process $(run_field .pid)) was" \
	    'killed, or the machine went down'
	jq -c '.state = "died" |
	    .error = "it was killed, or the machine went down"' "$run_status" \
	    >>"$run_log"
}
run_field() {
	jq -r "$1 // empty" "$run_status" 2>/dev/null
}

# ---- the work ----

# Runs create, and whatever it starts, in a group of processes of its own, so
# that a signal that reaches us reaches all of them.
run_create() {
	run_stopped='' run_child=''
	run_record running null '' >"$scratch/record" && run_replace &&
	mkfifo "$scratch/pipe" || return 2
	trap run_stop HUP INT TERM
	tee "$scratch/said" <"$scratch/pipe" >&2 7>&- &
	with argument '' run_apart create --json ${verbose:+--verbose}
	wait "$run_child"
	run_got=$?
	[ -z "$run_stopped" ] || wait "$run_child"
	wait
	trap 'exit 2' HUP INT TERM
	if [ -n "$run_stopped" ]; then
		run_end 2 'it was stopped by a signal'
	else
		run_said=$(grep -v '^$' "$scratch/said" | tail -n 1)
		run_end "$run_got" \
		    "${run_said:-it ended in $run_got without a word}"
	fi
}
run_apart() {
	setsid "$self" "$@" >"$scratch/made" 2>"$scratch/pipe" 7>&- &
	run_child=$!
}
run_stop() {
	run_stopped=yes
	[ -z "$run_child" ] || kill -TERM "-$run_child" 2>/dev/null ||
	kill -TERM "$run_child" 2>/dev/null	# it has no group yet
}

# ---- what came of it ----

# run_end STATUS ERROR - keeps how it ended, tells whom that concerns, and
# returns the status.
run_end() {
	case $1 in
	0 | 1 | 75) run_ended=$1 ;;
	*) run_ended=2 ;;
	esac
	run_record ended "$run_ended" "$2" >"$scratch/record" &&
	cat "$scratch/record" >>"$run_log" && run_replace ||
	fail "what came of the run could not be kept in $runs" || run_ended=2
	exec 7>&-
	[ "$run_ended" -eq 0 ] || run_on_failure "$2"
	return "$run_ended"
}

# run_record STATE STATUS ERROR - the record of this run as it stands.
run_record() {
	jq -Rcn --arg name "$run_name" --arg state "$1" --argjson pid $$ \
	    --arg started "$run_started" --arg ended "$(now)" \
	    --argjson status "$2" --arg error "$3" \
	    --arg success "$(run_field .last_success)" '
	    def text: if . == "" then null else . end;
	    {object: "backup_run", name: $name, state: $state, pid: $pid,
		started: $started} +
	    if $state == "running" then {} else
		{ended: $ended, status: $status,
		    error: (if $status == 0 then null else $error | text end),
		    backups: [inputs | fromjson?]}
	    end + {last_success:
		(if $status == 0 then $started else $success | text end)}' \
	    "$scratch/made"
}

# The status file is the old one or $scratch/record, never a part of it.
run_replace() {
	cp "$scratch/record" "$run_status.new" && sync -- "$run_status.new" &&
	mv "$run_status.new" "$run_status"
}

# Tells the command of --on-failure, unless it is what runs us.
run_on_failure() {
	[ -n "$plan_on_failure" ] && [ -z "${NOTION_BACKUP_STATUS-}" ] ||
	return 0
	NOTION_BACKUP_NAME=$run_name NOTION_BACKUP_STATUS=$run_ended \
	NOTION_BACKUP_ERROR=$1 NOTION_BACKUP_LOG=$run_log \
	    sh -c "$plan_on_failure" ||
	warn "the command of --on-failure ended in $?"
}

# schedules.sh - notion backup schedules: what is scheduled, and how it goes
# shellcheck shell=sh disable=SC2034,SC2154

schedules_help='usage: notion backup schedules [options]
list the schedules, their next runs, and how the last ones ended

      --json                 a record a line
      --utc                  times in UTC'

schedules_take() {
	case $1 in
	json) schedules_json=yes ;;
	utc) utc=yes ;;
	'') usage_error "\"$2\" is nothing that schedules takes" ;;
	esac
}

backup_schedules() {
	schedules_json=
	parse_options "$schedules_help" schedules_take "$@"
	need_scratch && plan_names >"$scratch/names" || return
	while read -r schedules_name; do
		schedules_record "$schedules_name" </dev/null || return
	done <"$scratch/names" >"$scratch/schedules"
	if [ -n "$schedules_json" ]; then
		cat "$scratch/schedules"
	elif [ -s "$scratch/schedules" ]; then
		schedules_table
	else
		note 'nothing is scheduled'
	fi
}

# schedules_record NAME - as --json shows it.
schedules_record() {
	plan_read "$plans/$1" || return 2
	schedules_last=$runs/$1.json
	[ -f "$schedules_last" ] || schedules_last=/dev/null
	schedules_held=false
	! plan_under_way "$1" || schedules_held=true
	jq -Rcn --arg name "$1" --arg expression "$plan_expression" \
	    --arg by "$plan_by" --argjson installed "$(schedules_known "$1")" \
	    --arg next "$(schedules_next)" --arg catch_up "$plan_catch_up" \
	    --arg command "$plan_on_failure" --argjson held $schedules_held \
	    --slurpfile last "$schedules_last" '
	    def text: if . == "" then null else . end;
	    {object: "backup_schedule", name: $name, expression: $expression,
		by: $by, installed: $installed, next: ($next | text),
		catch_up: ($catch_up != ""), on_failure: ($command | text),
		arguments: [inputs | select(startswith("argument=")) | .[9:]],
		last: ($last[0] | if .state == "running" and ($held | not)
		    then .state = "died" else . end)}' "$plans/$1"
}
# Does who is to start it know of it?  null if that is nobody.
schedules_known() {
	case $plan_by in
	crontab) crontab_has "$1" ;;
	systemd) timer_has "$1" ;;
	*) printf null && return ;;
	esac && printf true || printf false
}
schedules_next() {
	notion-cron --next 1 --json -- "$plan_expression" |
	jq -r '.next[0] // empty'
}

# The table that people read, 80 columns wide: what is too long for its column
# has a line to itself, and so has what a run said that failed.
schedules_table() {
	jq -r '.next, .last.started | . // "1970-01-01"' "$scratch/schedules" |
	local_times '%Y-%m-%d %H:%M' >"$scratch/times" &&
	backup_jq '
	    def ended:
		if . == null then ""
		elif .state != "ended" then .state
		elif .status == 0 then "fine"
		elif .status == 75 then "try later"
		else "failed \(.status)" end;
	    def column($least): [$least, (map(select(length <= 16)) | widest)] | max;
	    ($times | split("\n")) as $times |
	    ["name", "schedule", "next run", "last run", "ended"] as $head |
	    [range(length) as $n | .[$n] | [.name, .expression,
		if .installed == false then "not in \(.by)"
		elif .next then $times[2 * $n] else "never" end,
		if .last then $times[2 * $n + 1] else "never" end,
		(.last | ended)]] as $rows |
	    ($rows | map(.[0]) | column(4)) as $name |
	    ($rows | map(.[1]) | column(8)) as $expression |
	    def row:
		if (.[0] | length) > $name or (.[1] | length) > $expression
		then "\(.[0])  \(.[1])\n\("" | pad($name + $expression + 2))"
		else "\(.[0] | pad($name))  \(.[1] | pad($expression))" end +
		"  \(.[2] | pad(16))  \(.[3] | pad(16))  \(.[4])" |
		sub(" +$"; "");
	    ($head | row),
	    (range(length) as $n | ($rows[$n] | row),
		(.[$n].last.error // empty | "    " + .[0:76]))' \
	    -sr --rawfile times "$scratch/times" "$scratch/schedules"
}

# plan.sh - a schedule as it is kept, and beside it what came of its runs
#
# $config/schedules/NAME, which nobody else can read:
#	expression=0 2 * * *
#	by=crontab		or systemd, or print: who starts the runs
#	made=2026-11-28T19:00:00Z
#	catch_up=yes		if asked for, as wait=yes
#	on_failure=COMMAND	the same
#	environment=NAME=VALUE	a line each
#	argument=--compress	a line each, one of `notion backup create`
# $state/backup/NAME.json is how the last run stands, NAME.log has a line for
# each that has ended, NAME.lock is locked by the one under way.
# shellcheck shell=sh disable=SC2034,SC2154

plans=$config/schedules
runs=$state/backup

# plan_name NAME - 0 if a schedule may be called that.
plan_name() {
	case $1 in
	'' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]* )
		fail "a schedule cannot be called \"$1\", expected letters," \
		    'digits, dots, dashes and underscores'
		;;
	esac
}

# The names of all, a line each.
plan_names() {
	for plan_file in "$plans"/*; do
		[ ! -f "$plan_file" ] || printf '%s\n' "${plan_file##*/}"
	done
}

# plan_known NAME - 0 if there is one of that name.
plan_known() {
	plan_name "$1" || return
	[ -f "$plans/$1" ] && return
	plan_others=$(plan_names | paste -sd ' ' -)
	fail "there is no schedule \"$1\"," \
	    "${plan_others:+only }${plan_others:-nor any other}"
}

# plan_read FILE - its lines become $plan_KEY, and the lists environment and
# argument.
plan_read() {
	plan_expression='' plan_by='' plan_made='' plan_catch_up=''
	plan_wait='' plan_on_failure='' environment_count=0 argument_count=0
	while IFS= read -r plan_line; do
		plan_value=${plan_line#*=}
		case $plan_line in
		expression=*) plan_expression=$plan_value ;;
		by=*) plan_by=$plan_value ;;
		made=*) plan_made=$plan_value ;;
		catch_up=*) plan_catch_up=$plan_value ;;
		wait=*) plan_wait=$plan_value ;;
		on_failure=*) plan_on_failure=$plan_value ;;
		environment=*) list_add environment "$plan_value" ;;
		argument=*) list_add argument "$plan_value" ;;
		esac
	done <"$1"
}

# The same variables and lists as such a file.
plan_print() {
	plan_line expression "$plan_expression"
	plan_line by "$plan_by"
	plan_line made "$plan_made"
	plan_line catch_up "$plan_catch_up"
	plan_line wait "$plan_wait"
	plan_line on_failure "$plan_on_failure"
	each environment plan_line environment
	each argument plan_line argument
}
plan_line() {
	[ -z "$2" ] || printf '%s=%s\n' "$1" "$2"
}

# Where our folders are, if not in $HOME, as NAME=VALUE lines: who starts a run
# has to say so, for the plan is in one of them.
plan_folders() {
	for plan_variable in XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME; do
		eval "plan_value=\${$plan_variable:-}"
		plan_line "$plan_variable" "$plan_value"
	done
}

# plan_under_way NAME - 0 if a run of it has the lock.  One that comes this
# very moment waits a second for us, however little it wants to wait.
plan_under_way() {
	[ -f "$runs/$1.lock" ] && ! flock -n -s "$runs/$1.lock" true
}

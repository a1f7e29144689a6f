# crontab.sh - the lines of schedules in the user's crontab
#
# Each of ours ends in a remark with the name of its schedule; all other lines
# stay as they are, byte for byte.
# shellcheck shell=sh disable=SC2034,SC2154

# crontab_lines NAME - what a crontab(5) has to hold for the plan that was read.
crontab_lines() {
	crontab_line "$plan_expression" "$1"
	if [ -n "$plan_catch_up" ]; then
		crontab_line @hourly "$1"
		crontab_line @reboot "$1"
	fi
}
crontab_line() {
	printf '%s %s  # notion-backup %s\n' \
	    "$1" "$(crontab_command | sed 's/%/\\%/g') $2" "$2"
}

# What a shell is to run, but for the name of the schedule.
crontab_command() {
	plan_folders | while IFS= read -r plan_folder; do
		printf '%s=%s ' "${plan_folder%%=*}" \
		    "$(shell_word "${plan_folder#*=}")"
	done
	printf '%s backup run' "$(shell_word "${self%/*}/notion")"
	[ -z "$plan_catch_up" ] || printf ' --catch-up'
	[ -n "$plan_wait" ] || printf ' --no-wait'
}

# The crontab as it is now, in $scratch/crontab; none is an empty one.
crontab_read() {
	command -v crontab >/dev/null || {
		fail 'there is no crontab(1) here: install cron, or take' \
		    '--systemd or --print'
		return
	}
	need_scratch || return
	crontab -l >"$scratch/crontab" 2>"$scratch/crontab.said" && return
	if grep -q '^no crontab for' "$scratch/crontab.said"; then
		: >"$scratch/crontab"
		return
	fi
	crontab_refused
}
crontab_refused() {
	fail "crontab(1) failed, and nothing is changed:" \
	    "$(head -n 1 "$scratch/crontab.said")"
}

# The lines in $scratch/crontab that are not of the schedule NAME.
crontab_others() {
	sed "/  # notion-backup $(printf '%s' "$1" | sed 's/[.]/[.]/g')\$/d" \
	    "$scratch/crontab"
}

# crontab_has NAME - 0 if the crontab knows of that schedule.
crontab_has() {
	crontab_read && ! crontab_others "$1" | cmp -s - "$scratch/crontab"
}

# crontab_install NAME - its lines, for the plan that was read, in place of
# those that are there.
crontab_install() {
	crontab_read &&
	{ crontab_others "$1" && crontab_lines "$1"; } >"$scratch/crontab.new" &&
	crontab_replace
}

# crontab_remove NAME
crontab_remove() {
	crontab_read &&
	crontab_others "$1" >"$scratch/crontab.new" &&
	crontab_replace
}
crontab_replace() {
	cmp -s "$scratch/crontab" "$scratch/crontab.new" ||
	run crontab "$scratch/crontab.new" >"$scratch/crontab.said" 2>&1 ||
	crontab_refused
}

# timer.sh - schedules as timers of the user's systemd
# shellcheck shell=sh disable=SC2034,SC2154

units=${config%/notion-tools}/systemd/user

# timer_unit NAME - the systemd.timer(5) of the plan that was read.
timer_unit() {
	printf '[Unit]\nDescription=When notion backup run %s is due\n' "$1"
	printf 'Documentation=man:notion-backup(1)\n\n[Timer]\n'
	notion-cron --systemd -- "$plan_expression" | sed 's/^/OnCalendar=/'
	[ -z "$plan_catch_up" ] || printf 'Persistent=true\n'
	printf '\n[Install]\nWantedBy=timers.target\n'
}

# timer_service NAME - the systemd.service(5) that it starts.
timer_service() {
	printf '[Unit]\nDescription=notion backup run %s\n' "$1"
	printf 'Documentation=man:notion-backup(1)\n\n'
	printf '[Service]\nType=oneshot\n'
	timer_env=
	case $self in	# what systemd takes for no name of a program
	*[\"\'\\]*) timer_env='/usr/bin/env ' ;;
	esac
	plan_folders | while IFS= read -r plan_folder; do
		printf 'Environment=%s\n' "$(timer_word "$plan_folder")"
	done
	printf 'ExecStart=%s%s backup run' "$timer_env" \
	    "$(timer_word "${self%/*}/notion" | sed 's/\$/$$/g')"
	[ -n "$plan_wait" ] || printf ' --no-wait'
	printf ' %s\n' "$1"
}
# A word as systemd reads it.
timer_word() {
	printf '"%s"' "$(printf '%s' "$1" | sed 's/["\\]/\\&/g; s/%/%%/g')"
}

# What a person would put there by hand.
timer_print() {
	for timer_kind in timer service; do
		printf '# %s/notion-backup-%s.%s\n' "$units" "$1" "$timer_kind"
		cat "$scratch/$timer_kind"
	done
}
timer_write() {
	need_scratch &&
	timer_unit "$1" >"$scratch/timer" &&
	timer_service "$1" >"$scratch/service"
}

# timer_has NAME - 0 if systemd will start it.
timer_has() {
	systemctl --user --quiet is-enabled "notion-backup-$1.timer" 2>/dev/null
}

# timer_install NAME - the units for the plan that was read, in place of those
# that are there; those come back if systemd does not take ours.
timer_install() {
	timer_write "$1" && try mkdir -p -- "$units" && timer_save "$1" || return
	timer_put "$scratch" "$1"
	timer_start "$1" && return
	timer_delete "$1"
	timer_put "$scratch/former" "$1"
	timer_reload
	return 2
}
timer_start() {
	timer_reload && try systemctl --user enable --now "notion-backup-$1.timer"
}
timer_reload() {
	try systemctl --user daemon-reload
}
timer_save() {
	rm -rf "$scratch/former" && mkdir "$scratch/former" || return 2
	for timer_kind in timer service; do
		[ ! -f "$units/notion-backup-$1.$timer_kind" ] ||
		cp "$units/notion-backup-$1.$timer_kind" \
		    "$scratch/former/$timer_kind" || return 2
	done
}
timer_put() {
	for timer_kind in timer service; do
		[ ! -f "$1/$timer_kind" ] ||
		cp "$1/$timer_kind" "$units/notion-backup-$2.$timer_kind" ||
		return 2
	done
}
timer_delete() {
	rm -f "$units/notion-backup-$1.timer" "$units/notion-backup-$1.service"
}

# timer_remove NAME
timer_remove() {
	try systemctl --user disable --now "notion-backup-$1.timer" &&
	timer_delete "$1" && timer_reload
}

# schedule.sh - notion backup schedule, unschedule: who starts the runs
# shellcheck shell=sh disable=SC2034,SC2154

schedule_help='usage: notion backup schedule --schedule=EXPRESSION [options]
have a backup made again and again, by cron or systemd

      --schedule EXPRESSION  when, as in crontab(5): "0 2 * * *", @daily
      --systemd              let systemd start it, instead of cron
      --print                let nobody start it: print what to put where
      --catch-up             make up for runs that were missed or failed
      --wait                 let a run wait for the former one
      --on-failure COMMAND   what sh is to run after a run that failed
      --env NAME             keep this variable of the environment, too
      --token-file FILE      where the runs find the token'

unschedule_help='usage: notion backup unschedule NAME... | --all
take schedules back; backups and logs stay

      --all                  every schedule'

# ---- the command line ----

# What is not of schedule goes to create.  A run is in another folder, so that
# what is named from this one gets its whole name.
schedule_take() {
	case $2 in
	*"$newline"*) usage_error "--$1 has a line break, which no schedule keeps" ;;
	esac
	case $1 in
	schedule) plan_expression=$2 ;;
	systemd) schedule_kind=systemd ;;
	print) plan_by=print ;;
	catch-up) plan_catch_up=yes ;;
	wait) plan_wait=yes ;;
	on-failure) plan_on_failure=$2 ;;
	env) schedule_env "$2" ;;
	token-file) schedule_token_file=$(schedule_path "$2") ;;
	destination) schedule_destination "$2" ;;
	recipients-file) schedule_pass "$1" "$(schedule_path "$2")" ;;
	output)
		usage_error 'a schedule names its backups itself, and' \
		    '--destination says where they are'
		;;
	'') usage_error "\"$2\" is nothing that schedule takes" ;;
	*) schedule_pass "$1" "$2" ;;
	esac
}
schedule_pass() {
	list_add argument "--$1${2:+=$2}"
}
schedule_path() {
	realpath -ms -- "$1"
}
schedule_destination() {
	schedule_place=$1
	place_is_remote "$1" || schedule_place=$(schedule_path "$1")
	list_add destination "$schedule_place"
	schedule_pass destination "$schedule_place"
}

# schedule_env NAME - keeps that variable as it is now.
schedule_env() {
	case $1 in
	'' | [0-9]* | *[!A-Za-z0-9_]*)
		usage_error "--env is \"$1\", expected the name of a variable"
		;;
	esac
	eval "schedule_value=\${$1-}"
	case $schedule_value in
	*"$newline"*) usage_error "\$$1 has a line break, which no schedule keeps" ;;
	'') ;;
	*) list_add environment "$1=$schedule_value" ;;
	esac
}

# Those that a run needs if they are there.  The token has a file of its own,
# and where our folders are is said by who starts the run.
schedule_environment() {
	while read -r schedule_variable; do
		schedule_env "$schedule_variable"
	done <<-END
	$(awk -v wanted="^(PATH|TZ|NOTION_.*|RCLONE_.*|SSL_CERT_.*|[a-z]*_proxy|[A-Z]*_PROXY)\$" \
	    -v unwanted="^NOTION_.*(TOKEN|KEY|TRACE|NAME|STATUS|ERROR|LOG)" '
	    BEGIN { for (name in ENVIRON) if (name ~ wanted &&
	    name !~ unwanted && name !~ /[^A-Za-z0-9_]/) print name }' | sort)
	END
}

backup_schedule() {
	plan_expression='' plan_by='' plan_catch_up='' plan_wait=''
	plan_on_failure='' schedule_kind=crontab schedule_token_file=''
	parse_options "$schedule_help$newline$create_help" schedule_take "$@"
	[ -n "$plan_expression" ] || usage_error '--schedule says when, and is not there'
	plan_by=${plan_by:-$schedule_kind} plan_made=$(now)
	schedule_environment
	need_scratch && make_private "$plans" && make_private "$runs" &&
	schedule_check && schedule_enter
}

# ---- what a night could trip over ----

schedule_check() {
	notion-cron -- "$plan_expression" >"$scratch/explained" &&
	schedule_check_places &&
	schedule_name=$(with argument '' schedule_check_create) &&
	plan_name "$schedule_name" &&
	schedule_check_token
}

# The options, the key, the name: create itself knows.
schedule_check_create() {
	create_options "$@"
	[ -z "$encrypt" ] || seal_recipients || exit
	printf '%s\n' "$series"
}

# Unless a place is named it is a folder here, which is made.
schedule_check_places() {
	list_has destination ||
	schedule_destination "${NOTION_BACKUP_DESTINATION:-./backups}"
	each destination schedule_check_place
}
schedule_check_place() {
	place_is_remote "$1" || {
		try mkdir -p -- "$1" || return
		[ -w "$1" ] || fail "$1: no backup can be written there" || return
	}
	place_list "$1" >"$scratch/there"
}

# The token is one that the service takes, and stands in a file.  Reading
# nothing asks who we are.
schedule_check_token() {
	schedule_find_token || return
	start notion-fetch --progress never --from - </dev/null >"$scratch/there" \
	    ${schedule_token_file:+--token-file "$schedule_token_file"}
}
schedule_find_token() {
	[ -z "$schedule_token_file" ] || return 0
	if [ ! -e "$config/token" ]; then
		[ -n "$token" ] ||
		fail 'no token: set NOTION_API_TOKEN, or name a file with' \
		    '--token-file'
	elif [ -z "$token" ] ||
	    [ "$token" = "$(cat "$config/token")" ]; then
		schedule_token_file=$config/token
	else
		fail "the token of the environment is another than that in" \
		    "$config/token: unset it, or name a file with --token-file"
	fi
}

# ---- and then it is done ----

# Writes the plan and has it started; if that is refused all is as it was.
schedule_enter() {
	umask 077
	schedule_lock && schedule_keep_token || return
	schedule_former=$(sed -n 's/^by=//p' "$plans/$schedule_name" 2>/dev/null)
	schedule_plan=$plans/.$schedule_name.new
	if plan_print >"$schedule_plan" && schedule_install "$schedule_name"; then
		mv "$schedule_plan" "$plans/$schedule_name" || return 2
		[ "$schedule_former" = "$plan_by" ] ||
		schedule_remove "$schedule_former" "$schedule_name" || return
		schedule_tell "$schedule_name"
	else
		rm -f "$schedule_plan"
		[ -z "$schedule_kept_token" ] || rm -f "$config/token"
		return 2
	fi
}
# Of two who change schedules one waits.
schedule_lock() {
	exec 7>"$plans/.lock" && flock 7 || return 2
}

schedule_keep_token() {
	schedule_kept_token=
	if [ -z "$schedule_token_file" ]; then
		schedule_token_file=$config/token
		printf '%s\n' "$token" >"$scratch/token" &&
		try mv -- "$scratch/token" "$config/token" || return
		schedule_kept_token=yes
		printf '%s\n' "$program: the token is kept in $config/token" >&2
	fi
	schedule_pass token-file "$schedule_token_file"
}

# Who is to start the runs is told, or is no longer.
schedule_install() {
	case $plan_by in
	crontab) crontab_install "$1" ;;
	systemd) timer_install "$1" ;;
	esac
}
schedule_remove() {
	case $1 in
	crontab) crontab_remove "$2" ;;
	systemd) timer_remove "$2" ;;
	esac
}

# What will happen; what is only printed stands alone on standard output.
schedule_tell() {
	case $plan_by in
	crontab)
		cat "$scratch/explained"
		printf '%s\n' "in your crontab; \`notion backup schedules\`" \
		    'tells how runs of it end' | paste -sd ' ' -
		;;
	systemd)
		cat "$scratch/explained"
		printf '%s\n' "as notion-backup-$1.timer, while you are logged" \
		    'in or after `loginctl enable-linger`' | paste -sd ' ' -
		;;
	print)
		cat "$scratch/explained" >&2
		"schedule_print_$schedule_kind" "$1"
		;;
	esac
}
schedule_print_crontab() {
	crontab_lines "$1"
}
schedule_print_systemd() {
	timer_write "$1" && timer_print "$1"
}

# ---- and undone ----

unschedule_take() {
	case $1 in
	all) unschedule_all=yes ;;
	'') list_add name "$2" ;;
	esac
}

backup_unschedule() {
	unschedule_all=
	parse_options "$unschedule_help" unschedule_take "$@"
	case $unschedule_all$(list_has name && printf named) in
	yes) for name in $(plan_names); do list_add name "$name"; done ;;
	yesnamed) usage_error '--all and names at once' ;;
	'') usage_error 'no schedule is named' ;;
	esac
	need_scratch && make_private "$plans" && schedule_lock &&
	each name plan_known && each name unschedule
}
unschedule() {
	plan_read "$plans/$1" && schedule_remove "$plan_by" "$1" &&
	try rm -f -- "$plans/$1" && note "$1 is no longer scheduled"
}

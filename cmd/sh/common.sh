# common.sh - what each part of notion-backup does the same way
#
# Sourced first.  What fails says so in one line and returns what the command
# is to end with: 1 the answer is no, 2 trouble, 75 time may cure it.
# shellcheck shell=sh disable=SC2034,SC2154

config=${XDG_CONFIG_HOME:-${HOME:-}/.config}/notion-tools
cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}/notion-tools/backup
state=${XDG_STATE_HOME:-${HOME:-}/.local/state}/notion-tools
trace=${NOTION_TRACE:+yes}
newline='
'

# ---- words for people ----

# What may be shown of a text: one line, and no secret of a connection string.
plain() {
	printf '%s' "$*" | tr '[:cntrl:]' '?' |
	sed -E 's/((pass|secret|token|key)[a-z_]*)=[^,:]*/\1=.../g'
}

# warn WORD... - one line on stderr.
warn() {
	printf '%s: %s\n' "$program" "$(plain "$*")" >&2
}

# fail WORD... - the same, for what ends in 2.
fail() {
	warn "$@"
	return 2
}

# The command line is wrong: says how, and ends.
usage_error() {
	warn "$*"
	printf 'try %s --help\n' "$program${command:+ $command}" >&2
	exit 2
}

# note WORD... - a remark that cron need not hear.
note() {
	[ -z "$verbose" ] || printf '%s\n' "$(plain "$*")" >&2
}
verbose=
if [ -t 2 ]; then verbose=yes; fi

# progress_take WHEN - the value of --progress, for the tools that show any.
progress=
progress_take() {
	case $1 in
	auto | always | never) progress=$1 ;;
	*) usage_error "--progress is $1, expected auto, always or never" ;;
	esac
}

# blame STATUS - remembers in $status the worst that was met.
status=0
blame() {
	case "$1 $status" in
	'0 '* | *' 2' | '1 75') ;;
	*) status=$1 ;;
	esac
}

# ---- what is run ----

# A word as a person would type it for the shell.
shell_word() {
	case $1 in
	'|' | '>' | '<') printf '%s' "$1" ;;
	'' | *[!A-Za-z0-9_./:,=@%+-]*)
		printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/"
		;;
	*) printf '%s' "$1" ;;
	esac
}

# show WORD... - with -x, the command line that comes now; | < > as words.
show() {
	[ -n "$trace" ] || return 0
	shown=+
	for show_word; do shown="$shown $(shell_word "$show_word")"; done
	printf '%s\n' "$shown" |
	sed -E 's/((pass|secret|token|key)[a-z_]*)=[^,:]*/\1=.../g' >&2
}

# start COMMAND... - does it.  Who asks the service gets the token that was in
# our environment for that.
start() {
	case $1:$token in
	notion-fetch:?* | notion-apply:?*)
		(export "$token_name=$token" && exec "$@")
		;;
	*) "$@" ;;
	esac
}

# run COMMAND... - shows it and does it.
run() {
	show "$@"
	start "$@"
}

# run_to FILE COMMAND... - the same with its output in FILE.
run_to() {
	run_file=$1
	shift
	show "$@" '>' "$run_file"
	start "$@" >"$run_file"
}

# try COMMAND... - the same of what is silent; it complains in a line of ours.
try() {
	show "$@"
	tried=$("$@" 2>&1) || fail "${tried#"$1: "}"
}

# ---- lists: each value may be anything ----

# list_add LIST VALUE
list_add() {
	eval "list_n=\$((\${$1_count:-0} + 1))"
	eval "$1_count=\$list_n $1_$list_n=\$2"
}

# list_split LIST VALUES - adds each of what stands between commas.
list_split() {
	split_rest=$2,
	while [ -n "$split_rest" ]; do
		split_value=${split_rest%%,*}
		split_rest=${split_rest#*,}
		[ -z "$split_value" ] || list_add "$1" "$split_value"
	done
}

# list_has LIST - 0 if it is not empty.
list_has() {
	eval "[ \"\${$1_count:-0}\" -gt 0 ]"
}

# each LIST COMMAND... - runs COMMAND... VALUE for each, until one fails.
each() {
	each_from 1 "$@"
}
each_from() {
	eval "[ $1 -le \"\${$2_count:-0}\" ]" || return 0
	each_call "$@" || return
	each_next=$(($1 + 1))
	shift
	each_from "$each_next" "$@"
}
each_call() {
	eval "each_value=\$$2_$1"
	shift 2
	"$@" "$each_value"
}

# with LIST OPTION COMMAND... - runs COMMAND... OPTION VALUE OPTION VALUE...;
# without any OPTION if that is empty.
with() {
	with_list=$1 with_option=$2 with_n=1
	shift 2
	while eval "[ $with_n -le \"\${${with_list}_count:-0}\" ]"; do
		eval "with_value=\$${with_list}_$with_n"
		set -- "$@" ${with_option:+"$with_option"} "$with_value"
		with_n=$((with_n + 1))
	done
	"$@"
}

# ---- options ----

# parse_options HELP TAKE ARGUMENT... - calls TAKE NAME VALUE for each option,
# by its long name, and TAKE "" VALUE for each operand.  HELP is the text that
# --help prints; a line "  -o, --long ARG  words" in it is what makes one.
parse_options() {
	option_help=$1 option_take=$2
	shift 2
	while [ $# -gt 0 ]; do
		case $1 in
		--) shift && break ;;
		--help) printf '%s\n' "$option_help" && exit ;;
		--version) printf '%s %s\n' "$program" "$version" && exit ;;
		-x | --trace) trace=yes && shift ;;
		-?*) take_option "$@" && shift "$option_used" ;;
		*) "$option_take" '' "$1" && shift ;;
		esac
	done
	for option_value; do "$option_take" '' "$option_value"; done
}

# Takes the option at the beginning of the arguments.
take_option() {
	option_used=1 option_given='' option_value=''
	case $1 in
	--*=*)
		find_option "${1%%=*}"
		option_given=yes option_value=${1#*=}
		;;
	--* | -?) find_option "$1" ;;
	*)
		find_option "${1%"${1#??}"}"
		option_given=yes option_value=${1#??}
		;;
	esac
	case $option_given$option_argument in
	yes) usage_error "--$option_name takes no value" ;;
	'' | '['* | yes*) ;;
	*)
		[ $# -gt 1 ] ||
		usage_error "--$option_name is given without $option_argument"
		option_value=$2 option_used=2
		;;
	esac
	"$option_take" "$option_name" "$option_value"
}

# find_option WORD - sets $option_name and $option_argument, of the option that
# WORD is or begins.
find_option() {
	option_name='' option_argument='' option_matches=0
	while read -r option_letter option_long option_rest; do
		case $option_letter in
		--*)
			option_rest="$option_long $option_rest"
			option_long=$option_letter option_letter=
			;;
		-?,) ;;
		*) continue ;;
		esac
		case ${option_letter%,} in
		"$1") option_matches=1 && keep_option && break ;;
		esac
		case ${option_long%%\[*} in
		"$1") option_matches=1 && keep_option && break ;;
		"$1"*)
			[ "${#1}" -gt 2 ] || continue
			option_matches=$((option_matches + 1))
			keep_option
			;;
		esac
	done <<-END
	$option_help
	END
	case $option_matches in
	0) usage_error "$1 is no option" ;;
	1) ;;
	*) usage_error "$1 is the beginning of several options" ;;
	esac
}
keep_option() {
	option_name=${option_long%%\[*}
	option_name=${option_name#--}
	case $option_long in
	*'[='*) option_argument='[' ;;
	*)
		option_argument=${option_rest%% *}
		case $option_argument in
		[A-Z]*) ;;
		*) option_argument= ;;
		esac
		;;
	esac
}

# number OPTION VALUE - ends if it is no whole number above 0.
number() {
	case $2 in
	'' | 0* | *[!0-9]* | ??????????*)
		usage_error "--$1 is $2, expected a number above 0"
		;;
	esac
}

# ---- folders of ours ----

# A folder for what is not finished, in $scratch; only we can look into it, and
# it goes with us.  What a run left that was killed goes when the next one
# comes: whoever lives has a lock on his.
scratch=
need_scratch() {
	[ -z "$scratch" ] || return 0
	make_private "$cache/scratch" || return
	exec 8<"$cache/scratch" && flock 8 || return 2
	for scratch_old in "$cache"/scratch/*/; do
		[ ! -d "$scratch_old" ] ||
		flock -n "$scratch_old" rm -rf "$scratch_old"
	done
	scratch=$(mktemp -d "$cache/scratch/XXXXXXXX") || return 2
	exec 9<"$scratch" && flock 9 || return 2
	exec 8<&-
}
leave() {
	[ -z "$scratch" ] || rm -rf "$scratch"
}
trap leave EXIT
trap 'exit 2' HUP INT TERM

# make_private FOLDER - makes it, for nobody else.
make_private() {
	[ -d "$1" ] || (umask 077 && try mkdir -p -- "$1")
}

# The time that it is, or that a test says it is, in RFC 3339.
now() {
	date -u ${NT_CLOCK_FIXED:+-d "$NT_CLOCK_FIXED"} +%Y-%m-%dT%H:%M:%SZ
}

# local_times FORMAT - a time a line, RFC 3339, as clocks here show it; in UTC
# if $utc is not empty.
utc=
local_times() {
	date ${utc:+-u} -f - "+$1"
}

# ---- which place ----

# The place, in $place, if none is named.
default_place() {
	if [ -n "${NOTION_BACKUP_DESTINATION:-}" ]; then
		place=$NOTION_BACKUP_DESTINATION
	elif [ -d backups ]; then
		place=./backups
	else
		place=.
	fi
}

# The list destination has that one, unless it has others.
need_destination() {
	list_has destination && return
	default_place
	list_add destination "$place"
}

# backup_jq PROGRAM ARGUMENT... - jq with the functions of backup.jq; 1.6 reads
# times by the clocks of the zone.
backup_jq() {
	backup_program="include \"backup\"; $1"
	shift
	TZ=UTC jq -L "$parts" "$backup_program" "$@" || return 2
}

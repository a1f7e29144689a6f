#!/bin/sh
# notion-backup - make, list, check, put back and schedule backups
#
#	Its parts are in lib/notion-tools beside the folder of the programs: a
#	file a subject, functions only.  A command of it, `create`, is the
#	function backup_create and the text create_help.
#	exit	0 done, 1 the answer is no, 2 trouble, 75 try again later
set -u
LC_ALL=C

# The token of the environment, and its name there; start() of common.sh gives
# it to who asks the service, and nobody else gets it.
token='' token_name=''
for token_name in NOTION_API_TOKEN NOTION_TOKEN NOTION_API_KEY; do
	eval "token=\${$token_name:-}"
	[ -z "$token" ] || break
done
unset NOTION_API_TOKEN NOTION_TOKEN NOTION_API_KEY

program=notion-backup
version=@VERSION@
self=$(readlink -f -- "$0")
parts=${self%/*/*}/lib/notion-tools
PATH=${self%/*}:$PATH
export LC_ALL PATH
commands='create list history verify restore prune schedule unschedule
    schedules run'

use() {
	for part; do
		# shellcheck source=/dev/null
		. "$parts/$part.sh"
	done
}
# The parts that a command needs.
use_for() {
	case $1 in
	create) use place seal catalog prune create-options create ;;
	list | history) use place seal catalog list ;;
	verify) use place seal catalog verify ;;
	restore)
		use place seal catalog pick restore restore-wanted \
		    restore-place restore-copy restore-tell
		;;
	prune) use place catalog prune ;;
	schedule)
		use place seal catalog prune create-options plan crontab \
		    timer schedule
		;;
	unschedule) use plan crontab timer schedule ;;
	schedules) use plan crontab timer schedules ;;
	run) use plan run ;;
	*) usage_error "$1 is no command" ;;
	esac
}
backup_help() {
	cat <<-\END
	usage: notion-backup command [options]
	make, list, check, put back and schedule backups of a workspace
	END
	for command in $commands; do
		use_for "$command"
		eval "printf '\n%s\n' \"\$${command}_help\""
	done
	cat <<-\END

	all of them:
	  -x, --trace                show the command lines that are run
	      --help                 print this, or what a command takes
	      --version              print the version
	END
}

use common
while :; do
	case ${1-} in
	-x | --trace) trace=yes && shift ;;
	*) break ;;
	esac
done
case ${1-} in
'') usage_error 'no command is named' ;;
--help) backup_help && exit ;;
--version) printf '%s %s\n' "$program" "$version" && exit ;;
esac
command=$1
shift
use_for "$command"
"backup_$command" "$@"

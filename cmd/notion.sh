#!/bin/sh
# notion - run a command of notion-tools by its short name
#
#	`notion backup create` is `notion-backup create`
#	exit	that of the command; 2 if there is none of that name
set -u
version=@VERSION@

help() {
	cat <<-\END
	usage: notion [-x] command [argument ...]
	run a command of notion-tools by its short name

	  -x, --trace                show the command lines that a script runs
	      --help                 print this
	      --version              print the version

	notion help COMMAND shows the page of one.  Commands:
	END
	for tool in "$bin"/notion-*; do
		printf '  %s\n' "${tool##*/notion-}"
	done
}
trouble() {
	printf 'notion: %s\n' "$(printf '%s' "$1" | tr '[:cntrl:]' '?')" >&2
	exit 2
}
# The page of a command, or of all.
page() {
	exec man "notion${1:+-$1}"
}

bin=$(unset NOTION_API_TOKEN NOTION_TOKEN NOTION_API_KEY
    readlink -f -- "$0")
bin=${bin%/*}
PATH=$bin:$PATH
export PATH
case ${1-} in
-x | --trace)
	NOTION_TRACE=1
	export NOTION_TRACE
	shift
	;;
esac
case ${1-} in
'') trouble 'no command is named, try notion --help' ;;
--help) help && exit ;;
--version) printf 'notion %s\n' "$version" && exit ;;
help) page "${2-}" ;;
*[!a-z-]* | -*) trouble "$1 is no command, try notion --help" ;;
esac
command -v "notion-$1" >/dev/null ||
	trouble "$1 is no command, try notion --help"
command=notion-$1
shift
exec "$command" "$@"

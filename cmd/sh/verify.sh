# verify.sh - is what is in a backup what it should be?
# shellcheck shell=sh disable=SC2034,SC2154

verify_help='usage: notion backup verify [options] [file ...]
say what is wrong with backups, if anything is

  -a, --all                  look at every backup in the place
  -d, --destination PLACE    the place of what is named without a folder
  -i, --identity FILE        the key of what is encrypted; may be repeated
  -q, --quick                look at lists and sizes only'

verify_take() {
	case $1 in
	'') list_add file "$2" ;;
	all) all=yes ;;
	destination) list_add destination "$2" ;;
	identity) list_add identity "$2" ;;
	quick) how=quick ;;
	esac
}

backup_verify() {
	all='' how=full
	parse_options "$verify_help" verify_take "$@"
	[ -n "$all" ] || list_has file ||
	usage_error 'no backup is named, expected some or --all'
	need_scratch && need_destination || exit
	each file verify_named
	[ -z "$all" ] || each destination verify_place
	exit "$status"
}

# verify_named FILE - a path, or a name in the first of the places.
verify_named() {
	if [ -e "$1" ]; then
		verify_one "$1" "$1"
	elif place_is_remote "$1"; then
		place_split "$1"
		verify_stored "$place" "$name"
	else
		verify_stored "$destination_1" "$1"
	fi
}

# verify_place PLACE - all that is there.
verify_place() {
	catalog "$1" >"$scratch/catalog" || blame $?
	jq -r .name "$scratch/catalog" | sort -u >"$scratch/names"
	while IFS= read -r verify_name <&3; do
		verify_stored "$1" "$verify_name"
	done 3<"$scratch/names"
}

# verify_stored PLACE NAME
verify_stored() {
	if place_path "$1" "$2"; then
		verify_one "$path" "$2"
	else
		blame $?
	fi
	rm -rf "$scratch/got"
}

# verify_one PATH NAME - the file or folder at the path, which people know by
# that name.  What is encrypted is decrypted first.
verify_one() {
	path=$1
	case $path in -*) path=./$path ;; esac
	! seal_is "$path" || seal_open "$2" || {
		verify_status=$?
		blame "$verify_status"
		[ "$verify_status" -ne 1 ] || printf '%s: %s\n' "$2" "$damage"
		return 0
	}
	verify_path=$path
	show notion-unpack "--verify=$how" "$verify_path"
	notion-unpack "--verify=$how" "$verify_path" >"$scratch/verdict" \
	    2>"$scratch/trouble" || blame $?
	verify_tell "$2" <"$scratch/verdict"
	verify_tell "$2" <"$scratch/trouble" >&2
	rm -f "$scratch/clear"
}

# verify_tell NAME - passes on what was said of $verify_path, as of that name.
verify_tell() {
	FROM=$verify_path TO=$1 awk '{
		at = index($0, ENVIRON["FROM"] ":")
		if (at > 0)
			$0 = substr($0, 1, at - 1) ENVIRON["TO"] \
			    substr($0, at + length(ENVIRON["FROM"]))
		print
	}'
}

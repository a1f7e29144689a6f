# restore-wanted.sh - which backup, and the part of it that is asked for
# shellcheck shell=sh disable=SC2034,SC2154

# Sets $mode (place, copy or into), and gets the part that is asked for.
restore_decide() {
	if [ -n "$begun" ]; then
		picked=$(cat "$work/picked") && mode=$(cat "$work/mode") &&
		parent=$(cat "$work/parent")
		return
	fi
	mode=place
	[ -z "$create$parent" ] || mode=copy
	part=$database
	pick_candidates "$named" && restore_choose && restore_is_whole || return
	if [ "$mode" = copy ]; then
		restore_find_parent || return
	fi
	restore_keep picked "$picked" && restore_keep mode "$mode" &&
	restore_keep parent "$parent"
}

# Gets it from the likeliest that has it.
restore_choose() {
	if [ -n "$create" ] && [ -z "$database" ]; then
		restore_only_database
		return
	fi
	while IFS= read -r record <&5; do
		restore_unpack "$record"
		case $? in
		0) return ;;
		1) restore_lacks=$(sed 's/.*: there is/there is/' "$scratch/said") ;;
		*) return 2 ;;
		esac
	done 5<"$scratch/candidates"
	if [ -n "$create" ]; then
		restore_into
	elif [ -n "$named" ]; then
		fail "$picked: $restore_lacks"
	else
		fail "no backup in $(pick_where) has it: $restore_lacks"
	fi
}

# restore_unpack RECORD - gets the part: 0, 1 it is not in there, or 2.
restore_unpack() {
	pick_open "$1" || return 2
	restore_read_part && return
	if grep -q ': there is no [a-z]* [0-9a-f-]*$' "$scratch/said"; then
		return 1
	fi
	restore_complain
}

# restore_read FILE OPTION... - what is in the backup that was opened, to FILE;
# what is said of it, to $scratch/said.
restore_read() {
	restore_to=$1
	shift
	if [ -n "$pick_snapshot" ]; then
		set -- "$@" --snapshot "$pick_snapshot"
	elif [ -z "$pick_place" ] && [ -n "$until" ]; then
		set -- "$@" --at "$until"
	fi
	show notion-unpack "$@" -- "$path" '>' "$restore_to"
	notion-unpack "$@" -- "$path" >"$restore_to" 2>"$scratch/said"
}
restore_read_part() {
	set --
	[ -z "$part" ] || set -- "$@" --databases "$part"
	[ -z "$pages" ] || set -- "$@" --pages "$pages"
	restore_read "$work/wanted" "$@"
}
restore_complain() {
	cat "$scratch/said" >&2
	return 2
}

# The one database that the backup has.
restore_only_database() {
	pick_open "$(head -n 1 "$scratch/candidates")" || return 2
	restore_read "$scratch/databases" --kinds database ||
	restore_complain || return
	part=$(jq -r 'select(.object == "database").id' "$scratch/databases")
	case $part in
	'') fail "$picked has no database" ;;
	*'
'*)
		fail "$picked has $(printf '%s\n' "$part" | wc -l) databases," \
		    "name one with --database: $(restore_databases)"
		;;
	*) restore_read_part || restore_complain ;;
	esac
}
restore_databases() {
	jq -r 'select(.object == "database") |
	    "\(.id) (\([.title[].plain_text] | add // "no title"))"' \
	    "$scratch/databases" | paste -sd , - | sed 's/,/, /g'
}

# The database that is named is not one of the backup: if it is there, it takes
# the rows of the one that is; if it is not, a copy of that one is made.
restore_into() {
	restore_only_database || return
	case $(restore_look_for "$database") in
	database) mode=into ;;
	loss) warn "there is no database $database: a new one is made" ;;
	*) fail "whether there is a database $database cannot be read" ;;
	esac
	if [ "$mode" = into ] && [ -n "$new_name" ]; then
		fail "--new-name is for a new database, and $database is there"
	fi
}

# restore_look_for ID - whether that is a database, or there is a loss of it.
restore_look_for() {
	restore_fetch /dev/stdout --accept-gone --database "$1" |
	jq -rn 'first(inputs | select(.object | IN("database", "loss", "error")) |
	    select(.kind != "user")).object'
}

# 0 if nothing is missing in what was got, or that does not matter.
restore_is_whole() {
	[ -z "$partial" ] || return 0
	tail -n 1 "$work/wanted" |
	jq -e '.object == "end" and .complete' >/dev/null ||
	fail "$picked is not complete: not all could be read when it was made;" \
	    "--partial takes what is there"
}

# The bytes of the files in it, as far as the backup has them.
restore_assets() {
	grep -q '"object":"asset","owner":' "$work/wanted" || return 0
	restore_read /dev/null --assets "$work/assets" --kinds user && return
	grep -q 'bytes of' "$scratch/said" || restore_complain || return
	warn "$picked has not the bytes of its files"
}

# The page that a database stood in is where its copy goes.
restore_find_parent() {
	[ -z "$parent" ] || return 0
	restore_was=$(jq -r 'select(.object == "database").parent |
	    .type + " " + (.[.type] | tostring)' "$work/wanted" | head -n 1)
	case $restore_was in
	'page_id '*) parent=${restore_was#* } ;;
	'block_id '*)
		restore_read "$scratch/blocks" --kinds page,block ||
		restore_complain || return
		parent=$(restore_page_of "${restore_was#* }" \
		    "$scratch/blocks")
		;;
	esac
	[ -n "$parent" ] ||
	fail 'the database stood at the top of the workspace, where nothing can be made: name a page with --parent'
}
# restore_page_of BLOCK FILE - the page that holds it, which stands before it.
restore_page_of() {
	jq -rn --arg block "$1" 'first(foreach inputs as $r (null;
	    if $r.object == "page" then $r.id else . end;
	    select($r.object == "block" and $r.id == $block)))' "$2"
}

# restore.sh - puts back what is in a backup, where it was or as copies
#
# A restore works in a folder called after its command line, $work: the same
# command finds there what one that was killed has begun, and goes on with it.
# When it has come to its end the folder goes.
#
#	picked mode parent	what was decided at the beginning
#	wanted assets/		the part of the backup that is asked for
#	now			what is there, of the same scope
#	changes journal results	of notion-apply
#	told			the journals of all rounds
# shellcheck shell=sh disable=SC2034,SC2154

restore_help='usage: notion backup restore [options] [file or name]
put back what is in a backup, where it was or as copies; the newest if none is
named

      --date DAY             the newest of that day or before
      --point-in-time TIME   the newest that was begun not after TIME
  -d, --destination PLACE    where to look for it
  -D, --database ID          only this database
      --pages ID,...         only these pages, with all below them
  -c, --create-database      a copy of the database, beside what is there
      --parent ID            copies below this page, instead of in place
      --new-name NAME        what the copy is called
      --extend-schema        add properties to a database that takes the rows
      --keep-provenance      keep times and authors in properties of copies
  -m, --map-users LIST       OLD:NEW,... who of the backup is who there
      --delete               what is newer than the backup goes to the trash
      --force                write over what is edited meanwhile, too
      --partial              take a backup that is not complete
  -i, --identity FILE        the key of an encrypted backup
  -j, --journal FILE         what was done, instead of in a folder of ours
      --progress WHEN        auto, always or never show how far it is
      --no-verify            do not read it again to compare
      --results FILE         keep a record there of each change and loss
      --token-file FILE      the token, instead of NOTION_API_TOKEN
  -n, --dry-run              write nothing: say what it takes and loses'

restore_take() {
	case $1 in
	'')
		[ -z "$named" ] || usage_error "$named and $2 are named, expected one backup"
		named=$2
		;;
	date)
		case $2 in
		????-??-??) ;;
		*) usage_error "--date is $2, expected a day as 2025-01-27" ;;
		esac
		pick_until date "$2"
		;;
	point-in-time) pick_until point-in-time "$2" ;;
	destination) list_add destination "$2" ;;
	identity) list_add identity "$2" ;;
	database) database=$2 ;;
	pages) pages=$2 ;;
	create-database) create=yes ;;
	parent) parent=$2 ;;
	new-name) new_name=$2 ;;
	map-users) users=$2 ;;
	journal) journal=$2 ;;
	results) keep_results=$2 ;;
	token-file) token_file=$2 ;;
	extend-schema) extend=yes ;;
	keep-provenance) provenance=yes ;;
	delete) delete=yes ;;
	force) force=yes ;;
	partial) partial=yes ;;
	progress) progress_take "$2" ;;
	no-verify) verify= ;;
	dry-run) dry=yes ;;
	esac
}

backup_restore() {
	named='' until='' database='' pages='' create='' parent='' new_name=''
	users='' journal='' keep_results='' token_file='' extend='' delete=''
	provenance='' force='' partial='' verify=yes dry=''
	parse_options "$restore_help" restore_take "$@"
	restore_check
	need_scratch && restore_enter "$@" || exit
	restore_decide || restore_give_up $?
	case $mode in
	place) restore_in_place ;;
	*) restore_copies ;;
	esac || restore_give_up $?
	restore_end
	return "$status"
}

# What does not go together is told before anything is read.
restore_check() {
	if [ -n "$create" ] && [ -n "$pages" ]; then
		usage_error '--create-database and --pages exclude each other: copies of pages need --parent alone'
	fi
	[ -n "$create$parent" ] || {
		[ -z "$new_name$provenance$extend" ] ||
		usage_error '--new-name, --keep-provenance and --extend-schema are for copies, see --create-database and --parent'
		return 0
	}
	case $pages in
	*,*)
		[ -z "$new_name" ] ||
		usage_error '--new-name is one name, and --pages are several'
		;;
	esac
	[ -z "$delete$force" ] ||
	usage_error '--delete and --force are not for copies, which change nothing that is there'
}

# ---- the folder ----

# Enters the folder of this command line, and finds out whether it was begun.
restore_enter() {
	begun='' work=$scratch live=$scratch/journal
	[ -z "$dry" ] || return 0
	work=$(printf '%s\0' "$PWD" "${NOTION_API_BASE_URL:-}" \
	    "${NOTION_BACKUP_DESTINATION:-}" "$@" | sha256sum | cut -c 1-16)
	work=$state/restore/$work
	make_private "$work" || return
	exec 6>"$work/lock"
	flock -n 6 || {
		warn 'another process is at this restore'
		return 75
	}
	live=$work/journal
	[ -z "$create$parent" ] || [ -z "$journal" ] || live=$journal
	if [ -e "$work/changes" ] && { [ -e "$live" ] || [ -e "$work/told" ]; }
	then
		begun=yes
		warn "going on with what was begun; to begin anew, remove $work"
	else
		rm -rf "$work/assets"
	fi
}

# restore_keep NAME VALUE - for a run that goes on.
restore_keep() {
	printf '%s\n' "$2" >"$work/$1"
}

# restore_give_up STATUS - ends.  What has written nothing leaves nothing.
restore_give_up() {
	if [ -n "$dry" ] || [ -z "${work-}" ]; then
		exit "$1"
	fi
	if grep -qs '"object":"intent"' "$live" "$work/told"; then
		warn 'the same command goes on where it stopped'
	else
		rm -rf "$work"
	fi
	exit "$1"
}

# ---- doing it ----

# restore_fetch FILE OPTION... - notion-fetch, with what it takes to be let in.
restore_fetch() {
	restore_to=$1
	shift
	[ -z "$token_file" ] || set -- --token-file "$token_file" "$@"
	run_to "$restore_to" notion-fetch \
	    ${progress:+"--progress=$progress"} "$@"
}

# Makes the changes; what was refused makes the status 1.
restore_apply() {
	set --
	case $mode in
	copy) set -- --parent "$parent" ;;
	into) set -- --into "$database" ;;
	esac
	[ ! -d "$work/assets" ] || set -- "$@" --assets "$work/assets"
	[ "$mode" != copy ] || [ -z "$new_name" ] ||
	set -- "$@" --new-name "$new_name"
	[ -z "$extend" ] || [ "$mode" != into ] || set -- "$@" --extend-schema
	[ -z "$provenance" ] || set -- "$@" --keep-provenance
	[ -z "$users" ] || set -- "$@" --map-users "$users"
	[ -z "$delete" ] || set -- "$@" --delete
	[ -z "$force" ] || set -- "$@" --force
	[ -z "$partial" ] || set -- "$@" --partial
	[ -z "$token_file" ] || set -- "$@" --token-file "$token_file"
	if [ -n "$dry" ]; then
		set -- "$@" --dry-run
	else
		set -- "$@" --journal "$live"
	fi
	restore_run_apply "$@" "$work/changes"
	restore_got=$?
	[ "$restore_got" -le 1 ] || return "$restore_got"
	blame "$restore_got"
}

# What it says of the price is said by us in other words.
restore_run_apply() {
	if [ -z "$dry" ]; then
		run_to "$work/results" notion-apply \
		    ${progress:+"--progress=$progress"} "$@"
		return
	fi
	show notion-apply "$@" '>' "$work/results"
	start notion-apply "$@" >"$work/results" 2>"$scratch/said"
	restore_got=$?
	grep -v '^notion-apply: [0-9]* changes take ' "$scratch/said" >&2
	return "$restore_got"
}

# restore_jq PROGRAM ARGUMENT... - jq with the functions of restore.jq.
restore_jq() {
	restore_program="include \"restore\"; $1"
	shift
	backup_jq "$restore_program" "$@"
}

# restore_diff FILE ARGUMENT... - notion-diff to $work/FILE: 2, or 0.
restore_diff() {
	restore_to=$work/$1
	shift
	[ -z "$partial" ] || set -- --partial "$@"
	run_to "$restore_to.part" notion-diff \
	    ${progress:+"--progress=$progress"} "$@"
	[ $? -le 1 ] && mv "$restore_to.part" "$restore_to"
}

# What differs from the backup now: how much, in $differences, and what, in
# $scratch/differ.
differences=0
restore_differ() {
	restore_delete=$delete
	[ "$mode" = place ] || restore_delete=copies
	restore_jq 'select(is_difference($delete)) | "\(.kind) \(.id): " +
	    if .op == "delete" then "missing" elif .op == "create" then
	    "not in the backup" else .op end' -r \
	    --arg delete "$restore_delete" "$work/differences" \
	    >"$scratch/differ" || return
	differences=$(wc -l <"$scratch/differ")
}

# ---- the end ----

restore_end() {
	if [ -n "$dry" ]; then
		restore_say_plan
		return
	fi
	restore_say_losses
	restore_say_differences
	restore_summary
	if [ -n "$keep_results" ]; then
		cat "$work/outcome" >"$keep_results" || blame 2
	fi
	if [ "$mode" = place ] && [ -n "$journal" ] && [ -e "$work/told" ]; then
		cat "$work/told" >>"$journal" || blame 2
	fi
	rm -rf "$work"
}

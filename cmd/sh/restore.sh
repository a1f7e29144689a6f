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

# ---- what is wanted ----

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

# ---- what is there ----

# restore_fetch FILE OPTION... - notion-fetch, with what it takes to be let in.
restore_fetch() {
	restore_to=$1
	shift
	[ -z "$token_file" ] || set -- --token-file "$token_file" "$@"
	run_to "$restore_to" notion-fetch "$@"
}

# restore_fetch_scope FILE BASE - reads what is there of the scope of the backup
# to $work/FILE; what has not been edited since is copied from $work/BASE.
restore_fetch_scope() {
	head -n 1 "$work/wanted" | jq -c '.scope' >"$scratch/scope" &&
	restore_roots >"$scratch/roots" || return
	restore_comments=$(jq -r '.comments // "blocks"' "$scratch/scope")
	restore_file=$work/$1 restore_base=$2
	set -- --comments "$restore_comments"
	! jq -e .comments "$scratch/scope" >/dev/null ||
	[ -n "$partial" ] || set -- "$@" --base "$work/$restore_base"
	! jq -e .workspace "$scratch/scope" >/dev/null ||
	set -- "$@" --workspace --accept-search-limit
	! jq -e .trash "$scratch/scope" >/dev/null || set -- "$@" --trash
	[ ! -s "$scratch/roots" ] ||
	set -- "$@" --accept-gone --from "$scratch/roots"
	restore_fetch "$restore_file.part" "$@" &&
	mv "$restore_file.part" "$restore_file"
}

# The roots of the scope, and what was made anew for one of them before.
restore_roots() {
	jq -c --argjson made "$(restore_made | jq -c .map)" '.roots[]? |
	    ., ($made[.id] as $id | select($id) | .id = $id)' "$scratch/scope"
}

# What restores in place have made anew, as a line of a journal: its ids are not
# those of the backup, so a later restore has to know them.
restore_made() {
	cat "$state/restore/made.ndjson" 2>/dev/null ||
	printf '{"map":{},"object":"outcome","status":"done","step":0}\n'
}

# Adds to that what the journal of this round says.
restore_note_made() {
	{ restore_made && cat "$live"; } | jq -nc 'input as $made |
	    reduce (inputs | select(.object == "outcome").map | objects |
		to_entries[] | select(.key != .value)) as $new
		($made.map; .[$new.key] = $new.value) |
	    . as $map | map_values(until($map[.] == null; $map[.])) |
	    $made + {map: .}' >"$work/made" &&
	mv "$work/made" "$state/restore/made.ndjson"
}

# ---- where it was ----

# Round after round: what comes out of the trash can only be compared then.
restore_in_place() {
	restore_round=1 restore_left=some
	[ -e "$live" ] || restore_compare wanted || return
	while [ "$restore_left" != 0 ]; do
		[ -n "$begun" ] || [ -d "$work/assets" ] || restore_assets ||
		return
		restore_apply || return
		[ -z "$dry" ] || return 0
		restore_close_round || return
		[ -n "$verify" ] || return 0
		restore_look_again || return
		[ "$differences" -gt 0 ] || break
		[ "$restore_round" -lt 3 ] || break
		restore_round=$((restore_round + 1))
		restore_changes || return
	done
}

# restore_compare BASE - reads what is there, and what has to happen.
restore_compare() {
	restore_fetch_scope now "$1" && restore_changes
}

# What has to happen, in $work/changes, and how much of it is to be done, in
# $restore_left.  What only the workspace has is left alone, and files go with
# what they belong to.
restore_changes() {
	restore_made >"$scratch/made"
	restore_diff changes --made "$scratch/made" --ignore /created_time \
	    --ignore /created_by "$work/now" "$work/wanted" || return
	restore_left=$(restore_jq 'reduce (inputs | select(is_work($delete)))
	    as $change (0; . + 1)' -n --arg delete "$delete" "$work/changes")
}

# restore_diff FILE ARGUMENT... - notion-diff to $work/FILE: 2, or 0.
restore_diff() {
	restore_to=$work/$1
	shift
	[ -z "$partial" ] || set -- --partial "$@"
	run_to "$restore_to.part" notion-diff "$@"
	[ $? -le 1 ] && mv "$restore_to.part" "$restore_to"
}

# The journal of the round is done with.
restore_close_round() {
	restore_note_made &&
	cat "$live" >>"$work/told" &&
	cat "$work/results" >>"$work/outcome" &&
	cat "$work/changes" >>"$work/done" &&
	rm "$live"
}

# What is there now, and where it still is not as in the backup.
restore_look_again() {
	restore_fetch_scope now now &&
	{ cat "$work/told" && restore_made; } >"$scratch/map" &&
	restore_diff differences --map "$scratch/map" "$work/wanted" \
	    "$work/now" && restore_differ
}

# What lies in the trash still, for what it was in does.
restore_say_trash() {
	jq -r 'select(.object == "loss" and .reason == "it is in the trash") |
	    "\(.kind) \(.id)"' "$work/now" >"$scratch/trash"
	while IFS= read -r restore_line <&5; do
		warn "$restore_line is in the trash with what it is in:" \
		    'put that back, too, or make a copy with --parent'
	done 5<"$scratch/trash"
}

# ---- copies ----

restore_copies() {
	[ -n "$begun" ] || {
		restore_diff changes --from-nothing "$work/wanted" &&
		restore_assets
	} || return
	restore_apply || return
	[ -z "$dry" ] || return 0
	cp "$live" "$work/told" &&
	cp "$work/results" "$work/outcome" && restore_new_ids
	[ -z "$verify" ] || restore_verify_copies
}

# Prints the ids of what was made at the top.
restore_new_ids() {
	[ "$mode" = copy ] || return 0
	head -n 1 "$work/wanted" | jq -c .scope >"$scratch/scope" &&
	jq -c --slurpfile scope "$scratch/scope" '
	    ($scope[0].roots // [] | map({key: .id, value: 1}) |
		from_entries) as $roots |
	    select(.object == "result" and $roots[.id] and .new_id and
		(.kind | IN("page", "database", "data_source"))) |
	    {object: .kind, id: .new_id}' "$work/results" >"$scratch/new" &&
	jq -r .id "$scratch/new"
}

restore_verify_copies() {
	set -- --comments "$(head -n 1 "$work/wanted" |
	    jq -r '.scope.comments // "blocks"')"
	[ ! -d "$work/assets" ] || set -- "$@" --assets "$work/assets"
	if [ "$mode" = into ]; then
		set -- "$@" --database "$database"
	elif [ -s "$scratch/new" ]; then
		set -- "$@" --from "$scratch/new"
	else
		set -- "$@" --page "$parent"
	fi
	restore_fetch "$work/after" "$@" &&
	set -- --map "$work/told"
	[ "$mode" = copy ] || set -- "$@" --kinds page,block,comment,asset
	restore_diff differences "$@" "$work/wanted" "$work/after" &&
	restore_differ
}

# ---- doing it ----

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
		run_to "$work/results" notion-apply "$@"
		return
	fi
	show notion-apply "$@" '>' "$work/results"
	notion-apply "$@" >"$work/results" 2>"$scratch/said"
	restore_got=$?
	grep -v '^notion-apply: [0-9]* changes take ' "$scratch/said" >&2
	return "$restore_got"
}

# ---- what came of it ----

# restore_jq PROGRAM ARGUMENT... - jq with the functions of restore.jq.
restore_jq() {
	restore_program="include \"restore\"; $1"
	shift
	backup_jq "$restore_program" "$@"
}

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

# What a dry run found, for people.
restore_say_plan() {
	[ -e "$work/results" ] || : >"$work/results"
	restore_jq 'fates(inputs | select(.object == "change"); []) as $f |
	    ($results | map(select(.object == "plan"))[0]) as $plan |
	    "\($picked) would be put back " +
	    if $mode == "place" then
		"where it was: " + (sentence([[$f.back, "to come back"],
		    [$f.changed, "to be changed"],
		    [$f.newer, if $delete == "" then "newer and left alone"
			else "newer and to go to the trash" end]]) |
		    if . == "" then "nothing differs" else . end)
	    else
		$where + ": " + ($f.back | in_words)
	    end,
	    if $plan == null then "it takes no request that writes" else
		"it takes \($plan.requests | counted("request")) (" +
		"\($plan.minutes["180"] | minutes) at 180 a minute, " +
		"\($plan.minutes["600"] | minutes) at 600)" +
		", and \($plan.uploads | counted("file")) of " +
		"\($plan.upload_bytes | human_size) to upload",
		"losses: \($plan.expected) that no client of the API can " +
		"avoid, \($plan.warnings) to look at",
		($results | map(select(.object == "loss")) |
		    group_by(.class, .reason)[] |
		    "  \(length)  \(.[0].kind): \(.[0].reason)")
	    end' -nr --arg picked "$picked" --arg mode "$mode" \
	    --arg delete "$delete" \
	    --arg where "$(restore_where)" \
	    --slurpfile results "$work/results" "$work/changes"
}

# The losses that a person should look at, a line each.
restore_say_losses() {
	[ -e "$work/outcome" ] || return 0
	restore_jq 'select(.object == "loss" and .class == "warning") |
	    loss_line' -r "$work/outcome" >"$scratch/warnings"
	restore_say_some "$scratch/warnings" 'lost: '
}

# The first lines of a file, each a warning, and how many more there are.
restore_say_some() {
	restore_lines=$(wc -l <"$1")
	head -n 20 "$1" | while IFS= read -r restore_line; do
		warn "$2$restore_line"
	done
	[ "$restore_lines" -le 20 ] ||
	warn "... and $((restore_lines - 20)) more, see --results"
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

restore_say_differences() {
	[ -e "$work/differences" ] || return 0
	[ "$differences" -eq 0 ] || blame 1
	[ "$mode" != place ] || restore_say_trash
	restore_say_some "$scratch/differ" 'differs: '
}

# One paragraph: what, where, and what a second look says.
restore_summary() {
	restore_look='not compared'
	if [ -e "$work/differences" ]; then
		restore_look="read again, it differs in $differences records"
		[ "$differences" -ne 0 ] ||
		restore_look='read again, it is as in the backup'
	fi
	[ -e "$work/outcome" ] || restore_look=
	case $mode in
	place) restore_say_in_place ;;
	*) restore_say_copies ;;
	esac >&2
}
restore_say_in_place() {
	[ -e "$work/done" ] || cat "$work/changes" >"$work/done"
	[ -e "$work/outcome" ] || : >"$work/outcome"
	restore_jq '($results | map(select(.object == "result"))) as $outcome |
	    fates(inputs | select(.object == "change"); $outcome) as $f |
	    [sentence([[$f.back, "came back"], [$f.changed, "changed back"],
		[$f.anew, "made anew under other ids"],
		[$f.trashed, "put into the trash"],
		[$f.newer, "newer and left alone"],
		[$f.refused, "refused"]]),
	    ($results | map(select(.object == "loss" and
		.class == "expected")) | length | select(. > 0) |
		"\(counted("loss")) that no client of the API can avoid"),
	    $look | select(. != "")] | map(select(. != "")) | join("; ") |
	    if $look == "" then
		"nothing to put back: all is as in \($picked)" +
		if . == "" then "" else "; " + . end
	    else "put back what is in \($picked): " + . end' -nr \
	    --arg picked "$picked" --arg look "$restore_look" \
	    --slurpfile results "$work/outcome" "$work/done"
}
restore_say_copies() {
	restore_jq 'reduce inputs as $r ({};
	    if $r.object == "loss" and $r.class == "expected" then .lost += 1
	    elif $r.status | IN("refused", "failed") then .refused += 1
	    else . end) |
	    [(.refused // empty | "\(.) of them not made"),
	    (.lost // empty | "\(counted("loss")) that no client of the API " +
		"can avoid"), $look] as $rest |
	    ["put back what is in \($picked), \($where): \($made)"] + $rest |
	    join("; ")' -nr \
	    --arg picked "$picked" --arg look "$restore_look" \
	    --arg where "$(restore_where)" \
	    --arg made "$(restore_jq 'fates(inputs | select(.object ==
		"change" and ($mode == "copy" or
		(.kind | IN("page", "block", "comment")))); []).back // {} |
		in_words' -nr --arg mode "$mode" "$work/changes")" \
	    "$work/outcome"
}
restore_where() {
	if [ "$mode" = into ]; then
		printf 'into the database %s\n' "$database"
	else
		printf 'as copies below the page %s\n' "$parent"
	fi
}

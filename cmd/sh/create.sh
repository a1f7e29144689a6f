# create.sh - makes a backup: fetch, pack, encrypt, put, and forget what is old
#
# What was read last is kept in a folder of the cache, one for what is asked
# for by whom: the stream, so that only what has changed is read, and files.
# shellcheck shell=sh disable=SC2034,SC2154

create_help="usage: notion backup create [options]
make a backup of the workspace, or of parts of it

      --accept-search-limit  take what the search lists for all there is
      --comments WHICH       none, pages (the default) or blocks
      --compress             make a tar archive smaller; others are small
      --database ID          only that database; may be repeated
  -d, --destination PLACE    where it goes; may be repeated
      --encrypt[=KEY,...]    for these recipients, or your own key
      --format FORMAT        zip, tar, tar.gz, tar.zst, directory, sqlite
                             or ndjson
      --full                 read all, not only what has changed
      --include KIND,...     databases,pages,blocks and comments, files,
                             users, views
      --json                 one JSON object a destination
      --name NAME            the series it belongs to
      --no-cache             keep nothing for the next time
      --no-wait              end if another run is at it
  -o, --output FILE          where it goes, by its full name
      --page ID              only that page; may be repeated
      --partial              make one even if something cannot be read
      --recheck PERCENT      read that share of the unchanged again (2)
      --recipients-file FILE  encrypt for the recipients in it
      --stamp TIME           the time in its name, and nothing is done where
                             that backup is already
      --token-file FILE      where the token is
  -v, --verbose              say how it went, terminal or not
      --verify               read each archive back before it is put
      --wait                 wait for another run (the default)
$keep_help"

create_take() {
	case $1 in
	'') usage_error "$2 is no option, and nothing else is expected" ;;
	accept-search-limit) list_add fetch --accept-search-limit ;;
	comments | database | page) create_take_scope "$@" ;;
	compress) compress=yes ;;
	destination) list_add destination "$2" ;;
	encrypt) encrypt=yes && list_split recipient "$2" ;;
	format) format=$2 ;;
	full) full=yes ;;
	include) include=$2 ;;
	json) json=yes ;;
	name) series=$2 ;;
	no-cache) cached= ;;
	no-wait) wait= ;;
	output) output=$2 ;;
	partial) partial=yes ;;
	recheck) recheck=$2 ;;
	recipients-file) encrypt=yes && list_add recipients_file "$2" ;;
	stamp) stamp=$2 ;;
	token-file) token_file=$2 ;;
	verbose) verbose=yes ;;
	verify) verify=yes ;;
	wait) wait=yes ;;
	*) keep_take "$@" ;;
	esac
}
create_take_scope() {
	case $1:$2 in
	comments:none | comments:pages | comments:blocks) comments=$2 ;;
	comments:*)
		usage_error "--comments is $2, expected none, pages or blocks"
		;;
	*)
		list_add "$1" "$2"
		create_id "$@" && list_add id "$id"
		;;
	esac
}

backup_create() {
	create_options "$@"
	began=$(date +%s)
	need_scratch || exit
	[ -n "$output" ] || need_destination
	[ -z "$stamp" ] || create_left
	create_token
	[ -z "$encrypt" ] || seal_recipients || exit
	create_folder && create_fetch || exit
	create_name
	[ -z "$output" ] || create_target "$output" create_output
	each destination create_destination
	create_summary
	exit "$status"
}

# create_options ARGUMENT... - takes them, and ends if one of them is wrong.
create_options() {
	compress='' encrypt='' format='' full='' json='' series='' output=''
	partial='' verify='' include='' comments='' token_file='' stamp=''
	dry_run='' prune_json='' cached=yes wait=yes recheck=2
	parse_options "$create_help" create_take "$@"
	create_check
}

# ---- what is asked for ----

# create_id OPTION ID - sets $id to its 32 digits.
create_id() {
	id=${2%%[?#]*}
	id=$(printf '%s' "${id##*/}" | tr -d - | tr A-F a-f | tail -c 32)
	case ${#id}$id in
	32*[!0-9a-f]*) ;;
	32*) return ;;
	esac
	usage_error "--$1 is $2, expected an id or its URL"
}

# All that can be wrong before anything is read.
create_check() {
	case $series in
	*/* | .* | -* | *[[:cntrl:]]*)
		usage_error "--name is $series, expected the name of a file"
		;;
	esac
	keep_check
	create_check_include
	create_check_format
	case $recheck in
	'' | *[!0-9.]*) usage_error "--recheck is $recheck, expected a number" ;;
	esac
	[ -z "$output" ] || place_split "$output"
	case $format in
	directory) each destination create_check_folder ;;
	esac
	[ -n "$series" ] || create_series
	[ -z "$stamp" ] || create_check_stamp
}

# Sets $stamp as names have it.
create_check_stamp() {
	case $format:$output in
	sqlite: | *:?*)
		usage_error '--stamp is for what has the time in its name,' \
		    'expected --destination and no repository'
		;;
	esac
	stamp_given=$stamp
	stamp=$(date -u -d "$stamp" +%Y%m%dT%H%M%SZ 2>/dev/null) ||
	usage_error "--stamp is $stamp_given, expected a time as" \
	    '2025-01-28T02:00:00Z'
}
create_check_folder() {
	! place_is_remote "$1" ||
	usage_error "a folder cannot be put on $1 in one step, expected" \
	    'another --format'
}

# What --include leaves out is not read.  A workspace without its pages could
# not be put back, and names of people and views come with them.
create_check_include() {
	: "${comments:=pages}"
	files=yes
	[ -n "$include" ] || return 0
	list_split kind "$include"
	each kind create_check_kind
	for kind in databases pages blocks; do
		create_includes "$kind" ||
		usage_error "--include is $include, expected" \
		    'databases,pages,blocks and what else is to be kept'
	done
	create_includes comments || comments=none
	create_includes files || files=
}
create_includes() {
	case ,$include, in
	*",$1,"*) ;;
	*) return 1 ;;
	esac
}
create_check_kind() {
	case $1 in
	databases | pages | blocks | comments | files | users | views) ;;
	*)
		usage_error "--include has $1, expected databases, pages," \
		    'blocks, comments, files, users or views'
		;;
	esac
}

# Sets $format, and $ending as names have it.
create_check_format() {
	case $format in
	'') create_format_of "$output" ;;
	dir) format=directory ;;
	zip | tar | tar.gz | tar.zst | directory | sqlite | ndjson) ;;
	*)
		usage_error "--format is $format, expected zip, tar, tar.gz," \
		    'tar.zst, directory, sqlite or ndjson'
		;;
	esac
	case $compress:$format in
	yes:tar) format=tar.zst ;;
	yes:directory | yes:ndjson)
		usage_error "--compress is given for $format, expected" \
		    'another --format'
		;;
	esac
	case $encrypt:$format:$output in
	yes:directory:*)
		usage_error 'a folder cannot be encrypted, expected' \
		    'another --format'
		;;
	:*.age) usage_error "--output is $output, expected --encrypt, too" ;;
	esac
	case $format in
	directory) ending= ;;
	sqlite) ending=.db ;;
	*) ending=.$format ;;
	esac
	[ "$format" != ndjson ] || files=
}
create_format_of() {
	case ${1%.age} in
	*.tar) format=tar ;;
	*.tar.gz | *.tgz) format=tar.gz ;;
	*.tar.zst | *.tzst) format=tar.zst ;;
	*.db | *.sqlite) format=sqlite ;;
	*.ndjson) format=ndjson ;;
	*/) format=directory ;;
	*)
		format=zip
		[ ! -d "$1" ] || format=directory
		;;
	esac
}

# Leaves out the places that have the backup already; ends if all have it.
create_left() {
	dated=$series-$stamp$ending${encrypt:+.age}
	each destination create_left_at
	destination_count=0
	each left list_add destination
	list_has destination || exit 0
}
# A place that cannot be looked at, or is not there yet, is told of later.
create_left_at() {
	if place_list "$1" 2>/dev/null | cut -f 3 |
	    grep -qxF -e "$dated" -e "$dated/"; then
		note "$dated is in $1 already"
	else
		list_add left "$1"
	fi
}

# The series of what nobody gave a name.
create_series() {
	case ${id_count:-0} in
	0) series=backup ;;
	1) series=backup-$(printf '%s' "$id_1" | cut -c -12) ;;
	*)
		series=$(each id printf '%s\n' | sort -u | sha256sum)
		series=backup-$(printf '%s' "$series" | cut -c -12)
		;;
	esac
}

# The file with the token, unless it is in the environment.
create_token() {
	[ -n "$token_file" ] ||
	[ -n "${NOTION_API_TOKEN:-}${NOTION_TOKEN:-}${NOTION_API_KEY:-}" ] ||
	[ ! -f "$config/token" ] || token_file=$config/token
	[ -z "$token_file" ] || list_add fetch "--token-file=$token_file"
}

# ---- what is read ----

# hold FD FILE - the lock on the file, as long as we live or FD is open.
hold() {
	eval "exec $1>>\"\$2\""
	flock -n "$1" || {
		hold_by=$(cat "$2")
		[ -n "$wait" ] || {
			warn "another run is at it, $hold_by"
			return 75
		}
		warn "waiting for another run, $hold_by"
		flock "$1"
	}
	printf 'process %s since %s\n' "$$" "$(now)" >"$2"
}

# The folder, in $folder, of what was read last for the same question.
create_folder() {
	folder=$scratch
	[ -n "$cached" ] || return 0
	folder=$cache/$({
		printf '%s\n' "${NOTION_API_BASE_URL:-}" "$comments" "$files"
		each id printf '%s\n'
		create_secret
	} | sha256sum | cut -c -32)
	make_private "$folder" && hold 7 "$folder/lock"
}
create_secret() {
	if [ -n "$token_file" ]; then
		cat -- "$token_file"
	else
		printf '%s\n' "${NOTION_API_TOKEN:-${NOTION_TOKEN:-${NOTION_API_KEY:-}}}"
	fi 2>/dev/null
}

# Reads what is asked for to $stream.  A stream of the last time that does not
# fit is as good as none.
create_fetch() {
	stream=$scratch/stream base=$folder/base.ndjson mark='' based=''
	requests=0 reused='' edited=0
	NT_TRACE=${NT_TRACE:-$scratch/trace}
	export NT_TRACE
	[ -z "$files" ] || list_add fetch "--assets=$folder/assets"
	list_has id || list_add fetch --workspace
	if [ -z "$full" ] && [ -s "$base" ]; then
		based=yes
		case $recheck in
		*[1-9]*) create_read "--base=$base" "--recheck=$recheck" ;;
		*) create_read "--base=$base" ;;
		esac
		fetch_status=$?
	fi
	if [ -z "$based" ] || [ ! -s "$stream" ]; then
		[ -z "$based" ] || note 'reading all, not only what has changed'
		based='' reused=
		create_read
		fetch_status=$?
	fi
	if [ "$fetch_status" -eq 0 ]; then
		create_settle
		create_remember
		return
	fi
	[ -n "$partial" ] && [ -s "$stream" ] || return "$fetch_status"
	blame "$fetch_status"
	mark=.partial
}

# create_read ARGUMENT... - reads it; adds to $requests, and sets $reused to
# how many pages were copied, unless it says that of an earlier one.
create_read() {
	with fetch '' with database --database with page --page \
	    run_to "$stream" notion-fetch --comments "$comments" --edited "$@"
	read_status=$?
	read_done=$(grep -s '"event":"done"' "$NT_TRACE" | tail -n 1)
	requests=$((requests + $(printf '%s' "$read_done" |
	    jq -s '.[0].requests // 0')))
	: "${reused:=$(printf '%s' "$read_done" | jq -s '.[0].reused // 0')}"
	return "$read_status"
}

# What was edited while it was read may be half old and half new, so it is read
# again, until nothing has changed; $edited is how many pages still moved.
create_settle() {
	for settle_turn in 1 2 3; do
		edited=$(tail -n 1 "$stream" | jq '.edited // [] | length')
		[ "$edited" -gt 0 ] || return 0
		mv "$stream" "$scratch/before" || return
		create_read "--base=$scratch/before" || {
			mv "$scratch/before" "$stream"
			return
		}
		run_to "$scratch/moved" \
		    notion-diff "$scratch/before" "$stream" && edited=0 && return
	done
}

# Keeps what was read for the next time, and only the files that are in it.
create_remember() {
	[ -n "$cached" ] || return 0
	try mv "$stream" "$base" || return
	stream=$base
	[ -d "$folder/assets" ] || return 0
	sed -n 's/^{.*"object":"asset".*"sha256":"\([0-9a-f]*\)".*/\1/p' \
	    "$stream" | sort -u >"$scratch/used"
	find "$folder/assets" -type f -name '????????????????????????????????*' |
	sed 's|.*/||; /^part-/d' | sort | comm -23 - "$scratch/used" |
	sed "s|.*|$folder/assets/&|" | tr '\n' '\0' | xargs -0 -r rm -f
}

# ---- what is made of it ----

# The name that it has in a place: by the moment at which reading began.
create_name() {
	started=$(head -n 1 "$stream" | jq -r .started)
	dated=$(date -u -d "$started" +%Y%m%dT%H%M%SZ)
	dated=$series-${stamp:-$dated}$mark$ending${encrypt:+.age}
	file='' file_status=''
}

# create_pack PATH - packs the stream there, in one step.
create_pack() {
	set -- "--output=$1" "$stream"
	[ "$format" != sqlite ] || set -- --search "$@"
	[ -z "$mark" ] || set -- --partial "$@"
	[ -z "$files" ] || set -- "--assets=$folder/assets" "$@"
	case $format in
	directory) set -- --format=dir "$@" ;;
	*) set -- "--format=$format" "$@" ;;
	esac
	run notion-pack "$@"
}

# Makes $file, once for all places.
create_file() {
	[ -z "$file_status" ] || return "$file_status"
	file=$scratch/packed$ending file_status=0
	create_pack "$file" && create_verify "$file" && create_seal ||
	file_status=$?
	return "$file_status"
}
create_verify() {
	[ -z "$verify" ] ||
	run_to "$scratch/verdict" notion-unpack --verify "$1" || {
		cat "$scratch/verdict" >&2
		return 2
	}
}
create_seal() {
	[ -n "$encrypt" ] || return 0
	file=$scratch/sealed
	with recipient -r with recipients_file -R \
	    run notion-encrypt -o "$file" "$scratch/packed$ending" &&
	rm -rf "$scratch/packed$ending"
}

# ---- where it goes ----

# create_target TARGET FUNCTION - puts it there by the function, which sets
# $place and $stored to where it is then and its name, and notes how that ended.
create_target() {
	target_status=0
	place=$1 stored=$dated size=null
	"$2" "$1" || target_status=$?
	blame "$target_status"
	backup_jq 'result' -nc --arg place "$place" --arg name "$stored" \
	    --arg series "$series" --arg time "$started" --arg format "$format" \
	    --argjson size "$size" --arg encrypted "$encrypt" --arg mark "$mark" \
	    --argjson status "$target_status" >>"$scratch/results"
}
create_size() {
	size=$(find "$1" -type f -printf '%s\n' |
	    awk '{ n += $1 } END { print n + 0 }')
}

# create_output FILE - under its full name.
create_output() {
	place_split "$1"
	stored=$name
	if [ -z "$encrypt" ] && ! place_is_remote "$1"; then
		create_pack "$1" && create_verify "$1" && create_size "$1"
	else
		create_file && create_size "$file" &&
		place_put "$place" "$file" "$stored"
	fi
}

create_destination() {
	create_target "$1" create_put
}

# create_put PLACE - under the name of its series, and forgets what is old.
create_put() {
	hold 6 "$cache/$(printf '%s\n' "$1" "$series" | sha256sum |
	    cut -c -32).lock" || return
	if [ "$format:$encrypt" = sqlite: ] && ! place_is_remote "$1"; then
		stored=$series.db
		create_add "$1"
	else
		create_file && create_size "$file" &&
		place_put "$1" "$file" "$dated"
	fi || return
	! list_has keep || prune_place "$1"
}
# In a folder the backups of a series are snapshots in one repository.
create_add() {
	try mkdir -p -- "$1" && place_join "$1" "$stored" &&
	create_pack "$path" && create_size "$path"
}

# ---- how it went ----

# A paragraph for people, or an object a target for programs.
create_summary() {
	[ -n "$json$verbose" ] || return 0
	head -n 1 "$stream" >"$scratch/head"
	tail -n 1 "$stream" >"$scratch/end"
	set -- -s --arg based "$based" --argjson edited "$edited" \
	    --argjson reused "$reused" --argjson requests "$requests" \
	    --argjson seconds $(($(date +%s) - began)) \
	    "$scratch/head" "$scratch/end" "$scratch/results"
	if [ -n "$json" ]; then
		backup_jq 'made(.[2:][])' -c "$@"
	else
		backup_jq summary -r "$@" | fold -s -w 79 | sed 's/ $//' >&2
	fi
}

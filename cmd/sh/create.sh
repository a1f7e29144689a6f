# create.sh - makes a backup: fetch, pack, encrypt, put, and forget what is old
#
# What was read last is kept in a folder of the cache, one for what is asked
# for by whom: the stream, so that only what has changed is read, and files.
# shellcheck shell=sh disable=SC2034,SC2154

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

# ---- where to, and who asks ----

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

# The file with the token, unless it is in the environment.
create_token() {
	[ -n "$token_file$token" ] || [ ! -f "$config/token" ] ||
	token_file=$config/token
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
		printf '%s\n' "$token"
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
	if [ -z "$based" ] ||
	    { [ "$fetch_status" -eq 2 ] && [ ! -s "$stream" ]; }; then
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
	    run_to "$stream" notion-fetch --comments "$comments" --edited \
	    ${progress:+"--progress=$progress"} "$@"
	read_status=$?
	read_done=$(grep -s '"event":"done"' "$NT_TRACE" | tail -n 1 |
	    jq -sr '.[0] | "\(.requests // 0) \(.reused // 0)"')
	requests=$((requests + ${read_done% *}))
	: "${reused:=${read_done#* }}"
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
	find "$folder/assets" -type f | sed -n 's|.*/\([0-9a-f]\{64\}\)$|\1|p' |
	sort | comm -23 - "$scratch/used" |
	(cd "$folder/assets" && xargs -r rm -f)
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
	run notion-pack ${progress:+"--progress=$progress"} "$@"
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

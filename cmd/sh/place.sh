# place.sh - places where backups are: folders, and what rclone reaches
#
# A name that another program could take for a backup stands in a place only
# when all of it is there: what is being written begins with a dot or ends in
# .part.  need_scratch comes before all of this.
# shellcheck shell=sh disable=SC2034,SC2154

# A place is rclone's if it is named like "remote:path" or ":backend:path" and
# no file of that name is here.
place_is_remote() {
	case ${1%%:*} in
	"$1" | ? | *[!A-Za-z0-9_.\ +@-]*) return 1 ;;
	esac
	[ ! -e "$1" ]
}

# place_join PLACE NAME - sets $path to where that is.
place_join() {
	case $1 in
	*/ | *:) path=$1$2 ;;
	*) path=$1/$2 ;;
	esac
	case $path in
	-*) path=./$path ;;
	esac
}

# place_split PATH - sets $place and $name to the parts of a path.
place_split() {
	case $1 in
	*/*) name=${1##*/} place=${1%"${1##*/}"} ;;
	*) name=${1##*:} place=${1%"${1##*:}"} ;;
	esac
	place_is_remote "$1" || [ -n "$place" ] || place=.
}

# ---- rclone ----

# place_rclone PLACE WORD... - rclone, which asks nobody anything.
place_rclone() {
	rclone_place=$1
	shift
	command -v rclone >/dev/null || {
		fail "$rclone_place is a place of rclone, which is not here"
		return
	}
	show rclone "$@"
	RCLONE_ASK_PASSWORD=false \
	RCLONE_RETRIES=${RCLONE_RETRIES:-3} \
	RCLONE_LOW_LEVEL_RETRIES=${RCLONE_LOW_LEVEL_RETRIES:-3} \
	RCLONE_CONTIMEOUT=${RCLONE_CONTIMEOUT:-15s} \
	RCLONE_TIMEOUT=${RCLONE_TIMEOUT:-60s} \
	RCLONE_USE_SERVER_MODTIME=true TZ=UTC \
	    rclone --quiet "$@" 2>"$scratch/rclone" || place_complain $?
}

# Why rclone could not, by what it said first of that or else last, after it
# ended with a status: 2, or 75.
place_complain() {
	rclone_words=$({
		grep -v '^$' "$scratch/rclone" | tail -n 1
		grep -m 1 ": Couldn't " "$scratch/rclone"
	} | tail -n 1 | sed -E '
		s/^[0-9/]+ [0-9:]+ *//
		s/^(ERROR|NOTICE|CRITICAL) *: *//
		s/^Failed to create file system for "[^"]*": *//
		s/^Failed to [a-z]+( with [0-9]+ errors)?: *(last error was: *)?//
		s/^error in ListJSON: *//')
	warn "$rclone_place: ${rclone_words:-rclone ended with $1}"
	case $1:$rclone_words in
	5:* | *'connection refused'* | *'connection reset'* | *timeout* | \
	*'timed out'* | *'no such host'* | *'network is unreachable'* | \
	*'no route to host'* | *'unexpected EOF'* | *SlowDown* | \
	*ServiceUnavailable*)
		return 75
		;;
	esac
	return 2
}

# place_has PLACE FEATURE - 0 if what is behind it says so.
place_has() {
	place_rclone "$1" backend features "$1" >"$scratch/features" &&
	jq -e ".Features.$2" "$scratch/features" >/dev/null
}

# ---- what is there ----

# place_list PLACE - a line a file: SIZE, TAB, TIME (RFC 3339 in UTC), TAB,
# NAME; of a folder in a folder the name ends in a slash.  What is not whole is
# left out, and so are names that no line can hold.
place_list() {
	if place_is_remote "$1"; then
		place_list_remote "$1"
	else
		place_list_folder "$1"
	fi
}
place_list_remote() {
	place_rclone "$1" lsjson --files-only --no-mimetype "$1" \
	    >"$scratch/listing" &&
	jq -r '.[] | select(.Name | test("^\\.|\\.part$|[[:cntrl:]]") | not) |
	    "\(.Size)\t\(.ModTime | sub("[.][0-9]+"; ""))\t\(.Name)"' \
	    "$scratch/listing"
}
place_list_folder() {
	place_join "$1" ''
	[ -d "$path" ] || {
		fail "$1: no such folder"
		return
	}
	TZ=UTC find -L "$path" -mindepth 1 -maxdepth 1 ! -name '.*' \
	    ! -name '*.part' ! -name '*[[:cntrl:]]*' \
	    \( -type f -printf '%s\t%TY-%Tm-%TdT%TH:%TM:%.2TSZ\t%f\n' -o \
	    -type d -printf '0\t%TY-%Tm-%TdT%TH:%TM:%.2TSZ\t%f/\n' \) \
	    2>"$scratch/find" | sort ||
	fail "$1: $(sed 's/^find: //; 1q' "$scratch/find")"
}

# place_path PLACE NAME - sets $path to a file or folder of this machine that
# holds it: itself, or a copy in $scratch.
place_path() {
	if place_is_remote "$1"; then
		mkdir -p "$scratch/got" &&
		place_get "$1" "$2" "$scratch/got/$2" && path=$scratch/got/$2
	else
		place_join "$1" "$2"
		[ -e "$path" ] || fail "$path: there is no such backup"
	fi
}

# place_get PLACE NAME FILE - a copy of it.
place_get() {
	place_join "$1" "$2"
	if place_is_remote "$1"; then
		place_rclone "$path" copyto "$path" "$3"
	else
		try cp -R -- "$path" "$3"
	fi
}

# ---- what comes and goes ----

# place_put PLACE FILE NAME - puts a copy of the file, or folder, there under
# that name in one step, and compares what is there with it.  Another machine may
# do the same at this moment.
place_put() {
	if place_is_remote "$1"; then
		place_put_remote "$@"
	else
		place_put_folder "$@"
	fi
}
# It is written into a folder of its own beside it, and what runs of the series
# have left there that were killed goes: whoever lives has a lock on his.  From
# an append-only folder nothing goes, but it can be moved into.
place_put_folder() {
	try mkdir -p -- "$1" || return
	place_tidy_folder "$1" "${3%-????????T??????Z*}"
	place_join "$1" ".$3.${scratch##*/}.part"
	put_part=$path put_status=0
	place_join "$1" "$3"
	try mkdir -- "$put_part" && exec 5>"$put_part/lock" && flock 5 || return 2
	place_put_part "$2" || put_status=$?
	exec 5>&-
	rm -rf -- "$put_part" 2>/dev/null
	return "$put_status"
}
place_put_part() {
	try cp -R -- "$1" "$put_part/new" &&
	try diff -rq -- "$1" "$put_part/new" &&
	try find "$put_part/new" -exec sync -- {} + &&
	try mv -T -- "$put_part/new" "$path" && try sync -- "${path%/*}/"
}
place_tidy_folder() {
	place_join "$1" ''
	for put_old in "$path".*-????????T??????Z*.part; do
		case ${put_old##*/} in
		".$2-"????????T??????Z*) ;;
		*) continue ;;
		esac
		put_lock=$put_old
		[ ! -e "$put_old/lock" ] || put_lock=$put_old/lock
		flock -n "$put_lock" rm -rf -- "$put_old" 2>/dev/null
	done
}
# A bucket shows an object when it is whole and not before, so there it needs
# no other name first, nor the right to remove that.
place_put_remote() {
	place_join "$1" "$3"
	if place_has "$1" BucketBased; then
		place_rclone "$1" copyto "$2" "$path" || return
	else
		put_part=$path.${scratch##*/}.part
		place_rclone "$1" copyto "$2" "$put_part" &&
		place_rclone "$1" moveto "$put_part" "$path" &&
		place_tidy "$1" "${3%-????????T??????Z*}" || return
	fi
	place_compare "$1" "$2" "$path" && return
	place_rclone "$1" deletefile "$path"
	return 2
}

# place_tidy REMOTE SERIES - removes what is older than a day: another machine
# may be at what is younger.
place_tidy() {
	tidy_series=$(printf '%s' "$2" | sed 's/[][*?{}\\]/\\&/g')
	place_rclone "$1" delete --max-depth 1 --min-age 1d \
	    --include "/$tidy_series-????????T??????Z*.part" "$1"
}

# place_compare PLACE FILE PATH - whether the hash there is that of the file: by
# one that the place knows, or else what is there is read back.
place_compare() {
	hash=$(jq -r '[.Hashes[]] as $all | ["sha256", "sha1", "md5"] |
	    map(select([.] | inside($all)))[0] // ""' "$scratch/features")
	: >"$scratch/hashes"
	[ -z "$hash" ] ||
	place_rclone "$1" hashsum "$hash" "$3" >"$scratch/hashes" || return
	hash_there=$(cut -d ' ' -f 1 "$scratch/hashes")
	[ -n "$hash_there" ] || {
		hash=sha256
		place_rclone "$1" hashsum sha256 --download "$3" \
		    >"$scratch/hashes" || return
		hash_there=$(cut -d ' ' -f 1 "$scratch/hashes")
	}
	hash_here=$("${hash}sum" <"$2" | cut -d ' ' -f 1)
	[ "$hash_here" = "$hash_there" ] ||
	fail "$3: its $hash is $hash_there, expected $hash_here"
}

# place_remove PLACE LIST - removes what the file LIST has the names of, a line
# each, in as few steps as there can be.
place_remove() {
	if place_is_remote "$1"; then
		place_rclone "$1" delete --files-from-raw "$2" "$1"
	else
		place_remove_here "$@"
	fi
}
place_remove_here() {
	remove_status=0
	while IFS= read -r remove_name; do
		place_join "$1" "$remove_name"
		if [ -d "$path" ]; then
			place_remove_folder "$@" "$remove_name" || remove_status=$?
		else
			printf '%s\0' "$path"
		fi
	done <"$2" >"$scratch/doomed"
	show xargs -0 -r rm -f -- '<' "$scratch/doomed"
	xargs -0 -r rm -f -- <"$scratch/doomed" 2>"$scratch/rm" ||
	fail "$(sed 's/^rm: //; 1q' "$scratch/rm") ($(wc -l <"$scratch/rm")" \
	    'of them)' || remove_status=$?
	return "$remove_status"
}
# What is half gone does not look like a backup.
place_remove_folder() {
	remove_from=$path
	place_join "$1" ".$3.part"
	try mv -T -- "$remove_from" "$path" && try rm -rf -- "$path"
}

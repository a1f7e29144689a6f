# create-options.sh - what a backup is to be of, and how it is to be made
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
      --progress WHEN        auto, always or never show how far it is
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
	progress) progress_take "$2" ;;
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

# create_options ARGUMENT... - takes them, and ends if one of them is wrong.
create_options() {
	compress='' encrypt='' format='' full='' json='' series='' output=''
	partial='' verify='' include='' comments='' token_file='' stamp=''
	dry_run='' prune_json='' cached=yes wait=yes recheck=2
	parse_options "$create_help" create_take "$@"
	create_check
}

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
	[0-9] | [1-9][0-9] | 100) ;;
	*)
		usage_error "--recheck is $recheck, expected a number from 0" \
		    'to 100'
		;;
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

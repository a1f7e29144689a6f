#!/bin/sh
# Members and archives beyond what the old fields hold: zip64 for sizes, packed
# sizes and offsets over 4 GiB, the pax record for a tar member over 8 GiB; our
# reader, unzip and GNU tar agree.  By hand: make soak.  Takes 11 GB of $TMPDIR
# for ten minutes.
set -eu
LC_ALL=C
export LC_ALL
archive=$NT_BUILD/tests/archive
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
echo 'behind what is large' >after

# sizes FILE...: what the list of an archive with them must say
sizes() {
	stat -c '%s %n' "$@"
}

# holds ARCHIVE FILE...: our reader finds the files in it
holds() {
	name=$1
	shift
	"$archive" read "$name" >list
	cut -d ' ' -f 2- list | diff - want
	echo "ok - $name with $*"
}

truncate -s 9000000000 zeros
sizes zeros after >want
"$archive" make tar.zst zeros after >a.tar.zst
holds a.tar.zst zeros after
tar -tvf a.tar.zst | awk '{ print $3, $6 }' | diff - want
rm a.tar.zst

truncate -s 4500000000 zeros
sizes zeros after >want
"$archive" make zip zeros after >a.zip
holds a.zip zeros after
unzip -tqq a.zip
rm a.zip

seq 1 600000000 | head -c 4500000000 >text
sizes text after >want
"$archive" make zip text after >a.zip
holds a.zip text after
unzip -tqq a.zip
"$archive" make tar.gz text after >a.tar.gz
holds a.tar.gz text after
gzip -t a.tar.gz
echo 'ok - whatever is large'

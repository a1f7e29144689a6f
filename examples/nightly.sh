#!/bin/sh
# nightly.sh FOLDER - adds a snapshot to FOLDER/repo.db, for cron: reads only
# what has changed, verifies every byte, and forgets what is older than $KEEP
set -eu
folder=$1
set --
cd "$folder"
if [ -e repo.db ]; then
	notion-unpack repo.db >base && set -- --base base
fi
notion-fetch --workspace --assets assets "$@" >tonight
notion-pack --assets assets -o repo.db tonight
notion-unpack --verify repo.db
since=$(date -u -d "now - ${KEEP:-90 days}" +%FT%T)
notion-unpack --list repo.db |
awk -v since="$since" '$4 == "records" && $2 < since { print $1 }' |
xargs -r notion-forget repo.db

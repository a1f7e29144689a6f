#!/bin/sh
# backup.sh FILE.zip - all that the connection can see, its files too, in one
# archive.  The archive appears when it is whole, or not at all.
set -eu
assets=$(mktemp -d)
trap 'rm -rf "$assets"' EXIT
notion-fetch --workspace --assets "$assets" >"$assets/stream"
notion-pack --assets "$assets" -o "$1" "$assets/stream"

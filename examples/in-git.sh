#!/bin/sh
# in-git.sh FOLDER - the workspace as a folder under git, with a commit each time
# something has changed: `git log -p pages` shows what
set -eu
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT
notion-fetch --workspace --assets "$files" >"$files/stream"
notion-pack --assets "$files" -o "$1/" "$files/stream"
git init -q "$1" && cd "$1" && git add .
git diff --cached --quiet -- . ':!manifest.json' || git commit -qm "$(date +%F)"

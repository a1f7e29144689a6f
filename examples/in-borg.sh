#!/bin/sh
# in-borg.sh - a night in the borg repository that $BORG_REPO names; what came
# out of the pipe is read back, for a stream that was cut off ends, too
set -eu
night=$(date +%FT%T)
notion-fetch --workspace | borg create --stdin-name workspace.ndjson "::$night" -
borg extract --stdout "::$night" workspace.ndjson | notion-unpack --verify -

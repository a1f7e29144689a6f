#!/bin/sh
# in-restic.sh - a night in the restic repository that $RESTIC_REPOSITORY names;
# what came out of the pipe is read back, for a stream that was cut off ends too
set -eu
notion-fetch --workspace | restic -q backup --stdin --stdin-filename workspace.ndjson
restic -q dump latest workspace.ndjson | notion-unpack --verify -

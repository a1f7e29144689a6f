#!/bin/sh
# the official JavaScript client against notion-serve, its answers judged
. "${0%/*}/lib.sh"

NT_SDK=$NT_BUILD/sdk
export NT_SDK
if ! why=$(npm_install "$NT_ROOT/tests/sdk" "$NT_SDK"); then
	echo "1..0 # SKIP $why"
	exit 0
fi
node "$NT_ROOT/tests/sdk/run.js" "$@"

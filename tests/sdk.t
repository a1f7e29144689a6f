#!/bin/sh
# the official JavaScript client against notion-serve, its answers judged
. "${0%/*}/lib.sh"

# Installs what the lock file says, once; the reason on stdout if it cannot.
install_sdk() {
	command -v node >/dev/null || { echo 'node is not installed'; return 1; }
	command -v npm >/dev/null || { echo 'npm is not installed'; return 1; }
	mkdir -p "$NT_SDK" || return 1
	for file in package.json package-lock.json .npmrc; do
		cmp -s "$NT_ROOT/tests/sdk/$file" "$NT_SDK/$file" ||
		    rm -f "$NT_SDK/installed"
		cp "$NT_ROOT/tests/sdk/$file" "$NT_SDK" || return 1
	done
	[ -e "$NT_SDK/installed" ] && return 0
	(cd "$NT_SDK" && npm ci --no-progress >npm.log 2>&1) ||
	    { echo 'npm cannot install the client'; return 1; }
	: >"$NT_SDK/installed"
}

NT_SDK=$NT_BUILD/sdk
export NT_SDK
if ! why=$(install_sdk); then
	echo "1..0 # SKIP $why"
	exit 0
fi
node "$NT_ROOT/tests/sdk/run.js" "$@"

# For the test scripts: sourced first, prints TAP, works in a folder of its own.
#
#	it 'what holds' 'commands'	one test: passes if the commands end in 0
#	skip 'what' 'why'		one test that cannot run here
#	status N command...		runs it; 0 if its exit status was N exactly
#	serve argument...		notion-serve, until the script ends
#	start_proxy argument...		tests/proxy.mjs, the same
#	send METHOD PATH [JSON]		asks what serve started; answers in ./answer
#	background command...		any other; $said is the first line it prints
#	unserve				ends what these three have started
#	npm_install FROM TO		what the lock file in FROM says, once; 1 and
#					the reason on stdout if it cannot
#	seeds N				1 to N, or to $NT_SEEDS: what chance begins with
#	finish				the plan; the script's last line
#
# $NT_BUILD is the build folder, $NT_ROOT the project's, $NT_CORPORA the data
# that is not ours, where it is there.  The tools come first in $PATH.
set -u
LC_ALL=C
TZ=UTC
export LC_ALL TZ
NT_ROOT=$(cd "$(dirname "$0")" && while [ ! -f Makefile ]; do cd ..; done && pwd)
NT_BUILD=${NT_BUILD:-$NT_ROOT/build}
NT_CORPORA=${NT_CORPORA:-$NT_ROOT/../shared/corpora}
PATH=$NT_BUILD/bin:$PATH
unset NOTION_API_TOKEN NOTION_TOKEN NOTION_API_KEY NOTION_API_BASE_URL NT_TRACE
nt_scratch=$(mktemp -d) || exit 2
XDG_RUNTIME_DIR=$nt_scratch/run
export PATH NT_ROOT NT_BUILD NT_CORPORA XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR" "$nt_scratch/work" || exit 2
cd "$nt_scratch/work" || exit 2
nt_count=0
nt_failed=0
nt_children=

unserve() {
	for nt_pid in $nt_children; do
		if kill "$nt_pid" 2>/dev/null; then
			wait "$nt_pid" 2>/dev/null || :
		fi
	done
	nt_children=
}
nt_leave() {
	unserve
	cd / && rm -rf "$nt_scratch"
}
trap nt_leave EXIT
trap 'exit 2' INT TERM

it() {
	nt_count=$((nt_count + 1))
	if (eval "$2") >"$nt_scratch/log" 2>&1; then
		echo "ok $nt_count - $1"
	else
		nt_failed=$((nt_failed + 1))
		echo "not ok $nt_count - $1"
		{ echo "# $0: $1" && sed 's/^/# /' "$nt_scratch/log"; } >&2
	fi
}

skip() {
	nt_count=$((nt_count + 1))
	echo "ok $nt_count - $1 # SKIP $2"
}

seeds() {
	seq "${NT_SEEDS:-$1}"
}

status() {
	nt_want=$1
	shift
	"$@"
	nt_got=$?
	[ "$nt_got" -eq "$nt_want" ] && return 0
	echo "exit status $nt_got, expected $nt_want: $*" >&2
	return 1
}

# Not inside of it().  The fifo is there so that nobody waits longer than the
# server takes.
background() {
	rm -f "$nt_scratch/said" && mkfifo "$nt_scratch/said" || exit 2
	"$@" >"$nt_scratch/said" &
	nt_children="$nt_children $!"
	read -r said <"$nt_scratch/said" || exit 2
}

# Not inside of it(): both set where the tools find it.
nt_service() {
	background "$@"
	NOTION_API_BASE_URL=$said
	NOTION_API_TOKEN=any
	export NOTION_API_BASE_URL NOTION_API_TOKEN
}
serve() { nt_service notion-serve "$@"; }
start_proxy() { nt_service node "$NT_ROOT/tests/proxy.mjs" "$@"; }

send() {
	curl -sf -X "$1" "$NOTION_API_BASE_URL/v1/$2" ${3:+-d "$3"} -o answer \
	    -H 'Authorization: Bearer any' -H 'Notion-Version: 2026-03-11' \
	    -H 'Content-Type: application/json'
}

npm_install() {
	command -v node >/dev/null || { echo 'node is not installed'; return 1; }
	command -v npm >/dev/null || { echo 'npm is not installed'; return 1; }
	mkdir -p "$2" || return 1
	for nt_file in package.json package-lock.json .npmrc; do
		cmp -s "$1/$nt_file" "$2/$nt_file" || rm -f "$2/installed"
		cp "$1/$nt_file" "$2" || return 1
	done
	[ -e "$2/installed" ] && return 0
	(cd "$2" && npm ci --no-progress >npm.log 2>&1) ||
	    { echo "npm cannot install what $1 asks for"; return 1; }
	: >"$2/installed"
}

finish() {
	echo "1..$nt_count"
	[ "$nt_failed" -eq 0 ]
}

#!/bin/sh
# three hosts of their own network share forty workspaces over ssh, and one of
# them is cut off in the middle: none is missed, none is backed up twice
#
# A host is a network namespace with an sshd, a home and a HOME of its own.  The
# servers of the workspaces, and the one that keeps the backups, are at the
# other end of a tunnel, as our tools talk to loopback only without TLS.
if [ -z "${NT_INSIDE:-}" ]; then
	NT_INSIDE=yes
	export NT_INSIDE
	why=
	[ "$(id -u)" -eq 0 ] || why='only root can make networks'
	for command in ip parallel ssh; do
		command -v $command >/dev/null || why="$command is not installed"
	done
	[ -n "$why" ] || { mkdir -p /run/netns /run/sshd &&
	    unshare --net --mount --pid --fork true 2>/dev/null; } ||
	    why=${why:-'there are no namespaces here'}
	[ -z "$why" ] || { echo "1..0 # SKIP $why" && exit 0; }
	# what is started here ends with it
	exec unshare --net --mount --propagation private --pid --fork \
	    --kill-child --mount-proc sh "$0"
fi
mount -t tmpfs tmpfs /run/netns && ip link set lo up || exit 2
. "${0%/*}/../lib.sh"
. "$NT_ROOT/tests/remote.sh"

workspaces=40
remote sftp
kept_port=$said
tunnels="-R $kept_port:127.0.0.1:$kept_port"
(umask 077 && mkdir tokens) || exit 2
for n in $(seq -w "$workspaces"); do
	"$NT_BUILD/tests/generate" --pages 2 --blocks-per-page 2 --seed "1$n" \
	    >"w$n.ndjson" || exit 2
	serve "w$n.ndjson"
	(umask 077 && printf 'any\n' >"tokens/w$n") || exit 2
	printf '%s\n' "$NOTION_API_BASE_URL" >"tokens/.w$n"
	port=${NOTION_API_BASE_URL##*:}
	tunnels="$tunnels -R $port:127.0.0.1:$port"
	printf '%s\n' "w$n"
done >names

# ---- the hosts ----

# What ssh runs on host N: in a home of its own, with our programs.  The second
# backup on host 2 finds that the network is gone.
host() {
	home=$nt_scratch/h$1
	mkdir -p "$home/bin" || return
	cp -Rp tokens "$home" && cp "$RCLONE_CONFIG" "$home/rclone.conf" || return
	cat >"$home/shell" <<-END
	#!/bin/sh
	RCLONE_CONFIG=$home/rclone.conf
	XDG_RUNTIME_DIR=$home
	PATH=$home/bin:$PATH
	export RCLONE_CONFIG XDG_RUNTIME_DIR PATH
	unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME
	cd $home && exec sh -c "\$SSH_ORIGINAL_COMMAND"
	END
	cat >"$home/bin/notion" <<-END
	#!/bin/sh
	for word; do case \$word in tokens/*) name=\${word#tokens/} ;; esac; done
	printf '%s\n' "\$name" >>$home/asked
	if [ $1 -eq 2 ] && [ "\$(wc -l <$home/asked)" -eq 2 ]; then
		ip link set eth0 down
	fi
	NOTION_API_BASE_URL=\$(cat tokens/.\$name)
	export NOTION_API_BASE_URL
	exec $NT_BUILD/bin/notion "\$@"
	END
	chmod +x "$home/shell" "$home/bin/notion"
	ip netns add "h$1" &&
	ip link add name "to$1" type veth peer name eth0 netns "h$1" &&
	ip link set "to$1" master hosts up &&
	ip -n "h$1" address add "10.9.0.1$1/24" dev eth0 &&
	ip -n "h$1" link set eth0 up && ip -n "h$1" link set lo up || return
	ip netns exec "h$1" /usr/sbin/sshd -D -e -f "$keys/config" \
	    -o ListenAddress="10.9.0.1$1:22" -o "ForceCommand=$home/shell" \
	    -o SetEnv=HOME="$home" -o MaxStartups=100 2>"$home/log" &
	nt_children="$nt_children $!"
}

ip link add name hosts type bridge && ip address add 10.9.0.1/24 dev hosts &&
    ip link set hosts up || exit 2
for n in 1 2 3; do host $n || exit 2; done
cat >ssh.config <<END
Host *
	User $(id -un)
	IdentityFile $keys/user
	StrictHostKeyChecking no
	UserKnownHostsFile known
	LogLevel ERROR
	ServerAliveInterval 1
	ServerAliveCountMax 2
	ConnectTimeout 2
	ControlPath $nt_scratch/ssh.%h
END
printf '10.9.0.1%d\n' 1 2 3 >hosts
while read -r host; do
	# the tunnels are words; a host that is not up yet is tried again
	# shellcheck disable=SC2086
	ssh -F ssh.config -o ConnectionAttempts=20 -M -f -N $tunnels "$host" ||
	    exit 2
done <hosts

# ---- the night ----

night() {
	PARALLEL_SSH="ssh -F $PWD/ssh.config" PARALLEL_HOME=$PWD/parallel \
	    "$NT_ROOT/examples/over-hosts.sh" hosts names "$place"
}
# looked for where the server keeps them
backups() { notion backup list --json "$kept/$1" >"$1.list"; }

it 'all of it is done, though a host goes away in the middle' '
	night && ! ip -n h2 link show eth0 | grep -q "state UP" &&
	test "$(wc -l <"$nt_scratch/h2/asked")" -ge 2
'
it 'each host had its part in it' '
	for n in 1 3; do
		test "$(wc -l <"$nt_scratch/h$n/asked")" -ge 5 || exit
	done
'
it 'none is missed, none is there twice' '
	while read -r name; do
		backups "$name" && test "$(wc -l <"$name.list")" -eq 1 &&
		    test "$(jq .complete "$name.list")" = true || exit
	done <names
'
page_ids() { jq -r 'select(.object == "page").id' | sort; }
it 'each is that workspace, whole' '
	while read -r name; do
		zip=$kept/$name/$(jq -r .name "$name.list") &&
		notion-unpack --verify "$zip" && page_ids <"$name.ndjson" >want &&
		notion-unpack "$zip" | page_ids | cmp - want || exit
	done <names
'
finish

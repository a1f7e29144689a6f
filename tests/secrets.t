#!/bin/sh
# what nobody else is to read: tokens, keys and passphrases are in no command
# line, in no environment that was not given them, in no trace, log or file that
# is not theirs, and in no core
. "${0%/*}/lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup-run.sh

own_tools || exit 2
serve --assets "$NT_ROOT/examples/assets" "$sample"
token=ntn_whatnobodyistoread42
phrase=correcthorsebatterystaple
unset NOTION_API_TOKEN
umask 077
printf '%s\n' "$token" >token.txt
printf '%s\n' "$phrase" >phrase.txt
umask 022

# seen STATUS COMMAND... - runs it with -x and a trace, and adds what all of its
# processes were started with, arguments and environment, to ./execs.
seen() {
	seen_status=$1
	shift
	NOTION_TRACE=1 NT_TRACE=$PWD/trace status "$seen_status" \
	    strace -f -v -s 99999 -e trace=execve -o execs.new "$@" \
	    >>out 2>>err
	seen_got=$?
	cat execs.new >>execs
	tail -n 5 err
	return "$seen_got"
}
# nowhere SECRET FILE... - files or folders that have it not; they are there.
nowhere() {
	nowhere_secret=$1
	shift
	for nowhere_file; do
		[ -e "$nowhere_file" ] || { echo "no $nowhere_file"; return 1; }
	done
	! grep -rlF -e "$nowhere_secret" "$@"
}
# A rclone that notes what it was started with.
cat >tools/bin/rclone <<END
#!/bin/sh
tr "\\0" "\\n" </proc/\$\$/environ >>'$PWD/rclone.env'
exec $(command -v rclone) "\$@"
END
chmod +x tools/bin/rclone
secret_key() { grep '^AGE-SECRET-KEY-1' "$config/key.txt"; }

for name in NOTION_API_TOKEN NOTION_TOKEN NOTION_API_KEY; do
	it "gives what is in $name to who asks the service, and to nobody else" '
		rm -rf rclone.env far && export $name="$token" &&
		status 0 notion -x backup create --database="$tasks" --full \
		    --destination=":local:$PWD/far" >>out 2>>err &&
		grep "^PATH=" rclone.env && ! grep -F "$token" rclone.env
	'
done
it 'does the same on the way back' '
	rm rclone.env && export NOTION_TOKEN="$token" &&
	status 0 notion -x backup restore --destination=":local:$PWD/far" \
	    --database="$tasks" >>out 2>>err &&
	grep "^PATH=" rclone.env && ! grep -F "$token" rclone.env
'

it 'has strace, without which most of this cannot be seen' 'command -v strace'
if strace -f -e trace=execve -o execs.new true 2>/dev/null; then
	it 'sees what is in an argument or an environment' '
		seen 0 env A_SECRET="$token" true "$phrase" &&
		grep -qF "$token" execs && grep -qF "$phrase" execs && rm execs
	'
	it 'runs all there is with a token in a file' '
		seen 0 notion backup create --database="$tasks" --encrypt \
		    --token-file=token.txt --destination=there --verify &&
		seen 0 notion backup verify --destination=there --all &&
		seen 0 notion backup schedule --name=tasks --compress \
		    --database="$tasks" --schedule=@daily --encrypt \
		    --token-file=token.txt --destination=there &&
		seen 0 notion backup run tasks &&
		seen 0 notion backup restore --destination=there \
		    --token-file=token.txt --database="$tasks" &&
		test "$(grep -c notion-fetch execs)" -ge 3 &&
		test "$(grep -c notion-encrypt execs)" -ge 3
	'
	it 'shows none of it to other processes' '
		nowhere "$token" execs && nowhere "$(secret_key)" execs
	'
	it 'takes a token of the environment, and never as an argument' '
		rm -f execs && export NOTION_API_TOKEN="$token" &&
		seen 0 notion backup create --database="$tasks" \
		    --destination=there && mv token.txt token.aside &&
		seen 0 notion backup schedule --name=other --schedule=@daily \
		    --database="$tasks" --destination=there &&
		mv token.aside token.txt &&
		test "$(stat -c %a "$config/token")" = 600 &&
		sed "s/\], \[.*//" execs >arguments && nowhere "$token" arguments &&
		grep -F "$token" execs | sed "s/.*execve(\"//; s/\".*//; s|.*/||" |
		    sort -u | xargs >who &&
		grep -x "notion notion-backup notion-fetch" who
	'
	it 'takes a passphrase from a descriptor' '
		rm -f execs && echo hidden >plain &&
		seen 0 sh -c "notion-encrypt -p --passphrase-fd 3 -o sealed \
		    plain 3<phrase.txt" &&
		seen 0 sh -c "notion-encrypt -d -p --passphrase-fd 3 -o opened \
		    sealed 3<phrase.txt" && cmp plain opened &&
		nowhere "$phrase" execs sealed
	'
else
	skip 'shows none of it to other processes' 'strace cannot be used here'
	notion backup schedule --name=tasks --database="$tasks" --encrypt \
	    --schedule=@daily --token-file=token.txt --destination=there \
	    >>out 2>>err
	NT_TRACE=$PWD/trace notion -x backup run tasks >>out 2>>err
fi

it 'writes none of it into what is shown, traced or logged' '
	grep -q "^+ notion-fetch" err && grep -q "\"event\":\"request\"" trace &&
	grep -q backup_run "$runs/tasks.log" && for secret in "$token" "$phrase" \
	    "$(secret_key)"; do
		nowhere "$secret" out err trace crontab "$runs" \
		    "$config/schedules" "$HOME/.cache" there || exit
	done
'
it 'writes none of it into archives' '
	notion backup create --database="$tasks" --token-file=token.txt \
	    --format=directory --output=open/ && nowhere "$token" open &&
	notion backup create --database="$tasks" --token-file=token.txt \
	    --output=open.zip && notion-unpack open.zip >open.ndjson &&
	nowhere "$token" open.ndjson
'
it 'writes none of it into the units of systemd' '
	notion backup schedule --name=printed --database="$tasks" --print \
	    --systemd --schedule=@daily --token-file=token.txt \
	    --destination=there --encrypt >units &&
	grep -q "^OnCalendar=" units && nowhere "$token" units &&
	nowhere "$(secret_key)" units
'
it 'keeps what it has to keep where others cannot read it' '
	for file in "$config/key.txt" "$config"/schedules/*; do
		test "$(stat -c %a "$file")" = 600 || exit
	done && for folder in "$config" "$HOME/.cache/notion-tools/backup" \
	    "$runs"; do
		test "$(stat -c %a "$folder")" = 700 || exit
	done
'
# A process that has its limit has begun; how often to look is bounded.
mkfifo pipe && mkdir crash || exit 2
for tool in "notion-encrypt -d -i $config/key.txt" notion-pack notion-unpack \
    "notion-fetch --token-file=$PWD/token.txt --from -" \
    "notion-apply --token-file=$PWD/token.txt"; do
	it "${tool%% *} leaves no core when it crashes" '
		cd crash && ulimit -c unlimited || exit
		$tool <../pipe >/dev/null &
		pid=$! && exec 3>../pipe && left=2000 &&
		until grep -q "^Max core file size  *0  *0 " /proc/$pid/limits; do
			left=$((left - 1)) && test $left -gt 0 &&
			test -d /proc/$pid || exit
		done && kill -SEGV $pid && status 139 wait $pid &&
		test -z "$(ls)"
	'
done
finish

#!/bin/sh
# notion backup schedule, schedules, unschedule: what cron and systemd are told
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-backup-run.sh

own_tools || exit 2
serve --assets "$NT_ROOT/examples/assets" "$sample"
NOTION_API_TOKEN=secret_of_ours
plans=$config/schedules

# A user's crontab: what is in it is not ours.
cat >theirs <<'END'
# m h  dom mon dow   command
MAILTO="somebody"

5 4 * * *	date +\%F  # notion-backup other
@daily	true # notion-backup tasks
@daily	true  # notion-backup tasks too
30 1 * * * notion-backup list   
END
cp theirs crontab

# ---- as people type it ----

it 'schedules what the feature request asks for' '
	mkdir there && cd there && status 0 notion backup schedule \
	    --database="$tasks" \
	    --schedule="0 2 * * *" \
	    --retention=30days \
	    --destination=./backups/ \
	    --compress \
	    --encrypt >out 2>err &&
	grep "^at 02:00" out && test "$(grep -c "02:00 +0000$" out)" -eq 5 &&
	grep "in your crontab" out &&
	grep "the token is kept in $config/token" err && grep "key.txt" err &&
	test -d backups && name=$(notion backup schedules --json | jq -r .name) &&
	grep "^0 2 \* \* \* .*/notion backup run --no-wait $name  # notion-backup $name$" \
	    ../crontab &&
	status 0 notion backup run "$name" && test -e backups/"$name"-*.zip.age &&
	status 0 notion backup unschedule "$name"
'
it 'schedules the whole workspace into ./backups unless told otherwise' '
	status 0 notion backup schedule --schedule="0 2 * * *" \
	    --retention=30days >out 2>err && test ! -s err && test -d backups &&
	notion backup schedules --json | jq -e ".name == \"backup\" and
	    (.arguments | index(\"--destination=$PWD/backups\"))" &&
	status 0 notion backup unschedule backup && diff theirs crontab
'

# ---- the crontab ----

it 'leaves all other lines as they are, byte for byte' '
	schedule --schedule="0 2 * * *" >out &&
	head -n -1 crontab | cmp - theirs &&
	test "$(tail -n 1 crontab)" = "0 2 * * * $PWD/tools/bin/notion backup run \
--no-wait tasks  # notion-backup tasks"
'
it 'has one line a schedule, however often it is scheduled' '
	cp crontab before && schedule --schedule="0 2 * * *" >out &&
	diff before crontab && schedule --schedule="15 3 * * mon-fri" --wait >out &&
	head -n -1 crontab | cmp - theirs && tail -n 1 crontab |
	grep "^15 3 \* \* mon-fri .*notion backup run tasks  #"
'
it 'has lines that make up for missed runs, if asked' '
	schedule --schedule=@daily --catch-up >out &&
	head -n -3 crontab | cmp - theirs &&
	tail -n 3 crontab | cut -d " " -f 1 | xargs >first &&
	echo "@daily @hourly @reboot" | cmp - first &&
	test "$(grep -c "run --catch-up --no-wait tasks " crontab)" -eq 3
'
it 'takes its lines away again, and no others' '
	status 0 notion backup unschedule tasks && cmp crontab theirs &&
	test ! -e "$plans"/tasks && status 2 notion backup unschedule tasks
'
it 'works where there is no crontab yet' '
	mv crontab was && schedule --schedule=@daily >out &&
	test "$(wc -l <crontab)" -eq 1 && notion backup unschedule tasks &&
	test ! -s crontab && mv was crontab
'
it 'escapes what cron and the shell would take for something else' '
	odd="$PWD/50% it'\''s \"odd\"" && mkdir -p "$odd/config" &&
	cp -R tools "$odd" && PATH="$odd/tools/bin:$PATH" \
	    XDG_CONFIG_HOME="$odd/config" NOTION_API_TOKEN=secret_of_ours \
	    schedule --schedule=@daily >out 2>err && line=$(tail -n 1 crontab) &&
	printf "%s\n" "$line" | grep -v "[^\\]%" &&
	printf "%s\n" "${line#@daily }" | sed "s/\\\\%/%/g" >job &&
	rm -rf backups && PATH=/usr/bin:/bin sh ./job && ls backups/tasks-*.zip &&
	XDG_CONFIG_HOME="$odd/config" notion backup unschedule tasks &&
	cmp crontab theirs
'
it 'changes nothing if crontab(1) fails' '
	cat >fails <<-\END &&
	case $1 in -l) echo "crontab: not today" >&2; exit 1 ;; esac
	END
	mv "$config"/token . &&
	CRONTAB=$(cat fails) status 2 schedule --schedule=@daily >out 2>err &&
	grep "notion-backup: crontab(1) failed, and nothing is changed: crontab: not today" err &&
	test ! -s out && test ! -e "$plans"/tasks && test ! -e "$config"/token &&
	test -z "$(ls -A "$plans" | grep -v "^.lock$")" && cmp crontab theirs
'
it 'keeps the former schedule if crontab(1) does not take the new one' '
	schedule --schedule=@daily >out 2>err && cp crontab before &&
	cp "$plans"/tasks plan && CRONTAB="[ \$1 = -l ] ||
	    { echo bad minute >&2; exit 1; }" \
	    status 2 schedule --schedule=@weekly >out 2>err &&
	grep "bad minute$" err && cmp "$plans"/tasks plan && cmp crontab before &&
	CRONTAB="[ \$1 = -l ] || exit 1" status 2 notion backup unschedule tasks &&
	cmp "$plans"/tasks plan && notion backup unschedule tasks
'

# ---- what is looked at first ----

# refused TEXT ARGUMENT...: in 2, with one line that says that, nothing done
refused() {
	said=$1
	shift
	status 2 "$@" >out 2>err && grep -- "$said" err && test ! -s out &&
	test "$(grep -vc "^try " err)" -eq 1 && test ! -e "$plans"/tasks &&
	cmp crontab theirs
}
it 'refuses what would not work at night' '
	refused "hour" schedule --schedule="0 25 * * *" &&
	refused "reboot" schedule --schedule=@reboot &&
	refused "schedule" schedule &&
	refused "compress" schedule --schedule=@daily --format=directory --compress &&
	refused "nosuch is no option" schedule --schedule=@daily --nosuch &&
	refused "cannot be called \"a b\"" notion backup schedule --name="a b" \
	    --schedule=@daily &&
	refused "names its backups itself" schedule --schedule=@daily -o x.zip &&
	refused "line break" schedule --schedule=@daily --on-failure="a
b" &&
	: >file && refused "file" schedule --schedule=@daily --destination=file/x &&
	refused "nowhere" schedule --schedule=@daily --destination=nowhere:x
'
it 'refuses a token that is not there, not good, or another than that kept' '
	mv "$config"/token . && unset NOTION_API_TOKEN &&
	refused "no token" schedule --schedule=@daily && mv token "$config" &&
	NOTION_API_TOKEN=another refused "token" schedule --schedule=@daily &&
	NOTION_API_BASE_URL=http://127.0.0.1:1 status 75 \
	    schedule --schedule=@daily 2>err && test ! -e "$plans"/tasks &&
	(umask 022 && echo secret >open) &&
	refused "can be read by others" schedule --schedule=@daily \
	    --token-file open
'

# ---- what is kept ----

it 'keeps what the runs need in a file for nobody else, the token apart' '
	HTTPS_PROXY=http://p NOTION_API_KEY=k OURS=1 OTHER=2 RCLONE_CONFIG=$PWD/r \
	    NOTION_API_TOKEN=secret_of_ours \
	    schedule --schedule=@daily --env OURS --on-failure="mail me" \
	    --recipients-file=/dev/null >out &&
	test "$(stat -c %a "$plans"/tasks "$config"/token | xargs)" = "600 600" &&
	grep -x "on_failure=mail me" "$plans"/tasks &&
	for line in "HTTPS_PROXY=http://p" OURS=1 "RCLONE_CONFIG=$PWD/r" \
	    "NOTION_API_BASE_URL=$NOTION_API_BASE_URL" "PATH=.*tools/bin.*"; do
		grep -x "environment=$line" "$plans"/tasks || exit
	done &&
	! grep "secret_of_ours\|OTHER\|API_KEY" "$plans"/tasks &&
	grep -x "argument=--destination=$PWD/backups" "$plans"/tasks &&
	notion backup unschedule tasks
'
it 'hands it to nobody with --print' '
	schedule --schedule="0 2 * * *" --print >out 2>err && cmp crontab theirs &&
	test "$(cat out)" = "0 2 * * * $PWD/tools/bin/notion backup run --no-wait \
tasks  # notion-backup tasks" && grep "^at 02:00" err &&
	status 0 notion backup run tasks && notion backup unschedule tasks
'

# ---- what is listed ----

it 'lists the schedules in 80 columns, with the next run and the last' '
	NOTION_BACKUP_DESTINATION=$PWD/backups && export NOTION_BACKUP_DESTINATION &&
	schedule --schedule="0 2 * * *" >out &&
	notion backup schedule --name=a-name-that-is-rather-a-long-one \
	    --schedule="*/5 8-18 1,15 jan-jun mon-fri" --print >out 2>err &&
	FETCH="echo nobody is there >&2; exit 75" status 75 \
	    notion backup run tasks 2>err &&
	status 0 notion backup schedules >out && cat out &&
	test "$(awk "length > 80" out | wc -l)" -eq 0 &&
	grep -x "name .*schedule  .*next run  .*last run  .*ended" out &&
	grep -x "tasks .*0 2 \* \* \*  .* 02:00  ....-..-.. ..:..  try later" out &&
	grep -x "    nobody is there" out &&
	grep -x "a-name-that-is-rather-a-long-one  \*/5 8-18 1,15 .*" out &&
	grep "^ .* never$" out
'
it 'and as records, for programs' '
	notion backup schedules --json >out && jq -es "length == 2 and
	    (.[0] | .by == \"print\" and .installed == null and .last == null) and
	    (.[1] | .name == \"tasks\" and .expression == \"0 2 * * *\" and
		.installed and .last.status == 75 and
		(.next | test(\"^20..-..-..T02:00:00Z$\")))" out
'
it 'says so if cron no longer knows of one' '
	cp theirs crontab && notion backup schedules >out &&
	grep "tasks .* not in crontab  " out
'
it 'takes all of them back at once' '
	status 2 notion backup unschedule tasks nosuch 2>err &&
	grep nosuch err && test -e "$plans"/tasks &&
	status 0 notion backup unschedule --all && test -z "$(ls "$plans")" &&
	cmp crontab theirs && test -s "$runs"/tasks.log &&
	status 2 notion backup unschedule && notion backup schedules >out &&
	test ! -s out
'

# ---- systemd ----

# A systemctl(1) that keeps what it was asked for, and does what $SYSTEMCTL says.
cat >tools/bin/systemctl <<END
#!/bin/sh
printf '%s\n' "\$*" >>'$PWD/asked'
eval "\${SYSTEMCTL-}"
END
chmod +x tools/bin/systemctl
units=$HOME/.config/systemd/user

it 'hands it to systemd with --systemd, and back' '
	schedule --schedule="0 2 * * mon" --systemd --catch-up >out &&
	grep "notion-backup-tasks.timer" out && cmp crontab theirs &&
	printf "%s\n" "--user daemon-reload" \
	    "--user enable --now notion-backup-tasks.timer" | diff - asked &&
	grep -x "OnCalendar=Mon .*02:00.*" "$units"/notion-backup-tasks.timer &&
	grep -x Persistent=true "$units"/notion-backup-tasks.timer &&
	notion backup schedules --json | jq -e ".by == \"systemd\" and
	    .installed" && SYSTEMCTL="exit 1" notion backup schedules |
	grep "not in systemd" && notion backup unschedule tasks &&
	grep -x -- "--user disable --now notion-backup-tasks.timer" asked &&
	test -z "$(ls "$units")"
'
it 'moves it from one to the other, and has it in one alone' '
	schedule --schedule=@daily --systemd >out && schedule --schedule=@daily \
	    >out && test -z "$(ls "$units")" && test "$(wc -l <crontab)" -eq \
	    $(($(wc -l <theirs) + 1)) && schedule --schedule=@daily --systemd \
	    >out && cmp crontab theirs
'
it 'keeps the former timer if systemd does not take the new one' '
	cp -R "$units" former && cp "$plans"/tasks plan &&
	SYSTEMCTL="case \$2 in enable) echo no bus >&2; exit 1 ;; esac" \
	    status 2 schedule --schedule=@weekly --systemd >out 2>err &&
	grep "no bus" err && test "$(wc -l <err)" -eq 1 && test ! -s out &&
	diff -r former "$units" && cmp "$plans"/tasks plan &&
	notion backup unschedule tasks
'
if command -v systemd-analyze >/dev/null; then
it 'makes units that systemd-analyze finds nothing wrong with' '
	odd="$PWD/50% \$HOME it'\''s \"odd\"" && mkdir -p "$odd/config" &&
	cp -R tools "$odd" && PATH="$odd/tools/bin:$PATH" \
	    XDG_CONFIG_HOME="$odd/config" NOTION_API_TOKEN=secret_of_ours \
	    schedule --schedule="0 2 1,15 * mon" --systemd --catch-up >out \
	    2>err && systemd-analyze --user verify \
	    "$odd"/config/systemd/user/notion-backup-tasks.* >found 2>&1;
	! grep -v "Command .man notion-backup" found &&
	sed -n "s/^OnCalendar=//p" \
	    "$odd"/config/systemd/user/notion-backup-tasks.timer >times &&
	test -s times && while read -r time; do
		systemd-analyze calendar "$time" >/dev/null || exit
	done <times
'
it 'prints them with --print' '
	schedule --schedule=@daily --systemd --print >out 2>err &&
	grep -x "# $units/notion-backup-tasks.timer" out &&
	grep -x "ExecStart=\"$PWD/tools/bin/notion\" backup run --no-wait tasks" \
	    out && test -z "$(ls "$units")"
'
else
skip 'makes units that systemd finds nothing wrong with' 'no systemd-analyze'
fi
finish

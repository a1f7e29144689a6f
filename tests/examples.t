#!/bin/sh
# the pipelines of examples/, each run against notion-serve
. "${0%/*}/lib.sh"

examples=$NT_ROOT/examples
sample=$examples/workspace.ndjson
serve --assets "$examples/assets" "$sample"

tasks=$(jq -r 'select(.object == "database") |
    select(.title[0].plain_text == "Tasks").id' "$sample")

it 'backup.sh leaves an archive that is whole' '
	"$examples"/backup.sh garden.zip && unzip -tq garden.zip &&
	notion-unpack --assets back garden.zip >back.ndjson &&
	test "$(jq -r "select(.object == \"page\").id" back.ndjson | wc -l)" \
	    -eq "$(grep -c "\"object\":\"page\",\"parent\"" "$sample")" &&
	diff -r back "$examples"/assets
'
it 'titles.sh lists the rows of a database, by id or link' '
	"$examples"/titles.sh "$tasks" >titles &&
	test "$(wc -l <titles)" -eq 8 && grep -x "Sow tomatoes indoors" titles &&
	grep -x "Dig out all the mint" titles &&
	"$examples"/titles.sh "https://www.notion.so/Tasks-$(echo "$tasks" |
	    tr -d -)" | cmp - titles
'
it 'open-tasks.sh lists what is due and not done, soonest first' '
	"$examples"/open-tasks.sh "$sample" >due &&
	printf "%s\n" "2026-04-01  Build two nest boxes" \
	    "2026-05-16  Plant out tomatoes" "2026-06-20  Summer feast 🎉" \
	    >want && diff want due
'
it 'blocks-by-type.sh counts blocks' '
	"$examples"/blocks-by-type.sh <"$sample" >types &&
	test "$(wc -l <types)" -eq 36 &&
	head -n 1 types | grep "39 paragraph"
'
it 'nightly.mk makes a backup, once a day' '
	make -s -f "$examples"/nightly.mk && make -s -f "$examples"/nightly.mk &&
	test "$(ls backups | wc -l)" -eq 1 && unzip -tq backups/*.zip
'
it 'nightly.mk reads over what it read the night before' '
	mv streams/*.ndjson streams/2026-01-01.ndjson &&
	rm -r backups && NT_TRACE=$PWD/trace make -s -f "$examples"/nightly.mk &&
	unzip -tq backups/*.zip &&
	test "$(grep -c "\"event\":\"request\"" trace)" -lt 70
'
it 'nightly.sh adds a snapshot a night, reads less the next, forgets the old' '
	mkdir nights && "$examples"/nightly.sh nights >out &&
	grep "repo.db: fine" out && rm nights/repo.db &&
	sed "1s/\"started\":\"..../\"started\":\"2001/" nights/tonight |
	notion-pack --assets nights/assets -o nights/repo.db &&
	"$examples"/nightly.sh nights &&
	NT_TRACE=$PWD/night "$examples"/nightly.sh nights &&
	test "$(grep -c "\"event\":\"request\"" night)" -lt 70 &&
	notion-unpack --list nights/repo.db >list &&
	test "$(sed "\$d" list | awk "{ print \$1 }" | xargs)" = "2 3" &&
	notion-unpack nights/repo.db | sed "1d;\$d" >known &&
	sed "1d;\$d" nights/tonight | cmp - known
'
it 'crontab makes a backup at night and verifies them all, and says nothing' '
	mkdir -p home/.config/notion-tools && (umask 077 &&
	    echo any >home/.config/notion-tools/token) &&
	sed -n "s/^[0-9]* [0-9]* \* \* [^ ]* //p" "$examples"/crontab >jobs &&
	test "$(wc -l <jobs)" -eq 2 && while read -r job; do
		env -u NOTION_API_TOKEN HOME="$PWD/home" sh -c "$job" \
		    </dev/null >>said 2>&1 || exit
	done <jobs && test ! -s said && test "$(ls home/backups | wc -l)" -eq 1
'
if command -v systemd-analyze >/dev/null; then
it 'notion-backup.timer is one that systemd finds nothing wrong with' '
	systemd-analyze --user verify "$examples"/notion-backup.service \
	    "$examples"/notion-backup.timer >found 2>&1; test ! -s found
'
else
skip 'notion-backup.timer has nothing wrong' 'no systemd-analyze'
fi
it 'in-git.sh commits what has changed, and only that' '
	GIT_CONFIG_GLOBAL=$PWD/gitconfig && export GIT_CONFIG_GLOBAL &&
	git config --global user.name a && git config --global user.email a@b &&
	"$examples"/in-git.sh garden && "$examples"/in-git.sh garden &&
	test "$(git -C garden rev-list --count HEAD)" -eq 1 &&
	sed -i "s/compost/mulch/" garden/pages/*.md &&
	git -C garden commit -qam "as it was" &&
	"$examples"/in-git.sh garden &&
	test "$(git -C garden rev-list --count HEAD)" -eq 3 &&
	notion-unpack --verify garden
'
XDG_CACHE_HOME=$PWD/cache XDG_CONFIG_HOME=$PWD/config XDG_STATE_HOME=$PWD/state
export XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME
it 'backup.mk makes backups, verifies, lists and restores them' '
	make -s -f "$examples"/backup.mk backup verify PLACE=made KEEP=7days &&
	make -s -f "$examples"/backup.mk list PLACE=made | grep "backup-.*zip" &&
	page=$(jq -r "select(.object == \"page\").id" "$sample" | head -n 1) &&
	make -s -f "$examples"/backup.mk restore PLACE=made PAGES=$page
'
it 'every-workspace.sh makes a backup with each token' '
	mkdir -m 700 tokens && (umask 077 && echo one >tokens/one &&
	    echo two >tokens/two) && "$examples"/every-workspace.sh tokens all &&
	ls all/one/backup-*.zip all/two/backup-*.zip &&
	test "$(grep -c notion tokens.log)" -eq 2
'
RESTIC_REPOSITORY=$PWD/restic RESTIC_PASSWORD=any RESTIC_CACHE_DIR=$PWD/cache
BORG_REPO=$PWD/borg BORG_BASE_DIR=$PWD
export RESTIC_REPOSITORY RESTIC_PASSWORD RESTIC_CACHE_DIR BORG_REPO BORG_BASE_DIR
if command -v restic >/dev/null; then
it 'in-restic.sh keeps a night in restic, and reads it back' '
	restic -q init && "$examples"/in-restic.sh >out && grep ": fine" out
'
else
skip 'in-restic.sh' 'restic is not installed'
fi
if command -v borg >/dev/null; then
it 'in-borg.sh keeps a night in borg, and reads it back' '
	borg init --encryption=none && "$examples"/in-borg.sh >out &&
	grep ": fine" out
'
else
skip 'in-borg.sh' 'borg is not installed'
fi
# A library of a package that is named brings those that it needs itself.
it 'Containerfile names the package of each library that we link' '
	for tool in "$NT_BUILD"/bin/*; do
		readelf -d "$tool" 2>/dev/null
	done | sed -n "s/.*NEEDED.*\[\(.*\)\]/\1/p" | sort -u >libraries &&
	test "$(wc -l <libraries)" -gt 8 && while read -r library; do
		package=$(dpkg -S "*/$library" 2>/dev/null | sed "s/:.*//; 1q")
		case $package in libc6* | libgcc* | libasan* | libubsan* | "") ;;
		*) grep -qw "$package" "$examples"/Containerfile ||
		    { echo "$package is missing"; exit 1; } ;;
		esac
	done <libraries
'
finish

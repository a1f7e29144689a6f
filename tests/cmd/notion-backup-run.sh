# For the tests of schedules and their runs: sourced after lib.sh.
#
#	own_tools	the tools in ./tools, with a notion-fetch that first does
#			what $FETCH says, and a crontab(1) that keeps the file
#			./crontab and first does what $CRONTAB says
#	schedule ...	notion backup schedule, of a small database
#	state FILTER	is the jq filter true of the status of the schedule?
#	log FILTER	is it true of the list of records in its log?
sample=$NT_ROOT/examples/workspace.ndjson
HOME=$PWD/home
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME NOTION_BACKUP_DESTINATION
NOTION_API_BACKOFF_MS=1
export HOME NOTION_API_BACKOFF_MS
config=$HOME/.config/notion-tools
runs=$HOME/.local/state/notion-tools/backup

own_tools() {
	mkdir -p tools/bin home && ln -s "$NT_BUILD/lib" tools/lib &&
	ln -s "$NT_BUILD"/bin/* tools/bin && rm tools/bin/notion-fetch &&
	for tool in notion notion-backup; do
		rm tools/bin/$tool && cp "$NT_BUILD/bin/$tool" tools/bin || return
	done
	cat >tools/bin/notion-fetch <<-END
	#!/bin/sh
	eval "\${FETCH-}"
	exec '$NT_BUILD/bin/notion-fetch' "\$@"
	END
	cat >tools/bin/crontab <<-END
	#!/bin/sh
	eval "\${CRONTAB-}"
	if [ "\$1" != -l ]; then
		cp "\$1" '$PWD/crontab'
	elif [ -f '$PWD/crontab' ]; then
		cat '$PWD/crontab'
	else
		echo "no crontab for \$(id -un)" >&2
		exit 1
	fi
	END
	chmod +x tools/bin/notion-fetch tools/bin/crontab || return
	PATH=$PWD/tools/bin:$PATH
	export PATH
}

schedule() {
	notion backup schedule --name=tasks --database="$tasks" \
	    --destination=backups "$@"
}
tasks=$(jq -r 'select(.object == "database") |
    select(.title[0].plain_text == "Tasks").id' "$sample")

state() {
	jq -e "$1" "$runs/tasks.json" >/dev/null && return
	cat "$runs/tasks.json"
	return 1
}
log() {
	jq -es "$1" "$runs/tasks.log" >/dev/null && return
	cat "$runs/tasks.log"
	return 1
}

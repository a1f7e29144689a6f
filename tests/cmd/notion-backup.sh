# For the tests of notion backup: sourced after lib.sh.
#
#	serve_sample		the sample workspace, with its files
#	records			of a stream: without what each run has anew
#
# What it keeps and is told stands in folders of the test's own.
sample=$NT_ROOT/examples/workspace.ndjson
XDG_CACHE_HOME=$nt_scratch/cache
XDG_CONFIG_HOME=$nt_scratch/config
XDG_STATE_HOME=$nt_scratch/state
export XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME
unset NOTION_BACKUP_DESTINATION NOTION_BACKUP_RECIPIENTS NOTION_TRACE

serve_sample() {
	serve --assets "$NT_ROOT"/examples/assets "$sample"
}
records() {
	sed '1d;$d'
}

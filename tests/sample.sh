# For the tests that change the sample workspace: sourced after lib.sh.
#
#	$sample			its stream
#	page TITLE		the id of its page of that title
sample=$NT_ROOT/examples/workspace.ndjson
NOTION_API_BACKOFF_MS=1
export NOTION_API_BACKOFF_MS

page() {
	jq -r --arg title "$1" 'select(.object == "page") |
	    select([.properties[] | select(.type == "title").title[].plain_text] |
		add == $title).id' "$sample" | head -n 1
}

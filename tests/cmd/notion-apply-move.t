#!/bin/sh
# notion-apply in place: blocks made and moved side by side, each made once and none
# lost, whatever answer is missed and wherever a run is cut off
. "${0%/*}/../lib.sh"

if ! command -v node >/dev/null; then
	skip 'moves in spite of faults' 'node is not installed'
	finish
	exit
fi
NOTION_API_BACKOFF_MS=1
export NOTION_API_BACKOFF_MS

# workspace WORD...: two pages by what is in them, as "P:abc" "Q:de": a letter is
# a paragraph, with an id that is made of it
workspace() {
	jq -nc '
	    def id($c): "00000000-0000-4000-8000-0000000000" +
		($c | explode[0] | [(. / 16 | floor), . % 16] |
		    map("0123456789abcdef"[.:. + 1]) | add);
	    def times: { created_time: "2026-01-01T00:00:00.000Z",
		last_edited_time: "2026-01-01T00:00:00.000Z" };
	    def text($c): [{ type: "text", plain_text: $c, href: null,
		text: { content: $c, link: null }, annotations: {
		    bold: false, italic: false, strikethrough: false,
		    underline: false, code: false, color: "default" } }];
	    $ARGS.positional[] | split(":") as [$page, $blocks] |
	    (times + { object: "page", id: id($page),
		parent: { type: "workspace", workspace: true },
		properties: { title: { id: "title", type: "title",
		    title: text($page) } }, icon: null, cover: null,
		in_trash: false, is_archived: false, is_locked: false,
		url: "https://www.notion.so/\($page)", public_url: null }),
	    ($blocks | split("")[] | . as $block | times + {
		object: "block", id: id($block), has_children: false,
		parent: { type: "page_id", page_id: id($page) },
		in_trash: false, type: "paragraph", paragraph: {
		    rich_text: text($block), icon: null,
		    color: "default" } })' --args "$@"
}
# begin RULE...: the workspace $before, which is to be as $wanted, behind a proxy
# with these rules
begin() {
	for word in wanted before; do
		unserve
		eval "workspace \$$word" >$word.said
		serve --partial $word.said
		notion-fetch --workspace >$word.ndjson
	done
	direct=$NOTION_API_BASE_URL
	rm -f journal log
	notion-diff before.ndjson wanted.ndjson >changes
	printf '%s\n' "$@" | jq -s . >rules
	start_proxy --upstream "$direct" --rules rules --record log --pid pid
}
fault() { printf '{"writes":true,"nth":%d,"fault":"%s"}' "$2" "$1"; }
run() {
	sh -c 'echo $$ >pid && exec "$@"' sh notion-apply --journal journal \
	    --delete changes >results
}
# What is there now, as workspace() is told it.
contents() {
	NOTION_API_BASE_URL=$direct notion-fetch --workspace | jq -rs '
	    map(select(.object == "page" or .object == "block")) |
	    map(select(.object == "page")) as $pages | . as $all |
	    $pages | map(.id as $id |
		(.properties.title.title[0].plain_text) + ":" +
		([$all[] | select(.parent.page_id == $id) |
		    .paragraph.rich_text[0].plain_text] | add)) | join(" ")'
}
as_wanted() {
	is=$(contents)
	[ "$is" = "$wanted" ] || { echo "$is, expected $wanted"; return 1; }
}
go_on() {
	run
	case $? in 0) return 0 ;; 137) run ;; *) return 1 ;; esac
}

while read -r what before wanted; do
	before=P:$before wanted=P:$wanted
	begin
	it "$what" 'status 0 run && as_wanted'
done <<'END'
side_by_side abcdef cdefab
to_the_start abcdef efabcd
backwards abcdef fedcba
made_behind_one_that_moves abcdef cdeaxbf
made_before_and_behind_it abcdef cwdxeazbyf
made_behind_one_that_moves_to_the_start abcdef fxabcde
made_behind_two_that_move_to_the_start abcdef efxabcd
moved_behind_what_is_made abcdef cdefxayb
END

# Blocks are made, moved within a page, out of it, into it, and deleted.
before='P:abcdef Q:ghijkl' wanted='P:gbxadhe Q:yikjcl'
begin
it 'all of that at once' 'status 0 run && as_wanted'
writes=$(jq -s 'map(select(.method != "GET")) | length' log)
for nth in $(seq "$writes"); do
	for fault in kill killed reset late; do
		begin "$(fault $fault "$nth")"
		it "goes on after $fault at write $nth" 'go_on && as_wanted'
	done
done
finish

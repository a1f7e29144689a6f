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

# workspace WORD...: two pages by what is in them, as "P:ab(cd(e))f" "Q:gh": a letter
# is a paragraph, with what is in it in brackets; its id is made of the small letter;
# u is what cannot be written
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
	    def blocks($page): reduce split("")[] as $c ({ in: [] };
		if $c == "(" then .in += [.last]
		elif $c == ")" then .in = .in[:-1]
		else .last = id($c | ascii_downcase) |
		    .all += [{ id: .last, in: .in[-1], text: $c }] end) |
		(.all // []) | . as $all | .[] | . as $block | times + {
		    object: "block", id, in_trash: false,
		    has_children: any($all[]; .in == $block.id),
		    parent: (if .in then { type: "block_id", block_id: .in }
			else { type: "page_id", page_id: id($page) } end) }
		| if $block.text == "u"
		    then .type = "unsupported" | .unsupported = {
			block_type: "form" }
		    else .type = "paragraph" | .paragraph = {
			rich_text: text($block.text), icon: null,
			color: "default" } end;
	    $ARGS.positional[] | split(":") as [$page, $blocks] |
	    (times + { object: "page", id: id($page),
		parent: { type: "workspace", workspace: true },
		properties: { title: { id: "title", type: "title",
		    title: text($page) } }, icon: null, cover: null,
		in_trash: false, is_archived: false, is_locked: false,
		url: "https://www.notion.so/\($page)", public_url: null }),
	    ($blocks | blocks($page))' --args "$@"
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
	NOTION_API_BASE_URL=$direct notion-fetch --workspace >after.ndjson &&
	jq -rs '. as $all |
	    def inside($id): [$all[] | select(.object == "block" and
		(.parent.page_id // .parent.block_id) == $id) |
		(.paragraph.rich_text[0].plain_text // "u") + (inside(.id) |
		    if . == "" then . else "(\(.))" end)] | add // "";
	    map(select(.object == "page") | .properties.title.title[0].plain_text
		+ ":" + inside(.id)) | join(" ")' after.ndjson
}
as_wanted() {
	is=$(contents)
	[ "$is" = "$wanted" ] || { echo "$is, expected $wanted"; return 1; }
	status 0 notion-diff --map journal wanted.ndjson after.ndjson
}
go_on() {
	run
	case $? in 0) return 0 ;; 137) run ;; *) return 1 ;; esac
}

# The words of a page are set apart by a comma.
while read -r what before wanted; do
	before=$(echo "$before" | tr , ' ') wanted=$(echo "$wanted" | tr , ' ')
	begin
	it "$what" 'status 0 run && as_wanted'
done <<'END'
side_by_side P:abcdef P:cdefab
to_the_start P:abcdef P:efabcd
backwards P:abcdef P:fedcba
made_behind_one_that_moves P:abcdef P:cdeaxbf
made_before_and_behind_it P:abcdef P:cwdxeazbyf
made_behind_one_that_moves_to_the_start P:abcdef P:fxabcde
made_behind_two_that_move_to_the_start P:abcdef P:efxabcd
moved_behind_what_is_made P:abcdef P:cdefxayb
with_all_that_is_in_it P:ab(cd(e(f(gh))))i,Q:j P:ai,Q:b(cd(e(f(gh))))j
out_of_one_another P:a(b(c(d)))e P:ed(c(b(a)))
into_what_is_made_in_one_that_moves P:a(b)cd P:cdx(a(y(z)b))
out_of_what_is_deleted P:a(b(cd))e P:cb(d)e
edited,_made_and_deleted_inside P:ab(cde(f))g P:g(B(Cxe(Fy)))a
behind_what_is_copied_with_another P:bja(c(i)e),Q:k P:,Q:a(c(bij)e)k
one_behind_what_was_in_another P:eck,Q:a(bd(g)f) P:a(f(B(xd(gk(e)))))c,Q:
END

# changed TEXT: somebody else has written that into the block b
changed() {
	curl -sf -X PATCH -o answer -d "{\"paragraph\":{\"rich_text\":
	    [{\"text\":{\"content\":\"$1\"}}]}}" \
	    "$direct/v1/blocks/00000000-0000-4000-8000-000000000062" \
	    -H 'Authorization: Bearer any' -H 'Notion-Version: 2026-03-11' \
	    -H 'Content-Type: application/json'
}
as() { wanted=$1; is=$(contents); [ "$is" = "$1" ] || { echo "$is"; return 1; }; }
refused() { jq -es 'any(.error.code == $ARGS.positional[0])' results --args "$1"; }

before='P:a(bu)cd' wanted='P:cda(bu)'
begin
it 'what cannot be made again stays where it is' '
	status 1 run && refused not_writable && as "$before"
'
before='P:d(a(bu))ec' wanted='P:a(bu)c'
begin
it 'and what it was to move out of stays, too' '
	status 1 run && refused not_empty && as "P:d(a(bu))c"
'
before='P:a(b)c' wanted=P:ca
begin
it 'what was to be deleted, has moved and was changed, is copied and stays' '
	changed X && status 1 run && refused moved_on && as "P:ca(X)"
'

# Blocks are made, moved within a page, out of it, into it and each other, edited
# and deleted.
before='P:a(b(cd))ef Q:gh(i)jk' wanted='P:g(x)ea(b(Cy)h) Q:dij'
begin
it 'all of that at once' 'status 0 run && as_wanted'
writes=$(jq -s 'map(select(.method != "GET")) | length' log)
faults='kill late' others='killed reset'
for nth in $(seq "$writes"); do
	for fault in $faults; do
		begin "$(fault "$fault" "$nth")"
		it "goes on after $fault at write $nth" 'go_on && as_wanted'
	done
	swap=$faults faults=$others others=$swap
done
finish

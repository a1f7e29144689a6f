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
finish

#!/bin/sh
# notion-apply: formulas, which are read with ids in them and written with names
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/restore.sh

sample=$NT_ROOT/examples/workspace.ndjson

# The sample, where a formula names "Area" by its id; $1 is whose id that is.
by_id() {
	jq -c --arg source "$1" '
		select(.object != "snapshot" and .object != "end") |
		if .object == "data_source" then
			(if $source == "" then .id else $source end) as $of |
			.properties[] |= if .type == "formula" then
				.formula.expression |= gsub("prop\\(\"Area\"\\)";
				"{{notion:block_property:c2fa:\($of):\($of)}}")
			else . end
		else . end' "$sample" | "$NT_BUILD"/tests/stream >by-id &&
	grep -q "block_property:c2fa" by-id && everything_new by-id
}

formula() {
	notion-fetch --page "$parent" >back &&
	jq -r 'select(.object == "data_source").properties[] |
	    select(.type == "formula").formula.expression' back |
	    grep -Fx "$1"
}

for source in '' 00000000-0000-0000-0000-000000000000; do
	target "$sample"
	it "names the property of ${source:-the data source}" '
		rm -f journal && by_id "$source" && status 0 restore &&
		formula "round(prop(\"Area\") * 10.764)" &&
		! grep "names properties" results
	'
done
finish

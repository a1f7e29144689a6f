#!/bin/sh
# json: all of the public test suites agree with the reader and the writer
. "${0%/*}/lib.sh"

PATH=$NT_BUILD/tests:$PATH
data=$NT_CORPORA/json
if [ ! -d "$data" ]; then
	skip 'the JSON corpora' "no $data"
	finish
	exit
fi

# What we do where RFC 8259 leaves the choice to the parser; notion-stream(5).
cat >choices <<-'EOT'
	accept i_number_double_huge_neg_exp.json
	refuse i_number_huge_exp.json
	refuse i_number_neg_int_huge_exp.json
	refuse i_number_pos_double_huge_exp.json
	refuse i_number_real_neg_overflow.json
	refuse i_number_real_pos_overflow.json
	accept i_number_real_underflow.json
	accept i_number_too_big_neg_int.json
	accept i_number_too_big_pos_int.json
	accept i_number_very_big_negative_int.json
	accept i_object_key_lone_2nd_surrogate.json
	accept i_string_1st_surrogate_but_2nd_missing.json
	accept i_string_1st_valid_surrogate_2nd_invalid.json
	refuse i_string_UTF-16LE_with_BOM.json
	refuse i_string_UTF-8_invalid_sequence.json
	refuse i_string_UTF8_surrogate_UplusD800.json
	accept i_string_incomplete_surrogate_and_escape_valid.json
	accept i_string_incomplete_surrogate_pair.json
	accept i_string_incomplete_surrogates_escape_valid.json
	accept i_string_invalid_lonely_surrogate.json
	accept i_string_invalid_surrogate.json
	refuse i_string_invalid_utf-8.json
	accept i_string_inverted_surrogates_Uplus1D11E.json
	refuse i_string_iso_latin_1.json
	accept i_string_lone_second_surrogate.json
	refuse i_string_lone_utf8_continuation_byte.json
	refuse i_string_not_in_unicode_range.json
	refuse i_string_overlong_sequence_2_bytes.json
	refuse i_string_overlong_sequence_6_bytes.json
	refuse i_string_overlong_sequence_6_bytes_null.json
	refuse i_string_truncated-utf-8.json
	refuse i_string_utf16BE_no_BOM.json
	refuse i_string_utf16LE_no_BOM.json
	accept i_structure_500_nested_arrays.json
	refuse i_structure_UTF-8_BOM_empty_object.json
EOT

# And what becomes of texts on which parsers differ.
cat >transforms <<-'EOT'
	number_-9223372036854775808.json [-9223372036854776000]
	number_-9223372036854775809.json [-9223372036854775809]
	number_1.0.json [1]
	number_1.000000000000000005.json [1]
	number_1000000000000000.json [1000000000000000]
	number_10000000000000000999.json [10000000000000000999]
	number_1e-999.json [0]
	number_1e6.json [1000000]
	number_9223372036854775807.json [9223372036854775807]
	number_9223372036854775808.json [9223372036854776000]
	object_same_key_different_values.json {"a":1,"a":2}
	object_same_key_same_value.json {"a":1,"a":1}
	object_same_key_unclear_values.json {"a":0,"a":0}
	string_1_escaped_invalid_codepoint.json ["\ud800"]
	string_2_escaped_invalid_codepoints.json ["\ud800\ud800"]
	string_3_escaped_invalid_codepoints.json ["\ud800\ud800\ud800"]
	string_with_escaped_NULL.json ["A\u0000B"]
EOT

it 'accepts what must be accepted' '
	status 0 json_check verdict "$data"/jsontestsuite/parsing/y_* >out &&
	test "$(wc -l <out)" -eq 95 && ! grep -v "^accept " out
'
it 'refuses what must be refused' '
	status 0 json_check verdict "$data"/jsontestsuite/parsing/n_* >out &&
	test "$(wc -l <out)" -eq 188 && ! grep -v "^refuse " out
'
it 'does what its page says where there is a choice' '
	status 0 json_check verdict "$data"/jsontestsuite/parsing/i_* >out &&
	diff choices out
'
it 'reads the texts on which parsers differ as its page says' '
	while read -r name; do
		name=${name%% *}
		printf "%s " "$name"
		status 0 json_check canonical \
		    "$data/jsontestsuite/transform/$name" && echo || exit 1
	done <transforms >out &&
	diff transforms out
'
it 'writes every pair of RFC 8785 as its authors do' '
	count=0
	for file in "$data"/jcs/input/*; do
		status 0 json_check canonical "$file" >out &&
		cmp "$data/jcs/output/${file##*/}" out || exit 1
		count=$((count + 1))
	done
	test $count -eq 6
'
it 'spells the doubles of RFC 8785, appendix B' '
	test "$(wc -l <"$data/jcs/rfc8785-appendix-b.tsv")" -eq 27 &&
	status 0 json_check numbers "$data/jcs/rfc8785-appendix-b.tsv"
'
it 'spells ten thousand doubles as ECMAScript does' '
	test "$(wc -l <"$data/jcs/numbers-10000.csv")" -eq 10000 &&
	status 0 json_check numbers "$data/jcs/numbers-10000.csv"
'
it 'sees a number that is spelled wrong' '
	echo 3c90000000000000,5.684341886080801e-14 >in &&
	status 1 json_check numbers in
'
objects=$NT_CORPORA/notion-api/objects.ndjson
it 'changes no real object but in its spelling' '
	status 0 json_check lines "$objects" >out &&
	jq -cS . "$objects" >want && jq -cS . out >got && cmp want got
'
finish

#!/bin/sh
# titles.sh DATABASE - the title of each row, a line each; DATABASE is an id or
# a link, as copied from the browser
notion-fetch --database "$1" |
jq -r 'select(.parent.type == "data_source_id" and .object == "page") |
    [.properties[] | select(.type == "title").title[].plain_text] | add // ""'

#!/bin/sh
# over-hosts.sh HOSTS NAMES PLACE - the same shared out over the hosts that the
# file HOSTS names (user@host, a line each), which have the tokens in tokens/
#
# What a host was at when it went away is done by another one.  All of them
# stamp a workspace's backup with the same time, so there is one of it at last,
# whoever made it.
set -eu
now=$(date -u +%FT%TZ)
parallel --sshloginfile "$1" --jobs 2 --retries 5 --joblog "$2.log" \
    notion backup create --stamp "$now" --token-file tokens/{} \
    --destination "$3"/{} :::: "$2"

#!/bin/sh
# every-workspace.sh TOKENS PLACE - all workspaces, four at a time; the token of
# each is in a file of its own, TOKENS/NAME, and its backups go to PLACE/NAME
set -eu
parallel --jobs 4 --retries 3 --joblog "$1.log" \
    notion backup create --token-file {} --destination "$2/{/}" ::: "$1"/*

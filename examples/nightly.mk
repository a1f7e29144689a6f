# nightly.mk - a backup a night that reads only what has changed, from cron:
#
#	0 2 * * *	cd /srv/backup && make -s -f nightly.mk
#
# The stream of a night is kept as the base of the next one.
TODAY := $(shell date +%F)
FORMER := $(lastword $(sort $(wildcard streams/*.ndjson)))

backups/$(TODAY).zip: streams/$(TODAY).ndjson
	mkdir -p backups
	notion-pack --assets assets -o $@ $<
streams/$(TODAY).ndjson:
	mkdir -p streams
	notion-fetch --workspace --assets assets $(FORMER:%=--base %) >$@.part
	mv $@.part $@

# make bench: every figure in one run, as ratios; part of Makefile.
#
# Only whoever asks for figures needs the peers, so they are installed here
# and not by `make deps`.  One part alone: make bench-json, make bench-fetch ...

BENCH_DEPS = age g++ libjq-dev libsimdjson-dev wrk time zip unzip zstd git restic \
	borgbackup openssh-server $(NODE)
BENCH_PARTS := json requests cpu memory serve start pack verify unpack diff \
	days restore encrypt backup

bench-deps:
	@$(MAKE) --no-print-directory deps DEPS="$(BENCH_DEPS)"

bench: $(BENCH_PARTS:%=bench-%)

bench-requests bench-cpu bench-memory bench-serve bench-start bench-pack \
    bench-verify bench-unpack bench-diff bench-restore bench-encrypt \
    bench-backup: bench-%: tests bench-deps
	@NT_BUILD=$(abspath $(B)) sh tests/bench/$*.sh

# A snapshot a day for a month; bench-repo is pack and days together.
bench-days: tests bench-deps
	@NT_BUILD=$(abspath $(B)) sh tests/bench/days.sh uniform hot
bench-repo: bench-pack bench-days

# And for a year, with the peers at their best: an hour, so by hand.
bench-year: tests bench-deps
	@NT_BUILD=$(abspath $(B)) NT_BENCH_DAYS=365 \
	    NT_BENCH_PEERS='restic.tree borg.tree' sh tests/bench/days.sh pages

# Twenty windows of a minute: by hand.
bench-window: tests
	@NT_BUILD=$(abspath $(B)) sh tests/bench/window.sh

# Windows of a restore of 10,000 pages, seven of them: by hand.
bench-restore-window: tests
	@NT_BUILD=$(abspath $(B)) sh tests/bench/restore-window.sh

# kill -9 at random moments, fifty each, and what is over 4 GiB: by hand.
soak: tests
	NT_BUILD=$(abspath $(B)) sh tests/soak/kill.sh
	NT_BUILD=$(abspath $(B)) sh tests/soak/large.sh

# A year of nights, by a clock that is turned, five of them bad: by hand.
soak-year: tests
	NT_BUILD=$(abspath $(B)) sh tests/soak/year.sh

# Three hosts and forty workspaces, a host cut off in the middle: by hand.
soak-hosts: tests test-deps
	NT_BUILD=$(abspath $(B)) sh tests/soak/hosts.sh

# Each write of a restore meets each fault, then many of a large one: by hand.
SOAK := NT_BUILD=$(abspath $(B)) sh tests/soak/restore.sh
SOAK_DIR := $(abspath $(B))/soak
FAULTS := reset late cut short 409 429 503 committed late504 kill killed \
	term 409+killed reset+kill
soak-restore: tests
	mkdir -p $(SOAK_DIR)
	$(B)/tests/generate --pages 10 --blocks-per-page 5 --comments --seed 4 \
	    --assets $(SOAK_DIR) >$(SOAK_DIR)/small
	$(SOAK) each 1 $(SOAK_DIR)/small $(SOAK_DIR) $(FAULTS)
	$(SOAK) each 7 examples/workspace.ndjson examples/assets $(FAULTS)
	for seed in 1 2 3 4 5 6 7 8 9 10; do tests/tools/everything --seed $$seed \
	    --assets $(SOAK_DIR) >$(SOAK_DIR)/all && \
	    $(SOAK) chance 3 $(SOAK_DIR)/all $(SOAK_DIR) $$seed || exit 1; done
	tests/tools/everything --relation 300 --assets $(SOAK_DIR) \
	    >$(SOAK_DIR)/related
	$(SOAK) chance 1 $(SOAK_DIR)/related $(SOAK_DIR) 1
	$(B)/tests/generate --pages 2000 --big-page 5000 --depth 12 \
	    --relation 300 --comments --assets $(SOAK_DIR) >$(SOAK_DIR)/large
	$(SOAK) chance 1 $(SOAK_DIR)/large $(SOAK_DIR) 1 2 3

.PHONY: bench soak soak-year soak-hosts soak-restore bench-deps \
	bench-restore-window bench-window bench-repo bench-year $(BENCH_PARTS:%=bench-%)

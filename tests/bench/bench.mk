# make bench: every figure in one run, as ratios; part of Makefile.
#
# Only whoever asks for figures needs the peers, so they are installed here
# and not by `make deps`.  One part alone: make bench-json, make bench-fetch ...

BENCH_DEPS = g++ libjq-dev libsimdjson-dev wrk time zip unzip zstd git restic \
	borgbackup $(NODE)
BENCH_PARTS := json requests cpu memory serve start pack verify unpack days

bench-deps:
	@$(MAKE) --no-print-directory deps DEPS="$(BENCH_DEPS)"

bench: $(BENCH_PARTS:%=bench-%)

bench-requests bench-cpu bench-memory bench-serve bench-start bench-pack \
    bench-verify bench-unpack: bench-%: tests bench-deps
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

# kill -9 at random moments, fifty each, and what is over 4 GiB: by hand.
soak: tests
	NT_BUILD=$(abspath $(B)) sh tests/soak/kill.sh
	NT_BUILD=$(abspath $(B)) sh tests/soak/large.sh

.PHONY: bench soak bench-deps bench-window bench-repo bench-year $(BENCH_PARTS:%=bench-%)

# make bench: every figure in one run, as ratios; part of Makefile.
#
# Only whoever asks for figures needs the peers, so they are installed here
# and not by `make deps`.  One part alone: make bench-json, make bench-fetch ...

BENCH_DEPS = g++ libjq-dev libsimdjson-dev wrk time zip $(NODE)
BENCH_PARTS := json requests cpu memory serve start pack

bench-deps:
	@$(MAKE) --no-print-directory deps DEPS="$(BENCH_DEPS)"

bench: $(BENCH_PARTS:%=bench-%)

bench-requests bench-cpu bench-memory bench-serve bench-start bench-pack: \
    bench-%: tests bench-deps
	@NT_BUILD=$(abspath $(B)) sh tests/bench/$*.sh

# Twenty windows of a minute: by hand.
bench-window: tests
	@NT_BUILD=$(abspath $(B)) sh tests/bench/window.sh

# kill -9 at random moments, fifty each: by hand.
soak: tests
	NT_BUILD=$(abspath $(B)) sh tests/soak/kill.sh

.PHONY: bench soak bench-deps bench-window $(BENCH_PARTS:%=bench-%)

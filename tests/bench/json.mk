# make bench-json: the json room against libjq and simdjson; part of Makefile.

bench-json-deps:
	@$(MAKE) --no-print-directory deps DEPS="g++ libjq-dev libsimdjson-dev"

$(B)/bench/json: tests/bench/json.c tests/bench/json_simdjson.cc \
    tests/bench/json.h $(B)/libnt.a | bench-json-deps
	@mkdir -p $(@D)
	$(CC) $(OURS) $(CPPFLAGS) $(CFLAGS) -c -o $@.o tests/bench/json.c
	$(CXX) -std=c++17 -O2 -c -o $@_simdjson.o tests/bench/json_simdjson.cc
	$(CXX) $(CFLAGS) $(LDFLAGS) -o $@ $@.o $@_simdjson.o $(B)/libnt.a \
	    -ljq -lsimdjson $(LIBS)

$(B)/bench/100mb.ndjson: $(B)/tests/generate
	@mkdir -p $(@D)
	$< --pages 2300 --blocks-per-page 40 --seed 1 >$@.new && mv $@.new $@

# What the service answered, over and over, where the test data is there.
REAL_OBJECTS := $(wildcard \
    $(or $(NT_CORPORA),../shared/corpora)/notion-api/objects.ndjson)
$(B)/bench/real.ndjson: $(REAL_OBJECTS) $(B)/tests/stream
	@mkdir -p $(@D)
	for i in $$(seq 60); do cat $<; done | $(B)/tests/stream >$@.new && \
	    mv $@.new $@

bench-json: $(B)/bench/json $(B)/bench/100mb.ndjson \
    $(if $(REAL_OBJECTS),$(B)/bench/real.ndjson)
	@for file in $(filter %.ndjson,$^); do $< $$file || exit; done

.PHONY: bench-json bench-json-deps

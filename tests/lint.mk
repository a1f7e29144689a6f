# What can be said of the sources without running them; part of Makefile.

lint: DEPS += clang
lint: deps lint-gcc lint-clang
	shellcheck -s sh $$(grep -lE '^#!/bin/sh' -r tests cmd examples .ci) \
	    tests/lib.sh cmd/sh/*.sh
	shellcheck -s bash completions/*.bash
	mandoc -Tlint -W warning man/*
	perl tests/layers.pl .
	@echo "lint: two compilers, scripts, pages and layers are clean"

# Each compiler, with every warning an error.
lint-gcc lint-clang: lint-%:
	$(MAKE) --no-print-directory -s B=$(B)/$@ CC=$* \
	    CFLAGS="-O2 -g -Werror" tests

.PHONY: lint lint-gcc lint-clang
